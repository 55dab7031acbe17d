//! What Stripe answers: how a payment was split, and what has become of an adjustment.

use jiff::{SignedDuration, Timestamp};

use crate::{
    AdjustmentId, SplitSeen,
    order::{
        aggregate::{
            balance::{AdjustmentState, Split},
            order::Order,
            refund::REFUND_LEASE,
        },
        decision::{Alarm, Decision},
        outcome::Outcome,
    },
};

/// How long after a refusal an adjustment is tried again at first; twice as long after each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(10);

/// No further wait is longer than this.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);

/// Notes how a payment was split; what follows from it is decided with it.
pub(in crate::order) fn split(order: &Order, seen: &SplitSeen) -> Decision {
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
    let fetched = order.split_fetch.is_some() && order.unknown_splits().is_empty();
    if (same || older) && !fetched {
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
pub(in crate::order) fn adjusted(order: &Order, id: &AdjustmentId, stripe_id: &str) -> Decision {
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

/// Stripe refused an adjustment, for lack of balance or a restricted account: it stays due, with an alarm.
pub(in crate::order) fn refused(order: &Order, id: &AdjustmentId, failure: &str, now: Timestamp) -> Decision {
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
