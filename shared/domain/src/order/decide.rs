//! What a fact does to an order. Pure: the same order, fact and time give the same decision.

use jiff::Timestamp;

use super::{
    Alarm, BookingStatus, CLAIM_LEASE, Claim, ClaimKind, Confirmer, DecideError, Decision, Goods, MoveKind, NextCall,
    Order, OrderStatus, Outcome, PROCESSING_FETCH, PaymentMode, PaymentState, Refund, RefundCause, RefundParts,
    ReviewKind, Sum, adjusting, booking, claim::kept_claim, disputes, returns,
};
use crate::{Capture, Decline, Fact, RefundId, RefundState};

/// How long after asking for a refund the sweeper looks whether it was done: longer than any function runs.
pub(super) const REFUND_LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Whether a late payment may take stock again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Nobody has looked yet: decide as if there were stock, and say that it must be drawn.
    Untried,
    /// There is none.
    Gone,
}

/// Decides what `fact` does to `order` at `now`.
///
/// Whatever comes how often and in whatever order, the order ends in the state that Stripe's own objects have: money
/// facts only grow, a fact that is already known changes nothing, and a fact that cannot be true of this order is an
/// error that tells the caller to ask Stripe.
///
/// # Errors
/// [`DecideError`]; nothing is to be written then.
pub fn decide(order: &Order, fact: &Fact, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    let mut decision = settled(order, fact, supply, now)?;
    if decision.changed {
        decision.adjust(fact, now);
        decision.book(now);
    }
    Ok(decision)
}

fn settled(order: &Order, fact: &Fact, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    match fact {
        Fact::Authorized(seen) => booking::authorized(order, seen, now),
        Fact::Captured(capture) => captured(order, capture, supply, now),
        Fact::ActionRequired { payment_intent } => Ok(action_required(order, payment_intent)),
        Fact::Processing { payment_intent } => processing(order, payment_intent.as_deref(), now),
        Fact::Declined(decline) => Ok(declined(order, decline, now)),
        Fact::Failed(decline) => Ok(failed(order, decline, now)),
        Fact::Unpayable => Ok(unpayable(order, now)),
        Fact::Refund(seen) => returns::refund(order, seen, now),
        Fact::RefundRefused { refund, failure } => Ok(returns::refund_refused(order, refund, failure, now)),
        Fact::RefundDelayed { refund, failure } => Ok(returns::refund_delayed(order, refund, failure, now)),
        Fact::Dispute(seen) => disputes::dispute(order, seen, now),
        Fact::Split(seen) => Ok(adjusting::split(order, seen)),
        Fact::Adjusted { adjustment, stripe_id } => Ok(adjusting::adjusted(order, adjustment, stripe_id)),
        Fact::AdjustmentRefused { adjustment, failure } => Ok(adjusting::refused(order, adjustment, failure, now)),
    }
}

fn captured(order: &Order, capture: &Capture, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    if order.payment.mode == PaymentMode::Free {
        return Err(DecideError::Illegal { status: order.status, fact: "captured" });
    }
    if order.payment.state == PaymentState::Captured {
        return Ok(captured_again(order, capture, now));
    }
    let tax = order.tax_in(capture.amount, capture.tax).ok_or(DecideError::TaxUnknown)?;
    let mut decision = Decision::change(order, Outcome::Paid);
    let payment = &mut decision.order.payment;
    payment.state = PaymentState::Captured;
    payment.captured = capture.amount;
    payment.currency = (capture.currency != order.currency).then_some(capture.currency);
    payment.payment_intent_id = Some(capture.payment_intent.clone());
    payment.charge_id.clone_from(&capture.charge);
    if payment.session_id.is_none() {
        payment.session_id.clone_from(&capture.session);
    }
    decision.order.tax = Some(tax);
    let claim = decision.order.claim.take();
    decision.order.fetch_at = None;

    let expected = decision.order.to_pay();
    // What was set aside wrongly, if it was, is what has arrived by now.
    decision.order.review = None;
    let seen = Sum { amount: capture.amount, currency: capture.currency };
    if !decision.order.is_due(seen) {
        decision.outcome = Outcome::Review;
        let reason = format!(
            "paid {} {} instead of {} {}",
            capture.currency.format(capture.amount),
            capture.currency,
            order.currency.format(expected),
            order.currency
        );
        decision.order.hold_for_review(ReviewKind::Payment, &reason, now);
        decision.alarms.push(Alarm::AmountMismatch { expected, captured: capture.amount });
        return Ok(decision);
    }
    let was_canceled = claim.filter(|claim| claim.kind == ClaimKind::Voiding && order.booking.is_some());
    match order.status {
        OrderStatus::Pending | OrderStatus::Authorized => match was_canceled {
            None => {
                decision.move_all(MoveKind::Sell);
                pay(&mut decision, now);
            }
            Some(claim) => taken_all_the_same(capture, &mut decision, &claim, now),
        },
        status if status.is_released() => late(order, capture, &mut decision, supply, now),
        status => return Err(DecideError::Illegal { status, fact: "captured" }),
    }
    Ok(decision)
}

pub(super) fn pay(decision: &mut Decision, now: Timestamp) {
    decision.order.fulfil(now);
    decision.ledger.extend(decision.order.credit());
    decision.notifications.push(crate::NotificationKind::Confirmation);
    if decision.order.destination.is_some() {
        decision.notifications.push(crate::NotificationKind::TransferLabel);
    }
}

/// A payment that came when its hold was gone: the goods if there are any, at the price that was agreed, else all the
/// money back.
fn late(order: &Order, capture: &Capture, decision: &mut Decision, supply: Supply, now: Timestamp) {
    let over = order.lines.iter().any(|line| line.over_at.is_some_and(|end| end <= now));
    // Who called an order off does not want its goods any more, and an expert's time is the expert's to give.
    let was_canceled = order.status == OrderStatus::Canceled || order.booking.is_some();
    // Nor can anything be handed to a buyer who was erased meanwhile.
    let erased = order.archived_at.is_some();
    if supply == Supply::Untried && !over && !was_canceled && !erased {
        decision.outcome = Outcome::PaidLate;
        decision.draw = true;
        pay(decision, now);
        return;
    }
    decision.outcome = Outcome::RefundedLate;
    decision.ask_refund(new_refund(&decision.order, "late", capture, RefundCause::LatePayment, now));
    decision.notifications.push(crate::NotificationKind::Apology);
}

/// The money of a booking was taken at Stripe, by whose hand ever, while it was being called off: all of it goes back.
fn taken_all_the_same(capture: &Capture, decision: &mut Decision, claim: &Claim, now: Timestamp) {
    decision.release(OrderStatus::Canceled, PaymentState::Captured, now);
    decision.outcome = Outcome::RefundedCanceled;
    if let Some(booking) = &mut decision.order.booking {
        booking.status = claim.booking.unwrap_or(BookingStatus::Canceled);
        booking.refund_percent = Some(100);
    }
    decision.ask_refund(new_refund(&decision.order, "canceled", capture, RefundCause::Cancellation, now));
    decision.notifications.push(crate::NotificationKind::BookingOver);
}

fn new_refund(order: &Order, name: &str, capture: &Capture, cause: RefundCause, now: Timestamp) -> Refund {
    // A second charge is no part of the order's own sums.
    let own = cause != RefundCause::DoublePayment;
    let parts = if own { order.parts_of(capture.amount) } else { RefundParts::goods(capture.amount) };
    Refund {
        id: RefundId::parse(format!("ref_{}_{name}", order.id)).unwrap_or_else(|_| unreachable!("made of legal ids")),
        amount: capture.amount,
        items: Vec::new(),
        shares: Vec::new(),
        tax_shares: Vec::new(),
        parts,
        state: RefundState::Pending,
        goods: Goods::Taken,
        cause,
        reason: None,
        payment_intent: Some(capture.payment_intent.clone()),
        currency: (capture.currency != order.currency).then_some(capture.currency),
        stripe_id: None,
        failure: None,
        call: None,
        due_at: Some(now + REFUND_LEASE),
        created_at: now,
    }
}

fn captured_again(order: &Order, capture: &Capture, now: Timestamp) -> Decision {
    if order.payment.payment_intent_id.as_ref() == Some(&capture.payment_intent) {
        if order.payment.charge_id.is_none() && capture.charge.is_some() {
            let mut decision = Decision::change(order, Outcome::ChargeNoted);
            decision.order.payment.charge_id.clone_from(&capture.charge);
            return decision;
        }
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let known = order.refunds.iter().any(|r| r.payment_intent.as_ref() == Some(&capture.payment_intent));
    if known {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::DoublePayment);
    let refund = new_refund(order, &capture.payment_intent, capture, RefundCause::DoublePayment, now);
    decision.ask_refund(refund);
    decision.alarms.push(Alarm::DoublePayment);
    decision
}

fn processing(order: &Order, payment_intent: Option<&str>, now: Timestamp) -> Result<Decision, DecideError> {
    match (order.status, order.payment.state) {
        (OrderStatus::Pending, PaymentState::Unpaid) => {
            let mut decision = Decision::change(order, Outcome::Processing);
            decision.order.payment.state = PaymentState::Processing;
            decision.order.payment.payment_intent_id = payment_intent.map(str::to_owned);
            decision.order.fetch_at = Some(now + PROCESSING_FETCH);
            decision.order.claim = kept_claim(order, now + PROCESSING_FETCH);
            Ok(decision)
        }
        (status, PaymentState::Failed | PaymentState::Canceled | PaymentState::Unpaid) => {
            Err(DecideError::Illegal { status, fact: "processing" })
        }
        (_, PaymentState::Processing | PaymentState::Authorized | PaymentState::Captured) => {
            Ok(Decision::unchanged(order, Outcome::AlreadyProcessed))
        }
    }
}

/// A decline is noted, and the buyer may try another card. Where the server confirmed, there is nobody to try again: the
/// order is claimed, to be ended at Stripe and to fail.
fn declined(order: &Order, decline: &Decline, now: Timestamp) -> Decision {
    let newer = order.payment.failure.as_ref().is_none_or(|known| known.at < decline.at);
    let open = order.status == OrderStatus::Pending && !order.is_captured();
    let last = open && order.payment.confirmer == Some(Confirmer::Server) && order.claim.is_none();
    if !open || !newer && !last {
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
            by: "checkout".to_owned(),
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

/// The buyer has to prove who they are, in the browser, which may try again after a failure.
fn action_required(order: &Order, payment_intent: &str) -> Decision {
    if order.status != OrderStatus::Pending || order.payment.confirmer != Some(Confirmer::Server) || order.is_captured()
    {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::ActionRequired);
    decision.order.payment.confirmer = Some(Confirmer::Client);
    decision.order.payment.payment_intent_id.get_or_insert_with(|| payment_intent.to_owned());
    decision
}

fn failed(order: &Order, decline: &Decline, now: Timestamp) -> Decision {
    if order.status != OrderStatus::Pending || order.is_captured() {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::Failed);
    decision.order.payment.failure = Some(decline.clone());
    decision.release(OrderStatus::Failed, PaymentState::Failed, now);
    if let Some(booking) = &mut decision.order.booking {
        booking.status = BookingStatus::Canceled;
    }
    // Who confirmed by the server has the answer in hand.
    if order.payment.confirmer != Some(Confirmer::Server) {
        decision.notifications.push(crate::NotificationKind::PaymentFailed);
    }
    decision
}

/// No payment can arrive any more. The claim says what that means; without one, Stripe's page ran out by itself, or
/// somebody canceled the payment at Stripe, or Stripe let the money go that nobody had taken.
fn unpayable(order: &Order, now: Timestamp) -> Decision {
    if !order.is_waiting() {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let by_itself = match (order.status, order.payment.mode) {
        (OrderStatus::Authorized, _) => (OrderStatus::Canceled, BookingStatus::TimedOut),
        (_, PaymentMode::Intent) => (OrderStatus::Canceled, BookingStatus::Canceled),
        (_, PaymentMode::Hosted | PaymentMode::Free) => (OrderStatus::Expired, BookingStatus::Canceled),
    };
    // A server's decline is final, even if nobody claimed the order for it in time.
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
            decision.notifications.push(crate::NotificationKind::BookingOver);
        }
    }
    decision
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
