//! An order's entry in the list of all that one person bought, of whichever organization. It lies in the person's own partition, by
//! the time of placing, so the list is consistent. It goes when the customer's personal fields go.

use domain::Order;

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError, key};

pub(crate) const ENTITY: &str = "account_order";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "ORDER#";

/// The partition of all that one person has, with all organizations.
pub(crate) fn partition(customer: &str) -> String {
    format!("ACCOUNT#{customer}")
}

pub(crate) fn key(order: &Order, customer: &str) -> Key {
    let place = key::by_time(order.created_at, order.id.as_str());
    Key::new(partition(customer), format!("{PREFIX}{place}"))
}

pub(crate) fn item(order: &Order, customer: &str) -> Result<Item, StoreError> {
    codec::write(&key(order, customer), ENTITY, &Reference::to(&order.id))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("account_order.rs"),
        pk: "ACCOUNT#{customer}",
        sk: "ORDER#{placed_at}#{order}",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&super::examples::order(), super::examples::CUSTOMER).expect("an item"),
    }
}
