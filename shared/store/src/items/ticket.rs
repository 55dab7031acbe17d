//! A ticket's code: which order it belongs to. It is written on condition that it is new, so that no code is there
//! twice. It stays when the ticket is handed over under another code: the order knows which of its codes is alive.

use domain::{OrderId, TicketCode};

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "ticket";

pub(crate) fn key(code: &TicketCode) -> Key {
    Key::new(format!("TICKET#{code}"), "REF")
}

pub(crate) fn item(code: &TicketCode, order: &OrderId) -> Result<Item, StoreError> {
    codec::write(&key(code), ENTITY, &Reference::to(order))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("ticket.rs"),
        pk: "TICKET#{code}",
        sk: "REF",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&order.tickets[0].code, &order.id).expect("an item"),
    }
}
