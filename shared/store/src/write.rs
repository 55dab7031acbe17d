//! Writing: the one place from which a write leaves for the table, and the one way in which a write that lost to others
//! is tried again.

use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem,
    Update,
};

use crate::{
    Item, Key, Store, StoreError, WriteError,
    error::{self, Cancelled},
    value,
};

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
/// No condition: the item may be there or not, as it likes.
pub(crate) const ANY: &str = "";

fn given(condition: &str) -> Option<String> {
    Some(condition.to_owned()).filter(|condition| !condition.is_empty())
}

impl Write {
    /// Puts an item in the place of its version `before`.
    pub(crate) fn replace(item: Item, before: u64) -> Self {
        let given = value::Change::default().given(":before", value::n(before)).naming("version");
        Self::PutIf { item, condition: "#version = :before", given }
    }
}

impl Store {
    /// Writes one item. Losing to a transaction on it is no failure yet, as with transactions.
    pub(crate) async fn write(&self, operation: &'static str, write: Write) -> Result<(), WriteError> {
        self.write_and_tell(operation, write, ReturnValue::None).await.map(drop)
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
                return Err(StoreError::gave_up(operation).into());
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
                .set_condition_expression(given(condition))
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
    pub(crate) async fn transact(&self, operation: &'static str, writes: &[Write]) -> Result<(), Cancelled> {
        let mut backoff = self.backoff();
        loop {
            match self.transact_once(operation, writes).await {
                Err(Cancelled::Conflict) => {}
                outcome => return outcome,
            }
            if !backoff.pause().await {
                return Err(Cancelled::Store(StoreError::gave_up(operation)));
            }
        }
    }

    /// The same without a second try: for callers who plan anew when they lose, and pause themselves.
    ///
    /// An earlier try of the SDK's, whose answer did not come in time, may still be under way. Then the same token is
    /// asked for again: under another one it would meet its own work.
    pub(crate) async fn transact_once(&self, operation: &'static str, writes: &[Write]) -> Result<(), Cancelled> {
        let started = tokio::time::Instant::now();
        let items = writes.iter().map(|write| self.part(operation, write)).collect::<Result<Vec<_>, _>>();
        let items = items.map_err(Cancelled::Store)?;
        let token = format!("{:032x}", rand::random::<u128>());
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
        let cancelled = error::cancelled(operation, &failure);
        if matches!(cancelled, Cancelled::Conflict) {
            tracing::debug!(operation, "transaction lost to another one");
        }
        Err(cancelled)
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
                    .set_condition_expression(given(condition))
                    .set_expression_attribute_names(Some(change.names.clone()))
                    .set_expression_attribute_values(Some(change.values.clone()).filter(|values| !values.is_empty()))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::Check { key, condition, change } => part.condition_check(
                ConditionCheck::builder()
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
                Delete::builder()
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
