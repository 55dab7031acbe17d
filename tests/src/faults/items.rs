//! The items of the table that a call is about.

use bytes::Bytes;
use serde_json::Value;

/// The keys of the items that an operation writes, or reads in a transaction.
pub(super) fn keys(operation: &str, body: &Bytes) -> Vec<String> {
    Kind::of(operation).map(|kind| kind.keys(body)).unwrap_or_default()
}

/// What a call is to the items that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Write,
    TransactWrite,
    TransactGet,
}

impl Kind {
    /// None of an operation that is at no item for longer.
    pub(super) fn of(operation: &str) -> Option<Self> {
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" => Some(Self::Write),
            "TransactWriteItems" => Some(Self::TransactWrite),
            "TransactGetItems" => Some(Self::TransactGet),
            _ => None,
        }
    }

    /// The keys of the call's items, in their order. The table's keys are `pk` and `sk`.
    pub(super) fn keys(self, body: &Bytes) -> Vec<String> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let parts: Vec<&Value> = match self {
            Self::Write if body["RequestItems"].is_object() => {
                let tables = body["RequestItems"].as_object().into_iter().flatten();
                tables.flat_map(|(_, requests)| requests.as_array().into_iter().flatten()).collect()
            }
            Self::Write => vec![&body],
            Self::TransactWrite | Self::TransactGet => body["TransactItems"].as_array().into_iter().flatten().collect(),
        };
        let kinds = ["Put", "Update", "Delete", "ConditionCheck", "Get", "PutRequest", "DeleteRequest"];
        let key = |part: &Value| {
            let part = kinds.iter().map(|kind| &part[*kind]).find(|inner| inner.is_object()).unwrap_or(part);
            let key = if part["Key"].is_object() { &part["Key"] } else { &part["Item"] };
            match (key["pk"]["S"].as_str(), key["sk"]["S"].as_str()) {
                (Some(pk), Some(sk)) => format!("{pk}/{sk}"),
                _ => panic!("a call names no item of the table: {body}"),
            }
        };
        parts.into_iter().map(key).collect()
    }
}
