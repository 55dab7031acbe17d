//! The daily check of each listing's stock against its orders.

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ListingId;
use holdfast_tests::{SHOW, World, capture::Capture};
use runtime::{AwsSettings, aws};
use serde_json::json;

const DAY: i64 = 24 * 3_600;

fn show() -> ListingId {
    ListingId::parse(SHOW).expect("a legal id")
}

/// Changes one counter behind the engine's back, as no code of ours does.
async fn tamper(world: &World, counter: &str, amount: &str) {
    let cloud = world.stack.cloud();
    let table = aws::dynamodb(&AwsSettings::local(), Arc::new(cloud.clone()));
    let key = |text: &str| AttributeValue::S(text.to_owned());
    table
        .update_item()
        .table_name(cloud.table_name())
        .key("pk", key(&format!("STOCK#{SHOW}#general#0")))
        .key("sk", key("SHARD"))
        .update_expression(format!("ADD {counter} :amount"))
        .expression_attribute_values(":amount", AttributeValue::N(amount.to_owned()))
        .send()
        .await
        .expect("the table takes it");
}

#[tokio::test]
async fn stock_that_adds_up_is_checked_each_day_in_silence() {
    let world = World::new().await;
    world.bought("general", 2).await;
    let held = world.buy("vip", 1).await;
    assert!(world.stack.engine().check_listing(&show()).await.expect("an answer"));
    assert_eq!(world.sweep().await.checks, 0, "not before a day has passed");
    for _ in 0..2 {
        world.advance(DAY + 60).await;
        let report = world.sweep().await;
        assert_eq!((report.checks, report.failed), (1, 0));
        assert_eq!(world.sweep().await.checks, 0, "once a day");
    }
    assert_eq!(world.order(&held).await["status"], "expired");
    assert!(world.stack.engine().check_listing(&show()).await.expect("an answer"));
    world.finish().await;
}

#[tokio::test]
async fn a_listing_that_is_changed_every_day_is_checked_every_day() {
    let world = World::new().await;
    for day in 0..3 {
        world.advance(DAY - 3_600).await;
        assert_eq!(world.sweep().await.checks, 0, "day {day}");
        let changed = world.show(SHOW, json!({ "title": format!("Summer Show, day {day}") })).await;
        assert_eq!(changed.expect(200)["title"], format!("Summer Show, day {day}"));
        world.advance(3_660).await;
        assert_eq!(world.sweep().await.checks, 1, "day {day}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_counter_that_orders_do_not_explain_is_found() {
    let world = World::new().await;
    world.bought("general", 2).await;
    tamper(&world, "sold", "1").await;
    assert!(!world.stack.engine().check_listing(&show()).await.expect("an answer"));
    assert!(!world.stack.audit().await.expect("an audit").ok);
    tamper(&world, "sold", "-1").await;
    assert!(world.stack.engine().check_listing(&show()).await.expect("an answer"));
    tamper(&world, "held", "1").await;
    tamper(&world, "available", "-1").await;
    assert!(!world.stack.engine().check_listing(&show()).await.expect("an answer"), "held for no order");
    tamper(&world, "held", "-1").await;
    tamper(&world, "available", "1").await;
    world.finish().await;
}

/// Writes another sum into an order behind the engine's back: what was captured is a cent more than what was due.
async fn miscount(world: &World, order: &str) {
    let cloud = world.stack.cloud();
    let table = aws::dynamodb(&AwsSettings::local(), Arc::new(cloud.clone()));
    let key = |text: String| AttributeValue::S(text);
    let at = [("pk".to_owned(), key(format!("ORDER#{order}"))), ("sk".to_owned(), key("META".to_owned()))];
    let read = table.get_item().table_name(cloud.table_name()).set_key(Some(at.clone().into()));
    let mut item = read.send().await.expect("the table answers").item.expect("an order");
    let text = item["order"].as_s().expect("a text");
    let mut body: serde_json::Value = serde_json::from_str(text).expect("an order");
    let captured = body["payment"]["captured"].as_i64().expect("an amount");
    body["payment"]["captured"] = json!(captured + 1);
    item.insert("order".to_owned(), key(body.to_string()));
    table.put_item().table_name(cloud.table_name()).set_item(Some(item)).send().await.expect("the table takes it");
}

#[tokio::test]
async fn an_order_that_does_not_add_up_rings_at_the_daily_check_and_when_an_operator_asks() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let good = world.bought("general", 1).await;
    let bad = world.bought("vip", 1).await;
    let rung = || -> Vec<(String, String)> {
        let lines = capture.lines();
        let rings = lines.iter().filter(|line| line["alarm"] == "audit_violation");
        rings.map(|line| (line["order"].to_string(), line["what"].to_string())).collect()
    };
    world.advance(DAY + 60).await;
    assert_eq!((world.sweep().await.checks, rung()), (1, vec![]));
    miscount(&world, &bad.id).await;
    let message = |early| engine::WorkMessage { pk: format!("LISTING#{SHOW}"), sk: "META".to_owned(), early };
    let time = Duration::from_secs(60);
    world.stack.engine().work(&message(false), time).await.expect("the table answers");
    assert_eq!(rung(), [], "it is due tomorrow");
    world.stack.engine().work(&message(true), time).await.expect("the table answers");
    let found = rung();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.contains(&bad.id) && found[0].1.contains("captured"), "{found:?}");
    assert!(!found[0].0.contains(&good.id));
    world.stack.engine().work(&message(true), time).await.expect("the table answers");
    assert_eq!(rung().len(), 2, "each time that it is asked for");
    world.advance(DAY + 60).await;
    assert_eq!((world.sweep().await.checks, rung().len()), (1, 3));
}
