use serde_json::json;

use super::Bench;

#[tokio::test]
async fn an_intent_is_paid_at_once() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await;
    assert_eq!((intent.text("status"), &intent.body["amount_received"]), ("succeeded".to_owned(), &json!(5_000)));
    assert_eq!(bench.sent().await, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    let again =
        bench.post(&format!("/v1/payment_intents/{}/confirm", intent.id()), "payment_method=pm_card_visa").await;
    assert_eq!((again.status, again.error("code")), (400, "payment_intent_unexpected_state"));
    assert_eq!(again.body["error"]["payment_intent"]["id"], intent.body["id"]);
    let canceled = bench.post(&format!("/v1/payment_intents/{}/cancel", intent.id()), "").await;
    assert_eq!((canceled.status, canceled.error("code")), (400, "payment_intent_unexpected_state"));
}

#[tokio::test]
async fn declines_have_their_reason() {
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
        assert_eq!(intent["latest_charge"], charge, "a failed charge is the latest too");
        assert_eq!((&intent["amount_received"], &intent["amount_capturable"]), (&json!(0), &json!(0)));
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
async fn some_cards_ask_who_is_there() {
    let bench = Bench::new();
    let requested = bench.intent("&confirm=true&payment_method=pm_card_threeDSecure2Required").await.ok();
    assert_eq!(requested.text("status"), "requires_action");
    assert_eq!(requested.body["next_action"]["type"], "use_stripe_sdk");
    let done = bench.test(&format!("intents/{}/authenticate", requested.id()), json!({"succeed": true})).await.ok();
    assert_eq!(done.text("status"), "succeeded");

    let requested = bench.intent("&confirm=true&payment_method=pm_card_authenticationRequired").await.ok();
    let failed = bench.test(&format!("intents/{}/authenticate", requested.id()), json!({"succeed": false})).await.ok();
    assert_eq!(failed.text("status"), "requires_payment_method");
    assert_eq!(failed.body["last_payment_error"]["code"], "payment_intent_authentication_failure");
    assert_eq!((&failed.body["next_action"], &failed.body["payment_method"]), (&json!(null), &json!(null)));
    let sent = bench.sent().await;
    assert!(sent.contains(&"payment_intent.payment_failed".to_owned()), "{sent:?}");
    let again = bench.test(&format!("intents/{}/authenticate", requested.id()), json!({"succeed": true})).await;
    assert_eq!(again.error("code"), "payment_intent_unexpected_state");
    let paid = bench
        .post(&format!("/v1/payment_intents/{}/confirm", requested.id()), "payment_method=pm_card_visa")
        .await
        .ok();
    assert_eq!((paid.text("status"), &paid.body["last_payment_error"]), ("succeeded".to_owned(), &json!(null)));

    let poor = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    let requested = bench.intent(&format!("&confirm=true&payment_method={poor}")).await.ok();
    let declined = bench.test(&format!("intents/{}/authenticate", requested.id()), json!({"succeed": true})).await.ok();
    assert_eq!(declined.text("status"), "requires_payment_method");
    assert_eq!(declined.body["last_payment_error"]["decline_code"], "insufficient_funds");
    let charge = bench.stand_in.object(&declined.text("latest_charge")).expect("the failed charge");
    assert_eq!((&charge["status"], &charge["amount_captured"]), (&json!("failed"), &json!(0)));

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

#[tokio::test]
async fn events_show_what_was() {
    let bench = Bench::new();
    let id = bench.intent("").await.ok().id();
    bench.test(&format!("intents/{id}/confirm"), json!({"payment_method": "pm_card_chargeDeclined"})).await;
    bench.clock.advance(5);
    bench.test(&format!("intents/{id}/confirm"), json!({})).await.ok();
    bench.post("/v1/refunds", &format!("payment_intent={id}&amount=700")).await.ok();
    bench.post("/v1/refunds", &format!("payment_intent={id}")).await.ok();
    bench.sent().await;
    let events: Vec<_> = bench.arrived().iter().map(super::Arrived::event).collect();
    let shown = |kind: &str, field: &str| -> Vec<_> {
        let of_kind = events.iter().filter(|event| event["type"] == kind);
        of_kind.map(|event| event["data"]["object"][field].clone()).collect()
    };
    assert_eq!(shown("payment_intent.created", "status"), ["requires_payment_method"]);
    assert_eq!(shown("payment_intent.payment_failed", "latest_charge"), shown("charge.failed", "id"));
    assert_eq!(shown("payment_intent.succeeded", "latest_charge"), shown("charge.succeeded", "id"));
    assert_eq!(shown("charge.succeeded", "amount_refunded"), [json!(0)], "not what became of it");
    assert_eq!(shown("charge.refunded", "amount_refunded"), [json!(700), json!(5_000)]);
    let mut ids: Vec<_> = events.iter().map(|event| event["id"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len(), "each event has its own id");
    let times: Vec<_> = events.iter().map(|event| event["created"].as_i64().expect("seconds")).collect();
    let now = bench.clock.now().as_second();
    assert!(times.iter().all(|time| (now - 60..=now).contains(time)), "{times:?} at {now}");
}

#[tokio::test]
async fn lists_of_intents_are_filtered() {
    let bench = Bench::new();
    let first = bench.intent("").await.ok();
    bench.clock.advance(100);
    let second = bench.intent("").await.ok();
    let border = second.body["created"].as_i64().expect("a time");
    for (filter, requested) in [
        (format!("created[gte]={border}"), vec![second.id()]),
        (format!("created[lt]={border}"), vec![first.id()]),
        ("limit=2".to_owned(), vec![second.id(), first.id()]),
    ] {
        let listed = bench.get(&format!("/v1/payment_intents?{filter}")).await.ok();
        let ids: Vec<_> = listed.body["data"].as_array().expect("a list").iter().map(|i| i["id"].clone()).collect();
        assert_eq!(ids, requested, "{filter}");
    }
    for path in ["/v1/payment_intents?customer=cus_none", "/v1/charges?customer=cus_none"] {
        let refused = bench.get(path).await;
        assert_eq!(
            (refused.status, refused.error("code"), refused.error("param")),
            (400, "resource_missing", "customer")
        );
    }
}
