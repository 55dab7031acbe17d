//! A buyer's bank takes the money back, or tries to.

use holdfast_tests::{Bought, World};
use serde_json::{Value, json};

async fn dispute(world: &World, order: &Bought, amount: Option<i64>) -> String {
    let charge = world.charge(order);
    let mut body = json!({ "charge": charge["id"] });
    if let Some(amount) = amount {
        body["amount"] = json!(amount);
    }
    let dispute = world.at_stripe("disputes", &body).await;
    world.settle().await;
    dispute["id"].as_str().unwrap().to_owned()
}

async fn close(world: &World, dispute: &str, how: &str) {
    world.at_stripe(&format!("disputes/{dispute}/close"), &json!({ "status": how })).await;
    world.settle().await;
}

async fn frozen(world: &World, order: &Bought) {
    let before = world.dump().await;
    for body in [json!({}), json!({ "amount": "1.00" }), json!({ "items": [{ "line": "l1", "quantity": 1 }] })] {
        world.refund(order, &body).await.refused(409, "illegal_state");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn an_open_dispute_freezes_refunds() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    dispute(&world, &order, None).await;
    let now = world.order(&order).await;
    assert_eq!(now["payment"]["dispute"], "open");
    assert_eq!(now["status"], "paid");
    frozen(&world, &order).await;
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_that_is_won_changes_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    close(&world, &id, "won").await;
    let now = world.order(&order).await;
    assert_eq!(now["payment"]["dispute"], "won");
    assert_eq!(now["status"], "paid");
    assert_eq!(now["tickets"][0]["status"], "valid");
    // We ask Stripe again. Whether it gives a charge back that was ever disputed is its own decision.
    let refund = world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let expected = if refund["status"] == "failed" { "paid" } else { "refunded" };
    assert_eq!(world.order(&order).await["status"], expected);
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_that_is_lost_takes_money_and_goods() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    close(&world, &id, "lost").await;
    let now = world.order(&order).await;
    assert_eq!(now["payment"]["dispute"], "lost");
    assert_ne!(now["tickets"][0]["status"], "valid");
    let before = world.dump().await;
    world.refund(&order, &json!({})).await.refused(400, "exceeds_captured");
    world.refund(&order, &json!({ "amount": "0.01" })).await.refused(400, "exceeds_captured");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn what_a_lost_dispute_left_can_be_refunded() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, Some(1_000)).await;
    close(&world, &id, "lost").await;
    let answer = world.refund(&order, &json!({ "amount": "44.85" })).await;
    answer.refused(400, "exceeds_captured");
    let refund = world.refund(&order, &json!({ "amount": "44.84" })).await.expect(201);
    assert_eq!(refund["amount"], "44.84");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_told_before_the_payment_is_settled_right() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let charge = world.charge(&order);
    world.at_stripe("disputes", &json!({ "charge": charge["id"] })).await;
    let event = world.events("charge.dispute.created").pop().unwrap();
    world.event(&event).await.expect(200);
    let now = world.order(&order).await;
    assert_eq!((&now["status"], &now["payment"]["dispute"]), (&json!("paid"), &json!("open")));
    frozen(&world, &order).await;
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_told_again_changes_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let id = dispute(&world, &order, None).await;
    close(&world, &id, "lost").await;
    let before: Value = world.order(&order).await;
    for kind in ["charge.dispute.created", "charge.dispute.closed"] {
        let mut event = world.events(kind).pop().unwrap();
        world.event(&event).await.expect(200);
        event["id"] = json!(format!("evt_again_{}", kind.len()));
        world.event(&event).await.expect(200);
    }
    assert_eq!(world.order(&order).await, before);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_under_way_and_a_dispute_end_within_the_payment() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    world.refund(&order, &json!({ "amount": "20.00" })).await.expect(201);
    dispute(&world, &order, Some(3_484)).await;
    let dispute =
        world.events("charge.dispute.created").pop().unwrap()["data"]["object"]["id"].as_str().unwrap().to_owned();
    close(&world, &dispute, "lost").await;
    let answer = world.refund(&order, &json!({ "amount": "0.01" })).await;
    answer.refused(400, "exceeds_captured");
    world.finish().await;
}
