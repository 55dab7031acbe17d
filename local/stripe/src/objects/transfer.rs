//! Transfers, their reversals, and application fees.

use crate::{form::Metadata, table::Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many entries of a list stand within its object.
const SUB_LIST: usize = 10;

/// The part of a transfer that came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reversal {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) transfer: String,
    pub(crate) refund: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Metadata,
}

impl Reversal {
    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "transfer_reversal",
            "amount": self.amount,
            "balance_transaction": null,
            "created": self.created,
            "currency": self.currency,
            "destination_payment_refund": null,
            "metadata": self.metadata,
            "source_refund": self.refund,
            "transfer": self.transfer,
        })
    }
}

/// Money that went to a seller's account: all of a destination charge, or what the platform sent by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) amount_reversed: i64,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    pub(crate) destination: String,
    /// None where it came from the platform's balance.
    #[serde(default)]
    pub(crate) charge: Option<String>,
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
    pub(crate) fn to_json(&self) -> Value {
        let reversals: Vec<Value> = self.reversals.iter().rev().take(SUB_LIST).map(Reversal::to_json).collect();
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
                "has_more": self.reversals.len() > SUB_LIST,
                "total_count": self.reversals.len(),
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
    #[serde(default)]
    pub(crate) refunds: Vec<FeeRefund>,
}

/// A part of an application fee that went to the seller.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FeeRefund {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) fee: String,
    pub(crate) metadata: Metadata,
}

impl FeeRefund {
    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "fee_refund",
            "amount": self.amount,
            "balance_transaction": null,
            "created": self.created,
            "currency": self.currency,
            "fee": self.fee,
            "metadata": self.metadata,
        })
    }
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
    pub(crate) fn to_json(&self) -> Value {
        let refunds: Vec<Value> = self.refunds.iter().rev().take(SUB_LIST).map(FeeRefund::to_json).collect();
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
                "data": refunds,
                "has_more": self.refunds.len() > SUB_LIST,
                "url": format!("/v1/application_fees/{}/refunds", self.id),
            },
        })
    }
}
