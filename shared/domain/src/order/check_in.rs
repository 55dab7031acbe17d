//! Check-in at the door.

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{
        order::Order,
        ticket::{Ticket, TicketStatus},
    },
    decision::Decision,
    outcome::Outcome,
    past_code::no_more,
};
use crate::{Actor, Code, Listing, ListingId, Offer, Refusal, TicketCode};

/// The door that a ticket is shown at: of which listing, and when it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInWindow {
    /// The listing whose tickets are checked in.
    pub listing: ListingId,
    /// From when on. None if the listing has no start.
    pub opens_at: Option<Timestamp>,
    /// Until when. None if the listing has no end.
    pub closes_at: Option<Timestamp>,
}

impl CheckInWindow {
    /// The door of a listing for tickets of one of its offers: open from so many hours before the doors (the start,
    /// where no doors are named) until the end. An offer with times of its own, as of one day of several, has them.
    #[must_use]
    pub fn of(listing: &Listing, offer: Option<&Offer>, hours_before: u32) -> Self {
        let own_start = offer.and_then(|offer| offer.starts_at);
        let doors = own_start.or(listing.doors_at).or(listing.starts_at);
        let before = SignedDuration::from_hours(i64::from(hours_before));
        let own_end = offer.and_then(|offer| offer.ends_at);
        Self {
            listing: listing.id.clone(),
            opens_at: doors.and_then(|doors| doors.checked_sub(before).ok()),
            closes_at: own_end.or(listing.ends_at),
        }
    }
}

/// A ticket that was checked in, or whose check-in was taken back, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedIn {
    /// The order with the ticket marked, to be committed if it changed.
    pub decision: Decision,
    /// The ticket as it is then.
    pub ticket: Ticket,
}

fn find(order: &Order, code: &TicketCode) -> Result<usize, Refusal> {
    order.ticket_place(code).ok_or_else(|| no_more(order, code))
}

/// Lets the holder of a ticket in, once. Without a door neither the listing nor the time is looked at.
///
/// # Errors
/// `wrong_listing` at the door of another listing, `already_checked_in` with the first time, `illegal_state` for a ticket
/// that was given back or is under dispute, and for a code from before a ticket was handed over; `outside_check_in` before the door opens and after it has closed.
pub fn check_in(
    order: &Order,
    code: &TicketCode,
    window: Option<&CheckInWindow>,
    by: &Actor,
    now: Timestamp,
) -> Result<CheckedIn, Refusal> {
    let index = find(order, code)?;
    let ticket = &order.tickets[index];
    if let (Some(window), Some(line)) = (window, order.line(&ticket.line))
        && line.listing != window.listing
    {
        let message = format!("The ticket is for {} ({})", line.title, line.listing);
        return Err(Refusal::new(Code::WrongListing, message));
    }
    match ticket.status {
        TicketStatus::Valid => {}
        TicketStatus::Refunding => return Err(Refusal::new(Code::IllegalState, "The ticket is being refunded")),
        TicketStatus::Void => return Err(Refusal::new(Code::IllegalState, "The ticket was refunded and is void")),
    }
    if let Some(first) = ticket.checked_in_at {
        let by = ticket.checked_in_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let with = ticket.checked_in_with.as_ref().map(|with| format!(", with {with}")).unwrap_or_default();
        let what = order.line(&ticket.line).map_or("", |line| line.name.as_str());
        let message = format!("The ticket ({what}, {}) was checked in at {first}{by}{with}", order.holder(index));
        return Err(Refusal::new(Code::AlreadyCheckedIn, message));
    }
    if order.is_frozen() {
        return Err(Refusal::new(Code::IllegalState, "The ticket's payment is under dispute"));
    }
    if let Some(opens_at) = window.and_then(|window| window.opens_at).filter(|opens_at| now < *opens_at) {
        return Err(Refusal::new(Code::OutsideCheckIn, format!("Check-in opens at {opens_at}")));
    }
    if let Some(closes_at) = window.and_then(|window| window.closes_at).filter(|closes_at| *closes_at <= now) {
        return Err(Refusal::new(Code::OutsideCheckIn, format!("Check-in closed at {closes_at}")));
    }
    let mut decision = Decision::change(order, Outcome::CheckedIn);
    let ticket = &mut decision.order.tickets[index];
    ticket.checked_in_at = Some(now);
    ticket.checked_in_by = Some(by.clone());
    ticket.check_in_undone_by = None;
    let ticket = ticket.clone();
    Ok(CheckedIn { decision, ticket })
}

/// Takes a check-in back: its ticket opens the door again. The same person may ask again, which changes nothing.
///
/// # Errors
/// `illegal_state` for a ticket that was not checked in, or whose check-in another person took back.
pub fn undo_check_in(order: &Order, code: &TicketCode, by: &Actor) -> Result<CheckedIn, Refusal> {
    let index = find(order, code)?;
    let ticket = &order.tickets[index];
    if ticket.checked_in_at.is_none() {
        if ticket.check_in_undone_by.as_ref() == Some(by) {
            return Ok(CheckedIn {
                decision: Decision::unchanged(order, Outcome::AlreadyProcessed),
                ticket: ticket.clone(),
            });
        }
        return Err(Refusal::new(Code::IllegalState, "The ticket is not checked in"));
    }
    let mut decision = Decision::change(order, Outcome::CheckInUndone);
    let ticket = &mut decision.order.tickets[index];
    ticket.checked_in_at = None;
    ticket.checked_in_by = None;
    ticket.check_in_undone_by = Some(by.clone());
    let ticket = ticket.clone();
    Ok(CheckedIn { decision, ticket })
}
