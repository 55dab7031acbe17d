//! A Stripe event: whether it has taken effect, and what has gone wrong with it so far. It is written in the transaction of
//! its effect, so that an event takes effect once.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{EventId, OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Item, Key, index,
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "event";

/// For how many seconds DynamoDB keeps an event: Stripe repeats one for three days, and people look back a month.
const KEEP: i64 = 30 * 24 * 3_600;

/// The condition of a change: the event has not taken effect yet.
pub(crate) const NOT_DONE: &str = "attribute_not_exists(#done) OR #done = :no";

/// What has become of a Stripe event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
    /// Whether it has taken effect, or needed none.
    #[serde(default)]
    pub done: bool,
    /// What came of it, once it is done.
    #[serde(default)]
    pub outcome: Option<String>,
    /// How often it was worked on.
    #[serde(default)]
    pub attempts: u32,
    /// What went wrong last.
    #[serde(default)]
    pub error: Option<String>,
    /// The order that it was about, if it was about one.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// When it came first.
    pub first_at: Timestamp,
    /// When it took effect.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
}

/// An event that is done with the transaction it is part of.
#[derive(Debug, Clone)]
pub struct EventDone {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
    /// What came of it.
    pub outcome: String,
    /// Whether there is a record of it already, of tries that failed. Most events work at once, and writing a new item
    /// costs a fraction of updating one.
    pub known: bool,
}

pub(crate) fn key(id: &EventId) -> Key {
    Key::new(format!("EVENT#{id}"), "EVENT")
}

/// The record of an event that is done at its first try.
pub(crate) fn first(event: &EventDone, order: Option<&OrderId>, now: Timestamp) -> Item {
    let mut item = key(&event.id).attributes();
    item.extend(
        [
            ("entity", s(ENTITY)),
            ("id", s(event.id.as_str())),
            ("kind", s(&event.kind)),
            ("outcome", s(&event.outcome)),
            ("done", AttributeValue::Bool(true)),
            ("done_at", s(now.to_string())),
            ("first_at", s(now.to_string())),
            ("attempts", n(1)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    index::expire(&mut item, now.as_second() + KEEP);
    if let Some(order) = order {
        item.insert("order".to_owned(), s(order.as_str()));
    }
    item
}

/// Marks an event done that may have failed before; to be written under [`NOT_DONE`].
pub(crate) fn done(event: &EventDone, order: Option<&OrderId>, now: Timestamp) -> Change {
    tried(&event.id, &event.kind, true, order, now).set("outcome", s(&event.outcome)).set("done_at", s(now.to_string()))
}

/// Notes that working on an event failed; to be written under [`NOT_DONE`].
pub(crate) fn failed(id: &EventId, kind: &str, order: Option<&OrderId>, error: &str, now: Timestamp) -> Change {
    tried(id, kind, false, order, now).set("error", s(error))
}

fn tried(id: &EventId, kind: &str, done: bool, order: Option<&OrderId>, now: Timestamp) -> Change {
    Change::default()
        .set("entity", s(ENTITY))
        .set("id", s(id.as_str()))
        .set("kind", s(kind))
        .set("done", AttributeValue::Bool(done))
        .set("ttl", n(now.as_second() + KEEP))
        .set_once("first_at", Some(s(now.to_string())))
        .set_once("order", order.map(|order| s(order.as_str())))
        .add("attempts", 1)
        .given(":no", AttributeValue::Bool(false))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let done = EventDone {
        id: EventId::parse("evt_1").expect("an id"),
        kind: "checkout.session.completed".to_owned(),
        outcome: "paid".to_owned(),
        known: false,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("event.rs"),
        pk: "EVENT#{event}",
        sk: "EVENT",
        attributes: &[
            ("id", "Stripe's id of it"),
            ("kind", "Stripe's type of it"),
            ("done", "whether it has taken effect, or needed none; every write is conditional on that it has not"),
            ("outcome", "what came of it; missing until it is done"),
            ("attempts", "how often it was worked on"),
            ("error?", "what went wrong last"),
            ("order", "the order that it was about; missing where it is about none"),
            ("first_at", "when it came first"),
            ("done_at", "when it took effect; missing until it is done"),
        ],
        indexes: &[],
        ttl: Some("30 days after it was worked on last"),
        example: first(&done, Some(&super::examples::order().id), super::examples::now()),
    }
}
