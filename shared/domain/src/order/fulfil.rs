//! Paid: the goods are the buyer's.

use jiff::Timestamp;

use super::{
    aggregate::{
        booking::BookingStatus,
        line::StockState,
        order::Order,
        status::OrderStatus,
        ticket::{Ticket, TicketStatus},
    },
    decision::Decision,
};
use crate::{Kind, NotificationKind};

pub(super) fn pay(decision: &mut Decision, now: Timestamp) {
    decision.order.fulfil(now);
    decision.ledger.extend(decision.order.credit());
    decision.notifications.push(NotificationKind::Confirmation);
    if decision.order.destination.is_some() {
        decision.notifications.push(NotificationKind::TransferLabel);
    }
}

impl Order {
    /// Settles an order that costs nothing, as part of placing it: sold, paid, tickets issued.
    #[must_use]
    pub fn settle_free(mut self, now: Timestamp) -> Self {
        self.fulfil(now);
        self
    }

    /// Marks the order paid and issues what was bought. Its draws become sold in the same decision.
    pub(super) fn fulfil(&mut self, now: Timestamp) {
        self.status = OrderStatus::Paid;
        self.stock = StockState::Sold;
        self.hold = None;
        self.fetch_at = None;
        self.claim = None;
        self.source = None;
        self.ended_at = None;
        self.paid_at = Some(now);
        self.receipt = Some(self.receipt_number(now, 0));
        if let Some(booking) = &mut self.booking {
            booking.status = BookingStatus::Confirmed;
        }
        let seats = self.lines.iter().filter(|line| line.kind == Kind::Show);
        let seats: Vec<String> =
            seats.flat_map(|line| std::iter::repeat_n(line.id.clone(), line.quantity as usize)).collect();
        self.tickets = seats
            .into_iter()
            .enumerate()
            .map(|(n, line)| Ticket {
                code: self.ticket_code(n),
                line,
                status: TicketStatus::Valid,
                refund: None,
                checked_in_at: None,
                checked_in_by: None,
                checked_in_with: None,
                check_in_undone_by: None,
                attendee: None,
                attendee_changes: 0,
                past_codes: Vec::new(),
                handed_over_at: None,
            })
            .collect();
    }
}
