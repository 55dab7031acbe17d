//! Slots that are paid on Stripe's page: the money is authorized there, and taken once the expert confirms.

use holdfast_tests::{Bought, ORGANIZATION, SLOT_HOLD, Side, World};
use serde_json::{Value, json};

/// How long a hosted order is held, in seconds.
const HOLD: i64 = 36 * 60;

async fn page(world: &World) -> Bought {
    let mut request = world.slot_request("morning", None);
    request["payment"] = json!({ "mode": "hosted" });
    world.buy_with(&request).await
}

/// The same, with the money authorized.
async fn requested(world: &World) -> Bought {
    let order = page(world).await;
    world.pay(&order);
    world.settle().await;
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["payment"]["status"]), (&json!("authorized"), &json!("authorized")), "{seen}");
    order
}

fn capturable(world: &World, order: &Bought) -> i64 {
    world.stack.stripe().balance("order_id", &order.id).capturable
}

#[tokio::test]
async fn a_slot_is_authorized_on_the_page_and_taken_when_its_expert_confirms() {
    let world = World::of_experts().await;
    let order = page(&world).await;
    assert_eq!(order.json["order"]["payment"]["mode"], "hosted");
    assert!(order.url.is_some());
    let calls = world.stack.stripe().calls();
    let made = calls.iter().rfind(|call| call.path == "/v1/checkout/sessions").expect("a session");
    assert!(
        made.form.contains("payment_intent_data[capture_method]=manual")
            || made.form.contains("capture_method%5D=manual")
    );
    assert_eq!(world.seats("morning").await, (0, 1, 0));
    let paid_at = world.stack.clock().now();
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.session(&order)["payment_status"], "unpaid", "Stripe has taken nothing");
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["booking"]["status"]), (&json!("authorized"), &json!("requested")));
    let respond_by: jiff::Timestamp = seen["booking"]["respond_by"].as_str().unwrap().parse().unwrap();
    let wait = respond_by.duration_since(paid_at).as_secs();
    assert!((SLOT_HOLD..SLOT_HOLD + 5).contains(&wait), "{wait}");
    assert_eq!(capturable(&world, &order), 8_000);

    world.as_expert(&order, "confirm").await.expect(200);
    world.settle().await;
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["booking"]["status"]), (&json!("paid"), &json!("confirmed")));
    assert_eq!(world.charge(&order)["amount_captured"], 8_000);
    assert_eq!(world.seats("morning").await, (0, 0, 1));
    world.finish().await;
}

#[tokio::test]
async fn whichever_event_comes_first_the_slot_is_authorized_with_its_tax() {
    for behavior in ["exclusive", "inclusive"] {
        for kind in ["payment_intent.amount_capturable_updated", "checkout.session.completed"] {
            let world = World::of_experts().await;
            world.organization(ORGANIZATION, json!({ "tax": { "behavior": behavior } })).await.expect(200);
            world.at_stripe("tax", &json!({ "percent": "10" })).await;
            world.drop_webhooks().await;
            let order = page(&world).await;
            world.pay(&order);
            world.event(&world.events(kind).pop().expect(kind)).await.expect(200);
            let (tax, amount) = if behavior == "exclusive" { ("8.00", 8_800) } else { ("7.27", 8_000) };
            let seen = world.order(&order).await;
            assert_eq!((&seen["status"], &seen["tax"]), (&json!("authorized"), &json!(tax)), "{kind}");
            assert_eq!(capturable(&world, &order), amount);
            world.send_webhooks().await;
            world.as_expert(&order, "confirm").await.expect(200);
            world.settle().await;
            let seen = world.order(&order).await;
            assert_eq!((&seen["status"], &seen["tax"]), (&json!("paid"), &json!(tax)), "{kind}");
            assert_eq!(world.charge(&order)["amount_captured"], amount);
            world.finish().await;
        }
    }
}

#[tokio::test]
async fn either_side_ends_it_before_the_confirmation() {
    let world = World::of_experts().await;
    for (end, status) in [("decline", "declined"), ("cancel", "canceled")] {
        let order = requested(&world).await;
        match end {
            "decline" => world.as_expert(&order, "decline").await.expect(200),
            _ => world.cancel(&order, Side::Buyer).await.expect(200),
        };
        world.settle().await;
        let seen = world.order(&order).await;
        assert_eq!((&seen["status"], &seen["booking"]["status"]), (&json!("canceled"), &json!(status)));
        assert_eq!((capturable(&world, &order), world.seats("morning").await), (0, (1, 0, 0)));
    }
    world.finish().await;
}

#[tokio::test]
async fn after_the_confirmation_the_policy_decides() {
    let world = World::of_experts().await;
    let order = requested(&world).await;
    world.as_expert(&order, "confirm").await.expect(200);
    world.settle().await;
    let off = world.cancel(&order, Side::Buyer).await.expect(200);
    assert_eq!(off["booking"]["refund_percent"], 100);
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "80.00");
    world.finish().await;
}

#[tokio::test]
async fn an_unpaid_page_lets_the_slot_go() {
    let world = World::of_experts().await;
    let order = page(&world).await;
    world.advance(HOLD - 30).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired", "Stripe told that the page ended");
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn an_expert_who_does_not_answer_loses_the_booking() {
    let world = World::of_experts().await;
    let order = requested(&world).await;
    world.advance(SLOT_HOLD + 5).await;
    world.sweep().await;
    world.settle().await;
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["booking"]["status"]), (&json!("canceled"), &json!("timed_out")));
    assert_eq!((capturable(&world, &order), world.seats("morning").await), (0, (1, 0, 0)));
    world.finish().await;
}

#[tokio::test]
async fn a_lost_word_of_the_authorization_is_found_when_the_hold_ends() {
    let world = World::of_experts().await;
    world.drop_webhooks().await;
    let order = page(&world).await;
    world.pay(&order);
    world.advance(HOLD + 5).await;
    world.sweep().await;
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["booking"]["status"]), (&json!("authorized"), &json!("requested")), "in time");
    world.as_expert(&order, "confirm").await.expect(200);
    world.send_webhooks().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn a_declined_card_leaves_the_page_open() {
    let world = World::of_experts().await;
    let order = page(&world).await;
    world.pay_with(&order.session, "pm_card_chargeDeclined").expect_err("declined");
    world.settle().await;
    let seen = world.order(&order).await;
    assert_eq!((&seen["status"], &seen["payment"]["failure"]["code"]), (&json!("pending"), &json!("generic_decline")));
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "authorized");
    assert_ne!(seen["hold"], Value::Null);
    world.as_expert(&order, "decline").await.expect(200);
    world.finish().await;
}
