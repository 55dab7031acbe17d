//! Reads: one item, several, a partition of the table or of an index, and all of it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    answer::Refused,
    evaluate::{Given, Item},
    expression::{self, Condition, Operand},
    items::Table,
    view::{Place, Primary, View},
};

/// Most keys of one `BatchGetItem`.
const KEYS: usize = 100;

impl Table {
    pub(super) fn get(&mut self, request: &Value, now: u64) -> Result<Value, Refused> {
        let key = self.key_of(&request["Key"])?;
        let found = match request["ConsistentRead"] == true {
            true => self.items.get(&key).cloned(),
            false => self.stale(&key, now),
        };
        Ok(found.map_or_else(|| json!({}), |item| json!({ "Item": item.as_ref() })))
    }

    /// An item as a read that need not be consistent sees it.
    fn stale(&mut self, key: &Primary, now: u64) -> Option<Arc<Item>> {
        self.replica.catch_up(now);
        let mut partition = self.replica.partition(&key.0, true, None);
        partition.find(|((.., primary), _)| primary == key).map(|(_, item)| item.clone())
    }

    pub(super) fn batch_get(&mut self, request: &Value, now: u64) -> Value {
        let (mut responses, mut unprocessed) = (Map::new(), Map::new());
        for (name, of) in request["RequestItems"].as_object().into_iter().flatten() {
            let consistent = of["ConsistentRead"] == true;
            let keys = of["Keys"].as_array().map(Vec::as_slice).unwrap_or_default();
            // A page that is full leaves the rest to the next call.
            let served = keys.len().min(KEYS).min(self.page.max(1));
            let mut items = Vec::new();
            let served_keys: Vec<_> = keys.iter().take(served).filter_map(|key| self.key_of(key).ok()).collect();
            for key in served_keys {
                let found = if consistent { self.items.get(&key).cloned() } else { self.stale(&key, now) };
                items.extend(found.map(|item| json!(item.as_ref())));
            }
            responses.insert(name.clone(), Value::Array(items));
            if let Some(rest) = keys.get(served..).filter(|rest| !rest.is_empty()) {
                unprocessed.insert(name.clone(), json!({ "Keys": rest, "ConsistentRead": consistent }));
            }
        }
        json!({ "Responses": responses, "UnprocessedKeys": unprocessed })
    }

    pub(super) fn query(&mut self, request: &Value, now: u64) -> Result<Value, Refused> {
        let page = self.page;
        let own = (self.replica.hash.clone(), self.replica.range.clone());
        let consistent = request["ConsistentRead"] == true;
        let index = request["IndexName"].as_str();
        if consistent && index.is_some() {
            return Err(Refused::Validation(
                "Consistent reads are not supported on global secondary indexes".to_owned(),
            ));
        }
        let view = match index {
            Some(name) => self.indexes.get_mut(name).ok_or_else(|| Refused::Validation(format!("no index {name}")))?,
            None if consistent => &mut self.current,
            None => &mut self.replica,
        };
        view.catch_up(now);
        page_of(view, request, page, &own)
    }

    pub(super) fn scan(&mut self, request: &Value) -> Result<Value, Refused> {
        let start = &request["ExclusiveStartKey"];
        let after = if start.is_object() { Some(self.key_of(start)?) } else { None };
        let beyond = self.items.iter().filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after));
        let page: Vec<_> = beyond.take(1_000).collect();
        let mut answer = json!({ "Items": page.iter().map(|(_, item)| item.as_ref()).collect::<Vec<_>>() });
        if let (1_000, Some(((pk, sk), _))) = (page.len(), page.last()) {
            answer["LastEvaluatedKey"] =
                json!({ self.replica.hash.as_str(): { "S": pk }, self.replica.range.as_str(): { "S": sk } });
        }
        Ok(answer)
    }
}

/// The value that a key condition compares an attribute with for equality.
fn equal_to<'a>(condition: &'a Condition, name: &str) -> Option<&'a str> {
    match condition {
        Condition::And(left, right) => equal_to(left, name).or_else(|| equal_to(right, name)),
        Condition::Compare(Operand::Path(path), sign, Operand::Value(value)) if sign == "=" => {
            (path.as_slice() == [name.to_owned()]).then_some(value.as_str())
        }
        _ => None,
    }
}

fn page_of(view: &View, request: &Value, page: usize, own: &(String, String)) -> Result<Value, Refused> {
    let given = Given::of(request);
    let text = request["KeyConditionExpression"].as_str().unwrap_or_default();
    let keys = expression::condition(text)?;
    let hash = equal_to(&keys, &view.hash).and_then(|value| given.values[value]["S"].as_str());
    let hash = hash.ok_or_else(|| Refused::Validation("no partition is named".to_owned()))?;
    let filter = request["FilterExpression"].as_str().map(expression::condition).transpose()?;
    let projection = request["ProjectionExpression"].as_str().map(expression::projection).transpose()?;
    let limit = request["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let limit = limit.min(page.max(1));
    let forward = request["ScanIndexForward"] != false;
    let start = match &request["ExclusiveStartKey"] {
        Value::Object(start) => {
            let start: Item = start.clone().into_iter().collect();
            let text =
                |name: &str| start.get(name).and_then(|value| value["S"].as_str()).unwrap_or_default().to_owned();
            let key = (text(&own.0), text(&own.1));
            Some(view.place_of(&start, key).ok_or_else(|| Refused::Validation("the start is no key".to_owned()))?)
        }
        _ => None,
    };
    let (mut items, mut seen) = (Vec::new(), 0);
    let mut last: Option<&Place> = None;
    let mut more = false;
    for (place, item) in view.partition(hash, forward, start.as_ref()) {
        if !given.holds(item, &keys)? {
            continue;
        }
        if seen == limit {
            more = true;
            break;
        }
        seen += 1;
        last = Some(place);
        if filter.as_ref().map_or(Ok(true), |filter| given.holds(item, filter))? {
            items.push(match &projection {
                Some(paths) => json!(given.project(item, paths)?),
                None => json!(item.as_ref()),
            });
        }
    }
    let mut answer = json!({ "Items": items, "Count": items.len(), "ScannedCount": seen });
    if let (true, Some((hash, _, (pk, sk)))) = (more || seen == limit, last) {
        let mut key = json!({ own.0.as_str(): { "S": pk }, own.1.as_str(): { "S": sk } });
        key[view.hash.as_str()] = json!({ "S": hash });
        if let Some((_, sort, _)) = last {
            key[view.range.as_str()] = sort.written();
        }
        answer["LastEvaluatedKey"] = key;
    }
    Ok(answer)
}
