use serde_json::{Value, json};

use super::Bench;

#[tokio::test]
async fn an_intent_is_paid_at_once() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await;
    assert_eq!((intent.text("status"), &intent.body["amount_received"]), ("succeeded".to_owned(), &json!(5_000)));
    assert_eq!(bench.told().await, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    let again =
        bench.post(&format!("/v1/payment_intents/{}/confirm", intent.id()), "payment_method=pm_card_visa").await;
    assert_eq!((again.status, again.error("code")), (400, "payment_intent_unexpected_state"));
    assert_eq!(again.body["error"]["payment_intent"]["id"], intent.body["id"]);
    let canceled = bench.post(&format!("/v1/payment_intents/{}/cancel", intent.id()), "").await;
    assert_eq!((canceled.status, canceled.error("code")), (400, "payment_intent_unexpected_state"));
}

#[tokio::test]
async fn declines_say_why() {
    for (method, code, decline_code) in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", ""),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", ""),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", ""),
    ] {
        let bench = Bench::new();
        let declined = bench.intent(&format!("&confirm=true&payment_method={method}")).await;
        assert_eq!((declined.status, declined.error("type")), (402, "card_error"), "{method}");
        assert_eq!((declined.error("code"), declined.error("decline_code")), (code, decline_code), "{method}");
        let intent = &declined.body["error"]["payment_intent"];
        assert_eq!(intent["status"], "requires_payment_method");
        assert_eq!(intent["last_payment_error"]["code"], code);
        let charge = declined.error("charge");
        let charge = bench.get(&format!("/v1/charges/{charge}")).await.ok();
        assert_eq!((charge.text("status"), charge.text("failure_code")), ("failed".to_owned(), code.to_owned()));
        let id = intent["id"].as_str().expect("an id");
        let paid = bench.post(&format!("/v1/payment_intents/{id}/confirm"), "payment_method=pm_card_visa").await.ok();
        assert_eq!(paid.text("status"), "succeeded", "another card may pay");
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_intent_is_said() {
    let bench = Bench::new();
    for (form, status, code, param) in [
        ("currency=usd", 400, "parameter_missing", "amount"),
        ("amount=5000", 400, "parameter_missing", "currency"),
        ("amount=many&currency=usd", 400, "parameter_invalid_integer", "amount"),
        ("amount=20&currency=usd", 400, "amount_too_small", "amount"),
        ("amount=5000&currency=usd&capture_method=later", 400, "", "capture_method"),
        ("amount=5000&currency=usd&payment_method=pm_none", 400, "resource_missing", "payment_method"),
        ("amount=5000&currency=usd&application_fee_amount=5", 400, "", "application_fee_amount"),
        ("amount=5000&currency=usd&confirm=true", 400, "payment_intent_unexpected_state", ""),
        ("amount=5000&currency=usd&confirm=true&payment_method=pm_card_visa", 400, "", ""),
    ] {
        let refused = bench.post("/v1/payment_intents", form).await;
        assert_eq!(
            (refused.status, refused.error("code"), refused.error("param")),
            (status, code, param),
            "{form}: {}",
            refused.body
        );
    }
    assert!(bench.stand_in.objects("charge").is_empty());
    let redirecting =
        bench.post("/v1/payment_intents", "amount=5000&currency=usd&confirm=true&payment_method=pm_card_visa").await;
    assert!(redirecting.error("message").contains("return_url"));
}

#[tokio::test]
async fn an_authorization_is_captured() {
    let bench = Bench::new();
    let more = "&capture_method=manual&confirm=true&payment_method=pm_card_visa&transfer_data[destination]=acct_expert\
                &transfer_data[metadata][order_id]=ord_2&transfer_data[description]=Slot&application_fee_amount=500&expand[]=latest_charge";
    let held = bench.intent(more).await.ok();
    assert_eq!((held.text("status"), &held.body["amount_capturable"]), ("requires_capture".to_owned(), &json!(5_000)));
    let charge = &held.body["latest_charge"];
    assert_eq!((&charge["captured"], &charge["paid"]), (&json!(false), &json!(true)));
    let before = charge["payment_method_details"]["card"]["capture_before"].as_i64().expect("a time");
    assert_eq!(before - charge["created"].as_i64().expect("a time"), 7 * 86_400);
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").captured, 0);

    let path = format!("/v1/payment_intents/{}/capture", held.id());
    let much = bench.post(&path, "amount_to_capture=5001").await;
    assert_eq!((much.status, much.error("code")), (400, "amount_too_large"));
    let taken = bench.post(&path, "").await.ok();
    assert_eq!((taken.text("status"), &taken.body["amount_received"]), ("succeeded".to_owned(), &json!(5_000)));
    let transfers = bench.get("/v1/transfers").await.ok();
    assert_eq!(transfers.body["data"][0]["metadata"]["order_id"], "ord_2");
    assert_eq!(transfers.body["data"][0]["description"], "Slot");
    let again = bench.post(&path, "").await;
    assert_eq!(again.error("code"), "payment_intent_unexpected_state");
    assert!(again.error("message").contains("already been captured"));
    let told = bench.told().await;
    for kind in ["payment_intent.amount_capturable_updated", "charge.captured", "payment_intent.succeeded"] {
        assert!(told.contains(&kind.to_owned()), "{kind} in {told:?}");
    }
}

#[tokio::test]
async fn an_authorization_is_canceled_or_ends_by_itself() {
    let bench = Bench::new();
    let held = bench.intent("&capture_method=manual&confirm=true&payment_method=pm_card_visa").await.ok();
    let path = format!("/v1/payment_intents/{}/cancel", held.id());
    assert_eq!(bench.post(&path, "cancellation_reason=boredom").await.error("param"), "cancellation_reason");
    let canceled = bench.post(&path, "cancellation_reason=requested_by_customer").await.ok();
    assert_eq!(
        (canceled.text("status"), canceled.text("cancellation_reason")),
        ("canceled".to_owned(), "requested_by_customer".to_owned())
    );
    assert!(canceled.body["canceled_at"].is_i64());
    let capture = bench.post(&format!("/v1/payment_intents/{}/capture", held.id()), "").await;
    assert_eq!(capture.error("code"), "payment_intent_unexpected_state");

    let other = bench.intent("&capture_method=manual&confirm=true&payment_method=pm_card_visa").await.ok();
    bench.told().await;
    bench.forget();
    bench.clock.advance(7 * 86_400 + 1);
    bench.stand_in.tick();
    assert_eq!(bench.told().await, ["charge.expired", "payment_intent.canceled"]);
    let seen = bench.get(&format!("/v1/payment_intents/{}", other.id())).await.ok();
    assert_eq!(seen.text("cancellation_reason"), "expired");
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").captured, 0);
}

#[tokio::test]
async fn some_cards_ask_who_is_there() {
    let bench = Bench::new();
    let asked = bench.intent("&confirm=true&payment_method=pm_card_threeDSecure2Required").await.ok();
    assert_eq!(asked.text("status"), "requires_action");
    assert_eq!(asked.body["next_action"]["type"], "use_stripe_sdk");
    let done = bench.test(&format!("intents/{}/authenticate", asked.id()), json!({"succeed": true})).await.ok();
    assert_eq!(done.text("status"), "succeeded");

    let asked = bench.intent("&confirm=true&payment_method=pm_card_authenticationRequired").await.ok();
    let failed = bench.test(&format!("intents/{}/authenticate", asked.id()), json!({"succeed": false})).await.ok();
    assert_eq!(failed.text("status"), "requires_payment_method");
    assert_eq!(failed.body["last_payment_error"]["code"], "payment_intent_authentication_failure");

    let absent = bench.intent("&confirm=true&off_session=true&payment_method=pm_card_authenticationRequired").await;
    assert_eq!((absent.status, absent.error("code")), (402, "authentication_required"));

    let session = bench.session().await.id();
    let open = bench
        .test(&format!("sessions/{session}/pay"), json!({"payment_method": "pm_card_authenticationRequired"}))
        .await
        .ok();
    assert_eq!(open.text("status"), "open");
    bench.test(&format!("intents/{}/authenticate", open.text("payment_intent")), json!({"succeed": true})).await.ok();
    assert_eq!(bench.get(&format!("/v1/checkout/sessions/{session}")).await.text("payment_status"), "paid");
}

#[tokio::test]
async fn a_client_confirms_with_its_own_card() {
    let bench = Bench::new();
    let intent = bench.intent("").await.ok();
    assert_eq!(intent.text("status"), "requires_payment_method");
    assert!(intent.text("client_secret").starts_with(&format!("{}_secret_", intent.id())));
    let path = format!("intents/{}/confirm", intent.id());
    assert_eq!(bench.test(&path, json!({"payment_method": "pm_card_chargeDeclined"})).await.status, 402);
    let paid = bench.test(&path, json!({"payment_method": "pm_card_visa"})).await.ok();
    assert_eq!(paid.text("status"), "succeeded");
    assert!(paid.text("payment_method").starts_with("pm_1"));
}

#[tokio::test]
async fn intents_are_searched() {
    let bench = Bench::new();
    let paid = bench.paid_intent().await.id();
    bench.intent("").await.ok();
    let query = "query=metadata%5B'order_id'%5D:'ord_2'%20AND%20status:'succeeded'";
    let found = bench.get(&format!("/v1/payment_intents/search?{query}")).await.ok();
    assert_eq!(found.text("object"), "search_result");
    let ids: Vec<&Value> = found.body["data"].as_array().expect("a list").iter().map(|intent| &intent["id"]).collect();
    assert_eq!(ids, [&json!(paid)]);
    assert_eq!(bench.get("/v1/payment_intents/search?query=nonsense").await.error("param"), "query");
    assert_eq!(bench.get("/v1/payment_intents?limit=1").await.body["has_more"], true);
}

#[tokio::test]
async fn a_session_keeps_its_intent_to_itself() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    bench.test(&format!("sessions/{id}/pay"), json!({"payment_method": "pm_card_chargeDeclined"})).await;
    let intent = bench.get(&format!("/v1/checkout/sessions/{id}")).await.text("payment_intent");
    for verb in ["cancel", "confirm"] {
        let refused = bench.post(&format!("/v1/payment_intents/{intent}/{verb}"), "").await;
        assert_eq!(refused.error("code"), "payment_intent_unexpected_state", "{verb}");
    }
}

#[tokio::test]
async fn metadata_are_updated_key_by_key() {
    let bench = Bench::new();
    let id = bench.intent("&metadata[colour]=red").await.ok().id();
    let updated = bench.post(&format!("/v1/payment_intents/{id}"), "metadata[colour]=&metadata[size]=5").await.ok();
    assert_eq!(updated.body["metadata"], json!({"order_id": "ord_2", "size": "5"}));
    let bad = bench.get(&format!("/v1/payment_intents/{id}?expand[]=colour")).await;
    assert_eq!((bad.status, bad.error("message")), (400, "This property cannot be expanded (colour)."));
}
