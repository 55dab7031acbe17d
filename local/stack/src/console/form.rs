//! The fields of forms, and the API's refusals of them.

use std::collections::{BTreeMap, HashMap};

use http::StatusCode;
use serde_json::Value;
use url::form_urlencoded;
use uuid::Uuid;

use crate::gateway::Answered;

/// What was typed into a form.
#[derive(Debug, Default)]
pub(super) struct Typed {
    fields: BTreeMap<String, String>,
}

impl Typed {
    pub(super) fn read(body: &[u8]) -> Self {
        Self { fields: form_urlencoded::parse(body).into_owned().collect() }
    }

    /// A field without the blanks around it; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |text| text.trim())
    }

    /// A field that was filled in.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }
}

/// An answer of the API that refuses what was typed.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) detail: String,
    pub(super) fields: HashMap<String, String>,
}

impl Wrong {
    /// What the API turned down.
    pub(super) fn of(answer: &Answered) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = answer.body["errors"].as_array().into_iter().flatten();
        let mut detail = text(&answer.body["detail"]);
        if detail.is_empty() {
            detail = format!("The API answered {}", answer.status);
        }
        Self {
            status: answer.status,
            detail,
            fields: fields.map(|error| (text(&error["field"]), text(&error["message"]))).collect(),
        }
    }

    pub(super) fn at(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// A key for one press of a button.
pub(super) fn new_key() -> String {
    Uuid::new_v4().to_string()
}
