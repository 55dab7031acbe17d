//! Events of others: one account at Stripe serves many products, and the endpoint gets the events of all.

use holdfast_tests::{Bought, World, capture::Capture};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;

use super::shapes::{event, shapes};

#[tokio::test]
async fn events_of_others_are_taken_and_have_no_effect() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let ours = world.session(&order);
    let paid = world.bought("general", 2).await;
    let orders = async || (world.order(&order).await, world.order(&paid).await);
    let before = orders().await;
    let shapes = shapes(&ours);
    assert!(shapes.len() >= 30, "{}", shapes.len());
    for (n, (name, kind, object, more, outcome)) in shapes.iter().enumerate() {
        let id = format!("evt_other_{n}");
        for round in 0..2 {
            let capture = Capture::default();
            let event = event(&id, kind, object, more);
            let answer = world.event(&event).with_subscriber(capture.subscriber()).await;
            let json = answer.expect(200);
            // What names an order is noted as an order's, and its repeat is known.
            let outcome = if *outcome == "unknown_order" && round == 1 { &"already_processed" } else { outcome };
            assert_eq!(json, json!({ "received": true, "outcome": outcome }), "{name}, round {round}");
            let lines = capture.lines();
            let reported = lines.iter().find(|line| line["event"] == id.as_str() && line["outcome"] == *outcome);
            assert_eq!(reported.expect("it is in the log")["level"], "INFO", "{name}: {lines:?}");
            let loud: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
            assert!(loud.is_empty(), "{name}: {loud:?}");
        }
    }
    assert_eq!(orders().await, before);
    assert_eq!(world.stock("general").await, (97, 1, 2));
    world.pay(&order);
    world.settle().await;
    world.finish().await;
}

/// Neither the table nor Stripe has to be there for what is not ours.
#[tokio::test]
async fn an_event_that_names_another_owner_needs_no_call() {
    use holdfast_tests::faults::{Fault, Faults, Rule, Service};
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let subscription = json!({ "id": "cs_1", "mode": "subscription", "amount_total": null, "metadata": {} });
    faults.plan([Service::Table, Service::Stripe].map(|service| Rule::every(service, Fault::Refused)));
    let event = event("evt_1", "checkout.session.completed", &subscription, &json!({}));
    assert_eq!(world.event(&event).await.expect(200)["outcome"], "not_ours");
    faults.heal();
    assert_eq!(world.event(&event).await.expect(200)["outcome"], "not_ours");
}

/// A dispute, or a refund made in the dashboard, names no order. The payment's metadata do, noted or not.
#[tokio::test]
async fn what_has_no_metadata_is_found_by_its_payment_and_waits_for_stripe() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let charge = world.charge(&order);
    let made = world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 500 })).await;
    assert_eq!(made["metadata"], json!({}));
    let reported = world.events("refund.created").pop().unwrap();
    let down = json!({ "calls": [{ "method": "GET", "path": "/v1/payment_intents", "fault": "refuse", "times": 50 }] });
    world.at_stripe("faults", &down).await;
    world.event(&reported).await.refused(503, "payment_unavailable");
    world.stack.stripe().clear_faults();
    world.event(&reported).await.expect(200);
    assert_eq!(world.order(&order).await["refunded"], "5.00");
    // The same of a time when the refund did not name its payment.
    let more = world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 700 })).await;
    let mut old = event("evt_old", "refund.created", &more, &json!({}));
    old["data"]["object"]["payment_intent"] = Value::Null;
    world.event(&old).await.expect(200);
    world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "12.00");
    world.finish().await;
}

/// An endpoint that was entered with an older version of the API: its objects have other shapes, so they are fetched.
#[tokio::test]
async fn events_of_another_version_point_to_what_is_fetched() {
    for (kind, spoil) in [
        ("checkout.session.completed", json!({ "amount_total": null, "payment_status": null, "currency": null })),
        (
            "payment_intent.succeeded",
            json!({ "amount_received": null, "latest_charge": null, "currency": "USD",
            "charges": { "object": "list", "data": [{ "id": "ch_1", "amount": 1 }] } }),
        ),
        ("charge.succeeded", json!({ "amount": "54.84", "captured": null, "currency": null })),
    ] {
        let world = World::new().await;
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        let order = world.buy("general", 2).await;
        world.pay(&order);
        let mut reported = world.events(kind).pop().unwrap();
        reported["api_version"] = json!("2020-08-27");
        for (name, value) in spoil.as_object().unwrap() {
            reported["data"]["object"][name] = value.clone();
        }
        assert_eq!(world.event(&reported).await.expect(200)["outcome"], "paid", "{kind}");
        assert_eq!(world.event(&reported).await.expect(200)["outcome"], "already_processed", "{kind}");
        // The same words without the version are fetched because they cannot be read.
        reported["api_version"] = json!("2026-09-30.endive");
        reported["id"] = json!("evt_again");
        world.event(&reported).await.expect(200);
        assert_eq!(world.order(&order).await["status"], "paid", "{kind}");
        world.settle().await;
        world.finish().await;
    }
}

#[tokio::test]
async fn a_refunded_charge_with_its_refunds_in_it_is_fetched() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": world.charge(&order)["id"], "amount": 500 })).await;
    let mut reported = world.events("charge.refunded").pop().unwrap();
    reported["api_version"] = json!("2015-10-16");
    reported["data"]["object"]["currency"] = Value::Null;
    reported["data"]["object"]["refunds"] = json!({ "object": "list", "data": [{ "id": "re_x", "amount": 1 }] });
    world.event(&reported).await.expect(200);
    assert_eq!(world.order(&order).await["refunded"], "5.00");
    world.finish().await;
}

/// An event with another amount or currency is not enough: Stripe's own object decides, and it shows what was paid.
#[tokio::test]
async fn a_contradiction_is_fetched_before_it_is_a_review() {
    for (kind, lie) in [
        ("checkout.session.completed", json!({ "amount_total": 100, "total_details": { "amount_tax": 0 } })),
        ("checkout.session.completed", json!({ "currency": "eur" })),
        ("payment_intent.succeeded", json!({ "currency": "eur" })),
        ("payment_intent.succeeded", json!({ "amount_received": 1 })),
        ("charge.succeeded", json!({ "amount_captured": 1, "amount": 1 })),
    ] {
        let world = World::new().await;
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        let order = world.buy("general", 1).await;
        world.pay(&order);
        let mut reported = world.events(kind).pop().unwrap();
        for (name, value) in lie.as_object().unwrap() {
            reported["data"]["object"][name] = value.clone();
        }
        assert_eq!(world.event(&reported).await.expect(200)["outcome"], "paid", "{kind} {lie}");
        world.settle().await;
        world.finish().await;
    }
}

/// Of what Stripe does not know there is nothing to take.
#[tokio::test]
async fn an_event_that_stripe_does_not_confirm_changes_nothing() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let free = world.buy("free", 1).await;
    let paid = world.bought("general", 1).await;
    let before = (world.order(&order).await, world.order(&free).await, world.order(&paid).await);
    let intent = |order: &Bought, amount: i64| {
        json!({ "id": "pi_unknown", "object": "payment_intent", "status": "succeeded", "amount": amount,
            "amount_received": amount, "currency": "usd", "metadata": { "order_id": order.id } })
    };
    let refund = |order: &Bought| {
        json!({ "id": "re_unknown", "object": "refund", "amount": 5, "currency": "usd", "status": "succeeded",
            "payment_intent": "pi_unknown", "metadata": { "order_id": order.id } })
    };
    let theirs = world.session(&paid)["payment_intent"].clone();
    let another = json!({ "id": theirs, "object": "payment_intent", "status": "succeeded", "amount": 999,
        "amount_received": 999, "currency": "usd", "metadata": { "order_id": order.id } });
    let stolen = json!({ "id": "re_stolen", "object": "refund", "amount": 5, "currency": "usd", "status": "succeeded",
        "payment_intent": theirs, "metadata": { "order_id": order.id } });
    for (n, (kind, object)) in [
        ("payment_intent.succeeded", intent(&order, 999)),
        ("payment_intent.succeeded", intent(&free, 999)),
        ("payment_intent.succeeded", another),
        ("refund.created", refund(&order)),
        ("refund.created", refund(&free)),
        ("refund.created", stolen),
    ]
    .into_iter()
    .enumerate()
    {
        let reported = event(&format!("evt_lie_{n}"), kind, &object, &json!({}));
        assert_eq!(world.event(&reported).await.expect(200)["outcome"], "contradicted", "{kind} {object}");
        assert_eq!(world.event(&reported).await.expect(200)["outcome"], "already_processed");
    }
    let after = (world.order(&order).await, world.order(&free).await, world.order(&paid).await);
    assert_eq!(after, before);
    world.pay(&order);
    world.settle().await;
    world.finish().await;
}
