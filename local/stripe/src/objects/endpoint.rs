//! A webhook endpoint.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::object;
use crate::{form::Metadata, table::Stored};

/// What `POST /v1/webhook_endpoints` registered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RegisteredEndpoint {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) url: String,
    pub(crate) kinds: Vec<String>,
    /// The version that its events are written in; the account's where it names none.
    pub(crate) version: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) disabled: bool,
    pub(crate) secret: String,
}

impl Stored for RegisteredEndpoint {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl RegisteredEndpoint {
    /// As the API answers it. Its secret is in the answer to its creation alone.
    pub(crate) fn to_json(&self) -> Value {
        object([
            ("id", json!(self.id)),
            ("object", json!("webhook_endpoint")),
            ("api_version", json!(self.version)),
            ("application", Value::Null),
            ("created", json!(self.created)),
            ("description", json!(self.description)),
            ("enabled_events", json!(self.kinds)),
            ("livemode", json!(false)),
            ("metadata", json!(self.metadata)),
            ("status", json!(if self.disabled { "disabled" } else { "enabled" })),
            ("url", json!(self.url)),
        ])
    }
}
