//! Codes that died because their tickets were handed over.

use super::aggregate::{order::Order, ticket::PastCode};
use crate::{Code, Refusal, TicketCode};

impl Order {
    /// The place of the ticket that had this code before it was handed over, and the code as it was.
    pub(super) fn past_code(&self, code: &TicketCode) -> Option<(usize, &PastCode)> {
        let reading = code.reading();
        self.tickets.iter().enumerate().find_map(|(place, ticket)| {
            let past = ticket.past_codes.iter().find(|past| past.code.reading() == reading)?;
            Some((place, past))
        })
    }
}

/// Why a code is that of no ticket: its ticket was handed over, or it never was one of the order's.
pub(super) fn no_more(order: &Order, code: &TicketCode) -> Refusal {
    order.past_code(code).map_or_else(
        || Refusal::not_found("ticket"),
        |(_, past)| {
            let why = format!("The ticket was handed over at {}, and this code is void since", past.until);
            Refusal::new(Code::IllegalState, why)
        },
    )
}
