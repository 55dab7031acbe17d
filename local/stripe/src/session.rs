//! The Checkout Session and how it is written.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    form::Metadata,
    objects::{CaptureMethod, TaxBehavior, TransferData, liability, object},
    table::Stored,
};

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    Open,
    Complete,
    Expired,
}

impl SessionStatus {
    /// Stripe's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

/// The state of a session's payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatus {
    Paid,
    Unpaid,
    NoPaymentRequired,
}

/// One line of what is bought.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LineItem {
    pub(crate) id: String,
    pub(crate) price: String,
    pub(crate) product: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) unit_amount: i64,
    pub(crate) quantity: i64,
    pub(crate) tax: i64,
    pub(crate) behavior: TaxBehavior,
    pub(crate) metadata: Metadata,
}

impl LineItem {
    /// Price by quantity.
    pub(crate) fn subtotal(&self) -> i64 {
        self.unit_amount.saturating_mul(self.quantity)
    }

    /// The tax that comes on top of the price.
    fn tax_on_top(&self) -> i64 {
        if self.behavior == TaxBehavior::Inclusive { 0 } else { self.tax }
    }

    fn to_json(&self, currency: &str, created: i64) -> Value {
        json!({
            "id": self.id,
            "object": "item",
            "amount_discount": 0,
            "amount_subtotal": self.subtotal(),
            "amount_tax": self.tax,
            "amount_total": self.subtotal().saturating_add(self.tax_on_top()),
            "currency": currency,
            "description": self.name,
            "metadata": self.metadata,
            "price": {
                "id": self.price,
                "object": "price",
                "active": false,
                "billing_scheme": "per_unit",
                "created": created,
                "currency": currency,
                "custom_unit_amount": null,
                "livemode": false,
                "lookup_key": null,
                "metadata": {},
                "nickname": null,
                "product": self.product,
                "recurring": null,
                "tax_behavior": self.behavior,
                "tiers_mode": null,
                "transform_quantity": null,
                "type": "one_time",
                "unit_amount": self.unit_amount,
                "unit_amount_decimal": self.unit_amount.to_string(),
            },
            "quantity": self.quantity,
        })
    }
}

/// The fields of a session's future intent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct IntentData {
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) capture_method: CaptureMethod,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) on_behalf_of: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) setup_future_usage: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) transfer_data: Option<TransferData>,
    pub(crate) transfer_group: Option<String>,
}

/// A Checkout Session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) expires_at: i64,
    pub(crate) currency: String,
    pub(crate) items: Vec<LineItem>,
    pub(crate) automatic_tax: bool,
    /// The connected account that owes the tax, where the platform does not.
    #[serde(default)]
    pub(crate) liable: Option<String>,
    pub(crate) status: SessionStatus,
    pub(crate) payment_status: PaymentStatus,
    pub(crate) intent: Option<String>,
    pub(crate) intent_data: IntentData,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) customer_email: Option<String>,
    /// What the buyer typed: name and mail address.
    pub(crate) buyer: Option<Buyer>,
    pub(crate) metadata: Metadata,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    /// Settings that are given back as they came.
    pub(crate) settings: Map<String, Value>,
}

/// Who paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Buyer {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
}

impl Stored for Session {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Session {
    /// All lines, before tax.
    pub(crate) fn subtotal(&self) -> i64 {
        self.items.iter().map(LineItem::subtotal).fold(0, i64::saturating_add)
    }

    /// The tax that was worked out, on top of prices and in them.
    pub(crate) fn tax(&self) -> i64 {
        self.items.iter().map(|item| item.tax).fold(0, i64::saturating_add)
    }

    /// What is to be paid.
    pub(crate) fn total(&self) -> i64 {
        self.items.iter().map(LineItem::tax_on_top).fold(self.subtotal(), i64::saturating_add)
    }

    /// Where the buyer goes after paying.
    pub(crate) fn success_address(&self) -> String {
        self.success_url.replace("{CHECKOUT_SESSION_ID}", &self.id)
    }

    /// The lines as a list; `limit` of them after `starting_after`.
    pub(crate) fn line_items(&self, starting_after: Option<&str>, limit: usize) -> Value {
        let start = starting_after
            .and_then(|id| self.items.iter().position(|item| item.id == id))
            .map_or(0, |position| position.saturating_add(1));
        let rest = self.items.get(start..).unwrap_or_default();
        let data: Vec<Value> = rest.iter().take(limit).map(|item| item.to_json(&self.currency, self.created)).collect();
        json!({
            "object": "list",
            "data": data,
            "has_more": rest.len() > limit,
            "url": format!("/v1/checkout/sessions/{}/line_items", self.id),
        })
    }

    fn tax_status(&self) -> Option<&'static str> {
        let located = self.status == SessionStatus::Complete;
        self.automatic_tax.then_some(if located { "complete" } else { "requires_location_inputs" })
    }

    fn customer_details(&self) -> Value {
        let email = self.buyer.as_ref().and_then(|buyer| buyer.email.as_ref()).or(self.customer_email.as_ref());
        if self.buyer.is_none() && email.is_none() {
            return Value::Null;
        }
        json!({
            "address": null,
            "business_name": null,
            "email": email,
            "individual_name": null,
            "name": self.buyer.as_ref().and_then(|buyer| buyer.name.as_ref()),
            "phone": null,
            "tax_exempt": "none",
            "tax_ids": if self.buyer.is_some() { json!([]) } else { Value::Null },
        })
    }

    /// The object as the API answers it, with the address of its page.
    pub(crate) fn to_json(&self, public_url: &str) -> Value {
        let url = (self.status == SessionStatus::Open).then(|| format!("{public_url}/pay/{}", self.id));
        let mut session = object([
            ("id", json!(self.id)),
            ("object", json!("checkout.session")),
            ("adaptive_pricing", json!({"enabled": false})),
            ("after_expiration", Value::Null),
            ("allow_promotion_codes", Value::Null),
            ("allowed_payment_method_types", Value::Null),
            ("amount_subtotal", json!(self.subtotal())),
            ("amount_total", json!(self.total())),
            (
                "automatic_tax",
                json!({
                    "enabled": self.automatic_tax,
                    "liability": self.automatic_tax.then(|| liability(self.liable.as_deref())),
                    "provider": self.automatic_tax.then_some("stripe"),
                    "status": self.tax_status(),
                }),
            ),
            ("billing_address_collection", Value::Null),
            ("branding_settings", Value::Null),
            ("cancel_url", json!(self.cancel_url)),
            ("client_reference_id", json!(self.client_reference_id)),
            ("client_secret", Value::Null),
            (
                "collected_information",
                json!({"business_name": null, "individual_name": null, "shipping_details": null}),
            ),
            ("consent", Value::Null),
            ("consent_collection", Value::Null),
            ("created", json!(self.created)),
            ("currency", json!(self.currency)),
            ("currency_conversion", Value::Null),
            ("custom_fields", json!([])),
            (
                "custom_text",
                json!({
                    "after_submit": null,
                    "shipping_address": null,
                    "submit": null,
                    "terms_of_service_acceptance": null,
                }),
            ),
            ("customer", Value::Null),
            ("customer_account", Value::Null),
            ("customer_creation", json!("if_required")),
            ("customer_details", json!(self.customer_details())),
            ("customer_email", json!(self.customer_email)),
            ("discounts", json!([])),
            ("excluded_payment_method_types", Value::Null),
            ("expires_at", json!(self.expires_at)),
            ("integration_identifier", Value::Null),
            ("invoice", Value::Null),
            (
                "invoice_creation",
                json!({
                    "enabled": false,
                    "invoice_data": {
                        "account_tax_ids": null,
                        "custom_fields": null,
                        "description": null,
                        "footer": null,
                        "issuer": null,
                        "metadata": {},
                        "rendering_options": null,
                    },
                }),
            ),
            ("livemode", json!(false)),
            ("locale", Value::Null),
            ("managed_payments", json!({"enabled": false})),
            ("metadata", json!(self.metadata)),
            ("mode", json!("payment")),
            ("origin_context", Value::Null),
            ("payment_intent", json!(self.intent)),
            ("payment_link", Value::Null),
            ("payment_method_collection", json!("if_required")),
            ("payment_method_configuration_details", Value::Null),
            ("payment_method_options", json!({})),
            ("payment_method_types", json!(self.payment_method_types)),
            ("payment_status", json!(self.payment_status)),
            ("permissions", Value::Null),
            ("phone_number_collection", json!({"enabled": false})),
            ("recovered_from", Value::Null),
            ("saved_payment_method_options", Value::Null),
            ("setup_intent", Value::Null),
            ("shipping_address_collection", Value::Null),
            ("shipping_cost", Value::Null),
            ("shipping_options", json!([])),
            ("status", json!(self.status)),
            ("submit_type", Value::Null),
            ("subscription", Value::Null),
            ("success_url", json!(self.success_url)),
            ("total_details", json!({"amount_discount": 0, "amount_shipping": 0, "amount_tax": self.tax()})),
            ("ui_mode", json!("hosted_page")),
            ("url", json!(url)),
            ("wallet_options", Value::Null),
        ]);
        if let Value::Object(fields) = &mut session {
            for (name, value) in &self.settings {
                fields.insert(name.clone(), value.clone());
            }
        }
        session
    }
}
