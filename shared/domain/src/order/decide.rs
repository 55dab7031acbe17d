//! What a fact does to an order. Pure: the same order, fact and time give the same decision.

use jiff::Timestamp;

use super::{
    aggregate::order::Order,
    attempt::{action_required, declined, failed, processing, unpayable},
    authorization::authorized,
    balance::answered::{adjusted, refused, split},
    capture::{Supply, captured},
    decision::{DecideError, Decision},
    dispute::dispute,
    event::Event,
    outcome::Outcome,
    refund::{
        observed::refund,
        refused::{refund_delayed, refund_refused},
    },
    transitions::may_change,
};
use crate::Fact;

/// Decides what `fact` does to `order` at `now`.
///
/// However often facts come, and in which sequence, the order ends in the state that Stripe's own objects have: what
/// was captured only grows, a fact that is known already changes nothing, and a fact that cannot be true of this order
/// is an error: the caller has to ask Stripe. [`super::transitions`] says which facts these are.
///
/// # Errors
/// [`DecideError`]; nothing is to be written then.
pub fn decide(order: &Order, fact: &Fact, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    if !may_change(Event::of(fact), order)? {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let mut decision = settled(order, fact, supply, now)?;
    if decision.changed {
        decision.adjust(fact, now);
        decision.book(now);
    }
    Ok(decision)
}

fn settled(order: &Order, fact: &Fact, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    match fact {
        Fact::Authorized(seen) => authorized(order, seen, now),
        Fact::Captured(capture) => captured(order, capture, supply, now),
        Fact::ActionRequired { payment_intent } => Ok(action_required(order, payment_intent)),
        Fact::Processing { payment_intent } => Ok(processing(order, payment_intent.as_deref(), now)),
        Fact::Declined(decline) => Ok(declined(order, decline, now)),
        Fact::Failed(decline) => Ok(failed(order, decline, now)),
        Fact::Unpayable => Ok(unpayable(order, now)),
        Fact::Refund(seen) => refund(order, seen, now),
        Fact::RefundRefused { refund, failure } => Ok(refund_refused(order, refund, failure, now)),
        Fact::RefundDelayed { refund, failure } => Ok(refund_delayed(order, refund, failure, now)),
        Fact::Dispute(seen) => dispute(order, seen, now),
        Fact::Split(seen) => Ok(split(order, seen)),
        Fact::Adjusted { adjustment, stripe_id } => Ok(adjusted(order, adjustment, stripe_id)),
        Fact::AdjustmentRefused { adjustment, failure } => Ok(refused(order, adjustment, failure, now)),
    }
}
