//! Charges.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parts::{TransferData, object};
use crate::{form::Metadata, table::Stored};

/// The state of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChargeStatus {
    Succeeded,
    Pending,
    Failed,
}

/// A charge: one attempt to pay an intent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) amount_captured: i64,
    pub(crate) amount_refunded: i64,
    /// The part of `amount_refunded` that was never captured: released by a cancellation, an expiry, or a partial capture.
    #[serde(default)]
    pub(crate) released: i64,
    pub(crate) currency: String,
    pub(crate) captured: bool,
    pub(crate) status: ChargeStatus,
    pub(crate) disputed: bool,
    pub(crate) intent: String,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) receipt_email: Option<String>,
    pub(crate) on_behalf_of: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) payment_method: String,
    pub(crate) details: Value,
    pub(crate) billing: Value,
    /// Code and sentence of a decline.
    pub(crate) failure: Option<(String, String)>,
    /// The issuer's word for a decline.
    pub(crate) decline_code: Option<String>,
    pub(crate) transfer: Option<String>,
    pub(crate) transfer_data: Option<TransferData>,
    pub(crate) transfer_group: Option<String>,
    pub(crate) application_fee: Option<String>,
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) balance_transaction: Option<String>,
    pub(crate) refunds: Vec<String>,
    pub(crate) disputes: Vec<String>,
}

impl Stored for Charge {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Charge {
    /// What can still be given back.
    pub(crate) fn refundable(&self) -> i64 {
        self.amount - self.amount_refunded
    }

    fn outcome(&self) -> Value {
        match (&self.failure, self.status) {
            (Some((code, _)), _) => json!({
                "advice_code": null,
                "network_advice_code": null,
                "network_decline_code": null,
                "network_status": "declined_by_network",
                "reason": self.decline_code.as_ref().unwrap_or(code),
                "risk_level": "normal",
                "risk_score": 20,
                "seller_message": "The bank did not return any further details with this decline.",
                "type": "issuer_declined",
            }),
            (None, ChargeStatus::Pending) => Value::Null,
            (None, _) => json!({
                "advice_code": null,
                "network_advice_code": null,
                "network_decline_code": null,
                "network_status": "approved_by_network",
                "reason": null,
                "risk_level": "normal",
                "risk_score": 20,
                "seller_message": "Payment complete.",
                "type": "authorized",
            }),
        }
    }

    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        let (failure_code, failure_message) = match &self.failure {
            Some((code, message)) => (Some(code), Some(message)),
            None => (None, None),
        };
        let paid = self.status == ChargeStatus::Succeeded;
        object([
            ("id", json!(self.id)),
            ("object", json!("charge")),
            ("amount", json!(self.amount)),
            ("amount_captured", json!(self.amount_captured)),
            ("amount_refunded", json!(self.amount_refunded)),
            ("application", Value::Null),
            ("application_fee", json!(self.application_fee)),
            ("application_fee_amount", json!(self.application_fee_amount)),
            ("balance_transaction", json!(self.balance_transaction)),
            ("billing_details", json!(self.billing)),
            ("calculated_statement_descriptor", json!("HOLDFAST")),
            ("captured", json!(self.captured)),
            ("created", json!(self.created)),
            ("currency", json!(self.currency)),
            ("customer", Value::Null),
            ("description", json!(self.description)),
            ("disputed", json!(self.disputed)),
            ("failure_balance_transaction", Value::Null),
            ("failure_code", json!(failure_code)),
            ("failure_message", json!(failure_message)),
            ("fraud_details", json!({})),
            ("livemode", json!(false)),
            ("metadata", json!(self.metadata)),
            ("on_behalf_of", json!(self.on_behalf_of)),
            ("outcome", json!(self.outcome())),
            ("paid", json!(paid)),
            ("payment_intent", json!(self.intent)),
            ("payment_method", json!(self.payment_method)),
            ("payment_method_details", json!(self.details)),
            ("radar_options", json!({})),
            ("receipt_email", json!(self.receipt_email)),
            ("receipt_number", Value::Null),
            ("receipt_url", Value::Null),
            ("refunded", json!(paid && self.amount_refunded >= self.amount)),
            ("review", Value::Null),
            ("shipping", Value::Null),
            ("source", Value::Null),
            ("source_transfer", Value::Null),
            ("statement_descriptor", json!(self.statement_descriptor)),
            ("statement_descriptor_suffix", Value::Null),
            ("status", json!(self.status)),
            ("transfer", json!(self.transfer)),
            (
                "transfer_data",
                json!(
                    self.transfer_data
                        .as_ref()
                        .map(|data| { json!({"amount": data.amount, "destination": data.destination}) })
                ),
            ),
            ("transfer_group", json!(self.transfer_group)),
        ])
    }
}
