//! Another person comes with a ticket.

use jiff::Timestamp;

use super::{
    aggregate::{order::Order, ticket::TicketStatus},
    decision::Decision,
    outcome::Outcome,
    past_code::no_more,
};
use crate::{Attendee, Code, Listing, NotificationKind, Refusal, TicketCode, notification::ChangedTicket};

/// How often a ticket changes hands without the seller's staff: each change may be a mail to an address that a buyer typed.
const MOST_CHANGES: u32 = 5;

/// Writes down who comes with a ticket from now on. The ticket keeps its code and is sent to that person, if there is an
/// address. The same person once more changes nothing. A buyer changes a ticket five times, and until the time that its
/// listing says; staff as often as they like, until it is over. The listing counts as it is now, not as it was when the order
/// was placed. Of a ticket that was handed over to another person its buyer changes nothing.
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
    let place = order.ticket_place(code).ok_or_else(|| no_more(order, code))?;
    in_hand(order, place, by_staff, listing, now)?;
    let closed = !by_staff && listing.and_then(Listing::names_until).is_some_and(|until| until <= now);
    if closed {
        let why = "It is too late to change who comes; the seller's staff still can";
        return Err(Refusal::new(Code::IllegalState, why));
    }
    if order.attendee(place) == Some(attendee) {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    not_too_often(order, place, by_staff)?;
    let mut decision = Decision::change(order, Outcome::AttendeeChanged);
    let change = write_name(&mut decision.order, place, attendee);
    if let (Some(_), Ok(place)) = (&attendee.email, u16::try_from(place)) {
        decision.notifications.push(NotificationKind::TicketChanged(ChangedTicket { place, change }));
    }
    Ok(decision)
}

/// Whether a ticket may still go to another person: it opens the door, was not used, and what it is for is not over. One that
/// was handed over is its buyer's no more.
pub(super) fn in_hand(
    order: &Order,
    place: usize,
    by_staff: bool,
    listing: Option<&Listing>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let ticket = &order.tickets[place];
    let known = || order.line(&ticket.line).and_then(|line| line.over_at);
    let over = listing.map_or_else(known, Listing::over_at).is_some_and(|over| over <= now);
    let why_not = match ticket.status {
        _ if order.archived_at.is_some() => "The order is archived, and names no people any more",
        TicketStatus::Refunding => "The ticket is being refunded",
        TicketStatus::Void => "The ticket was refunded and is void",
        TicketStatus::Valid if ticket.checked_in_at.is_some() => "The ticket was used",
        TicketStatus::Valid if order.is_frozen() => "The ticket's payment is under dispute",
        TicketStatus::Valid if over => "What the ticket is for is over",
        TicketStatus::Valid if !by_staff && ticket.handed_over_at.is_some() => {
            "The ticket was handed over; the seller's staff still can change whose it is"
        }
        TicketStatus::Valid => return Ok(()),
    };
    Err(Refusal::new(Code::IllegalState, why_not))
}

/// Whether a ticket may change hands once more.
pub(super) fn not_too_often(order: &Order, place: usize, by_staff: bool) -> Result<(), Refusal> {
    if by_staff || order.tickets[place].attendee_changes < MOST_CHANGES {
        return Ok(());
    }
    let why = "The ticket has changed hands five times; the seller can change it once more";
    Err(Refusal::new(Code::IllegalState, why))
}

/// Writes a name on a ticket, and counts the change. The name before stands nowhere any more.
pub(super) fn write_name(order: &mut Order, place: usize, attendee: &Attendee) -> u32 {
    let line = order.tickets[place].line.clone();
    let of_line = order.tickets[..place].iter().filter(|before| before.line == line).count();
    let named = order.lines.iter_mut().find(|known| known.id == line).and_then(|line| line.attendees.get_mut(of_line));
    if let Some(named) = named {
        named.clone_from(attendee);
    }
    let ticket = &mut order.tickets[place];
    ticket.attendee = Some(attendee.clone());
    ticket.attendee_changes += 1;
    ticket.attendee_changes
}
