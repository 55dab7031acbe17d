//! The one DynamoDB table. Its words (keys, conditions, transactions, capacity) end here: callers see the domain's
//! types and failures named by meaning.
//!
//! Reads that decide anything are consistent. Every write is conditional on what it was decided from, so it may be
//! repeated, and two writers can never both win.

mod agenda;
mod bookings;
mod calendar;
mod calls;
mod catalog;
mod error;
mod events;
mod items;
mod jobs;
pub mod keys;
mod ledger;
mod lists;
mod notices;
mod orders;
mod place;
mod scan;
mod stock;
mod value;

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure as OnFailure},
    types::{Put, TransactWriteItem, Update},
};

pub use agenda::{Due, DueKind, DueList};
pub use bookings::BookingFilter;
pub use calendar::{ExpertDay, TakenSlot, slot_key};
pub use catalog::{CatalogError, PutOffer, Wanted, WantedKeys};
pub use error::{StoreError, WriteError};
pub use events::EventDone;
pub use items::{
    CallRecord, CancelJob, CancelPass, CancelProgress, CheckJob, ErasureJob, EventRecord, IdempotencyRecord,
    ListingCursor, NoticeRecord, Shard,
};
pub use keys::Key;
pub use ledger::{Balance, Debit, Debited, LedgerEntry};
pub use lists::{IdPage, ListingPage, OrderFilter, OrderPage};
pub use orders::{Commit, CommitError};
pub use place::{PlaceError, Placement};
pub use scan::Everything;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// How often a transaction that lost to another one is tried, before the caller is told to come back later.
const TRIES: u32 = 8;

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

/// One write of a transaction.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Put {
        item: Item,
        condition: Option<&'static str>,
    },
    /// Puts an item in the place of one that is as the condition says.
    PutIf {
        item: Item,
        condition: &'static str,
        given: value::Change,
    },
    Update {
        key: Key,
        change: value::Change,
        condition: &'static str,
    },
    Check {
        key: Key,
        condition: &'static str,
        change: value::Change,
    },
    Delete {
        key: Key,
        condition: &'static str,
        given: value::Change,
    },
}

/// The condition of an item that must not be there yet.
pub(crate) const NEW: &str = "attribute_not_exists(pk)";

impl Write {
    /// Puts an item in the place of its version `before`.
    pub(crate) fn replace(item: Item, before: u64) -> Self {
        let given = value::Change::default().given(":before", value::n(before)).naming("version");
        Self::PutIf { item, condition: "#version = :before", given }
    }
}

impl Store {
    /// A table of that name, through a client that is built once per process.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Reads one item, consistently.
    async fn get(&self, operation: &'static str, key: &Key) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| error::plain(operation, &error))?;
        Ok(answer.item)
    }

    /// Reads up to 100 items at once, consistently, in no order.
    async fn batch_get(&self, operation: &'static str, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        let mut left: Vec<_> = keys.iter().map(Key::attributes).collect();
        for attempt in 0..TRIES {
            if left.is_empty() {
                return Ok(found);
            }
            if attempt > 0 {
                pause(attempt).await;
            }
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(left))
                .consistent_read(true)
                .build()
                .map_err(|error| StoreError::Refused { operation, reason: error.to_string() })?;
            let mut answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(|error| error::plain(operation, &error))?;
            let items = answer.responses.as_mut().and_then(|tables| tables.remove(&self.table));
            found.extend(items.unwrap_or_default());
            let rest = answer.unprocessed_keys.as_mut().and_then(|tables| tables.remove(&self.table));
            left = rest.map(|rest| rest.keys).unwrap_or_default();
        }
        if left.is_empty() { Ok(found) } else { Err(StoreError::gave_up(operation)) }
    }

    /// Writes one item. Losing to a transaction on it is no failure yet, as with transactions.
    async fn write(&self, operation: &'static str, write: Write) -> Result<(), WriteError> {
        for attempt in 1..=TRIES {
            match self.write_once(operation, write.clone()).await {
                Err(WriteError::Store(error)) if error.is_conflict() => pause(attempt).await,
                outcome => return outcome,
            }
        }
        Err(StoreError::gave_up(operation).into())
    }

    async fn write_once(&self, operation: &'static str, write: Write) -> Result<(), WriteError> {
        match write {
            Write::Put { item, condition } => self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item))
                .set_condition_expression(condition.map(str::to_owned))
                .send()
                .await
                .map(drop)
                .map_err(|error| error::classify(operation, &error)),
            Write::PutIf { item, condition, given } => self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item))
                .condition_expression(condition)
                .set_expression_attribute_names(Some(given.names))
                .set_expression_attribute_values(Some(given.values))
                .send()
                .await
                .map(drop)
                .map_err(|error| error::classify(operation, &error)),
            Write::Update { key, change, condition } => self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key.attributes()))
                .update_expression(change.expression())
                .condition_expression(condition)
                .set_expression_attribute_names(Some(change.names))
                .set_expression_attribute_values(Some(change.values).filter(|values| !values.is_empty()))
                .send()
                .await
                .map(drop)
                .map_err(|error| error::classify(operation, &error)),
            Write::Delete { key, condition, given } => self
                .client
                .delete_item()
                .table_name(&self.table)
                .set_key(Some(key.attributes()))
                .condition_expression(condition)
                .set_expression_attribute_names(Some(given.names).filter(|names| !names.is_empty()))
                .set_expression_attribute_values(Some(given.values).filter(|values| !values.is_empty()))
                .send()
                .await
                .map(drop)
                .map_err(|error| error::classify(operation, &error)),
            Write::Check { .. } => {
                Err(StoreError::Refused { operation, reason: "a check belongs into a transaction".to_owned() }.into())
            }
        }
    }

    /// Writes all of `writes` or none. Losing to another transaction on the same items is no failure yet: it is tried
    /// again with growing, jittered pauses. The SDK gives each call a token, so that its own repeats apply it once.
    async fn transact(&self, operation: &'static str, writes: &[Write]) -> Result<(), error::Cancelled> {
        let started = std::time::Instant::now();
        let mut items = Vec::with_capacity(writes.len());
        for write in writes {
            items.push(self.part(operation, write).map_err(error::Cancelled::Store)?);
        }
        for attempt in 1..=TRIES {
            let sent = self.client.transact_write_items().set_transact_items(Some(items.clone())).send().await;
            let Err(failure) = sent else {
                let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                tracing::debug!(operation, attempt, milliseconds, "transaction applied");
                return Ok(());
            };
            match error::cancelled(operation, &failure) {
                error::Cancelled::Conflict => {
                    tracing::debug!(operation, attempt, "transaction lost to another one");
                    pause(attempt).await;
                }
                other => return Err(other),
            }
        }
        Err(error::Cancelled::Store(StoreError::gave_up(operation)))
    }

    fn part(&self, operation: &'static str, write: &Write) -> Result<TransactWriteItem, StoreError> {
        let refused =
            |error: aws_sdk_dynamodb::error::BuildError| StoreError::Refused { operation, reason: error.to_string() };
        let part = TransactWriteItem::builder();
        let part = match write {
            Write::Put { item, condition } => part.put(
                Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::PutIf { item, condition, given } => part.put(
                Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .condition_expression(*condition)
                    .set_expression_attribute_names(Some(given.names.clone()))
                    .set_expression_attribute_values(Some(given.values.clone()))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::Update { key, change, condition } => part.update(
                Update::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.attributes()))
                    .update_expression(change.expression())
                    .condition_expression(*condition)
                    .set_expression_attribute_names(Some(change.names.clone()))
                    .set_expression_attribute_values(Some(change.values.clone()).filter(|values| !values.is_empty()))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::Check { key, condition, change } => part.condition_check(
                aws_sdk_dynamodb::types::ConditionCheck::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.attributes()))
                    .condition_expression(*condition)
                    .set_expression_attribute_names(Some(change.names.clone()).filter(|names| !names.is_empty()))
                    .set_expression_attribute_values(Some(change.values.clone()).filter(|values| !values.is_empty()))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::Delete { key, condition, given } => part.delete(
                aws_sdk_dynamodb::types::Delete::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.attributes()))
                    .condition_expression(*condition)
                    .set_expression_attribute_names(Some(given.names.clone()).filter(|names| !names.is_empty()))
                    .set_expression_attribute_values(Some(given.values.clone()).filter(|values| !values.is_empty()))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
        };
        Ok(part.build())
    }
}

/// Waits before the next try: 10 ms doubling to 320 ms, of which a random half to whole.
async fn pause(attempt: u32) {
    let most = 10_u64 << attempt.min(5);
    let wait = rand::random_range(most / 2..=most);
    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
}
