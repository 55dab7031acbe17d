//! Refunds that Stripe has made, as its objects and events show them.

use jiff::Timestamp;

use super::{
    given::{is_own, owes},
    goods::reopen,
};
use crate::{
    Currency, NotificationKind, RefundId, RefundSeen, RefundState,
    order::{
        aggregate::{
            line::StockState,
            order::Order,
            payment::Sum,
            refund::{Goods, Refund, RefundCause, RefundParts},
            review::ReviewKind,
            status::OrderStatus,
        },
        decision::{Alarm, DecideError, Decision},
        event::Event,
        outcome::Outcome,
        payment::PROCESSING_FETCH,
    },
};

pub(in crate::order) fn refund(order: &Order, seen: &RefundSeen, now: Timestamp) -> Result<Decision, DecideError> {
    // By Stripe's id first: one of our refunds is one of Stripe's, and a second one under its name is another refund.
    let known =
        order.refunds.iter().position(|r| r.stripe_id.as_ref() == Some(&seen.stripe_id)).or_else(|| {
            order.refunds.iter().position(|r| r.stripe_id.is_none() && seen.refund_id.as_ref() == Some(&r.id))
        });
    let Some(index) = known else { return dashboard_refund(order, seen, now) };
    let old = &order.refunds[index];
    let accepted = old.stripe_id.is_some();
    // A refund goes from pending to succeeded, and from either to failed, where a bank returns it; never back.
    let rank = |state| match state {
        RefundState::Pending => 0,
        RefundState::Succeeded => 1,
        RefundState::Failed => 2,
    };
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
    if refund.goods == Goods::GivenBack {
        // It was refused, and Stripe knows it after all. The goods stay with the buyer; the money's way is Stripe's.
        refund.clear_items();
        refund.goods = Goods::Restocked;
        if seen.state != RefundState::Failed {
            let reason = format!("Stripe made refund {id} after refusing it; its goods were given back");
            decision.order.hold_for_review(ReviewKind::Returned, &reason, now);
        }
    }
    let refund = &decision.order.refunds[index];
    let known_already =
        matches!(refund.cause, RefundCause::LatePayment | RefundCause::DoublePayment | RefundCause::ListingCanceled);
    if !accepted {
        decision.restock(&id);
    }
    if !accepted && !known_already && seen.state != RefundState::Failed {
        decision.notifications.push(NotificationKind::Refund(id.clone()));
    }
    if accepted && seen.state == RefundState::Failed {
        decision.notifications.push(NotificationKind::RefundFailed(id.clone()));
    }
    finish_refund(&mut decision, &id, seen.state, now);
    Ok(decision)
}

/// A refund that was made in Stripe's dashboard is written down as Stripe shows it.
fn dashboard_refund(order: &Order, seen: &RefundSeen, now: Timestamp) -> Result<Decision, DecideError> {
    let own = is_own(order, &seen.payment_intent)?;
    let mut decision = Decision::change(order, Outcome::DashboardRefund);
    let id = RefundId::parse(seen.stripe_id.clone())
        .map_err(|_| DecideError::Illegal { status: order.status, fact: Event::Refund.as_str() })?;
    let parts = if own { order.parts_of(seen.amount) } else { RefundParts::goods(seen.amount) };
    let cause = if own { RefundCause::Dashboard } else { RefundCause::DoublePayment };
    decision.order.refunds.push(Refund {
        state: seen.state,
        goods: Goods::Restocked,
        payment_intent: Some(seen.payment_intent.clone()),
        currency: if own { order.payment.currency } else { second_currency(order, &seen.payment_intent) },
        stripe_id: Some(seen.stripe_id.clone()),
        failure: seen.failure.clone(),
        due_at: (seen.state == RefundState::Pending).then(|| now + PROCESSING_FETCH),
        ..Refund::new(id.clone(), seen.amount, parts, cause, now)
    });
    if own && seen.state != RefundState::Failed {
        decision.notifications.push(NotificationKind::Refund(id.clone()));
    }
    finish_refund(&mut decision, &id, seen.state, now);
    Ok(decision)
}

/// The currency of a second payment, where it is not the order's: that of the refund that gives it back.
fn second_currency(order: &Order, payment_intent: &str) -> Option<Currency> {
    let of = order.refunds.iter().find(|refund| refund.payment_intent.as_deref() == Some(payment_intent));
    of.and_then(|refund| refund.currency)
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

/// Ends the review of refunds that came to nothing, once a later one gave back as much.
fn end_review(order: &mut Order, by: &RefundId) {
    let Some(done) = order.refund(by).cloned() else { return };
    let about_refund = order.review.as_ref().is_some_and(|review| review.kind == ReviewKind::Refund);
    // Staff had them tried again, and all of them are done.
    let again = order.reviewed.as_ref().filter(|reviewed| reviewed.refunds.contains(by));
    let succeeded = |id: &RefundId| order.refund(id).is_some_and(|r| r.state == RefundState::Succeeded);
    if order.review.as_ref().is_some_and(|review| review.kind >= ReviewKind::Refund)
        && again.is_some_and(|reviewed| reviewed.refunds.iter().all(succeeded))
    {
        order.review = None;
        return;
    }
    // An order that was paid as asked for and has its goods, so that there was nothing else to look at: the reason of one
    // that lost them to a dispute is merged into the same review.
    let in_order = order.status == OrderStatus::Paid
        && (order.stock == StockState::Sold || order.booking.is_some())
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
