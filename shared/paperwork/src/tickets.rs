//! The tickets of an order, as they open the door now.

use documents::tickets::{TicketDocument, TicketPage};
use domain::{Listing, Offer, Order, SignedTicket, order::TicketStatus};
use words::DocumentReader;

/// Says what a ticket's QR code says.
pub type Sign<'a> = &'a dyn Fn(&SignedTicket) -> String;

/// The order's valid tickets, a page each, for its buyer: without those that were handed over. None where there is no ticket
/// that opens a door: not paid, all given back or handed over, or disputed. When and where is what the show says now, because shows move; all else is as it was ordered.
#[must_use]
pub fn tickets(
    order: &Order,
    listings: &[Listing],
    offers: &[Offer],
    reader: &DocumentReader<'_>,
    sign: Sign<'_>,
) -> Option<TicketDocument> {
    if order.is_frozen() {
        return None;
    }
    let own = (0..order.tickets.len()).filter(|place| order.tickets[*place].is_buyers());
    let pages: Vec<_> = own.filter_map(|place| page(order, place, listings, offers, sign)).collect();
    (!pages.is_empty()).then(|| document(order, pages, reader))
}

/// One of the order's tickets, by its place among them. None if it opens no door.
#[must_use]
pub fn ticket(
    order: &Order,
    place: usize,
    listings: &[Listing],
    offers: &[Offer],
    reader: &DocumentReader<'_>,
    sign: Sign<'_>,
) -> Option<TicketDocument> {
    let page = page(order, place, listings, offers, sign).filter(|_| !order.is_frozen())?;
    Some(document(order, vec![page], reader))
}

fn document(order: &Order, tickets: Vec<TicketPage>, reader: &DocumentReader<'_>) -> TicketDocument {
    TicketDocument {
        organization: order.seller.clone(),
        order: order.name_for_people().to_owned(),
        language: reader.language(),
        time_zone: reader.time_zone.map(str::to_owned),
        tickets,
    }
}

fn page(order: &Order, place: usize, listings: &[Listing], offers: &[Offer], sign: Sign<'_>) -> Option<TicketPage> {
    let ticket = order.tickets.get(place).filter(|ticket| ticket.status == TicketStatus::Valid)?;
    let line = order.line(&ticket.line)?;
    let listing = listings.iter().find(|listing| listing.id == line.listing);
    let offer = offers.iter().find(|offer| offer.listing == line.listing && offer.id == line.offer);
    let own_start = offer.and_then(|offer| offer.starts_at);
    Some(TicketPage {
        code: ticket.code.to_string(),
        qr: SignedTicket::of(order, place).map(|ticket| sign(&ticket)),
        show: line.title.clone(),
        place: listing.and_then(|listing| listing.venue.clone()),
        starts_at: own_start.or_else(|| listing.and_then(|listing| listing.starts_at)),
        // The doors are those of the listing's start.
        doors_at: listing.and_then(|listing| listing.doors_at).filter(|_| own_start.is_none()),
        time_zone: listing.and_then(|listing| listing.timezone.clone()),
        offer: line.name.clone(),
        holder: order.holder(place).to_owned(),
        vip: line.vip,
    })
}
