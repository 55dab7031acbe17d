//! What goes wrong at one call outward, and how services in trouble answer.

use std::fmt;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// DynamoDB.
    Table,
    /// The stand-in's API.
    Stripe,
    /// SQS.
    Queue,
    /// Secrets Manager.
    Secrets,
    /// SES.
    Mail,
    /// The issuer, which publishes the keys of tokens.
    Keys,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No connection can be made.
    NoConnection,
    /// The request is lost on its way.
    RequestLost,
    /// The call takes effect, and its answer is lost.
    AnswerLost,
    /// The service has too much to do.
    Throttled,
    /// Another call is at the same item, or uses the same key.
    Conflict,
    /// The same transaction is still under way, by an earlier try: it takes effect. At other calls the answer is lost.
    InProgress,
    /// The service fails, with nothing done.
    ServerError,
    /// The service fails after it has done what was asked.
    ServerErrorDone,
    /// Stripe refuses our key. Others fail.
    TurnedAway,
    /// The call leaves after so many seconds.
    Slow(u16),
    /// The call takes effect, and no answer ever comes.
    Silent,
    /// The process dies before the call leaves.
    DieBefore,
    /// The process dies after the call took effect.
    DieAfter,
    /// The process is frozen for so many seconds before the call leaves.
    FreezeBefore(u16),
    /// The process is frozen for so many seconds after the call took effect.
    FreezeAfter(u16),
}

/// A fault at the call of that number of one process, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Counted from 0 within its process.
    pub call: u16,
    /// What goes wrong.
    pub fault: Fault,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at call {}", self.fault, self.call)
    }
}

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &Value) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body.to_string()));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        answer.headers_mut().insert(*name, http::HeaderValue::from_static(value));
    }
    answer
}

fn aws(status: u16, error: &str) -> Response<Bytes> {
    let body = json!({ "__type": error, "message": "made by a simulation" });
    answer(status, &[("content-type", "application/x-amz-json-1.0")], &body)
}

fn stripe(status: u16, kind: &str, code: Option<&str>) -> Response<Bytes> {
    let mut error = json!({ "type": kind, "message": "made by a simulation" });
    if let Some(code) = code {
        error["code"] = json!(code);
    }
    let retry = if status == 401 { "false" } else { "true" };
    let headers = [("content-type", "application/json"), ("request-id", "req_broken"), ("stripe-should-retry", retry)];
    answer(status, if status < 500 { &headers } else { &headers[..2] }, &json!({ "error": error }))
}

/// The service is overrun.
pub(crate) fn throttled(service: Service, operation: &str) -> Response<Bytes> {
    match service {
        Service::Stripe => stripe(429, "invalid_request_error", Some("rate_limit")),
        Service::Table if operation == "TransactWriteItems" => aws(400, "ThrottlingException"),
        Service::Table => aws(400, "ProvisionedThroughputExceededException"),
        Service::Queue => aws(403, "RequestThrottled"),
        Service::Mail => {
            answer(429, &[("x-amzn-errortype", "TooManyRequestsException")], &json!({ "message": "slower" }))
        }
        Service::Secrets | Service::Keys => aws(400, "ThrottlingException"),
    }
}

/// Another call is at the same items, or uses the same key.
pub(crate) fn conflict(service: Service, operation: &str, lost: &[bool], keyed: bool) -> Response<Bytes> {
    match service {
        Service::Stripe if keyed => stripe(409, "idempotency_error", Some("idempotency_key_in_use")),
        Service::Stripe => stripe(429, "invalid_request_error", Some("lock_timeout")),
        Service::Table if operation == "TransactWriteItems" => {
            let reason = |lost: &bool| match lost {
                true => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" }),
                false => json!({ "Code": "None" }),
            };
            let body = json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
                "CancellationReasons": lost.iter().map(reason).collect::<Vec<_>>(),
            });
            answer(400, &[("content-type", "application/x-amz-json-1.0")], &body)
        }
        Service::Table => aws(400, "com.amazonaws.dynamodb.v20120810#TransactionConflictException"),
        other => throttled(other, operation),
    }
}

/// The same transaction is under way, by an earlier try.
pub(crate) fn in_progress() -> Response<Bytes> {
    aws(400, "com.amazonaws.dynamodb.v20120810#TransactionInProgressException")
}

/// A failure of the service.
pub(crate) fn server_error(service: Service) -> Response<Bytes> {
    match service {
        Service::Stripe => stripe(500, "api_error", None),
        _ => aws(500, "InternalServerError"),
    }
}

/// Stripe does not know the key.
pub(crate) fn turned_away() -> Response<Bytes> {
    stripe(401, "invalid_request_error", None)
}
