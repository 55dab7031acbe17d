//! What a listing lacks for its expert to hear of bookings.

use crate::{Kind, Listing, Organization};

/// Whether a listing that is for sale has an expert who hears of no booking: there is no mail address to write to, neither the
/// listing's own nor its seller's.
#[must_use]
pub fn has_unheard_expert(listing: &Listing, seller: &Organization) -> bool {
    let address = listing.contact.email.as_ref().or(seller.profile.contact.email.as_ref());
    listing.kind == Kind::Expert && listing.is_for_sale() && address.is_none()
}
