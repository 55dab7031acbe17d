//! The cleanup by hand: behind its secret, and not to be stopped by a record that cannot be read.

use std::sync::Arc;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use holdfast_tests::{Bought, ORGANIZATION, SHOW, SLOT_HOLD, World};
use runtime::{AwsSettings, aws};
use serde_json::{Value, json};

const CLEANUP: &str = "/v1/maintenance/cleanup";

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn table(world: &World) -> Client {
    aws::dynamodb(&AwsSettings::local(), Arc::new(world.stack.cloud().clone()))
}

/// Replaces an order by something that is none, behind the engine's back, and returns the former item.
async fn poison(world: &World, order: &Bought, with: &str) -> AttributeValue {
    let updated = table(world)
        .update_item()
        .table_name(world.stack.cloud().table_name())
        .key("pk", s(&format!("ORDER#{}", order.id)))
        .key("sk", s("META"))
        .update_expression("SET #order = :with")
        .expression_attribute_names("#order", "order")
        .expression_attribute_values(":with", s(with))
        .return_values(aws_sdk_dynamodb::types::ReturnValue::UpdatedOld)
        .send()
        .await
        .expect("the table takes it");
    updated.attributes.and_then(|mut old| old.remove("order")).expect("there was an order")
}

/// What a run by hand did.
async fn cleaned(world: &World) -> Value {
    world.post(CLEANUP).token("cron-local").await.expect(200)
}

#[tokio::test]
async fn the_cleanup_needs_its_secret() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    world.advance(SLOT_HOLD + 5).await;
    let before = world.dump().await;
    for header in [
        "Bearer cron-wrong",
        "Bearer cron-loca",
        "Bearer cron-locall",
        "Bearer CRON-LOCAL",
        "Bearer ",
        "Bearer",
        "Basic cron-local",
        "Basic Y3Jvbi1sb2NhbA==",
        "cron-local",
        "Token cron-local",
        "Bearer cron-local cron-local",
        "",
    ] {
        let answer = world.post(CLEANUP).header("authorization", header).await;
        assert_eq!(answer.refused(401, "unauthenticated").header("www-authenticate"), "Bearer", "{header:?}");
    }
    world.post(CLEANUP).await.refused(401, "unauthenticated");
    world.post(&format!("{CLEANUP}?secret=cron-local")).await.refused(401, "unauthenticated");
    world.post(CLEANUP).order_token("cron-local").await.refused(401, "unauthenticated");
    let twice = world.post(CLEANUP).token("cron-local").token("cron-local");
    twice.await.refused(401, "unauthenticated");
    for role in ["admin", "staff", "expert", "platform"] {
        world.post(CLEANUP).token(&world.token(role, Some(ORGANIZATION))).await.refused(401, "unauthenticated");
    }
    world.unchanged_since(&before).await;
    // The scheme's name is written as one likes.
    let answer = world.post(CLEANUP).header("authorization", "bearer cron-local").await;
    assert_eq!(answer.expect(200)["orders"], 1);
    assert_eq!(world.order(&order).await["booking"]["status"], "timed_out");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn the_report_counts_what_was_done() {
    let world = World::of_experts().await;
    let nothing = cleaned(&world).await;
    let fields: Vec<_> = nothing.as_object().expect("an object").keys().cloned().collect();
    let words = ["done", "progressed", "failed", "left", "oldest_seconds"];
    for field in words.into_iter().chain(["orders", "notifications", "cancellations", "checks", "erasures"]) {
        assert!(fields.iter().any(|found| found == field), "{field} is not in {fields:?}");
    }
    assert_eq!((&nothing["done"], &nothing["failed"], &nothing["left"]), (&json!(0), &json!(0), &json!(false)));
    world.requested("morning").await;
    world.requested("group").await;
    world.advance(SLOT_HOLD + 5).await;
    let report = cleaned(&world).await;
    assert_eq!((&report["orders"], &report["done"], &report["failed"]), (&json!(2), &json!(2), &json!(0)));
    let oldest = report["oldest_seconds"].as_u64().expect("a number");
    assert!((4..60).contains(&oldest), "{oldest} seconds");
    // Their notifications go out in time, so a minute later nothing is left to do.
    world.settle().await;
    world.advance(120).await;
    let after = cleaned(&world).await;
    assert_eq!((&after["orders"], &after["failed"]), (&json!(0), &json!(0)), "{after}");
    world.finish().await;
}

#[tokio::test]
async fn an_unreadable_record_blocks_nothing() {
    let world = World::of_experts().await;
    world.drop_webhooks().await;
    let mut bookings = Vec::new();
    for n in 0..12 {
        let slot = format!("slot-{n}");
        world.slot(&slot, "80.00", 1, 24 * 3_600).await;
        bookings.push(world.requested(&slot).await);
    }
    let mut tickets = Vec::new();
    for _ in 0..12 {
        tickets.push(world.buy("general", 1).await);
    }
    let (poisoned, others) = bookings.split_first().expect("twelve");
    let was = poison(&world, poisoned, "{\"no\": \"order\"}").await;
    world.advance(40 * 60).await;

    let report = cleaned(&world).await;
    assert_eq!((&report["failed"], &report["orders"], &report["left"]), (&json!(1), &json!(24), &json!(false)));
    assert_eq!(report["done"].as_u64().expect("a number"), 23 + report["notifications"].as_u64().expect("a number"));
    for order in others {
        assert_eq!(world.order(order).await["booking"]["status"], "timed_out");
    }
    for order in &tickets {
        assert_eq!(world.order(order).await["status"], "expired");
    }
    // It is put off, further each time, and never abandoned: nothing else waits for it.
    let seen = async || {
        let report = cleaned(&world).await;
        (report["orders"].as_u64().expect("a number"), report["failed"].as_u64().expect("a number"))
    };
    assert_eq!(seen().await, (0, 0));
    world.advance(50).await;
    assert_eq!(seen().await, (1, 1));
    world.advance(50).await;
    assert_eq!(seen().await, (0, 0), "twice as long the second time");
    world.advance(45).await;
    assert_eq!(seen().await, (1, 1));

    // Staff mend it.
    let AttributeValue::S(was) = was else { panic!("an order is text") };
    poison(&world, poisoned, &was).await;
    world.advance(3_600).await;
    assert_eq!(seen().await, (1, 0));
    assert_eq!(world.order(poisoned).await["booking"]["status"], "timed_out");
    assert_eq!(world.stack.stripe().balance("order_id", &poisoned.id), local::stripe::Balance::default());
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test]
async fn whatever_stands_on_the_agenda_is_counted_and_passed() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let id = domain::OrderId::parse(order.id.clone()).expect("an order's id");
    assert!(world.stack.engine().store().order(&id).await.expect("an answer").is_some());
    // In every one of the agenda's partitions stands something of an unknown kind.
    let due = world.stack.clock().now().as_second();
    for partition in 0..8 {
        table(&world)
            .put_item()
            .table_name(world.stack.cloud().table_name())
            .item("pk", s(&format!("WHAT#{partition}")))
            .item("sk", s("META"))
            .item("agenda_shard", s(&format!("AGENDA#{partition}")))
            .item("due_at", AttributeValue::N(due.to_string()))
            .send()
            .await
            .expect("the table takes it");
    }
    world.advance(SLOT_HOLD + 5).await;
    let report = cleaned(&world).await;
    assert_eq!((&report["failed"], &report["orders"]), (&json!(8), &json!(1)), "{report}");
    assert_eq!(world.order(&order).await["booking"]["status"], "timed_out");
    assert_eq!(cleaned(&world).await["failed"], 0, "put off");
}

#[tokio::test(start_paused = true)]
async fn more_than_a_batch_is_done_in_one_run() {
    let world = World::new().await;
    world.drop_webhooks().await;
    world.offer_of(ORGANIZATION, SHOW, "many", json!({ "capacity": 300 })).await.expect(201);
    let mut orders = Vec::new();
    for _ in 0..230 {
        orders.push(world.buy("many", 1).await);
    }
    poison(&world, &orders[100], "nothing").await;
    world.advance(40 * 60).await;
    let report = cleaned(&world).await;
    assert_eq!((&report["orders"], &report["failed"], &report["left"]), (&json!(230), &json!(1), &json!(false)));
    assert_eq!(world.left(SHOW, "many").await, 299);
}
