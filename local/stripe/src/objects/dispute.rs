//! Disputes.

use crate::{form::Metadata, table::Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A bank's complaint, with the fields that Stripe's `dispute` has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) charge: String,
    pub(crate) intent: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) metadata: Metadata,
    /// The amounts that it took from the balance, below zero, and put back.
    #[serde(default)]
    pub(crate) moves: Vec<(String, i64)>,
}

impl Stored for Dispute {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Dispute {
    /// Whether no money was withdrawn.
    pub(crate) fn is_inquiry(&self) -> bool {
        self.status.starts_with("warning")
    }

    /// Whether its money is not on the platform's balance.
    pub(crate) fn withdrawn(&self) -> bool {
        self.moves.iter().map(|(_, amount)| amount).sum::<i64>() < 0
    }

    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        let mut evidence: Map<String, Value> = [
            "access_activity_log",
            "billing_address",
            "cancellation_policy",
            "cancellation_policy_disclosure",
            "cancellation_rebuttal",
            "customer_communication",
            "customer_email_address",
            "customer_name",
            "customer_purchase_ip",
            "customer_signature",
            "duplicate_charge_documentation",
            "duplicate_charge_explanation",
            "duplicate_charge_id",
            "product_description",
            "receipt",
            "refund_policy",
            "refund_policy_disclosure",
            "refund_refusal_explanation",
            "service_date",
            "service_documentation",
            "shipping_address",
            "shipping_carrier",
            "shipping_date",
            "shipping_documentation",
            "shipping_tracking_number",
            "uncategorized_file",
            "uncategorized_text",
        ]
        .into_iter()
        .map(|name| (name.to_owned(), Value::Null))
        .collect();
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        let moves = self.moves.iter().map(|(id, amount)| {
            json!({
                "id": id, "object": "balance_transaction", "amount": amount, "available_on": self.created,
                "balance_type": "payments", "created": self.created, "currency": self.currency, "description": null,
                "exchange_rate": null, "fee": 0, "fee_details": [], "net": amount,
                "reporting_category": if *amount < 0 { "dispute" } else { "dispute_reversal" },
                "source": self.id, "status": "available", "type": "adjustment",
            })
        });
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transactions": moves.collect::<Vec<_>>(),
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": evidence,
            "evidence_details": {
                "due_by": self.created.saturating_add(7 * 86_400),
                "enhanced_eligibility": {},
                "has_evidence": false,
                "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": self.is_inquiry(),
            "livemode": false,
            "metadata": self.metadata,
            "network_reason_code": null,
            "payment_intent": self.intent,
            "payment_method_details": {
                "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"},
                "type": "card",
            },
            "reason": self.reason,
            "status": self.status,
        })
    }
}
