//! Items that a write is at. DynamoDB queues nothing: while a transaction is at an item, every other transaction and every
//! single write of it is refused.

use std::collections::BTreeMap;

use serde_json::Value;

/// Who is at an item: a transaction, or so many single writes.
#[derive(Debug, Clone, Copy)]
enum At {
    Transaction,
    Writes(u32),
}

/// The items that calls are at.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    items: BTreeMap<String, At>,
}

/// The keys of the items that a call writes.
pub(crate) fn keys(operation: &str, request: &Value) -> Vec<String> {
    let key = |of: &Value| {
        let key = if of["Key"].is_object() { &of["Key"] } else { &of["Item"] };
        let text = |name: &str| key[name]["S"].as_str().unwrap_or_default().to_owned();
        format!("{}/{}", text("pk"), text("sk"))
    };
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![key(request)],
        "TransactWriteItems" => {
            let parts = request["TransactItems"].as_array().into_iter().flatten();
            parts.filter_map(|part| part.as_object()?.values().next().map(key)).collect()
        }
        _ => Vec::new(),
    }
}

impl Busy {
    /// Takes a call's items, or says of which of them others are at.
    pub(crate) fn enter(&mut self, transaction: bool, keys: &[String]) -> Result<(), Vec<bool>> {
        let loses = |key: &String| match self.items.get(key) {
            Some(At::Transaction) => true,
            Some(At::Writes(_)) => transaction,
            None => false,
        };
        let lost: Vec<_> = keys.iter().map(loses).collect();
        if lost.contains(&true) {
            return Err(lost);
        }
        for key in keys {
            let at = match (transaction, self.items.get(key)) {
                (true, _) => At::Transaction,
                (false, Some(At::Writes(others))) => At::Writes(others + 1),
                (false, _) => At::Writes(1),
            };
            self.items.insert(key.clone(), at);
        }
        Ok(())
    }

    /// Lets go of a call's items.
    pub(crate) fn leave(&mut self, keys: &[String]) {
        for key in keys {
            match self.items.get_mut(key) {
                Some(At::Writes(others)) if *others > 1 => *others -= 1,
                _ => drop(self.items.remove(key)),
            }
        }
    }
}
