//! What refunds have given back of an order, and what is left to give.

use crate::{
    Currency, Minor, RefundId, RefundState,
    order::{
        aggregate::{
            order::Order,
            payment::PaymentState,
            refund::{Goods, Refund, RefundCause, RefundItem},
            status::{OrderStatus, PaymentStanding},
        },
        decision::DecideError,
    },
};

impl Order {
    /// The refund with our id.
    #[must_use]
    pub fn refund(&self, id: &RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| &refund.id == id)
    }

    /// The currency of a refund's amount.
    #[must_use]
    pub fn currency_of(&self, refund: &Refund) -> Currency {
        refund.currency.unwrap_or_else(|| match refund.cause {
            RefundCause::DoublePayment => self.currency,
            _ => self.paid_currency(),
        })
    }

    /// Refunds of the order's own payment, not those of a second charge.
    pub(in crate::order) fn own_refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment)
    }

    /// What has been given back for good.
    #[must_use]
    pub fn refunded(&self) -> Minor {
        self.own_refunds().filter(|r| r.state == RefundState::Succeeded).map(|r| r.amount).sum()
    }

    /// What refunds under way will give back.
    #[must_use]
    pub fn refund_reserved(&self) -> Minor {
        self.own_refunds().filter(|r| r.state == RefundState::Pending).map(|r| r.amount).sum()
    }

    /// What could still be refunded. Never negative, though a bank may take back what was refunded before.
    #[must_use]
    pub fn refundable(&self) -> Minor {
        (self.payment.captured - self.refunded() - self.refund_reserved() - self.charged_back()).max(Minor::ZERO)
    }

    /// How many units of a line refunds have taken back, done or under way.
    #[must_use]
    pub fn taken_back(&self, line: &str) -> u32 {
        self.items_of(line).filter(|(refund, _)| refund.goods != Goods::GivenBack).map(|(_, item)| item.quantity).sum()
    }

    /// How many units of a line are on sale again.
    #[must_use]
    pub fn refunded_quantity(&self, line: &str) -> u32 {
        self.items_of(line).filter(|(refund, _)| refund.goods == Goods::Restocked).map(|(_, item)| item.quantity).sum()
    }

    fn items_of<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (&'a Refund, &'a RefundItem)> {
        self.refunds
            .iter()
            .flat_map(|refund| refund.items.iter().map(move |item| (refund, item)))
            .filter(move |(_, item)| item.line == line)
    }

    /// Where the payment stands.
    #[must_use]
    pub fn payment_status(&self) -> PaymentStanding {
        match self.payment.state {
            PaymentState::Unpaid => PaymentStanding::Unpaid,
            PaymentState::Processing => PaymentStanding::Processing,
            PaymentState::Authorized => PaymentStanding::Authorized,
            PaymentState::Failed => PaymentStanding::Failed,
            PaymentState::Canceled => PaymentStanding::Canceled,
            PaymentState::Captured if self.status == OrderStatus::Refunded => PaymentStanding::Refunded,
            PaymentState::Captured if self.refunded().is_zero() => PaymentStanding::Captured,
            PaymentState::Captured if self.refunded() >= self.payment.captured => PaymentStanding::Refunded,
            PaymentState::Captured => PaymentStanding::PartiallyRefunded,
        }
    }

    /// Whether a second payment was not given back: its refund failed, and none after it succeeded.
    pub(in crate::order) fn keeps_second_payment(&self) -> bool {
        let second = |refund: &&Refund| refund.cause == RefundCause::DoublePayment;
        self.refunds.iter().filter(second).any(|failed| {
            failed.state == RefundState::Failed
                && !self
                    .refunds
                    .iter()
                    .filter(second)
                    .any(|other| other.payment_intent == failed.payment_intent && other.state != RefundState::Failed)
        })
    }
}

/// Whether a payment is the order's own, and not a second one that is being given back.
///
/// # Errors
/// [`DecideError::CaptureUnknown`] if it is neither.
pub(in crate::order) fn is_own(order: &Order, payment_intent: &str) -> Result<bool, DecideError> {
    let captured = order.payment.state == PaymentState::Captured;
    if captured && order.payment.payment_intent_id.as_deref() == Some(payment_intent) {
        return Ok(true);
    }
    let second = |refund: &&Refund| refund.cause == RefundCause::DoublePayment;
    if order.refunds.iter().filter(second).any(|refund| refund.payment_intent.as_deref() == Some(payment_intent)) {
        return Ok(false);
    }
    Err(DecideError::CaptureUnknown { payment_intent: payment_intent.to_owned() })
}

/// Whether the buyer still waits for a refund's money, now that it came to nothing: not when another refund or the bank
/// has given all of the payment back.
pub(super) fn owes(order: &Order, refund: &RefundId) -> bool {
    let second = order.refund(refund).is_some_and(|r| r.cause == RefundCause::DoublePayment);
    second || order.refunded() + order.charged_back() < order.payment.captured
}
