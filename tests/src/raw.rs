//! The table's raw items, so that no type of the code hides anything.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::World;

impl World {
    /// Every item, by its key, as DynamoDB's JSON.
    #[must_use]
    pub fn raw(&self) -> BTreeMap<String, Value> {
        let cloud = self.stack.cloud();
        let mut items = BTreeMap::new();
        let mut start = Value::Null;
        loop {
            let mut scan = json!({ "TableName": cloud.table_name(), "ConsistentRead": true });
            if !start.is_null() {
                scan["ExclusiveStartKey"] = start;
            }
            let answer = cloud.table.answer("DynamoDB_20120810.Scan", scan.to_string().as_bytes());
            let page: Value = serde_json::from_slice(answer.body()).expect("JSON");
            for item in page["Items"].as_array().expect("items") {
                let text = |name: &str| item[name]["S"].as_str().unwrap_or_default();
                items.insert(format!("{}/{}", text("pk"), text("sk")), item.clone());
            }
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return items;
            }
        }
    }

    /// Whether the sweeper would find anything to do now. One scan says so, where a run reads each partition of the agenda.
    #[must_use]
    pub fn is_anything_due(&self) -> bool {
        let cloud = self.stack.cloud();
        let scan = json!({
            "TableName": cloud.table_name(),
            "IndexName": "agenda",
            "Select": "COUNT",
            "FilterExpression": "due_at <= :now",
            "ExpressionAttributeValues": { ":now": { "N": self.stack.clock().now().as_second().to_string() } },
        });
        let answer = cloud.table.answer("DynamoDB_20120810.Scan", scan.to_string().as_bytes());
        let counted: Value = serde_json::from_slice(answer.body()).expect("JSON");
        assert!(counted["LastEvaluatedKey"].is_null(), "one page holds what a test has");
        counted["Count"].as_u64().expect("a count") > 0
    }

    /// The keys of all items that hold this text anywhere.
    #[must_use]
    pub fn holding(&self, text: &str) -> Vec<String> {
        let items = self.raw().into_iter();
        items.filter(|(key, item)| key.contains(text) || item.to_string().contains(text)).map(|(key, _)| key).collect()
    }

    /// Deletes every item whose key begins with `begins` and contains `holds`.
    pub fn forget(&self, begins: &str, holds: &str) {
        let cloud = self.stack.cloud();
        let lost = self.raw().into_iter().filter(|(key, _)| key.starts_with(begins) && key.contains(holds));
        for (_, item) in lost {
            let body = json!({ "TableName": cloud.table_name(), "Key": { "pk": item["pk"], "sk": item["sk"] } });
            let answer = cloud.table.answer("DynamoDB_20120810.DeleteItem", body.to_string().as_bytes());
            assert_eq!(answer.status().as_u16(), 200);
        }
    }

    /// Gives a ticket another code, as if it had been issued so.
    pub fn rename_ticket(&self, code: &str, new: &str) {
        let cloud = self.stack.cloud();
        let tell = |operation: &str, body: &Value| {
            let answer = cloud.table.answer(&format!("DynamoDB_20120810.{operation}"), body.to_string().as_bytes());
            assert_eq!(answer.status().as_u16(), 200, "{operation}");
        };
        for item in self.raw().into_values().filter(|item| item.to_string().contains(code)) {
            let renamed: Value = serde_json::from_str(&item.to_string().replace(code, new)).expect("JSON");
            let key = json!({ "pk": item["pk"], "sk": item["sk"] });
            tell("DeleteItem", &json!({ "TableName": cloud.table_name(), "Key": key }));
            tell("PutItem", &json!({ "TableName": cloud.table_name(), "Item": renamed }));
        }
    }

    /// Expects that the whole table is as it was.
    #[track_caller]
    pub fn table_is(&self, before: &BTreeMap<String, Value>) {
        let now = self.raw();
        let keys = before.keys().chain(now.keys());
        let changed: Vec<_> = keys.filter(|key| before.get(*key) != now.get(*key)).collect();
        assert!(changed.is_empty(), "these changed: {changed:?}");
    }

    /// The actions in the logs of staff, in the words of the API.
    #[must_use]
    pub fn logged(&self) -> Vec<String> {
        let entries = self.raw().into_iter().filter(|(key, _)| key.starts_with("LOG#"));
        entries.map(|(_, item)| item["action"]["S"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
