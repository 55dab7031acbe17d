//! Reading items that come from elsewhere than the [`Store`](crate::Store): the audit scans the table itself.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::Order;
use serde::de::DeserializeOwned;

use crate::{Balance, Item, StoreError, error, items, value};

/// A text of an item; empty where there is none of that name. `entity` says of which kind the item is.
#[must_use]
pub fn text(item: &Item, name: &str) -> String {
    value::text(item, name)
}

/// An item as its record, for all kinds but orders and balances.
///
/// # Errors
/// [`StoreError::Corrupt`] when the item is of another kind.
pub fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    items::read(item)
}

/// An order's item as the order, with Stripe's ids, which stand beside it.
///
/// # Errors
/// [`StoreError::Corrupt`] when the item is of another kind.
pub fn order(item: Item) -> Result<Order, StoreError> {
    items::order::read(item)
}

/// A balance's item as the balance.
///
/// # Errors
/// [`StoreError::Corrupt`] when the item is of another kind.
pub fn balance(item: Item) -> Result<Balance, StoreError> {
    items::balance::read(item)
}

/// A call to the table that failed, by its meaning. `operation` is what was tried, for logs.
#[must_use]
pub fn failure<E: ProvideErrorMetadata, R>(operation: &'static str, error: &SdkError<E, R>) -> StoreError {
    error::plain(operation, error)
}
