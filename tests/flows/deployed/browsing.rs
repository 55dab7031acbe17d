//! A visitor's browser before the program of the pages, through what the gateway makes of its requests.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use holdfast_tests::programs::Program;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::programs::event;

/// The program as a host that a browser can open. Each of its invocations may take `limit`.
pub(super) fn site(program: &Arc<Mutex<Program>>, limit: Duration) -> Router {
    let program = Arc::clone(program);
    Router::new().fallback(async move |request: Request| {
        let event = at_the_gateway(request).await;
        let answer = program.lock().await.invoke_for(&event, limit).await.unwrap();
        from_the_gateway(&answer)
    })
}

async fn at_the_gateway(request: Request) -> Value {
    let (parts, body) = request.into_parts();
    let mut event = event("pages-http.json");
    let text = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    event["rawPath"] = json!(parts.uri.path());
    event["rawQueryString"] = json!(parts.uri.query().unwrap_or_default());
    event["requestContext"]["http"]["path"] = json!(parts.uri.path());
    event["requestContext"]["http"]["method"] = json!(parts.method.as_str());
    let cookies = text("cookie").unwrap_or_default();
    event["cookies"] = cookies.split("; ").filter(|cookie| !cookie.is_empty()).map(Value::from).collect();
    for name in ["accept-language", "content-type"] {
        if let Some(value) = text(name) {
            event["headers"][name] = json!(value);
        }
    }
    let body = to_bytes(body, 1 << 20).await.unwrap();
    event["headers"]["content-length"] = json!(body.len().to_string());
    event["body"] = json!(String::from_utf8(body.to_vec()).unwrap());
    event["isBase64Encoded"] = json!(false);
    event
}

fn from_the_gateway(answer: &Value) -> Response {
    let mut response = Response::builder().status(u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap());
    let single = answer["headers"].as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
    let many = answer["multiValueHeaders"].as_object().into_iter().flatten();
    let many =
        many.flat_map(|(name, values)| values.as_array().unwrap().iter().map(|value| (name.clone(), value.clone())));
    let cookies =
        answer["cookies"].as_array().into_iter().flatten().map(|value| ("set-cookie".to_owned(), value.clone()));
    for (name, value) in single.chain(many).chain(cookies) {
        response = response.header(name, value.as_str().unwrap());
    }
    response.body(Body::from(answer["body"].as_str().unwrap_or_default().to_owned())).unwrap()
}
