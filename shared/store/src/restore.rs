//! A table that was set back: orders that it has lost, and how far it has been told of them.

use domain::{NotificationKind, Order};
use jiff::Timestamp;

use crate::{
    CallRecord, RestoreJob, Store, StoreError, WriteError, calls,
    error::NotApplied,
    items::{self, order, restore_job},
    lookups, outbox,
    value::{Change, s},
    write::{NEW, Write},
};

impl Store {
    /// Writes down an order that the table has lost, with its call records and notifications. False if the table knows the
    /// order; nothing is written then.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn restore_order(
        &self,
        order: &Order,
        records: &[CallRecord],
        notifications: &[NotificationKind],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "restore an order";
        let mut writes = vec![Write::Put { item: order::item(order)?, condition: Some(NEW) }];
        for record in records {
            writes.push(calls::put(record)?);
        }
        for notification in notifications {
            writes.push(outbox::put(order, notification, now)?);
        }
        writes.extend(lookups::sold(None, order, now)?);
        writes.push(lookups::searchable(order, now));
        if order.review.is_some() {
            writes.push(lookups::review(order, now)?);
        }
        match self.transact(OPERATION, &writes).await {
            Ok(()) => Ok(true),
            Err(NotApplied::Conditions(_)) => Ok(false),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time(OPERATION)),
            Err(NotApplied::Store(error)) => Err(error),
        }
    }

    /// How far a table that was set back to `since` has been told what it lost; none if that was never begun.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn restore_job(&self, since: Timestamp) -> Result<Option<RestoreJob>, StoreError> {
        self.get("read a job", &restore_job::key(since)).await?.map(items::read).transpose()
    }

    /// Notes how far the telling has come. False if another process was faster since `before` was read; nothing is
    /// written then.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_restore_job(&self, job: &RestoreJob, before: Option<&RestoreJob>) -> Result<bool, StoreError> {
        let item = restore_job::item(job)?;
        let write = match before {
            None => Write::Put { item, condition: Some(NEW) },
            Some(before) => {
                let given = Change::default()
                    .given(":reached", s(before.reached.to_string()))
                    .given(":until", s(before.until.to_string()))
                    .naming("reached")
                    .naming("until");
                Write::PutIf { item, condition: "#reached = :reached AND #until = :until", given }
            }
        };
        match self.write("note a job", write).await {
            Ok(()) => Ok(true),
            Err(WriteError::Condition) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
