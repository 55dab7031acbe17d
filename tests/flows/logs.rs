//! What operators read: one JSON line for each thing that happens to an order, with its duration, and nothing private.

use holdfast_tests::{World, capture::Capture};
use serde_json::{Value, json};

/// The lines of one order with that message.
fn lines(capture: &Capture, message: &str, order: &str) -> Vec<Value> {
    let all = capture.lines().into_iter();
    all.filter(|line| line["message"] == message && line["order"] == order).collect()
}

#[tokio::test]
async fn placing_settling_and_refunding_are_logged_with_their_duration() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    let placed = lines(&capture, "order placed", &order.id);
    assert_eq!(placed.len(), 1);
    assert!(placed[0]["milliseconds"].is_u64());
    assert_eq!(placed[0]["status"], "pending");

    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.pay(&order);
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let settled = lines(&capture, "order settled", &order.id);
    assert_eq!(settled.len(), 1);
    assert!(settled[0]["milliseconds"].is_u64());
    assert_eq!((&settled[0]["status"], &settled[0]["outcome"]), (&json!("paid"), &json!("paid")));

    world.refund(&order, &json!({})).await.expect(201);
    let refunded = lines(&capture, "order refunded", &order.id);
    assert_eq!(refunded.len(), 1);
    assert!(refunded[0]["milliseconds"].is_u64());
    assert_eq!(refunded[0]["by"], "staff-1");
    for line in [&placed[0], &settled[0], &refunded[0]] {
        assert_eq!(line["level"], "INFO");
        assert!(line["timestamp"].is_string());
    }
    world.finish().await;
}

#[tokio::test]
async fn no_line_holds_anything_private() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let mut wish = world.wish("general", 2);
    wish["buyer"] = json!({ "name": "Grace Hopper", "email": "grace.hopper@navy.example", "phone": "+1 202 555 0143" });
    let bad = {
        let mut bad = wish.clone();
        bad["items"][0]["quantity"] = json!(11);
        bad
    };
    world.checkout(&bad).await.refused(400, "quantity_limit");
    world
        .post("/v1/checkout")
        .bytes("application/json", "{\"buyer\":\"Grace Hopper\"}")
        .await
        .refused(400, "invalid_request");
    world.webhook("{\"name\":\"Grace Hopper\"}", Some("t=1,v1=aa")).await.refused(401, "invalid_signature");
    let order = world.buy_with(&wish).await;
    world.pay_with(&order.session, "pm_card_chargeDeclined").unwrap_err();
    world.pay(&order);
    world.stack.cloud().mailbox.fail_next(local::aws::MailFault::Internal, 1);
    world.settle().await;
    world.get(&format!("/v1/checkout/success?session_id={}", order.session)).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "error_500", "times": 1 }] });
    world.at_stripe("faults", &fault).await;
    world.refund(&order, &json!({ "amount": "1.00", "reason": "Grace Hopper asked" })).await;
    world.advance(3_600).await;
    world.sweep().await;
    let seen = world.order(&order).await;
    world.finish().await;

    let text = capture.text();
    assert!(text.contains(&order.id), "the order is there");
    let staff = world.token("staff", Some(holdfast_tests::ORGANIZATION));
    let mut secrets = vec![
        "Grace",
        "Hopper",
        "grace.hopper",
        "navy.example",
        "555 0143",
        "whsec_local",
        "sk_test_local",
        "cron-local",
        "4242",
        order.token.as_str(),
        staff.as_str(),
        "Summer Show",
    ];
    secrets.extend(seen["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap()));
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret:?} is in {}", line.unwrap_or_default());
    }
}

#[tokio::test]
async fn what_needs_a_person_rings() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let refund = world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    let id = refund["stripe_refund_id"].as_str().unwrap();
    world.at_stripe(&format!("refunds/{id}/fail"), &json!({})).await;
    world.settle().await;
    let charge = world.charge(&order);
    world.at_stripe("disputes", &json!({ "charge": charge["id"] })).await;
    world.settle().await;
    let alarms: Vec<_> = capture.lines().into_iter().filter(|line| line["alarm"].is_string()).collect();
    for alarm in ["refund_failed", "dispute"] {
        let line =
            alarms.iter().find(|line| line["alarm"] == alarm).unwrap_or_else(|| panic!("no {alarm}: {alarms:?}"));
        assert_eq!((&line["level"], &line["order"]), (&json!("ERROR"), &json!(order.id)));
    }
}
