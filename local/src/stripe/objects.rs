//! Stripe's objects, with the fields that the stand-in acts on, and how they are written.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{form::Metadata, table::Stored};

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
    pub(crate) fn render(&self) -> Value {
        json!({
            "amount": self.amount,
            "description": self.description,
            "destination": self.destination,
            "metadata": self.metadata,
        })
    }
}

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
    /// What only the seller's page may know.
    pub(crate) fn client_secret(&self) -> String {
        format!("{}_secret_{}", self.id, self.secret)
    }

    /// The object as the API answers it.
    pub(crate) fn render(&self) -> Value {
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
            ("automatic_payment_methods", json!(self.automatic.as_ref().map(|redirects| json!({"allow_redirects": redirects, "enabled": true})))),
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
            ("payment_method_options", json!({
                "card": {
                    "installments": null,
                    "mandate_options": null,
                    "network": null,
                    "request_three_d_secure": "automatic",
                },
            })),
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
            ("transfer_data", json!(self.transfer_data.as_ref().map(TransferData::render))),
            ("transfer_group", json!(self.transfer_group)),
        ])
    }
}

/// How a charge ended.
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
        let taken = if self.captured { self.amount_captured } else { self.amount };
        taken - self.amount_refunded
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
    pub(crate) fn render(&self) -> Value {
        let (failure_code, failure_message) = match &self.failure {
            Some((code, message)) => (Some(code), Some(message)),
            None => (None, None),
        };
        let paid = self.status == ChargeStatus::Succeeded;
        let whole = if self.captured { self.amount_captured } else { self.amount };
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
            ("refunded", json!(paid && self.amount_refunded >= whole)),
            ("review", Value::Null),
            ("shipping", Value::Null),
            ("source", Value::Null),
            ("source_transfer", Value::Null),
            ("statement_descriptor", json!(self.statement_descriptor)),
            ("statement_descriptor_suffix", Value::Null),
            ("status", json!(self.status)),
            ("transfer", json!(self.transfer)),
            ("transfer_data", json!(self.transfer_data.as_ref().map(|data| {
                json!({"amount": data.amount, "destination": data.destination})
            }))),
            ("transfer_group", json!(self.transfer_group)),
        ])
    }
}

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

/// A refund.
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
    pub(crate) fn render(&self) -> Value {
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

/// A buyer's quarrel with a charge.
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

    /// The object as the API answers it.
    pub(crate) fn render(&self) -> Value {
        let mut evidence: Map<String, Value> = [
            "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
            "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
            "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
            "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
            "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
            "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file",
            "uncategorized_text",
        ]
        .into_iter()
        .map(|name| (name.to_owned(), Value::Null))
        .collect();
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transactions": [],
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

/// A payment method that somebody used.
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
