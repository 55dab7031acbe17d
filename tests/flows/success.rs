//! A buyer comes back from Stripe's page.

use holdfast_tests::{Bought, World};
use serde_json::json;

fn path(order: &Bought) -> String {
    format!("/v1/checkout/success?session_id={}", order.session)
}

#[tokio::test]
async fn coming_back_settles_without_any_webhook() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let answer = world.get(&path(&order)).header("accept", "application/json").await.expect(200);
    assert_eq!(answer["id"], order.id.as_str());
    assert_eq!(answer["status"], "paid");
    assert_eq!(answer["tickets"].as_array().unwrap().len(), 1);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn coming_back_again_changes_nothing() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    assert_eq!(world.get(&path(&order)).await.status.as_u16(), 303);
    world.settle().await;
    let (before, seen) = (world.dump().await, world.order(&order).await);
    for _ in 0..3 {
        let again = world.get(&path(&order)).await;
        assert_eq!(again.status.as_u16(), 303);
        assert!(again.header("location").contains(&format!("/orders/{}", order.id)));
    }
    world.settle().await;
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await, seen);
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn the_webhook_may_be_first() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let before = world.dump().await;
    assert_eq!(world.get(&path(&order)).await.status.as_u16(), 303);
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn callback_and_webhooks_at_the_same_moment_fulfil_once() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    for round in 0..5 {
        let order = world.buy("general", 2).await;
        world.pay(&order);
        let own = |kind: &str| world.events(kind).pop().unwrap();
        let events = [own("checkout.session.completed"), own("payment_intent.succeeded"), own("charge.succeeded")];
        let back = path(&order);
        let (first, second, a, b, c) = tokio::join!(
            world.get(&back).send(),
            world.get(&back).send(),
            world.event(&events[0]),
            world.event(&events[1]),
            world.event(&events[2]),
        );
        for answer in [first, second, a, b, c] {
            assert!(answer.status.as_u16() < 400, "{}", answer.text);
        }
        let paid = world.order(&order).await;
        assert_eq!(paid["status"], "paid");
        assert_eq!(paid["tickets"].as_array().unwrap().len(), 2);
        world.settle().await;
        assert_eq!(world.stack.mails().len(), round + 1);
    }
    world.finish().await;
}

#[tokio::test]
async fn coming_back_without_paying_shows_the_order_as_it_is() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let before = world.dump().await;
    let answer = world.get(&path(&order)).header("accept", "application/json").await.expect(200);
    assert_eq!(answer["status"], "pending");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn going_back_and_buying_again_with_the_same_key_charges_once() {
    let world = World::new().await;
    let wish = world.wish("general", 1);
    let first = Bought::of(world.post("/v1/checkout").key("cart-1").json(&wish).await.expect(201));
    world.pay(&first);
    world.settle().await;
    let again = Bought::of(world.post("/v1/checkout").key("cart-1").json(&wish).await.expect(201));
    assert_eq!(again.id, first.id);
    assert_eq!(again.json["order"]["status"], "paid");
    assert_eq!(again.url, None);
    assert_eq!(world.stack.stripe().objects("checkout.session").len(), 1);
    assert_eq!(world.stack.stripe().balance("order_id", &first.id).charges, 1);
    world.pay_with(&first.session, "pm_card_visa").expect_err("a session is paid once");
    world.finish().await;
}

#[tokio::test]
async fn unknown_sessions_are_not_found() {
    let world = World::new().await;
    let before = world.dump().await;
    for session in ["cs_test_none", "FREE-", "FREE-%20", "x", "..%2f..", "cs_test_a%2Fexpire"] {
        let answer = world.get(&format!("/v1/checkout/success?session_id={session}")).await;
        assert_eq!(answer.status.as_u16(), 404, "{session}: {}", answer.text);
        answer.refused(404, "not_found");
    }
    world.unchanged_since(&before).await;
    // What is nobody's order shows its absence only to whoever has no token for it.
    let answer = world.get("/v1/checkout/success?session_id=FREE-ord_1").await;
    assert_eq!(answer.status.as_u16(), 303);
    assert!(!answer.header("location").contains("token"));
}

#[tokio::test]
async fn stripe_being_down_is_said_and_the_webhook_still_works() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let fault =
        json!({ "calls": [{ "method": "GET", "path": "/v1/checkout/sessions", "fault": "refuse", "times": 50 }] });
    world.at_stripe("faults", &fault).await;
    let answer = world.get(&path(&order)).await.refused(503, "payment_unavailable");
    assert!(!answer.header("retry-after").is_empty());
    world.stack.stripe().clear_faults();
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}
