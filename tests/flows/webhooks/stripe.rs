//! Stripe's events, and forged ones.

use holdfast_tests::{Bought, World, sign};
use serde_json::{Value, json};

pub(super) async fn quiet_stripe(world: &World) {
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
}

/// A paid order whose event we have not seen yet, and this event.
async fn paid_in_silence(world: &World) -> (Bought, Value) {
    quiet_stripe(world).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().expect("Stripe has something to tell");
    assert_eq!(world.order(&order).await["status"], "pending");
    (order, event)
}

#[tokio::test]
async fn a_webhook_alone_makes_an_order_paid() {
    let world = World::new().await;
    let (order, event) = paid_in_silence(&world).await;
    let answer = world.event(&event).await.expect(200);
    assert_eq!(answer, json!({ "received": true, "outcome": "paid" }));
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn events_without_a_signature_are_refused() {
    let world = World::new().await;
    let (order, event) = paid_in_silence(&world).await;
    let before = world.dump().await;
    let answer = world.webhook(&event.to_string(), None).await.refused(400, "missing_signature");
    answer.explains("The Stripe-Signature header is missing");
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.event(&event).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn events_with_a_wrong_signature_are_refused() {
    let world = World::new().await;
    let (order, event) = paid_in_silence(&world).await;
    let body = event.to_string();
    let now = world.stack.clock().now().as_second();
    let before = world.dump().await;
    let good = sign::v1(sign::SECRET, now, &body);
    for bad in [
        sign::header("whsec_other", now, &body),
        sign::header(sign::SECRET, now, &format!("{body} ")),
        sign::header(sign::SECRET, now, "{}"),
        format!("t={now},v1={}", "0".repeat(64)),
        format!("t={now},v0={good}"),
        format!("t={},v1={good}", now + 1),
        format!("v1={good}"),
        format!("t={now}"),
        format!("t=now,v1={good}"),
        format!("t={now},v1="),
        format!("t={now},v1={}", &good[..62]),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let answer = world.webhook(&body, Some(&bad)).await;
        let code = if bad.is_empty() { answer.json["code"].clone() } else { json!("invalid_signature") };
        assert_eq!(answer.json["code"], code, "{bad}");
        assert!([400, 401].contains(&answer.status.as_u16()), "{bad}: {}", answer.text);
        if !bad.is_empty() {
            answer.refused(401, "invalid_signature");
        }
    }
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.event(&event).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn old_events_cannot_be_replayed() {
    let world = World::new().await;
    let (order, event) = paid_in_silence(&world).await;
    let body = event.to_string();
    let then = world.stack.clock().now().as_second();
    let header = sign::header(sign::SECRET, then, &body);
    world.advance(301).await;
    world.webhook(&body, Some(&header)).await.refused(401, "invalid_signature");
    // Nor can those that claim to be from the future.
    let future = sign::header(sign::SECRET, then + 301 + 301, &body);
    world.webhook(&body, Some(&future)).await.refused(401, "invalid_signature");
    assert_eq!(world.order(&order).await["status"], "pending");
    let fresh = sign::header(sign::SECRET, then + 301, &body);
    world.webhook(&body, Some(&fresh)).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn secrets_can_be_rotated_without_losing_an_event() {
    let options = local::Options {
        settings: vec![("STRIPE_WEBHOOK_SECRET".to_owned(), "whsec_new,whsec_local".to_owned())],
        ..local::Options::default()
    };
    let world = World::with(options).await;
    world.stack.stripe().set_webhook_secrets(vec!["whsec_new".to_owned()]);
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    let event = world.events("checkout.session.completed").pop().unwrap();
    let body = event.to_string();
    let now = world.stack.clock().now().as_second();
    for (secret, status) in [("whsec_new", 200), ("whsec_local", 200), ("whsec_older", 401)] {
        let answer = world.webhook(&body, Some(&sign::header(secret, now, &body))).await;
        assert_eq!(answer.status.as_u16(), status, "{secret}: {}", answer.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn one_good_signature_of_several_is_enough() {
    let world = World::new().await;
    let now = world.stack.clock().now().as_second();
    for n in 0..2 {
        let event = json!({ "id": format!("evt_{n}"), "object": "event", "type": "balance.available", "created": now,
            "data": { "object": { "object": "balance" } } });
        let body = event.to_string();
        let good = sign::v1(sign::SECRET, now, &body);
        let old = sign::v1("whsec_old", now, &body);
        let header =
            if n == 0 { format!("t={now},v1={old},v1={good}") } else { format!("t={now},v1={good},v0={old},v1={old}") };
        assert_eq!(world.webhook(&body, Some(&header)).await.expect(200)["outcome"], "ignored");
    }
}

#[tokio::test]
async fn unknown_types_are_acknowledged_and_recorded() {
    let world = World::new().await;
    let now = world.stack.clock().now().as_second();
    let event = json!({ "id": "evt_unknown", "object": "event", "type": "customer.subscription.updated", "created": now,
        "data": { "object": { "id": "sub_1", "object": "subscription", "metadata": { "order_id": "ord_1" } } } });
    let answer = world.event(&event).await.expect(200);
    assert_eq!(answer["outcome"], "ignored");
    let all = world.everything().await;
    let record = all.events.iter().find(|event| event.id.as_str() == "evt_unknown").expect("it is recorded");
    assert!(record.done);
    world.finish().await;
}

#[tokio::test]
async fn signed_bodies_that_are_no_events_are_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    for body in
        ["", "hello", "{}", "[]", r#"{"id":"evt_1"}"#, r#"{"id":7,"type":"x","created":1,"data":{"object":{}}}"#]
    {
        let now = world.stack.clock().now().as_second();
        let answer = world.webhook(body, Some(&sign::header(sign::SECRET, now, body))).await;
        answer.refused(400, "invalid_request");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn events_of_unknown_orders_are_acknowledged() {
    let world = World::new().await;
    let (order, mut event) = paid_in_silence(&world).await;
    event["data"]["object"]["metadata"]["order_id"] = json!("ord_of_another_shop");
    event["data"]["object"]["client_reference_id"] = json!("ord_of_another_shop");
    event["id"] = json!("evt_other");
    let answer = world.event(&event).await.expect(200);
    assert_eq!(answer["outcome"], "unknown_order");
    assert_eq!(world.order(&order).await["status"], "pending");
    world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
    world.finish().await;
}

#[tokio::test]
async fn an_event_that_comes_again_changes_nothing() {
    let world = World::new().await;
    let (order, event) = paid_in_silence(&world).await;
    world.event(&event).await.expect(200);
    world.settle().await;
    let before = world.dump().await;
    for _ in 0..3 {
        assert_eq!(world.event(&event).await.expect(200)["outcome"], "already_processed");
    }
    world.unchanged_since(&before).await;
    // The same thing under another id, which Stripe sends now and then.
    let mut copy = event.clone();
    copy["id"] = json!("evt_copy");
    assert_eq!(world.event(&copy).await.expect(200)["outcome"], "already_processed");
    let after = world.order(&order).await;
    assert_eq!(after["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(world.stock("general").await, (99, 0, 1));
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn webhooks_may_come_twice_late_or_in_any_order() {
    for mode in ["duplicate", "shuffle", "delay"] {
        let world = World::new().await;
        world.at_stripe("faults", &json!({ "webhooks": mode })).await;
        let orders = [world.buy("general", 1).await, world.buy("vip", 2).await];
        for order in &orders {
            world.pay(order);
        }
        world.settle().await;
        world.advance(600).await;
        world.at_stripe("webhooks/deliver", &json!({})).await;
        world.settle().await;
        for order in &orders {
            assert_eq!(world.order(order).await["status"], "paid", "{mode}");
        }
        assert_eq!(world.stack.mails().len(), 2, "{mode}");
        world.refund(&orders[1], &json!({})).await.expect(201);
        world.settle().await;
        world.advance(600).await;
        world.at_stripe("webhooks/deliver", &json!({})).await;
        world.settle().await;
        assert_eq!(world.order(&orders[1]).await["status"], "refunded", "{mode}");
        world.finish().await;
    }
}
