//! Every function gives its answer before Lambda ends it, however slow AWS and Stripe are.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use holdfast_tests::{EXPERT, HOUR, ORGANIZATION, SHOW, TUTOR, booking_path, programs::Program, sign};
use runtime::{AwsSettings, HyperWire, Settings};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use super::programs::{answered, event, http_event, on_the_network, path, tickets_on_sale};

/// What Lambda gives each invocation here.
const LIMIT: Duration = Duration::from_secs(4);

/// A service that takes every connection and never says a word.
pub(super) async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    address
}

#[tokio::test]
async fn a_silent_table_ends_in_an_answer_of_the_functions_own() {
    let (world, mut settings) = on_the_network().await;
    settings.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), silent().await);
    let staff = format!("Bearer {}", world.token("staff", Some("riverside")));
    let order = ("x-order-token", "a-token");
    let expert = format!("Bearer {}", world.token("expert", Some("riverside")));
    let (with_order, as_staff) = ([order], [("authorization", staff.as_str())]);
    let as_expert = [("authorization", expert.as_str())];
    let reported = paid_at_stripe();
    for (function, event) in [
        ("catalog", event("catalog-http.json")),
        ("checkout", event("checkout-http.json")),
        (
            "orders",
            http_event("orders-http.json", "/v1/orders/ord_019aa0b1c2d37e4f8091a2b3c4d5e6f7", &with_order, None),
        ),
        (
            "refund",
            http_event("refund-http.json", "/v1/orders/ord_019aa0b1c2d37e4f8091a2b3c4d5e6f7/refunds", &as_staff, None),
        ),
        ("success", event("success-http.json")),
        (
            "booking",
            http_event(
                "booking-http.json",
                "/v1/bookings/ord_019aa0b1c2d37e4f8091a2b3c4d5e6f7/confirm",
                &as_expert,
                None,
            ),
        ),
        ("webhook", reported),
    ] {
        let mut program = Program::start(function, path(function), &settings).await;
        let begun = Instant::now();
        let (status, problem, raw) = answered(program.invoke_for(&event, LIMIT).await);
        assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")), "{function}: {raw}");
        assert!(begun.elapsed() < LIMIT, "{function}: {:?}", begun.elapsed());
        assert!(
            raw["headers"]["retry-after"].is_string() || raw["multiValueHeaders"]["retry-after"].is_array(),
            "{raw}"
        );
    }

    // A page says so as a page.
    let mut pages = Program::start("pages", path("pages"), &settings).await;
    let begun = Instant::now();
    let (status, _, raw) = answered(pages.invoke_for(&event("pages-http.json"), LIMIT).await);
    assert!(status == 503 && begun.elapsed() < LIMIT, "{:?}: {raw}", begun.elapsed());
    assert!(raw["body"].as_str().is_some_and(|page| page.contains("<title>")), "{raw}");

    // A long job is put off: its message comes back, and counts.
    let long = LIMIT + worker::TO_END;
    let mut worker = Program::start("worker", path("worker"), &settings).await;
    let (begun, batch) = (Instant::now(), event("worker-queue.json"));
    let answer = worker.invoke_for(&batch, long).await.unwrap();
    assert_eq!(
        answer["batchItemFailures"],
        json!([{ "itemIdentifier": batch["Records"][0]["messageId"] }]),
        "{answer}"
    );
    assert!(begun.elapsed() < long, "{:?}", begun.elapsed());

    // The schedule's run fails by itself.
    let mut cleanup = Program::start("cleanup", path("cleanup"), &settings).await;
    let begun = Instant::now();
    let failed = cleanup.invoke_for(&event("cleanup-schedule.json"), LIMIT).await.unwrap_err();
    assert!(failed.to_string().contains("time is up"), "{failed}");
    assert!(begun.elapsed() < LIMIT);
}

#[tokio::test]
async fn a_silent_stripe_is_503_in_time_and_the_function_goes_on() {
    let (world, settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    let rule = json!({ "calls": [{ "method": "POST", "path": "/v1/checkout/sessions", "fault": "hang", "times": 1 }] });
    world.at_stripe("faults", &rule).await;

    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let buy = event("checkout-http.json");
    let begun = Instant::now();
    let (status, problem, raw) = answered(checkout.invoke_for(&buy, LIMIT).await);
    assert_eq!((status, &problem["code"]), (503, &json!("payment_unavailable")), "{raw}");
    assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
    // The order keeps its hold, and its key the lease of a process that died. The function itself works on.
    assert_eq!(world.everything().await.orders.len(), 1);
    assert_eq!(answered(checkout.invoke(&buy).await).1["code"], "request_in_progress");
    let mut other = buy.clone();
    other["headers"]["idempotency-key"] = json!("another");
    let (status, _, raw) = answered(checkout.invoke(&other).await);
    assert_eq!(status, 201, "{raw}");
    assert_eq!(world.everything().await.orders.len(), 2);
}

/// An event of Stripe's about an order of ours, signed now.
fn paid_at_stripe() -> Value {
    let now = jiff::Timestamp::now().as_second();
    let order = "ord_019aa0b1c2d37e4f8091a2b3c4d5e6f7";
    let body = json!({
        "id": "evt_1", "object": "event", "type": "checkout.session.completed", "created": now, "livemode": false,
        "api_version": payments::events::API_VERSION,
        "data": { "object": {
            "id": "cs_test_1", "object": "checkout.session", "mode": "payment", "status": "complete", "payment_status": "paid",
            "payment_intent": "pi_1", "amount_total": 2500, "currency": "usd",
            "metadata": { "order_id": order }
        } }
    })
    .to_string();
    let signature = sign::header(sign::SECRET, now, &body);
    http_event("webhook-function-url.json", "/", &[("stripe-signature", &signature)], Some(body))
}

/// Whatever waits for Stripe when time is up says that it is Stripe.
#[tokio::test]
async fn a_slow_stripe_is_named_by_whatever_waits_for_it() {
    let (world, settings) = on_the_network().await;
    world.organization(ORGANIZATION, json!({})).await.expect(201);
    world.show_of(ORGANIZATION, SHOW, json!({})).await.expect(201);
    world.offer("general", "25.00", 100).await;
    world.expert_listing(TUTOR, json!({})).await.expect(201);
    world.slot("morning", "80.00", 1, 48 * HOUR).await;
    let paid = world.buy("general", 1).await;
    world.pay(&paid);
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let open = world.buy("general", 1).await;
    world.pay(&open);
    let booking = world.requested("morning").await;

    // Each call is slower than the function, and was made all the same.
    let rule = json!({ "calls": [{ "path": "/v1", "fault": "hang", "times": 1000 }] });
    world.at_stripe("faults", &rule).await;
    let staff = format!("Bearer {}", world.token("staff", Some(ORGANIZATION)));
    let expert = format!("Bearer {}", world.expert(EXPERT));
    let ask = |file: &str, path: String, token: &str, body: Value| {
        http_event(file, &path, &[("authorization", token)], Some(body.to_string()))
    };
    for (function, event) in [
        (
            "refund",
            ask("refund-http.json", format!("/v1/orders/{}/refunds", paid.id), &staff, json!({ "amount": "1.00" })),
        ),
        ("booking", ask("booking-http.json", booking_path(&booking, "confirm"), &expert, json!({}))),
        ("success", http_event("success-http.json", &world.way_back(&open), &[], None)),
    ] {
        let mut program = Program::start(function, path(function), &settings).await;
        let begun = Instant::now();
        let (status, problem, raw) = answered(program.invoke_for(&event, LIMIT).await);
        assert_eq!((status, &problem["code"]), (503, &json!("payment_unavailable")), "{function}: {raw}");
        assert!(begun.elapsed() < LIMIT, "{function}: {:?}", begun.elapsed());
        tokio::time::sleep(Duration::from_millis(200)).await;
        let lines: Vec<Value> = program.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let failed: Vec<_> = lines.iter().filter(|line| line["message"] == "request failed").collect();
        assert_eq!(failed.len(), 1, "{function}: {lines:#?}");
        assert_eq!(failed[0]["refused"], "payment_unavailable", "{function}");
    }
}

/// A batch of messages, each about another notification.
fn batch(count: usize) -> Value {
    let mut batch = event("notify-queue.json");
    let one = batch["Records"][0].clone();
    let record = |n: usize| {
        let mut record = one.clone();
        record["messageId"] = json!(format!("message-{n}"));
        record["body"] = json!(json!({ "notification": format!("ord_{n}-confirmation") }).to_string());
        record
    };
    batch["Records"] = (0..count).map(record).collect();
    batch
}

/// What is in the queue now: each message's body, and how often it was received, with this time.
async fn queued(settings: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let aws = AwsSettings::parse(&Settings::of(settings.clone())).unwrap();
    let client = runtime::aws::sqs(&aws, Arc::new(HyperWire::new().unwrap()));
    let mut found = BTreeMap::new();
    loop {
        let receive = client.receive_message().queue_url(&settings["QUEUE_URL"]).max_number_of_messages(10);
        let counted = receive.set_message_system_attribute_names(Some(vec!["ApproximateReceiveCount".into()]));
        let messages = counted.send().await.unwrap().messages.unwrap_or_default();
        if messages.is_empty() {
            return found;
        }
        for message in messages {
            let counts = message.attributes.unwrap_or_default().into_values().collect();
            found.insert(message.body.unwrap(), counts);
        }
    }
}

/// A message that was begun counts when it is cut off, so that one whose sending never ends is a dead letter after five times. Those
/// that there was no time for are as if they had never been received: none of them ends there for what another one takes.
#[tokio::test]
async fn what_notify_did_not_come_to_goes_back_and_counts_as_never_received() {
    let (_world, mut settings) = on_the_network().await;
    settings.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), silent().await);
    let mut notify = Program::start("notify", path("notify"), &settings).await;
    let batch = batch(10);
    let begun = Instant::now();
    let answer = notify.invoke_for(&batch, LIMIT).await.unwrap();
    assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
    let begun: Vec<_> = (0..notify::AT_ONCE).map(|n| json!({ "itemIdentifier": format!("message-{n}") })).collect();
    let begun = json!(begun);
    assert_eq!(answer["batchItemFailures"], begun, "Lambda deletes the others; they are in the queue anew");
    let expected: BTreeMap<_, _> = batch["Records"]
        .as_array()
        .unwrap()
        .iter()
        .skip(notify::AT_ONCE)
        .map(|record| (record["body"].as_str().unwrap().to_owned(), vec!["1".to_owned()]))
        .collect();
    assert_eq!(queued(&settings).await, expected);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(notify.lines().iter().any(|line| line.contains("handed back")), "{:?}", notify.lines());

    // A queue that does not take them either: then they are named, and come back with their count.
    settings.insert("AWS_ENDPOINT_URL_SQS".to_owned(), silent().await);
    let mut notify = Program::start("notify", path("notify"), &settings).await;
    let begun = Instant::now();
    let answer = notify.invoke_for(&batch, LIMIT).await.unwrap();
    assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
    assert_eq!(answer["batchItemFailures"].as_array().map(Vec::len), Some(10), "{answer}");
}

/// A message that fails is not handed back: it counts, and after five times it is a dead letter.
#[tokio::test]
async fn what_fails_in_time_is_named_and_counts() {
    let (_world, settings) = on_the_network().await;
    let mut notify = Program::start("notify", path("notify"), &settings).await;
    let mut batch = batch(2);
    batch["Records"][1]["body"] = json!("not ours");
    let answer = notify.invoke_for(&batch, LIMIT).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": "message-1" }]));
    assert!(queued(&settings).await.is_empty());
}
