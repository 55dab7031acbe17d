//! The published description of the API is the code's own, word for word.

use std::{collections::BTreeSet, fs, path::Path};

use holdfast_tests::World;
use local::template::Template;
use serde_json::Value;

fn generated() -> Value {
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
    serde_json::to_value(web::openapi::document(parts)).unwrap()
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
    let declared: BTreeSet<_> =
        template.routes().map(|(_, route)| format!("{} {}", route.method, route.path)).collect();
    // The webhook has a function URL of its own.
    let besides: Vec<_> =
        described.symmetric_difference(&declared).filter(|route| !route.contains("/webhooks/stripe")).collect();
    assert!(besides.is_empty(), "{besides:?}");
}

#[test]
fn every_operation_says_how_it_refuses() {
    let document = generated();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let refused = &operation["responses"]["default"]["$ref"];
            assert_eq!(refused, "#/components/responses/Refused", "{method} {path}");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}");
        }
    }
}
