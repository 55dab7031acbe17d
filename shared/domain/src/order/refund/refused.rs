//! Refunds that Stripe refuses, for good or for now.

use jiff::{SignedDuration, Timestamp};

use super::given::owes;
use crate::{
    RefundId, RefundState,
    order::{
        aggregate::{
            dispute::Dispute,
            line::StockState,
            order::Order,
            refund::{Goods, Refund, RefundCause},
            ticket::TicketStatus,
        },
        decision::{Alarm, Decision},
        outcome::Outcome,
    },
};

/// The shortest pause before something that Stripe refused for now is tried again: longer than any function runs, so
/// that no call under the old key is under way any more.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// No pause is longer, however old the refund is.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// When to try again what Stripe refuses for now, as for lack of balance: after as long again as it has waited since it
/// was `requested`, a minute at least and six hours at most.
#[must_use]
pub fn try_again_at(requested: Timestamp, now: Timestamp) -> Timestamp {
    now + now.duration_since(requested).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

pub(in crate::order) fn refund_refused(order: &Order, id: &RefundId, failure: &str, now: Timestamp) -> Decision {
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
    let disputed = order.payment.disputes().any(Dispute::has_money);
    if returned && !disputed {
        decision.return_hours(id, &items);
    }
    // Staff see what came of their own request. Where the goods are gone meanwhile, no one of them would ask again.
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
pub(in crate::order) fn refund_delayed(order: &Order, id: &RefundId, failure: &str, now: Timestamp) -> Decision {
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
