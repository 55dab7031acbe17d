//! Deciding what to adjust, and what becomes of it.

use jiff::{SignedDuration, Timestamp};

use super::{
    Adjustment, AdjustmentCause, AdjustmentKind, AdjustmentState, Alarm, Decision, NextCall, Order, Outcome, Split,
    SplitFetch, decide::REFUND_LEASE,
};
use crate::{AdjustmentId, Fact, Minor, SplitSeen};

/// How long after a refusal an adjustment is tried again at first; twice as long after each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(10);
/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);

impl Decision {
    /// Writes down what brings seller and platform to what they should have, now that something has changed.
    pub(super) fn adjust(&mut self, fact: &Fact, now: Timestamp) {
        let cause = match fact {
            Fact::Refund(seen) => {
                let own = self.order.refunds.iter().find(|refund| refund.stripe_id.as_ref() == Some(&seen.stripe_id));
                let Some((id, made_by_us)) = own.map(|refund| (refund.id.clone(), refund.call.is_some())) else {
                    return;
                };
                if !made_by_us {
                    // Whoever made it may have had Stripe take transfer and fee back along with it.
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
                    // It may not be ours to make any more, as when somebody has reversed the transfer by hand.
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
    pub(super) fn withhold(&mut self, now: Timestamp) {
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
        // What a refund gives the buyer of the fees, Stripe's books show as given up. A dispute's share of them is only
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
        let opposite = if missing > Minor::ZERO { AdjustmentKind::TransferReversal } else { AdjustmentKind::Transfer };
        if missing.is_zero() {
            return;
        }
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

    pub(super) fn make(
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

/// Notes how a payment was split; what follows from it is decided with it.
pub(super) fn split(order: &Order, seen: &SplitSeen) -> Decision {
    let next = Split {
        payment_intent: seen.payment_intent.clone(),
        charge: seen.charge.clone(),
        captured: seen.captured,
        transfer: seen.transfer.clone(),
        transferred: seen.transferred,
        application_fee: seen.application_fee.clone(),
        fee: seen.fee,
        reversed: seen.reversed,
        fee_refunded: seen.fee_refunded,
        seen_at: seen.seen_at,
        stale: false,
    };
    let known = order.split(&seen.payment_intent);
    let same = known.is_some_and(|known| *known == Split { seen_at: known.seen_at, ..next.clone() });
    let older = known.is_some_and(|known| known.seen_at > seen.seen_at);
    let requested = order.split_fetch.is_some() && order.unknown_splits().is_empty();
    if (same || older) && !requested {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::SplitNoted);
    match decision.order.splits.iter_mut().find(|known| known.payment_intent == seen.payment_intent) {
        Some(_) if older => {}
        Some(known) => *known = next,
        None => decision.order.splits.push(next),
    }
    decision
}

/// Stripe has made an adjustment.
pub(super) fn adjusted(order: &Order, id: &AdjustmentId, stripe_id: &str) -> Decision {
    let Some(index) = order.adjustments.iter().position(|own| &own.id == id && own.state != AdjustmentState::Done)
    else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Adjusted);
    let own = &mut decision.order.adjustments[index];
    own.state = AdjustmentState::Done;
    own.stripe_id = Some(stripe_id.to_owned());
    own.failure = None;
    own.due_at = None;
    decision
}

/// Stripe refused an adjustment, for lack of balance or a restricted account: it stays due, and people are told.
pub(super) fn refused(order: &Order, id: &AdjustmentId, failure: &str, now: Timestamp) -> Decision {
    let Some(index) = order.adjustments.iter().position(|own| &own.id == id && own.state == AdjustmentState::Due)
    else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::AdjustmentRefused);
    let own = &mut decision.order.adjustments[index];
    own.state = AdjustmentState::Refused;
    own.failure = Some(failure.to_owned());
    let wait = FIRST_WAIT.checked_mul(1_i32 << own.refusals.min(7)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    own.refusals += 1;
    own.due_at = Some(now + wait);
    decision.alarms.push(Alarm::AdjustmentRefused { adjustment: id.clone(), failure: failure.to_owned() });
    decision
}

/// Takes a refused adjustment up again, before Stripe is asked under a new key.
#[must_use]
pub fn retry_adjustment(order: &Order, id: &AdjustmentId, now: Timestamp) -> Decision {
    let Some(index) = order.adjustments.iter().position(|own| &own.id == id && own.state == AdjustmentState::Refused)
    else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Postponed);
    let own = &mut decision.order.adjustments[index];
    own.state = AdjustmentState::Due;
    own.due_at = Some(now + REFUND_LEASE);
    decision
}
