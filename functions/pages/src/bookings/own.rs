//! What is an expert's own: their listings, slots in them, and the bookings that count.

use domain::{
    Kind, Listing, Offer, OfferId, Order, OrderStatus, Organization, OrganizationId, Refusal, free_text,
    order::BookingStatus, selling::plain_offer,
};
use engine::EngineError;
use jiff::Timestamp;
use minijinja::{Value, context};
use web::Answer;

use crate::{state::Pages, typed::Typed};

/// How many pages of listings are searched for those of the expert.
const PAGES: usize = 10;

/// Most people of a group.
const LARGEST_GROUP: u32 = 1_000;

/// The listings of an expert's time, with their seller.
pub(super) async fn own_listings(
    pages: &Pages,
    organization: &OrganizationId,
    subject: &str,
) -> Answer<(Option<Organization>, Vec<Listing>)> {
    let (mut seller, mut own, mut cursor) = (None, Vec::new(), None);
    for _ in 0..PAGES {
        let found = pages.store.seller_listings(organization, cursor.as_deref()).await.map_err(EngineError::from)?;
        let Some(found) = found else { break };
        let is_own = |listing: &Listing| {
            listing.kind == Kind::Expert && listing.canceled_at.is_none() && listing.expert.as_deref() == Some(subject)
        };
        own.extend(found.listings.into_iter().filter(is_own));
        (seller, cursor) = (Some(found.organization), found.cursor);
        if cursor.is_none() {
            break;
        }
    }
    Ok((seller, own))
}

/// The listings to choose from, and which one is chosen.
pub(super) fn choice(listings: &[Listing], chosen: Option<&Listing>) -> Vec<Value> {
    let chosen = chosen.map(|chosen| &chosen.id);
    let all = listings.iter();
    all.map(|listing| {
        context! { id => listing.id.as_str(), title => listing.title, chosen => Some(&listing.id) == chosen }
    })
    .collect()
}

/// The listing that a form names, if it is one of these.
pub(super) fn named<'a>(listings: &'a [Listing], typed: &Typed) -> Result<&'a Listing, Refusal> {
    let listing = listings.iter().find(|listing| listing.id.as_str() == typed.get("listing"));
    listing.ok_or_else(|| Refusal::field("listing", "There is no such listing of yours"))
}

/// The expert's slots of a listing that have not begun, the next one first.
pub(super) async fn slots_to_come(
    pages: &Pages,
    listing: &Listing,
    subject: &str,
    now: Timestamp,
) -> Answer<Vec<Offer>> {
    let found = pages.store.listing(&listing.id).await.map_err(EngineError::from)?;
    let mut slots = found.map(|(_, offers)| offers).unwrap_or_default();
    slots.retain(|offer| {
        let to_come = offer.starts_at.is_some_and(|start| now < start);
        !offer.deleted && to_come && offer.expert.as_deref() == Some(subject)
    });
    slots.sort_by_key(|offer| offer.starts_at);
    Ok(slots)
}

/// What a form says of a slot besides its time: what it is called, what it costs, and for how many people it is.
///
/// # Errors
/// `invalid_request` at the field that is wrong.
pub(super) fn timeless(typed: &Typed, listing: &Listing, subject: &str, id: OfferId) -> Result<Offer, Refusal> {
    let places = typed.get("places").parse().ok().filter(|places: &u32| (1..=LARGEST_GROUP).contains(places));
    Ok(Offer {
        name: free_text("name", typed.get("name"), 100, true)?,
        price: typed.price(listing.currency)?,
        capacity: Some(places.ok_or_else(|| Refusal::field("places", "Must be a whole number above zero"))?),
        expert: Some(subject.to_owned()),
        ..plain_offer(listing, id)
    })
}

/// Whether a booking waits for its expert's answer, so that its money is authorized, or is confirmed and paid.
pub(super) fn is_standing(order: &Order) -> bool {
    order.booking.as_ref().is_some_and(|booking| match booking.status {
        BookingStatus::Requested => booking.respond_by.is_some(),
        BookingStatus::Confirmed => order.status == OrderStatus::Paid,
        _ => false,
    })
}
