//! A booking's entry in three lists by its slot's start: its expert's, which is the key, and its organization's and its customer's, which
//! are indexes. It is written when the order is placed, and once more when the customer's personal fields go.

use domain::{Order, OrderId, OrganizationId, order::Booking};

use super::{account::AccountList, expert_day};
use crate::{Item, Key, index, key, value::s};

pub(crate) const ENTITY: &str = "booking";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "BOOKING#";

/// The `n`th partition of an organization's list of bookings.
pub(crate) fn org_shard(organization: &OrganizationId, n: u8) -> String {
    format!("BOOKINGS#{organization}#{n}")
}

fn key(order: &Order, booking: &Booking) -> Key {
    Key::new(
        expert_day::partition(&order.organization, &booking.expert),
        format!("{PREFIX}{}", place(&order.id, booking)),
    )
}

fn place(order: &OrderId, booking: &Booking) -> String {
    key::by_time(booking.starts_at, order.as_str())
}

/// The entry of an order; none where it is no booking.
pub(crate) fn item(order: &Order) -> Option<Item> {
    let booking = order.booking.as_ref()?;
    let mut item = key(order, booking).attributes();
    item.insert("entity".to_owned(), s(ENTITY));
    let partition = org_shard(&order.organization, index::partition(order.id.as_str()));
    let place = place(&order.id, booking);
    if let Some(customer) = &order.buyer.customer {
        AccountList::Bookings.list(&mut item, customer, &place);
    }
    index::list(&mut item, partition, place);
    Some(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("booking.rs"),
        pk: "EXPERT#{organization}#{expert}",
        sk: "BOOKING#{starts_at}#{order}",
        attributes: &[],
        indexes: &[
            (index::BY_ORGANIZATION, "the list of its organization's bookings, by their slots' start"),
            (
                super::account::INDEX,
                "the list of all that its customer booked, of whichever organization, by the slots' start",
            ),
        ],
        ttl: None,
        example: item(&super::examples::booked()).expect("a booking"),
    }
}
