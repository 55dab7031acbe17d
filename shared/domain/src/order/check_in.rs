//! At the door.

use jiff::Timestamp;

use super::{Decision, Order, Ticket, TicketStatus};
use crate::{Code, Refusal, TicketCode};

/// A ticket that was let in, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedIn {
    /// The order with the ticket marked, to be committed.
    pub decision: Decision,
    /// The ticket as it is then.
    pub ticket: Ticket,
}

/// Lets the holder of a ticket in, once.
///
/// # Errors
/// `already_checked_in` with the first time, `illegal_state` for a ticket that was given back or is under dispute.
pub fn check_in(order: &Order, code: &TicketCode, by: &str, now: Timestamp) -> Result<CheckedIn, Refusal> {
    let index = order.tickets.iter().position(|ticket| &ticket.code == code);
    let index = index.ok_or_else(|| Refusal::not_found("ticket"))?;
    let ticket = &order.tickets[index];
    match ticket.status {
        TicketStatus::Valid => {}
        TicketStatus::Refunding => return Err(Refusal::new(Code::IllegalState, "The ticket is being refunded")),
        TicketStatus::Void => return Err(Refusal::new(Code::IllegalState, "The ticket was refunded and is void")),
    }
    if let Some(first) = ticket.checked_in_at {
        return Err(Refusal::new(Code::AlreadyCheckedIn, format!("The ticket was checked in at {first}")));
    }
    if order.is_frozen() {
        return Err(Refusal::new(Code::IllegalState, "The ticket's payment is under dispute"));
    }
    let mut decision = Decision::change(order, "checked_in");
    let ticket = &mut decision.order.tickets[index];
    ticket.checked_in_at = Some(now);
    ticket.checked_in_by = Some(by.to_owned());
    let ticket = ticket.clone();
    Ok(CheckedIn { decision, ticket })
}
