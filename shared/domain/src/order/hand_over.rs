//! A ticket is handed over: it goes to another person under a new code, and the old code dies with the same write.

use jiff::Timestamp;

use super::{
    aggregate::{order::Order, ticket::PastCode},
    attendee::{in_hand, not_too_often, write_name},
    decision::Decision,
    outcome::Outcome,
    past_code::no_more,
};
use crate::{
    Attendee, Code, Listing, NotificationKind, Refusal, TicketCode, Transferable, notification::ChangedTicket,
};

/// How many codes a ticket has at most, so that the order stays small. Staff who need more refund it and sell another.
const MOST_CODES: usize = 20;

/// Hands a ticket over: the person named comes with it from now on, and gets a code that no one had before. Its buyer may, if
/// the listing as it is now says so, as often as who comes may be changed; staff may whatever the listing says. The order, and
/// with it the right to a refund, stays the buyer's.
///
/// The code is the request's name: once more with the code that died, for the same person, it changes nothing, so an answer
/// that was lost can be asked for again. With the new code it is another request, and makes another code.
///
/// # Errors
/// `not_found` for a code that is none of the order's; `illegal_state` for a code that died, for a ticket that was used or given
/// back, whose payment is disputed or whose show is over or canceled, and for a buyer where the listing does not allow it, or
/// not any more, or whose ticket has changed hands too often.
pub fn hand_over(
    order: &Order,
    code: &TicketCode,
    receiver: &Attendee,
    by_staff: bool,
    listing: Option<&Listing>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let Some(place) = order.ticket_place(code) else {
        return if is_repeat(order, code, receiver) {
            Ok(Decision::unchanged(order, Outcome::AlreadyProcessed))
        } else {
            Err(no_more(order, code))
        };
    };
    may_hand_over(order, place, by_staff, listing, now)?;
    let mut decision = Decision::change(order, Outcome::HandedOver);
    let next = &mut decision.order;
    let change = write_name(next, place, receiver);
    let born = next.code_after(place, order.tickets[place].past_codes.len() + 1, now);
    let own = receiver.email.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(&order.buyer.email));
    let ticket = &mut next.tickets[place];
    ticket.past_codes.push(PastCode { code: std::mem::replace(&mut ticket.code, born), until: now });
    // A buyer whose code became known takes a new one by handing the ticket over to themselves.
    ticket.handed_over_at = (!own).then_some(now);
    if let Ok(place) = u16::try_from(place) {
        let changed = ChangedTicket { place, change };
        decision.notifications.push(NotificationKind::TicketReceived(changed));
        if !own {
            decision.notifications.push(NotificationKind::HandedOver(changed));
        }
    }
    Ok(decision)
}

/// Whether the order's ticket at this place, of which there is one, may be handed over by its buyer, or by staff.
///
/// # Errors
/// `illegal_state` that says why not.
pub fn may_hand_over(
    order: &Order,
    place: usize,
    by_staff: bool,
    listing: Option<&Listing>,
    now: Timestamp,
) -> Result<(), Refusal> {
    in_hand(order, place, by_staff, listing, now)?;
    let why_not = match listing.map_or(Transferable::Off, |listing| listing.transferable) {
        _ if listing.is_some_and(|listing| listing.canceled_at.is_some()) => {
            Some("What the ticket is for was canceled")
        }
        _ if order.tickets[place].past_codes.len() >= MOST_CODES => {
            Some("The ticket has had as many codes as a ticket may have")
        }
        _ if by_staff => None,
        Transferable::Off => Some("Tickets of this listing cannot be handed over; the seller's staff still can"),
        Transferable::Until(until) if until <= now => {
            Some("It is too late to hand the ticket over; the seller's staff still can")
        }
        Transferable::Free | Transferable::Until(_) => None,
    };
    if let Some(why) = why_not {
        return Err(Refusal::new(Code::IllegalState, why));
    }
    not_too_often(order, place, by_staff)
}

/// Whether a request is one that took effect before: its ticket went from that code to that person, and no further.
fn is_repeat(order: &Order, code: &TicketCode, receiver: &Attendee) -> bool {
    order.past_code(code).is_some_and(|(place, past)| {
        order.tickets[place].past_codes.last() == Some(past) && order.attendee(place) == Some(receiver)
    })
}
