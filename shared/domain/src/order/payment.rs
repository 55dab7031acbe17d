//! The sums of an order's payment: what was to be paid, in which currency, with which tax, and what banks took back.

use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::aggregate::{
    order::Order,
    payment::{PaymentState, Sum},
    status::OrderStatus,
};
use crate::{Currency, DisputeState, Minor, OrderId, TaxBehavior, catalog::PaymentMode};

/// How often a payment that settles later is looked at.
pub const PROCESSING_FETCH: SignedDuration = SignedDuration::from_hours(1);

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
