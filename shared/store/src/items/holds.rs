//! A buyer's open orders with an organization, for the limit of orders that hold stock unpaid. It is written in the
//! transaction that places an order; an order that ends early is found out by reading it.

use domain::{Order, OrganizationId, limits::OpenHolds};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "holds";

/// For how long after its last hold's end the item is kept.
const KEEP: SignedDuration = SignedDuration::from_hours(1);

/// A buyer's open orders, as they lie in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldsRecord {
    pub(crate) version: u64,
    pub(crate) open: OpenHolds,
    ttl: i64,
}

impl HoldsRecord {
    /// The same with one order more, which is placed at `now`.
    #[must_use]
    pub(crate) fn with(mut self, order: &Order, now: Timestamp) -> Self {
        self.open.add(order, now);
        self.version += 1;
        self.ttl = (self.open.last_end().unwrap_or(now) + KEEP).as_second();
        self
    }
}

pub(crate) fn key(organization: &OrganizationId, buyer: &str) -> Key {
    Key::new(format!("HOLDS#{organization}#{buyer}"), "HOLDS")
}

pub(crate) fn item(organization: &OrganizationId, buyer: &str, record: &HoldsRecord) -> Result<Item, StoreError> {
    codec::write(&key(organization, buyer), ENTITY, record)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let record = HoldsRecord::default().with(&order, order.created_at);
    super::described::Described {
        entity: ENTITY,
        source: include_str!("holds.rs"),
        pk: "HOLDS#{organization}#{buyer}",
        sk: "HOLDS",
        attributes: &[
            ("version", "grows by one with each order; placing one is conditional on it"),
            ("open", "the orders, each with the time at which its hold ends by itself"),
        ],
        indexes: &[],
        ttl: Some("an hour after the last hold ends; the buyer in the key is a hash"),
        example: item(&order.organization, "5f2d8c01", &record).expect("an item"),
    }
}
