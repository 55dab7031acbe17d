//! Reviews by their causes: late payments, refunds that failed, disputes, bookings.

use holdfast_tests::{Side, TUTOR, World};
use serde_json::{Value, json};

use super::staff::{decide, last_step, listed, refunded_at_stripe, ten_dollars};

#[tokio::test]
async fn a_late_payment_in_review_takes_tickets_again_if_there_are_any() {
    let world = World::new().await;
    world.offer("rare", "25.00", 2).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        let order = world.buy("rare", 1).await;
        world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
        world.pay(&order);
        orders.push(order);
    }
    // Stripe's page shows as expired, and its payment is heard of later.
    for order in &orders {
        let mut expired = world.session(order);
        expired["status"] = json!("expired");
        expired["payment_status"] = json!("unpaid");
        let mut event = world.events("checkout.session.completed").pop().unwrap();
        event["id"] = json!(format!("evt_expired_{}", order.id));
        event["type"] = json!("checkout.session.expired");
        event["data"]["object"] = expired;
        world.event(&event).await.expect(200);
        assert_eq!(world.order(order).await["status"], "expired");
    }
    assert_eq!(world.stock("rare").await, (2, 0, 0));
    let other = world.buy("rare", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.stack.stripe().release_webhooks(true);
    world.settle().await;
    for order in &orders {
        let now = world.order(order).await;
        assert!(now["review"].is_object() && now["status"] == "expired", "{now}");
    }
    decide(&world, &orders[0], true).await.expect(200);
    assert_eq!(world.stock("rare").await, (0, 1, 1));
    let before = world.raw();
    decide(&world, &orders[1], true).await.refused(409, "out_of_stock");
    world.table_is(&before);
    let back = decide(&world, &orders[1], false).await.expect(200);
    assert_eq!((&back["status"], refunded_at_stripe(&world, &orders[1])), (&json!("refunded"), 1_000));
    world.pay(&other);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_fails_at_stripe_is_acknowledged_or_tried_again() {
    let world = World::new().await;
    for accept in [true, false] {
        let order = world.bought("general", 2).await;
        let refund = world.refund(&order, &json!({})).await.expect(201);
        world.settle().await;
        world.fail_refund(&refund).await;
        world.settle().await;
        let now = world.order(&order).await;
        assert!(now["review"]["reason"].as_str().unwrap().contains("failed at Stripe"), "{now}");
        assert_eq!(listed(&world, "review=true").await, std::slice::from_ref(&order.id));
        let ended = decide(&world, &order, accept).await.expect(200);
        world.settle().await;
        assert_eq!(ended["review"], Value::Null);
        if accept {
            assert_eq!(last_step(&ended), ("review_acknowledged".to_owned(), "staff-1".to_owned()));
        } else {
            assert_eq!(ended["status"], "refunded");
            assert_eq!(world.refunds(&order).await.len(), 2);
        }
        assert_eq!(world.stock("general").await, (100, 0, 0));
        assert_eq!(listed(&world, "review=true").await, Vec::<String>::new());
    }
    let violations = world.violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn a_review_waits_for_the_bank() {
    let world = World::new().await;
    let (kept, lost) = (ten_dollars(&world).await, ten_dollars(&world).await);
    let mut disputes = Vec::new();
    for order in [&kept, &lost] {
        let dispute = world.at_stripe("disputes", &json!({ "charge": world.charge(order)["id"] })).await;
        disputes.push(dispute["id"].as_str().unwrap().to_owned());
        world.settle().await;
        decide(&world, order, true).await.refused(409, "illegal_state");
        decide(&world, order, false).await.refused(409, "illegal_state");
    }
    for (dispute, status) in disputes.iter().zip(["won", "lost"]) {
        world.at_stripe(&format!("disputes/{dispute}/close"), &json!({ "status": status })).await;
        world.settle().await;
    }
    assert_eq!(decide(&world, &kept, true).await.expect(200)["status"], "paid");
    // The bank has given the other one back; nothing is left to decide.
    let now = world.order(&lost).await;
    assert_eq!((&now["status"], &now["review"]), (&json!("canceled"), &Value::Null));
    assert_eq!(world.stock("general").await, (98, 0, 2));
    let audit = world.stack.audit().await.unwrap();
    assert!(audit.ok, "{:#?}", audit.violations);
}

#[tokio::test]
async fn a_booking_with_another_authorization_is_put_to_the_expert_or_released() {
    let world = World::of_experts().await;
    for accept in [true, false] {
        let order = world.requested_for("morning").await;
        let intent = order.json["order"]["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
        world.at_stripe(&format!("intents/{intent}/price"), &json!({ "amount": 7_000 })).await;
        world.at_stripe(&format!("intents/{intent}/confirm"), &json!({ "payment_method": "pm_card_visa" })).await;
        world.settle().await;
        let now = world.order(&order).await;
        assert_eq!(now["review"]["reason"], "authorized 70.00 usd instead of 80.00 usd");
        assert_eq!(listed(&world, "review=true").await, std::slice::from_ref(&order.id));
        let decided = decide(&world, &order, accept).await.expect(200);
        world.settle().await;
        assert_eq!(decided["review"], Value::Null);
        if accept {
            assert_eq!(decided["status"], "authorized");
            world.as_expert(&order, "confirm").await.expect(200);
            world.settle().await;
            let paid = world.order(&order).await;
            assert_eq!((&paid["status"], &paid["payment"]["captured"]), (&json!("paid"), &json!("70.00")));
            world.cancel(&order, Side::Expert).await.expect(200);
            world.settle().await;
            assert_eq!(world.order(&order).await["refunded"], "70.00");
        } else {
            assert_eq!((&decided["status"], &decided["payment"]["status"]), (&json!("canceled"), &json!("canceled")));
            assert_eq!(world.object(&intent)["status"], "canceled");
        }
        assert_eq!(world.stock_of(TUTOR, "morning").await, (1, 0, 0));
    }
    world.finish().await;
}
