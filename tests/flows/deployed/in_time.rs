//! Every function gives its answer before Lambda ends it, however slow AWS and Stripe are.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use holdfast_tests::programs::Program;
use runtime::{AwsSettings, HyperWire, Settings};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use super::programs::{answered, event, http_event, on_the_network, path, tickets_on_sale};

/// What Lambda gives each invocation here.
const LIMIT: Duration = Duration::from_secs(4);

/// A service that takes every connection and never says a word.
async fn silent() -> String {
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
    let (with_order, as_staff) = ([order], [("authorization", staff.as_str())]);
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
    assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")), "{raw}");
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
