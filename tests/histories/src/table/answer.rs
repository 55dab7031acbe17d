//! Answers as DynamoDB writes them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    evaluate::{Invalid, Item},
    expression::Unreadable,
};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Refused {
    /// The request is malformed.
    Validation(String),
    /// A condition does not hold; with the item, where the call wants it.
    Condition(Option<Item>),
    /// One or several parts of a transaction.
    Canceled(Vec<Reason>),
    /// A token that came with another request before.
    OtherRequest,
}

/// Why a part of a transaction is refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reason {
    None,
    Condition(Option<Item>),
    Validation(String),
}

impl From<Unreadable> for Refused {
    fn from(error: Unreadable) -> Self {
        Self::Validation(error.0)
    }
}

impl From<Invalid> for Refused {
    fn from(error: Invalid) -> Self {
        Self::Validation(error.0)
    }
}

impl Refused {
    fn body(&self) -> Value {
        let of = |kind: &str, message: &str| json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": message });
        match self {
            Self::Validation(message) => {
                json!({ "__type": "com.amazon.coral.validate#ValidationException", "message": message })
            }
            Self::Condition(item) => {
                let mut body = of("ConditionalCheckFailedException", "The conditional request failed");
                if let Some(item) = item {
                    body["Item"] = json!(item);
                }
                body
            }
            Self::OtherRequest => of("IdempotentParameterMismatchException", "The token came with another request"),
            Self::Canceled(reasons) => {
                let words: Vec<_> = reasons.iter().map(Reason::code).collect();
                let message = format!(
                    "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
                    words.join(", ")
                );
                let reasons: Vec<_> = reasons.iter().map(Reason::body).collect();
                json!({
                    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "Message": message,
                    "CancellationReasons": reasons,
                })
            }
        }
    }
}

impl Reason {
    fn code(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Condition(_) => "ConditionalCheckFailed",
            Self::Validation(_) => "ValidationError",
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::None => json!({ "Code": "None" }),
            Self::Condition(item) => {
                let mut body = json!({ "Code": self.code(), "Message": "The conditional request failed" });
                if let Some(item) = item {
                    body["Item"] = json!(item);
                }
                body
            }
            Self::Validation(message) => json!({ "Code": self.code(), "Message": message }),
        }
    }
}

/// The answer to a call.
pub(super) fn written(outcome: Result<Value, Refused>) -> http::Response<Bytes> {
    let (status, body) = match outcome {
        Ok(body) => (200, body),
        Err(refused) => (400, refused.body()),
    };
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}
