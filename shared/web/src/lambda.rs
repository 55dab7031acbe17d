//! Runs a router on Lambda, behind API Gateway or a function URL.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Code;
use http::{HeaderMap, Request, Uri, header};
use lambda_http::{
    Adapter, Error, LambdaEvent, Service,
    aws_lambda_events::apigw::ApiGatewayV2httpRequest,
    lambda_runtime::{self, service_fn},
    request::LambdaRequest,
};
use runtime::{telemetry, time_left};
use serde::Serialize;
use tokio::time::timeout;
use tower::ServiceExt;
use url::Url;

use crate::{in_time::Deadline, problem::Problem};

/// What an answer needs to be on its way that was not finished by what stands around a router's frame.
const AT_LAST: Duration = Duration::from_millis(250);

/// Serves `router` until Lambda ends the process.
///
/// A request's body reaches its handler byte for byte, so that a signature can be checked over it; an answer of another
/// kind than text travels in Base64, which the gateway undoes.
///
/// # Errors
/// When Lambda's own interface fails; there is nothing to do then but to end.
pub async fn run(router: Router) -> Result<(), Error> {
    lambda_runtime::run(service_fn(move |event: LambdaEvent<LambdaRequest>| {
        telemetry::begin(&event.context.request_id, event.context.xray_trace_id.as_deref());
        answer(router.clone(), event)
    }))
    .await
}

/// Has a router answer one event of the gateway or of a function URL, before the function's time is up. Never a fault: what
/// the event's address or body cannot be is refused with 400.
pub async fn answer(
    router: Router,
    event: LambdaEvent<LambdaRequest>,
) -> Result<impl Serialize + std::fmt::Debug + use<>, Infallible> {
    let LambdaEvent { mut payload, context } = event;
    let mut router = router;
    if let LambdaRequest::ApiGatewayV2(request) = &mut payload
        && let Err(problem) = check(request)
    {
        // A request that can be read, so that the refusal leaves as every answer does.
        request.raw_path = None;
        request.raw_query_string = None;
        request.headers = HeaderMap::new();
        request.body = None;
        request.request_context.domain_name = None;
        router = crate::router_base(Router::new().route("/", any(async move || problem)));
    }
    let deadline = context.deadline();
    let answers = service_fn(move |request: lambda_http::Request| in_time(router.clone(), request, deadline));
    Adapter::from(answers).call(LambdaEvent::new(payload, context)).await
}

/// A router's answer, before `deadline`. Its frame sees to that, see [`Deadline`]; what stands around the frame has a little more.
async fn in_time<B>(router: Router, request: Request<B>, deadline: SystemTime) -> Result<Response, Infallible>
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(Deadline(deadline));
    match timeout(time_left(deadline, AT_LAST), router.oneshot(request)).await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!("an answer was not finished in the function's time");
            Ok(Problem::new(Code::StoreUnavailable, "The service is busy; please try again").into_response())
        }
    }
}

/// Whether the adapter can make a request of an event. It takes the gateway's word for that, and panics; and a client's
/// address reaches us through the gateway as the client wrote it.
fn check(request: &ApiGatewayV2httpRequest) -> Result<(), Problem> {
    let refuse = |message: &str| Problem::new(Code::InvalidRequest, message);
    let text = |name| request.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let host = text(header::HOST.as_str()).or(request.request_context.domain_name.as_deref());
    let scheme = text("x-forwarded-proto").unwrap_or("https");
    let path = request.raw_path.as_deref().unwrap_or_default();
    let base = match host {
        Some(host) => Url::parse(&format!("{scheme}://{host}{path}")).map(|url| url.to_string()),
        None => Url::parse(&format!("http://localhost{path}")).map(|url| url.path().to_owned()),
    };
    let query = request.raw_query_string.as_deref().filter(|query| !query.is_empty());
    let address = base.ok().map(|base| query.map_or(base.clone(), |query| format!("{base}?{query}")));
    if address.is_none_or(|address| address.parse::<Uri>().is_err()) {
        return Err(refuse("The address holds a character that must be percent-escaped, or is too long"));
    }
    let encoded = request.body.as_deref().filter(|_| request.is_base64_encoded);
    if encoded.is_some_and(|body| STANDARD.decode(body).is_err()) {
        return Err(refuse("The body is not what its encoding says"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use axum::{Router, routing::post};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use lambda_http::{Context, LambdaEvent, request::from_str};
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::answer;
    use crate::RawBody;

    fn router() -> Router {
        crate::router_base(Router::new().route("/", post(|RawBody(body): RawBody| async { body })))
    }

    fn event(body: &str, encoded: bool) -> Value {
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {},
            "requestContext": {"http": {"method": "POST", "path": "/"}, "timeEpoch": 0},
            "body": body, "isBase64Encoded": encoded,
        })
    }

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
        let answer = super::in_time(router, request, deadline).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after") && begun.elapsed() < Duration::from_millis(690));
    }

    #[tokio::test]
    async fn the_refusal_names_who_kept_the_request_waiting() {
        for (at_stripe, code) in [(true, "payment_unavailable"), (false, "store_unavailable")] {
            let slow = async move || {
                let call = runtime::PaymentCall::begin();
                if !at_stripe {
                    call.answered();
                    tokio::time::sleep(Duration::from_secs(30)).await;
                    return "late";
                }
                tokio::time::sleep(Duration::from_secs(30)).await;
                call.answered();
                "late"
            };
            let router = crate::router_base(Router::new().route("/", post(slow)));
            let request = http::Request::post("/").body(axum::body::Body::empty()).expect("a request");
            let deadline = SystemTime::now() + Duration::from_millis(600);
            let answer = super::in_time(router, request, deadline).await.expect("an answer");
            let body = axum::body::to_bytes(answer.into_body(), 65_536).await.expect("a body");
            let problem: Value = serde_json::from_slice(&body).expect("a problem");
            assert_eq!(problem["code"], code);
        }
    }

    #[tokio::test]
    async fn bodies_arrive_byte_for_byte() {
        for (body, encoded) in [(b"{ \"id\" : \"evt_1\"}\r\n".to_vec(), false), (vec![0, 0xff, b'\n'], true)] {
            let text = if encoded { STANDARD.encode(&body) } else { String::from_utf8(body.clone()).expect("text") };
            let request = from_str(&event(&text, encoded).to_string()).expect("an event");
            let response = router().oneshot(request).await.expect("an answer");
            let answer = axum::body::to_bytes(response.into_body(), 65_536).await.expect("a body");
            assert_eq!(answer, body);
        }
    }

    async fn answered(event: &Value) -> (u64, Value) {
        let payload = serde_json::from_value(event.clone()).expect("an event of the gateway");
        let answer = answer(router(), LambdaEvent::new(payload, Context::default())).await;
        let answer = serde_json::to_value(answer.unwrap_or_else(|never| match never {})).expect("JSON");
        let status = answer["statusCode"].as_u64().expect("a status");
        (status, serde_json::from_str(answer["body"].as_str().unwrap_or_default()).unwrap_or_default())
    }

    /// Each of them ended the process: the adapter expects that its addresses and bodies can be read.
    #[tokio::test]
    async fn what_the_adapter_cannot_read_is_refused_and_ends_nothing() {
        assert_eq!(answered(&event("7", false)).await.0, 200);
        for (at, value) in [
            ("/rawQueryString", json!("a b")),
            ("/rawQueryString", json!("\u{7f}")),
            ("/rawQueryString", json!("<")),
            ("/rawQueryString", json!("a".repeat(70_000))),
            ("/rawPath", json!("a:b/")),
            ("/rawPath", json!("/".to_owned() + &"a".repeat(70_000))),
            ("/headers", json!({ "host": "a b" })),
            ("/headers", json!({ "host": "" })),
            ("/headers", json!({ "host": "a.b", "x-forwarded-proto": "no scheme" })),
        ] {
            let mut event = event("", false);
            *event.pointer_mut(at).expect("a field") = value;
            let (status, problem) = answered(&event).await;
            assert_eq!((status, &problem["code"]), (400, &json!("invalid_request")), "{at} {problem}");
        }
        assert_eq!(answered(&event("no base64!", true)).await.0, 400);
        let mut event = event("", false);
        event["rawQueryString"] = json!("a=é&b={1}");
        assert_eq!(answered(&event).await.0, 200);
    }
}
