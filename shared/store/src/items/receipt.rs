//! A receipt's number: which order it belongs to. It is written on condition that it is new, so that no other order has it.

use domain::OrderId;

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "receipt";

pub(crate) fn key(number: &str) -> Key {
    Key::new(format!("RECEIPT#{number}"), "REF")
}

pub(crate) fn item(number: &str, order: &OrderId) -> Result<Item, StoreError> {
    codec::write(&key(number), ENTITY, &Reference::to(order))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("receipt.rs"),
        pk: "RECEIPT#{number}",
        sk: "REF",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&order.receipt.expect("a receipt"), &order.id).expect("an item"),
    }
}
