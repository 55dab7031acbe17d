//! An order's entry in the list of one of its listings, for all of them but the first: there the order's own item is the
//! entry.

use domain::{ListingId, Order, OrderId};

use super::{codec, order, reference::Reference};
use crate::{Item, Key, StoreError, index, key, value::s};

pub(crate) const ENTITY: &str = "order_listing";

pub(crate) fn key(order: &OrderId, listing: &ListingId) -> Key {
    Key::new(format!("ORDER#{order}"), format!("LISTING#{listing}"))
}

pub(crate) fn item(order: &Order, listing: &ListingId) -> Result<Item, StoreError> {
    let id = order.id.as_str();
    let mut item = codec::write(&key(&order.id, listing), ENTITY, &Reference::to(&order.id))?;
    item.insert("listing_shard".to_owned(), s(order::listing_shard(listing, index::partition(id))));
    item.insert("org_time".to_owned(), s(key::by_time(order.created_at, id)));
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let other = ListingId::parse("winter-gala").expect("a listing");
    super::described::Described {
        entity: ENTITY,
        source: include_str!("order_listing.rs"),
        pk: "ORDER#{order}",
        sk: "LISTING#{listing}",
        attributes: &[("order", "the order")],
        indexes: &[(index::BY_LISTING, "the list of the listing's orders, by the time of placing")],
        ttl: None,
        example: item(&super::examples::order(), &other).expect("an item"),
    }
}
