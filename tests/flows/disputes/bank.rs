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
async fn a_dispute_before_its_payment_is_settled_right() {
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
async fn a_repeated_dispute_event_changes_nothing() {
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

/// What seller and platform have of an order, in cents.
#[track_caller]
fn has(world: &World, order: &Bought, seller: i64, platform: i64) {
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.seller(), balance.platform()), (seller, platform), "{balance:?}");
}

/// The bank, or Stripe, changes its mind.
async fn turn(world: &World, dispute: &str, status: &str) {
    world.at_stripe(&format!("disputes/{dispute}"), &json!({ "status": status })).await;
    world.settle().await;
}

async fn as_staff(world: &World, order: &Bought) -> Value {
    world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200)
}

#[tokio::test]
async fn a_dispute_takes_the_sellers_part_and_winning_gives_it_back() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    has(&world, &order, 0, 0);
    close(&world, &id, "won").await;
    has(&world, &order, 5_000, 484);
    let transfers = world.stack.stripe().objects("transfer");
    assert_eq!((transfers.len(), &transfers[0]["amount_reversed"]), (2, &json!(5_000)));
    assert_eq!((&transfers[1]["amount"], &transfers[1]["destination"]), (&json!(5_000), &json!("acct_acme")));
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_over_a_part_takes_that_part() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, Some(1_000)).await;
    has(&world, &order, 4_000, 484);
    close(&world, &id, "lost").await;
    has(&world, &order, 4_000, 484);
    assert_eq!(world.order(&order).await["tickets"][0]["status"], "valid");
    world.finish().await;
}

#[tokio::test]
async fn every_turn_of_a_dispute_is_followed_and_a_repeat_makes_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, Some(3_000)).await;
    for (status, word, seller, platform) in [
        ("lost", "lost", 2_000, 484),
        ("won", "won", 5_000, 484),
        ("lost", "lost", 2_000, 484),
        ("under_review", "open", 2_000, 484),
        ("won", "won", 5_000, 484),
        ("needs_response", "open", 2_000, 484),
        ("lost", "lost", 2_000, 484),
        ("won", "won", 5_000, 484),
    ] {
        turn(&world, &id, status).await;
        assert_eq!(world.order(&order).await["payment"]["dispute"], word);
        has(&world, &order, seller, platform);
        let made = world.stack.stripe().objects("transfer").len();
        for (n, mut event) in world.events("charge.dispute.updated").into_iter().enumerate() {
            event["id"] = json!(format!("evt_again_{made}_{n}"));
            world.event(&event).await.expect(200);
        }
        assert_eq!(world.stack.stripe().objects("transfer").len(), made, "{status}");
        has(&world, &order, seller, platform);
    }
    world.finish().await;
}

#[tokio::test]
async fn what_is_won_after_its_goods_have_gone_is_for_staff_to_see() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    turn(&world, &id, "lost").await;
    assert_eq!(world.stock("general").await, (100, 0, 0));
    turn(&world, &id, "won").await;
    has(&world, &order, 5_000, 484);
    let kept = world.everything().await.orders;
    assert!(kept[0].review.as_ref().is_some_and(|review| review.reason.starts_with("dispute")), "{:?}", kept[0].review);
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    has(&world, &order, 0, 0);
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn an_inquiry_freezes_nothing_and_refunding_ends_it() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let inquiry = json!({ "charge": world.charge(&order)["id"], "inquiry": true });
    let id = world.at_stripe("disputes", &inquiry).await["id"].as_str().unwrap().to_owned();
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["payment"]["dispute"], "inquiry");
    has(&world, &order, 5_000, 484);
    let code = now["tickets"][0]["code"].as_str().unwrap().to_owned();
    world.post(&format!("/v1/tickets/{code}/check-in")).role("staff").await.expect(200);
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    let seen = as_staff(&world, &order).await;
    assert_eq!(seen["disputes"][0]["stripe_status"], "warning_closed");
    assert_eq!(world.object(&id)["status"], "warning_closed");
    world.finish().await;
}

#[tokio::test]
async fn an_inquiry_may_become_a_dispute() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let inquiry = json!({ "charge": world.charge(&order)["id"], "inquiry": true });
    let id = world.at_stripe("disputes", &inquiry).await["id"].as_str().unwrap().to_owned();
    world.settle().await;
    turn(&world, &id, "needs_response").await;
    assert_eq!(world.order(&order).await["payment"]["dispute"], "open");
    has(&world, &order, 0, 0);
    frozen(&world, &order).await;
    world.finish().await;
}

#[tokio::test]
async fn a_prevented_dispute_counts_as_returned_only_if_it_was() {
    let world = World::new().await;
    let kept = world.bought("general", 1).await;
    let id = dispute(&world, &kept, None).await;
    close(&world, &id, "prevented").await;
    let now = world.order(&kept).await;
    assert_eq!((&now["payment"]["dispute"], &now["refunded"]), (&json!("prevented"), &json!("0.00")));
    assert_eq!(now["tickets"][0]["status"], "valid");

    let returned = world.bought("general", 2).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let charge = world.charge(&returned);
    let id = world.at_stripe("disputes", &json!({ "charge": charge["id"], "inquiry": true })).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"] })).await;
    let id = id["id"].as_str().unwrap();
    world.at_stripe(&format!("disputes/{id}"), &json!({ "status": "prevented" })).await;
    let event = world.events("charge.dispute.updated").pop().unwrap();
    world.event(&event).await.expect(200);
    let now = world.order(&returned).await;
    assert_eq!((&now["payment"]["dispute"], &now["refunded"]), (&json!("prevented"), &json!("54.84")));
    assert_eq!(now["status"], "refunded");
    has(&world, &returned, 0, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_lost_word_of_a_dispute_is_found_within_a_day() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    let seen = as_staff(&world, &order).await;
    assert_eq!(seen["disputes"][0]["status"], "open");
    assert_eq!(seen["disputes"][0]["amount"], "54.84");
    let due = world.object(&id)["evidence_details"]["due_by"].as_i64().unwrap();
    let shown: jiff::Timestamp = seen["disputes"][0]["due_by"].as_str().unwrap().parse().unwrap();
    assert_eq!(shown.as_second(), due, "staff see until when they may answer");
    assert_eq!(world.order(&order).await.get("disputes"), None, "buyers do not");
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    for _ in 0..2 {
        // Nothing has happened: it is asked for again, and nothing is written into the trail.
        let before = as_staff(&world, &order).await["trail"].clone();
        world.advance(24 * 3_600 + 60).await;
        world.sweep().await;
        assert_eq!(as_staff(&world, &order).await["trail"], before);
    }
    world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
    world.advance(24 * 3_600 + 60).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["payment"]["dispute"], "won");
    has(&world, &order, 5_000, 484);
    world.finish().await;
}

#[tokio::test]
async fn an_unknown_status_counts_by_its_money_and_is_fetched_again() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let id = dispute(&world, &order, None).await;
    turn(&world, &id, "in_arbitration").await;
    assert_eq!(world.order(&order).await["payment"]["dispute"], "open");
    assert_eq!(as_staff(&world, &order).await["disputes"][0]["stripe_status"], "in_arbitration");
    frozen(&world, &order).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.at_stripe(&format!("disputes/{id}"), &json!({ "status": "won" })).await;
    world.advance(24 * 3_600 + 60).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["payment"]["dispute"], "won");
    world.finish().await;
}
