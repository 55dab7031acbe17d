//! One write, alone or in a transaction: a value that says what is written and on what condition.

use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update,
};

use crate::{Item, Key, StoreError, value};

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
/// A condition that always holds, for what cannot go without one.
pub(crate) const ANYHOW: &str = "attribute_exists(pk) OR attribute_not_exists(pk)";
/// No condition: the item may be there or not.
pub(crate) const ANY: &str = "";

pub(crate) fn given(condition: &str) -> Option<String> {
    Some(condition.to_owned()).filter(|condition| !condition.is_empty())
}

impl Write {
    /// Puts an item in the place of its version `before`.
    pub(crate) fn replace(item: Item, before: u64) -> Self {
        let given = value::Change::default().given(":before", value::n(before)).naming("version");
        Self::PutIf { item, condition: "#version = :before", given }
    }

    /// The write as a part of a transaction on the table of that name.
    pub(crate) fn part(&self, operation: &'static str, table: &str) -> Result<TransactWriteItem, StoreError> {
        let refused =
            |error: aws_sdk_dynamodb::error::BuildError| StoreError::Refused { operation, reason: error.to_string() };
        let part = TransactWriteItem::builder();
        let part = match self {
            Write::Put { item, condition } => part.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item.clone()))
                    .set_condition_expression(condition.map(str::to_owned))
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(refused)?,
            ),
            Write::PutIf { item, condition, given } => part.put(
                Put::builder()
                    .table_name(table)
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
                    .table_name(table)
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
                    .table_name(table)
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
                    .table_name(table)
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
