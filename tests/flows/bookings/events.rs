//! Stripe's events of bookings, in any order, late or wrong: its objects decide, not the names of events.

use holdfast_tests::{Bought, EXPERT, HOUR, World};
use serde_json::{Value, json};

use super::shared::{let_it_rest, of, slow_world, stands_at_stripe as stands};

/// A call to Stripe as its dashboard makes it.
async fn by_hand(world: &World, order: &Bought, what: &str) {
    let intent = world.intent(order)["id"].as_str().expect("an id").to_owned();
    let request = http::Request::post(format!("http://stripe/v1/payment_intents/{intent}/{what}"))
        .header("authorization", "Bearer sk_test_dashboard")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(bytes::Bytes::new())
        .expect("a request");
    let answer = world.stack.stripe().send(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", String::from_utf8_lossy(answer.body()));
}

#[tokio::test]
async fn declining_what_was_taken_in_stripes_dashboard_gives_it_back() {
    let (world, _) = slow_world().await;
    let order = world.requested("morning").await;
    world.drop_webhooks().await;
    by_hand(&world, &order, "capture").await;
    world.as_expert(&order, "decline").await.expect(200);
    world.send_webhooks().await;
    assert_eq!(stands(&world, &order).await, of("refunded", "declined", "succeeded"));
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.captured, balance.refunded), (8_000, 8_000));
    let_it_rest(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn declining_against_the_webhook() {
    let (world, faults) = slow_world().await;
    for n in 0..10 {
        let slot = format!("slot-{n}");
        world.slot(&slot, "80.00", 1, 48 * HOUR).await;
        let order = world.requested(&slot).await;
        world.drop_webhooks().await;
        // A person releases the money at Stripe in the moment in which the expert declines.
        by_hand(&world, &order, "cancel").await;
        let event = world.events("payment_intent.canceled").pop().expect("Stripe has something to tell");
        faults.jitter(8);
        let (declined, reported) = tokio::join!(world.as_expert(&order, "decline"), world.event(&event));
        faults.jitter(0);
        assert!([200, 409].contains(&declined.status.as_u16()), "{}", declined.text);
        assert_eq!(reported.status.as_u16(), 200, "{}", reported.text);
        let (status, booking, intent) = stands(&world, &order).await;
        assert_eq!((status.as_str(), intent.as_str()), ("canceled", "canceled"));
        // The answer shows the present state.
        assert_eq!(booking == "declined", declined.status.as_u16() == 200, "{booking}: {}", declined.text);
        assert_eq!(world.seats(&slot).await, (1, 0, 0));
        world.send_webhooks().await;
    }
    let_it_rest(&world).await;
}

#[tokio::test]
async fn a_capture_is_reported_before_the_authorization() {
    let (world, _) = slow_world().await;
    let order = world.requested_for("morning").await;
    world.drop_webhooks().await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    by_hand(&world, &order, "capture").await;
    let event = |kind: &str| world.events(kind).pop().unwrap_or_else(|| panic!("no {kind}"));
    let reported = async |kind: &str| world.event(&event(kind)).await.expect(200)["outcome"].clone();
    assert_eq!(reported("charge.captured").await, "paid");
    assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"));
    for kind in ["payment_intent.amount_capturable_updated", "payment_intent.succeeded", "charge.succeeded"] {
        reported(kind).await;
        assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"), "{kind}");
    }
    world.send_webhooks().await;
    let_it_rest(&world).await;
}

#[tokio::test]
async fn an_events_name_decides_nothing() {
    let (world, _) = slow_world().await;
    let order = world.requested("morning").await;
    let authorized = world.events("payment_intent.amount_capturable_updated").pop().expect("an event");
    let forged = |kind: &str, status: &str| {
        let mut event = authorized.clone();
        event["id"] = json!(format!("evt_{}", kind.replace(['.', '_'], "")));
        event["type"] = json!(kind);
        event["data"]["object"]["status"] = json!(status);
        event
    };
    // Late, early or wrong: the object is fetched, and the money is still authorized.
    world.event(&forged("payment_intent.canceled", "canceled")).await.expect(200);
    assert_eq!(stands(&world, &order).await, of("authorized", "requested", "requires_capture"));
    world.as_expert(&order, "confirm").await.expect(200);
    world.event(&authorized).await.expect(200);
    let mut again = forged("payment_intent.canceled", "canceled");
    again["id"] = json!("evt_again");
    world.event(&again).await.expect(200);
    let mut capturable = forged("payment_intent.amount_capturable_updated", "requires_capture");
    capturable["id"] = json!("evt_capturable");
    world.event(&capturable).await.expect(200);
    assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"));
    let_it_rest(&world).await;
}

#[tokio::test]
async fn an_authorization_that_stripe_lets_go_ends_the_booking() {
    // Which of Stripe's events comes, if any does.
    for reported in [Some("charge.expired"), Some("payment_intent.canceled"), None] {
        let (world, _) = slow_world().await;
        world.slot("far", "80.00", 1, 30 * 24 * HOUR).await;
        let order = world.requested("far").await;
        world.drop_webhooks().await;
        // Seven days in which no sweeper came.
        world.advance(7 * 24 * HOUR + 60).await;
        assert_eq!(world.intent(&order)["status"], "canceled");
        match reported {
            Some(kind) => {
                let event = world.events(kind).pop().unwrap_or_else(|| panic!("no {kind}"));
                world.event(&event).await.expect(200);
            }
            None => assert_eq!(world.sweep().await.failed, 0),
        }
        assert_eq!(stands(&world, &order).await, of("canceled", "timed_out", "canceled"), "{reported:?}");
        assert_eq!(world.seats("far").await, (1, 0, 0));
        world.as_expert(&order, "confirm").await.refused(409, "illegal_state");
        world.send_webhooks().await;
        assert_eq!(stands(&world, &order).await, of("canceled", "timed_out", "canceled"));
        let_it_rest(&world).await;
    }
}

#[tokio::test]
async fn events_of_a_released_card_are_all_understood() {
    // Stripe writes down what it lets go as a refund of money that was never taken.
    let (world, _) = slow_world().await;
    for (n, what) in ["decline", "cancel"].into_iter().enumerate() {
        let slot = format!("slot-{n}");
        world.slot(&slot, "80.00", 1, 48 * HOUR).await;
        let order = world.requested(&slot).await;
        world.as_expert(&order, what).await.expect(200);
        world.settle().await;
        assert_eq!(world.refunds(&order).await, Vec::<Value>::new());
        for kind in ["refund.created", "charge.refunded", "payment_intent.canceled"] {
            let Some(event) = world.events(kind).pop() else { continue };
            world.event(&event).await.expect(200);
        }
        assert_eq!(world.refunds(&order).await, Vec::<Value>::new());
        assert!(world.trail(&order).await.iter().any(|(_, by)| by == EXPERT));
    }
    let_it_rest(&world).await;
}
