//! A model of the table: those operations of DynamoDB that the store uses, in memory and quick, with indexes that lag and
//! nothing that happens by itself. It answers on the same wire as DynamoDB; a test compares it with the embedded table.

mod answer;
mod evaluate;
mod expression;
mod read;
mod view;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use bytes::Bytes;
use cloud_stand_ins::template::{Projection, TableSpec};
use serde_json::{Value, json};

use self::{
    answer::{Reason, Refused},
    evaluate::{Given, Item},
    view::{Primary, View},
};

/// Most parts of a transaction.
const PARTS: usize = 100;
/// How long a transaction's token is remembered, in milliseconds.
const TOKENS_KEPT: u64 = 600_000;

/// The table.
#[derive(Debug, Clone)]
pub struct Table {
    items: BTreeMap<Primary, Arc<Item>>,
    /// The table as consistent queries see it.
    current: View,
    /// The table as reads see it that need not be consistent.
    replica: View,
    indexes: BTreeMap<String, View>,
    ttl: String,
    /// Tokens of transactions that were applied: what they said, and when.
    tokens: HashMap<String, (String, u64)>,
    /// For how long, in milliseconds, a write does not show in indexes and in reads that need not be consistent.
    pub lag: u64,
    /// Most items on a page; DynamoDB ends a page after a megabyte.
    pub page: usize,
    /// What was written since this was last taken: the keys of the items.
    changed: Vec<Primary>,
}

/// One write, worked out and not yet applied.
type Planned = (Primary, Option<Arc<Item>>);

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

    /// Answers one call at that time, in milliseconds.
    pub fn answer(&mut self, operation: &str, request: &Value, now: u64) -> http::Response<Bytes> {
        answer::written(self.call(operation, request, now))
    }

    fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, Refused> {
        match operation {
            "GetItem" => self.get(request, now),
            "BatchGetItem" => Ok(self.batch_get(request, now)),
            "Query" => self.query(request, now),
            "Scan" => self.scan(request),
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write(operation, request, now),
            "TransactWriteItems" => self.transact(request, now),
            other => Err(Refused::Validation(format!("{other} is not played"))),
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

    fn apply(&mut self, planned: Vec<Planned>, now: u64) {
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

    fn key_of(&self, attributes: &Value) -> Result<Primary, Refused> {
        let text = |name: &str| {
            let value = attributes[name]["S"].as_str().filter(|text| !text.is_empty());
            value.map(str::to_owned).ok_or_else(|| Refused::Validation(format!("the key lacks {name}")))
        };
        Ok((text(&self.replica.hash)?, text(&self.replica.range)?))
    }

    /// What one write would do; whether its condition holds is asked of the item as it is.
    fn plan(&self, operation: &str, request: &Value) -> Result<Result<Planned, Option<Item>>, Refused> {
        let key = self.key_of(if operation == "Put" { &request["Item"] } else { &request["Key"] })?;
        let given = Given::of(request);
        let known = self.items.get(&key);
        let empty = Item::new();
        let before = known.map_or(&empty, AsRef::as_ref);
        if let Some(condition) = request["ConditionExpression"].as_str() {
            let condition = expression::condition(condition)?;
            if !given.holds(before, &condition)? {
                let wanted = request["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD";
                return Ok(Err(known.filter(|_| wanted).map(|item| item.as_ref().clone())));
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

    fn write(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, Refused> {
        let part = operation.trim_end_matches("Item");
        let planned = self.plan(part, request)?.map_err(Refused::Condition)?;
        let after = planned.1.clone();
        self.apply(vec![planned], now);
        Ok(match (request["ReturnValues"].as_str(), after) {
            (Some("ALL_NEW"), Some(item)) => json!({ "Attributes": item.as_ref() }),
            _ => json!({}),
        })
    }

    fn transact(&mut self, request: &Value, now: u64) -> Result<Value, Refused> {
        let parts = request["TransactItems"].as_array().map(Vec::as_slice).unwrap_or_default();
        if parts.is_empty() || parts.len() > PARTS {
            return Err(Refused::Validation(format!("a transaction of {} parts", parts.len())));
        }
        let token = request["ClientRequestToken"].as_str().map(str::to_owned);
        let said = request["TransactItems"].to_string();
        if let Some(token) = &token {
            match self.tokens.get(token) {
                Some((_, at)) if *at + TOKENS_KEPT < now => {}
                Some((before, _)) if *before == said => return Ok(json!({})),
                Some(_) => return Err(Refused::OtherRequest),
                None => {}
            }
        }
        let (mut reasons, mut planned) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
        let mut keys = HashSet::new();
        for part in parts {
            let Some((operation, of)) = part.as_object().and_then(|part| part.iter().next()) else {
                return Err(Refused::Validation("an empty part of a transaction".to_owned()));
            };
            let key = self.key_of(if operation == "Put" { &of["Item"] } else { &of["Key"] })?;
            if !keys.insert(key) {
                let message = "Transaction request cannot include multiple operations on one item";
                return Err(Refused::Validation(message.to_owned()));
            }
            match self.plan(operation, of) {
                Ok(Ok(plan)) => {
                    if operation != "ConditionCheck" {
                        planned.push(plan);
                    }
                    reasons.push(Reason::None);
                }
                Ok(Err(item)) => reasons.push(Reason::Condition(item)),
                Err(Refused::Validation(message)) => reasons.push(Reason::Validation(message)),
                Err(other) => return Err(other),
            }
        }
        if reasons.iter().any(|reason| *reason != Reason::None) {
            return Err(Refused::Canceled(reasons));
        }
        self.apply(planned, now);
        if let Some(token) = token {
            self.tokens.insert(token, (said, now));
        }
        Ok(json!({}))
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
