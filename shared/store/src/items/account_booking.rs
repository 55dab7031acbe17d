//! A booking's entry in the list of all that one person booked, of whichever organization, by its slot's start. It is written with
//! the order and goes when the customer's personal fields go.

use domain::{Order, order::Booking};

use super::{account_order, codec, reference::Reference};
use crate::{Item, Key, StoreError, key};

pub(crate) const ENTITY: &str = "account_booking";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "BOOKING#";

pub(crate) fn key(order: &Order, booking: &Booking, customer: &str) -> Key {
    let place = key::by_time(booking.starts_at, order.id.as_str());
    Key::new(account_order::partition(customer), format!("{PREFIX}{place}"))
}

pub(crate) fn item(order: &Order, booking: &Booking, customer: &str) -> Result<Item, StoreError> {
    codec::write(&key(order, booking, customer), ENTITY, &Reference::to(&order.id))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::booked();
    let booking = order.booking.as_ref().expect("a booking");
    super::described::Described {
        entity: ENTITY,
        source: include_str!("account_booking.rs"),
        pk: "ACCOUNT#{customer}",
        sk: "BOOKING#{starts_at}#{order}",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&order, booking, super::examples::CUSTOMER).expect("an item"),
    }
}
