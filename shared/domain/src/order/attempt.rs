//! Attempts to pay that are not done yet, or that failed, and payments that can arrive no more.
//!
//! [`super::transitions`] says in which states these facts change anything; in all others they do not come here.

use jiff::Timestamp;

use super::{
    aggregate::{
        booking::BookingStatus,
        claim::{Claim, ClaimKind},
        order::Order,
        payment::{Confirmer, PaymentState},
        status::OrderStatus,
    },
    claim::{CLAIM_LEASE, kept_claim},
    decision::{Decision, NextCall},
    outcome::Outcome,
    payment::PROCESSING_FETCH,
};
use crate::{Actor, Decline, NotificationKind, catalog::PaymentMode};

/// The buyer has to prove who they are, in the browser, which may try again after a failure.
pub(super) fn action_required(order: &Order, payment_intent: &str) -> Decision {
    if order.payment.confirmer != Some(Confirmer::Server) {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::ActionRequired);
    decision.order.payment.confirmer = Some(Confirmer::Client);
    decision.order.payment.payment_intent_id.get_or_insert_with(|| payment_intent.to_owned());
    decision
}

/// The buyer has done all they can, and the money is under way.
pub(super) fn processing(order: &Order, payment_intent: Option<&str>, now: Timestamp) -> Decision {
    let mut decision = Decision::change(order, Outcome::Processing);
    decision.order.payment.state = PaymentState::Processing;
    decision.order.payment.payment_intent_id = payment_intent.map(str::to_owned);
    decision.order.fetch_at = Some(now + PROCESSING_FETCH);
    decision.order.claim = kept_claim(order, now + PROCESSING_FETCH);
    decision
}

/// A decline is noted, and the buyer may try another card. Where the server confirmed, no browser tries again: the
/// order is claimed, to be ended at Stripe and to fail.
pub(super) fn declined(order: &Order, decline: &Decline, now: Timestamp) -> Decision {
    let newer = order.payment.failure.as_ref().is_none_or(|known| known.at < decline.at);
    let last = order.payment.confirmer == Some(Confirmer::Server) && order.claim.is_none();
    if !newer && !last {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::Declined);
    decision.order.payment.failure = Some(decline.clone());
    if order.payment.mode == PaymentMode::Intent && order.payment.state == PaymentState::Processing {
        // What was under way has failed. The hold decides again how long the buyer may try.
        decision.order.payment.state = PaymentState::Unpaid;
        decision.order.fetch_at = None;
    }
    if last {
        decision.order.claim = Some(Claim {
            kind: ClaimKind::Voiding,
            by: Actor::Checkout,
            why: "the card was declined".to_owned(),
            until: now + CLAIM_LEASE,
            ends_as: OrderStatus::Failed,
            booking: order.booking.as_ref().map(|_| BookingStatus::Canceled),
            call: None,
        });
        decision.calls.push(NextCall::EndPayment);
    }
    decision
}

/// The payment failed for good.
pub(super) fn failed(order: &Order, decline: &Decline, now: Timestamp) -> Decision {
    let mut decision = Decision::change(order, Outcome::Failed);
    decision.order.payment.failure = Some(decline.clone());
    decision.release(OrderStatus::Failed, PaymentState::Failed, now);
    if let Some(booking) = &mut decision.order.booking {
        booking.status = BookingStatus::Canceled;
    }
    // A buyer whose payment the server confirmed has its answer already.
    if order.payment.confirmer != Some(Confirmer::Server) {
        decision.notifications.push(NotificationKind::PaymentFailed);
    }
    decision
}

/// No payment can arrive any more. The claim says what that means; without one, Stripe's page ran out by itself, or the
/// payment was canceled in Stripe's dashboard, or Stripe let go of authorized money that was not captured in time.
pub(super) fn unpayable(order: &Order, now: Timestamp) -> Decision {
    let by_itself = match (order.status, order.payment.mode) {
        (OrderStatus::Authorized, _) => (OrderStatus::Canceled, BookingStatus::TimedOut),
        (_, PaymentMode::Intent) => (OrderStatus::Canceled, BookingStatus::Canceled),
        (_, PaymentMode::Hosted | PaymentMode::Free) => (OrderStatus::Expired, BookingStatus::Canceled),
    };
    // A server's decline is final, even if the order was not claimed for it in time.
    let declined = order.payment.confirmer == Some(Confirmer::Server) && order.payment.failure.is_some();
    let (status, ended) = order
        .claim
        .as_ref()
        .map_or(by_itself, |claim| (claim.ends_as, claim.booking.unwrap_or(BookingStatus::Canceled)));
    let status = if declined && status == OrderStatus::Expired { OrderStatus::Failed } else { status };
    let outcome = match status {
        OrderStatus::Failed => Outcome::Failed,
        OrderStatus::Canceled => Outcome::Canceled,
        _ => Outcome::Expired,
    };
    let payment = if status == OrderStatus::Failed { PaymentState::Failed } else { PaymentState::Canceled };
    let answered = order.status == OrderStatus::Authorized;
    let mut decision = Decision::change(order, outcome);
    decision.release(status, payment, now);
    if let Some(booking) = &mut decision.order.booking {
        booking.status = ended;
        if answered {
            decision.notifications.push(NotificationKind::BookingOver);
        }
    }
    decision
}
