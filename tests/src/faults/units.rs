//! What writes cost: DynamoDB's write units, reckoned by its own rules from each item before and after a write.
//!
//! A write takes a unit for each kilobyte, begun or full, of the larger of the item before and after it; in a transaction it
//! takes two, and so does the check of an item that is not written. A write whose condition fails costs as much as the item
//! that is there. An index takes units of its own, as a plain write of what it copies: none where that is as it was, one entry
//! where it changed, and two where the entry moves, because it is deleted and put.
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes>)

use std::collections::BTreeSet;

use local::{
    aws::EmbeddedTable,
    template::{IndexSpec, Projection, TableSpec},
};
use serde_json::{Map, Value, json};

use super::calls::Outward;

/// What one write of one item cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which kind of item it is: its attribute `entity`.
    pub kind: String,
    /// AWS' name of the operation that wrote it.
    pub operation: String,
    /// The size of the item after it, in bytes.
    pub bytes: usize,
    /// Write units of the table.
    pub units: u64,
    /// Write units of its indexes.
    pub index_units: u64,
}

/// An item, as the protocol writes it.
type Item = Map<String, Value>;

/// Reckons what writes to a table cost.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    table: EmbeddedTable,
    name: String,
    indexes: Vec<IndexSpec>,
}

impl Meter {
    pub(super) fn new(table: EmbeddedTable, name: &str, spec: &TableSpec) -> Self {
        Self { table, name: name.to_owned(), indexes: spec.indexes.clone() }
    }

    /// The items of a call, as they are now.
    pub(super) fn items(&self, call: &Outward) -> Vec<Item> {
        call.items.iter().map(|key| self.item(key)).collect()
    }

    fn item(&self, key: &str) -> Item {
        let (pk, sk) = key.rsplit_once('/').unwrap_or((key, ""));
        let key = json!({ "pk": { "S": pk }, "sk": { "S": sk } });
        let body = json!({ "TableName": self.name, "Key": key, "ConsistentRead": true });
        let answer = self.table.answer("DynamoDB_20120810.GetItem", body.to_string().as_bytes());
        let mut answer: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        answer["Item"].as_object_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What a call cost whose items were like this before it.
    pub(super) fn reckon(&self, call: &Outward, before: &[Item]) -> Vec<Written> {
        let each = if call.operation == "TransactWriteItems" { 2 } else { 1 };
        let cost = |(before, after): (&Item, Item)| {
            let kind = [&after, before].into_iter().find_map(|item| item.get("entity")?["S"].as_str());
            Written {
                kind: kind.unwrap_or("none").to_owned(),
                operation: call.operation.clone(),
                bytes: size(&after),
                units: each * kilobytes(size(before).max(size(&after))),
                index_units: self.indexes.iter().map(|index| entry_units(index, before, &after)).sum(),
            }
        };
        before.iter().zip(self.items(call)).map(cost).collect()
    }
}

/// What a write costs in one index.
fn entry_units(index: &IndexSpec, before: &Item, after: &Item) -> u64 {
    let own: Vec<_> = [Some(&index.key.hash), index.key.range.as_ref()].into_iter().flatten().collect();
    let copied = |item: &Item| -> Option<Item> {
        if own.iter().any(|name| !item.contains_key(*name)) {
            return None;
        }
        let mut names: BTreeSet<&str> = ["pk", "sk"].into_iter().chain(own.iter().map(|name| name.as_str())).collect();
        match &index.projection {
            Projection::All => return Some(item.clone()),
            Projection::KeysOnly => {}
            Projection::Include(others) => names.extend(others.iter().map(String::as_str)),
        }
        Some(
            item.iter()
                .filter(|(name, _)| names.contains(name.as_str()))
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect(),
        )
    };
    let stays = own.iter().all(|name| before.get(*name) == after.get(*name));
    match (copied(before), copied(after)) {
        (None, None) => 0,
        (Some(only), None) | (None, Some(only)) => kilobytes(size(&only)),
        (Some(before), Some(after)) if before == after => 0,
        (Some(before), Some(after)) if stays => kilobytes(size(&before).max(size(&after))),
        (Some(before), Some(after)) => kilobytes(size(&before)) + kilobytes(size(&after)),
    }
}

/// Kilobytes, begun or full; one at the least.
fn kilobytes(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(1_024).max(1)).unwrap_or(u64::MAX)
}

/// The size of an item in bytes: of the names of its attributes and of their values.
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>)
fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    let Some((kind, inner)) = value.as_object().and_then(|typed| typed.iter().next()) else { return 0 };
    let text = inner.as_str().unwrap_or_default();
    let all = |of: fn(&Value) -> usize| inner.as_array().map_or(0, |values| values.iter().map(of).sum());
    match kind.as_str() {
        "S" => text.len(),
        "N" => number_size(text),
        // Four characters of base 64 are three bytes.
        "B" => text.trim_end_matches('=').len() * 3 / 4,
        "SS" => all(|text| text.as_str().map_or(0, str::len)),
        "NS" => all(|number| number.as_str().map_or(0, number_size)),
        "L" => 3 + all(|value| 1 + value_size(value)),
        "M" => 3 + inner.as_object().map_or(0, |map| map.iter().map(|(n, v)| 1 + n.len() + value_size(v)).sum()),
        _ => 1,
    }
}

/// A byte for two digits that count, and one more; a sign takes another one.
fn number_size(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let counted = digits.trim_start_matches('0').trim_end_matches('0').len();
    counted.div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use local::template::{IndexSpec, KeySpec, Projection};
    use serde_json::{Value, json};

    use super::{Item, entry_units, kilobytes, size};

    fn item(value: Value) -> Item {
        match value {
            Value::Object(item) => item,
            other => panic!("no item: {other}"),
        }
    }

    #[test]
    fn sizes_are_those_of_names_and_values() {
        assert_eq!(size(&item(json!({ "pk": { "S": "ü" }, "n": { "N": "-1200.50" } }))), 2 + 2 + 1 + 5);
        assert_eq!(
            size(&item(json!({ "b": { "B": "AAECAw==" }, "t": { "BOOL": true }, "z": { "N": "0" } }))),
            5 + 2 + 2
        );
        let nested = json!({ "m": { "M": { "ab": { "S": "cd" } } }, "l": { "L": [{ "NULL": true }] } });
        assert_eq!(size(&item(nested)), (1 + 3 + 1 + 2 + 2) + (1 + 3 + 1 + 1));
        assert_eq!([0, 1, 1_024, 1_025].map(kilobytes), [1, 1, 1, 2]);
    }

    #[test]
    fn an_index_takes_units_where_what_it_copies_changes() {
        let key = KeySpec { hash: "shard".to_owned(), range: Some("at".to_owned()) };
        let index =
            IndexSpec { name: "agenda".to_owned(), key, projection: Projection::Include(vec!["kept".to_owned()]) };
        let entry = |at: &str, kept: &str, other: &str| {
            item(json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "shard": { "S": "1" }, "at": { "N": at },
                "kept": { "S": kept }, "other": { "S": other } }))
        };
        let (none, one) = (Item::new(), entry("1", "a", "x"));
        for (before, after, units) in [
            (&none, &one, 1),
            (&one, &none, 1),
            (&one, &entry("1", "a", "y"), 0),
            (&one, &entry("1", "b", "x"), 1),
            (&one, &entry("2", "a", "x"), 2),
            (&none, &none, 0),
        ] {
            assert_eq!(entry_units(&index, before, after), units, "{before:?} {after:?}");
        }
    }
}
