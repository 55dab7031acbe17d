use serde_json::json;

use super::Bench;
use crate::{Fault, FaultRule};

const FORM: &str = "amount=5000&currency=usd&metadata[order_id]=ord_2";

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    let bench = Bench::new();
    let first = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    assert!(first.headers.get("idempotent-replayed").is_none());
    assert_eq!(first.headers["idempotency-key"], "k1");
    let reordered = "metadata[order_id]=ord_2&currency=usd&amount=5000";
    let second = bench.post_with("/v1/payment_intents", reordered, Some("k1")).await.ok();
    assert_eq!(second.body, first.body);
    assert_eq!(second.headers["idempotent-replayed"], "true");
    assert_eq!(second.headers["original-request"], first.headers["request-id"]);
    assert_eq!(bench.stand_in.objects("payment_intent").len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_call() {
    let bench = Bench::new();
    bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    let other = bench.post_with("/v1/payment_intents", "amount=6000&currency=usd", Some("k1")).await;
    assert_eq!((other.status, other.error("type")), (400, "idempotency_error"));
    let elsewhere = bench.post_with("/v1/refunds", FORM, Some("k1")).await;
    assert_eq!((elsewhere.status, elsewhere.error("type")), (400, "idempotency_error"));
    let long = bench.post_with("/v1/payment_intents", FORM, Some(&"k".repeat(256))).await;
    assert_eq!(long.status, 400);
}

#[tokio::test]
async fn refusals_of_what_was_executed_are_kept_and_others_are_not() {
    let bench = Bench::new();
    let declined = format!("{FORM}&confirm=true&payment_method=pm_card_chargeDeclined&return_url=http://shop.test");
    let first = bench.post_with("/v1/payment_intents", &declined, Some("k1")).await;
    let second = bench.post_with("/v1/payment_intents", &declined, Some("k1")).await;
    assert_eq!((first.status, second.status), (402, 402));
    assert_eq!(second.body, first.body);
    assert_eq!(bench.stand_in.objects("charge").len(), 1, "one attempt");

    let open = bench.post("/v1/payment_intents", FORM).await.ok().id();
    let path = format!("/v1/payment_intents/{open}/confirm");
    let form = "payment_method=pm_card_chargeDeclined&return_url=http://shop.test";
    let first = bench.post_with(&path, form, Some("c1")).await;
    bench.post_with(&path, "payment_method=pm_card_visa&return_url=http://shop.test", Some("c2")).await.ok();
    let again = bench.post_with(&path, form, Some("c1")).await;
    assert_eq!((again.status, &again.body), (402, &first.body), "the decline is repeated, though it was paid since");

    let invalid = bench.post_with("/v1/payment_intents", "amount=x&currency=usd", Some("k2")).await;
    assert_eq!(invalid.status, 400);
    bench.post_with("/v1/payment_intents", FORM, Some("k2")).await.ok();
}

#[tokio::test]
async fn keys_are_forgotten_after_a_day() {
    let bench = Bench::new();
    let first = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    bench.clock.advance(24 * 3_600 - 5);
    assert_eq!(bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.body["id"], first.body["id"]);
    bench.clock.advance(10);
    let later = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    assert_ne!(later.body["id"], first.body["id"]);
}

#[tokio::test]
async fn failures_of_stripe_are_kept_too() {
    for (fault, made) in [(Fault::Error500, 0), (Fault::Error500Done, 1)] {
        let bench = Bench::new();
        bench.stand_in.add_faults(vec![FaultRule::next("POST", "/v1/payment_intents", fault)]);
        for _ in 0..2 {
            let failed = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await;
            assert_eq!((failed.status, failed.error("type")), (500, "api_error"));
        }
        assert_eq!(bench.stand_in.objects("payment_intent").len(), made, "{fault:?}");
        bench.post_with("/v1/payment_intents", FORM, Some("k1-2")).await.ok();
    }
}

#[tokio::test]
async fn a_key_in_use_is_a_conflict() {
    let bench = Bench::new();
    let rule = FaultRule { milliseconds: 100, ..FaultRule::next("POST", "/v1/payment_intents", Fault::Slow) };
    bench.stand_in.add_faults(vec![rule]);
    let (slow, meanwhile) = tokio::join!(bench.post_with("/v1/payment_intents", FORM, Some("k1")), async {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        bench.post_with("/v1/payment_intents", FORM, Some("k1")).await
    });
    assert_eq!((meanwhile.status, meanwhile.error("code")), (409, "idempotency_key_in_use"));
    let slow = slow.ok();
    let after = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    assert_eq!(after.body, slow.body);

    for (fault, status, code) in [
        (Fault::RateLimit, 429, "rate_limit"),
        (Fault::LockTimeout, 429, "lock_timeout"),
        (Fault::KeyInUse, 409, "idempotency_key_in_use"),
    ] {
        bench.stand_in.add_faults(vec![FaultRule::next("POST", "/v1/payment_intents", fault)]);
        let refused = bench.post_with("/v1/payment_intents", FORM, Some("k3")).await;
        assert_eq!((refused.status, refused.error("code")), (status, code));
        assert_eq!(refused.headers["stripe-should-retry"], "true");
    }
    bench.post_with("/v1/payment_intents", FORM, Some("k3")).await.ok();
}

#[tokio::test]
async fn keys_outlive_a_restart() {
    let bench = Bench::new();
    let first = bench.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok();
    let snapshot = bench.stand_in.snapshot().expect("a snapshot");
    let other = Bench::new();
    other.stand_in.restore(&snapshot).expect("taken up");
    assert_eq!(other.post_with("/v1/payment_intents", FORM, Some("k1")).await.ok().body, first.body);
    assert_eq!(first.body["metadata"], json!({"order_id": "ord_2"}));
}
