//! Around all pages: refusals become pages, the reader's choice of a language is kept, and browsers are told to come over
//! TLS alone.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use domain::Code;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use minijinja::context;
use web::{GatewayDomain, Problem};
use words::Language;

use crate::{
    api, cookies,
    frame::{Frame, render},
    reader::{self, Reader},
    state::Pages,
};

/// How long the choice of a language is kept, in seconds: a year.
const KEEP_LANGUAGE: i64 = 365 * 24 * 3_600;

/// Two years, as browsers' lists of such hosts ask for.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Dresses what the handlers answer.
pub(crate) async fn dress(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(GatewayDomain(domain)) = GatewayDomain::from_request_parts(&mut parts, &()).await;
    let bases = pages.addresses.pages(domain.as_deref()).ok();
    let secure = bases.is_some_and(|bases| bases.pages.starts_with("https:"));
    let preferred = reader::preferred(&parts, secure);
    let chosen = reader::chosen(parts.uri.query()).filter(|_| parts.method == Method::GET);
    let (path, method, headers) = (parts.uri.path().to_owned(), parts.method.clone(), parts.headers.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(problem) = response.extensions().get::<Problem>().cloned() {
        if api::is_api(&path) {
            let mut refused = api::refuse(&method, &path);
            for (name, value) in response.headers() {
                if *name != header::ALLOW && *name != header::CONTENT_LENGTH {
                    refused.headers_mut().entry(name).or_insert_with(|| value.clone());
                }
            }
            return refused;
        }
        response = refusal(&pages, preferred, &path, &problem, response.headers());
    }
    if let Some(language) = chosen.filter(|language| kept(&headers, secure) != Some(*language)) {
        let name = cookies::name(cookies::LANGUAGE, secure);
        let cookie = cookies::kept(name, language.tag().to_owned(), KEEP_LANGUAGE, secure);
        cookies::set(response.headers_mut(), &[cookie]);
        // An answer with a cookie is its reader's alone.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    if secure {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    response
}

fn kept(headers: &HeaderMap, secure: bool) -> Option<Language> {
    Language::from_tag(&cookies::value(headers, &cookies::name(cookies::LANGUAGE, secure))?)
}

/// A page in the place of a refusal, with its status and what it says of when to come again.
fn refusal(pages: &Pages, preferred: Option<Language>, path: &str, problem: &Problem, headers: &HeaderMap) -> Response {
    let reader = Reader::of(preferred, None, None);
    let id = match problem.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "not-found",
        StatusCode::UNAUTHORIZED => "not-yours",
        StatusCode::TOO_MANY_REQUESTS => "too-many",
        status if status.is_server_error() => "unavailable",
        _ => "refused",
    };
    let title = reader.phrase(&format!("page-{id}"), &[]);
    // A sentence of ours where we have one, else what the API would say.
    let text = match problem.code() {
        Code::NotFound | Code::MethodNotAllowed | Code::Unauthenticated | Code::RateLimited => None,
        _ if problem.status().is_server_error() => None,
        _ => Some(crate::frame::explained(&reader, problem.code(), problem.detail())),
    };
    let text = text.unwrap_or_else(|| reader.phrase(&format!("page-{id}-text"), &[]));
    let frame = Frame { reader: &reader, seller: None, listing: None, path, session: None };
    let mut response = render(pages, &frame, problem.status(), "message.html", context! { title, text });
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
