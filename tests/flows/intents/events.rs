//! Stripe's events of intents: signed, late, lost, twice, early, or about orders that we do not have.

use holdfast_tests::{
    Bought, CRAFTS, INTENT_HOLD, World,
    faults::{Fault, Faults, Rule, Service},
    sign,
};
use serde_json::{Value, json};

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

/// An order that was paid by its client, whose event we have not seen, and this event.
async fn paid_in_silence(world: &World) -> (Bought, Value) {
    world.drop_webhooks().await;
    let order = world.ordered(&MUGS, None).await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    let event = world.events("payment_intent.succeeded").pop().expect("Stripe has something to tell");
    assert_eq!(world.order(&order).await["status"], "pending");
    (order, event)
}

#[tokio::test]
async fn a_valid_signature_settles_and_an_invalid_one_is_401() {
    let world = World::of_products().await;
    let (order, event) = paid_in_silence(&world).await;
    let body = event.to_string();
    let now = world.stack.clock().now().as_second();
    let before = world.dump().await;
    for bad in [
        sign::header("whsec_other", now, &body),
        sign::header(sign::SECRET, now, &body.replace("2500", "2501")),
        sign::header(sign::SECRET, now - 301, &body),
        format!("t={now},v1={}", "0".repeat(64)),
        "nonsense".to_owned(),
    ] {
        world.webhook(&body, Some(&bad)).await.refused(401, "invalid_signature");
    }
    world.webhook(&body, None).await.refused(400, "missing_signature");
    world.unchanged_since(&before).await;
    let answer = world.webhook(&body, Some(&sign::header(sign::SECRET, now, &body))).await.expect(200);
    assert_eq!(answer, json!({ "received": true, "outcome": "paid" }));
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn an_event_that_comes_again_is_acknowledged_and_changes_nothing() {
    let world = World::of_products().await;
    let (order, event) = paid_in_silence(&world).await;
    world.event(&event).await.expect(200);
    world.settle().await;
    let id = event["id"].as_str().unwrap();
    let record = async || {
        let all = world.everything().await;
        all.events.into_iter().find(|event| event.id.as_str() == id).expect("the event is in the table")
    };
    let first = record().await;
    assert!(first.done && first.done_at.is_some());
    let before = world.dump().await;
    for wait in [0, 60, 3 * 86_400] {
        world.advance(wait).await;
        assert_eq!(world.event(&event).await.expect(200)["outcome"], "already_processed");
    }
    assert_eq!(record().await.done_at, first.done_at, "worked on once");
    for copy in 0..3 {
        let mut again = event.clone();
        again["id"] = json!(format!("evt_copy{copy}"));
        assert_eq!(world.event(&again).await.expect(200)["outcome"], "already_processed");
    }
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

/// A card that is declined, then another one that pays. Whichever event comes first or last, and whatever times they
/// name: the money is there, so the order is paid.
#[tokio::test]
async fn a_payment_that_succeeded_after_a_failure_is_paid_in_any_order() {
    for reversed in [false, true] {
        for same_second in [false, true] {
            let world = World::of_products().await;
            world.drop_webhooks().await;
            let order = world.ordered(&MUGS, None).await;
            world.confirm(&order, "pm_card_chargeDeclined").await.expect(402);
            if !same_second {
                world.advance(2).await;
            }
            world.confirm(&order, "pm_card_visa").await.expect(200);
            let failed = world.events("payment_intent.payment_failed").remove(0);
            let paid = world.events("payment_intent.succeeded").remove(0);
            assert!(failed["created"].as_i64() <= paid["created"].as_i64());
            let events = if reversed { [paid, failed] } else { [failed, paid] };
            for event in &events {
                world.event(event).await.expect(200);
            }
            assert_eq!(world.order(&order).await["status"], "paid", "{reversed} {same_second}");
            assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
            world.send_webhooks().await;
            assert_eq!(world.order(&order).await["status"], "paid");
            world.finish().await;
        }
    }
}

/// Declines that arrive in the wrong order: the failure shown is the later one by Stripe's time.
#[tokio::test]
async fn the_later_of_two_declines_is_the_one_shown() {
    for reversed in [false, true] {
        let world = World::of_products().await;
        world.drop_webhooks().await;
        let order = world.ordered(&MUGS, None).await;
        world.confirm(&order, "pm_card_chargeDeclined").await.expect(402);
        world.advance(2).await;
        world.confirm(&order, "pm_card_chargeDeclinedInsufficientFunds").await.expect(402);
        let mut events = world.events("payment_intent.payment_failed");
        if reversed {
            events.reverse();
        }
        for event in &events {
            world.event(event).await.expect(200);
        }
        let open = world.order(&order).await;
        assert_eq!(
            (&open["status"], &open["payment"]["failure"]["code"]),
            (&json!("pending"), &json!("insufficient_funds"))
        );
        world.send_webhooks().await;
        world.advance(INTENT_HOLD).await;
        world.finish().await;
    }
}

/// The webhook is there before the answer of the call that caused it.
#[tokio::test]
async fn events_may_come_before_the_answer_of_the_call_that_caused_them() {
    for (card, status) in [("pm_card_visa", "paid"), ("pm_card_chargeDeclined", "failed")] {
        let faults = Faults::new();
        let world = World::of_products_with(faults.options()).await;
        let basket = world.basket(&MUGS, Some(card));
        // The answer never comes, however often it is asked for; the events do.
        let lost = Rule::every(Service::Stripe, Fault::AnswerLost).of("POST /v1/payment_intents").after(1);
        faults.plan([lost]);
        let answer = world.order_under("early", &basket).await;
        assert!(faults.heal() > 0);
        assert!([503, 201, 402].contains(&answer.status.as_u16()), "{}", answer.text);
        world.settle().await;
        let orders = world.everything().await.orders;
        assert_eq!((orders.len(), orders[0].status.as_str()), (1, status));
        let again = world.order_under("early", &basket).await;
        assert_eq!(again.status.as_u16(), if status == "paid" { 201 } else { 402 }, "{}", again.text);
        assert_eq!(again.json["order"]["status"], status);
        let order = Bought::of(json!({ "order": again.json["order"] }));
        assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, u32::from(status == "paid"));
        assert_eq!(world.intent(&order)["status"], if status == "paid" { "succeeded" } else { "canceled" });
        world.finish().await;
    }
}

/// The webhook arrives while the confirmation's answer is still on its way.
#[tokio::test]
async fn a_webhook_that_overtakes_the_answer_settles_and_the_answer_agrees() {
    for (card, expected) in [("pm_card_visa", 201), ("pm_card_chargeDeclined", 402)] {
        let world = World::of_products().await;
        let slow =
            json!({ "method": "POST", "path": "/v1/payment_intents/*/confirm", "fault": "slow", "milliseconds": 400 });
        world.at_stripe("faults", &json!({ "calls": [slow] })).await;
        let basket = world.basket(&MUGS, Some(card));
        let (answer, ()) = tokio::join!(world.order_under("slow", &basket), async {
            for _ in 0..40 {
                world.settle().await;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        });
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.text);
        world.settle().await;
        let status = answer.json["order"]["status"].as_str().unwrap();
        assert_eq!(status, if expected == 201 { "paid" } else { "failed" });
        let sold = if expected == 201 { (18, 0, 2) } else { (20, 0, 0) };
        assert_eq!(world.stock_of(CRAFTS, "mug").await, sold);
        world.finish().await;
    }
}

#[tokio::test]
async fn events_of_orders_that_we_do_not_know_are_acknowledged() {
    let world = World::of_products().await;
    let (order, event) = paid_in_silence(&world).await;
    let others = [
        (json!({ "order_id": "ord_of_another_shop" }), "unknown_order"),
        (json!({}), "not_ours"),
        (json!({ "order_id": "../x" }), "not_ours"),
    ];
    for (n, (metadata, outcome)) in others.iter().enumerate() {
        let mut other = event.clone();
        other["id"] = json!(format!("evt_other{n}"));
        other["data"]["object"]["id"] = json!("pi_ofanothershop");
        other["data"]["object"]["metadata"] = metadata.clone();
        let answer = world.event(&other).await.expect(200);
        assert_eq!((&answer["received"], &answer["outcome"]), (&json!(true), &json!(outcome)), "{metadata}");
    }
    assert_eq!(world.order(&order).await["status"], "pending");
    world.event(&event).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn events_that_come_days_late_end_as_stripe_has_it() {
    let world = World::of_products().await;
    world.drop_webhooks().await;
    let never = world.ordered(&MUGS, None).await;
    world.confirm(&never, "pm_card_chargeDeclined").await.expect(402);
    let paid = world.ordered(&MUGS, None).await;
    world.confirm(&paid, "pm_card_visa").await.expect(200);
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    world.advance(5 * 86_400).await;
    world.send_webhooks().await;
    assert_eq!(world.order(&never).await["status"], "expired");
    assert_eq!(world.order(&paid).await["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

/// Stripe's page of the dashboard: a person there cancels the payment of an order that waits.
#[tokio::test]
async fn a_payment_that_is_canceled_at_stripe_ends_the_order() {
    let world = World::of_products().await;
    let order = world.ordered(&MUGS, None).await;
    let intent = world.intent(&order)["id"].as_str().unwrap().to_owned();
    let request = http::Request::post(format!("http://stripe/v1/payment_intents/{intent}/cancel"))
        .header("authorization", "Bearer sk_test_dashboard")
        .body("".into())
        .unwrap();
    assert!(world.stack.stripe().send(request).await.unwrap().status().is_success());
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "canceled");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn a_curious_client_heals_a_lost_webhook() {
    let world = World::of_products().await;
    let (order, _) = paid_in_silence(&world).await;
    let fetches = || world.calls_to("GET", "/v1/payment_intents");
    assert_eq!(
        (world.order(&order).await["status"].as_str(), fetches()),
        (Some("pending"), 0),
        "the webhooks may still come"
    );
    world.advance(6).await;
    let healed = world.order(&order).await;
    assert_eq!((&healed["status"], &healed["payment"]["status"]), (&json!("paid"), &json!("captured")));
    assert_eq!(fetches(), 1);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.order(&order).await;
    assert_eq!(fetches(), 1, "what is settled is not asked about");
    world.send_webhooks().await;
    assert_eq!(world.mail()["ada@example.com"].len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn looking_at_an_open_order_asks_stripe_now_and_then_and_never_harms() {
    let world = World::of_products().await;
    world.drop_webhooks().await;
    let order = world.ordered(&MUGS, None).await;
    world.advance(6).await;
    for _ in 0..5 {
        assert_eq!(world.order(&order).await["status"], "pending");
    }
    assert_eq!(world.calls_to("GET", "/v1/payment_intents"), 1, "not at every look");
    // While Stripe is down the order is shown as we know it.
    let fault =
        json!({ "calls": [{ "method": "GET", "path": "/v1/payment_intents", "fault": "refuse", "times": 100 }] });
    world.at_stripe("faults", &fault).await;
    world.advance(10).await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.stack.stripe().clear_faults();
    // A decline ends nothing.
    world.confirm(&order, "pm_card_chargeDeclined").await.expect(402);
    world.advance(10).await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.send_webhooks().await;
    world.advance(INTENT_HOLD).await;
    world.finish().await;
}
