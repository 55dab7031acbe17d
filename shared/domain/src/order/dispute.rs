//! What a bank's dispute does to an order, in whichever direction Stripe's object has gone.

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{
        dispute::Dispute, line::StockState, order::Order, payment::PaymentState, review::ReviewKind,
        status::OrderStatus, ticket::TicketStatus,
    },
    decision::{Alarm, DecideError, Decision, LedgerMove, MoveKind},
    outcome::Outcome,
    refund::{given::is_own, goods::reopen},
};
use crate::{DisputeSeen, DisputeState, Minor};

/// How often a dispute that is not decided is asked for, in case the word of its end was lost.
const DISPUTE_FETCH: SignedDuration = SignedDuration::from_hours(24);

/// Stripe's words for where a dispute stands (<https://docs.stripe.com/api/disputes/object#dispute_object-status>).
const WORDS: [&str; 8] = [
    "lost",
    "needs_response",
    "prevented",
    "under_review",
    "warning_closed",
    "warning_needs_response",
    "warning_under_review",
    "won",
];

pub(super) fn dispute(order: &Order, seen: &DisputeSeen, now: Timestamp) -> Result<Decision, DecideError> {
    if !is_own(order, &seen.payment_intent)? {
        // All of a second payment goes back anyway, and the refund of it tells if it cannot.
        return Ok(Decision::unchanged(order, Outcome::OtherPayment));
    }
    let known = order.payment.disputes().find(|known| known.stripe_id == seen.stripe_id);
    if known.is_some_and(|known| known.seen_at.is_some_and(|at| at > seen.seen_at)) {
        // A later look was faster.
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let mut next = Dispute {
        stripe_id: seen.stripe_id.clone(),
        amount: seen.amount,
        state: seen.state,
        word: seen.word.clone(),
        taken: seen.taken && seen.state == DisputeState::Prevented,
        due_by: seen.due_by,
        seen_at: known.and_then(|known| known.seen_at),
        fetch_at: known.and_then(|known| known.fetch_at),
        hours: known.is_some_and(|known| known.hours),
        takes: known.map_or(0, |known| known.takes),
    };
    let same = known == Some(&next);
    next.fetch_at = next.is_undecided().then(|| now + DISPUTE_FETCH);
    next.seen_at = Some(seen.seen_at);
    if same {
        if known.and_then(|known| known.fetch_at).is_none_or(|at| at > now) {
            return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
        }
        // Nothing has happened; it is looked at again tomorrow.
        let mut decision = Decision::change(order, Outcome::Postponed);
        keep(&mut decision.order, next);
        return Ok(decision);
    }
    let before = known.cloned();
    let mut decision = Decision::change(order, Outcome::Dispute);
    if before.as_ref().is_none_or(|known| known.state != seen.state) {
        decision.alarms.push(Alarm::Dispute(seen.state));
    }
    if !WORDS.contains(&seen.word.as_str()) && before.as_ref().is_none_or(|known| known.word != seen.word) {
        decision.alarms.push(Alarm::DisputeUnknown { word: seen.word.clone() });
    }
    let gone = next.has_money();
    let had = before.as_ref().is_some_and(Dispute::has_money);
    if order.status == OrderStatus::Paid && gone && !had {
        // Hours are frozen by taking what is left of them, by one dispute for all that have money at the same time.
        let cause = next.hours_cause(next.takes + 1);
        decision.take_hours_left(cause, None);
        if !decision.ledger.is_empty() {
            next.hours = true;
            next.takes += 1;
        }
    }
    keep(&mut decision.order, next);
    if order.status == OrderStatus::Paid && !decision.order.payment.disputes().any(Dispute::has_money) {
        give_hours_back(&mut decision);
    }
    let order = &mut decision.order;
    if gone && seen.state != DisputeState::Open && order.refunded() + order.charged_back() >= order.payment.captured {
        end(&mut decision, now);
    } else if had && !gone || before.is_some_and(|known| known.state != seen.state || known.amount > seen.amount) {
        reopen(order);
        goods_are_gone(order, &seen.stripe_id, now);
    }
    Ok(decision)
}

impl Order {
    /// The dispute that has to be answered first, if there is any. One that was answered waits for the bank alone.
    #[must_use]
    pub fn dispute_to_answer(&self) -> Option<&Dispute> {
        let unanswered = |dispute: &&Dispute| {
            dispute.is_undecided() && matches!(dispute.word.as_str(), "needs_response" | "warning_needs_response")
        };
        self.payment.disputes().filter(unanswered).min_by_key(|dispute| (dispute.due_by.is_none(), dispute.due_by))
    }
}

/// Puts a dispute in the place of what was known of it, the gravest of all first.
fn keep(order: &mut Order, next: Dispute) {
    let mut disputes: Vec<Dispute> = order.payment.disputes().cloned().collect();
    match disputes.iter_mut().find(|known| known.stripe_id == next.stripe_id) {
        Some(known) => *known = next,
        None => disputes.push(next),
    }
    disputes.sort_by_key(|dispute| match dispute.state {
        DisputeState::Open => 0,
        DisputeState::Lost => 1,
        DisputeState::Prevented => 2,
        DisputeState::Inquiry => 3,
        DisputeState::Won => 4,
    });
    let mut disputes = disputes.into_iter();
    order.payment.dispute = disputes.next();
    order.payment.other_disputes = disputes.collect();
}

fn give_hours_back(decision: &mut Decision) {
    let payment = &mut decision.order.payment;
    let holders = payment.dispute.iter_mut().chain(&mut payment.other_disputes).filter(|dispute| dispute.hours);
    for holder in holders {
        holder.hours = false;
        let of = holder.hours_cause(holder.takes);
        decision.ledger.push(LedgerMove::GiveBack { cause: format!("{of}:won"), of });
    }
}

/// All of the payment is with the buyer: the goods come back.
fn end(decision: &mut Decision, now: Timestamp) {
    match decision.order.status {
        OrderStatus::Paid => {
            decision.move_all(MoveKind::Restock);
            decision.order.stock = StockState::None;
            decision.order.ended_at = Some(now);
            decision.end_booking();
            for ticket in &mut decision.order.tickets {
                ticket.status = TicketStatus::Void;
            }
        }
        // It waited for a person's review of its payment, which is gone.
        OrderStatus::Pending | OrderStatus::Authorized => {
            decision.release(OrderStatus::Canceled, PaymentState::Captured, now);
        }
        _ => {}
    }
    // The bank has decided in the place of the person who was to: nothing of the payment is left.
    if !decision.order.keeps_second_payment() {
        decision.order.review = None;
    }
}

/// The seller has money again for goods that went back when it was lost. Whether the buyer gets them after all, or the
/// money, is for a person to say.
fn goods_are_gone(order: &mut Order, dispute: &str, now: Timestamp) {
    let kept = order.payment.captured - order.refunded() - order.charged_back();
    // A released order's refund is on its way already, and was for the same money.
    let kept = if order.status.is_released() { kept - order.refund_reserved() } else { kept };
    let ended = match order.status {
        OrderStatus::Paid => {
            let returned = order.lines.iter().all(|line| order.refunded_quantity(&line.id) >= line.quantity);
            returned || order.ended_at.is_some() || order.stock == StockState::None && order.booking.is_none()
        }
        OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Canceled => true,
        OrderStatus::Pending | OrderStatus::Authorized | OrderStatus::Refunded => false,
    };
    // Hours without a stock of their own came back already.
    let hours_only = order.lines.iter().all(|line| line.hours.is_some() && line.unlimited);
    if hours_only && order.status == OrderStatus::Paid && kept > Minor::ZERO {
        order.stock = StockState::Sold;
        order.ended_at = None;
        return;
    }
    if kept > Minor::ZERO && ended && order.review.is_none() {
        order.ended_at = order.ended_at.filter(|_| order.status != OrderStatus::Paid);
        // Refusing gives the money back; accepting takes note that it was settled in another way.
        let reason = format!("dispute {dispute} was won, or opened again, after its goods had gone back");
        order.hold_for_review(ReviewKind::Returned, &reason, now);
    }
}
