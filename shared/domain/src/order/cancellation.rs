//! Canceling a booking, and what comes back for it.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{
    aggregate::{
        booking::{Booking, BookingStatus, CanceledBy},
        line::StockState,
        order::Order,
        refund::{Goods, Refund, RefundCause},
        status::OrderStatus,
    },
    answer::{BookingAnswer, busy, over, voiding},
    decision::{Decision, MoveKind},
    outcome::Outcome,
};
use crate::{Actor, Code, Minor, NotificationKind, RefundId, Refusal, catalog::CancellationTier};

/// What a cancellation would give back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelQuote {
    /// In percent of what was paid.
    pub percent: u8,
    /// How much money that is, in the payment's currency; never more than is left of it.
    pub amount: Minor,
    /// The last moment at which that holds. None if it never changes.
    pub until: Option<Timestamp>,
    /// Whether the money is only authorized, so that it is released instead of refunded.
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
/// `illegal_state` if there is nothing to cancel.
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

/// Cancels a booking. Frees the slot at once, whatever comes back. Before the confirmation the order is claimed, and
/// its authorization is to be voided at Stripe; after it, what the policy gives back at `now` is refunded. What the
/// same side has canceled before changes nothing.
///
/// # Errors
/// `request_in_progress` while the same side's first try runs; `illegal_state` if another request is at work on it, if
/// there is nothing to cancel, or while a dispute is open.
pub fn cancel_booking(
    order: &Order,
    who: CanceledBy,
    by: &Actor,
    refund: RefundId,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let again = |booking: &Booking| booking.status == BookingStatus::Canceled && booking.canceled_by == Some(who);
    if order.booking.as_ref().is_some_and(again) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyCanceled));
    }
    let quote = cancel_quote(order, who, now)?;
    busy(order, BookingAnswer { end: BookingStatus::Canceled, by }, now)?;
    if order.is_frozen() {
        let message = "The payment is under dispute; nothing can be canceled meanwhile";
        return Err(Refusal::new(Code::IllegalState, message));
    }
    let mut decision = Decision::change(order, Outcome::Canceling);
    if quote.releases {
        decision.order.claim = Some(voiding(by, "canceled", BookingStatus::Canceled, now));
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
            goods: Goods::Restocked,
            reason: Some(format!("canceled by the {}: {} %", who.as_str(), quote.percent)),
            payment_intent: order.payment.payment_intent_id.clone(),
            currency: order.payment.currency,
            ..Refund::new(refund, quote.amount, order.parts_of(quote.amount), RefundCause::Cancellation, now)
        });
    }
    Ok(decision)
}
