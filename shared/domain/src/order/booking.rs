//! Bookings of an expert's time: asked for, answered, called off by the clock.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    CLAIM_LEASE, Claim, ClaimKind, Decision, Goods, MoveKind, NextCall, Order, OrderStatus, Outcome, PaymentMode,
    PaymentState, Refund, RefundCause, ReviewKind, StockState, Sum,
    answer::{Answer, answered_before, busy},
    decide::REFUND_LEASE,
};
use crate::{
    Authorization, Code, Fact, Minor, NotificationKind, RefundId, RefundState, Refusal, catalog::CancellationTier,
};

/// How long an expert has to answer.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_mins(30);

/// The booking of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Where it stands.
    pub status: BookingStatus,
    /// When the slot begins.
    pub starts_at: Timestamp,
    /// When it ends, if that is said.
    pub ends_at: Option<Timestamp>,
    /// The expert's subject.
    pub expert: String,
    /// Until when the expert may answer; known once the money is set aside.
    pub respond_by: Option<Timestamp>,
    /// Who confirmed it or turned it down, or was the last to try: a subject. What came of it, the status says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// Who called it off.
    pub canceled_by: Option<CanceledBy>,
    /// How much of the price came back, in percent, if it was called off after it was confirmed.
    pub refund_percent: Option<u8>,
    /// The organization's policy when the slot was booked: what the buyer agreed to.
    pub policy: Vec<CancellationTier>,
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// The expert has not answered yet.
    Requested,
    /// The expert took it.
    Confirmed,
    /// The expert turned it down.
    Declined,
    /// Somebody called it off, or the buyer never finished paying.
    Canceled,
    /// The expert did not answer in time.
    TimedOut,
}

impl BookingStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Canceled => "canceled",
            Self::TimedOut => "timed_out",
        }
    }
}

/// Who called a booking off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanceledBy {
    /// Its buyer: the policy says what comes back.
    Buyer,
    /// Its expert: all of it comes back, at any time.
    Expert,
}

impl CanceledBy {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Expert => "expert",
        }
    }
}

/// What a cancellation would give back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelQuote {
    /// In percent of what was paid.
    pub percent: u8,
    /// How much money that is.
    pub amount: Minor,
    /// The last moment at which that holds. None if it never changes.
    pub until: Option<Timestamp>,
    /// Whether the money was only set aside, so that the card is released instead of refunded.
    pub releases: bool,
}

/// The percentage that a policy gives back at `now`, and the last moment at which it does; None if it stays so.
///
/// A tier holds up to its boundary, and the boundary itself is included: 24 hours before the start to the nanosecond
/// still is "24 hours before".
#[must_use]
pub fn refund_percent(policy: &[CancellationTier], starts_at: Timestamp, now: Timestamp) -> (u8, Option<Timestamp>) {
    let boundary = |tier: &CancellationTier| {
        starts_at.checked_sub(SignedDuration::from_hours(i64::from(tier.from_hours_before))).ok()
    };
    let reached =
        policy.iter().filter_map(|tier| boundary(tier).filter(|until| now <= *until).map(|u| (tier.percent, u)));
    let percent = reached.clone().map(|(percent, _)| percent.min(100)).max().unwrap_or(0);
    let until = reached.filter(|(tier, _)| (*tier).min(100) == percent).map(|(_, until)| until).max();
    (percent, until.filter(|_| percent > 0))
}

/// What a cancellation would give back at `now`.
///
/// # Errors
/// `illegal_state` if there is nothing to call off.
pub fn cancel_quote(order: &Order, who: CanceledBy, now: Timestamp) -> Result<CancelQuote, Refusal> {
    let booking = order.booking.as_ref().ok_or_else(|| Refusal::not_found("booking"))?;
    if order.is_waiting() && booking.status == BookingStatus::Requested {
        let until = booking.respond_by.or(order.hold.as_ref().map(|hold| hold.expires_at));
        return Ok(CancelQuote { percent: 100, amount: order.to_pay(), until, releases: true });
    }
    if order.status != OrderStatus::Paid || booking.status != BookingStatus::Confirmed {
        return Err(over(booking.status));
    }
    let (percent, until) = match who {
        CanceledBy::Expert => (100, None),
        CanceledBy::Buyer => refund_percent(&booking.policy, booking.starts_at, now),
    };
    Ok(CancelQuote { percent, amount: worth(order, percent), until, releases: false })
}

/// `percent` of what was taken, rounded half up, and never more than what is left of it.
fn worth(order: &Order, percent: u8) -> Minor {
    let currency = order.paid_currency();
    let exact = currency.major(order.payment.captured) * Decimal::from(percent) / Decimal::ONE_HUNDRED;
    currency.round(exact).unwrap_or_default().min(order.refundable())
}

fn over(status: BookingStatus) -> Refusal {
    Refusal::new(Code::IllegalState, format!("The booking is {}", status.as_str().replace('_', " ")))
}

/// The order's booking, if its expert may answer it now.
fn answerable<'a>(order: &'a Order, answer: Answer<'_>, now: Timestamp) -> Result<&'a Booking, Refusal> {
    let booking = order.booking.as_ref().ok_or_else(|| Refusal::not_found("booking"))?;
    if booking.status != BookingStatus::Requested {
        return Err(over(booking.status));
    }
    busy(order, answer, now)?;
    if order.status != OrderStatus::Authorized {
        return Err(Refusal::new(Code::IllegalState, "The buyer has not finished paying"));
    }
    if order.is_captured() {
        return Err(Refusal::new(Code::IllegalState, "The payment is not what was asked for and is being looked at"));
    }
    if booking.respond_by.is_none_or(|until| until <= now) {
        return Err(Refusal::new(Code::IllegalState, "The time to answer is over"));
    }
    Ok(booking)
}

/// The expert takes a booking: claims it, so that its money can be taken at Stripe. Whoever takes over from a try whose
/// answer was lost asks with the same intent record. Confirming again what the same expert has confirmed changes nothing.
///
/// # Errors
/// `request_in_progress` while the same expert's first try runs; `illegal_state` for anybody else who comes second, too
/// late, or too early.
pub fn confirm_booking(order: &Order, by: &str, now: Timestamp) -> Result<Decision, Refusal> {
    let answer = Answer { end: BookingStatus::Confirmed, by };
    if order.booking.as_ref().is_some_and(|booking| answered_before(booking, answer)) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyConfirmed));
    }
    answerable(order, answer, now)?;
    if order.payment.mode == PaymentMode::Free {
        let mut decision = Decision::change(order, Outcome::Paid);
        decision.note_answer(by);
        decision.move_all(MoveKind::Sell);
        decision.order.payment.state = PaymentState::Unpaid;
        decision.order.fulfil(now);
        decision.notifications.push(NotificationKind::Confirmation);
        return Ok(decision);
    }
    let mut decision = Decision::change(order, Outcome::Confirming);
    decision.note_answer(by);
    let begun = order.claim.as_ref().and_then(|claim| claim.call);
    let call = begun.unwrap_or(order.calls + 1);
    if begun.is_none() {
        decision.order.calls = call;
        decision.calls.push(NextCall::Capture);
    }
    decision.order.claim = Some(Claim {
        kind: ClaimKind::Capturing,
        by: by.to_owned(),
        why: "the expert confirms".to_owned(),
        until: now + CLAIM_LEASE,
        ends_as: OrderStatus::Canceled,
        booking: Some(BookingStatus::TimedOut),
        call: Some(call),
    });
    Ok(decision)
}

/// The expert turns a booking down: claims it, so that the card can be released. Again, it changes nothing.
///
/// # Errors
/// As with [`confirm_booking`].
pub fn decline_booking(order: &Order, by: &str, now: Timestamp) -> Result<Decision, Refusal> {
    let answer = Answer { end: BookingStatus::Declined, by };
    if order.booking.as_ref().is_some_and(|booking| answered_before(booking, answer)) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyDeclined));
    }
    answerable(order, answer, now)?;
    let mut decision = Decision::change(order, Outcome::Declining);
    decision.note_answer(by);
    decision.order.claim = Some(voiding(by, "the expert declines", BookingStatus::Declined, now));
    Ok(decision)
}

fn voiding(by: &str, why: &str, booking: BookingStatus, now: Timestamp) -> Claim {
    Claim {
        kind: ClaimKind::Voiding,
        by: by.to_owned(),
        why: why.to_owned(),
        until: now + CLAIM_LEASE,
        ends_as: OrderStatus::Canceled,
        booking: Some(booking),
        call: None,
    }
}

/// Calls a booking off. Frees the slot at once, whatever comes back. Before the confirmation the order is claimed, and
/// its card is to be released at Stripe; after it, what the policy gives back at `now` is refunded. Calling off again what
/// the same side has called off changes nothing.
///
/// # Errors
/// `request_in_progress` while the same side's first try runs; `illegal_state` if somebody else is at work on it, or there is nothing to call off, or a dispute is open.
pub fn cancel_booking(
    order: &Order,
    who: CanceledBy,
    by: &str,
    refund: RefundId,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let again = |booking: &Booking| booking.status == BookingStatus::Canceled && booking.canceled_by == Some(who);
    if order.booking.as_ref().is_some_and(again) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyCanceled));
    }
    let quote = cancel_quote(order, who, now)?;
    busy(order, Answer { end: BookingStatus::Canceled, by }, now)?;
    if order.is_frozen() {
        let message = "The payment is under dispute; nothing can be called off meanwhile";
        return Err(Refusal::new(Code::IllegalState, message));
    }
    let mut decision = Decision::change(order, Outcome::Canceling);
    if quote.releases {
        decision.order.claim = Some(voiding(by, "called off", BookingStatus::Canceled, now));
        decision.move_all(MoveKind::Release);
        decision.order.stock = StockState::None;
        if let Some(booking) = &mut decision.order.booking {
            booking.canceled_by = Some(who);
        }
        return Ok(decision);
    }
    decision.outcome = Outcome::BookingCanceled;
    decision.move_all(MoveKind::Restock);
    decision.order.stock = StockState::None;
    if let Some(booking) = &mut decision.order.booking {
        booking.status = BookingStatus::Canceled;
        booking.canceled_by = Some(who);
        booking.refund_percent = Some(quote.percent);
    }
    decision.notifications.push(NotificationKind::BookingOver);
    if quote.amount > Minor::ZERO {
        decision.ask_refund(Refund {
            id: refund,
            amount: quote.amount,
            items: Vec::new(),
            shares: Vec::new(),
            tax_shares: Vec::new(),
            parts: order.parts_of(quote.amount),
            state: RefundState::Pending,
            goods: Goods::Restocked,
            cause: RefundCause::Cancellation,
            reason: Some(format!("canceled by the {}: {} %", who.as_str(), quote.percent)),
            payment_intent: order.payment.payment_intent_id.clone(),
            currency: order.payment.currency,
            stripe_id: None,
            failure: None,
            call: None,
            due_at: Some(now + REFUND_LEASE),
            created_at: now,
        });
    }
    Ok(decision)
}

impl Decision {
    /// Notes which expert answers, so that the same one may ask again.
    fn note_answer(&mut self, by: &str) {
        if let Some(booking) = &mut self.order.booking {
            booking.answered_by = Some(by.to_owned());
        }
    }

    /// Ends a booking whose slot goes back without anybody calling it off: all of it was refunded or charged back.
    pub(super) fn end_booking(&mut self) {
        if let Some(booking) = &mut self.order.booking
            && matches!(booking.status, BookingStatus::Requested | BookingStatus::Confirmed)
        {
            booking.status = BookingStatus::Canceled;
        }
    }
}

/// The buyer's money is set aside: from now on the expert may answer.
pub(super) fn authorized(order: &Order, seen: &Authorization, now: Timestamp) -> Result<Decision, super::DecideError> {
    let (Some(_), true) = (&order.booking, order.is_waiting()) else {
        if order.is_captured() {
            return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
        }
        return Err(super::DecideError::Illegal { status: order.status, fact: Fact::AUTHORIZED });
    };
    if order.status == OrderStatus::Authorized || order.review.is_some() {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let tax = order.tax_in(seen.amount, seen.tax).ok_or(super::DecideError::TaxUnknown)?;
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
        decision.alarms.push(super::Alarm::AmountMismatch { expected, captured: seen.amount });
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
    next.hold = Some(super::Hold { expires_at: respond_by });
    // Who calls an order off goes on doing so; a sweeper that came too early does not.
    next.claim = next.claim.take().filter(|claim| claim.kind == ClaimKind::Voiding);
    if let Some(booking) = &mut next.booking {
        booking.respond_by = Some(respond_by);
    }
    decision.notifications.push(NotificationKind::BookingRequested);
}

#[cfg(test)]
#[path = "booking_tests.rs"]
mod tests;
