//! A listing: what a buyer looks at. Its offers and promo codes lie in the same partition, so a listing with all its
//! offers is one query.

use domain::{Listing, ListingId, OrganizationId};
use jiff::{SignedDuration, Timestamp};

use super::codec;
use crate::{Item, Key, StoreError, index, value::s};

pub(crate) const ENTITY: &str = "listing";

/// How long after a change a listing's stock is first checked against its orders.
pub(crate) const FIRST_CHECK: SignedDuration = SignedDuration::from_hours(24);

/// The partition of `by_organization` that has all published listings.
pub(crate) const PUBLISHED: &str = "PUBLISHED";

pub(crate) fn key(id: &ListingId) -> Key {
    Key::new(format!("LISTING#{id}"), "META")
}

/// The item of a listing that is changed at `now`.
pub(crate) fn item(listing: &Listing, now: Timestamp) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&listing.id), ENTITY, listing)?;
    index::due(&mut item, listing.id.as_str(), now + FIRST_CHECK);
    item.insert("org_time".to_owned(), s(place(listing)));
    item.insert("listing_shard".to_owned(), s(sellers(&listing.organization)));
    if listing.published && listing.canceled_at.is_none() {
        item.insert("org_shard".to_owned(), s(PUBLISHED));
    }
    Ok(item)
}

/// The partition of `by_listing` that has all listings of an organization, drafts and canceled ones too.
pub(crate) fn sellers(organization: &OrganizationId) -> String {
    format!("CATALOG#{organization}")
}

/// A listing's place in both lists.
pub(crate) fn place(listing: &Listing) -> String {
    format!("{}#{}", listing.organization, listing.id)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("listing.rs"),
        pk: "LISTING#{listing}",
        sk: "META",
        attributes: &[
            ("id", "its id, in keys and paths"),
            ("organization", "its organization"),
            ("kind", "`show`, `product`, `expert` or `package`"),
            ("title", "its title for people"),
            ("description", "text for people"),
            ("currency", "its organization's currency"),
            ("published", "whether it is on sale"),
            ("starts_at", "when it begins, or null"),
            ("doors_at", "when the doors open, or null"),
            ("ends_at", "when it is over, or null"),
            ("venue", "where it is, or null"),
            ("timezone", "the IANA name of the time zone there, or null"),
            ("contact?", "how to reach those who run it, where that is not how to reach its organization"),
            ("logo_url?", "an https address of its picture, for mails"),
            ("locale?", "the language of its mails, for buyers who name none"),
            ("expert", "the subject of the expert whose slots these are, or null"),
            ("payment_modes?", "how it may be paid, where that is not what its organization says"),
            ("delivery?", "how buyers get what it sells, if it is sent or collected"),
            ("canceled_at", "when it was canceled, or null"),
            ("refund_until?", "until when buyers may ask for all of their money after it was moved"),
            (
                "attendees_until?",
                "until when buyers may change who comes with a ticket, where that is not until its start",
            ),
            (
                "transferable?",
                "whether buyers may hand their tickets over: `free`, or `until` a time; without it they may not",
            ),
            ("max_tickets_per_buyer?", "most tickets of the show that one buyer may have, over all orders"),
            ("cancel_reason?", "why, as its buyers read it"),
            ("version", "grows by one with each change; a change is conditional on it"),
        ],
        indexes: &[
            (index::AGENDA, "its stock is checked against its orders, a day after a change and then as the check says"),
            (index::BY_ORGANIZATION, "the list of what is for sale, by organization and id, while it is published"),
            (index::BY_LISTING, "the list of all listings of its organization, drafts and canceled ones too, by id"),
        ],
        ttl: None,
        example: item(&super::examples::listing(), super::examples::now()).expect("an item"),
    }
}
