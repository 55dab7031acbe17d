//! An expert's day in UTC: which of its time is taken, and by which slot. Two bookings of one expert meet in its condition,
//! whichever listings their slots are in.

use std::collections::BTreeMap;

use domain::{ListingId, OfferId, OrganizationId, order::Span};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{
    Item, Key, StoreError,
    value::{Change, n},
};

pub(crate) const ENTITY: &str = "expert_day";

/// All bookings of one expert on one day in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertDay {
    /// An expert of two sellers has a day with each.
    pub organization: OrganizationId,
    /// The expert's subject.
    pub expert: String,
    /// The day in UTC.
    pub day: Date,
    /// The slots that take time of it, by `listing/offer`.
    pub slots: BTreeMap<String, TakenSlot>,
    /// Grows with each change.
    pub version: u64,
    /// When DynamoDB may delete it, in Unix seconds.
    pub ttl: i64,
}

/// A slot that takes time of an expert's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenSlot {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// How many orders claim seats of it. With none it takes no time.
    pub orders: u32,
}

impl ExpertDay {
    /// Whether another slot takes time that this one needs.
    pub(crate) fn is_taken(&self, key: &str, span: &Span) -> bool {
        let others = self.slots.iter().filter(|(other, slot)| *other != key && slot.orders > 0);
        others.into_iter().any(|(_, slot)| Span::new(slot.starts_at, Some(slot.ends_at)).overlaps(span))
    }
}

/// The name of a slot within a day.
#[must_use]
pub fn slot_key(listing: &ListingId, offer: &OfferId) -> String {
    format!("{listing}/{offer}")
}

pub(crate) fn key(organization: &OrganizationId, expert: &str, day: Date) -> Key {
    Key::new(partition(organization, expert), format!("DAY#{day}"))
}

/// The partition of all that is an expert's: the days, and the list of bookings.
pub(crate) fn partition(organization: &OrganizationId, expert: &str) -> String {
    format!("EXPERT#{organization}#{expert}")
}

pub(crate) fn item(day: &ExpertDay) -> Result<Item, StoreError> {
    codec::write(&key(&day.organization, &day.expert, day.day), ENTITY, day)
}

/// One order more (`+`) or less (`-`) in a slot that is in the day.
pub(crate) fn counted(slot: &str, sign: &str) -> Change {
    Change::default()
        .add("version", 1)
        .clause(&format!("#slots.#slot.#orders = #slots.#slot.#orders {sign} :one"))
        .given(":one", n(1))
        .naming("slots")
        .naming("orders")
        .alias("#slot", slot)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let starts_at: Timestamp = "2027-02-01T15:00:00Z".parse().expect("a time");
    let ends_at = starts_at + jiff::SignedDuration::from_hours(1);
    let day = ExpertDay {
        organization: super::examples::organization().id,
        expert: "usr_ada".to_owned(),
        day: "2027-02-01".parse().expect("a day"),
        slots: BTreeMap::from([("ada-lovelace/three-pm".to_owned(), TakenSlot { starts_at, ends_at, orders: 1 })]),
        version: 4,
        ttl: ends_at.as_second() + 90 * 24 * 3_600,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("expert_day.rs"),
        pk: "EXPERT#{organization}#{expert}",
        sk: "DAY#{day}",
        attributes: &[
            ("organization", "the expert's organization"),
            ("expert", "the expert's subject"),
            ("day", "the day in UTC"),
            ("slots", "by `listing/offer`: from when to when, and how many orders claim seats; none takes no time"),
            ("version", "grows with each change; a slot that comes in new is conditional on it"),
        ],
        indexes: &[],
        ttl: Some("90 days after the first slot that was written in it is over"),
        example: item(&day).expect("an item"),
    }
}
