//! Every function gives its answer before Lambda ends it, however slow AWS and Stripe are.

use std::time::Duration;

use holdfast_tests::programs::Program;
use serde_json::json;
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

    // A queue gets back what was not begun, by name; the schedule's run fails by itself.
    let mut notify = Program::start("notify", path("notify"), &settings).await;
    let mut batch = event("notify-queue.json");
    for record in batch["Records"].as_array_mut().unwrap() {
        record["body"] = json!("{\"notification\": \"ord_1-confirmation\"}");
    }
    let begun = Instant::now();
    let answer = notify.invoke_for(&batch, LIMIT).await.unwrap();
    let failed = answer["batchItemFailures"].as_array().unwrap().len();
    assert_eq!(failed, batch["Records"].as_array().unwrap().len());
    assert!(begun.elapsed() < LIMIT);
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
