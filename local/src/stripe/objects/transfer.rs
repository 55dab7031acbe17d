//! Transfers, their reversals, and application fees: who gets what of a payment.

use crate::stripe::{form::Metadata, table::Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The part of a transfer that came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reversal {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) transfer: String,
    pub(crate) refund: Option<String>,
}

impl Reversal {
    /// The object as the API answers it.
    pub(crate) fn render(&self) -> Value {
        json!({
            "id": self.id,
            "object": "transfer_reversal",
            "amount": self.amount,
            "balance_transaction": null,
            "created": self.created,
            "currency": self.currency,
            "destination_payment_refund": null,
            "metadata": {},
            "source_refund": self.refund,
            "transfer": self.transfer,
        })
    }
}

/// What of a destination charge went to the seller's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) amount_reversed: i64,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    pub(crate) destination: String,
    pub(crate) charge: String,
    pub(crate) metadata: Metadata,
    pub(crate) transfer_group: Option<String>,
    pub(crate) reversals: Vec<Reversal>,
}

impl Stored for Transfer {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Transfer {
    /// The object as the API answers it.
    pub(crate) fn render(&self) -> Value {
        let reversals: Vec<Value> = self.reversals.iter().rev().map(Reversal::render).collect();
        json!({
            "id": self.id,
            "object": "transfer",
            "amount": self.amount,
            "amount_reversed": self.amount_reversed,
            "balance_transaction": null,
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "destination": self.destination,
            "destination_payment": self.id.replacen("tr_", "py_", 1),
            "livemode": false,
            "metadata": self.metadata,
            "reversals": {
                "object": "list",
                "data": reversals,
                "has_more": false,
                "total_count": reversals.len(),
                "url": format!("/v1/transfers/{}/reversals", self.id),
            },
            "reversed": self.amount_reversed >= self.amount,
            "source_transaction": self.charge,
            "source_type": "card",
            "transfer_group": self.transfer_group,
        })
    }
}

/// What of a destination charge came back to the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fee {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) amount_refunded: i64,
    pub(crate) currency: String,
    pub(crate) account: String,
    pub(crate) charge: String,
}

impl Stored for Fee {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Fee {
    /// The object as the API answers it.
    pub(crate) fn render(&self) -> Value {
        json!({
            "id": self.id,
            "object": "application_fee",
            "account": self.account,
            "amount": self.amount,
            "amount_refunded": self.amount_refunded,
            "application": "ca_standin",
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "fee_source": {"charge": self.charge, "type": "charge"},
            "livemode": false,
            "originating_transaction": self.charge,
            "refunded": self.amount_refunded >= self.amount,
            "refunds": {
                "object": "list",
                "data": [],
                "has_more": false,
                "url": format!("/v1/application_fees/{}/refunds", self.id),
            },
        })
    }
}
