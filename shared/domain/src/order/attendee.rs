//! Another person comes with a ticket.

use jiff::Timestamp;

use super::{
    aggregate::{order::Order, ticket::TicketStatus},
    decision::Decision,
    outcome::Outcome,
};
use crate::{Attendee, Code, Listing, NotificationKind, Refusal, TicketCode, notification::ChangedTicket};

/// How often a ticket changes hands without the seller's staff: each change may be a mail to an address that a buyer typed.
const MOST_CHANGES: u32 = 5;

/// Writes down who comes with a ticket from now on. The ticket keeps its code and is sent to that person, if there is an
/// address. The same person once more changes nothing. A buyer changes a ticket five times, and until the time that its
/// listing says; staff as often as they like, until it is over. The listing counts as it is now, not as it was when the order
/// was placed.
///
/// # Errors
/// `not_found` for a code that is none of the order's; `illegal_state` for a ticket that was used or given back, whose
/// payment is disputed, that a buyer has changed too often or changes too late, or whose show is over, and once the order is
/// archived.
pub fn change_attendee(
    order: &Order,
    code: &TicketCode,
    attendee: &Attendee,
    by_staff: bool,
    listing: Option<&Listing>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let place = order.ticket_place(code).ok_or_else(|| Refusal::not_found("ticket"))?;
    let ticket = &order.tickets[place];
    let known = || order.line(&ticket.line).and_then(|line| line.over_at);
    let over = listing.map_or_else(known, Listing::over_at).is_some_and(|over| over <= now);
    let closed = !by_staff && listing.and_then(Listing::names_until).is_some_and(|until| until <= now);
    let why_not = match ticket.status {
        _ if order.archived_at.is_some() => Some("The order is archived, and names no people any more"),
        TicketStatus::Refunding => Some("The ticket is being refunded"),
        TicketStatus::Void => Some("The ticket was refunded and is void"),
        TicketStatus::Valid if ticket.checked_in_at.is_some() => Some("The ticket was used"),
        TicketStatus::Valid if order.is_frozen() => Some("The ticket's payment is under dispute"),
        TicketStatus::Valid if over => Some("What the ticket is for is over"),
        TicketStatus::Valid if closed => Some("It is too late to change who comes; the seller's staff still can"),
        TicketStatus::Valid => None,
    };
    if let Some(why) = why_not {
        return Err(Refusal::new(Code::IllegalState, why));
    }
    if order.attendee(place) == Some(attendee) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    if !by_staff && ticket.attendee_changes >= MOST_CHANGES {
        let why = "The ticket has changed hands five times; the seller can change it once more";
        return Err(Refusal::new(Code::IllegalState, why));
    }
    let mut decision = Decision::change(order, Outcome::AttendeeChanged);
    let line = order.tickets[place].line.clone();
    let of_line = order.tickets[..place].iter().filter(|before| before.line == line).count();
    let next = &mut decision.order;
    // The name before stands nowhere any more.
    let named = next.lines.iter_mut().find(|known| known.id == line).and_then(|line| line.attendees.get_mut(of_line));
    if let Some(named) = named {
        named.clone_from(attendee);
    }
    let ticket = &mut next.tickets[place];
    ticket.attendee = Some(attendee.clone());
    ticket.attendee_changes += 1;
    let change = ticket.attendee_changes;
    if let (Some(_), Ok(place)) = (&attendee.email, u16::try_from(place)) {
        decision.notifications.push(NotificationKind::TicketChanged(ChangedTicket { place, change }));
    }
    Ok(decision)
}
