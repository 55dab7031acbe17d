//! That tickets of an order changed after they were sold: checked in, given back, disputed, or issued long after the order was placed.
//! Devices at the doors of a listing read the list of these to catch up, and not all of its orders again.

use domain::{ListingId, Order, OrderId};
use jiff::{SignedDuration, Timestamp};

use super::{codec, order, reference::Reference};
use crate::{Item, Key, StoreError, index, key, value::s};

pub(crate) const ENTITY: &str = "ticket_change";

/// For how long devices can catch up: a show that is further away is read from its beginning.
pub(crate) const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);

pub(crate) fn key(id: &OrderId, listing: &ListingId) -> Key {
    Key::new(order::key(id).pk, format!("CHANGED#{listing}"))
}

/// The list of a listing's changes.
pub(crate) fn partition(listing: &ListingId) -> String {
    format!("CHANGED#{listing}")
}

/// The last change of an order's tickets of a listing is at that time.
pub(crate) fn item(order: &Order, listing: &ListingId, now: Timestamp) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&order.id, listing), ENTITY, &Reference::to(&order.id))?;
    item.insert("listing_shard".to_owned(), s(partition(listing)));
    item.insert("org_time".to_owned(), s(key::by_time(now, order.id.as_str())));
    index::expire(&mut item, (now + KEEP).as_second());
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("ticket_change.rs"),
        pk: "ORDER#{order}",
        sk: "CHANGED#{listing}",
        attributes: &[("order", "the order")],
        indexes: &[(index::BY_LISTING, "the list of changes of the listing's tickets, by the time of the last one")],
        ttl: Some("90 days after the last change"),
        example: item(&order, &order.lines[0].listing, super::examples::now()).expect("an item"),
    }
}
