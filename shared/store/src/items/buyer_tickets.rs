//! How many tickets of a show one buyer has, or one card paid for, over all orders: the sum of what they count. With none left it
//! goes after a day.

use domain::ListingId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Key,
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "buyer_tickets";

/// For how long a count of none is kept.
const KEEP: SignedDuration = SignedDuration::from_hours(24);

/// The tickets of one buyer, as they lie in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerTickets {
    /// The show.
    pub listing: ListingId,
    /// What the buyer is known by, under the organization's key.
    pub mark: String,
    /// How many there are.
    pub units: u32,
}

/// The buyer is a mark that only the organization's key can make, so that no address stands in a key.
pub(crate) fn key(listing: &ListingId, mark: &str) -> Key {
    Key::new(format!("BUYER#{listing}#{mark}"), "TICKETS")
}

/// So many more, or less, and some are left.
pub(crate) fn add(listing: &ListingId, mark: &str, units: i64) -> Change {
    changed(listing, mark, units).remove("ttl")
}

/// So many less, and none are left.
pub(crate) fn end(listing: &ListingId, mark: &str, units: i64, now: Timestamp) -> Change {
    changed(listing, mark, units).set("ttl", n((now + KEEP).as_second()))
}

fn changed(listing: &ListingId, mark: &str, units: i64) -> Change {
    Change::default()
        .set("entity", s(ENTITY))
        .set("listing", s(listing.as_str()))
        .set("mark", s(mark))
        .add("units", units)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let listing = &order.lines[0].listing;
    let mark = "PK2MZJ7T5QHDW3AYVXS4CNEB6U";
    super::described::Described {
        entity: ENTITY,
        source: include_str!("buyer_tickets.rs"),
        pk: "BUYER#{listing}#{mark}",
        sk: "TICKETS",
        attributes: &[
            ("listing", "the show"),
            ("mark", "what the buyer or the card is known by: a hash under the organization's key"),
            ("units", "how many tickets; placing an order is conditional on it"),
        ],
        indexes: &[],
        ttl: Some("a day after none were left; who it is, is a hash"),
        example: end(listing, mark, 0, super::examples::now()).applied(&key(listing, mark)),
    }
}
