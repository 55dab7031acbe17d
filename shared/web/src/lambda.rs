//! Runs a router on Lambda, behind API Gateway or a function URL.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    response::{IntoResponse, Response},
};
use domain::Code;
use http::Request;
use lambda_http::{RequestExt, service_fn};
use runtime::{telemetry, time_left};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::problem::Problem;

/// What an answer needs to be on its way before Lambda ends the function.
const TO_ANSWER: Duration = Duration::from_millis(500);

/// Serves `router` until Lambda ends the process.
///
/// A request's body reaches its handler byte for byte, so that a signature can be checked over it; an answer of another
/// kind than text travels in Base64, which the gateway undoes.
///
/// # Errors
/// When Lambda's own interface fails; there is nothing to do then but to end.
pub async fn run(router: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(service_fn(move |request: lambda_http::Request| {
        let deadline = request.lambda_context_ref().map(|context| {
            telemetry::begin(&context.request_id, context.xray_trace_id.as_deref());
            context.deadline()
        });
        answer(router.clone(), request, deadline)
    }))
    .await
}

/// A router's answer, before `deadline`. Whatever it is doing when time is up ends there, as if the process had died: the
/// client may repeat the request, and what was begun is finished by the repeat or by the sweeper.
///
/// # Errors
/// None.
pub async fn answer<B>(
    router: Router,
    request: Request<B>,
    deadline: Option<SystemTime>,
) -> Result<Response, Infallible>
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let request = request.map(axum::body::Body::new);
    let Some(deadline) = deadline else { return router.oneshot(request).await };
    match timeout(time_left(deadline, TO_ANSWER), router.oneshot(request)).await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!("a request was ended, because the function's time is up");
            Ok(Problem::new(Code::StoreUnavailable, "The service is busy; please try again").into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use axum::{Router, routing::post};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use lambda_http::request::from_str;
    use serde_json::json;
    use tower::ServiceExt;

    use crate::RawBody;

    #[tokio::test]
    async fn a_request_is_answered_before_its_function_is_ended() {
        let slow = || async {
            tokio::time::sleep(Duration::from_secs(30)).await;
            "late"
        };
        let router = crate::router_base(Router::new().route("/", post(slow)));
        let request = http::Request::post("/").body(axum::body::Body::empty()).expect("a request");
        let begun = tokio::time::Instant::now();
        let deadline = SystemTime::now() + Duration::from_millis(700);
        let answer = super::answer(router, request, Some(deadline)).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after") && begun.elapsed() < Duration::from_millis(690));
    }

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
