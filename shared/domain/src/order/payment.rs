//! An order's payment: what Stripe did for it, what was to be paid, and what banks have taken back.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Order, OrderStatus};
use crate::{Currency, Decline, DisputeState, Minor, OrderId, TaxBehavior};

/// How often a payment that settles later is looked at.
pub const PROCESSING_FETCH: SignedDuration = SignedDuration::from_hours(1);

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// On Stripe's own page.
    Hosted,
    /// On the seller's page, with a payment intent.
    Intent,
    /// Not at all: nothing is due.
    Free,
}

impl PaymentMode {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hosted => "hosted",
            Self::Intent => "intent",
            Self::Free => "free",
        }
    }
}

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

/// A dispute over an order's payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Stripe's id of it.
    pub stripe_id: String,
    /// How much of the payment is under dispute, in the payment's currency.
    pub amount: Minor,
    /// Where it stands at the bank.
    pub state: DisputeState,
    /// Stripe's own word for that.
    #[serde(default)]
    pub word: String,
    /// Whether the buyer has the money of a dispute that was prevented, by the dispute itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken: bool,
    /// Until when the seller may answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<Timestamp>,
    /// When it was asked for last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// When it is asked for next; none once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch_at: Option<Timestamp>,
    /// Whether it has the order's hours. They come back once no dispute has any money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hours: bool,
    /// How often it has taken hours.
    #[serde(default)]
    pub takes: u32,
}

/// The last word of an inquiry that came to nothing
/// (<https://docs.stripe.com/api/disputes/object#dispute_object-status>).
const INQUIRY_CLOSED: &str = "warning_closed";

impl Dispute {
    /// Whether its money is not with the platform.
    #[must_use]
    pub fn has_money(&self) -> bool {
        match self.state {
            DisputeState::Open | DisputeState::Lost => true,
            DisputeState::Prevented => self.taken,
            DisputeState::Inquiry | DisputeState::Won => false,
        }
    }

    /// Whether Stripe may still change its mind soon, so that it is asked for daily.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        match self.state {
            DisputeState::Open => true,
            DisputeState::Inquiry => self.word != INQUIRY_CLOSED,
            DisputeState::Won | DisputeState::Lost | DisputeState::Prevented => false,
        }
    }

    /// The names of the entries that took hours and gave them back, for its `n`th taking, counted from 1.
    pub(super) fn hours_cause(&self, n: u32) -> String {
        if n < 2 { format!("dispute:{}", self.stripe_id) } else { format!("dispute:{}:{n}", self.stripe_id) }
    }
}

impl Order {
    /// The session id of an order that costs nothing.
    #[must_use]
    pub fn free_session_id(id: &OrderId) -> String {
        format!("FREE-{id}")
    }

    /// Whether the order's money has arrived.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        self.payment.state == PaymentState::Captured
    }

    /// Whether the order still waits for its payment, so that there is something to end at Stripe.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.status, OrderStatus::Pending | OrderStatus::Authorized) && !self.is_captured()
    }

    /// Whether a dispute freezes refunds and tickets.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.payment.disputes().any(|dispute| dispute.state == DisputeState::Open)
    }

    /// What the buyer's bank took back.
    #[must_use]
    pub fn charged_back(&self) -> Minor {
        let gone = self.payment.disputes().filter(|dispute| dispute.has_money() && dispute.state != DisputeState::Open);
        gone.map(|dispute| dispute.amount).sum()
    }

    /// What the platform keeps: all fees.
    #[must_use]
    pub fn application_fee(&self) -> Minor {
        self.totals.platform_fees + self.totals.processing_fees
    }

    /// What of the tax comes on top of the total, as far as the tax is known.
    #[must_use]
    pub fn tax_on_top(&self) -> Minor {
        self.tax_terms.on_top(self.tax.unwrap_or_default())
    }

    /// What the buyer pays in all, tax included, as far as the tax is known.
    #[must_use]
    pub fn to_pay(&self) -> Minor {
        self.totals.total + self.tax_on_top()
    }

    /// The tax in a payment of `amount`: as Stripe's object tells, or as the order knows it, or as the amount proves.
    /// None where only Stripe's session can tell.
    pub(super) fn tax_in(&self, amount: Minor, reported: Option<Minor>) -> Option<Minor> {
        if reported.is_some() {
            return reported;
        }
        let untaxed = !self.tax_terms.automatic || self.payment.mode == PaymentMode::Intent;
        // Prices without tax prove that there is none by being paid as they are. Prices that contain it prove nothing.
        let proven = self.tax_terms.behavior == TaxBehavior::Exclusive && amount == self.totals.total;
        self.tax.or((untaxed || proven).then_some(Minor::ZERO))
    }

    /// The currency that the order's payment was made in: its own, unless something else was paid.
    #[must_use]
    pub fn paid_currency(&self) -> Currency {
        self.payment.currency.unwrap_or(self.currency)
    }

    /// What the buyer was to pay, tax included, or what staff accepted in place of it.
    #[must_use]
    pub fn due_sum(&self) -> Sum {
        let due = Sum { amount: self.to_pay(), currency: self.currency };
        self.payment.accepted.unwrap_or(due)
    }

    /// Whether a capture or an authorization is what the order says, or what staff accepted in place of it.
    pub(super) fn is_due(&self, seen: Sum) -> bool {
        self.due_sum() == seen
    }

    /// The tax that was paid, in the payment's currency: another one than the order's where staff accepted that.
    pub(super) fn paid_tax(&self) -> Minor {
        paid_for(self, self.tax.unwrap_or_default())
    }
}

/// What was paid for a price of this order, in the payment's currency: the price itself, unless staff accepted another
/// sum for the whole.
pub(super) fn paid_for(order: &Order, price: Minor) -> Minor {
    let due = order.to_pay();
    match &order.payment.accepted {
        Some(accepted) if !due.is_zero() => part_of(*accepted, order.currency.major(price), order.currency.major(due)),
        _ => price,
    }
}

/// `part` of `of` as a share of a sum, rounded half up to its currency's smallest unit.
pub(super) fn part_of(whole: Sum, part: Decimal, of: Decimal) -> Minor {
    let exact = (whole.currency.major(whole.amount) * part).checked_div(of);
    exact.and_then(|exact| whole.currency.round(exact)).unwrap_or(whole.amount)
}
