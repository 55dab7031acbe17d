//! The published description of the API is the code's own, word for word.

use std::{collections::BTreeSet, fs, path::Path};

use holdfast_tests::World;
use local::template::Template;
use serde_json::Value;

pub(super) fn generated() -> Value {
    let parts = [
        catalog::openapi(),
        checkout::openapi(),
        success::openapi(),
        webhook::openapi(),
        refund::openapi(),
        booking::openapi(),
        orders::openapi(),
        cleanup::openapi(),
    ];
    web::openapi::document(parts)
}

/// After a change of the API: `HOLDFAST_UPDATE=1 cargo test -p holdfast-tests openapi`.
#[test]
fn the_committed_description_is_the_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&generated()).unwrap());
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == text, "docs/openapi.json is not what the code says; run this test with HOLDFAST_UPDATE=1");
}

#[tokio::test]
async fn the_service_serves_its_description() {
    let world = World::new().await;
    let answer = world.get("/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let served = answer.expect(200);
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(served, generated());
}

#[test]
fn every_route_of_the_template_is_described_and_none_besides() {
    let template = Template::embedded().unwrap();
    let described: BTreeSet<_> = generated()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|m| format!("{} {path}", m.to_uppercase())).collect::<Vec<_>>()
        })
        .collect();
    let declared: BTreeSet<_> = template
        .routes()
        .filter(|(function, _)| function.name != "pages")
        .map(|(_, route)| format!("{} {}", route.method, route.path))
        .collect();
    // Deployed, Stripe's events come in by the webhook's own address alone.
    let besides: Vec<_> = described.symmetric_difference(&declared).collect();
    assert_eq!(besides, ["POST /webhooks/stripe"]);
}

#[test]
fn every_operation_names_each_status_that_it_answers() {
    let document = generated();
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let named: Vec<&str> = responses.keys().map(String::as_str).collect();
        // Nothing stands for any status, so that a client and a test know all of them; faults of ours are of one kind.
        let exact = |status: &&str| status.parse::<u16>().is_ok_and(|status| (200..600).contains(&status));
        let others: Vec<_> = named.iter().filter(|status| !exact(status)).collect();
        assert_eq!(others, [&"5XX"], "{method} {path}");
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let reference = response["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
            let response = reference.map_or(response, |reference| document.pointer(reference).unwrap());
            let body = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(body, "#/components/schemas/Problem", "{method} {path} {status}");
        }
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}");
    }
}

/// Each operation of the description, with its method and path.
pub(super) fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    all.collect()
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = generated();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{method} {path} is another {name}");
    }
}

#[test]
fn parameters_stand_where_they_are_read() {
    let document = generated();
    for (method, path, operation) in operations(&document) {
        let in_path: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |place: &str| -> BTreeSet<String> {
            let own = parameters.iter().filter(|parameter| parameter["in"] == place);
            own.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(named("path"), in_path.into_iter().map(str::to_owned).collect(), "{method} {path}");
        if path == "/v1/checkout/success" {
            assert!(named("query").contains("session_id"));
        }
    }
}

#[test]
fn who_may_call_is_what_the_template_lets_through() {
    let document = generated();
    let template = Template::embedded().unwrap();
    for (method, path, operation) in operations(&document) {
        let security = operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path} says nothing"));
        let schemes: Vec<_> = security.iter().flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
        for scheme in &schemes {
            assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
        }
        let route = template.routes().find(|(_, route)| route.method.as_str() == method && route.path == path);
        let token_alone = operation["security"] == serde_json::json!([{ "token": [] }]);
        assert_eq!(token_alone, route.is_some_and(|(_, route)| route.authorized), "{method} {path}");
    }
}
