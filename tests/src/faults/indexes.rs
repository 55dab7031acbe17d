//! Indexes that lag behind: DynamoDB writes them after the table, mostly within a second, and promises no time.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use serde_json::Value;

/// What indexes have shown so far, and which of them show that once more.
#[derive(Default)]
pub(super) struct Indexes {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the partition of an index that was read, and the page.
    shown: HashMap<String, Bytes>,
    /// How many reads of an index by that name show what it showed before.
    late: HashMap<String, usize>,
}

impl Indexes {
    pub(super) fn are_late(&self, index: &str, reads: usize) {
        self.state().late.insert(index.to_owned(), reads);
    }

    /// What this read of an index showed when it was made last, if the index is late.
    pub(super) fn before(&self, index: &str, body: &Bytes) -> Option<Bytes> {
        let mut state = self.state();
        let shown = state.shown.get(&place(body)).cloned();
        let left = state.late.get_mut(index).filter(|left| **left > 0)?;
        *left -= 1;
        shown
    }

    pub(super) fn showed(&self, body: &Bytes, answer: &Bytes) {
        self.state().shown.insert(place(body), answer.clone());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The index, its partition and the page that are read. From when to when does not count: what is late is so for all times.
fn place(body: &Bytes) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let partition = [":shard", ":pk"].map(|name| &body["ExpressionAttributeValues"][name]);
    format!("{} {partition:?} {} {}", body["IndexName"], body["ExclusiveStartKey"], body["FilterExpression"])
}
