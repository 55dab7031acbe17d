//! The settings of Stripe's endpoint: they stand once in the code, and everything else follows them.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use holdfast_tests::World;
use payments::events::{API_VERSION, EventKind};
use serde_json::json;

const BEGIN: &str = "<!-- endpoint: written by tests/flows/contract/endpoint.rs -->\n";
const END: &str = "<!-- end of endpoint -->\n";

/// After a change of the events in use: `HOLDFAST_UPDATE=1 cargo test -p holdfast-tests endpoint`.
#[test]
fn the_readme_names_the_events_and_the_version_that_the_code_takes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the list begins");
    let (_, after) = rest.split_once(END).expect("the list ends");
    let mut list = format!("Version of the API: `{API_VERSION}`. Types:\n\n");
    for name in EventKind::names() {
        writeln!(list, "- `{name}`").unwrap();
    }
    let expected = format!("{before}{BEGIN}{list}{END}{after}");
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == expected, "the README's list is not the code's; run this test with HOLDFAST_UPDATE=1");
}

/// The local stack enters its endpoint from the same list, and its Stripe writes events in the same version.
#[tokio::test]
async fn the_stand_in_sends_what_the_endpoint_subscribed_to() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let names: BTreeSet<&str> = EventKind::names().collect();
    let events = world.stack.stripe().objects("event");
    let deliveries = world.stack.stripe().deliveries();
    assert!(!deliveries.is_empty());
    for delivery in deliveries {
        let event = events.iter().find(|event| event["id"] == delivery.event.as_str()).expect("Stripe has it");
        let kind = event["type"].as_str().unwrap();
        assert!(names.contains(kind), "{kind}");
        assert_eq!(event["api_version"], API_VERSION, "{kind}");
    }
    world.finish().await;
}
