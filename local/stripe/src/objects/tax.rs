//! Tax settings, Tax Calculations and Tax Transactions, and how they are written.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    errors::ApiError,
    form::{Metadata, Params},
    table::Stored,
};

/// Whether a price contains its tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaxBehavior {
    Exclusive,
    Inclusive,
    #[default]
    Unspecified,
}

impl TaxBehavior {
    /// None without the field; 400 for a word that Stripe does not have.
    pub(crate) fn read(params: &mut Params) -> Result<Option<Self>, ApiError> {
        params.choice("tax_behavior", &["exclusive", "inclusive", "unspecified"])
    }
}

/// What the account's settings say for prices that say nothing
/// (<https://docs.stripe.com/tax/products-prices-tax-codes-tax-behavior>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaxDefault {
    #[default]
    Exclusive,
    Inclusive,
    /// Exclusive for US and Canadian dollars, inclusive for all others.
    InferredByCurrency,
    Unspecified,
}

/// The account's tax settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct TaxSettings {
    pub(crate) behavior: TaxDefault,
    pub(crate) country: Option<String>,
}

impl TaxSettings {
    /// Where the account's head office is.
    pub(crate) fn country(&self) -> &str {
        self.country.as_deref().unwrap_or("US")
    }
}

/// Who owes a tax, as Stripe says it.
pub(crate) fn liability(account: Option<&str>) -> Value {
    match account {
        Some(account) => json!({"type": "account", "account": account}),
        None => json!({"type": "self"}),
    }
}

/// A line item of a calculation or a transaction; amounts in Stripe's smallest unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaxLine {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) quantity: i64,
    pub(crate) behavior: TaxBehavior,
    pub(crate) tax: i64,
}

impl TaxLine {
    fn tax_on_top(&self) -> i64 {
        if self.behavior == TaxBehavior::Inclusive { 0 } else { self.tax }
    }

    fn to_json(&self, object: &str) -> Value {
        json!({
            "id": self.id,
            "object": object,
            "amount": self.amount,
            "amount_tax": self.tax,
            "livemode": false,
            "metadata": {},
            "product": null,
            "quantity": self.quantity,
            "reference": self.reference,
            "tax_behavior": self.behavior,
            "tax_code": "txcd_10000000",
        })
    }
}

fn total(lines: &[TaxLine]) -> i64 {
    lines.iter().map(|line| line.amount.saturating_add(line.tax_on_top())).fold(0, i64::saturating_add)
}

/// A Tax Calculation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Calculation {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) expires_at: i64,
    pub(crate) currency: String,
    pub(crate) lines: Vec<TaxLine>,
    /// Where the buyer is.
    pub(crate) located: Value,
    /// The connected account that it was made for.
    pub(crate) account: Option<String>,
}

impl Stored for Calculation {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Calculation {
    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        let of =
            |behavior| -> i64 { self.lines.iter().filter(|line| line.behavior == behavior).map(|line| line.tax).sum() };
        let lines: Vec<Value> = self.lines.iter().map(|line| line.to_json("tax.calculation_line_item")).collect();
        json!({
            "id": self.id,
            "object": "tax.calculation",
            "amount_total": total(&self.lines),
            "currency": self.currency,
            "customer": null,
            "customer_details": {
                "address": self.located,
                "address_source": if self.located.get("ip_address").is_some() { Value::Null } else { json!("billing") },
                "ip_address": self.located.get("ip_address"),
                "tax_ids": [],
                "taxability_override": "none",
            },
            "expires_at": self.expires_at,
            "line_items": {
                "object": "list",
                "data": lines,
                "has_more": false,
                "url": format!("/v1/tax/calculations/{}/line_items", self.id),
            },
            "livemode": false,
            "ship_from_details": null,
            "shipping_cost": null,
            "tax_amount_exclusive": of(TaxBehavior::Exclusive),
            "tax_amount_inclusive": of(TaxBehavior::Inclusive),
            "tax_breakdown": [],
            "tax_date": self.created,
        })
    }
}

/// A sale in the tax books, or its reversal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaxTransaction {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) reference: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<TaxLine>,
    /// What it reverses.
    pub(crate) original: Option<String>,
    /// Whether it reverses only a part of that.
    #[serde(default)]
    pub(crate) partial: bool,
    pub(crate) metadata: Metadata,
    /// The connected account in whose books it is.
    pub(crate) account: Option<String>,
}

impl Stored for TaxTransaction {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl TaxTransaction {
    /// An entry that reverses this one, in the same books, without lines yet.
    pub(crate) fn reversal(&self, reference: String, partial: bool, metadata: Metadata) -> Self {
        Self { lines: Vec::new(), reference, original: Some(self.id.clone()), partial, metadata, ..self.clone() }
    }

    /// What was sold, tax included; below zero for a reversal.
    pub(crate) fn total(&self) -> i64 {
        total(&self.lines)
    }

    /// The sum over its lines, in Stripe's smallest unit.
    pub(crate) fn tax(&self) -> i64 {
        self.lines.iter().map(|line| line.tax).sum()
    }

    /// The object as the API answers it.
    pub(crate) fn to_json(&self) -> Value {
        let lines: Vec<Value> = self.lines.iter().map(|line| line.to_json("tax.transaction_line_item")).collect();
        json!({
            "id": self.id,
            "object": "tax.transaction",
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "line_items": {
                "object": "list",
                "data": lines,
                "has_more": false,
                "url": format!("/v1/tax/transactions/{}/line_items", self.id),
            },
            "livemode": false,
            "metadata": self.metadata,
            "posted_at": self.created,
            "reference": self.reference,
            "reversal": self.original.as_ref().map(|original| json!({"original_transaction": original})),
            "ship_from_details": null,
            "shipping_cost": null,
            "tax_date": self.created,
            "type": if self.original.is_some() { "reversal" } else { "transaction" },
        })
    }
}
