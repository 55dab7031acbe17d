//! Claims: who is about to end an order's payment, or to capture its money, writes that down first. Of several, one
//! wins.

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{
        booking::BookingStatus,
        claim::{Claim, ClaimKind},
        order::Order,
        status::OrderStatus,
    },
    decision::{DecideError, Decision},
    event::Event,
    outcome::Outcome,
    transitions::may_change,
};
use crate::Actor;

/// How long a claim is honoured before another request may take it over: longer than any function runs.
pub const CLAIM_LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Claims an order that waits for its payment, so that the payment can be ended at Stripe. Only the claim's owner may
/// act on it.
///
/// # Errors
/// [`DecideError::NotClaimable`] while another request holds a claim, and once there is nothing to end.
pub fn claim(order: &Order, kind: ClaimKind, by: &Actor, why: &str, now: Timestamp) -> Result<Decision, DecideError> {
    may_change(Event::Claim, order)?;
    if order.claim.as_ref().is_some_and(|claim| claim.until > now) {
        return Err(DecideError::NotClaimable { status: order.status });
    }
    let authorized = order.status == OrderStatus::Authorized;
    let mut decision = Decision::change(order, Outcome::Claimed);
    let until = now + CLAIM_LEASE;
    decision.order.claim = Some(match order.claim.clone() {
        // A claim to void stays one, in each request that takes over after it ran out.
        Some(old) if old.kind == ClaimKind::Voiding => Claim { by: by.clone(), until, ..old },
        _ => Claim {
            kind,
            by: by.clone(),
            why: why.to_owned(),
            until,
            ends_as: match kind {
                ClaimKind::Expiring if !authorized => OrderStatus::Expired,
                _ => OrderStatus::Canceled,
            },
            booking: order.booking.as_ref().map(|_| match kind {
                ClaimKind::Expiring if authorized => BookingStatus::TimedOut,
                _ => BookingStatus::Canceled,
            }),
            call: None,
        },
    });
    Ok(decision)
}

/// Drops a claim, because what it was for is not possible yet: the payment is under way. Changes nothing once the order
/// waits for no payment any more. An order whose slot is on sale again stays claimed, until the next fetch: it can only
/// end.
#[must_use]
pub fn unclaim(order: &Order, next_fetch: Timestamp) -> Decision {
    let claim = kept_claim(order, next_fetch);
    if !order.is_waiting() || order.claim == claim && order.fetch_at == Some(next_fetch) {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::Postponed);
    decision.order.claim = claim;
    decision.order.fetch_at = Some(next_fetch);
    decision
}

/// What becomes of a claim that cannot be acted on yet. One to void goes on later: a booking's slot may be on sale
/// again already, and would be sold a second time. Any other claim is dropped.
pub(super) fn kept_claim(order: &Order, until: Timestamp) -> Option<Claim> {
    order.claim.clone().filter(|claim| claim.kind == ClaimKind::Voiding).map(|claim| Claim { until, ..claim })
}

/// Lets other requests take over from a claim at once, because its owner got no clear answer.
#[must_use]
pub fn lapse(order: &Order, now: Timestamp) -> Decision {
    let Some(claim) = order.claim.as_ref().filter(|claim| claim.until > now && order.is_waiting()) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Postponed);
    decision.order.claim = Some(Claim { until: now, ..claim.clone() });
    decision
}
