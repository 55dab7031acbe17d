//! The ways in and out: to the issuer, back from it, and out again.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::Code;
use http::StatusCode;
use minijinja::context;
use web::Answer;

use crate::{
    address::own_path,
    form::Form,
    frame::{Frame, render},
    reader::Reader,
    session::BrowserSession,
    sign_in::{
        attempts::Attempt,
        person::Person,
        provider::{NotSignedIn, Provider},
    },
    state::Pages,
    typed::Typed,
    visit::Visit,
};

/// Where the issuer leads back to.
const CALLBACK: &str = "/sign-in/callback";
/// Where it leads to after signing out.
const SIGNED_OUT: &str = "/signed-out";

/// Leads to the issuer.
pub(crate) async fn begin(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let mut visit = visit.in_passing();
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let to = own_path(query.get("to"));
    let Some(provider) = &pages.provider else { return Ok(not_offered(&pages, &visit)) };
    if visit.session.person.is_some() {
        return Ok(visit.go(to));
    }
    match provider.begin(&address(&visit, CALLBACK), to).await {
        Ok((url, attempt)) => {
            visit.attempts.add(attempt);
            Ok(visit.go(url.as_str()))
        }
        Err(error) => Ok(failed(&pages, &visit, &error, to)),
    }
}

/// What the issuer says of a sign-in.
pub(crate) async fn callback(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let mut visit = visit.in_passing();
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let Some(provider) = &pages.provider else { return Ok(not_offered(&pages, &visit)) };
    // Also an answer of another issuer, where it says whose it is (RFC 9207).
    let foreign = query.given("iss").is_some_and(|issuer| issuer != provider.issuer());
    let attempt = visit.attempts.take(query.get("state")).filter(|_| !foreign);
    let Some(attempt) = attempt else {
        return Ok(message(&pages, &visit, StatusCode::BAD_REQUEST, "page-sign-in-outdated", "/"));
    };
    if let Some(error) = query.given("error") {
        tracing::info!(error, "the issuer signed no one in");
        let text = if error == "access_denied" { "page-sign-in-denied" } else { "page-sign-in-refused" };
        return Ok(message(&pages, &visit, StatusCode::FORBIDDEN, text, &attempt.to));
    }
    let to = attempt.to.clone();
    match finish(provider, &visit, query.get("code"), attempt).await {
        Ok(person) => {
            visit.session.sign_in(person, pages.clock.chance());
            Ok(visit.go(&to))
        }
        Err(error) => Ok(failed(&pages, &visit, &error, &to)),
    }
}

async fn finish(provider: &Provider, visit: &Visit, code: &str, attempt: Attempt) -> Result<Person, NotSignedIn> {
    Box::pin(provider.finish(&address(visit, CALLBACK), code, attempt)).await
}

/// Ends the session: nothing of it is left in this browser. The page that it leads to goes on to the issuer.
pub(crate) async fn sign_out(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { mut visit, .. } = form;
    visit.session = BrowserSession::new(pages.clock.chance());
    Ok(visit.done(SIGNED_OUT, "page-signed-out"))
}

/// Says that the session is over. Straight after signing out it goes on to the issuer, which ends its own session and leads back here.
/// A form must not lead there itself: browsers hold where it is led to against the page's policy, too.
pub(crate) async fn signed_out(State(pages): State<Pages>, visit: Visit) -> Answer<Response> {
    let reader = Reader::of(visit.preferred, None, None);
    let onwards = match (&pages.provider, &visit.flash) {
        (Some(provider), Some(_)) => provider.sign_out(&address(&visit, SIGNED_OUT)).await,
        _ => None,
    };
    let title = reader.phrase("page-signed-out", &[]);
    let text = reader.phrase(if onwards.is_some() { "page-signed-out-onwards" } else { "page-signed-out-text" }, &[]);
    let onwards = onwards.map(String::from);
    let frame = Frame { reader: &reader, seller: None, listing: None, path: "/", session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, StatusCode::OK, "message.html", context! { title, text, onwards })))
}

/// An address of ours, as the issuer knows it.
fn address(visit: &Visit, path: &str) -> String {
    format!("{}{path}", visit.bases.pages.trim_end_matches('/'))
}

fn failed(pages: &Pages, visit: &Visit, error: &NotSignedIn, to: &str) -> Response {
    tracing::warn!(%error, "a sign-in failed");
    match error {
        NotSignedIn::Unavailable(_) => {
            message(pages, visit, StatusCode::SERVICE_UNAVAILABLE, "page-sign-in-unavailable", to)
        }
        NotSignedIn::Refused(_) => message(pages, visit, StatusCode::FORBIDDEN, "page-sign-in-refused", to),
    }
}

/// That there is no sign-in here, said politely.
pub(crate) fn not_offered(pages: &Pages, visit: &Visit) -> Response {
    message(pages, visit, StatusCode::NOT_FOUND, "page-sign-in-none", "")
}

/// Who is signed in; the way to the issuer for all others.
pub(crate) fn known<'a>(pages: &Pages, visit: &'a Visit, to: &str) -> Result<&'a Person, Box<Response>> {
    visit.session.person.as_ref().ok_or_else(|| match pages.provider {
        Some(_) => Box::new(visit.go(&format!("/sign-in?to={to}"))),
        None => Box::new(not_offered(pages, visit)),
    })
}

/// That a page is for people with another role.
pub(crate) fn closed(pages: &Pages, visit: &Visit) -> Response {
    let reader = Reader::of(visit.preferred, None, None);
    let (title, text) = (reader.phrase("page-desk-closed", &[]), reader.phrase("page-desk-closed-text", &[]));
    let frame = Frame { reader: &reader, seller: None, listing: None, path: "/desk", session: Some(&visit.session) };
    let page = render(pages, &frame, StatusCode::FORBIDDEN, "message.html", context! { title, text });
    let mut response = visit.private(page);
    response.extensions_mut().insert(Code::Forbidden);
    response
}

/// A page that says why a sign-in failed, and offers to try again.
fn message(pages: &Pages, visit: &Visit, status: StatusCode, text: &str, to: &str) -> Response {
    let reader = Reader::of(visit.preferred, None, None);
    let (title, text) = (reader.phrase("page-not-signed-in", &[]), reader.phrase(text, &[]));
    let again = (!to.is_empty()).then_some(to);
    let frame = Frame { reader: &reader, seller: None, listing: None, path: "/", session: Some(&visit.session) };
    visit.private(render(pages, &frame, status, "message.html", context! { title, text, again }))
}
