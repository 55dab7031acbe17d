//! What surrounds every function's routes.

use std::{any::Any, time::Instant};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use domain::Code;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{Instrument, field::Empty};

use crate::{
    extract::{LONGEST_BODY, declared_length, too_large},
    in_time::{Deadline, in_time},
    problem::{Problem, code_name, status_of},
};

/// Of a page that shows what was wrong with a form: the form's own answer, a redirect with its [`Code`], is in the log already.
/// Stands in the extensions of the page's answer, so that one failure is one line of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidBefore;

/// Headers of every answer that does not say otherwise. Answers hold personal data, so no cache keeps them; they are
/// data, so no browser runs them; addresses may hold an order's token, so none is passed on.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Puts a function's routes into the common frame: unknown paths and methods, long bodies and panics end in a
/// [`Problem`], every answer has the security headers, and every request leaves one line in the log.
///
/// Called once, after all routes are there: it reaches those that are. CORS is API Gateway's.
pub fn router_base<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(async || Problem::new(Code::NotFound, "There is nothing at this address"))
        .method_not_allowed_fallback(async || {
            Problem::new(Code::MethodNotAllowed, "This address does not take this method")
        })
        // For axum's own extractors, should a handler use one.
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(refuse_long_bodies))
        .layer(middleware::from_fn(refuse_encoded_bodies))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(frame))
}

async fn refuse_long_bodies(request: Request, next: Next) -> Response {
    match declared_length(request.headers()) {
        Some(length) if length > LONGEST_BODY => too_large().into_response(),
        _ => next.run(request).await,
    }
}

/// Turns a compressed body down by that name (RFC 9110, 8.4 and 15.5.16). Read as it is it would be no JSON, and a
/// signature over it no good one; and what is unpacked has no length that could be limited first. One place for every
/// route, since a handler that reads no body today may read one tomorrow.
async fn refuse_encoded_bodies(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_plain(request.headers()) {
        return next.run(request).await;
    }
    let mut response = not_encoded().into_response();
    // What would have done.
    response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    response
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().all(|value| {
        let codings = value.to_str().unwrap_or("?").split(',').map(str::trim);
        codings.into_iter().all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
    })
}

fn not_encoded() -> Problem {
    Problem::new(Code::UnsupportedMediaType, "Send the body as it is, without a Content-Encoding")
}

/// Outermost, so that refusals and panics get their headers and their line too.
async fn frame(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    // The route, not the path: paths hold order ids and ticket codes, and queries hold tokens.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let named = route.as_deref().unwrap_or("none");
    let span = tracing::debug_span!("request", name = format!("{method} {named}"), route = named, status = Empty);
    let deadline = request.extensions().get::<Deadline>().copied();
    let mut response = Box::pin(in_time(deadline, next.run(request).instrument(span.clone()))).await;
    span.record("status", response.status().as_u16());
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    let code = response.extensions().get::<Code>().copied();
    // A form's answer leads to a page that says what was wrong with it. What counts is what was wrong.
    let failed_form = code.filter(|_| response.status().is_redirection());
    let status = failed_form.map_or(response.status(), status_of);
    let is_said = response.extensions().get::<SaidBefore>().is_some();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = route.as_deref().unwrap_or("none");
    let refused = code.map(code_name);
    let (is_failure, status, refused) = (status.is_server_error() && !is_said, status.as_u16(), refused.as_deref());
    if is_failure {
        tracing::warn!(%method, route, status, refused, duration_ms, "request failed");
    } else {
        tracing::info!(%method, route, status, refused, duration_ms, "request answered");
    }
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, response::Response, routing::get};
    use http::Request;
    use tower::ServiceExt;

    use super::router_base;
    use crate::ProblemBody;

    async fn send(method: &str, path: &str) -> Response {
        async fn panics() -> &'static str {
            panic!("drop_webhooks: a password")
        }
        let router = Router::new()
            .route("/listings/{listing}", get(async || "ok").delete(async || "gone"))
            .route("/cached", get(async || ([("cache-control", "max-age=60")], "ok")))
            .route("/panics", get(panics));
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        router_base(router).oneshot(request).await.expect("an answer")
    }

    async fn problem(response: Response) -> ProblemBody {
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body = axum::body::to_bytes(response.into_body(), 65_536).await.expect("a body");
        serde_json::from_slice(&body).expect("a problem")
    }

    #[tokio::test]
    async fn unknown_paths_and_methods_are_problems() {
        let nowhere = problem(send("GET", "/nowhere").await).await;
        assert_eq!((nowhere.status, nowhere.code.as_str()), (404, "not_found"));
        let response = send("POST", "/listings/x").await;
        let allow = response.headers()["allow"].to_str().expect("text").to_owned();
        let wrong = problem(response).await;
        assert_eq!((wrong.status, wrong.code.as_str()), (405, "method_not_allowed"));
        assert!(allow.contains("GET") && allow.contains("DELETE"), "{allow}");
    }

    #[tokio::test]
    async fn panics_keep_their_words_to_themselves() {
        let problem = problem(send("GET", "/panics").await).await;
        assert_eq!((problem.status, problem.code.as_str()), (500, "internal"));
        assert!(!problem.detail.contains("password"));
    }

    #[tokio::test]
    async fn bodies_that_are_not_read_as_they_are_are_turned_down() {
        for (codings, status) in [
            (&["gzip"][..], 415),
            (&["br"], 415),
            (&["identity, deflate"], 415),
            (&["identity", "GZIP"], 415),
            (&["\u{e9}"], 415),
            (&["identity"], 200),
            (&["Identity, identity"], 200),
            (&[""], 200),
            (&[], 200),
        ] {
            for (method, path) in [("DELETE", "/listings/x"), ("GET", "/listings/x")] {
                let mut request = Request::builder().method(method).uri(path);
                for coding in codings {
                    request = request.header("content-encoding", *coding);
                }
                let router = Router::new().route("/listings/{listing}", get(async || "ok").delete(async || "gone"));
                let request = request.body(Body::empty()).expect("a request");
                let response = router_base(router).oneshot(request).await.expect("an answer");
                let expected = if method == "GET" { 200 } else { status };
                assert_eq!(response.status(), expected, "{method} {codings:?}");
                if expected == 415 {
                    assert_eq!(response.headers()["accept-encoding"], "identity");
                    assert_eq!(problem(response).await.code, "unsupported_media_type");
                }
            }
        }
    }

    #[tokio::test]
    async fn answers_are_guarded_unless_they_set_otherwise() {
        let response = send("GET", "/listings/x").await;
        for (name, value) in
            [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")]
        {
            assert_eq!(response.headers()[name], value);
        }
        assert_eq!(send("GET", "/cached").await.headers()["cache-control"], "max-age=60");
    }
}
