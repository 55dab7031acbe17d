//! The expert's answer to a booking, and whether the same request was made before.

use jiff::Timestamp;

use super::{
    aggregate::{
        booking::{Booking, BookingStatus},
        claim::{Claim, ClaimKind},
        order::Order,
        payment::PaymentState,
        status::OrderStatus,
    },
    claim::CLAIM_LEASE,
    decision::{Decision, MoveKind, NextCall},
    outcome::Outcome,
};
use crate::{Actor, Code, NotificationKind, Refusal, catalog::PaymentMode};

/// How a request would end a booking, and who makes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct BookingAnswer<'a> {
    /// `Confirmed`, `Declined` or `Canceled`.
    pub(super) end: BookingStatus,
    /// Who says so.
    pub(super) by: &'a Actor,
}

impl BookingAnswer<'_> {
    /// Whether a claim is for the same, by the same.
    fn is_for(self, claim: &Claim) -> bool {
        let end = match claim.kind {
            ClaimKind::Capturing => Some(BookingStatus::Confirmed),
            ClaimKind::Voiding => claim.booking,
            ClaimKind::Expiring => None,
        };
        end == Some(self.end) && claim.by == *self.by
    }
}

/// Whether another request is at work on the booking's payment. Who got no clear answer may go on with the same
/// request.
pub(super) fn busy(order: &Order, answer: BookingAnswer<'_>, now: Timestamp) -> Result<(), Refusal> {
    match &order.claim {
        Some(claim) if claim.until > now && answer.is_for(claim) => Err(Refusal::new(
            Code::RequestInProgress,
            "The same request is being worked on; please ask again in a moment",
        )),
        Some(claim) if claim.until > now => {
            Err(Refusal::new(Code::IllegalState, "The booking is being answered or canceled just now"))
        }
        Some(claim) if claim.kind == ClaimKind::Voiding && !answer.is_for(claim) => {
            Err(Refusal::new(Code::IllegalState, "The booking is being canceled"))
        }
        _ => Ok(()),
    }
}

/// Whether this expert has confirmed or declined the booking before, and it has come to that: by their own request,
/// or by the sweeper, which finished it when that got no clear answer.
pub(super) fn answered_before(booking: &Booking, answer: BookingAnswer<'_>) -> bool {
    booking.status == answer.end && booking.answered_by.as_ref() == Some(answer.by)
}

/// The order's booking, if its expert may answer it now.
fn answerable<'a>(order: &'a Order, answer: BookingAnswer<'_>, now: Timestamp) -> Result<&'a Booking, Refusal> {
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

/// The expert confirms a booking: the order is claimed, so that its money can be captured. A request that takes over
/// from one whose answer was lost asks with the same call record. Confirming again what the same expert has confirmed
/// changes nothing.
///
/// # Errors
/// `request_in_progress` while the same expert's first try runs; `illegal_state` for any other request that
/// comes second, too late, or too early.
pub fn confirm_booking(order: &Order, by: &Actor, now: Timestamp) -> Result<Decision, Refusal> {
    let answer = BookingAnswer { end: BookingStatus::Confirmed, by };
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
        by: by.clone(),
        why: "the expert confirms".to_owned(),
        until: now + CLAIM_LEASE,
        ends_as: OrderStatus::Canceled,
        booking: Some(BookingStatus::TimedOut),
        call: Some(call),
    });
    Ok(decision)
}

/// The expert declines a booking: the order is claimed, so that the authorization can be voided. What the same expert
/// has declined before changes nothing.
///
/// # Errors
/// As with [`confirm_booking`].
pub fn decline_booking(order: &Order, by: &Actor, now: Timestamp) -> Result<Decision, Refusal> {
    let answer = BookingAnswer { end: BookingStatus::Declined, by };
    if order.booking.as_ref().is_some_and(|booking| answered_before(booking, answer)) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyDeclined));
    }
    answerable(order, answer, now)?;
    let mut decision = Decision::change(order, Outcome::Declining);
    decision.note_answer(by);
    decision.order.claim = Some(voiding(by, "the expert declines", BookingStatus::Declined, now));
    Ok(decision)
}

pub(super) fn voiding(by: &Actor, why: &str, booking: BookingStatus, now: Timestamp) -> Claim {
    Claim {
        kind: ClaimKind::Voiding,
        by: by.clone(),
        why: why.to_owned(),
        until: now + CLAIM_LEASE,
        ends_as: OrderStatus::Canceled,
        booking: Some(booking),
        call: None,
    }
}

pub(super) fn over(status: BookingStatus) -> Refusal {
    Refusal::new(Code::IllegalState, format!("The booking is {}", status.as_str().replace('_', " ")))
}

impl Decision {
    /// Notes which expert answers, so that the same one may ask again.
    fn note_answer(&mut self, by: &Actor) {
        if let Some(booking) = &mut self.order.booking {
            booking.answered_by = Some(by.clone());
        }
    }
}
