//! What Stripe refuses for now, for a reason that a person or time will mend: tried again later, not abandoned.

use holdfast_tests::{Bought, CRAFTS, World, capture::Capture};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

async fn break_calls(world: &World, method: &str, path: &str, fault: &str, times: u32) {
    let rule = json!({ "calls": [{ "method": method, "path": path, "fault": fault, "times": times }] });
    world.at_stripe("faults", &rule).await;
}

fn refund_keys(world: &World) -> Vec<String> {
    let calls = world.stack.stripe().calls();
    let refunds = calls.into_iter().filter(|call| call.method == "POST" && call.path == "/v1/refunds");
    refunds.map(|call| call.idempotency_key.unwrap()).collect()
}

/// Each kind of refusal that lies in an account, and whether Stripe keeps it under the call's key.
#[tokio::test]
async fn a_refund_that_stripe_will_not_make_now_is_tried_again_with_growing_pauses() {
    for (fault, kept) in [("balance", true), ("account", true), ("forbidden", false)] {
        let world = World::new().await;
        let order = world.bought("general", 2).await;
        break_calls(&world, "POST", "/v1/refunds", fault, 3).await;
        let capture = Capture::default();
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        let refund = world.refund(&order, &one).with_subscriber(capture.subscriber()).await.expect(201);
        assert_eq!(refund["status"], "pending", "{fault}");
        let alarms = capture.lines().into_iter().filter(|line| line["alarm"] == "stripe_account").count();
        assert!(alarms > 0, "{fault}: a person hears of it");
        // What it gives back stays reserved.
        let paid = world.order(&order).await;
        assert_eq!((&paid["status"], &paid["refunded"]), (&json!("paid"), &json!("0.00")));
        let statuses: Vec<_> = paid["tickets"].as_array().unwrap().iter().map(|t| t["status"].clone()).collect();
        assert!(statuses.contains(&json!("refunding")), "{fault}: {statuses:?}");
        world.refund(&order, &json!({ "amount": "40.00" })).await.refused(400, "exceeds_captured");

        // Not before its time, and each time later.
        world.sweep().await;
        assert_eq!(refund_keys(&world).len(), 1, "{fault}");
        for wait in [61, 125] {
            world.advance(wait).await;
            world.sweep().await;
        }
        assert_eq!(world.refunds(&order).await[0]["status"], "pending", "{fault}: {:?}", refund_keys(&world));
        world.advance(6 * 3_600).await;
        world.sweep().await;
        world.settle().await;
        assert_eq!(world.refunds(&order).await[0]["status"], "succeeded", "{fault}: {:?}", refund_keys(&world));
        assert_eq!(world.stack.stripe().objects("refund").len(), 1, "{fault}: made once");
        let mut keys = refund_keys(&world);
        let requested = keys.len();
        keys.dedup();
        assert_eq!((requested, keys.len()), (4, if kept { 4 } else { 1 }), "{fault}");
        assert_eq!(world.order(&order).await["refunded"], "25.00");
        world.finish().await;
    }
}

/// What was refused and made all the same, as by a person at Stripe, is not made twice.
#[tokio::test]
async fn a_refund_that_waits_finds_what_was_made_meanwhile() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    break_calls(&world, "POST", "/v1/refunds", "balance", 1).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": world.charge(&order)["id"] })).await;
    world.advance(61).await;
    world.sweep().await;
    assert_eq!(world.stack.stripe().objects("refund").len(), 1);
    assert_eq!(world.order(&order).await["status"], "refunded");
}

/// A seller who cannot be paid: refused at once, and the stock is free at once.
#[tokio::test]
async fn a_seller_that_stripe_refuses_costs_no_stock() {
    let world = World::of_products().await;
    break_calls(&world, "POST", "/v1/checkout/sessions", "account", 1).await;
    let capture = Capture::default();
    let request = world.request("general", 2);
    let send = async || world.post("/v1/checkout").key("k").json(&request).await;
    let answer = send().with_subscriber(capture.subscriber()).await.refused(400, "payments_not_configured");
    assert!(!answer.text.contains("account_invalid"), "Stripe's reasons are ours to know: {}", answer.text);
    assert_eq!(answer.json["order"]["status"], "failed");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert!(capture.lines().iter().any(|line| line["alarm"] == "stripe_account" && line["class"] == "seller"));
    // Its key remembers it; a new one may find the account mended.
    assert_eq!(send().await.refused(400, "payments_not_configured").json["order"]["id"], answer.json["order"]["id"]);
    world.bought("general", 2).await;

    for (path, held) in [("/v1/payment_intents", 0), ("/v1/payment_intents/{id}/confirm", 1)] {
        break_calls(&world, "POST", path, "account", 1).await;
        let basket = world.basket(&MUGS, Some("pm_card_visa"));
        let key = format!("basket-{held}");
        let skip = if held == 0 { None } else { Some(1) };
        let answer = world.order_under(&key, &basket).await.refused(400, "payments_not_configured");
        assert_eq!(answer.json["order"]["status"], "failed", "{path}");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0), "{path}");
        world.order_under(&key, &basket).await.refused(400, "payments_not_configured");
        let id = answer.json["order"]["id"].as_str().unwrap();
        let intents = world.intents(id);
        assert!(intents.iter().all(|intent| intent["status"] == "canceled"), "{path}: {intents:?}");
        assert_eq!(intents.len(), skip.unwrap_or_default());
    }
    world.settle().await;
    world.finish().await;
}

/// Money that is authorized is taken later, when the account is mended; the expert answers again.
#[tokio::test]
async fn a_capture_that_stripe_refuses_for_now_may_be_tried_again() {
    for fault in ["account", "forbidden"] {
        let world = World::of_experts().await;
        let order = world.requested("morning").await;
        break_calls(&world, "POST", "/v1/payment_intents/{id}/capture", fault, 1).await;
        world.as_expert(&order, "confirm").await.refused(503, "payment_unavailable");
        assert_eq!(world.order(&order).await["status"], "authorized", "{fault}");
        let confirmed = world.as_expert(&order, "confirm").await.expect(200);
        assert_eq!(confirmed["status"], "paid", "{fault}");
        world.settle().await;
        assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 1);
        world.finish().await;
    }
}

/// Ending a page is tried again, and the stock waits for it.
#[tokio::test]
async fn a_page_that_cannot_be_ended_now_is_ended_later() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    break_calls(&world, "GET", "/v1/checkout/sessions", "forbidden", 1).await;
    world.advance(37 * 60).await;
    world.sweep().await;
    assert_eq!(world.stock("general").await, (99, 1, 0));
    world.advance(30 * 60).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    assert_eq!(world.stock("general").await, (100, 0, 0));
}

#[tokio::test]
async fn a_refund_with_an_amount_needs_a_key() {
    let world = World::new().await;
    let order: Bought = world.bought("general", 2).await;
    let path = format!("/v1/orders/{}/refunds", order.id);
    let before = world.dump().await;
    let amount = json!({ "amount": "1.00" });
    let answer = world.post(&path).role("staff").json(&amount).await.refused(400, "invalid_request");
    answer.at("Idempotency-Key");
    world.unchanged_since(&before).await;
    world.post(&path).role("staff").key("r-1").json(&amount).await.expect(201);
    let one: Value = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    world.post(&path).role("staff").json(&one).await.expect(201);
    world.post(&path).role("staff").json(&json!({})).await.expect(201);
    world.finish().await;
}
