//! Captured money: it buys what it was for, or waits for a person, or goes back.

use jiff::Timestamp;

use super::{
    aggregate::{
        booking::BookingStatus,
        claim::{Claim, ClaimKind},
        order::Order,
        payment::{PaymentState, Sum},
        refund::{Refund, RefundCause, RefundParts},
        review::ReviewKind,
        status::OrderStatus,
    },
    decision::{Alarm, DecideError, Decision, MoveKind},
    event::Event,
    fulfil::pay,
    outcome::Outcome,
};
use crate::{Capture, NotificationKind, RefundId};

/// Whether a late payment may take stock again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// The stock was not read yet: decide as if there were enough, and say that it must be drawn.
    Untried,
    /// There is too little for every line.
    Gone,
}

pub(super) fn captured(
    order: &Order,
    capture: &Capture,
    supply: Supply,
    now: Timestamp,
) -> Result<Decision, DecideError> {
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
    // If the authorization was wrong, this is what has arrived of it by now.
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
            Some(claim) => captured_while_canceling(capture, &mut decision, &claim, now),
        },
        status if status.is_released() => late(order, capture, &mut decision, supply, now),
        status => return Err(DecideError::Illegal { status, fact: Event::Captured.as_str() }),
    }
    Ok(decision)
}

/// A payment that came when its hold was gone: the goods if there are any, at the price that was agreed, else all the
/// money back.
fn late(order: &Order, capture: &Capture, decision: &mut Decision, supply: Supply, now: Timestamp) {
    let over = order.lines.iter().any(|line| line.over_at.is_some_and(|end| end <= now));
    // A buyer who canceled an order has no use for its goods any more, and an expert's time is the expert's to give.
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
    decision.notifications.push(NotificationKind::Apology);
}

/// The money of a booking was captured, by another request or in Stripe's dashboard, while the booking was being
/// canceled: all of it goes back.
fn captured_while_canceling(capture: &Capture, decision: &mut Decision, claim: &Claim, now: Timestamp) {
    decision.release(OrderStatus::Canceled, PaymentState::Captured, now);
    decision.outcome = Outcome::RefundedCanceled;
    if let Some(booking) = &mut decision.order.booking {
        booking.status = claim.booking.unwrap_or(BookingStatus::Canceled);
        booking.refund_percent = Some(100);
    }
    decision.ask_refund(new_refund(&decision.order, "canceled", capture, RefundCause::Cancellation, now));
    decision.notifications.push(NotificationKind::BookingOver);
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

/// The refund of all that a capture brought.
fn new_refund(order: &Order, name: &str, capture: &Capture, cause: RefundCause, now: Timestamp) -> Refund {
    let id = RefundId::parse(format!("ref_{}_{name}", order.id)).unwrap_or_else(|_| unreachable!("made of legal ids"));
    // A second charge is no part of the order's own sums.
    let own = cause != RefundCause::DoublePayment;
    let parts = if own { order.parts_of(capture.amount) } else { RefundParts::goods(capture.amount) };
    Refund {
        payment_intent: Some(capture.payment_intent.clone()),
        currency: (capture.currency != order.currency).then_some(capture.currency),
        ..Refund::new(id, capture.amount, parts, cause, now)
    }
}
