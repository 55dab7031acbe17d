//! Refunds.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::transfer::Reversal;
use crate::{form::Metadata, table::Stored};

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    Pending,
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
}

impl RefundStatus {
    /// Whether the money is back with the seller.
    pub(crate) fn is_undone(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }
}

/// Money on its way back, with the fields that Stripe's `refund` has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) charge: String,
    pub(crate) intent: String,
    pub(crate) status: RefundStatus,
    pub(crate) reason: Option<String>,
    pub(crate) failure_reason: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) instructions_email: Option<String>,
    /// The reversal of the transfer, as Stripe writes it.
    pub(crate) reversal: Option<Reversal>,
    /// What of the application fee went back.
    pub(crate) fee_refunded: i64,
}

impl Stored for Refund {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Refund {
    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        let mut refund = json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {
                "card": {"reference": null, "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
                "type": "card",
            },
            "metadata": self.metadata,
            "payment_intent": self.intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": self.status,
            "transfer_reversal": self.reversal.as_ref().map(|reversal| &reversal.id),
        });
        if let Value::Object(fields) = &mut refund {
            if let Some(reason) = &self.failure_reason {
                fields.insert("failure_reason".to_owned(), json!(reason));
            }
            if self.status == RefundStatus::Pending {
                fields.insert("pending_reason".to_owned(), json!("processing"));
            }
        }
        refund
    }
}
