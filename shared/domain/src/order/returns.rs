//! Money that went back: what facts about refunds do to an order.

use jiff::Timestamp;

use super::{
    Alarm, DecideError, Decision, Goods, Order, OrderStatus, Outcome, PROCESSING_FETCH, PaymentState, Refund,
    RefundCause, RefundParts, ReviewKind, StockState, Sum, TicketStatus, try_again_at,
};
use crate::{Currency, RefundId, RefundSeen, RefundState};

pub(super) fn refund(order: &Order, seen: &RefundSeen, now: Timestamp) -> Result<Decision, DecideError> {
    // By Stripe's id first: one of our refunds is one of Stripe's, and a second one under its name is another refund.
    let known =
        order.refunds.iter().position(|r| r.stripe_id.as_ref() == Some(&seen.stripe_id)).or_else(|| {
            order.refunds.iter().position(|r| r.stripe_id.is_none() && seen.refund_id.as_ref() == Some(&r.id))
        });
    let Some(index) = known else { return dashboard_refund(order, seen, now) };
    let old = &order.refunds[index];
    let accepted = old.stripe_id.is_some();
    // A refund goes from pending to succeeded and, banks being banks, from either to failed; never back.
    let rank = |state| match state {
        RefundState::Pending => 0,
        RefundState::Succeeded => 1,
        RefundState::Failed => 2,
    };
    let refused_before = old.state == RefundState::Failed && !accepted;
    if accepted && rank(seen.state) <= rank(old.state) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let id = old.id.clone();
    let mut decision = Decision::change(order, Outcome::RefundNoted);
    let refund = &mut decision.order.refunds[index];
    refund.stripe_id = Some(seen.stripe_id.clone());
    refund.state = seen.state;
    refund.failure.clone_from(&seen.failure);
    refund.due_at = (seen.state == RefundState::Pending).then(|| now + PROCESSING_FETCH);
    if refused_before && refund.goods == Goods::GivenBack {
        // Stripe knows it after all. The goods stay with the buyer; the money's way is Stripe's.
        refund.items.clear();
        refund.shares.clear();
        refund.tax_shares.clear();
        refund.goods = Goods::Restocked;
        if seen.state != RefundState::Failed {
            let reason = format!("Stripe made refund {id} after refusing it; its goods were given back");
            decision.order.hold_for_review(ReviewKind::Returned, &reason, now);
        }
    }
    let refund = &decision.order.refunds[index];
    let tell = !accepted && refund.cause != RefundCause::LatePayment && refund.cause != RefundCause::DoublePayment;
    if !accepted {
        decision.restock(&id);
    }
    if tell && seen.state != RefundState::Failed {
        decision.notifications.push(crate::NotificationKind::Refund(id.clone()));
    }
    finish_refund(&mut decision, &id, seen.state, now);
    Ok(decision)
}

/// A refund that somebody made at Stripe by hand: it is what it is, and we write it down.
fn dashboard_refund(order: &Order, seen: &RefundSeen, now: Timestamp) -> Result<Decision, DecideError> {
    let own = is_own(order, &seen.payment_intent)?;
    let mut decision = Decision::change(order, Outcome::DashboardRefund);
    let id = RefundId::parse(seen.stripe_id.clone())
        .map_err(|_| DecideError::Illegal { status: order.status, fact: "refund" })?;
    decision.order.refunds.push(Refund {
        id: id.clone(),
        amount: seen.amount,
        items: Vec::new(),
        shares: Vec::new(),
        tax_shares: Vec::new(),
        parts: if own { order.parts_of(seen.amount) } else { RefundParts::goods(seen.amount) },
        state: seen.state,
        goods: Goods::Restocked,
        cause: if own { RefundCause::Dashboard } else { RefundCause::DoublePayment },
        reason: None,
        payment_intent: Some(seen.payment_intent.clone()),
        currency: if own { order.payment.currency } else { second_currency(order, &seen.payment_intent) },
        stripe_id: Some(seen.stripe_id.clone()),
        failure: seen.failure.clone(),
        call: None,
        due_at: (seen.state == RefundState::Pending).then(|| now + PROCESSING_FETCH),
        created_at: now,
    });
    if own && seen.state != RefundState::Failed {
        decision.notifications.push(crate::NotificationKind::Refund(id.clone()));
    }
    finish_refund(&mut decision, &id, seen.state, now);
    Ok(decision)
}

/// The currency of a second payment, where it is not the order's: that of the refund that gives it back.
fn second_currency(order: &Order, payment_intent: &str) -> Option<Currency> {
    let of = order.refunds.iter().find(|refund| refund.payment_intent.as_deref() == Some(payment_intent));
    of.and_then(|refund| refund.currency)
}

/// Whether a payment is the order's own, and not a second one that is being given back.
///
/// # Errors
/// [`DecideError::CaptureUnknown`] if it is neither.
pub(super) fn is_own(order: &Order, payment_intent: &str) -> Result<bool, DecideError> {
    let captured = order.payment.state == PaymentState::Captured;
    if captured && order.payment.payment_intent_id.as_deref() == Some(payment_intent) {
        return Ok(true);
    }
    let second = |refund: &&Refund| refund.cause == RefundCause::DoublePayment;
    if order.refunds.iter().filter(second).any(|refund| refund.payment_intent.as_deref() == Some(payment_intent)) {
        return Ok(false);
    }
    Err(DecideError::CaptureUnknown { payment_intent: payment_intent.to_owned() })
}

fn finish_refund(decision: &mut Decision, id: &RefundId, state: RefundState, now: Timestamp) {
    match state {
        RefundState::Pending => {}
        RefundState::Succeeded => {
            decision.outcome = Outcome::Refunded;
            end_review(&mut decision.order, id);
            decision.end_if_refunded(id, now);
        }
        RefundState::Failed => {
            decision.outcome = Outcome::RefundFailed;
            decision.alarms.push(Alarm::RefundFailed(id.clone()));
            let order = &mut decision.order;
            reopen(order);
            if order.reviewed.as_ref().is_some_and(|reviewed| reviewed.refunds.contains(id)) {
                order.reviewed = None;
            }
            if owes(order, id) {
                let reason = format!("refund {id} failed at Stripe; the buyer still waits for the money");
                order.hold_for_refund(id, &reason, now);
            }
        }
    }
}

/// An order that ended with all of its money back is not over once some of it is with the seller again.
pub(super) fn reopen(order: &mut Order) {
    let missing = order.refunded() + order.charged_back() < order.payment.captured;
    if order.status != OrderStatus::Refunded || !missing {
        return;
    }
    if order.paid_at.is_some() {
        let returned = order.lines.iter().all(|line| order.refunded_quantity(&line.id) == line.quantity);
        order.status = OrderStatus::Paid;
        // Nothing is sold any more; what a lost dispute took back no refund names.
        order.stock = if returned { StockState::Sold } else { StockState::None };
        order.ended_at = None;
    } else if order.booking.is_some() {
        order.status = OrderStatus::Canceled;
    } else {
        order.status = OrderStatus::Expired;
    }
}

/// Whether the buyer still waits for a refund's money, now that it came to nothing: not when another refund or the bank
/// has given all of the payment back.
fn owes(order: &Order, refund: &RefundId) -> bool {
    let second = order.refund(refund).is_some_and(|r| r.cause == RefundCause::DoublePayment);
    second || order.refunded() + order.charged_back() < order.payment.captured
}

pub(super) fn refund_refused(order: &Order, id: &RefundId, failure: &str, now: Timestamp) -> Decision {
    let Some(index) = order.refunds.iter().position(|r| &r.id == id) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let open = order.refunds[index].state == RefundState::Pending && order.refunds[index].stripe_id.is_none();
    if !open {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::RefundRefused);
    let refund = &mut decision.order.refunds[index];
    refund.state = RefundState::Failed;
    refund.failure = Some(failure.to_owned());
    refund.due_at = None;
    let items = refund.items.clone();
    let returned = refund.goods == Goods::Taken;
    if returned {
        refund.goods = Goods::GivenBack;
    }
    let unsolicited = refund.cause != RefundCause::Staff;
    let by_review = order.reviewed.as_ref().is_some_and(|reviewed| reviewed.refunds.contains(id));
    if by_review {
        // What was decided cannot be had like that; a person decides again.
        decision.order.reviewed = None;
    }
    for ticket in &mut decision.order.tickets {
        if ticket.refund.as_ref() == Some(id) && ticket.status == TicketStatus::Refunding {
            ticket.status = TicketStatus::Valid;
            ticket.refund = None;
        }
    }
    let disputed = order.payment.disputes().any(super::Dispute::has_money);
    if returned && !disputed {
        decision.return_hours(id, &items);
    }
    // Staff see what came of their own asking. Where the goods are gone meanwhile, nobody else would ask again.
    let next = &decision.order;
    let gone = next.stock == StockState::None
        || next.lines.iter().all(|line| next.taken_back(&line.id) >= line.quantity)
        || returned && disputed && order.hours().is_some();
    if (unsolicited || gone || by_review) && owes(next, id) {
        decision.order.hold_for_refund(id, &format!("refund {id} was refused by Stripe: {failure}"), now);
        decision.alarms.push(Alarm::RefundFailed(id.clone()));
    }
    decision
}

/// Stripe does not make a refund for now: what was reserved for it stays reserved, and it is asked for again later.
pub(super) fn refund_delayed(order: &Order, id: &RefundId, failure: &str, now: Timestamp) -> Decision {
    let open =
        |refund: &&Refund| &refund.id == id && refund.state == RefundState::Pending && refund.stripe_id.is_none();
    let Some(refund) = order.refunds.iter().find(open) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    // The trail tells it once, however often it is tried.
    let known = refund.failure.as_deref() == Some(failure);
    let mut decision = Decision::change(order, if known { Outcome::Postponed } else { Outcome::RefundDelayed });
    for refund in decision.order.refunds.iter_mut().filter(|refund| &refund.id == id) {
        refund.failure = Some(failure.to_owned());
        refund.due_at = Some(try_again_at(refund.created_at, now));
    }
    decision
}

/// Ends the review of refunds that came to nothing, once a later one gave back as much.
fn end_review(order: &mut Order, by: &RefundId) {
    let Some(done) = order.refund(by).cloned() else { return };
    let about_refund = order.review.as_ref().is_some_and(|review| review.kind == ReviewKind::Refund);
    // Staff had them tried again, and all of them are done.
    let again = order.reviewed.as_ref().filter(|reviewed| !reviewed.accept && reviewed.refunds.contains(by));
    let succeeded = |id: &RefundId| order.refund(id).is_some_and(|r| r.state == RefundState::Succeeded);
    if order.review.as_ref().is_some_and(|review| review.kind >= ReviewKind::Refund)
        && again.is_some_and(|reviewed| reviewed.refunds.iter().all(succeeded))
    {
        order.review = None;
        return;
    }
    // An order that was paid as asked for, so that there was nothing else to look at.
    let in_order = order.status == OrderStatus::Paid
        && order.is_due(Sum { amount: order.payment.captured, currency: order.paid_currency() })
        && order.refunded() + order.refund_reserved() <= order.payment.captured
        && done.cause != RefundCause::DoublePayment;
    let mut failed = order.refunds.iter().filter(|r| r.state == RefundState::Failed);
    let made_good = failed
        .all(|r| r.cause != RefundCause::DoublePayment && r.amount <= done.amount && r.created_at <= done.created_at);
    if about_refund && in_order && made_good {
        order.review = None;
    }
}

#[cfg(test)]
#[path = "aftermath_tests.rs"]
mod tests;
