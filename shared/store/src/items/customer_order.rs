//! An order's entry in its customer's list. It lies in the customer's own partition, by the time of placing, so the list
//! is consistent. The index has it for the account, with the orders of all organizations. It goes when the customer's personal fields go.

use domain::Order;

use super::{account::AccountList, codec, customer, reference::Reference};
use crate::{Item, Key, StoreError, key};

pub(crate) const ENTITY: &str = "customer_order";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "ORDER#";

pub(crate) fn key(order: &Order, customer: &str) -> Key {
    Key::new(customer::partition(&order.organization, customer), format!("{PREFIX}{}", place(order)))
}

fn place(order: &Order) -> String {
    key::by_time(order.created_at, order.id.as_str())
}

pub(crate) fn item(order: &Order, customer: &str) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(order, customer), ENTITY, &Reference::to(&order.id))?;
    AccountList::Orders.list(&mut item, customer, &place(order));
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("customer_order.rs"),
        pk: "CUSTOMER#{organization}#{customer}",
        sk: "ORDER#{placed_at}#{order}",
        attributes: &[("order", "the order")],
        indexes: &[(
            super::account::INDEX,
            "the list of all that the customer ordered, of whichever organization, by the time of placing",
        )],
        ttl: None,
        example: item(&super::examples::order(), super::examples::CUSTOMER).expect("an item"),
    }
}
