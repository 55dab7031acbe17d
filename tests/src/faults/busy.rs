//! Items that are busy: what overlaps on one is refused, as DynamoDB refuses it.
//!
//! DynamoDB queues nothing: while a transaction is at an item, every other transaction and every single write of it is
//! refused, and so is a `TransactGetItems` of an item that anything writes. Plain reads are served, and single writes
//! do not refuse each other. The embedded table runs one call after another and never shows any of it. See
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling>.
//!
//! Here a transaction that meets a single write is refused, too, which DynamoDB does at times: rather too strict.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::{calls::Outward, items::Kind};

/// Who is at an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Transaction,
    /// So many single writes.
    Writes(usize),
}

/// The items that a call is at.
#[derive(Debug, Default)]
pub(super) struct BusyItems {
    milliseconds: AtomicU64,
    busy: Arc<Mutex<HashMap<String, At>>>,
    /// The tokens of transactions that were applied. A repeat is answered so again, whatever call is at the items now.
    applied: Mutex<HashSet<String>>,
    conflicts: AtomicUsize,
}

/// A call's time with its items. They are free again when it is dropped.
#[derive(Debug)]
pub(super) struct Stay {
    busy: Arc<Mutex<HashMap<String, At>>>,
    keys: Vec<String>,
    begun: Instant,
    time: Duration,
}

impl BusyItems {
    /// Keeps each item busy for so long with each call; 0 turns the rule off.
    pub(super) fn keep(&self, milliseconds: u64) {
        self.milliseconds.store(milliseconds, Ordering::Relaxed);
    }

    /// Remembers that a transaction was applied.
    pub(super) fn applied(&self, call: &Outward) {
        if let Some(token) = &call.token {
            lock(&self.applied).insert(token.clone());
        }
    }

    pub(super) fn conflicts(&self) -> usize {
        self.conflicts.load(Ordering::Relaxed)
    }

    /// Takes a call's items, or returns for each whether another call has it.
    pub(super) fn enter(&self, call: &Outward) -> Result<Stay, Vec<bool>> {
        let time = Duration::from_millis(self.milliseconds.load(Ordering::Relaxed));
        let mut stay = Stay { busy: self.busy.clone(), keys: Vec::new(), begun: Instant::now(), time };
        let known = call.token.as_ref().is_some_and(|token| lock(&self.applied).contains(token));
        let kind = Kind::of(&call.operation).filter(|_| !time.is_zero() && !known);
        let Some(kind) = kind else {
            stay.time = Duration::ZERO;
            return Ok(stay);
        };
        let keys = call.items.clone();
        let mut busy = lock(&self.busy);
        let lost: Vec<_> = keys.iter().map(|key| busy.get(key).is_some_and(|at| loses(kind, *at))).collect();
        if lost.contains(&true) {
            self.conflicts.fetch_add(1, Ordering::Relaxed);
            return Err(lost);
        }
        if kind == Kind::TransactGet {
            // It is over as soon as it has seen that no write is under way.
            stay.time = Duration::ZERO;
            return Ok(stay);
        }
        for key in &keys {
            let at = match (kind, busy.get(key)) {
                (Kind::Write, Some(At::Writes(others))) => At::Writes(others + 1),
                (Kind::Write, _) => At::Writes(1),
                _ => At::Transaction,
            };
            busy.insert(key.clone(), at);
        }
        stay.keys = keys;
        Ok(stay)
    }
}

impl Stay {
    /// The time before the call takes effect, somewhere in the middle.
    pub(super) async fn first_half(&self) {
        if !self.time.is_zero() {
            tokio::time::sleep(self.time / 2).await;
        }
    }

    /// The rest of it.
    pub(super) async fn second_half(&self) {
        if !self.time.is_zero() {
            tokio::time::sleep_until(self.begun + self.time).await;
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut busy = lock(&self.busy);
        for key in &self.keys {
            match busy.get_mut(key) {
                Some(At::Writes(others)) if *others > 1 => *others -= 1,
                _ => {
                    busy.remove(key);
                }
            }
        }
    }
}

/// Whether a call is refused that finds another one at its item.
fn loses(kind: Kind, at: At) -> bool {
    kind != Kind::Write || at == At::Transaction
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::{
        super::{
            calls::{Outward, Service},
            items,
        },
        BusyItems, Kind, Stay,
    };

    fn enter(items: &BusyItems, operation: &str, body: &Value) -> Result<Stay, Vec<bool>> {
        let call = Outward {
            service: Service::Table,
            operation: operation.to_owned(),
            idempotency_key: None,
            token: None,
            writes: true,
            units: None,
            read: None,
            items: items::keys(operation, &Bytes::from(body.to_string())),
        };
        items.enter(&call)
    }

    fn at(pk: &str) -> Value {
        json!({ "pk": { "S": pk }, "sk": { "S": "META" } })
    }

    fn rule() -> BusyItems {
        let items = BusyItems::default();
        items.keep(18);
        items
    }

    #[test]
    fn the_keys_of_every_kind_of_write_are_read() {
        let keys = |kind: Kind, body: &Value| kind.keys(&Bytes::from(body.to_string()));
        assert_eq!(keys(Kind::Write, &json!({ "Item": at("a") })), ["a/META"]);
        assert_eq!(keys(Kind::Write, &json!({ "Key": at("a") })), ["a/META"]);
        let batch = json!({ "RequestItems": { "t": [
            { "PutRequest": { "Item": at("a") } }, { "DeleteRequest": { "Key": at("b") } } ] } });
        assert_eq!(keys(Kind::Write, &batch), ["a/META", "b/META"]);
        let transaction = json!({ "TransactItems": [ { "Put": { "Item": at("a") } }, { "Update": { "Key": at("b") } },
            { "Delete": { "Key": at("c") } }, { "ConditionCheck": { "Key": at("d") } } ] });
        assert_eq!(keys(Kind::TransactWrite, &transaction), ["a/META", "b/META", "c/META", "d/META"]);
        assert_eq!(keys(Kind::TransactGet, &json!({ "TransactItems": [ { "Get": { "Key": at("a") } } ] })), ["a/META"]);
    }

    #[test]
    fn what_overlaps_on_an_item_is_refused() {
        let items = rule();
        let both =
            json!({ "TransactItems": [ { "Put": { "Item": at("a") } }, { "ConditionCheck": { "Key": at("b") } } ] });
        let transaction = enter(&items, "TransactWriteItems", &both).unwrap();
        let other = json!({ "TransactItems": [ { "Put": { "Item": at("c") } }, { "Update": { "Key": at("b") } } ] });
        assert_eq!(enter(&items, "TransactWriteItems", &other).unwrap_err(), [false, true]);
        assert_eq!(enter(&items, "UpdateItem", &json!({ "Key": at("a") })).unwrap_err(), [true]);
        let read = json!({ "TransactItems": [ { "Get": { "Key": at("a") } } ] });
        assert_eq!(enter(&items, "TransactGetItems", &read).unwrap_err(), [true]);
        // Plain reads are served, and what was refused holds nothing.
        for operation in ["GetItem", "BatchGetItem", "Query", "Scan"] {
            drop(enter(&items, operation, &json!({ "Key": at("a") })).unwrap());
        }
        drop(enter(&items, "UpdateItem", &json!({ "Key": at("c") })).unwrap());
        drop(transaction);
        drop(enter(&items, "TransactWriteItems", &other).unwrap());
        assert_eq!(items.conflicts(), 3);
    }

    #[test]
    fn single_writes_do_not_refuse_each_other_but_transactions() {
        let items = rule();
        let one = enter(&items, "UpdateItem", &json!({ "Key": at("a") })).unwrap();
        let two = enter(&items, "UpdateItem", &json!({ "Key": at("a") })).unwrap();
        let transaction = json!({ "TransactItems": [ { "Update": { "Key": at("a") } } ] });
        drop(one);
        assert_eq!(enter(&items, "TransactWriteItems", &transaction).unwrap_err(), [true]);
        let read = json!({ "TransactItems": [ { "Get": { "Key": at("a") } } ] });
        assert_eq!(enter(&items, "TransactGetItems", &read).unwrap_err(), [true]);
        drop(two);
        drop(enter(&items, "TransactWriteItems", &transaction).unwrap());
    }
}
