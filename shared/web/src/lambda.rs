//! Runs a router on Lambda, behind API Gateway or a function URL.

use axum::Router;

/// Serves `router` until Lambda ends the process.
///
/// A request's body reaches its handler byte for byte, so that a signature can be checked over it; an answer of another
/// kind than text travels in Base64, which the gateway undoes.
///
/// # Errors
/// When Lambda's own interface fails; there is nothing to do then but to end.
pub async fn run(router: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(router).await
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::post};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use lambda_http::request::from_str;
    use serde_json::json;
    use tower::ServiceExt;

    use crate::RawBody;

    #[tokio::test]
    async fn bodies_arrive_byte_for_byte() {
        let router = crate::router_base(Router::new().route("/", post(|RawBody(body): RawBody| async { body })));
        for (body, encoded) in [(b"{ \"id\" : \"evt_1\"}\r\n".to_vec(), false), (vec![0, 0xff, b'\n'], true)] {
            let text = if encoded { STANDARD.encode(&body) } else { String::from_utf8(body.clone()).expect("text") };
            let event = json!({
                "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {},
                "requestContext": {"http": {"method": "POST", "path": "/"}, "timeEpoch": 0},
                "body": text, "isBase64Encoded": encoded,
            });
            let request = from_str(&event.to_string()).expect("an event");
            let response = router.clone().oneshot(request).await.expect("an answer");
            let answer = axum::body::to_bytes(response.into_body(), 65_536).await.expect("a body");
            assert_eq!(answer, body);
        }
    }
}
