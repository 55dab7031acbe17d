//! Stripe's events: which have taken effect, and which have failed so far.

use domain::{EventId, OrderId};
use jiff::Timestamp;

use crate::{
    EventDone, EventRecord, Store, StoreError, WriteError,
    items::{
        self,
        event::{self, NOT_DONE},
    },
    value::Change,
    write::{NEW, Write},
};

/// The event's part in a settling transaction.
pub(crate) fn done(done: &EventDone, order: &OrderId, now: Timestamp) -> Write {
    if done.known {
        Write::Update { key: event::key(&done.id), change: event::done(done, Some(order), now), condition: NOT_DONE }
    } else {
        Write::Put { item: event::first(done, Some(order), now), condition: Some(NEW) }
    }
}

impl Store {
    /// What has become of an event.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn event(&self, id: &EventId) -> Result<Option<EventRecord>, StoreError> {
        self.get("read an event", &event::key(id)).await?.map(items::read).transpose()
    }

    /// Records an event that changes nothing as done.
    ///
    /// # Errors
    /// [`StoreError`]. That it is done already is not an error.
    pub async fn event_done(
        &self,
        done: &EventDone,
        order: Option<&OrderId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !done.known {
            let write = Write::Put { item: event::first(done, order, now), condition: Some(NEW) };
            match self.write("record an event", write).await {
                Ok(()) => return Ok(()),
                Err(WriteError::Condition) => {}
                Err(WriteError::Store(error)) => return Err(error),
            }
        }
        self.record_event(&done.id, event::done(done, order, now)).await
    }

    /// Records that working on an event failed, so that staff can see it while Stripe tries again.
    ///
    /// # Errors
    /// [`StoreError`]. An event that another request finished meanwhile stays finished.
    pub async fn event_failed(
        &self,
        id: &EventId,
        kind: &str,
        order: Option<&OrderId>,
        error: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.record_event(id, event::failed(id, kind, order, error, now)).await
    }

    async fn record_event(&self, id: &EventId, change: Change) -> Result<(), StoreError> {
        let write = Write::Update { key: event::key(id), change, condition: NOT_DONE };
        self.write_or_leave("record an event", write).await
    }
}
