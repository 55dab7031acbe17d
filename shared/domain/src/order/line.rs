//! What an order buys: its lines, and the units of stock that they claim.

use super::aggregate::{
    line::{Draw, Line},
    order::Order,
};
use crate::{Attendee, Kind, TicketCode};

impl Order {
    /// The order's line of that name.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// How many tickets the order asks for.
    #[must_use]
    pub fn ticket_quantity(&self) -> u32 {
        self.lines.iter().filter(|line| line.kind == Kind::Show).map(|line| line.quantity).sum()
    }

    /// Who comes with a ticket, by its place among the order's tickets, where that was said.
    #[must_use]
    pub fn attendee(&self, ticket: usize) -> Option<&Attendee> {
        let named = self.tickets.get(ticket)?;
        let place = self.tickets[..ticket].iter().filter(|before| before.line == named.line).count();
        named.attendee.as_ref().or_else(|| self.line(&named.line)?.attendees.get(place))
    }

    /// The place of a ticket among the order's tickets, however the O, 0, I, 1 and L of its code were read.
    #[must_use]
    pub fn ticket_place(&self, code: &TicketCode) -> Option<usize> {
        self.tickets.iter().position(|ticket| ticket.code.reading() == code.reading())
    }

    /// The name on a ticket: who comes with it, else the buyer.
    #[must_use]
    pub fn holder(&self, ticket: usize) -> &str {
        self.attendee(ticket).map_or(self.buyer.name.as_str(), |attendee| attendee.name.as_str())
    }
}

/// Takes `quantity` units off the draws, from the last shard on, and says which.
pub(super) fn take(draws: &mut Vec<Draw>, mut quantity: u32) -> Vec<Draw> {
    let mut taken = Vec::new();
    while let Some(last) = draws.last_mut().filter(|_| quantity > 0) {
        let units = last.quantity.min(quantity);
        taken.push(Draw { shard: last.shard, quantity: units });
        quantity -= units;
        last.quantity -= units;
        if last.quantity == 0 {
            draws.pop();
        }
    }
    taken
}
