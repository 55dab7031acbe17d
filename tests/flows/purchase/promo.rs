//! Promo codes.

use holdfast_tests::{ORGANIZATION, SHOW, World, steady};
use serde_json::{Value, json};

fn with_code(world: &World, offer: &str, quantity: i64, code: &str) -> Value {
    let mut request = world.request(offer, quantity);
    request["promo_code"] = json!(code);
    request
}

async fn uses(world: &World, code: &str) -> u32 {
    let all = world.everything().await;
    all.promos.iter().find(|promo| promo.code.as_str() == code).unwrap().uses
}

#[tokio::test]
async fn a_discount_applies_to_tickets_and_never_to_fees() {
    let world = World::new().await;
    world.promo("TEST20", "0.20", None).await;
    let order = world.bought_with(&with_code(&world, "general", 4, "test20")).await;
    let paid = world.order(&order).await;
    // 4 tickets of 25.00, less a fifth; 4 times 1.50; and (80.00 + 6.00) x 0.029 + 0.30, which is 2.794.
    insta::assert_json_snapshot!("an_order_with_a_promo_code", steady(&paid));
    assert_eq!(world.charge(&order)["amount_captured"], 8_879);
    world.finish().await;
}

#[tokio::test]
async fn a_discount_that_does_not_divide_adds_up_all_the_same() {
    let world = World::new().await;
    world.offer_with("odd", json!({ "price": "3.33" })).await.expect(201);
    world.promo("THIRD", "0.333333", None).await;
    let order = world.bought_with(&with_code(&world, "odd", 3, "THIRD")).await;
    let paid = world.order(&order).await;
    assert_eq!(paid["discount"], "3.33");
    assert_eq!(paid["lines"][0]["total"], "6.66");
    world.finish().await;
}

#[tokio::test]
async fn a_code_that_takes_everything_off_makes_the_order_free() {
    let world = World::new().await;
    world.promo("GIFT", "1", Some(1)).await;
    let order = world.buy_with(&with_code(&world, "vip", 1, "GIFT")).await;
    assert_eq!(order.json["order"]["status"], "paid");
    assert_eq!(order.json["order"]["total"], "0.00");
    assert!(order.session.starts_with("FREE-"));
    assert_eq!(uses(&world, "GIFT").await, 1);
    assert!(world.stack.stripe().calls().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_used_up_code_is_refused_and_leaves_no_trace() {
    let world = World::new().await;
    world.promo("TWICE", "0.50", Some(2)).await;
    for _ in 0..2 {
        world.buy_with(&with_code(&world, "general", 1, "TWICE")).await;
    }
    let before = world.dump().await;
    let refused = world.checkout(&with_code(&world, "general", 1, "TWICE")).await;
    refused.refused(400, "promo_invalid").explains("Promo code no longer valid").at("promo_code");
    world.unchanged_since(&before).await;
    assert_eq!(uses(&world, "TWICE").await, 2);
    world.finish().await;
}

#[tokio::test]
async fn a_use_comes_back_with_a_canceled_order_and_not_with_a_refund() {
    let world = World::new().await;
    world.promo("ONCE", "0.50", Some(1)).await;
    let order = world.buy_with(&with_code(&world, "general", 1, "ONCE")).await;
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    assert_eq!(uses(&world, "ONCE").await, 0);

    let order = world.bought_with(&with_code(&world, "general", 1, "ONCE")).await;
    assert_eq!(uses(&world, "ONCE").await, 1);
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(uses(&world, "ONCE").await, 1);
    world.checkout(&with_code(&world, "general", 1, "ONCE")).await.refused(400, "promo_invalid");
    world.finish().await;
}

#[tokio::test]
async fn a_code_uses_nothing_up_where_it_takes_nothing_off() {
    let world = World::new().await;
    world.promo("SAVE", "0.50", Some(5)).await;
    world.offer_with("support", json!({ "price": "10.00", "donation": true })).await.expect(201);
    let mut request = with_code(&world, "support", 1, "SAVE");
    request["items"][0]["donation"] = json!("20.00");
    let order = world.buy_with(&request).await;
    assert_eq!(order.json["order"]["discount"], "0.00");
    assert_eq!(order.json["order"]["subtotal"], "20.00");
    world.buy_with(&with_code(&world, "free", 1, "SAVE")).await;
    assert_eq!(uses(&world, "SAVE").await, 0);
    world.finish().await;
}

#[tokio::test]
async fn codes_hold_within_their_time() {
    let world = World::new().await;
    let later = world.from_now(3_600);
    let end = world.from_now(7_200);
    let body = json!({ "percent_off": "0.10", "valid_from": later, "valid_until": end });
    world.promo_with("HOUR", body).await.expect(201);
    let request = with_code(&world, "general", 1, "HOUR");
    let before = world.dump().await;
    world.checkout(&request).await.refused(400, "promo_invalid").explains("Promo code not valid yet").at("promo_code");
    world.unchanged_since(&before).await;
    world.advance(3_601).await;
    world.buy_with(&request).await;
    world.advance(3_600).await;
    world.checkout(&request).await.refused(400, "promo_invalid").explains("Promo code no longer valid");
    world.finish().await;
}

#[tokio::test]
async fn codes_belong_to_one_listing() {
    let world = World::new().await;
    world.promo("MINE", "0.10", None).await;
    world.show("winter-show", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "winter-show", "balcony", json!({ "price": "10.00" })).await.expect(201);
    let mut request = with_code(&world, "balcony", 1, "MINE");
    request["listing"] = json!("winter-show");
    let before = world.dump().await;
    world.checkout(&request).await.refused(400, "promo_invalid").at("promo_code");
    world.checkout(&with_code(&world, "general", 1, "NONE")).await.refused(400, "promo_invalid").at("promo_code");
    world
        .checkout(&with_code(&world, "general", 1, "not a code!"))
        .await
        .refused(400, "promo_invalid")
        .at("promo_code");
    world.unchanged_since(&before).await;

    // In an order of two listings it discounts its own.
    let order = world
        .buy_with(&json!({
            "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "promo_code": "mine",
            "items": [
                { "listing": SHOW, "offer": "general", "quantity": 1 },
                { "listing": "winter-show", "offer": "balcony", "quantity": 1 },
            ],
        }))
        .await;
    assert_eq!(order.json["order"]["lines"][0]["discount"], "2.50");
    assert_eq!(order.json["order"]["lines"][1]["discount"], "0.00");
    world.finish().await;
}

#[tokio::test]
async fn changing_a_code_keeps_its_uses() {
    let world = World::new().await;
    world.promo("KEEP", "0.10", Some(3)).await;
    world.buy_with(&with_code(&world, "general", 1, "KEEP")).await;
    world.promo("KEEP", "0.20", Some(1)).await;
    assert_eq!(uses(&world, "KEEP").await, 1);
    world.checkout(&with_code(&world, "general", 1, "KEEP")).await.refused(400, "promo_invalid");
    world.finish().await;
}
