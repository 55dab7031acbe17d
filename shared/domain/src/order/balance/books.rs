//! The tax books: what is sold by payment intent is entered there once it is paid for, and what is refunded is taken
//! out again (<https://docs.stripe.com/tax/custom>). Stripe's own page enters its sales by itself.
//!
//! The calls are adjustments like those that move money, with a record, a key and a turn on the agenda each. A refund's
//! entry is always a partial reversal, also where all is refunded, because only a partial one can be taken back when
//! the refund fails.

use jiff::Timestamp;

use crate::{
    Minor,
    order::{
        aggregate::{
            balance::{Adjustment, AdjustmentCause, AdjustmentKind, AdjustmentState},
            order::Order,
            refund::Refund,
        },
        decision::Decision,
    },
    tax::proportion,
};

impl Order {
    /// The entry of the order's sale in the tax books, decided or made.
    fn sale(&self) -> Option<&Adjustment> {
        self.adjustments.iter().find(|own| own.kind == AdjustmentKind::TaxTransaction)
    }

    /// Whether the order's sale belongs into the tax books by our hand: it is paid for, and its tax was calculated
    /// before.
    fn is_taxed_sale(&self) -> bool {
        self.calculation.is_some() && self.paid_at.is_some() && self.is_captured()
    }

    /// The reversal of a refund that counts: not withdrawn, and not taken back.
    fn reversal_of(&self, refund: &Refund) -> Option<&Adjustment> {
        let undone = |reversal: &Adjustment| {
            self.adjustments.iter().any(|own| {
                own.kind == AdjustmentKind::TaxReversalUndo && Some(&own.target) == reversal.stripe_id.as_ref()
            })
        };
        self.adjustments.iter().find(|own| {
            own.kind == AdjustmentKind::TaxReversal
                && own.cause == AdjustmentCause::Refund(refund.id.clone())
                && own.state != AdjustmentState::Withdrawn
                && !undone(own)
        })
    }

    /// What stands in the tax books of the order, by all that was decided; tax included.
    #[must_use]
    pub fn booked(&self) -> Minor {
        let sold = self.sale().map_or(Minor::ZERO, |sale| sale.amount);
        let reversed = self.refunds.iter().filter_map(|refund| self.reversal_of(refund));
        sold - reversed.map(|reversal| reversal.amount).sum()
    }

    /// What of the sale a refund takes out of the books. The books have what was due, which is not what was paid where
    /// a person accepted another amount; then the refund counts for its share.
    fn share_of_sale(&self, refund: &Refund) -> Minor {
        let whole = self.sale().map_or(Minor::ZERO, |sale| sale.amount);
        proportion(self.currency, whole, refund.amount, self.payment.captured)
    }

    fn refunds_of_sale(&self) -> impl Iterator<Item = &Refund> {
        let own = |refund: &&Refund| {
            refund.payment_intent.is_some() && refund.payment_intent == self.payment.payment_intent_id
        };
        self.refunds.iter().filter(own)
    }

    /// Whether the books have too little left for a refund until the reversal of one that failed is taken back: what
    /// is reversed now would lack that much for good. It is decided anew once Stripe has answered.
    fn waits_for_books(&self, refund: &Refund) -> bool {
        self.share_of_sale(refund) > self.booked()
            && self.refunds_of_sale().any(|other| !other.is_accepted() && self.reversal_of(other).is_some())
    }

    /// What is wrong with the order's entries in the tax books.
    pub(in crate::order) fn book_violations(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let sales = self.adjustments.iter().filter(|own| own.kind == AdjustmentKind::TaxTransaction).count();
        if sales != usize::from(self.is_taxed_sale()) {
            found.push("a sale is not in the tax books once");
        }
        if self.booked() < Minor::ZERO {
            found.push("more was taken out of the tax books than was sold");
        }
        let made = self.sale().is_some_and(|sale| sale.state == AdjustmentState::Done);
        let unbooked = |refund: &Refund| {
            let back = refund.is_accepted() && self.share_of_sale(refund) > Minor::ZERO;
            let missing = self.reversal_of(refund).is_none() && !self.waits_for_books(refund);
            back && missing && self.booked() > Minor::ZERO
        };
        if made && self.refunds_of_sale().any(unbooked) {
            found.push("a refund that is not in the tax books");
        }
        let kept = |refund: &Refund| {
            let reversal = self.reversal_of(refund).filter(|_| !refund.is_accepted());
            reversal.is_some_and(|reversal| matches!(reversal.state, AdjustmentState::Done | AdjustmentState::Refused))
        };
        if self.refunds_of_sale().any(kept) {
            found.push("a refund that failed is still in the tax books");
        }
        found
    }
}

impl Decision {
    /// Writes down what the tax books lack: the sale, and then one reversal for each refund that Stripe accepted.
    pub(in crate::order) fn book(&mut self, now: Timestamp) {
        let (Some(payment), Some(calculation)) =
            (self.order.payment.payment_intent_id.clone(), self.order.calculation.clone())
        else {
            return;
        };
        let Some(sale) = self.order.sale().cloned() else {
            if self.order.is_taxed_sale() {
                let (cause, due) = (AdjustmentCause::Tax(payment.clone()), self.order.to_pay());
                self.make(AdjustmentKind::TaxTransaction, &cause, &payment, &calculation.id, due, now);
            }
            return;
        };
        // Stripe's id of the sale is needed for what follows; this is decided anew once it is known.
        let Some(transaction) = sale.stripe_id else { return };
        let refunds: Vec<Refund> = self.order.refunds_of_sale().cloned().collect();
        let cause = |refund: &Refund| AdjustmentCause::Refund(refund.id.clone());
        for refund in refunds.iter().filter(|refund| !refund.is_accepted()) {
            if let Some(reversal) = self.order.reversal_of(refund).cloned() {
                self.take_back(&reversal, &cause(refund), &payment, now);
            }
        }
        for refund in refunds.iter().filter(|refund| refund.is_accepted()) {
            if self.order.reversal_of(refund).is_some() || self.order.waits_for_books(refund) {
                continue;
            }
            let amount = self.order.share_of_sale(refund).min(self.order.booked());
            if amount > Minor::ZERO {
                self.make(AdjustmentKind::TaxReversal, &cause(refund), &payment, &transaction, amount, now);
            }
        }
    }

    /// A refund has failed that is in the books, or was to be.
    fn take_back(&mut self, reversal: &Adjustment, cause: &AdjustmentCause, payment: &str, now: Timestamp) {
        match (reversal.state, &reversal.stripe_id) {
            (AdjustmentState::Done, Some(made)) => {
                self.make(AdjustmentKind::TaxReversalUndo, cause, payment, made, reversal.amount, now);
            }
            // What Stripe refused did not happen.
            (AdjustmentState::Refused, _) => {
                for own in self.order.adjustments.iter_mut().filter(|own| own.id == reversal.id) {
                    own.state = AdjustmentState::Withdrawn;
                    own.due_at = None;
                }
            }
            // It is perhaps being made. Once that is known, this is decided anew.
            _ => {}
        }
    }
}
