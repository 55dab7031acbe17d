//! Notifications: the outbox. Written with their cause, done by the notify function, looked after by the sweeper.

use domain::{NotificationKind, Order};
use jiff::{SignedDuration, Timestamp};

use crate::{
    NotificationRecord, Store, StoreError, Write, WriteError,
    items::{self, due_second},
    keys,
    value::{Change, n, s},
};

/// When the sweeper looks after a notification that nobody has done: the queue has had its time by then.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// How long one attempt has a notification for itself.
const ATTEMPT: SignedDuration = SignedDuration::from_mins(2);

/// A notification in the transaction of its cause. Written over nothing or over itself: its id is its cause.
pub(crate) fn put(order: &Order, notification: &NotificationKind, now: Timestamp) -> Result<Write, StoreError> {
    let id = notification.id(&order.id);
    let record = NotificationRecord {
        id: id.clone(),
        order: order.id.clone(),
        notification: notification.clone(),
        created_at: now,
        done_at: None,
        attempts: 0,
    };
    let mut item = items::write(&keys::notification(&id), "notification", &record)?;
    item.retain(|_, value| !matches!(value, aws_sdk_dynamodb::types::AttributeValue::Null(_)));
    item.insert("organization".to_owned(), s(order.organization.as_str()));
    item.insert("agenda_shard".to_owned(), s(keys::agenda(&id)));
    item.insert("due_at".to_owned(), n(due_second(now + SWEEP_AFTER)));
    Ok(Write::Put { item, condition: Some(crate::NEW) })
}

impl Store {
    /// Takes a notification on, for two minutes. None if it is done, or somebody else has it, or there is none. When it is due
    /// does not change, which would cost two more writes in the index: the sweeper may look after it meanwhile, in vain.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn take_notification(&self, id: &str, now: Timestamp) -> Result<Option<NotificationRecord>, StoreError> {
        let change = Change::default()
            .set("taken_until", n(due_second(now + ATTEMPT)))
            .add("attempts", 1)
            .naming("done_at")
            .given(":now", n(now.as_second()));
        let condition = "attribute_exists(pk) AND attribute_not_exists(#done_at) \
                         AND (attribute_not_exists(#taken_until) OR #taken_until <= :now)";
        match self.update("take a notification", keys::notification(id), change, condition).await {
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
        match self
            .write("return a notification", Write::Update { key: keys::notification(id), change, condition })
            .await
        {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Marks a notification done and takes it off the agenda.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_notification(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let change = Change::default()
            .set("done_at", s(now.to_string()))
            .remove("agenda_shard")
            .remove("due_at")
            .remove("taken_until");
        let write = Write::Update { key: keys::notification(id), change, condition: "attribute_exists(pk)" };
        match self.write("finish a notification", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
