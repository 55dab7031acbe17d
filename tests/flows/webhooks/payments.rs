//! Events of payments: declined, slow, lost, and of another amount.

use holdfast_tests::World;
use serde_json::json;

use super::stripe::quiet_stripe;

#[tokio::test]
async fn each_of_stripes_events_alone_makes_the_order_right() {
    for kind in ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"] {
        let world = World::new().await;
        quiet_stripe(&world).await;
        let order = world.buy("general", 2).await;
        world.pay(&order);
        let event = world.events(kind).pop().expect(kind);
        world.event(&event).await.expect(200);
        assert_eq!(world.order(&order).await["status"], "paid", "{kind}");
        world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
        world.finish().await;
    }
}

#[tokio::test]
async fn a_declined_card_is_noted_and_another_one_pays() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let error = world.pay_with(&order.session, "pm_card_chargeDeclined").unwrap_err();
    assert_eq!(error["error"]["code"], "card_declined");
    world.settle().await;
    let declined = world.order(&order).await;
    assert_eq!(declined["status"], "pending");
    assert_eq!(declined["payment"]["status"], "unpaid");
    assert!(declined["payment"]["failure"]["code"].is_string(), "{declined}");
    assert_eq!(declined["tickets"], json!([]));
    assert_eq!(world.stock("general").await, (99, 1, 0));
    assert!(world.stack.mails().is_empty());

    world.pay(&order);
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 1);
    world.finish().await;
}

#[tokio::test]
async fn an_order_whose_card_was_declined_gives_its_tickets_back_in_time() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay_with(&order.session, "pm_card_chargeDeclinedInsufficientFunds").unwrap_err();
    world.settle().await;
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    let expired = world.order(&order).await;
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["tickets"], json!([]));
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert!(world.stack.mails().is_empty());
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_failed_processing_is_recorded_and_repaired_by_stripes_repeat() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let charge = world.charge(&order);
    quiet_stripe(&world).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 500 })).await;
    let event = world.events("charge.refunded").pop().expect("a refund is told");
    // The event shows too little, and Stripe cannot be called.
    let fault = json!({ "calls": [{ "method": "GET", "path": "/v1/refunds", "fault": "refuse", "times": 50 }] });
    world.at_stripe("faults", &fault).await;
    let answer = world.event(&event).await;
    assert!(answer.status.is_server_error(), "{}", answer.text);
    let answer = answer.refused(503, "payment_unavailable");
    assert!(!answer.header("retry-after").is_empty());
    let id = event["id"].as_str().unwrap();
    let record = async || {
        let all = world.everything().await;
        all.events.into_iter().find(|event| event.id.as_str() == id)
    };
    let failed = record().await.expect("the failure is recorded");
    assert!(!failed.done);
    assert!(failed.error.is_some());
    assert_eq!(world.order(&order).await["refunded"], "0.00");

    world.stack.stripe().clear_faults();
    world.event(&event).await.expect(200);
    assert!(record().await.unwrap().done);
    assert_eq!(world.order(&order).await["refunded"], "5.00");
    world.finish().await;
}

#[tokio::test]
async fn stripe_repeats_what_was_not_taken() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let charge = world.charge(&order);
    let fault = json!({ "calls": [{ "method": "GET", "path": "/v1/refunds", "fault": "refuse", "times": 4 }] });
    world.at_stripe("faults", &fault).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 700 })).await;
    world.settle().await;
    world.stack.stripe().clear_faults();
    world.advance(3_600).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "7.00");
    let deliveries = world.stack.stripe().deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answers.last() == Some(&200)), "{deliveries:?}");
    world.finish().await;
}

#[tokio::test]
async fn payments_that_settle_later_are_waited_for() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    let processing = world.order(&order).await;
    assert_eq!(processing["status"], "pending");
    assert_eq!(processing["payment"]["status"], "processing");
    assert_eq!(processing["tickets"], json!([]));
    assert!(world.stack.mails().is_empty());
    // Its hold has no end.
    world.advance(3 * 3_600).await;
    world.sweep().await;
    assert_eq!(world.stock("general").await, (98, 2, 0));

    let intent = processing["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    let state = world.object(&intent)["status"].clone();
    if state == "processing" {
        world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    }
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(paid["tickets"].as_array().unwrap().len(), 2);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn payments_that_fail_later_give_the_stock_back() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    world.at_stripe(&format!("intents/{intent}/fail"), &json!({})).await;
    world.settle().await;
    let failed = world.order(&order).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["payment"]["status"], "failed");
    assert!(failed["payment"]["failure"]["message"].is_string());
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.settle().await;
    assert_eq!(world.mail()["ada@example.com"], ["Your payment for Summer Show failed"]);
    world.finish().await;
}

#[tokio::test]
async fn a_later_payment_whose_events_are_lost_is_fetched_hourly() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    quiet_stripe(&world).await;
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    world.advance(3_601).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

/// Stripe's own object shows it, not the event alone.
#[tokio::test]
async fn another_amount_than_due_is_held_for_review() {
    let world = World::new().await;
    quiet_stripe(&world).await;
    let order = world.buy("general", 1).await;
    // A person made the same page by hand, with another price.
    let calls = world.stack.stripe().calls();
    let call = calls.iter().find(|call| call.path == "/v1/checkout/sessions").unwrap();
    let form = call.form.replacen("=2500&", "=2600&", 1);
    assert_ne!(form, call.form);
    let page = super::surprises::page_of(&world, form).await;
    world.pay_with(&page, "pm_card_visa").unwrap();
    let event = world.events("checkout.session.completed").pop().unwrap();
    let answer = world.event(&event).await.expect(200);
    assert_eq!(answer["outcome"], "review");
    let held = world.order(&order).await;
    assert_ne!(held["status"], "paid");
    assert_eq!(held["tickets"], json!([]));
    assert!(world.stack.mails().is_empty());
}
