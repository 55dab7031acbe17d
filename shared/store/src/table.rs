//! The table: the one place from which reads by key and writes leave, and the one way in which a write that lost to
//! others is tried again.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    types::{KeysAndAttributes, ReturnValue},
};
use futures::future::try_join_all;
use runtime::Chance;
use tokio::time::Instant;

use crate::{
    Item, Key, StoreError, WriteError,
    error::{self, NotApplied},
    memory::Memory,
    patience::{Backoff, Patience},
    value,
    write::{self, Write},
};

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) memory: Memory,
    patience: Patience,
    chance: Chance,
}

impl Store {
    /// A table of that name. The client is built once per process.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            memory: Memory::default(),
            patience: Patience::default(),
            chance: Chance::new(),
        }
    }

    /// The same table, whose pauses and tokens come from `chance`.
    #[must_use]
    pub fn by(self, chance: Chance) -> Self {
        Self { chance, ..self }
    }

    /// The same table for a caller whose time is up at `until`: what loses to other writers is tried again until then.
    #[must_use]
    pub fn until(&self, until: Instant) -> Self {
        Self { patience: Patience::Until(until), ..self.clone() }
    }

    /// The same table for a caller who has so much time for each single call.
    #[must_use]
    pub fn patient(&self, each: Duration) -> Self {
        Self { patience: Patience::Each(each), ..self.clone() }
    }

    /// When the caller's time is up, if there is such a time.
    #[must_use]
    pub fn ends_at(&self) -> Option<Instant> {
        match self.patience {
            Patience::Until(until) => Some(until),
            Patience::Each(_) => None,
        }
    }

    /// The client, for reads that no use case makes: the audit scans with it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    pub(crate) fn chance(&self) -> &Chance {
        &self.chance
    }

    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::new(self.patience, self.chance.clone())
    }

    /// Reads one item, consistently.
    pub(crate) async fn get(&self, operation: &'static str, key: &Key) -> Result<Option<Item>, StoreError> {
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

    /// Reads any number of items, consistently, in no order, a hundred of them in each of several calls at the same time.
    pub(crate) async fn batch_get_all(&self, operation: &'static str, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        let parts = keys.chunks(100).map(|part| self.batch_get(operation, part));
        Ok(try_join_all(parts).await?.into_iter().flatten().collect())
    }

    /// Reads up to 100 items at once, consistently, in no order.
    pub(crate) async fn batch_get(&self, operation: &'static str, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        let mut left: Vec<_> = keys.iter().map(Key::attributes).collect();
        let mut backoff = self.backoff();
        while !left.is_empty() {
            let needed = KeysAndAttributes::builder()
                .set_keys(Some(left))
                .consistent_read(true)
                .build()
                .map_err(|error| StoreError::Refused { operation, reason: error.to_string() })?;
            let mut answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, needed)
                .send()
                .await
                .map_err(|error| error::plain(operation, &error))?;
            let items = answer.responses.as_mut().and_then(|tables| tables.remove(&self.table));
            found.extend(items.unwrap_or_default());
            let rest = answer.unprocessed_keys.as_mut().and_then(|tables| tables.remove(&self.table));
            left = rest.map(|rest| rest.keys).unwrap_or_default();
            if !left.is_empty() && !backoff.pause().await {
                return Err(StoreError::out_of_time(operation));
            }
        }
        Ok(found)
    }
}

impl Store {
    /// Writes one item. Losing to a transaction on it is no failure yet, as with transactions.
    pub(crate) async fn write(&self, operation: &'static str, write: Write) -> Result<(), WriteError> {
        self.write_and_tell(operation, write, ReturnValue::None).await.map(drop)
    }

    /// Writes one item, unless its condition does not hold: then there is nothing left to do.
    pub(crate) async fn write_or_leave(&self, operation: &'static str, write: Write) -> Result<(), StoreError> {
        match self.write(operation, write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Updates one item, and gives it as it is then.
    pub(crate) async fn update(
        &self,
        operation: &'static str,
        key: Key,
        change: value::Change,
        condition: &'static str,
    ) -> Result<Item, WriteError> {
        let update = Write::Update { key, change, condition };
        self.write_and_tell(operation, update, ReturnValue::AllNew).await
    }

    async fn write_and_tell(
        &self,
        operation: &'static str,
        write: Write,
        tell: ReturnValue,
    ) -> Result<Item, WriteError> {
        let mut backoff = self.backoff();
        loop {
            match self.write_once(operation, write.clone(), tell.clone()).await {
                Err(WriteError::Store(error)) if error.is_conflict() => {}
                outcome => return outcome,
            }
            if !backoff.pause().await {
                return Err(StoreError::out_of_time(operation).into());
            }
        }
    }

    async fn write_once(&self, operation: &'static str, write: Write, tell: ReturnValue) -> Result<Item, WriteError> {
        match write {
            Write::Put { item, condition } => self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item))
                .set_condition_expression(condition.map(str::to_owned))
                .send()
                .await
                .map(|_| Item::new())
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
                .map(|_| Item::new())
                .map_err(|error| error::classify(operation, &error)),
            Write::Update { key, change, condition } => self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key.attributes()))
                .update_expression(change.expression())
                .set_condition_expression(write::given(condition))
                .set_expression_attribute_names(Some(change.names))
                .set_expression_attribute_values(Some(change.values).filter(|values| !values.is_empty()))
                .return_values(tell)
                .send()
                .await
                .map(|answer| answer.attributes.unwrap_or_default())
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
                .map(|_| Item::new())
                .map_err(|error| error::classify(operation, &error)),
            Write::Check { .. } => {
                Err(StoreError::Refused { operation, reason: "a check belongs into a transaction".to_owned() }.into())
            }
        }
    }

    /// Writes all of `writes` or none. Losing to another transaction on the same items is no failure yet: it is tried
    /// again, with pauses, for as long as the caller has time. Each try has a token, so that the SDK's own repeats apply
    /// it once.
    pub(crate) async fn transact(&self, operation: &'static str, writes: &[Write]) -> Result<(), NotApplied> {
        let mut backoff = self.backoff();
        loop {
            match self.transact_once(operation, writes).await {
                Err(NotApplied::Conflict) => {}
                outcome => return outcome,
            }
            if !backoff.pause().await {
                return Err(NotApplied::Store(StoreError::out_of_time(operation)));
            }
        }
    }

    /// The same without a second try: for callers who plan anew when they lose, and pause themselves.
    ///
    /// An earlier try of the SDK's, whose answer did not come in time, may still be under way. Then the same token is
    /// asked for again: under another one it would meet its own work.
    pub(crate) async fn transact_once(&self, operation: &'static str, writes: &[Write]) -> Result<(), NotApplied> {
        let started = tokio::time::Instant::now();
        let items = writes.iter().map(|write| write.part(operation, &self.table)).collect::<Result<Vec<_>, _>>();
        let items = items.map_err(NotApplied::Store)?;
        let token = format!("{:032x}", u128::from_be_bytes(self.chance.bytes()));
        let mut backoff = self.backoff();
        let failure = loop {
            let call = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            match call.client_request_token(&token).send().await {
                Ok(_) => {
                    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                    tracing::debug!(operation, milliseconds, "transaction applied");
                    return Ok(());
                }
                Err(failure) if error::is_in_progress(&failure) && backoff.pause().await => {}
                Err(failure) => break failure,
            }
        };
        let failed = error::transaction(operation, &failure);
        if matches!(failed, NotApplied::Conflict) {
            tracing::debug!(operation, "transaction lost to another one");
        }
        Err(failed)
    }
}
