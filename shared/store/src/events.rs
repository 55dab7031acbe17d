//! Stripe's events: which have taken effect, and which have failed so far.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{EventId, OrderId};
use jiff::Timestamp;

use crate::{
    EventRecord, Item, NEW, Store, StoreError, Write, WriteError, items, keys,
    value::{Change, n, s},
};

/// For how long DynamoDB keeps an event's record: Stripe repeats an event for three days, and people look back a month.
const KEEP_SECONDS: i64 = 30 * 24 * 3_600;

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

fn change(event: &EventDone, order: Option<&OrderId>, now: Timestamp) -> Change {
    Change::default()
        .set("entity", s("event"))
        .set("id", s(event.id.as_str()))
        .set("kind", s(&event.kind))
        .set("outcome", s(&event.outcome))
        .set("done", AttributeValue::Bool(true))
        .set("done_at", s(now.to_string()))
        .set("ttl", n(now.as_second() + KEEP_SECONDS))
        .set_once("first_at", Some(s(now.to_string())))
        .set_once("order", order.map(|order| s(order.as_str())))
        .add("attempts", 1)
        .given(":no", AttributeValue::Bool(false))
}

const NOT_DONE: &str = "attribute_not_exists(#done) OR #done = :no";

/// The record of an event that is done at its first try.
fn first(event: &EventDone, order: Option<&OrderId>, now: Timestamp) -> Item {
    let mut item = keys::event(&event.id).attributes();
    item.extend(
        [
            ("entity", s("event")),
            ("id", s(event.id.as_str())),
            ("kind", s(&event.kind)),
            ("outcome", s(&event.outcome)),
            ("done", AttributeValue::Bool(true)),
            ("done_at", s(now.to_string())),
            ("first_at", s(now.to_string())),
            ("ttl", n(now.as_second() + KEEP_SECONDS)),
            ("attempts", n(1)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if let Some(order) = order {
        item.insert("order".to_owned(), s(order.as_str()));
    }
    item
}

/// The event's part in a settling transaction.
pub(crate) fn done(event: &EventDone, order: &OrderId, now: Timestamp) -> Write {
    if event.known {
        Write::Update { key: keys::event(&event.id), change: change(event, Some(order), now), condition: NOT_DONE }
    } else {
        Write::Put { item: first(event, Some(order), now), condition: Some(NEW) }
    }
}

impl Store {
    /// What has become of an event.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn event(&self, id: &EventId) -> Result<Option<EventRecord>, StoreError> {
        self.get("read an event", &keys::event(id)).await?.map(items::read).transpose()
    }

    /// Records an event that changes nothing as done.
    ///
    /// # Errors
    /// [`StoreError`]. That it is done already is not an error.
    pub async fn event_done(
        &self,
        event: &EventDone,
        order: Option<&OrderId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !event.known {
            let write = Write::Put { item: first(event, order, now), condition: Some(NEW) };
            match self.write("record an event", write).await {
                Ok(()) => return Ok(()),
                Err(WriteError::Condition) => {}
                Err(WriteError::Store(error)) => return Err(error),
            }
        }
        let change = change(event, order, now);
        let write = Write::Update { key: keys::event(&event.id), change, condition: NOT_DONE };
        match self.write("record an event", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Records that working on an event failed, so that people can see it while Stripe tries again.
    ///
    /// # Errors
    /// [`StoreError`]. An event that somebody else finished meanwhile stays finished.
    pub async fn event_failed(
        &self,
        id: &EventId,
        kind: &str,
        order: Option<&OrderId>,
        error: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let no = AttributeValue::Bool(false);
        let change = Change::default()
            .set("entity", s("event"))
            .set("id", s(id.as_str()))
            .set("kind", s(kind))
            .set("error", s(error))
            .set("done", no.clone())
            .set("ttl", n(now.as_second() + KEEP_SECONDS))
            .set_once("first_at", Some(s(now.to_string())))
            .set_once("order", order.map(|order| s(order.as_str())))
            .add("attempts", 1)
            .given(":no", no);
        let write = Write::Update { key: keys::event(id), change, condition: NOT_DONE };
        match self.write("record an event", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
