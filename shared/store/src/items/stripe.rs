//! A payment intent of Stripe's that was refunded and is not the order's own: which order it belongs to. An order's own
//! payment carries the order's id as metadata; a second one, made by hand, may not.

use domain::OrderId;

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "stripe";

pub(crate) fn key(id: &str) -> Key {
    Key::new(format!("STRIPE#{id}"), "REF")
}

pub(crate) fn item(id: &str, order: &OrderId) -> Result<Item, StoreError> {
    codec::write(&key(id), ENTITY, &Reference::to(order))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("stripe.rs"),
        pk: "STRIPE#{payment_intent}",
        sk: "REF",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item("pi_second", &super::examples::order().id).expect("an item"),
    }
}
