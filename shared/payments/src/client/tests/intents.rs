//! Payment intents through the client: declines, states, and what an intent shows.

use domain::{Currency, Minor};
use jiff::Timestamp;
use serde_json::json;

use super::{Step, answer, stripe};
use crate::intents::{CancelReason, CaptureRequest, ConfirmRequest, IntentStatus};

fn confirm() -> crate::EncodedRequest {
    let request = ConfirmRequest { intent: "pi_1".to_owned(), payment_method: "pm_card".to_owned() };
    request.encode().expect("encoded")
}

fn intent_object(status: &str) -> serde_json::Value {
    json!({"id": "pi_1", "object": "payment_intent", "status": status, "amount": 5_000, "currency": "usd",
        "amount_capturable": 5_000, "amount_received": 0, "capture_method": "manual",
        "latest_charge": {"id": "ch_1", "object": "charge", "amount": 5_000, "currency": "usd", "captured": false,
            "payment_method_details": {"type": "card", "card": {"capture_before": 1_790_604_800}}}})
}

#[tokio::test(start_paused = true)]
async fn a_decline_is_a_decline_at_once() {
    let body = json!({"error": {"type": "card_error", "code": "card_declined", "decline_code": "generic_decline",
        "message": "Your card was declined.", "charge": "ch_1", "payment_intent": {"id": "pi_1", "object": "payment_intent"}}});
    let (client, script) = stripe(vec![answer(402, &[], &body)]);
    let request = ConfirmRequest { intent: "pi_1".to_owned(), payment_method: "pm_card".to_owned() };
    let error = client.confirm_intent(&request.encode().expect("encoded"), "key-1").await.expect_err("declined");
    assert!(error.is_decline());
    let refusal = error.refusal().expect("a refusal");
    assert_eq!(refusal.payment_intent.as_deref(), Some("pi_1"));
    assert_eq!(refusal.charge.as_deref(), Some("ch_1"));
    assert_eq!(error.decline(Timestamp::UNIX_EPOCH).map(|decline| decline.code).as_deref(), Some("generic_decline"));
    assert_eq!(script.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_decline_is_repeated_under_its_key() {
    let body = json!({"error": {"type": "card_error", "code": "expired_card", "message": "Your card has expired.",
        "payment_intent": {"id": "pi_1", "object": "payment_intent", "status": "requires_payment_method"}}});
    let replayed = answer(402, &[("idempotent-replayed", "true")], &body);
    let (client, script) = stripe(vec![Step::Lose, replayed]);
    let error = client.confirm_intent(&confirm(), "key-1").await.expect_err("declined");
    assert!(error.is_decline() && !error.is_stuck(), "{error}");
    assert_eq!(error.decline(Timestamp::UNIX_EPOCH).map(|decline| decline.code).as_deref(), Some("expired_card"));
    assert_eq!(script.keys(), vec![Some("key-1".to_owned()); 2]);
}

#[tokio::test(start_paused = true)]
async fn an_authorization_shows_how_much_and_until_when() {
    let (client, script) = stripe(vec![answer(200, &[], &intent_object("requires_capture"))]);
    let held = client.retrieve_intent("pi_1").await.expect("an intent");
    assert!(script.uri(0).ends_with("/payment_intents/pi_1?expand[0]=latest_charge"), "{}", script.uri(0));
    assert_eq!((held.status, held.capture_method_manual), (IntentStatus::RequiresCapture, true));
    assert_eq!((held.amount_capturable, held.amount_received), (Minor(5_000), Minor::ZERO));
    assert_eq!(held.capture_before.map(Timestamp::as_second), Some(1_790_604_800));
    assert_eq!((held.latest_charge.as_deref(), held.currency), (Some("ch_1"), Currency::USD));

    let bare = json!({"id": "pi_2", "status": "succeeded", "amount": 100, "currency": "usd", "amount_received": 100,
        "capture_method": "automatic_async", "latest_charge": "ch_2"});
    let (client, _) = stripe(vec![answer(200, &[], &bare)]);
    let taken = client.retrieve_intent("pi_2").await.expect("an intent");
    assert_eq!((taken.amount_capturable, taken.capture_method_manual), (Minor::ZERO, false));
    assert_eq!((taken.latest_charge.as_deref(), taken.capture_before), (Some("ch_2"), None));
}

#[tokio::test(start_paused = true)]
async fn a_canceled_payment_has_its_reason() {
    for (reason, word) in [
        (CancelReason::Abandoned, "cancellation_reason=abandoned"),
        (CancelReason::RequestedByCustomer, "cancellation_reason=requested_by_customer"),
    ] {
        let (client, script) = stripe(vec![answer(200, &[], &intent_object("canceled"))]);
        let canceled = client.cancel_intent("pi_1", reason).await.expect("canceled");
        assert_eq!(canceled.status, IntentStatus::Canceled);
        assert_eq!(script.uri(0), "https://stripe.test/v1/payment_intents/pi_1/cancel");
        assert_eq!(script.body(0), word.as_bytes());
        assert_eq!(script.header(0, "idempotency-key"), None);
    }
    let (client, script) = stripe(vec![]);
    let error = client.cancel_intent("pi_1/../pi_2", CancelReason::Abandoned).await.expect_err("no such name");
    assert!(error.is_missing() && script.calls() == 0);
}

#[tokio::test(start_paused = true)]
async fn the_wrong_state_comes_with_the_intent() {
    let body = json!({"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
        "message": "No.", "payment_intent": intent_object("succeeded")}});
    let capture = CaptureRequest { intent: "pi_1".to_owned() }.encode().expect("encoded");
    let (client, _) = stripe(vec![answer(400, &[], &body), answer(400, &[], &body)]);
    let errors = [
        client.capture_intent(&capture, "key-1").await.expect_err("refused"),
        client.cancel_intent("pi_1", CancelReason::Abandoned).await.expect_err("refused"),
    ];
    for error in errors {
        assert!(error.is_unexpected_state() && !error.is_decline());
        let refusal = error.refusal().expect("a refusal");
        assert_eq!(refusal.payment_intent.as_deref(), Some("pi_1"));
        assert_eq!(refusal.payment_intent_status, Some(IntentStatus::Succeeded));
    }
}
