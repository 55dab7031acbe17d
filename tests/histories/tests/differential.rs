//! The model of the table against the embedded table: random requests of the kinds that the store makes, in one order, to both.

use std::collections::BTreeMap;

use cloud_stand_ins::{EmbeddedTable, LocalCloud, template::Template};
use histories::{Dice, table::Table};
use runtime::Clock;
use serde_json::{Value, json};

/// An update expression, the names in it, and the values.
type Update<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

const TABLE: &str = "holdfast";

/// Both tables.
struct Both {
    embedded: EmbeddedTable,
    model: Table,
    dice: Dice,
}

/// An answer without what is each table's own: messages, and the order of items that have none.
fn bare(mut body: Value, ordered: bool) -> Value {
    if let Some(fields) = body.as_object_mut() {
        for name in ["message", "Message", "Count", "ScannedCount", "ConsumedCapacity"] {
            fields.remove(name);
        }
        fields.retain(|_, value| !value.is_null() && *value != json!({}));
        if let Some(kind) = fields.get("__type").and_then(Value::as_str) {
            let kind = kind.rsplit('#').next().unwrap_or_default().to_owned();
            fields.insert("__type".to_owned(), json!(kind));
        }
        for reason in fields.get_mut("CancellationReasons").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(reason) = reason.as_object_mut() {
                reason.remove("Message");
                reason.retain(|_, value| !value.is_null());
            }
        }
    }
    if !ordered {
        for table in body["Responses"].as_object_mut().into_iter().flatten() {
            if let Some(items) = table.1.as_array_mut() {
                items.sort_by_key(ToString::to_string);
            }
        }
    }
    body
}

impl Both {
    async fn new(seed: u64) -> Self {
        let template = Template::embedded().expect("the template");
        let cloud = LocalCloud::start(&template, Clock::new(), None).await.expect("it starts");
        Self { embedded: cloud.table, model: Table::new(&template.table), dice: Dice::new(seed) }
    }

    /// Sends a request to both, and expects one answer.
    fn ask(&mut self, operation: &str, mut request: Value) -> Value {
        if operation != "TransactWriteItems" && operation != "BatchGetItem" {
            request["TableName"] = json!(TABLE);
        }
        let target = format!("DynamoDB_20120810.{operation}");
        let embedded = self.embedded.answer(&target, request.to_string().as_bytes());
        let model = self.model.answer(operation, &request, 0);
        let read = |answer: &http::Response<bytes::Bytes>| {
            bare(serde_json::from_slice(answer.body()).unwrap_or_default(), operation == "Query")
        };
        let (one, other) = (read(&embedded), read(&model));
        assert_eq!((embedded.status(), &one), (model.status(), &other), "{operation} {request}");
        other
    }

    fn key(&mut self) -> Value {
        let (pk, sk) = (self.dice.up_to(5), self.dice.up_to(2));
        json!({ "pk": { "S": format!("P#{pk}") }, "sk": { "S": format!("S#{sk}") } })
    }

    fn item(&mut self) -> Value {
        let mut item = self.key();
        item["version"] = json!({ "N": self.dice.up_to(3).to_string() });
        item["available"] = json!({ "N": self.dice.up_to(4).to_string() });
        item["listings"] = json!({ "L": [{ "S": "a" }, { "S": format!("l{}", self.dice.up_to(2)) }] });
        item["slots"] = json!({ "M": { "x": { "M": { "orders": { "N": self.dice.up_to(2).to_string() } } } } });
        if self.dice.percent(60) {
            item["agenda_shard"] = json!({ "S": format!("AGENDA#{}", self.dice.up_to(1)) });
            item["due_at"] = json!({ "N": self.dice.up_to(30).to_string() });
        }
        if self.dice.percent(60) {
            item["org_shard"] = json!({ "S": format!("ORG#{}", self.dice.up_to(1)) });
            item["org_time"] = json!({ "S": format!("t{:02}", self.dice.up_to(30)) });
        }
        item
    }

    /// A condition of the store's, with its names and values.
    fn condition(&mut self) -> (&'static str, BTreeMap<&'static str, &'static str>, BTreeMap<&'static str, Value>) {
        let number = json!({ "N": self.dice.up_to(3).to_string() });
        let all = [
            ("attribute_not_exists(pk)", "", ""),
            ("attribute_exists(pk)", "", ""),
            ("attribute_exists(pk) OR attribute_not_exists(pk)", "", ""),
            ("#version = :number", "version", ":number"),
            ("#available >= :number", "available", ":number"),
            ("attribute_not_exists(#session_id)", "session_id", ""),
            ("attribute_exists(pk) AND attribute_not_exists(#due_at)", "due_at", ""),
            ("#available >= :number AND attribute_exists(#available)", "available", ":number"),
            ("#version = :number OR attribute_not_exists(#version)", "version", ":number"),
        ];
        let (text, name, value) = *self.dice.one_of(&all);
        let name = match name {
            "version" => Some(("#version", "version")),
            "available" => Some(("#available", "available")),
            "session_id" => Some(("#session_id", "session_id")),
            "due_at" => Some(("#due_at", "due_at")),
            _ => None,
        };
        (text, name.into_iter().collect(), (!value.is_empty()).then_some((value, number)).into_iter().collect())
    }

    /// One write, as a single request or as a part of a transaction.
    fn write(&mut self) -> (&'static str, Value) {
        let (condition, mut names, mut values) = self.condition();
        let mut body = json!({ "ConditionExpression": condition });
        let kind = *self.dice.one_of(&["Put", "Update", "Update", "Delete", "ConditionCheck"]);
        match kind {
            "Put" => body["Item"] = self.item(),
            "Update" => {
                body["Key"] = self.key();
                let updates: [Update<'_>; 7] = [
                    (
                        "SET #due_at = :n, #agenda_shard = :s",
                        &[("#due_at", "due_at"), ("#agenda_shard", "agenda_shard")],
                        &[":n", ":s"],
                    ),
                    ("REMOVE #due_at, #agenda_shard", &[("#due_at", "due_at"), ("#agenda_shard", "agenda_shard")], &[]),
                    ("ADD #available :n", &[("#available", "available")], &[":n"]),
                    ("SET #first = if_not_exists(#first, :n)", &[("#first", "first")], &[":n"]),
                    (
                        "SET #slots.#slot.#orders = #slots.#slot.#orders + :n",
                        &[("#slots", "slots"), ("#slot", "x"), ("#orders", "orders")],
                        &[":n"],
                    ),
                    ("SET #slots.#slot = :n", &[("#slots", "slots"), ("#slot", "y")], &[":n"]),
                    (
                        "SET #version = :n REMOVE #first ADD #available :n",
                        &[("#version", "version"), ("#first", "first"), ("#available", "available")],
                        &[":n"],
                    ),
                ];
                let (text, of, given) = *self.dice.one_of(&updates);
                body["UpdateExpression"] = json!(text);
                names.extend(of.iter().copied());
                let number = json!({ "N": self.dice.up_to(20).to_string() });
                let text = json!({ "S": format!("AGENDA#{}", self.dice.up_to(1)) });
                values.extend(
                    given.iter().map(|name| (*name, if *name == ":s" { text.clone() } else { number.clone() })),
                );
            }
            _ => body["Key"] = self.key(),
        }
        if !names.is_empty() {
            body["ExpressionAttributeNames"] = json!(names);
        }
        if !values.is_empty() {
            body["ExpressionAttributeValues"] = json!(values);
        }
        body["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
        (kind, body)
    }

    fn query(&mut self) -> Value {
        let forward = self.dice.percent(70);
        let mut body = match self.dice.up_to(3) {
            0 => json!({ "KeyConditionExpression": "pk = :pk", "ConsistentRead": true,
                "ExpressionAttributeValues": { ":pk": { "S": format!("P#{}", self.dice.up_to(5)) } } }),
            1 => json!({ "KeyConditionExpression": "pk = :pk AND begins_with(sk, :s)",
                "ExpressionAttributeValues": { ":pk": { "S": "P#1" }, ":s": { "S": "S#1" } } }),
            2 => json!({ "IndexName": "agenda", "KeyConditionExpression": "agenda_shard = :shard AND due_at <= :now",
                "ExpressionAttributeValues": { ":shard": { "S": "AGENDA#1" }, ":now": { "N": self.dice.up_to(30).to_string() } } }),
            _ => json!({ "IndexName": "by_organization",
                "KeyConditionExpression": "org_shard = :shard AND org_time BETWEEN :low AND :high",
                "FilterExpression": "contains(listings, :listing)",
                "ExpressionAttributeValues": { ":shard": { "S": "ORG#1" }, ":low": { "S": "t05" }, ":high": { "S": "t25" },
                    ":listing": { "S": "l1" } } }),
        };
        body["ScanIndexForward"] = json!(forward);
        if self.dice.percent(50) {
            body["Limit"] = json!(1 + self.dice.up_to(3));
        }
        body
    }

    fn step(&mut self) {
        match self.dice.up_to(9) {
            0 => {
                let key = self.key();
                self.ask("GetItem", json!({ "Key": key, "ConsistentRead": true }));
            }
            1 => {
                let (one, other) = (self.key(), self.key());
                let keys = if one == other { vec![one] } else { vec![one, other] };
                self.ask(
                    "BatchGetItem",
                    json!({ "RequestItems": { TABLE: { "Keys": keys, "ConsistentRead": true } } }),
                );
            }
            2 | 3 => {
                let mut query = self.query();
                // Page by page, to the end.
                for _ in 0..20 {
                    let answer = self.ask("Query", query.clone());
                    if answer["LastEvaluatedKey"].is_null() {
                        break;
                    }
                    query["ExclusiveStartKey"] = answer["LastEvaluatedKey"].clone();
                }
            }
            4..=6 => {
                let (kind, mut body) = self.write();
                if kind == "ConditionCheck" {
                    return;
                }
                if kind == "Update" {
                    body["ReturnValues"] = json!("ALL_NEW");
                }
                self.ask(&format!("{kind}Item"), body);
            }
            _ => {
                let parts = (0..=self.dice.up_to(3)).map(|_| self.write());
                let parts: Vec<_> = parts.collect();
                let named = parts.into_iter().map(|(kind, mut body)| {
                    body["TableName"] = json!(TABLE);
                    json!({ kind: body })
                });
                let named: Vec<_> = named.collect();
                let token = format!("token-{}", self.dice.up_to(u64::MAX));
                let request = json!({ "TransactItems": named, "ClientRequestToken": token });
                self.ask("TransactWriteItems", request.clone());
            }
        }
    }
}

#[tokio::test]
async fn the_model_answers_as_the_embedded_table_does() {
    for seed in 0..40 {
        let mut both = Both::new(seed).await;
        for _ in 0..250 {
            both.step();
        }
    }
}

#[tokio::test]
async fn a_transactions_token_applies_it_once() {
    let mut both = Both::new(0).await;
    let key = json!({ "pk": { "S": "P#1" }, "sk": { "S": "S#1" } });
    let add = |amount: &str| {
        let update = json!({ "TableName": TABLE, "Key": key, "UpdateExpression": "ADD #available :n",
            "ExpressionAttributeNames": { "#available": "available" }, "ExpressionAttributeValues": { ":n": { "N": amount } } });
        json!({ "TransactItems": [{ "Update": update }], "ClientRequestToken": "once" })
    };
    both.ask("TransactWriteItems", add("2"));
    both.ask("TransactWriteItems", add("2"));
    let other = both.ask("TransactWriteItems", add("3"));
    assert_eq!(other["__type"], "IdempotentParameterMismatchException");
    let found = both.ask("GetItem", json!({ "Key": key, "ConsistentRead": true }));
    assert_eq!(found["Item"]["available"], json!({ "N": "2" }));
}

#[test]
fn what_is_written_shows_in_an_index_after_its_lag_and_in_the_table_at_once() {
    let template = Template::embedded().expect("the template");
    let mut table = Table::new(&template.table);
    table.lag = 2_000;
    let item = json!({ "pk": { "S": "a" }, "sk": { "S": "META" }, "agenda_shard": { "S": "AGENDA#1" }, "due_at": { "N": "5" } });
    table.answer("PutItem", &json!({ "TableName": TABLE, "Item": item }), 10_000);
    let query = json!({ "IndexName": "agenda", "KeyConditionExpression": "agenda_shard = :shard AND due_at <= :now",
        "ExpressionAttributeValues": { ":shard": { "S": "AGENDA#1" }, ":now": { "N": "9" } } });
    let own = json!({ "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": { ":pk": { "S": "a" } } });
    let consistent = json!({ "KeyConditionExpression": "pk = :pk", "ConsistentRead": true,
        "ExpressionAttributeValues": { ":pk": { "S": "a" } } });
    let mut count = |request: &Value, now: u64| {
        let body = table.answer("Query", request, now);
        serde_json::from_slice::<Value>(body.body()).expect("JSON")["Items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!([count(&query, 11_999), count(&own, 11_999), count(&consistent, 11_999)], [0, 0, 1]);
    assert_eq!([count(&query, 12_000), count(&own, 12_000)], [1, 1]);
}
