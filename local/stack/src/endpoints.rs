//! Endpoints of this machine alone: tokens, a clock that can be moved, mail, the sweeper, the audit.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use cloud_stand_ins::Mail;
use domain::Refusal;
use http::{HeaderMap, StatusCode, Uri, header, uri::PathAndQuery};
use jiff::Timestamp;
use runtime::Wire;
use serde::{Deserialize, Serialize};
use web::{Answer, Json, Problem};

use crate::{options::TokenFields, preview, stack::Stack};

/// As far as the clock is moved in one go: ten years.
const LONGEST_MOVE: i64 = 3_650 * 86_400;

/// The routes under `/local`.
pub(crate) fn router() -> Router<Stack> {
    Router::new()
        .route("/local/tokens", post(tokens))
        .route("/local/clock", get(clock).post(move_clock))
        .route("/local/cleanup", post(cleanup))
        .route("/local/dead-letters", post(dead_letters))
        .route("/local/mail", get(mail))
        .route("/local/mail/{number}", get(preview::page))
        .route("/local/mail/{number}/html", get(preview::html))
        .route("/local/mail/{number}/files/{index}", get(preview::file))
        .route("/local/files/{*file}", get(file))
        .route("/local/audit", get(audit))
}

/// A file of the bucket, by a link that is signed for it. The signature is of the address that the stack is known by.
async fn file(State(stack): State<Stack>, uri: Uri) -> Response {
    let place = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let address = format!("{}{place}", stack.options().api_url.trim_end_matches('/'));
    let Ok(signed) = http::Request::get(address).body(Bytes::new()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match stack.cloud().bucket.send(signed).await {
        Ok(answer) => answer.map(Body::from).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

#[derive(Debug, Serialize)]
struct Token {
    token: String,
}

async fn tokens(State(stack): State<Stack>, Json(claims): Json<TokenFields>) -> Answer<Json<Token>> {
    claims.check()?;
    Ok(Json(Token { token: stack.token(&claims) }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: i64,
}

#[derive(Debug, Serialize)]
struct Now {
    now: Timestamp,
}

async fn clock(State(stack): State<Stack>) -> Json<Now> {
    Json(Now { now: stack.clock().now() })
}

async fn move_clock(State(stack): State<Stack>, Json(expected): Json<Move>) -> Answer<Json<Now>> {
    check_move(expected.advance_seconds)?;
    stack.advance(expected.advance_seconds).await;
    Ok(Json(Now { now: stack.clock().now() }))
}

/// Refuses to move the clock back: no part can handle orders that were placed in the future.
pub(crate) fn check_move(seconds: i64) -> Result<(), Refusal> {
    if (0..=LONGEST_MOVE).contains(&seconds) {
        Ok(())
    } else {
        Err(Refusal::field("advance_seconds", format!("Must be from 0 to {LONGEST_MOVE}, which is ten years")))
    }
}

async fn cleanup(State(stack): State<Stack>) -> Answer<Response> {
    Ok(Json(stack.sweep().await?).into_response())
}

#[derive(Debug, Serialize)]
struct Moved {
    moved: usize,
}

/// Puts messages back into their queues that failed too often: what the runbook's command does in the cloud.
async fn dead_letters(State(stack): State<Stack>) -> Answer<Json<Moved>> {
    let moved = stack.send_dead_letters_again().await.map_err(|error| {
        tracing::error!(%error, "dead letters stay where they are");
        Problem::internal()
    })?;
    Ok(Json(Moved { moved }))
}

/// The mail sent so far. What was sent as it was sent is at each one's own address.
async fn mail(State(stack): State<Stack>) -> Json<Vec<Mail>> {
    Json(stack.mails().into_iter().map(|mail| Mail { raw: String::new(), ..mail }).collect())
}

async fn audit(State(stack): State<Stack>) -> Answer<Response> {
    Ok(Json(stack.audit().await?).into_response())
}

/// Keeps other sites out. A page anywhere can send requests to this machine, and a name anywhere can be pointed at it;
/// so only requests to this machine's own names are served, and none that another site began, unless it just links here.
pub(crate) fn guard<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(middleware::from_fn(async |request: Request, next: Next| {
        if is_own(request.headers(), request.method().is_safe()) {
            next.run(request).await
        } else {
            Problem::forbidden().into_response()
        }
    }))
}

fn is_own(headers: &HeaderMap, safe: bool) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let here = text(header::HOST).is_none_or(|host| {
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let name = name.map_or(host, |(name, _)| name);
        ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    });
    let site = headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or("?"));
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = text(header::ORIGIN);
    let same_origin = match (origin, text(header::HOST)) {
        (Some(origin), Some(host)) => origin == format!("http://{host}"),
        _ => true,
    };
    here && (safe || same_site && (same_origin || site == Some("same-origin")))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_own;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn other_sites_may_link_here_and_nothing_else() {
        let own = ("host", "127.0.0.1:3000");
        assert!(is_own(&headers(&[]), false));
        assert!(is_own(&headers(&[own]), false));
        assert!(is_own(&headers(&[own, ("origin", "http://127.0.0.1:3000")]), false));
        assert!(is_own(&headers(&[own, ("origin", "null"), ("sec-fetch-site", "same-origin")]), false));
        assert!(is_own(&headers(&[("host", "[::1]:3000")]), false));
        assert!(is_own(&headers(&[("host", "localhost")]), false));
        assert!(is_own(&headers(&[own, ("sec-fetch-site", "cross-site")]), true));
        for foreign in [
            &[own, ("sec-fetch-site", "cross-site")][..],
            &[own, ("sec-fetch-site", "same-site")],
            &[own, ("origin", "https://evil.example")],
            &[own, ("origin", "null")],
            &[("host", "evil.example")],
            &[("host", "evil.example:3000")],
            &[("host", "127.0.0.1.evil.example:3000")],
        ] {
            assert!(!is_own(&headers(foreign), false), "{foreign:?}");
        }
        assert!(!is_own(&headers(&[("host", "evil.example")]), true));
    }
}
