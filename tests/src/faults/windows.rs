//! Transactions that exclude each other for a while.

use std::{
    collections::HashSet,
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;

use super::Outward;

/// The items that transactions are at.
#[derive(Debug, Default)]
pub(super) struct Windows {
    milliseconds: Mutex<Option<RangeInclusive<u64>>>,
    busy: Arc<Mutex<HashSet<String>>>,
    conflicts: AtomicUsize,
}

/// A transaction's time with its items. They are free again when it is dropped.
#[derive(Debug)]
pub(super) struct Window {
    busy: Arc<Mutex<HashSet<String>>>,
    keys: Vec<String>,
    time: Duration,
}

impl Windows {
    pub(super) fn open(&self, milliseconds: RangeInclusive<u64>) {
        *lock(&self.milliseconds) = Some(milliseconds);
    }

    pub(super) fn conflicts(&self) -> usize {
        self.conflicts.load(Ordering::Relaxed)
    }

    /// Takes a transaction's items, or says which of them somebody else has.
    pub(super) fn enter(&self, call: &Outward, body: &Bytes) -> Result<Window, Vec<bool>> {
        let window = |keys, time| Window { busy: self.busy.clone(), keys, time };
        let milliseconds = lock(&self.milliseconds).clone().filter(|_| call.operation == "TransactWriteItems");
        let Some(milliseconds) = milliseconds else { return Ok(window(Vec::new(), Duration::ZERO)) };
        let keys = keys(body);
        let mut busy = lock(&self.busy);
        let lost: Vec<_> = keys.iter().map(|key| busy.contains(key)).collect();
        if lost.contains(&true) {
            self.conflicts.fetch_add(1, Ordering::Relaxed);
            return Err(lost);
        }
        busy.extend(keys.iter().cloned());
        Ok(window(keys, Duration::from_millis(rand::random_range(milliseconds))))
    }
}

impl Window {
    /// The time that the transaction takes.
    pub(super) async fn pass(&self) {
        if !self.time.is_zero() {
            tokio::time::sleep(self.time).await;
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let mut busy = lock(&self.busy);
        for key in &self.keys {
            busy.remove(key);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The keys of a transaction's items, in their order.
fn keys(body: &Bytes) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let items = body["TransactItems"].as_array().cloned().unwrap_or_default();
    let key = |item: &Value| {
        let part =
            ["Put", "Update", "Delete", "ConditionCheck"].iter().map(|kind| &item[*kind]).find(|p| p.is_object());
        let part = part.cloned().unwrap_or_default();
        let key = if part["Key"].is_object() { &part["Key"] } else { &part["Item"] };
        format!("{}/{}", key["pk"]["S"], key["sk"]["S"])
    };
    items.iter().map(key).collect()
}
