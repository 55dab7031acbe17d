//! Archiving: personal fields go once they are of no more use; figures and the audit trail stay.

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{dispute::Dispute, order::Order, status::OrderStatus},
    decision::Decision,
    outcome::Outcome,
};
use crate::{Actor, Buyer, RefundState};

/// How long after the last thing that happened to an order its personal fields go.
pub const ARCHIVE_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Order {
    /// When all that the order was about is over: its payment, its show or slot, its refunds and disputes. None while
    /// something is open.
    #[must_use]
    pub fn over_at(&self) -> Option<Timestamp> {
        let last = self.last_at()?;
        let shows = self.lines.iter().filter_map(|line| line.over_at);
        let slot = self.booking.as_ref().map(|booking| booking.ends_at.unwrap_or(booking.starts_at));
        shows.chain(slot).chain([last]).max()
    }

    /// When the last thing happened to an order that has ended for good. None while something is open.
    fn last_at(&self) -> Option<Timestamp> {
        let open = self.is_waiting()
            || self.payment.disputes().any(Dispute::is_undecided)
            || self.review.is_some()
            || self.refunds.iter().any(|refund| refund.state == RefundState::Pending);
        if open || self.status == OrderStatus::Pending {
            return None;
        }
        // The last entry of the trail is the last refund or dispute that was settled, or a check-in.
        let last = self.trail.last().map(|step| step.at);
        let refunds = self.refunds.iter().map(|refund| refund.created_at);
        let ends = [Some(self.created_at), self.ended_at, self.paid_at, last].into_iter().flatten();
        ends.chain(refunds).max()
    }

    /// From when on its personal fields may go because its buyer asks for it. An order that was never paid, or was
    /// refunded, buys nothing any more, so it need not wait for its show. None while something is open.
    #[must_use]
    pub fn erasable_at(&self) -> Option<Timestamp> {
        if self.status.is_released() || self.status == OrderStatus::Refunded { self.last_at() } else { self.over_at() }
    }

    /// When its personal fields go. None while something is open, and once they are gone.
    #[must_use]
    pub fn archive_at(&self) -> Option<Timestamp> {
        self.over_at().filter(|_| self.archived_at.is_none()).map(|over| over + ARCHIVE_AFTER)
    }
}

/// Takes the personal fields out of an order: name, address, telephone, company, customer, where it was sent, who came, and for whom tickets are counted. Nothing changes while
/// something is open, and once they are gone.
#[must_use]
pub fn archive(order: &Order, now: Timestamp) -> Decision {
    if order.archived_at.is_some() || order.erasable_at().is_none_or(|at| at > now) {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::Archived);
    let next = &mut decision.order;
    // Whose hours are on a balance must be known as long as they can be refunded or charged back. The subject is a name
    // that the issuer of tokens made up.
    let kept = next.buyer.customer.clone().filter(|_| order.paid_at.is_some() && order.hours().is_some());
    let customer = next.buyer.customer.take();
    next.buyer = Buyer {
        name: String::new(),
        email: String::new(),
        phone: None,
        company: None,
        locale: None,
        time_zone: None,
        customer: kept,
    };
    next.delivery = None;
    next.buyer_count = None;
    next.source = None;
    for line in &mut next.lines {
        line.attendees.clear();
    }
    for ticket in &mut next.tickets {
        ticket.attendee = None;
    }
    for refund in &mut next.refunds {
        // Free text of people about people.
        refund.reason = None;
    }
    for step in &mut next.trail {
        if customer.as_ref().is_some_and(|customer| step.by.is_person(customer)) {
            step.by = Actor::Customer;
        }
    }
    next.success_url = None;
    next.cancel_url = None;
    next.archived_at = Some(now);
    decision
}
