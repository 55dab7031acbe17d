//! Authorized money: the expert is asked for the slot.

use jiff::Timestamp;

use super::{
    aggregate::{
        claim::ClaimKind,
        hold::Hold,
        order::Order,
        payment::{PaymentState, Sum},
        review::ReviewKind,
        status::OrderStatus,
    },
    booking::ANSWER_TIME,
    decision::{Alarm, DecideError, Decision},
    outcome::Outcome,
};
use crate::{Authorization, NotificationKind};

/// The buyer's money is authorized: from now on the expert may answer.
pub(super) fn authorized(order: &Order, seen: &Authorization, now: Timestamp) -> Result<Decision, DecideError> {
    if order.review.is_some() {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let tax = order.tax_in(seen.amount, seen.tax).ok_or(DecideError::TaxUnknown)?;
    let mut decision = Decision::change(order, Outcome::Authorized);
    let next = &mut decision.order;
    next.tax = Some(tax);
    next.payment.state = PaymentState::Authorized;
    next.payment.payment_intent_id = Some(seen.payment_intent.clone());
    next.payment.charge_id.clone_from(&seen.charge);
    next.payment.capture_before = seen.capture_before;
    let expected = next.to_pay();
    let sum = Sum { amount: seen.amount, currency: seen.currency };
    if !next.is_due(sum) {
        decision.outcome = Outcome::Review;
        let reason = format!(
            "authorized {} {} instead of {} {}",
            seen.currency.format(seen.amount),
            seen.currency,
            order.currency.format(expected),
            order.currency
        );
        next.hold_for_review(ReviewKind::Authorization, &reason, now).seen = Some(sum);
        decision.alarms.push(Alarm::AmountMismatch { expected, captured: seen.amount });
        return Ok(decision);
    }
    request(&mut decision, now);
    Ok(decision)
}

/// Asks the expert: from now on the booking can be answered.
pub(super) fn request(decision: &mut Decision, now: Timestamp) {
    let next = &mut decision.order;
    let starts_at = next.booking.as_ref().map(|booking| booking.starts_at);
    let deadline = [Some(now + ANSWER_TIME), starts_at, next.payment.capture_before];
    let respond_by = deadline.into_iter().flatten().min().unwrap_or(now);
    next.status = OrderStatus::Authorized;
    next.fetch_at = None;
    next.hold = Some(Hold { expires_at: respond_by });
    // A claim to void goes on; one of a sweeper that came too early does not.
    next.claim = next.claim.take().filter(|claim| claim.kind == ClaimKind::Voiding);
    if let Some(booking) = &mut next.booking {
        booking.respond_by = Some(respond_by);
    }
    decision.notifications.push(NotificationKind::BookingRequested);
}

impl Order {
    /// Asks the expert for a slot that costs nothing, as part of placing it: there is no money to authorize first.
    #[must_use]
    pub fn request_free(mut self, now: Timestamp) -> Self {
        if let Some(booking) = &mut self.booking {
            let respond_by = (now + ANSWER_TIME).min(booking.starts_at);
            booking.respond_by = Some(respond_by);
            self.hold = Some(Hold { expires_at: respond_by });
            self.status = OrderStatus::Authorized;
            self.payment.state = PaymentState::Authorized;
        }
        self
    }
}
