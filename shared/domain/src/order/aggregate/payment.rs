//! A payment: what Stripe did for an order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dispute::Dispute;
use crate::{Currency, Decline, Minor, catalog::PaymentMode};

/// Who confirms a payment intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmer {
    /// The buyer's browser, with the client secret. After a decline it may try another card.
    Client,
    /// Our server, with a payment method that the client made. A decline is final.
    Server,
}

/// What has happened to the money, before refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Nothing has arrived, and nothing is under way.
    Unpaid,
    /// Under way; it arrives or fails later.
    Processing,
    /// Authorized: it can be captured.
    Authorized,
    /// Captured: the money has arrived.
    Captured,
    /// It failed for good: it can no longer arrive.
    Failed,
    /// It was ended at Stripe, or ran out: it can no longer arrive.
    Canceled,
}

/// What Stripe did for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How it is paid.
    pub mode: PaymentMode,
    /// Who confirms it, where it is a payment intent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmer: Option<Confirmer>,
    /// What has happened to the money.
    pub state: PaymentState,
    /// Stripe's checkout session, or `FREE-{order}`. Noted without a new version, so it is no part of the serialized
    /// order.
    #[serde(skip)]
    pub session_id: Option<String>,
    /// Stripe's page for the buyer. No part of the serialized order either.
    #[serde(skip)]
    pub checkout_url: Option<String>,
    /// Stripe's payment intent, once known. No part of the serialized order either.
    #[serde(skip)]
    pub payment_intent_id: Option<String>,
    /// Stripe's charge, once known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_id: Option<String>,
    /// Until when Stripe keeps the authorization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_before: Option<Timestamp>,
    /// What arrived, tax included, in the currency that it arrived in.
    pub captured: Minor,
    /// The currency that it arrived in, where that is not the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What staff accepted in place of what the order says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Sum>,
    /// How much of it is settled by staff's word alone: no refund and no goods say where it went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Minor>,
    /// The last try that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Decline>,
    /// The dispute, if the buyer's bank opened one. Of several the gravest: an open one, else a lost one, and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Dispute>,
    /// All other disputes of the same payment.
    #[serde(default)]
    pub other_disputes: Vec<Dispute>,
}

impl Payment {
    /// All disputes there are, the gravest first.
    pub fn disputes(&self) -> impl Iterator<Item = &Dispute> {
        self.dispute.iter().chain(&self.other_disputes)
    }
}

/// An amount in its own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How much, in minor units.
    pub amount: Minor,
    /// The currency whose minor units they are.
    pub currency: Currency,
}
