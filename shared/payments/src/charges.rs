//! Charges, their transfers to sellers, and disputes.

use std::collections::BTreeMap;

use domain::{Currency, DisputeState, Minor, OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_core::charge::RetrieveCharge;

use crate::{
    CallResult, ObjectError, Stripe,
    encoded::{cut, metadata},
    objects::{self, Metadata, Reference, amount, checked, time},
    units,
};

/// A charge, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Stripe's id.
    pub id: String,
    /// The payment that it belongs to.
    pub payment_intent: Option<String>,
    /// Our order, where the metadata names it.
    pub order: Option<OrderId>,
    /// What the card holder agreed to.
    pub amount: Minor,
    /// What was taken of it.
    pub amount_captured: Minor,
    /// What was given back of that.
    pub amount_refunded: Minor,
    /// ISO 4217; all amounts here are in its smallest unit.
    pub currency: Currency,
    /// Whether the money was captured, not only authorized.
    pub captured: bool,
    /// The transfer to the seller, where there is one.
    pub transfer: Option<String>,
    /// Until when authorized money can be captured.
    pub capture_before: Option<Timestamp>,
    /// What it was paid with.
    pub payment_method: Option<PaymentMethod>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Stripe's copy of what the payment was made with.
    pub metadata: BTreeMap<String, String>,
}

/// What a charge was paid with (`payment_method_details`, <https://docs.stripe.com/api/charges/object>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    /// Stripe's type, as `card` or `us_bank_account`.
    pub kind: String,
    /// The card's brand, as `visa`.
    pub brand: Option<String>,
    /// The last four characters of the card's or the account's number.
    pub last4: Option<String>,
    /// What Stripe knows the card or the account by, the same for all who use it.
    pub fingerprint: Option<String>,
}

impl PaymentMethod {
    /// What is known stands below the method's own name, as `card`.
    fn read(details: &serde_json::Value) -> Option<Self> {
        let kind = details.get("type")?.as_str()?.to_owned();
        let text = |name: &str| details.get(&kind)?.get(name)?.as_str().map(str::to_owned);
        let (brand, last4, fingerprint) = (text("brand"), text("last4"), text("fingerprint"));
        Some(Self { kind, brand, last4, fingerprint })
    }
}

/// A charge as JSON.
#[derive(Debug, Deserialize)]
struct ChargeObject {
    id: Option<String>,
    #[serde(default)]
    payment_intent: Reference,
    amount: Option<i64>,
    amount_captured: Option<i64>,
    amount_refunded: Option<i64>,
    currency: Option<String>,
    captured: Option<bool>,
    #[serde(default)]
    transfer: Reference,
    payment_method_details: Option<serde_json::Value>,
    created: Option<i64>,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

impl Charge {
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        let object: ChargeObject = objects::read(value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        let total = amount(object.amount, "amount", currency)?;
        let captured = object.captured.unwrap_or(false);
        let taken = if captured { total } else { Minor::ZERO };
        let known = |units: Option<i64>| units.map(|units| units::from_stripe(units, currency)).transpose();
        Ok(Self {
            id: objects::own_id(object.id)?,
            payment_intent: object.payment_intent.id,
            order: objects::order(&object.metadata),
            amount: total,
            amount_captured: known(object.amount_captured)?.unwrap_or(taken),
            amount_refunded: known(object.amount_refunded)?.unwrap_or_default(),
            currency,
            captured,
            transfer: object.transfer.id,
            capture_before: object.payment_method_details.as_ref().and_then(capture_before),
            payment_method: object.payment_method_details.as_ref().and_then(PaymentMethod::read),
            created: time(object.created),
            metadata: object.metadata,
        })
    }
}

/// The time stands below the payment method's own name, as `card`.
fn capture_before(details: &serde_json::Value) -> Option<Timestamp> {
    let method = details.get("type")?.as_str()?;
    time(details.get(method)?.get("capture_before")?.as_i64())
}

/// A dispute, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeDispute {
    /// As `du_1`.
    pub id: String,
    /// The payment under dispute.
    pub payment_intent: Option<String>,
    /// The charge under dispute.
    pub charge: Option<String>,
    /// How much of it.
    pub amount: Minor,
    /// ISO 4217, of the charge.
    pub currency: Currency,
    /// Where it stands. A word that we do not know counts as open if its money is withdrawn, else as an inquiry.
    pub state: DisputeState,
    /// As `needs_response`.
    pub word: String,
    /// Whether its money is withdrawn and not reinstated, by its balance transactions.
    pub withdrawn: bool,
    /// Until when the seller may answer.
    pub due_by: Option<Timestamp>,
    /// Our order, where the metadata names it.
    pub order: Option<OrderId>,
}

/// A dispute as JSON.
#[derive(Debug, Deserialize)]
struct DisputeObject {
    id: Option<String>,
    #[serde(default)]
    payment_intent: Reference,
    #[serde(default)]
    charge: Reference,
    amount: Option<i64>,
    currency: Option<String>,
    status: Option<String>,
    #[serde(default, deserialize_with = "objects::or_default")]
    balance_transactions: Vec<BalanceTransaction>,
    #[serde(default, deserialize_with = "objects::or_default")]
    evidence_details: EvidenceDetails,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

/// Money that a dispute took from the balance, below zero, or put back.
#[derive(Debug, Deserialize)]
struct BalanceTransaction {
    amount: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct EvidenceDetails {
    due_by: Option<i64>,
}

impl StripeDispute {
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        let object: DisputeObject = objects::read(value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        let moved: i64 = object.balance_transactions.iter().filter_map(|entry| entry.amount).sum();
        let withdrawn = moved < 0;
        let word = object.status.unwrap_or_default();
        Ok(Self {
            id: objects::own_id(object.id)?,
            payment_intent: object.payment_intent.id,
            charge: object.charge.id,
            amount: amount(object.amount, "amount", currency)?,
            currency,
            state: match word.as_str() {
                "needs_response" | "under_review" => DisputeState::Open,
                "won" => DisputeState::Won,
                "lost" => DisputeState::Lost,
                "prevented" => DisputeState::Prevented,
                "warning_needs_response" | "warning_under_review" | "warning_closed" => DisputeState::Inquiry,
                _ if withdrawn => DisputeState::Open,
                _ => DisputeState::Inquiry,
            },
            word,
            withdrawn,
            due_by: time(object.evidence_details.due_by),
            order: objects::order(&object.metadata),
        })
    }
}

/// Asks for a dispute.
struct RetrieveDispute<'a> {
    id: &'a str,
}

impl StripeRequest for RetrieveDispute<'_> {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, format!("/disputes/{}", self.id))
    }
}

/// async-stripe keeps transfers in a crate of its own, which is not worth its building time for one call.
struct UpdateTransfer<'a> {
    id: &'a str,
    form: TransferForm,
}

#[derive(Serialize)]
struct TransferForm {
    description: String,
    metadata: std::collections::HashMap<String, String>,
}

impl StripeRequest for UpdateTransfer<'_> {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Post, format!("/transfers/{}", self.id)).form(&self.form)
    }
}

impl Stripe {
    /// Looks at a charge.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn retrieve_charge(&self, id: &str) -> CallResult<Charge> {
        let value = self.ask(&RetrieveCharge::new(checked(id, "charge")?)).await?;
        Ok(Charge::read(&value)?)
    }

    /// Looks at a dispute.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn retrieve_dispute(&self, id: &str) -> CallResult<StripeDispute> {
        let value = self.ask(&RetrieveDispute { id: checked(id, "dispute")? }).await?;
        Ok(StripeDispute::read(&value)?)
    }

    /// Says on a transfer what it is for, so that the seller can read it. It has no key: the second time changes
    /// nothing.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn update_transfer(
        &self,
        id: &str,
        description: &str,
        metadata_pairs: &BTreeMap<String, String>,
    ) -> CallResult<()> {
        let id = checked(id, "transfer")?;
        let form = TransferForm { description: cut(description, 500).into_owned(), metadata: metadata(metadata_pairs) };
        self.ask(&UpdateTransfer { id, form }).await.map(drop)
    }
}
