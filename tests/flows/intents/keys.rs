//! The same order asked for again: one order, one charge.

use std::time::Duration;

use holdfast_tests::{
    Bought, CRAFTS, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

#[tokio::test]
async fn the_same_key_and_body_give_the_same_order_and_one_charge() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, Some("pm_card_visa"));
    let first = Bought::of(world.order_under("twice", &basket).await.expect(201));
    world.settle().await;
    let calls = world.stack.stripe().calls();
    for wait in [0, 31, 86_400] {
        world.advance(wait).await;
        let again = Bought::of(world.order_under("twice", &basket).await.expect(201));
        assert_eq!((&again.id, &again.token), (&first.id, &first.token));
        assert_eq!(again.json["order"]["status"], "paid");
    }
    assert_eq!(world.stack.stripe().calls(), calls, "no repeat asked Stripe anything");
    assert_eq!(world.creations(), 1);
    assert_eq!(world.intents(&first.id).len(), 1);
    assert_eq!(world.stack.stripe().balance("order_id", &first.id).charges, 1);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, Some("pm_card_visa"));
    world.order_under("mine", &basket).await.expect(201);
    world.settle().await;
    let before = world.dump().await;
    let others = [
        world.basket(&[(CRAFTS, "mug", 3)], Some("pm_card_visa")),
        world.basket(&[(CRAFTS, "lamp", 2)], Some("pm_card_visa")),
        world.basket(&MUGS, Some("pm_card_mastercard")),
        world.basket(&MUGS, None),
    ];
    for other in others {
        world.order_under("mine", &other).await.refused(422, "idempotency_mismatch");
    }
    world.unchanged_since(&before).await;
    // A key is its buyer's own: another buyer may use the same.
    let mut other = basket.clone();
    other["buyer"]["email"] = json!("grace@example.com");
    let order = world.order_under("mine", &other).await.expect(201);
    assert_eq!(order["order"]["buyer"]["email"], "grace@example.com");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_client_that_lost_its_secret_gets_it_again() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, None);
    let first = Bought::of(world.order_under("lost", &basket).await.expect(201));
    let again = Bought::of(world.order_under("lost", &basket).await.expect(201));
    assert_eq!((&again.id, &again.json["client_secret"]), (&first.id, &first.json["client_secret"]));
    assert!(again.json["client_secret"].is_string());
    assert_eq!(world.creations(), 1);
    world.confirm(&again, "pm_card_visa").await.expect(200);
    world.settle().await;
    let paid = world.order_under("lost", &basket).await.expect(201);
    assert_eq!((&paid["order"]["status"], &paid["client_secret"]), (&json!("paid"), &Value::Null));
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_while_the_first_is_in_progress_is_409() {
    for (path, method) in [
        ("/v1/payment_intents", Some("pm_card_visa")),
        ("/v1/payment_intents/*/confirm", Some("pm_card_visa")),
        ("/v1/payment_intents", None),
    ] {
        let world = World::of_products().await;
        let slow = json!({ "method": "POST", "path": path, "fault": "slow", "milliseconds": 900 });
        world.at_stripe("faults", &json!({ "calls": [slow] })).await;
        let basket = world.basket(&MUGS, method);
        let repeat = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            world.order_under("slow", &basket).await
        };
        let (first, second) = tokio::join!(world.order_under("slow", &basket), repeat);
        let order = Bought::of(first.expect(201));
        let second = second.refused(409, "request_in_progress");
        assert!(!second.header("retry-after").is_empty());
        let again = Bought::of(world.order_under("slow", &basket).await.expect(201));
        assert_eq!(again.id, order.id);
        assert_eq!(world.creations(), 1);
        if method.is_none() {
            world.confirm(&order, "pm_card_visa").await.expect(200);
        }
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "paid");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
        world.finish().await;
    }
}

/// The process is gone at some point between placing and paying. A repeat of the request finishes what it began.
#[tokio::test]
async fn a_crash_before_the_confirmation_is_resumed_by_the_repeat_with_one_charge() {
    // Calls of a payment: the intent is made, then confirmed. Both paths begin alike.
    for (skipped, fault) in
        [(0, Fault::CrashBefore), (0, Fault::CrashAfter), (1, Fault::CrashBefore), (1, Fault::CrashAfter)]
    {
        let faults = Faults::new();
        let world = World::of_products_with(faults.options()).await;
        world.drop_webhooks().await;
        let basket = world.basket(&MUGS, Some("pm_card_visa"));
        faults.plan([Rule::every(Service::Stripe, fault).of("POST /v1/payment_intents").after(skipped).times(1)]);
        let gone = faults.run(world.order_under("crash", &basket)).await;
        assert!(gone.is_none(), "the process is gone");
        assert_eq!(faults.heal(), 1);
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0), "the order is there, and holds its stock");

        // While the first call may still be at work the repeat has to wait; then it goes on with the same keys.
        world.order_under("crash", &basket).await.refused(409, "request_in_progress");
        world.advance(31).await;
        let order = Bought::of(world.order_under("crash", &basket).await.expect(201));
        assert_eq!(order.json["order"]["status"], "paid", "{skipped} {fault:?}");
        assert_eq!(world.intents(&order.id).len(), 1, "{skipped} {fault:?}");
        let balance = world.stack.stripe().balance("order_id", &order.id);
        assert_eq!((balance.charges, balance.captured), (1, 2_500), "{skipped} {fault:?}");
        let calls = world.stack.stripe().calls();
        let of_payment = calls.iter().filter(|call| call.path.starts_with("/v1/payment_intents"));
        let mut keys: Vec<_> = of_payment.filter_map(|call| call.idempotency_key.clone()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 2, "one key for each of the two calls: {keys:?}");
        world.send_webhooks().await;
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
        world.finish().await;
    }
}

#[tokio::test]
async fn an_order_whose_client_never_came_back_is_never_charged() {
    for skipped in [0, 1] {
        let faults = Faults::new();
        let world = World::of_products_with(faults.options()).await;
        let basket = world.basket(&MUGS, Some("pm_card_visa"));
        let crash = Rule::every(Service::Stripe, Fault::CrashBefore).of("POST /v1/payment_intents");
        faults.plan([crash.after(skipped).times(1)]);
        assert!(faults.run(world.order_under("gone", &basket)).await.is_none());
        faults.heal();
        for _ in 0..3 {
            world.advance(901).await;
            world.sweep().await;
            world.settle().await;
        }
        assert_eq!(world.stack.stripe().objects("charge").len(), 0, "the sweeper confirms nothing");
        let intents = world.stack.stripe().objects("payment_intent");
        assert!(intents.iter().all(|intent| intent["status"] == "canceled"), "{intents:?}");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
        // Too late, the client comes back after all.
        let late = world.order_under("gone", &basket).await.expect(201);
        assert_eq!(late["order"]["status"], "expired");
        assert_eq!(world.stack.stripe().objects("charge").len(), 0);
        world.finish().await;
    }
}

#[tokio::test]
async fn unclear_answers_keep_the_order_until_the_repeat() {
    for (path, fault) in [
        ("/v1/payment_intents", "lose_answer"),
        ("/v1/payment_intents", "error_500_done"),
        ("/v1/payment_intents/*/confirm", "lose_answer"),
        ("/v1/payment_intents/*/confirm", "error_500_done"),
        ("/v1/payment_intents/*/confirm", "lose_request"),
    ] {
        let world = World::of_products().await;
        world.drop_webhooks().await;
        let all = json!({ "calls": [
            { "method": "POST", "path": path, "fault": fault, "times": 100 },
            { "method": "GET", "path": "/v1/payment_intents", "fault": "refuse", "times": 100 },
        ] });
        world.at_stripe("faults", &all).await;
        let basket = world.basket(&MUGS, Some("pm_card_visa"));
        let answer = world.order_under("unclear", &basket).await.refused(503, "payment_unavailable");
        assert!(!answer.header("retry-after").is_empty());
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0), "{path} {fault}");
        world.stack.stripe().clear_faults();
        let order = Bought::of(world.order_under("unclear", &basket).await.expect(201));
        assert_eq!(order.json["order"]["status"], "paid", "{path} {fault}");
        assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 1, "{path} {fault}");
        assert_eq!(world.intents(&order.id).len(), 1, "{path} {fault}");
        world.send_webhooks().await;
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
        world.finish().await;
    }
}
