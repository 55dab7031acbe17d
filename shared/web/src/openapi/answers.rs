//! Which fields of answers are always there.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A field of an answer that may be null is there all the same: only what is described as left out is left out. Bodies of
/// requests leave out what they like.
pub(super) fn require_present(document: &mut Value) {
    let answers = reached(document);
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if answers.contains(name) {
            require(schema);
        }
    }
}

/// The components that answers consist of.
fn reached(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().into_iter().flatten().filter_map(|(_, item)| item.as_object());
    let mut open: Vec<&Value> = items.flat_map(|item| item.values()).map(|operation| &operation["responses"]).collect();
    let mut reached = BTreeSet::new();
    while let Some(next) = open.pop() {
        match next {
            Value::Array(all) => open.extend(all),
            Value::Object(fields) => {
                if let Some(name) = referred(fields)
                    && reached.insert(name.to_owned())
                {
                    open.push(&document["components"]["schemas"][name]);
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    reached
}

fn require(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require(part);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let there = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let nullable = properties.iter().filter(|(_, property)| may_be_null(property)).map(|(name, _)| name.as_str());
    let required: BTreeSet<String> = there.chain(nullable).map(str::to_owned).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

fn may_be_null(property: &Value) -> bool {
    let choices = property["oneOf"].as_array().into_iter().flatten();
    property["type"].as_array().is_some_and(|kinds| kinds.contains(&"null".into()))
        || choices.into_iter().any(|choice| choice["type"] == "null")
}

/// The component that a reference in `at` names, by its name.
pub(super) fn referred(at: &Map<String, Value>) -> Option<&str> {
    at.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}
