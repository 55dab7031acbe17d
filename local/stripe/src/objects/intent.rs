//! Payment intents.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parts::{TransferData, object};
use crate::{form::Metadata, table::Stored};

/// Whether a payment is taken with its authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureMethod {
    #[default]
    Automatic,
    AutomaticAsync,
    Manual,
}

/// What an intent is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Canceled,
    Succeeded,
}

impl IntentStatus {
    /// Stripe's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

/// A payment intent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) secret: String,
    pub(crate) amount: i64,
    pub(crate) amount_capturable: i64,
    pub(crate) amount_received: i64,
    pub(crate) currency: String,
    pub(crate) capture_method: CaptureMethod,
    pub(crate) confirmation_method: String,
    pub(crate) status: IntentStatus,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) transfer_data: Option<TransferData>,
    pub(crate) transfer_group: Option<String>,
    pub(crate) on_behalf_of: Option<String>,
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    /// `allow_redirects` of the automatic payment methods, where these are on.
    pub(crate) automatic: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) setup_future_usage: Option<String>,
    pub(crate) last_payment_error: Option<Value>,
    pub(crate) next_action: Option<Value>,
    pub(crate) canceled_at: Option<i64>,
    pub(crate) cancellation_reason: Option<String>,
    pub(crate) charges: Vec<String>,
    /// The Checkout Session that made it.
    pub(crate) session: Option<String>,
}

impl Stored for Intent {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Intent {
    /// The client secret, which the seller's page confirms with.
    pub(crate) fn client_secret(&self) -> String {
        format!("{}_secret_{}", self.id, self.secret)
    }

    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        object([
            ("id", json!(self.id)),
            ("object", json!("payment_intent")),
            ("allowed_payment_method_types", Value::Null),
            ("amount", json!(self.amount)),
            ("amount_capturable", json!(self.amount_capturable)),
            ("amount_details", json!({"tip": {}})),
            ("amount_received", json!(self.amount_received)),
            ("application", Value::Null),
            ("application_fee_amount", json!(self.application_fee_amount)),
            (
                "automatic_payment_methods",
                json!(self.automatic.as_ref().map(|redirects| json!({"allow_redirects": redirects, "enabled": true}))),
            ),
            ("canceled_at", json!(self.canceled_at)),
            ("cancellation_reason", json!(self.cancellation_reason)),
            ("capture_method", json!(self.capture_method)),
            ("client_secret", json!(self.client_secret())),
            ("confirmation_method", json!(self.confirmation_method)),
            ("created", json!(self.created)),
            ("currency", json!(self.currency)),
            ("customer", Value::Null),
            ("customer_account", Value::Null),
            ("description", json!(self.description)),
            ("excluded_payment_method_types", Value::Null),
            ("last_payment_error", json!(self.last_payment_error)),
            ("latest_charge", json!(self.charges.last())),
            ("livemode", json!(false)),
            ("metadata", json!(self.metadata)),
            ("next_action", json!(self.next_action)),
            ("on_behalf_of", json!(self.on_behalf_of)),
            ("payment_method", json!(self.payment_method)),
            ("payment_method_configuration_details", Value::Null),
            (
                "payment_method_options",
                json!({
                    "card": {
                        "installments": null,
                        "mandate_options": null,
                        "network": null,
                        "request_three_d_secure": "automatic",
                    },
                }),
            ),
            ("payment_method_types", json!(self.payment_method_types)),
            ("processing", Value::Null),
            ("receipt_email", json!(self.receipt_email)),
            ("review", Value::Null),
            ("setup_future_usage", json!(self.setup_future_usage)),
            ("shipping", Value::Null),
            ("source", Value::Null),
            ("statement_descriptor", json!(self.statement_descriptor)),
            ("statement_descriptor_suffix", json!(self.statement_descriptor_suffix)),
            ("status", json!(self.status)),
            ("transfer_data", json!(self.transfer_data.as_ref().map(TransferData::to_json))),
            ("transfer_group", json!(self.transfer_group)),
        ])
    }
}
