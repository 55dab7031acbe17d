//! What the author of a client needs of the description: forms of texts, closed sets, examples, errors. Each rule is a list of
//! what breaks it, which is empty, and finds what is broken on purpose.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::openapi::{generated, operations};

/// Components of text that have neither a pattern, a format nor a list: what they are is said in words, because what people
/// type is read as it was meant, or is a name of others.
const FREE: [&str; 9] = [
    "CodeRequest",
    "Csv",
    "Cursor",
    "Locale",
    "MailAddressRequest",
    "RecurrenceRule",
    "ScannedCode",
    "Subject",
    "TimeZone",
];

/// Fields of text that people write for people, or that are secrets.
const PROSE: [&str; 27] = [
    "address",
    "attendee",
    "cancel_reason",
    "checked_in_with",
    "city",
    "client_secret",
    "company",
    "description",
    "detail",
    "device_name",
    "field",
    "holder",
    "line1",
    "line2",
    "mac",
    "message",
    "name",
    "phone",
    "pickup_at",
    "postal_code",
    "q",
    "reason",
    "reference",
    "state",
    "tax_id",
    "title",
    "venue",
];

/// Fields whose name has a form elsewhere, with where they are read as they were meant, or are in another system's words.
const ELSEWHERE: [&str; 15] = [
    "CheckoutAddress: country",
    "CheckoutItem: offer",
    "Dispute: stripe_status",
    "LogSubject: id",
    "PaymentFailure: code",
    "Received: outcome",
    "Refund: failure",
    "RefundRequestItem: line",
    "Step: by",
    "Step: cause",
    "Step: what",
    "GET /v1/checkout/return: order",
    "GET /v1/checkout/success: order",
    "GET /v1/checkout/success: session_id",
    "POST /v1/organizations/{organization}/unsubscribe: token",
];

/// Names of times, besides those that end with `_at` and `_until`.
const TIMES: [&str; 11] = [
    "at",
    "due_by",
    "from",
    "issued_at",
    "respond_by",
    "since",
    "to",
    "undeliverable_since",
    "daily_summary_undeliverable_since",
    "until",
    "valid_from",
];

/// Names of figures: money, shares and hours.
const FIGURES: [&str; 23] = [
    "amount",
    "captured",
    "discount",
    "donation",
    "fees",
    "goods",
    "hours",
    "max_donation_per_ticket",
    "max_order_amount",
    "net_total",
    "percent_off",
    "platform_fee_per_ticket",
    "platform_fees",
    "price",
    "processing_fees",
    "processing_fixed",
    "processing_percent",
    "refund_amount",
    "refunded",
    "subtotal",
    "tax",
    "total",
    "unit_price",
];

/// Names of closed sets.
const WORDS: [&str; 13] = [
    "attendees",
    "behavior",
    "canceled_by",
    "daily_summary_undeliverable",
    "delivery",
    "dispute",
    "kind",
    "liability",
    "mode",
    "show_fees",
    "status",
    "transferable",
    "undeliverable",
];

/// The schema behind a reference and beside null.
fn meant<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return meant(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    choices.into_iter().find(|choice| choice["type"] != "null").map_or(schema, |choice| meant(document, choice))
}

fn is_text(schema: &Value) -> bool {
    schema["type"] == "string" || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("string")))
}

fn is_formed(schema: &Value) -> bool {
    ["pattern", "format", "enum"].iter().any(|form| !schema[*form].is_null())
}

/// Each field of each component and each parameter: where it is, its name, and its schema.
fn fields(document: &Value) -> Vec<(String, String, &Value)> {
    let mut fields = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
        for (field, property) in parts.filter_map(|part| part["properties"].as_object()).flatten() {
            fields.push((name.clone(), field.clone(), property));
        }
    }
    for (method, path, operation) in operations(document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            fields.push((
                format!("{method} {path}"),
                parameter["name"].as_str().unwrap().to_owned(),
                &parameter["schema"],
            ));
        }
    }
    fields
}

/// Texts whose form is not said, and fields whose name says a form that they do not have.
fn without_form(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (place, name, schema) in fields(document) {
        let schema = meant(document, schema);
        let schema = if schema["type"] == "array" { meant(document, &schema["items"]) } else { schema };
        if !is_text(schema) {
            continue;
        }
        let is_time = TIMES.contains(&name.as_str()) || name.ends_with("_at") || name.ends_with("_until");
        let right = if is_time && name != "pickup_at" && place != "SlotsRequest" {
            schema["format"] == "date-time"
        } else if FIGURES.contains(&name.as_str()) {
            schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("[0-9]"))
        } else if name == "currency" {
            schema["pattern"] == "^[a-z]{3}$"
        } else if WORDS.contains(&name.as_str()) {
            schema["enum"].is_array()
        } else {
            let components = document["components"]["schemas"].as_object().unwrap().iter();
            let mut free = components.filter(|(name, _)| FREE.contains(&name.as_str()));
            is_formed(schema)
                || PROSE.contains(&name.as_str())
                || ELSEWHERE.contains(&format!("{place}: {name}").as_str())
                || free.any(|(_, free)| free == schema)
        };
        if !right {
            found.push(format!("{place}: {name}"));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if is_text(schema) && !is_formed(schema) && !FREE.contains(&name.as_str()) {
            found.push(format!("{name} has no form"));
        }
    }
    found
}

/// Bodies and parameters without an example.
fn without_example(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let shown = |schema: &Value| ["examples", "example", "enum"].iter().any(|shown| !schema[*shown].is_null());
    for (method, path, operation) in operations(document) {
        let answers = operation["responses"].as_object().unwrap().values();
        let bodies =
            answers.chain([&operation["requestBody"]]).filter_map(|body| body["content"].as_object()).flatten();
        for (kind, content) in bodies {
            if content["example"].is_null() && !shown(meant(document, &content["schema"])) {
                found.push(format!("{method} {path}: {kind}"));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            if !shown(schema) && parameter["example"].is_null() && schema["type"] != "boolean" {
                found.push(format!("{method} {path}: {}", parameter["name"]));
            }
        }
    }
    for (place, name, property) in fields(document) {
        let schema = meant(document, property);
        if is_text(schema) && !shown(schema) && !shown(property) && !place.contains(' ') {
            found.push(format!("{place}: {name} shows none"));
        }
    }
    found
}

/// Operations without exactly one tag of the list, and refusals without their body, an example of their status, or the header
/// that they come with.
fn without_frame(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    for (method, path, operation) in operations(document) {
        let own: Vec<&str> = operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if own.len() != 1 || !tags.contains(own[0]) {
            found.push(format!("{method} {path}: tags"));
        }
        if !operation["security"].is_array() {
            found.push(format!("{method} {path}: security"));
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = meant(document, response);
            let headers = &response["headers"];
            let complete = if status.starts_with(['4', '5']) {
                let content = &response["content"]["application/problem+json"];
                let shown = &content["example"]["status"];
                content["schema"]["$ref"] == "#/components/schemas/Problem"
                    && (status.parse().is_ok_and(|status: u64| *shown == status) || (status == "5XX" && *shown == 503))
                    && (!matches!(status.as_str(), "429" | "503" | "5XX") || headers["Retry-After"].is_object())
            } else {
                status != "303" || headers["Location"].is_object()
            };
            if !complete {
                found.push(format!("{method} {path}: {status}"));
            }
        }
    }
    found
}

#[test]
fn every_text_says_its_form() {
    let document = generated();
    assert_eq!(without_form(&document), Vec::<String>::new());
    for (place, broken, complaint) in [
        ("/components/schemas/Money", json!({ "type": "string" }), "Order: total"),
        ("/components/schemas/Order/properties/created_at", json!({ "type": "string" }), "Order: created_at"),
        ("/components/schemas/Order/properties/status", json!({ "type": "string" }), "Order: status"),
        ("/components/schemas/Order/properties/currency", json!({ "type": "string" }), "Order: currency"),
        ("/components/schemas/Order/properties/id", json!({ "type": ["string", "null"] }), "Order: id"),
        ("/components/schemas/OfferId", json!({ "type": "string" }), "OfferId has no form"),
        (
            "/paths/~1v1~1orders~1{order}/get/parameters/0/schema",
            json!({ "type": "string", "minLength": 2 }),
            "GET /v1/orders/{order}: order",
        ),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(place).unwrap() = broken;
        let found = without_form(&changed);
        assert!(found.contains(&complaint.to_owned()), "{place}: {found:?}");
    }
}

#[test]
fn every_body_and_parameter_has_an_example() {
    let document = generated();
    assert_eq!(without_example(&document), Vec::<String>::new());
    for (place, key, complaint) in [
        ("/components/schemas/Checkout", "examples", "POST /v1/checkout: application/json"),
        ("/components/schemas/Currency", "examples", "Order: currency shows none"),
        ("/paths/~1v1~1orders~1{order}/get/parameters/0/schema", "examples", "GET /v1/orders/{order}: \"order\""),
    ] {
        let mut changed = document.clone();
        changed.pointer_mut(place).and_then(Value::as_object_mut).unwrap().remove(key).unwrap();
        let found = without_example(&changed);
        assert!(found.contains(&complaint.to_owned()), "{place}: {found:?}");
    }
}

#[test]
fn every_operation_has_a_tag_and_whole_refusals() {
    let document = generated();
    assert_eq!(without_frame(&document), Vec::<String>::new());
    let order = "/paths/~1v1~1orders~1{order}/get";
    let resend = "/paths/~1v1~1orders~1{order}~1resend/post/responses/429";
    for (place, key, complaint) in [
        (order.to_owned(), "tags", "GET /v1/orders/{order}: tags"),
        (order.to_owned(), "security", "GET /v1/orders/{order}: security"),
        ("/components/responses/NotFound".to_owned(), "content", "GET /v1/orders/{order}: 404"),
        (resend.to_owned(), "headers", "POST /v1/orders/{order}/resend: 429"),
    ] {
        let mut changed = document.clone();
        changed.pointer_mut(&place).and_then(Value::as_object_mut).unwrap().remove(key).unwrap();
        let found = without_frame(&changed);
        assert!(found.contains(&complaint.to_owned()), "{place}: {found:?}");
    }
}

#[test]
fn codes_that_refusals_name_are_codes_of_their_status() {
    let document = generated();
    let codes = document["components"]["schemas"]["ProblemCode"]["enum"].as_array().unwrap();
    for (method, path, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let text = response["description"].as_str().unwrap_or_default();
            let first = text.split('`').nth(1).filter(|word| status.starts_with('4') && word.contains('_'));
            if let Some(first) = first.filter(|_| text.starts_with('`')) {
                assert!(codes.contains(&json!(first)), "{method} {path} {status}: {first}");
                let shown = &response["content"]["application/problem+json"]["example"];
                assert_eq!(shown["status"].to_string(), *status, "{method} {path}: {first}");
            }
        }
    }
}
