//! Log lines say what is true, at the level that it deserves, and each key once.

use holdfast_tests::{
    World,
    capture::{self, Capture},
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::json;

#[test]
fn a_key_that_stands_twice_is_found() {
    assert!(capture::parse("{\"message\":\"a\",\"order\":1}").is_ok());
    for wrong in ["{\"message\":\"a\",\"message\":\"b\"}", "[]", "text", ""] {
        assert!(capture::parse(wrong).is_err(), "{wrong}");
    }
}

/// A crate that is not named logs nothing below a warning, whatever is set.
#[test]
fn every_crate_follows_the_level_that_is_set() {
    for folder in ["shared", "functions"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(runtime::telemetry::OURS.contains(&name.as_str()), "{name}");
        }
    }
}

#[tokio::test]
async fn a_message_that_failed_is_one_line_with_its_own_name() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    world.bought("general", 1).await;
    let order = world.buy("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.stack.cloud().mailbox.fail_next(local::aws::MailFault::Internal, 3);
    world.pay(&order);
    world.settle().await;
    let failed: Vec<_> =
        capture.lines().into_iter().filter(|line| line["message"] == "message failed; it comes back").collect();
    assert!(!failed.is_empty(), "{}", capture.text());
    for line in &failed {
        assert!(line["message_id"].as_str().is_some_and(|id| !id.is_empty()), "{line}");
        assert_eq!(line["level"], "WARN");
    }
}

/// The SDK tries again what was lost, and has nothing to complain of: the wire lets go of connections by itself.
#[tokio::test]
async fn a_retry_of_the_sdk_is_no_error() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    for fault in [Fault::RequestLost, Fault::AnswerLost, Fault::Refused] {
        faults.plan([Rule::every(Service::Table, fault).times(1)]);
        world.buy("general", 1).await;
        assert!(faults.heal() > 0, "{fault:?}");
    }
    let errors: Vec<_> = capture.lines().into_iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[tokio::test]
async fn a_queue_that_is_down_is_named() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults.plan([Rule::every(Service::Queue, Fault::RequestLost)]);
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.settle().await;
    world.advance(3_600).await;
    world.sweep().await;
    let lines = capture.lines();
    let left = lines.iter().find(|line| line["message"] == "notifications not queued; the sweeper will see to them");
    assert!(left.is_some_and(|line| line["level"] == "WARN" && line["reason"].is_string()), "{}", capture.text());
    let put_off: Vec<_> = lines.iter().filter(|line| line["message"] == "notifications not queued; put off").collect();
    assert!(!put_off.is_empty(), "{}", capture.text());
    for line in put_off {
        assert!(line["level"] == "WARN" && line["reason"].is_string() && line["notifications"].is_u64(), "{line}");
    }
    assert!(!capture.text().contains("others wrote"));
    faults.heal();
    world.finish().await;
}

/// What was fetched from Stripe a moment before another request settled it is old, and no contradiction.
#[tokio::test]
async fn an_outdated_fetch_is_repeated_in_silence() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let id = domain::OrderId::parse(order.id.clone()).unwrap();
    let engine = world.stack.engine();
    let before = engine.store().order(&id).await.unwrap().unwrap();
    let seen = domain::Authorization {
        payment_intent: before.payment.payment_intent_id.clone().unwrap(),
        charge: before.payment.charge_id.clone(),
        tax: Some(domain::Minor::ZERO),
        currency: before.currency,
        amount: before.totals.total,
        capture_before: before.payment.capture_before,
    };
    world.as_expert(&order, "decline").await.expect(200);
    let older = domain::Fact::Authorized(seen);
    let settled = engine.settle(&id, older, engine::Origin::fetched(&domain::Actor::Sweeper)).await.unwrap();
    assert_eq!(settled.outcome.as_str(), "already_processed");
    let errors: Vec<_> = capture.lines().into_iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(errors.is_empty(), "{errors:#?}");
    world.finish().await;
}
