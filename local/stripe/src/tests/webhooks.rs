use std::collections::BTreeSet;

use hmac::{Hmac, Mac};
use http::StatusCode;
use serde_json::json;
use sha2::Sha256;

use super::Bench;
use crate::{DeliveryStatus, WebhookMode};

fn signed(body: &str, time: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{time}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn webhooks_are_signed_with_every_secret() {
    let bench = Bench::new();
    bench.stand_in.set_webhook_secrets(vec!["whsec_old".to_owned(), "whsec_new".to_owned()]);
    bench.intent("").await.ok();
    bench.sent().await;
    let arrived = bench.arrived().remove(0);
    let parts: Vec<&str> = arrived.signature.split(',').collect();
    let time = parts[0].strip_prefix("t=").expect("a time");
    assert!((time.parse::<i64>().expect("a number") - bench.clock.now().as_second()).abs() < 5);
    let expected: Vec<String> =
        ["whsec_old", "whsec_new"].iter().map(|secret| format!("v1={}", signed(&arrived.body, time, secret))).collect();
    assert_eq!(parts[1..], expected);
}

#[tokio::test]
async fn events_name_their_request() {
    let bench = Bench::new();
    let made = bench.post_with("/v1/payment_intents", "amount=5000&currency=usd", Some("k1")).await.ok();
    bench.sent().await;
    let event = bench.arrived()[0].event();
    assert_eq!((&event["object"], &event["api_version"]), (&json!("event"), &json!("2026-09-30.endive")));
    assert_eq!(event["request"]["idempotency_key"], "k1");
    assert_eq!(event["request"]["id"], made.headers["request-id"].to_str().expect("text"));
    assert_eq!(event["pending_webhooks"], 1);
    assert_eq!(event["data"]["object"], made.body);
    let seen = bench.get(&format!("/v1/events/{}", event["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(seen.body["pending_webhooks"], 0, "it has been delivered");
    let listed = bench.get("/v1/events?type=payment_intent.*").await.ok();
    assert_eq!(listed.body["data"][0]["id"], event["id"]);
}

#[tokio::test]
async fn what_fails_is_tried_again_by_the_clock() {
    let bench = Bench::new();
    bench.answers(&[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_REQUEST]);
    bench.intent("").await.ok();
    assert_eq!(bench.sent().await.len(), 1);
    bench.clock.advance(1);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await.len(), 2);
    bench.clock.advance(2);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await.len(), 2, "not yet");
    bench.clock.advance(10);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await.len(), 3);
    let arrived = bench.arrived();
    assert!(arrived.iter().all(|again| again.body == arrived[0].body), "byte for byte");
    let delivery = &bench.stand_in.deliveries()[0];
    assert_eq!((delivery.status, delivery.answers.as_slice()), (DeliveryStatus::Delivered, [500, 400, 200].as_slice()));
}

#[tokio::test]
async fn in_the_end_it_stops() {
    let bench = Bench::new();
    bench.answers(&[StatusCode::SERVICE_UNAVAILABLE; 20]);
    bench.intent("").await.ok();
    for _ in 0..20 {
        bench.stand_in.settle_webhooks().await;
        bench.clock.advance(43_201);
        bench.stand_in.tick();
    }
    bench.stand_in.settle_webhooks().await;
    assert_eq!(bench.arrived().len(), 11, "ten retries");
    assert_eq!(bench.stand_in.deliveries()[0].status, DeliveryStatus::Failed);
}

#[tokio::test]
async fn late_webhooks_come_by_the_clock_or_when_let_go() {
    let bench = Bench::new();
    bench.test("faults", json!({"webhooks": "delay", "delay_seconds": 600})).await.ok();
    bench.intent("").await.ok();
    assert!(bench.sent().await.is_empty());
    assert_eq!(bench.test("webhooks/deliver", json!({})).await.ok().body["delivered"], 1);
    assert_eq!(bench.sent().await.len(), 1);
    bench.intent("").await.ok();
    bench.test("faults", json!({"webhooks": "normal"})).await.ok();
    assert_eq!(bench.sent().await.len(), 1);
    bench.clock.advance(601);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await.len(), 2);
}

#[tokio::test]
async fn dropped_webhooks_are_found_again() {
    let bench = Bench::new();
    bench.stand_in.set_webhook_mode(WebhookMode::Drop);
    bench.paid_intent().await;
    assert!(bench.sent().await.is_empty());
    bench.clock.advance(86_400);
    bench.stand_in.tick();
    assert!(bench.sent().await.is_empty());
    assert_eq!(bench.stand_in.release_webhooks(false), 0);
    assert_eq!(bench.stand_in.release_webhooks(true), 3);
    assert_eq!(bench.sent().await, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
}

#[tokio::test]
async fn webhooks_come_twice_and_in_any_order() {
    let bench = Bench::new();
    bench.stand_in.set_webhook_mode(WebhookMode::Duplicate);
    bench.paid_intent().await;
    assert_eq!(bench.sent().await.len(), 6);
    let ids: BTreeSet<String> = bench.arrived().iter().map(|arrived| arrived.event()["id"].to_string()).collect();
    assert_eq!(ids.len(), 3, "the same events");

    bench.stand_in.set_webhook_mode(WebhookMode::Shuffle);
    let mut orders = BTreeSet::new();
    for _ in 0..12 {
        bench.forget();
        bench.paid_intent().await;
        let sent = bench.sent().await;
        assert_eq!(sent.len(), 3);
        orders.insert(sent);
    }
    assert!(orders.len() > 1, "always the same order: {orders:?}");
}

#[tokio::test]
async fn events_are_sent_again() {
    let bench = Bench::new();
    bench.intent("").await.ok();
    bench.sent().await;
    let id = bench.arrived()[0].event()["id"].as_str().expect("an id").to_owned();
    bench.test(&format!("events/{id}/resend"), json!({})).await.ok();
    bench.sent().await;
    assert_eq!(bench.arrived()[1].body, bench.arrived()[0].body);
    let copy = bench.test(&format!("events/{id}/duplicate"), json!({})).await.ok();
    assert_ne!(copy.id(), id);
    bench.sent().await;
    let last = bench.arrived()[2].event();
    assert_eq!((&last["id"], &last["data"]), (&copy.body["id"], &bench.arrived()[0].event()["data"]));
    let deliveries = bench.get("/_test/deliveries").await.ok();
    assert_eq!(deliveries.body["data"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn an_endpoint_asks_for_some_kinds_only() {
    let bench = Bench::new();
    bench.stand_in.set_webhook_events(Some(["payment_intent.succeeded".to_owned()].into()));
    bench.paid_intent().await;
    assert_eq!(bench.sent().await, ["payment_intent.succeeded"]);
    assert_eq!(bench.stand_in.objects("event").len(), 3, "but all happened");
}
