//! Claims: whoever is about to end an order's payment, or to take its money, says so first. Of several one wins.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BookingStatus, DecideError, Decision, Order, OrderStatus, Outcome};

/// How long a claim is honoured before somebody else may take it over: longer than any function runs.
pub const CLAIM_LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Somebody is about to ask Stripe to take this order's money, or to end its payment. Only the claim's owner acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What is being done.
    pub kind: ClaimKind,
    /// By whom: `sweeper`, or a person's subject.
    pub by: String,
    /// Why, for the audit trail.
    pub why: String,
    /// When others may take over.
    pub until: Timestamp,
    /// How the order ends if no payment can arrive any more.
    pub ends_as: OrderStatus,
    /// How its booking ends then, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingStatus>,
    /// The intent record of the call that takes the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u32>,
}

/// What a claim is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// The hold ran out.
    Expiring,
    /// Somebody called the order off, or its card was declined for good.
    Voiding,
    /// The expert takes the booking, and with it the money that was set aside.
    Capturing,
}

/// Claims an order that waits for its payment, so that the payment can be ended at Stripe. Only the claim's owner may act
/// on it.
///
/// # Errors
/// [`DecideError::NotClaimable`] while somebody else holds a claim, and once there is nothing to end.
pub fn claim(order: &Order, kind: ClaimKind, by: &str, why: &str, now: Timestamp) -> Result<Decision, DecideError> {
    let taken = order.claim.as_ref().is_some_and(|claim| claim.until > now);
    if !order.is_waiting() || taken {
        return Err(DecideError::NotClaimable { status: order.status });
    }
    let authorized = order.status == OrderStatus::Authorized;
    let mut decision = Decision::change(order, Outcome::Claimed);
    let until = now + CLAIM_LEASE;
    decision.order.claim = Some(match order.claim.clone() {
        // An order that was called off stays called off, whoever takes over from a claim that ran out.
        Some(old) if old.kind == ClaimKind::Voiding => Claim { by: by.to_owned(), until, ..old },
        _ => Claim {
            kind,
            by: by.to_owned(),
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

/// Gives a claim up, because what it was for is not possible yet: the payment is under way. Changes nothing once the
/// order waits for no payment any more. An order whose slot is on sale again stays claimed, until the next look: it can
/// only end.
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

/// What becomes of a claim that cannot be acted on yet. Who called an order off goes on doing so, later; a booking's slot may
/// be on sale again already, and would be sold a second time. Any other claim is given up.
pub(super) fn kept_claim(order: &Order, until: Timestamp) -> Option<Claim> {
    order.claim.clone().filter(|claim| claim.kind == ClaimKind::Voiding).map(|claim| Claim { until, ..claim })
}

/// Lets others take over from a claim at once, because its owner got no clear answer.
#[must_use]
pub fn lapse(order: &Order, now: Timestamp) -> Decision {
    let Some(claim) = order.claim.as_ref().filter(|claim| claim.until > now && order.is_waiting()) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Postponed);
    decision.order.claim = Some(Claim { until: now, ..claim.clone() });
    decision
}
