//! An order, as its buyer knows it.

use serde_json::Value;

/// An order that was placed.
#[derive(Debug, Clone)]
pub struct Bought {
    /// The order's id.
    pub id: String,
    /// What opens it.
    pub token: String,
    /// Stripe's session, or `FREE-…`. Empty if there is none yet.
    pub session: String,
    /// Stripe's page.
    pub url: Option<String>,
    /// The whole answer.
    pub json: Value,
}

impl Bought {
    /// What the checkout's answer says.
    #[must_use]
    pub fn of(json: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            id: text(&json["order"]["id"]),
            token: text(&json["access_token"]),
            session: text(&json["order"]["payment"]["session_id"]),
            url: json["checkout_url"].as_str().map(str::to_owned),
            json,
        }
    }
}
