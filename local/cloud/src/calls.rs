//! Calls of AWS' JSON protocols, as the stand-ins send and answer them.

use bytes::Bytes;
use http_body_util::BodyExt;
use runtime::{Wire, WireError};
use serde_json::Value;

use crate::error::CloudError;

/// Sends one call of AWS' JSON protocols to a wire, for what the local stack itself has to set up.
pub(crate) async fn ask(wire: &dyn Wire, operation: &str, input: &Value) -> Result<Value, CloudError> {
    let refused = |answer: String| CloudError::Refused { operation: operation.to_owned(), answer };
    let request = http::Request::post("https://localhost/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", operation)
        .body(Bytes::from(input.to_string()))
        .map_err(|error| refused(error.to_string()))?;
    let answer = wire.send(request).await.map_err(|error| refused(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(refused(String::from_utf8_lossy(answer.body()).into_owned()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| refused(error.to_string()))
}

/// Reads the whole body of an answer that a service has built in memory.
pub(crate) async fn collect<Body>(answer: http::Response<Body>) -> Result<http::Response<Bytes>, WireError>
where
    Body: hyper::body::Body<Data = Bytes>,
    Body::Error: std::fmt::Display,
{
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| WireError::Lost(error.to_string()))?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}
