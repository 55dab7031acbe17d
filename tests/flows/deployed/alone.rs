//! Tests stand alone: each has a table, a clock and a stand-in for Stripe of its own, and Stripe itself is never called.

use holdfast_tests::{
    BOOKS, CRAFTS, INTENT_HOLD, World,
    faults::{Faults, Service},
};
use serde_json::{Value, json};

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

/// What a test finds when it begins.
async fn found(world: &World) -> Value {
    let all = world.everything().await;
    json!({
        "orders": all.orders.len(),
        "calls": all.calls.len(),
        "events": all.events.len(),
        "notifications": all.notifications.len(),
        "mug": world.stock_of(CRAFTS, "mug").await,
        "key": world.kept_under("mine").await.is_some(),
        "stripe": world.stack.stripe().calls().len() + world.stack.stripe().objects("event").len(),
        "mail": world.stack.mails().len(),
    })
}

#[tokio::test]
async fn nothing_of_a_world_is_found_in_the_next_one() {
    let clean = json!({
        "orders": 0, "calls": 0, "events": 0, "notifications": 0, "mug": (20, 0, 0), "key": false, "stripe": 0, "mail": 0,
    });
    let basket = |world: &World, method| world.basket(&MUGS, method);
    let beside = World::of_products().await;
    for method in [None, Some("pm_card_visa")] {
        let world = World::of_products().await;
        assert_eq!(found(&world).await, clean);
        world.order_under("mine", &basket(&world, method)).await.expect(201);
        world.settle().await;
        let left = found(&world).await;
        assert_eq!((&left["orders"], &left["key"]), (&json!(1), &json!(true)));
        // Left as it is: an order that holds stock, a key, events. None of it is anywhere else.
    }
    assert_eq!(found(&beside).await, clean, "nor beside it");
    beside.order_under("mine", &basket(&beside, Some("pm_card_visa"))).await.expect(201);
    beside.settle().await;
    beside.finish().await;
}

#[tokio::test]
async fn stripe_is_always_the_stand_in() {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    let settings = world.settings();
    assert_eq!(settings["STRIPE_SECRET_KEY"], "sk_test_local", "whatever the environment says");
    assert!(!settings["STRIPE_API_BASE"].contains("stripe.com"), "{}", settings["STRIPE_API_BASE"]);
    faults.watch();
    let order = world.ordered_and_paid(&MUGS).await;
    world.refund(&order, &json!({})).await.expect(201);
    let basket = world.basket(&MUGS, Some("pm_card_chargeDeclined"));
    world.order_under("declined", &basket).await.refused(402, "payment_declined");
    world.settle().await;
    // Every call that left the functions for Stripe has arrived at the stand-in.
    let sent = faults.calls().iter().filter(|call| call.service == Service::Stripe).count();
    assert!(sent > 0);
    assert_eq!(sent, world.stack.stripe().calls().len());
    world.finish().await;
}

/// The same steps taken twice in one world end the same twice.
#[tokio::test]
async fn a_scenario_runs_twice_with_the_same_results() {
    let world = World::of_products().await;
    let mut tellings = Vec::new();
    for round in 0..2 {
        let mut reported = Vec::new();
        let paid = world.ordered(&[(CRAFTS, "mug", 2), (BOOKS, "novel", 1)], Some("pm_card_visa")).await;
        reported.push(json!([paid.json["order"]["status"], paid.json["order"]["total"]]));
        let declined = world.basket(&MUGS, Some("pm_card_chargeDeclined"));
        let answer = world.order_under(&format!("declined {round}"), &declined).await.refused(402, "payment_declined");
        reported.push(json!([answer.json["order"]["status"], answer.json["order"]["payment"]["failure"]["code"]]));
        let more = world.order_under(&format!("more {round}"), &world.basket(&[(CRAFTS, "lamp", 6)], None)).await;
        reported.push(json!([more.status.as_u16(), more.json["code"], more.json["detail"]]));
        let waits = world.ordered(&MUGS, None).await;
        reported.push(json!([world.left(CRAFTS, "mug").await, world.stock_of(CRAFTS, "mug").await]));
        world.advance(INTENT_HOLD + 1).await;
        world.sweep().await;
        world.settle().await;
        reported.push(json!([world.order(&waits).await["status"], world.intent(&waits)["status"]]));
        world.refund(&paid, &json!({})).await.expect(201);
        world.settle().await;
        reported.push(json!([world.order(&paid).await["status"], world.stock_of(CRAFTS, "mug").await]));
        assert_eq!(world.violations().await, Vec::<String>::new());
        tellings.push(reported);
    }
    assert_eq!(tellings[0], tellings[1]);
    assert_eq!(tellings[0][0], json!(["paid", "34.99"]));
    assert_eq!(tellings[0][5], json!(["refunded", [20, 0, 0]]));
    world.finish().await;
}
