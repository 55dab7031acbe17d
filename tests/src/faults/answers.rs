//! Answers of services in trouble, as they write them.

use bytes::Bytes;
use http::{Request, Response, header};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::calls::{Outward, Service};

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &Value) -> Response<Bytes> {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(Bytes::from(body.to_string())).expect("a response")
}

fn aws(status: u16, call: &Outward, error: &str, body: Value) -> Response<Bytes> {
    let kind = match call.service {
        Service::Table => format!("com.amazonaws.dynamodb.v20120810#{error}"),
        Service::Queue => format!("com.amazonaws.sqs#{error}"),
        _ => error.to_owned(),
    };
    let mut body = body;
    body["__type"] = Value::String(kind);
    answer(status, &[("content-type", "application/x-amz-json-1.0")], &body)
}

fn stripe(status: u16, retry: bool, body: &Value) -> Response<Bytes> {
    let retry = if retry { "true" } else { "false" };
    let headers = [("content-type", "application/json"), ("request-id", "req_broken"), ("stripe-should-retry", retry)];
    let headers = if status < 500 { &headers[..] } else { &headers[..2] };
    answer(status, headers, body)
}

/// The service is overrun.
pub(super) fn throttled(call: &Outward) -> Response<Bytes> {
    let message = json!({ "message": "Rate exceeded" });
    match call.service {
        Service::Stripe => {
            let error =
                json!({ "type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests" });
            stripe(429, true, &json!({ "error": error }))
        }
        Service::Table if call.operation == "TransactWriteItems" => aws(400, call, "ThrottlingException", message),
        Service::Table => aws(400, call, "ProvisionedThroughputExceededException", message),
        Service::Queue => aws(403, call, "RequestThrottled", message),
        Service::Mail => answer(429, &[("x-amzn-errortype", "TooManyRequestsException")], &message),
        Service::Bucket => answer(503, &[], &message),
        Service::Secrets | Service::Keys => aws(400, call, "ThrottlingException", message),
    }
}

/// Another call is at the same item, or uses the same key.
pub(super) fn conflict(call: &Outward, body: &Bytes) -> Response<Bytes> {
    match call.service {
        Service::Stripe if call.idempotency_key.is_some() => {
            let error = json!({
                "type": "idempotency_error",
                "code": "idempotency_key_in_use",
                "message": "There is currently another in-progress request using this idempotency key",
            });
            stripe(409, true, &json!({ "error": error }))
        }
        Service::Stripe => {
            let error = json!({
                "type": "invalid_request_error",
                "code": "lock_timeout",
                "message": "This object cannot be accessed right now",
            });
            stripe(429, true, &json!({ "error": error }))
        }
        _ if call.operation == "TransactWriteItems" => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let items = body["TransactItems"].as_array().map_or(1, Vec::len);
            let lost: Vec<_> = (0..items).map(|n| n == 0).collect();
            canceled(&lost)
        }
        _ => {
            let message = json!({ "message": "Transaction is ongoing for the item" });
            aws(400, call, "TransactionConflictException", message)
        }
    }
}

/// The same transaction is under way, by an earlier request.
pub(super) fn in_progress(call: &Outward) -> Response<Bytes> {
    let message = json!({ "Message": "The transaction with the given request token is already in progress." });
    aws(400, call, "TransactionInProgressException", message)
}

/// A transaction that lost at these of its items.
pub(super) fn canceled(lost: &[bool]) -> Response<Bytes> {
    let reasons: Vec<_> = lost
        .iter()
        .map(|lost| match lost {
            true => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" }),
            false => json!({ "Code": "None" }),
        })
        .collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
        "CancellationReasons": reasons,
    });
    answer(400, &[("content-type", "application/x-amz-json-1.0")], &body)
}

/// No right to call.
pub(super) fn turned_away(call: &Outward) -> Response<Bytes> {
    match call.service {
        Service::Stripe => {
            let error = json!({ "type": "invalid_request_error", "message": "Invalid API Key provided" });
            stripe(401, false, &json!({ "error": error }))
        }
        _ => aws(400, call, "AccessDeniedException", json!({ "message": "Not authorized" })),
    }
}

/// A failure of the service.
pub(super) fn server_error(call: &Outward) -> Response<Bytes> {
    match call.service {
        Service::Stripe => {
            let error = json!({ "type": "api_error", "message": "An unknown error occurred" });
            stripe(500, true, &json!({ "error": error }))
        }
        _ => aws(500, call, "InternalServerError", json!({ "message": "Internal server error" })),
    }
}

/// An answer that Stripe gives once more.
pub(super) fn replayed(mut answer: Response<Bytes>) -> Response<Bytes> {
    answer.headers_mut().insert("idempotent-replayed", http::HeaderValue::from_static("true"));
    answer
}

/// The same request for the first half of its keys, and what it asks for of the others.
pub(super) fn halved(request: Request<Bytes>) -> (Request<Bytes>, Value) {
    let (mut parts, body) = request.into_parts();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut rest = json!({});
    for (table, needed) in body["RequestItems"].as_object_mut().into_iter().flatten() {
        let keys = needed["Keys"].as_array_mut().map(|keys| keys.split_off(keys.len().div_ceil(2)));
        let mut others = needed.clone();
        others["Keys"] = keys.unwrap_or_default().into();
        if others["Keys"].as_array().is_some_and(|keys| !keys.is_empty()) {
            rest[table] = others;
        }
    }
    let body = Bytes::from(body.to_string());
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    (Request::from_parts(parts, body), rest)
}

/// An answer that leaves this to be asked for again.
pub(super) fn left_out(answer: &Response<Bytes>, rest: Value) -> Response<Bytes> {
    let mut body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    body["UnprocessedKeys"] = rest;
    Response::new(Bytes::from(body.to_string()))
}

/// The same request, asking what it costs. The embedded table checks no signature.
pub(super) fn measuring(request: Request<Bytes>) -> Request<Bytes> {
    let (mut parts, body) = request.into_parts();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
    body["ReturnConsumedCapacity"] = json!("TOTAL");
    let body = Bytes::from(body.to_string());
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    Request::from_parts(parts, body)
}

/// The capacity units in an answer.
pub(super) fn units(body: &Bytes) -> Option<Decimal> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let of = |one: &Value| one["CapacityUnits"].as_number().and_then(|n| n.to_string().parse::<Decimal>().ok());
    match &body["ConsumedCapacity"] {
        Value::Array(all) => all.iter().map(of).sum(),
        one => of(one),
    }
}
