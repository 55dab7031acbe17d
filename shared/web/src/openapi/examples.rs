//! An example of each component, made of the examples of its fields.

use serde_json::{Map, Value, json};

use super::answers::referred;

/// Gives each object among the components an example. Without one of its own it shows all of its fields, and with one what that
/// shows and what is required besides; also inside of it, so that `{}` is a whole thing of its kind.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for (_, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if (schema["properties"].is_object() || schema["allOf"].is_array() || schema["type"] == "object")
            && let Some(example) = example(schema, &schemas)
        {
            schema["examples"] = json!([example]);
        }
    }
}

/// An example of a schema; none for a text that has none.
fn example(schema: &Value, schemas: &Value) -> Option<Value> {
    let own = own(schema).or_else(|| schema["enum"].get(0)).cloned();
    if let Some(name) = schema.as_object().and_then(referred) {
        return own.or_else(|| example(&schemas[name], schemas));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().filter_map(|part| example(part, schemas));
        let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Some(fields.chain(own.and_then(|own| own.as_object().cloned()).into_iter().flatten()).collect());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return own.or_else(|| choices.iter().find_map(|choice| example(choice, schemas)));
    }
    let is =
        |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&kind.into()));
    if is("object") || schema["properties"].is_object() {
        let shown = own.and_then(|own| own.as_object().cloned());
        return Some(Value::Object(whole(schema, shown, schemas)));
    }
    own.or_else(|| {
        if is("array") {
            Some(json!([example(&schema["items"], schemas)?]))
        } else if is("boolean") {
            Some(json!(false))
        } else if is("integer") {
            Some(schema.get("minimum").cloned().unwrap_or_else(|| json!(1)))
        } else {
            None
        }
    })
}

/// What a schema shows itself.
fn own(schema: &Value) -> Option<&Value> {
    schema["examples"].get(0).or_else(|| schema.get("example"))
}

/// An object that shows this: with what is required besides, or with all fields where it shows nothing.
fn whole(schema: &Value, shown: Option<Map<String, Value>>, schemas: &Value) -> Map<String, Value> {
    let all = shown.is_none();
    let mut fields = shown.unwrap_or_default();
    let required = |name: &String| schema["required"].as_array().is_some_and(|all| all.contains(&json!(name)));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(shown) = fields.get_mut(name) {
            fill(property, shown, schemas);
        } else if (all || required(name))
            && let Some(example) = example(property, schemas)
        {
            fields.insert(name.clone(), example);
        }
    }
    fields
}

/// Makes what an example shows of a field whole.
fn fill(schema: &Value, shown: &mut Value, schemas: &Value) {
    if let Some(name) = schema.as_object().and_then(referred) {
        return fill(&schemas[name], shown, schemas);
    }
    match shown {
        Value::Array(all) => all.iter_mut().for_each(|one| fill(&schema["items"], one, schemas)),
        Value::Object(fields) => {
            let mut known = own(schema).and_then(Value::as_object).cloned().unwrap_or_default();
            known.append(fields);
            *fields = whole(schema, Some(known), schemas);
        }
        _ => {}
    }
}
