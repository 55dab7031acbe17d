//! What the promises rest on: reads that decide are strong, and what an index shows is only a hint. The wire makes
//! indexes late and batches incomplete, as DynamoDB's may be; the embedded table's never are.

use std::collections::BTreeSet;

use holdfast_tests::{
    Answer, Bought, HOUR, ORGANIZATION, PUPIL, SHOW, World,
    capture::Capture,
    faults::{Fault, Faults, Outward, Rule, Service},
};
use serde_json::{Value, json};

const DAY: i64 = 24 * HOUR;

async fn cancel(world: &World) -> Answer {
    world.post(&format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel")).role("admin").await
}

async fn listed(world: &World, path: &str, list: &str) -> Vec<String> {
    let page = world.get(path).role("staff").await.expect(200);
    page[list].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

/// The calls that read an index of this name.
fn reads_of(faults: &Faults, index: &str) -> usize {
    let reads = |call: &Outward| call.read.as_ref().is_some_and(|read| read.index.as_deref() == Some(index));
    faults.calls().iter().filter(|call| reads(call)).count()
}

/// An order that was paid for and is refunded in part, the lists that it is in, and the background's reads.
async fn sells_and_refunds(faults: &Faults) {
    let world = World::with(faults.options()).await;
    let order = world.bought("general", 2).await;
    let code = world.order(&order).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    world.post(&format!("/v1/tickets/{code}/check-in")).role("staff").await.expect(200);
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    assert_eq!(listed(&world, &format!("/v1/organizations/{ORGANIZATION}/orders"), "orders").await.len(), 1);
    assert_eq!(listed(&world, "/v1/listings", "listings").await, [SHOW]);
    world.advance(DAY + 60).await;
    cancel(&world).await.expect(202);
    for _ in 0..3 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn every_read_that_decides_is_strong() {
    let faults = Faults::new();
    sells_and_refunds(&faults).await;
    let mut calls = faults.calls();
    faults.watch();
    let world = World::of_packages_with(faults.options()).await;
    world.hours_bought("ten", 1).await;
    assert_eq!(world.ledger(PUPIL).await.len(), 1);
    calls.extend(faults.calls());
    faults.watch();
    let world = World::of_experts_with(faults.options()).await;
    let booked = world.booked("morning").await;
    assert_eq!(world.order(&booked).await["booking"]["status"], "confirmed");
    calls.extend(faults.calls());

    let reads: Vec<_> = calls.iter().filter_map(|call| Some((&call.operation, call.read.as_ref()?))).collect();
    let weak: Vec<_> = reads.iter().filter(|(_, read)| read.index.is_none() && !read.strong).collect();
    assert!(weak.is_empty(), "{weak:?}");
    for way in ["GetItem", "BatchGetItem", "Query"] {
        assert!(reads.iter().any(|(operation, read)| *operation == way && read.strong), "{way} was tried");
    }
    let indexes: BTreeSet<_> = reads.iter().filter_map(|(_, read)| read.index.as_deref()).collect();
    assert_eq!(indexes, ["agenda", "by_listing", "by_organization"].into());
}

#[tokio::test]
async fn what_a_batch_leaves_out_is_read_again() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults.plan([Rule::every(Service::Table, Fault::Half).of("BatchGetItem")]);
    let order = world.bought("general", 2).await;
    let others = [world.buy("general", 1).await, world.buy("vip", 1).await];
    let path = format!("/v1/organizations/{ORGANIZATION}/orders");
    assert_eq!(listed(&world, &path, "orders").await.len(), 3, "each is read, however many the table leaves out");
    assert!(faults.heal() > 2);
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.order(&others[1]).await["status"], "pending");
    assert_eq!(world.stock("general").await, (97, 1, 2));
    world.finish().await;
}

#[tokio::test]
async fn what_an_index_shows_late_is_read_from_the_order() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let order = world.buy("general", 2).await;
    world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
    world.pay(&order);
    world.settle().await;
    let in_review = format!("/v1/organizations/{ORGANIZATION}/orders?review=true");
    assert_eq!(listed(&world, &in_review, "orders").await, std::slice::from_ref(&order.id));
    faults.watch();
    faults.late_index("by_organization", usize::MAX);
    let path = format!("/v1/orders/{}/review", order.id);
    world.post(&path).role("staff").json(&json!({ "accept": false })).await.expect(200);
    world.settle().await;
    assert!(listed(&world, &in_review, "orders").await.is_empty());
    assert!(reads_of(&faults, "by_organization") > 0, "the index was asked, and showed it still");
    world.finish().await;
}

#[tokio::test]
async fn what_is_taken_from_sale_is_listed_no_more_however_late_the_index_is() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    assert_eq!(listed(&world, "/v1/listings", "listings").await, [SHOW]);
    faults.late_index("by_organization", usize::MAX);
    world.show(SHOW, json!({ "published": false })).await.expect(200);
    assert!(listed(&world, "/v1/listings", "listings").await.is_empty());
    world.finish().await;
}

/// Has the agenda name an order earlier than the order itself says.
fn hurry(world: &World, order: &Bought, seconds: i64) {
    let cloud = world.stack.cloud();
    let update = json!({
        "TableName": cloud.table_name(),
        "Key": { "pk": { "S": format!("ORDER#{}", order.id) }, "sk": { "S": "META" } },
        "UpdateExpression": "ADD due_at :seconds",
        "ExpressionAttributeValues": { ":seconds": { "N": (-seconds).to_string() } },
    });
    let answer = cloud.table.answer("DynamoDB_20120810.UpdateItem", update.to_string().as_bytes());
    assert!(answer.status().is_success(), "{answer:?}");
}

#[tokio::test]
async fn what_the_agenda_names_too_early_is_put_back_and_ends_nothing() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    hurry(&world, &order, 30 * 60);
    world.advance(10 * 60).await;
    let report = world.sweep().await;
    assert_eq!((report.orders, report.failed), (1, 0), "it was due by the agenda");
    assert_eq!(world.order(&order).await["status"], "pending");
    assert_eq!(world.session(&order)["status"], "open");
    assert_eq!(world.sweep().await.orders, 0, "and is due when the order says");
    world.advance(27 * 60).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    world.finish().await;
}

#[tokio::test]
async fn an_order_that_the_index_shows_late_is_refunded_with_its_listing() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    // The check reads the index while there is no order in it.
    world.advance(DAY + 60).await;
    assert_eq!(world.sweep().await.checks, 1);
    faults.late_index("by_listing", usize::MAX);
    let order = world.bought("general", 1).await;
    cancel(&world).await.expect(202);
    world.advance(2).await;
    faults.watch();
    world.sweep().await;
    world.settle().await;
    assert!(reads_of(&faults, "by_listing") > 0, "the job has gone through what the index showed");
    assert_eq!(world.order(&order).await["status"], "paid", "and did not find the order");
    faults.late_index("by_listing", 0);
    for _ in 0..3 {
        world.advance(70).await;
        world.sweep().await;
        world.settle().await;
    }
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn a_late_index_is_no_stock_that_does_not_add_up() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.advance(DAY + 60).await;
    assert_eq!(world.sweep().await.checks, 1);
    let shards = reads_of(&faults, "by_listing");
    world.bought("general", 1).await;
    world.advance(DAY + 60).await;
    faults.watch();
    faults.late_index("by_listing", usize::MAX);
    assert_eq!(world.sweep().await.checks, 1);
    assert_eq!(reads_of(&faults, "by_listing"), shards, "what does not add up is not counted again at once");
    world.advance(5).await;
    assert_eq!(world.sweep().await.checks, 0, "but when the index has had its time");
    faults.late_index("by_listing", 0);
    world.advance(70).await;
    assert_eq!(world.sweep().await.checks, 1);
    assert_eq!(reads_of(&faults, "by_listing"), 2 * shards);
    let rings = |line: &Value| line["alarm"] == "stock_mismatch";
    assert!(!capture.lines().iter().any(rings), "and added up then");
    world.advance(70).await;
    assert_eq!(world.sweep().await.checks, 0, "so that it is checked tomorrow");
    world.finish().await;
}
