//! What several of Stripe's objects have in common.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{form::Metadata, table::Stored};

/// An object with many fields, as `json!` can only take so many.
pub(crate) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Where the money of a destination charge goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TransferData {
    pub(crate) destination: String,
    pub(crate) amount: Option<i64>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
}

impl TransferData {
    /// As it stands on intents.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "amount": self.amount,
            "description": self.description,
            "destination": self.destination,
            "metadata": self.metadata,
        })
    }
}

/// A payment method that a buyer has used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UsedMethod {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) token: String,
}

impl Stored for UsedMethod {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}
