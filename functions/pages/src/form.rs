//! Forms as browsers send them.

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use domain::Code;
use http::{HeaderMap, header};
use url::Url;
use web::{Problem, RawBody, access};

use crate::{address::own_path, state::Pages, typed::Typed, visit::Visit};

/// The field that holds the session's secret.
const CSRF: &str = "csrf";

/// A form that one of our own pages sent in this session.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The visit that it is part of.
    pub(crate) visit: Visit,
    /// All fields but the secret.
    pub(crate) typed: Typed,
}

impl<S> FromRequest<S> for Form
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await.map_err(IntoResponse::into_response)?;
        if !is_form(&parts.headers) {
            return Err(Problem::new(Code::UnsupportedMediaType, "Send a form").into_response());
        }
        let site = parts.headers.get("sec-fetch-site").cloned();
        if site.as_ref().is_some_and(|site| site == "cross-site") {
            return Err(foreign());
        }
        let from = page_of(&parts.headers).filter(|_| site.is_some_and(|site| site == "same-origin"));
        let request = Request::from_parts(parts, body);
        let RawBody(body) = RawBody::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let typed = Typed::read(&body);
        let shown = typed.get(CSRF);
        let known = !shown.is_empty() && access::is_secret(shown, &visit.session.csrf);
        let typed = typed.without(CSRF);
        match from {
            _ if known => Ok(Self { visit, typed }),
            // It is ours, from before the visitor signed in or out in another tab, say. Nothing is done, and nothing typed is lost.
            Some(page) => Err(visit.refused(&page, typed, &outdated())),
            None => Err(foreign()),
        }
    }
}

/// The page of ours that a form stood on, as the browser says.
fn page_of(headers: &HeaderMap) -> Option<String> {
    let page = Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    Some(own_path(page.path()).to_owned())
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn foreign() -> Response {
    let text = "This form is out of date. Go back, load the page again and send it once more.";
    Problem::new(Code::Forbidden, text).into_response()
}

fn outdated() -> Problem {
    Problem::new(
        Code::IllegalState,
        "This form was out of date, and nothing was done. Please look at it again and send it once more.",
    )
}
