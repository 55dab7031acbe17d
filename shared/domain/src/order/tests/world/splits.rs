//! What Stripe does with transfers and fees in an order's world.

use super::{
    World,
    steps::{INTENTS, pick},
};
use crate::{
    Fact, Minor, SplitSeen,
    order::{
        Adjustment, AdjustmentKind, AdjustmentState, Event, Order, retry_adjustment,
        tests::{fixtures::split_of, reached::of_decision, transitions::obeys},
    },
};

impl World {
    /// Stripe takes transfer and fee back in proportion to a refund that was made by hand.
    pub(super) fn share_by_hand(&mut self, intent: &str, amount: Minor) {
        let (captured, fee) = (self.arrives(intent), self.fee_of(intent));
        let given = |id: &str, of: &Order| -> Minor {
            let made = of.adjustments.iter().filter(|own| own.target == id && own.state == AdjustmentState::Done);
            made.map(|own| own.amount).sum()
        };
        let (reversed, refunded) = self.by_hand.get(intent).copied().unwrap_or_default();
        let reversible = captured - reversed - given(&format!("tr_{intent}"), &self.order);
        let refundable = fee - refunded - given(&format!("fee_{intent}"), &self.order);
        let back = amount.min(reversible.max(Minor::ZERO));
        let share = Minor(fee.0 * amount.0 / captured.0.max(1)).min(refundable.max(Minor::ZERO));
        self.by_hand.insert(intent.to_owned(), (reversed + back, refunded + share));
    }

    fn fee_of(&self, intent: &str) -> Minor {
        self.order.application_fee().min(self.arrives(intent))
    }

    pub(super) fn fetch_split(&mut self, intent: &str) {
        if !self.order.shared_payments().iter().any(|shared| shared == intent) {
            return;
        }
        let (reversed, fee_refunded) = self.by_hand.get(intent).copied().unwrap_or_default();
        let seen = split_of(intent, self.arrives(intent), self.fee_of(intent), self.now);
        self.settle(&Fact::Split(SplitSeen { reversed, fee_refunded, ..seen }));
    }

    pub(super) fn adjust(&mut self, index: usize, refused: bool) {
        let Some(adjustment) = pick(&self.order.adjustments, index).cloned() else { return };
        if adjustment.state == AdjustmentState::Refused {
            let decision = retry_adjustment(&self.order, &adjustment.id, self.now);
            obeys(Event::RetryAdjustment, &self.order, of_decision(&self.order, &decision));
            self.commit(decision);
        }
        // Stripe never refuses what it made.
        let made = self.order.adjustment(&adjustment.id).is_some_and(|own| own.state == AdjustmentState::Done);
        let possible = adjustment.amount <= self.left_at_stripe(&adjustment);
        let id = adjustment.id;
        if !made && (refused || !possible) {
            let failure = "balance_insufficient".to_owned();
            self.settle(&Fact::AdjustmentRefused { adjustment: id, failure });
        } else if adjustment.state != AdjustmentState::Withdrawn {
            self.settle(&Fact::Adjusted { stripe_id: format!("tr_of_{id}"), adjustment: id });
        }
    }

    /// How much more can be moved of what an adjustment is done to.
    fn left_at_stripe(&self, adjustment: &Adjustment) -> Minor {
        let intent = adjustment.payment_intent.as_str();
        let (reversed, fee_refunded) = self.by_hand.get(intent).copied().unwrap_or_default();
        let made = self.order.adjustments.iter().filter(|own| own.state == AdjustmentState::Done);
        let taken: Minor = made.clone().filter(|own| own.target == adjustment.target).map(|own| own.amount).sum();
        let of_transfer = made.clone().find(|own| own.stripe_id.as_ref() == Some(&adjustment.target));
        match adjustment.kind {
            AdjustmentKind::Transfer
            | AdjustmentKind::TaxTransaction
            | AdjustmentKind::TaxReversal
            | AdjustmentKind::TaxReversalUndo => adjustment.amount,
            AdjustmentKind::FeeRefund => self.fee_of(intent) - fee_refunded - taken,
            AdjustmentKind::TransferReversal => match of_transfer {
                Some(transfer) => transfer.amount - taken,
                None => self.arrives(intent) - reversed - taken,
            },
        }
    }

    /// The tax books have what was due, less what refunds gave back of it.
    fn compare_books(&self) {
        let order = &self.order;
        let sold = order.adjustments.iter().any(|own| own.kind == AdjustmentKind::TaxTransaction);
        let due = if sold { order.to_pay() } else { Minor::ZERO };
        let entry = |own: &Adjustment| match own.kind {
            AdjustmentKind::TaxTransaction | AdjustmentKind::TaxReversalUndo => own.amount,
            AdjustmentKind::TaxReversal => Minor::ZERO - own.amount,
            _ => Minor::ZERO,
        };
        let made = order.adjustments.iter().filter(|own| own.state == AdjustmentState::Done);
        let booked: Minor = made.map(entry).sum();
        assert_eq!(booked, order.booked());
        // An accepted payment of another amount is entered as it was calculated, and refunded by shares.
        if order.payment.captured == due {
            let intent = order.payment.payment_intent_id.as_deref().unwrap_or_default();
            assert_eq!(booked, (due - order.refunded_of(intent)).max(Minor::ZERO), "{:#?}", order.adjustments);
        }
    }

    /// Stripe answers all that is still open, and then everybody has what they should have, to the cent.
    pub(in crate::order::tests) fn balance_out(&mut self) {
        for _ in 0..4 {
            for intent in INTENTS {
                self.fetch_split(intent);
            }
            for index in 0..self.order.adjustments.len() {
                if !matches!(self.order.adjustments[index].state, AdjustmentState::Done | AdjustmentState::Withdrawn) {
                    self.adjust(index, false);
                }
            }
            self.check();
        }
        assert!(self.order.split_fetch.is_none(), "nothing is left to ask");
        self.compare_books();
        for split in &self.order.splits {
            let intent = split.payment_intent.as_str();
            let (reversed, fee_refunded) = self.by_hand.get(intent).copied().unwrap_or_default();
            let done = |kind| -> Minor {
                let of_it =
                    self.order.adjustments.iter().filter(|own| own.payment_intent == intent && own.kind == kind);
                of_it.filter(|own| own.state == AdjustmentState::Done).map(|own| own.amount).sum()
            };
            let fee = self.fee_of(intent);
            let sellers = self.arrives(intent) - reversed - done(AdjustmentKind::TransferReversal)
                + done(AdjustmentKind::Transfer)
                - (fee - fee_refunded - done(AdjustmentKind::FeeRefund));
            // Fees that a refund names are the platform's to give, all else that left the payment is the seller's.
            let named = self.order.fees_given_of(intent).min(fee);
            // Tax that the platform owes neither comes to the seller nor goes back from there.
            let tax = self.order.parts_left(split).tax;
            let goods = (self.order.left(intent) - named - tax).max(Minor::ZERO);
            let should = (self.arrives(intent) - fee - self.order.withheld(split) - goods).max(Minor::ZERO);
            assert_eq!(sellers, should, "{intent}: {:#?}", self.order.adjustments);
        }
    }
}
