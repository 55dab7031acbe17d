//! The tickets of an order, as they open the door now.

use documents::tickets::{TicketDocument, TicketPage};
use domain::{
    Listing, Offer, Order,
    order::{Ticket, TicketStatus},
};

/// The order's valid tickets, a page each. None where it has no ticket that opens a door: not paid, all given back, or
/// disputed. When and where is what the show says now, because shows move; all else is as it was ordered.
#[must_use]
pub fn tickets(order: &Order, listings: &[Listing], offers: &[Offer]) -> Option<TicketDocument> {
    if order.is_frozen() {
        return None;
    }
    let valid = order.tickets.iter().filter(|ticket| ticket.status == TicketStatus::Valid);
    let pages: Vec<_> = valid.filter_map(|ticket| page(order, ticket, listings, offers)).collect();
    (!pages.is_empty()).then(|| TicketDocument {
        organization: order.seller.clone(),
        order: order.id.to_string(),
        time_zone: None,
        tickets: pages,
    })
}

fn page(order: &Order, ticket: &Ticket, listings: &[Listing], offers: &[Offer]) -> Option<TicketPage> {
    let line = order.line(&ticket.line)?;
    let listing = listings.iter().find(|listing| listing.id == line.listing);
    let offer = offers.iter().find(|offer| offer.listing == line.listing && offer.id == line.offer);
    let own_start = offer.and_then(|offer| offer.starts_at);
    Some(TicketPage {
        code: ticket.code.to_string(),
        show: line.title.clone(),
        place: listing.and_then(|listing| listing.venue.clone()),
        starts_at: own_start.or_else(|| listing.and_then(|listing| listing.starts_at)),
        // The doors are those of the listing's start.
        doors_at: listing.and_then(|listing| listing.doors_at).filter(|_| own_start.is_none()),
        time_zone: listing.and_then(|listing| listing.timezone.clone()),
        offer: line.name.clone(),
        holder: order.buyer.name.clone(),
        vip: line.vip,
    })
}
