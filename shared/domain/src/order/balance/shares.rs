//! Who has what of a payment: what has left it, what the seller should have, and what was decided.

use crate::{
    AdjustmentId, Minor, TaxLiability,
    order::aggregate::{
        balance::{Adjustment, AdjustmentKind, AdjustmentState, Split},
        order::Order,
        refund::{Refund, RefundCause, RefundParts},
    },
    tax::proportion,
};

impl Order {
    /// How a payment was split, if that is known.
    #[must_use]
    pub fn split(&self, payment_intent: &str) -> Option<&Split> {
        self.splits.iter().find(|split| split.payment_intent == payment_intent)
    }

    /// The adjustment of that id.
    #[must_use]
    pub fn adjustment(&self, id: &AdjustmentId) -> Option<&Adjustment> {
        self.adjustments.iter().find(|adjustment| &adjustment.id == id)
    }

    /// Payments of which money has left, was moved or is to be, with a seller to share it.
    #[must_use]
    pub fn shared_payments(&self) -> Vec<String> {
        if self.destination.is_none() {
            return Vec::new();
        }
        let own = self.payment.payment_intent_id.iter().filter(|_| self.is_captured());
        let second = self.refunds.iter().filter(|refund| refund.cause == RefundCause::DoublePayment);
        let mut payments: Vec<String> = Vec::new();
        for intent in own.chain(second.filter_map(|refund| refund.payment_intent.as_ref())) {
            let touched = self.left(intent) > Minor::ZERO || self.owed_tax(intent) > Minor::ZERO;
            let touched = touched || self.split(intent).is_some();
            if touched && !payments.contains(intent) {
                payments.push(intent.clone());
            }
        }
        payments
    }

    /// Payments of which Stripe has to be asked how they were split, before anything is adjusted.
    #[must_use]
    pub fn unknown_splits(&self) -> Vec<String> {
        let mut payments = self.shared_payments();
        payments.retain(|payment| self.split(payment).is_none_or(|split| split.stale));
        payments
    }

    /// What Stripe has given back of a payment, or is giving back. A refund counts once Stripe has accepted it.
    pub(in crate::order) fn refunded_of(&self, payment_intent: &str) -> Minor {
        self.accepted_of(payment_intent).map(|refund| refund.amount).sum()
    }

    fn accepted_of<'a>(&'a self, payment_intent: &'a str) -> impl Iterator<Item = &'a Refund> {
        let of_it = self.refunds.iter().filter(move |own| own.payment_intent.as_deref() == Some(payment_intent));
        of_it.filter(|refund| refund.is_accepted())
    }

    /// What has left a payment: refunds that Stripe accepted, and what banks have withdrawn.
    #[must_use]
    pub fn left(&self, payment_intent: &str) -> Minor {
        self.refunded_of(payment_intent) + self.disputed_of(payment_intent)
    }

    fn disputed_of(&self, payment_intent: &str) -> Minor {
        let own = self.payment.payment_intent_id.as_deref() == Some(payment_intent);
        let disputes = self.payment.disputes().filter(|dispute| own && dispute.has_money());
        disputes.map(|dispute| dispute.amount).sum()
    }

    /// What refunds that Stripe accepted gave back of a payment's fees, by the parts that were written down with them.
    #[must_use]
    pub fn fees_given_of(&self, payment_intent: &str) -> Minor {
        self.accepted_of(payment_intent).map(|refund| refund.parts.fees).sum()
    }

    /// The tax of a payment that the platform owes to the state. Nothing of it is owed before the order is paid for:
    /// money that waits for a person's decision, or goes back at once, is no sale.
    pub(in crate::order) fn owed_tax(&self, payment_intent: &str) -> Minor {
        let own = self.payment.payment_intent_id.as_deref() == Some(payment_intent);
        let sold = self.is_captured() && self.paid_at.is_some() && self.destination.is_some();
        let platforms = self.tax_terms.automatic && self.tax_terms.liability == TaxLiability::Platform;
        if own && sold && platforms { self.paid_tax() } else { Minor::ZERO }
    }

    /// What the platform keeps of the seller's transfer, to pay the tax that it owes
    /// (<https://docs.stripe.com/tax/tax-for-marketplaces>).
    #[must_use]
    pub fn withheld(&self, split: &Split) -> Minor {
        self.owed_tax(&split.payment_intent).min(split.sellers()).max(Minor::ZERO)
    }

    /// What of the tax that the platform owed has left with the payment: that of refunds as they name it, and of
    /// disputes in proportion.
    fn tax_left_with(&self, split: &Split) -> Minor {
        let withheld = self.withheld(split);
        let refunded: Minor = self.accepted_of(&split.payment_intent).map(|refund| refund.parts.tax).sum();
        let disputed = self.disputed_of(&split.payment_intent);
        let disputed = proportion(self.paid_currency(), withheld, disputed, self.payment.captured);
        (refunded + disputed).min(withheld)
    }

    /// What left a payment, by whose money it was. What refunds gave back of the fees, and of the tax that the platform
    /// withholds, is written down with them; the rest is the seller's, with the tax that the seller owes, and never
    /// more than the seller had; what is beyond that, as of disputes, is the platform's.
    #[must_use]
    pub fn parts_left(&self, split: &Split) -> RefundParts {
        let left = self.left(&split.payment_intent);
        let tax = self.tax_left_with(split).min(left);
        let fees = self.fees_given_of(&split.payment_intent).min(split.fee);
        let goods = (left - tax - fees).max(Minor::ZERO).min(split.sellers() - self.withheld(split));
        RefundParts { goods, fees: left - tax - goods, tax }
    }

    /// What the seller should have of a payment now.
    #[must_use]
    pub fn sellers_due(&self, split: &Split) -> Minor {
        split.sellers() - self.withheld(split) - self.parts_left(split).goods
    }

    /// What the seller has of a payment, by all that was decided.
    #[must_use]
    pub fn sellers_decided(&self, split: &Split) -> Minor {
        let of = |kind| self.decided(&split.payment_intent, kind, |state| state != AdjustmentState::Withdrawn);
        split.sellers() - split.reversed + split.fee_refunded - of(AdjustmentKind::TransferReversal)
            + of(AdjustmentKind::Transfer)
            + of(AdjustmentKind::FeeRefund)
    }

    /// The sum of a payment's adjustments of one kind.
    pub(in crate::order) fn decided(
        &self,
        payment: &str,
        kind: AdjustmentKind,
        counts: impl Fn(AdjustmentState) -> bool,
    ) -> Minor {
        let of_it = self.adjustments.iter().filter(|own| own.payment_intent == payment && own.kind == kind);
        of_it.filter(|own| counts(own.state)).map(|own| own.amount).sum()
    }

    /// What can still be taken back, transfer by transfer: of the payment's own first, then of those that gave back.
    pub(in crate::order) fn reversible(&self, split: &Split) -> Vec<(String, Minor)> {
        let own = split.transfer.iter().map(|id| (id.clone(), split.transferred - split.reversed));
        let made = self.adjustments.iter().filter(|own| own.payment_intent == split.payment_intent);
        let made = made.filter(|own| own.kind == AdjustmentKind::Transfer);
        let again = made.filter_map(|own| own.stripe_id.clone().map(|id| (id, own.amount)));
        let taken = |transfer: &str| -> Minor {
            let of_it = self.adjustments.iter().filter(|own| own.target == transfer);
            of_it.filter(|own| own.state != AdjustmentState::Withdrawn).map(|own| own.amount).sum()
        };
        let left = own.chain(again).map(|(id, amount)| {
            let left = amount - taken(&id);
            (id, left)
        });
        left.filter(|(_, left)| *left > Minor::ZERO).collect()
    }
}
