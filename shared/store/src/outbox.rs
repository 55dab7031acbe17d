//! The outbox: notifications are written with their cause, sent by the notify function, and found by the sweeper where the
//! queue has lost them.

use domain::{NotificationKind, Order};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use crate::{
    NotificationRecord, Store, StoreError, WriteError,
    index::due_second,
    items::{self, notification},
    value::{Change, n, s},
    write::{NEW, Write},
};

/// How long one try has a notification for itself.
const TRY: SignedDuration = SignedDuration::from_mins(2);

/// A notification in the transaction of its cause.
pub(crate) fn put(order: &Order, notification: &NotificationKind, now: Timestamp) -> Result<Write, StoreError> {
    Ok(Write::Put { item: notification::item(order, notification, now)?, condition: Some(NEW) })
}

impl Store {
    /// Takes a notification on, for two minutes. None if it is sent, or another run has it, or there is none. When it is
    /// due does not change, which would cost two more writes in the index: the sweeper may meanwhile find it in vain.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn take_notification(&self, id: &str, now: Timestamp) -> Result<Option<NotificationRecord>, StoreError> {
        self.take(id, now).await
    }

    /// The same for a notification of any sort.
    pub(crate) async fn take<T: DeserializeOwned>(&self, id: &str, now: Timestamp) -> Result<Option<T>, StoreError> {
        let change = Change::default()
            .set("taken_until", n(due_second(now + TRY)))
            .add("attempts", 1)
            .naming("done_at")
            .given(":now", n(now.as_second()));
        let condition = "attribute_exists(pk) AND attribute_not_exists(#done_at) \
                         AND (attribute_not_exists(#taken_until) OR #taken_until <= :now)";
        match self.update("take a notification", notification::key(id), change, condition).await {
            Ok(taken) => items::read(taken).map(Some),
            Err(WriteError::Condition) => Ok(None),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Gives a notification back after a failure, to be tried again at `due`.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; the notification then comes back by itself after two minutes.
    pub async fn return_notification(&self, id: &str, due: Timestamp) -> Result<(), StoreError> {
        let change = Change::default().set("due_at", n(due_second(due))).remove("taken_until").naming("done_at");
        let condition = "attribute_exists(pk) AND attribute_not_exists(#done_at)";
        let write = Write::Update { key: notification::key(id), change, condition };
        self.write_or_leave("return a notification", write).await
    }

    /// Marks a notification sent and takes it off the agenda.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_notification(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let change = Change::default()
            .set("done_at", s(now.to_string()))
            .remove("agenda_shard")
            .remove("due_at")
            .remove("taken_until");
        let write = Write::Update { key: notification::key(id), change, condition: "attribute_exists(pk)" };
        self.write_or_leave("finish a notification", write).await
    }
}
