//! An order's entry in its customer's list. It lies in the customer's own partition, by the time of placing, so the list
//! is consistent. It goes when the customer's personal fields go.

use domain::Order;

use super::{codec, customer, reference::Reference};
use crate::{Item, Key, StoreError, key};

pub(crate) const ENTITY: &str = "customer_order";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "ORDER#";

pub(crate) fn key(order: &Order, customer: &str) -> Key {
    let place = key::by_time(order.created_at, order.id.as_str());
    Key::new(customer::partition(&order.organization, customer), format!("{PREFIX}{place}"))
}

pub(crate) fn item(order: &Order, customer: &str) -> Result<Item, StoreError> {
    codec::write(&key(order, customer), ENTITY, &Reference::to(&order.id))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("customer_order.rs"),
        pk: "CUSTOMER#{organization}#{customer}",
        sk: "ORDER#{placed_at}#{order}",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&super::examples::order(), super::examples::CUSTOMER).expect("an item"),
    }
}
