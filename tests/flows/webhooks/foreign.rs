//! Events of others: one account at Stripe serves many products, and the endpoint hears of all of them.

use holdfast_tests::{Answer, Bought, World, capture::Capture};
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;

/// An event as Stripe sends it, with the fields of `more` in it or in the place of its own.
fn event(id: &str, kind: &str, object: &Value, more: &Value) -> Value {
    let mut event = json!({
        "id": id, "object": "event", "api_version": "2026-09-30.endive", "created": 1_795_600_000, "livemode": false,
        "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null }, "type": kind,
        "data": { "object": object },
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// `base` with the fields of `change` in the place of its own.
fn with(base: &Value, change: &Value) -> Value {
    let mut changed = base.clone();
    for (name, value) in change.as_object().unwrap() {
        changed[name] = value.clone();
    }
    changed
}

/// The shapes of Stripe's reference that are not ours, or not to be believed: a name, the type, the object, what else the
/// envelope says, and what comes of it. `ours` is the session of an order of ours that waits for its payment.
fn shapes(ours: &Value) -> Vec<(&'static str, &'static str, Value, Value, &'static str)> {
    let none = json!({});
    let session = json!({ "id": "cs_test_other", "object": "checkout.session", "mode": "payment", "status": "complete",
        "payment_status": "paid", "payment_intent": "pi_other", "amount_total": 900, "currency": "eur", "metadata": {},
        "client_reference_id": null, "livemode": false });
    let intent = json!({ "id": "pi_other", "object": "payment_intent", "status": "succeeded", "amount": 1_000,
        "amount_received": 1_000, "amount_capturable": 0, "currency": "usd", "latest_charge": "ch_other", "metadata": {} });
    let charge = json!({ "id": "ch_other", "object": "charge", "amount": 1_000, "amount_captured": 1_000, "captured": true,
        "amount_refunded": 0, "currency": "usd", "payment_intent": "pi_other", "metadata": {} });
    let refund = json!({ "id": "re_other", "object": "refund", "amount": 5, "currency": "usd", "charge": "ch_other",
        "payment_intent": "pi_other", "status": "succeeded", "metadata": {} });
    let dispute = json!({ "id": "du_other", "object": "dispute", "amount": 5, "currency": "usd", "charge": "ch_other",
        "payment_intent": "pi_other", "status": "needs_response", "metadata": {} });
    let completed = "checkout.session.completed";
    let order = ours["client_reference_id"].as_str().unwrap();
    vec![
        (
            "a subscription",
            completed,
            with(
                &session,
                &json!({ "mode": "subscription", "payment_intent": null,
            "subscription": "sub_1" }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a card that is kept",
            completed,
            with(
                &session,
                &json!({ "mode": "setup", "payment_intent": null,
            "amount_total": null, "currency": null, "payment_status": "no_payment_required" }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a page of a currency to come",
            completed,
            with(&session, &json!({ "currency": "xcg" })),
            none.clone(),
            "not_ours",
        ),
        (
            "another shop's page",
            completed,
            with(&session, &json!({ "client_reference_id": "cart_17" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment link with our reference",
            completed,
            with(&session, &json!({ "client_reference_id": order })),
            none.clone(),
            "not_ours",
        ),
        (
            "our page with another's reference",
            completed,
            with(
                ours,
                &json!({ "client_reference_id": "cart_17",
            "payment_status": "paid", "status": "complete", "payment_intent": "pi_other" }),
            ),
            none.clone(),
            "foreign_reference",
        ),
        (
            "our order named by a subscription",
            completed,
            with(ours, &json!({ "mode": "subscription" })),
            none.clone(),
            "not_ours",
        ),
        (
            "another shop's numbered order",
            completed,
            with(&session, &json!({ "metadata": { "order_id": "1017" } })),
            none.clone(),
            "unknown_order",
        ),
        (
            "a page that ran out",
            "checkout.session.expired",
            with(
                &session,
                &json!({ "status": "expired",
            "payment_status": "unpaid", "payment_intent": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "an invoice's payment",
            "payment_intent.succeeded",
            with(&intent, &json!({ "invoice": "in_1" })),
            none.clone(),
            "not_ours",
        ),
        (
            "stable coins",
            "payment_intent.succeeded",
            with(&intent, &json!({ "currency": "usdc" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment without amounts",
            "payment_intent.succeeded",
            with(
                &intent,
                &json!({ "amount": null,
            "amount_received": null, "currency": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a declined card elsewhere",
            "payment_intent.payment_failed",
            with(
                &intent,
                &json!({
            "status": "requires_payment_method", "last_payment_error": { "code": 7, "message": [] } }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment canceled elsewhere",
            "payment_intent.canceled",
            with(&intent, &json!({ "status": "canceled" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a charge without a payment",
            "charge.succeeded",
            with(&charge, &json!({ "payment_intent": null })),
            none.clone(),
            "not_ours",
        ),
        ("an invoice's charge", "charge.captured", charge.clone(), none.clone(), "not_ours"),
        (
            "a charge of 2015",
            "charge.refunded",
            with(
                &charge,
                &json!({ "payment_intent": null, "metadata": [],
            "refunds": { "data": [{ "id": "re_old", "amount": 5 }] } }),
            ),
            json!({ "api_version": "2015-10-16" }),
            "not_ours",
        ),
        ("a refund elsewhere", "refund.created", refund.clone(), none.clone(), "not_ours"),
        (
            "a refund of a charge",
            "refund.updated",
            with(&refund, &json!({ "payment_intent": null })),
            none.clone(),
            "not_ours",
        ),
        (
            "a refund of nothing",
            "refund.failed",
            with(&refund, &json!({ "payment_intent": null, "charge": null })),
            none.clone(),
            "not_ours",
        ),
        (
            "a refund in another currency",
            "refund.created",
            with(&refund, &json!({ "currency": "zwg" })),
            none.clone(),
            "not_ours",
        ),
        ("a dispute elsewhere", "charge.dispute.created", dispute.clone(), none.clone(), "not_ours"),
        (
            "a dispute of an unknown status",
            "charge.dispute.closed",
            with(
                &dispute,
                &json!({ "status": "new_word",
            "amount": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a connected account's payment",
            "payment_intent.succeeded",
            with(
                &intent,
                &json!({
            "metadata": { "order_id": order } }),
            ),
            json!({ "account": "acct_acme" }),
            "connected_account",
        ),
        (
            "real money against a test key",
            completed,
            with(
                ours,
                &json!({ "payment_status": "paid",
            "status": "complete" }),
            ),
            json!({ "livemode": true }),
            "other_mode",
        ),
        (
            "an object of the other mode",
            completed,
            with(ours, &json!({ "payment_status": "paid", "livemode": true })),
            none.clone(),
            "other_mode",
        ),
        ("a type of tomorrow", "checkout.session.refilled", ours.clone(), none.clone(), "ignored"),
        (
            "an invoice",
            "invoice.paid",
            json!({ "id": "in_1", "object": "invoice", "lines": { "data": [] } }),
            none.clone(),
            "ignored",
        ),
        ("a payout", "payout.paid", json!({ "id": "po_1", "object": "payout", "amount": 1 }), none.clone(), "ignored"),
        (
            "an account's change",
            "account.updated",
            json!({ "id": "acct_1", "object": "account" }),
            json!({ "account": "acct_1" }),
            "ignored",
        ),
        (
            "a thin event",
            "v1.billing.meter.error_report_triggered",
            Value::Null,
            json!({ "object": "v2.core.event",
            "created": "2026-11-25T18:00:00.000Z", "data": null, "related_object": { "id": "mtr_1",
            "type": "billing.meter", "url": "/v1/billing/meters/mtr_1" } }),
            "ignored",
        ),
        (
            "a thin event of a type of ours",
            "payment_intent.succeeded",
            Value::Null,
            json!({ "object": "v2.core.event",
            "created": "2026-11-25T18:00:00.000Z", "data": null, "related_object": { "id": "pi_other",
            "type": "payment_intent", "url": "/v1/payment_intents/pi_other" } }),
            "thin_event",
        ),
        ("an object that is none", "charge.succeeded", json!("ch_other"), none.clone(), "no_object"),
        (
            "metadata that are none",
            "payment_intent.succeeded",
            with(&intent, &json!({ "metadata": "order_id" })),
            none.clone(),
            "not_ours",
        ),
        (
            "everything at odds",
            completed,
            json!({ "id": 7, "object": [], "metadata": [{}], "mode": 1, "amount_total": "x",
            "currency": {}, "client_reference_id": [] }),
            json!({ "created": null, "api_version": 7 }),
            "not_ours",
        ),
    ]
}

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

/// An event's word for another amount or currency is not enough: Stripe's own object decides, and it says what was paid.
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
    let stolen = json!({ "id": "re_stolen", "object": "refund", "amount": 5, "currency": "usd", "status": "succeeded",
        "payment_intent": theirs, "metadata": { "order_id": order.id } });
    for (n, (kind, object)) in [
        ("payment_intent.succeeded", intent(&order, 999)),
        ("payment_intent.succeeded", intent(&free, 999)),
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

/// Any JSON, of few words so that fields meet.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        prop_oneof![
            "",
            "paid",
            "usd",
            "succeeded",
            "pi_1",
            "ch_1",
            "cs_test_1",
            "ord_1",
            "payment",
            "\u{0}é",
            "\\PC{0,12}"
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((field(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Names that our code reads, and others.
fn field() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "id",
        "object",
        "metadata",
        "order_id",
        "client_reference_id",
        "payment_intent",
        "charge",
        "amount",
        "currency",
        "amount_total",
        "amount_received",
        "amount_captured",
        "status",
        "payment_status",
        "mode",
        "livemode",
        "account",
        "total_details",
        "amount_tax",
        "latest_charge",
        "captured",
        "last_payment_error",
        "refund_id",
        "data",
        "other",
    ])
    .prop_map(str::to_owned)
}

/// Signed well, and any nonsense inside: taken or refused, never a failure of ours, and nothing happens to orders.
#[test]
fn no_event_brings_the_endpoint_down_or_changes_an_order_that_it_does_not_name() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let (waiting, paid) = runtime.block_on(async { (world.buy("general", 1).await, world.bought("vip", 1).await) });
    let orders = || runtime.block_on(async { (world.order(&waiting).await, world.order(&paid).await) });
    let before = orders();
    let kinds: Vec<String> = payments::events::EventKind::names().map(str::to_owned).collect();
    let kinds = prop_oneof![8 => proptest::sample::select(kinds), 1 => Just("invoice.paid".to_owned())];
    let named = prop_oneof![
        4 => Just(None),
        1 => Just(Some("ord_1".to_owned())),
        1 => Just(Some(waiting.id.clone())),
        1 => Just(Some(paid.id.clone())),
    ];
    let envelope = (kinds, any_json(), proptest::option::weighted(0.3, any_json()), named, any::<u32>());
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let result = runner.run(&envelope, |(kind, mut object, other, named, n)| {
        let mut more = json!({});
        if let Some(other) = other {
            let names = ["created", "livemode", "account", "api_version", "data", "request", "object"];
            more[names[n as usize % names.len()]] = other;
        }
        // Objects that name an order of ours are those of nothing that Stripe has.
        if let (Some(order), Some(fields)) = (&named, object.as_object_mut()) {
            fields.insert("metadata".to_owned(), json!({ "order_id": order }));
            fields.insert("id".to_owned(), json!("pi_of_nothing"));
            for reference in ["payment_intent", "charge", "latest_charge"] {
                fields.insert(reference.to_owned(), json!("pi_of_nothing"));
            }
        }
        let event = event(&format!("evt_{n}"), &kind, &object, &more);
        let answer: Answer = runtime.block_on(world.event(&event));
        let status = answer.status.as_u16();
        proptest::prop_assert!(status < 500, "{status} {}: {event}", answer.text);
        let unnamed = named.is_none();
        if unnamed {
            proptest::prop_assert_eq!(status, 200, "{}: {}", answer.text, event);
            proptest::prop_assert_eq!(&orders(), &before, "{}", event);
        }
        Ok(())
    });
    result.unwrap();
    // Nothing at all was changed that costs or gives: no goods, no money.
    let (waiting, paid) = orders();
    assert_eq!((&waiting["tickets"], &paid["status"]), (&json!([]), &json!("paid")));
    assert_eq!(runtime.block_on(world.stock("vip")), (9, 0, 1));
}
