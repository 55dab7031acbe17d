//! Deciding what to adjust: the calls that bring seller and platform to what they should have.

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::{
    AdjustmentId, Fact, Minor,
    order::{
        aggregate::{
            balance::{Adjustment, AdjustmentCause, AdjustmentKind, AdjustmentState, Split, SplitFetch},
            order::Order,
            refund::REFUND_LEASE,
        },
        decision::{Decision, NextCall},
    },
};

impl Decision {
    /// Writes down what brings seller and platform to what they should have, now that something has changed.
    pub(in crate::order) fn adjust(&mut self, fact: &Fact, now: Timestamp) {
        let cause = match fact {
            Fact::Refund(seen) => {
                let own = self.order.refunds.iter().find(|refund| refund.stripe_id.as_ref() == Some(&seen.stripe_id));
                let Some((id, made_by_us)) = own.map(|refund| (refund.id.clone(), refund.call.is_some())) else {
                    return;
                };
                if !made_by_us {
                    // A refund in the dashboard may have taken transfer and fee back along with it.
                    self.mark_stale(&seen.payment_intent);
                }
                AdjustmentCause::Refund(id)
            }
            Fact::Dispute(seen) => AdjustmentCause::Dispute(seen.stripe_id.clone()),
            Fact::Split(seen) => match self.order.split_fetch.clone() {
                Some(fetch) => fetch.cause,
                None => AdjustmentCause::Stripe(seen.payment_intent.clone()),
            },
            Fact::Adjusted { adjustment, .. } | Fact::AdjustmentRefused { adjustment, .. } => {
                let Some(own) = self.order.adjustment(adjustment).cloned() else { return };
                if own.state == AdjustmentState::Refused {
                    // It may not be ours to make any more, as when the transfer was reversed in the dashboard.
                    self.mark_stale(&own.payment_intent);
                }
                own.cause
            }
            Fact::Captured(seen) if self.order.owed_tax(&seen.payment_intent) > Minor::ZERO => {
                AdjustmentCause::Tax(seen.payment_intent.clone())
            }
            _ => return,
        };
        self.share(&cause, now);
    }

    /// The platform owes the tax of what was paid just now, if it does.
    pub(in crate::order) fn withhold(&mut self, now: Timestamp) {
        let Some(payment) = self.order.payment.payment_intent_id.clone() else { return };
        if self.order.owed_tax(&payment) > Minor::ZERO {
            self.share(&AdjustmentCause::Tax(payment), now);
        }
    }

    fn share(&mut self, cause: &AdjustmentCause, now: Timestamp) {
        for payment in self.order.shared_payments() {
            match self.order.split(&payment).filter(|split| !split.stale).cloned() {
                Some(split) => self.balance(&split, cause, now),
                None => {
                    self.order.split_fetch = Some(SplitFetch { cause: cause.clone(), due_at: now + REFUND_LEASE });
                    self.calls.push(NextCall::Split { payment_intent: payment });
                }
            }
        }
        if self.order.unknown_splits().is_empty() {
            self.order.split_fetch = None;
        }
    }

    fn mark_stale(&mut self, payment_intent: &str) {
        for split in self.order.splits.iter_mut().filter(|split| split.payment_intent == payment_intent) {
            split.stale = true;
        }
    }

    /// What Stripe refused and cannot make any more, because others have moved that money, is not tried again.
    fn drop_impossible(&mut self, split: &Split) {
        let of_split = [
            (&split.transfer, split.transferred - split.reversed),
            (&split.application_fee, split.fee - split.fee_refunded),
        ];
        for (target, mut left) in of_split {
            let Some(target) = target else { continue };
            for state in [AdjustmentState::Done, AdjustmentState::Due, AdjustmentState::Refused] {
                let of_it = |own: &&mut Adjustment| own.target == *target && own.state == state;
                for own in self.order.adjustments.iter_mut().filter(of_it) {
                    if state == AdjustmentState::Refused && own.amount > left {
                        own.state = AdjustmentState::Withdrawn;
                        own.due_at = None;
                    } else {
                        left -= own.amount;
                    }
                }
            }
        }
    }

    fn balance(&mut self, split: &Split, cause: &AdjustmentCause, now: Timestamp) {
        self.drop_impossible(split);
        let order = &self.order;
        let payment = &split.payment_intent;
        let counts = |state| state != AdjustmentState::Withdrawn;
        // What a refund gives the buyer of the fees, Stripe's books show as refunded. A dispute's share of them is only
        // booked as a loss, since a fee that was refunded cannot be taken again if the dispute is won.
        let beyond = order.refunded_of(payment) - split.sellers();
        let fees = order.fees_given_of(payment).max(beyond).max(Minor::ZERO).min(split.fee);
        let given = split.fee_refunded + order.decided(payment, AdjustmentKind::FeeRefund, counts);
        if let (Some(fee), true) = (&split.application_fee, fees > given) {
            // First, so that the seller's balance is never short of it when the transfer is reversed.
            self.make(AdjustmentKind::FeeRefund, cause, payment, fee, fees - given, now);
        }
        let change = |order: &Order| order.sellers_due(split) - order.sellers_decided(split);
        let missing = change(&self.order);
        let opposite = match missing.cmp(&Minor::ZERO) {
            Ordering::Greater => AdjustmentKind::TransferReversal,
            Ordering::Less => AdjustmentKind::Transfer,
            Ordering::Equal => return,
        };
        // What Stripe refused did not happen; it is not made and undone, but dropped.
        for own in self.order.adjustments.iter_mut().filter(|own| &own.payment_intent == payment) {
            if own.kind == opposite && own.state == AdjustmentState::Refused {
                own.state = AdjustmentState::Withdrawn;
                own.due_at = None;
            }
        }
        let missing = change(&self.order);
        if missing > Minor::ZERO {
            let account = self.order.destination.clone().unwrap_or_default();
            self.make(AdjustmentKind::Transfer, cause, payment, &account, missing, now);
        }
        let mut back = Minor::ZERO - missing;
        for (transfer, left) in self.order.reversible(split) {
            if back > Minor::ZERO {
                let amount = back.min(left);
                self.make(AdjustmentKind::TransferReversal, cause, payment, &transfer, amount, now);
                back -= amount;
            }
        }
    }

    pub(in crate::order) fn make(
        &mut self,
        kind: AdjustmentKind,
        cause: &AdjustmentCause,
        payment: &str,
        target: &str,
        amount: Minor,
        now: Timestamp,
    ) {
        let base = format!("{}-{}", kind.as_str(), cause.name());
        let taken = |id: &str| self.order.adjustments.iter().any(|own| own.id.as_str() == id);
        let turns = (2_u32..).map(|turn| format!("{base}-{turn}"));
        let free = std::iter::once(base.clone()).chain(turns).find(|id| !taken(id));
        let id = free.and_then(|id| AdjustmentId::parse(id).ok());
        let id = id.unwrap_or_else(|| unreachable!("made of legal ids"));
        self.order.calls += 1;
        self.order.adjustments.push(Adjustment {
            id: id.clone(),
            kind,
            cause: cause.clone(),
            payment_intent: payment.to_owned(),
            target: target.to_owned(),
            amount,
            state: AdjustmentState::Due,
            stripe_id: None,
            failure: None,
            refusals: 0,
            due_at: Some(now + REFUND_LEASE),
            call: self.order.calls,
            created_at: now,
        });
        self.calls.push(NextCall::Adjust(id));
    }
}
