//! What must hold of an order at rest: whatever was captured is with the buyer as goods, or as money.

use super::aggregate::{
    balance::{AdjustmentKind, AdjustmentState},
    order::Order,
    payment::Sum,
    refund::Goods,
    status::OrderStatus,
};
use crate::{Minor, RefundState, catalog::PaymentMode};

impl Order {
    /// What is wrong with this order by itself, in words: its own invariants, and where its money is. The audit of a whole
    /// table and the daily check of a listing both ask this.
    #[must_use]
    pub fn audit(&self) -> Vec<String> {
        let mut found = self.violations();
        let undone = self.refunds.iter().filter(|own| own.state == RefundState::Succeeded && own.goods == Goods::Taken);
        found.extend(undone.map(|refund| format!("refund {} is done, but its goods are not on sale again", refund.id)));
        self.conserved(&mut found);
        self.shared_out(&mut found);
        found
    }

    /// Money in, goods out: whatever was captured and not given back is fulfilled, or a person was told to look.
    fn conserved(&self, found: &mut Vec<String>) {
        let kept = self.payment.captured - self.refunded() - self.refund_reserved() - self.charged_back();
        let kept = kept - self.payment.acknowledged.unwrap_or_default();
        let fulfilled = self.status == OrderStatus::Paid;
        if kept > Minor::ZERO && !fulfilled && self.review.is_none() {
            found.push(format!("order {}: {} captured, neither fulfilled nor given back", self.id, kept.0));
        }
        if fulfilled && self.payment.mode != PaymentMode::Free {
            let due = self.due_sum();
            let paid = Sum { amount: self.payment.captured, currency: self.paid_currency() };
            if paid != due && self.review.is_none() {
                found.push(format!("order {}: captured {} of {}", self.id, paid.amount.0, due.amount.0));
            }
        }
    }

    /// Where each cent of a payment's transfer and fee is, once all that was decided is made. What was decided,
    /// [`Order::violations`] checks.
    fn shared_out(&self, found: &mut Vec<String>) {
        for split in self.splits.iter().filter(|split| !split.stale) {
            let own = self.adjustments.iter().filter(|own| own.payment_intent == split.payment_intent);
            if own.clone().any(|own| matches!(own.state, AdjustmentState::Due | AdjustmentState::Refused)) {
                continue;
            }
            let made = |kind| -> Minor {
                let of_kind = own.clone().filter(|own| own.kind == kind && own.state == AdjustmentState::Done);
                of_kind.map(|own| own.amount).sum()
            };
            // What Stripe calls the fee, less what it calls refunds of the fee; and the transfers, less their reversals.
            let fee = split.fee - split.fee_refunded - made(AdjustmentKind::FeeRefund);
            let transferred = split.transferred - split.reversed - made(AdjustmentKind::TransferReversal)
                + made(AdjustmentKind::Transfer);
            let left = self.left(&split.payment_intent);
            let seller = transferred - fee;
            let platform = split.captured - left - seller;
            let fees = self.fees_given_of(&split.payment_intent).min(split.fee);
            let (withheld, tax) = (self.withheld(split), self.parts_left(split).tax);
            let goods = (left - fees - tax).max(Minor::ZERO);
            let due = (split.transferred - split.fee - withheld - goods).max(Minor::ZERO);
            if seller != due || fee < Minor::ZERO {
                found.push(format!(
                    "order {}: of {} captured and {} that left it the seller has {}, due are {}; the platform has {}, the \
                     fee is {}",
                    self.id, split.captured.0, left.0, seller.0, due.0, platform.0, fee.0
                ));
            }
        }
    }
}
