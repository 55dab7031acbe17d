//! The items, in the table's order and in that of each index.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use cloud_stand_ins::template::{Projection, TableSpec};
use serde_json::Value;

use super::{
    answer::Refused,
    evaluate::{Given, Item},
    expression,
    view::{Primary, View},
};

/// Items by their keys, with DynamoDB's conditions, transactions and late indexes.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) items: BTreeMap<Primary, Arc<Item>>,
    /// The table as consistent queries see it.
    pub(super) current: View,
    /// The table as reads see it that need not be consistent.
    pub(super) replica: View,
    pub(super) indexes: BTreeMap<String, View>,
    ttl: String,
    /// Tokens of transactions that were applied: what they said, and when.
    pub(super) tokens: HashMap<String, (String, u64)>,
    /// For how long, in milliseconds, a write does not show in indexes and in reads that need not be consistent.
    pub lag: u64,
    /// Most items on a page; DynamoDB ends a page after a megabyte.
    pub page: usize,
    /// What was written since this was last taken: the keys of the items.
    changed: Vec<Primary>,
}

/// One write, worked out and not yet applied.
pub(super) type Planned = (Primary, Option<Arc<Item>>);

impl Table {
    /// An empty table of that form.
    #[must_use]
    pub fn new(spec: &TableSpec) -> Self {
        let range = |key: &Option<String>| key.clone().unwrap_or_default();
        let own = [spec.key.hash.clone(), range(&spec.key.range)];
        let indexes = spec.indexes.iter().map(|index| {
            let keys = own.iter().cloned().chain([index.key.hash.clone(), range(&index.key.range)]);
            let copied = match &index.projection {
                Projection::All => None,
                Projection::KeysOnly => Some(keys.collect()),
                Projection::Include(names) => Some(keys.chain(names.iter().cloned()).collect()),
            };
            (index.name.clone(), View::new(&index.key.hash, &range(&index.key.range), copied))
        });
        Self {
            items: BTreeMap::new(),
            current: View::new(&own[0], &own[1], None),
            replica: View::new(&own[0], &own[1], None),
            indexes: indexes.collect(),
            ttl: spec.ttl.clone(),
            tokens: HashMap::new(),
            lag: 0,
            page: 1_000,
            changed: Vec::new(),
        }
    }

    /// An item by its key, as attribute and value.
    #[must_use]
    pub fn item(&self, pk: &str, sk: &str) -> Option<&BTreeMap<String, Value>> {
        self.items.get(&(pk.to_owned(), sk.to_owned())).map(AsRef::as_ref)
    }

    /// The items that were written since this was last asked.
    pub fn take_changed(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.changed)
    }

    /// All items, by key.
    pub fn all(&self) -> impl Iterator<Item = &BTreeMap<String, Value>> {
        self.items.values().map(AsRef::as_ref)
    }

    /// Deletes of what had expired by that second every item for which `picks` says so, and says how many.
    pub fn expire(&mut self, second: i64, now: u64, mut picks: impl FnMut() -> bool) -> usize {
        let expired = |item: &Item| {
            let at = item.get(&self.ttl).and_then(|value| value["N"].as_str()?.parse::<i64>().ok());
            at.is_some_and(|at| at <= second && at > second - 5 * 365 * 86_400)
        };
        let keys: Vec<_> = self.items.iter().filter(|(_, item)| expired(item)).map(|(key, _)| key.clone()).collect();
        let gone: Vec<_> = keys.into_iter().filter(|_| picks()).map(|key| (key, None)).collect();
        let count = gone.len();
        self.apply(gone, now);
        count
    }

    pub(super) fn apply(&mut self, planned: Vec<Planned>, now: u64) {
        let shown = now + self.lag;
        for (key, item) in planned {
            self.current.write(&key, item.as_ref(), 0);
            self.replica.write(&key, item.as_ref(), shown);
            for index in self.indexes.values_mut() {
                index.write(&key, item.as_ref(), shown);
            }
            self.changed.push(key.clone());
            match item {
                Some(item) => drop(self.items.insert(key, item)),
                None => drop(self.items.remove(&key)),
            }
        }
    }

    pub(super) fn key_of(&self, attributes: &Value) -> Result<Primary, Refused> {
        let text = |name: &str| {
            let value = attributes[name]["S"].as_str().filter(|text| !text.is_empty());
            value.map(str::to_owned).ok_or_else(|| Refused::Validation(format!("the key lacks {name}")))
        };
        Ok((text(&self.replica.hash)?, text(&self.replica.range)?))
    }

    /// What one write would do; whether its condition holds is asked of the item as it is.
    pub(super) fn plan(&self, operation: &str, request: &Value) -> Result<Result<Planned, Option<Item>>, Refused> {
        let key = self.key_of(if operation == "Put" { &request["Item"] } else { &request["Key"] })?;
        let given = Given::of(request);
        let known = self.items.get(&key);
        let empty = Item::new();
        let before = known.map_or(&empty, AsRef::as_ref);
        if let Some(condition) = request["ConditionExpression"].as_str() {
            let condition = expression::condition(condition)?;
            if !given.holds(before, &condition)? {
                let expected = request["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD";
                return Ok(Err(known.filter(|_| expected).map(|item| item.as_ref().clone())));
            }
        }
        let after = match operation {
            "Put" => {
                let item = request["Item"].as_object().cloned().unwrap_or_default();
                Some(Arc::new(item.into_iter().map(|(name, value)| (name, normal(value))).collect()))
            }
            "Update" => {
                let mut item = before.clone();
                if known.is_none() {
                    for (name, value) in request["Key"].as_object().into_iter().flatten() {
                        item.insert(name.clone(), value.clone());
                    }
                }
                let update = expression::update(request["UpdateExpression"].as_str().unwrap_or_default())?;
                given.apply(&mut item, &update)?;
                Some(Arc::new(item))
            }
            "Delete" => None,
            // A check changes nothing.
            _ => known.cloned(),
        };
        Ok(Ok((key, after)))
    }
}

/// A value as DynamoDB keeps it: numbers without zeros at their ends.
fn normal(value: Value) -> Value {
    let Value::Object(mut typed) = value else { return value };
    for (kind, inner) in &mut typed {
        match (kind.as_str(), inner) {
            ("N", inner) => {
                let number = inner.as_str().and_then(|text| text.parse::<rust_decimal::Decimal>().ok());
                if let Some(number) = number {
                    *inner = Value::String(number.normalize().to_string());
                }
            }
            ("M", Value::Object(map)) => {
                for inner in map.values_mut() {
                    *inner = normal(inner.take());
                }
            }
            ("L", Value::Array(list)) => {
                for inner in list {
                    *inner = normal(inner.take());
                }
            }
            _ => {}
        }
    }
    Value::Object(typed)
}
