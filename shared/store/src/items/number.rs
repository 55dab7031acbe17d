//! An order's number: which order of its organization has it. It is written on condition that it is new, so that no other
//! order has it.

use domain::{OrderId, OrderNumber, OrganizationId};

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "number";

pub(crate) fn key(organization: &OrganizationId, number: &OrderNumber) -> Key {
    Key::new(format!("NUMBER#{organization}#{number}"), "REF")
}

pub(crate) fn item(organization: &OrganizationId, number: &OrderNumber, order: &OrderId) -> Result<Item, StoreError> {
    codec::write(&key(organization, number), ENTITY, &Reference::to(order))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("number.rs"),
        pk: "NUMBER#{organization}#{number}",
        sk: "REF",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&order.organization, &order.number.expect("a number"), &order.id).expect("an item"),
    }
}
