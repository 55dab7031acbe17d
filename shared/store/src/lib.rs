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
mod limits;
mod lists;
mod orders;
mod outbox;
mod patience;
mod place;
pub mod records;
mod stock;
mod value;
mod write;

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes},
};
use tokio::time::Instant;

pub use agenda::{Due, DueKind, DueList};
pub use bookings::BookingFilter;
pub use calendar::{ExpertDay, TakenSlot, slot_key};
pub use catalog::{CatalogError, CatalogItems, CatalogKeys, PutOffer};
pub use error::{StoreError, WriteError};
pub use events::EventDone;
pub use items::{
    CallRecord, CancelJob, CancelPass, CancelProgress, CheckJob, ErasureJob, EventRecord, IdempotencyRecord,
    ListingCursor, NotificationRecord, Shard,
};
pub use keys::Key;
pub use ledger::{Balance, Debit, Debited, LedgerEntry};
pub use limits::{HoldLimit, HoldsRecord};
pub use lists::{IdPage, ListingPage, OrderFilter, OrderPage};
pub use orders::{Commit, CommitError};
pub use place::{PlaceError, Placement};

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

use patience::{Backoff, Patience};
pub(crate) use write::{ANY, NEW, Write};

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    patience: Patience,
}

impl Store {
    /// A table of that name, through a client that is built once per process.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), patience: Patience::default() }
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

    /// When the caller's time is up, if it said so.
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

    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::new(self.patience)
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
                return Err(StoreError::gave_up(operation));
            }
        }
        Ok(found)
    }
}
