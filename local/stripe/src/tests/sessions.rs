use serde_json::{Value, json};

use super::Bench;

#[tokio::test]
async fn a_session_is_paid() {
    let bench = Bench::new();
    let session = bench.session().await;
    let id = session.id();
    assert_eq!(session.body["amount_total"], 5_484);
    assert_eq!(session.body["status"], "open");
    assert_eq!(session.body["payment_status"], "unpaid");
    assert_eq!(session.body["payment_intent"], Value::Null, "it is not paid yet");
    assert_eq!(session.text("url"), format!("http://stripe.test/pay/{id}"));

    let paid = bench.test(&format!("sessions/{id}/pay"), json!({"payment_method": "pm_card_visa"})).await.ok();
    assert_eq!((paid.text("status"), paid.text("payment_status")), ("complete".to_owned(), "paid".to_owned()));
    assert_eq!(paid.body["url"], Value::Null);
    assert_eq!(paid.body["customer_details"]["email"], "ada@example.com");

    let path = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge.transfer&expand[]=line_items");
    let seen = bench.get(&path).await.ok();
    let intent = &seen.body["payment_intent"];
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("succeeded"), &json!(5_484)));
    assert_eq!(intent["metadata"]["order_id"], "ord_1");
    let charge = &intent["latest_charge"];
    assert_eq!(
        (&charge["paid"], &charge["captured"], &charge["metadata"]["order_id"]),
        (&json!(true), &json!(true), &json!("ord_1"))
    );
    assert_eq!(charge["transfer"]["destination"], "acct_seller");
    assert_eq!(charge["application_fee_amount"], 484);
    assert_eq!(seen.body["line_items"]["data"][0]["quantity"], 2);

    let sent = bench.sent().await;
    let expected = [
        "payment_intent.created",
        "transfer.created",
        "application_fee.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(sent, expected);
    let balance = bench.stand_in.balance("order_id", "ord_1");
    assert_eq!((balance.captured, balance.refunded, balance.charges), (5_484, 0, 1));

    let again = bench.test(&format!("sessions/{id}/pay"), json!({})).await;
    assert_eq!(again.status, 400);
    let expired = bench.post(&format!("/v1/checkout/sessions/{id}/expire"), "").await;
    assert_eq!(expired.status, 400);
    assert!(expired.error("message").contains("status of complete"));
    assert_eq!(bench.stand_in.balance("order_id", "ord_1").charges, 1);
}

#[tokio::test]
async fn a_decline_leaves_the_session_open() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    let pay = format!("sessions/{id}/pay");
    let declined = bench.test(&pay, json!({"payment_method": "pm_card_chargeDeclinedInsufficientFunds"})).await;
    assert_eq!(
        (declined.status, declined.error("code"), declined.error("decline_code")),
        (402, "card_declined", "insufficient_funds")
    );
    let session = bench.get(&format!("/v1/checkout/sessions/{id}")).await.ok();
    assert_eq!(session.text("status"), "open");
    let intent = bench.get(&format!("/v1/payment_intents/{}", session.text("payment_intent"))).await.ok();
    assert_eq!(intent.text("status"), "requires_payment_method");
    assert_eq!(intent.body["last_payment_error"]["decline_code"], "insufficient_funds");
    assert_eq!(bench.sent().await, ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]);

    bench.test(&pay, json!({"payment_method": "pm_card_visa"})).await.ok();
    let after = bench.get(&format!("/v1/checkout/sessions/{id}")).await.ok();
    assert_eq!(after.text("payment_intent"), intent.id(), "the same intent");
    assert_eq!(after.text("payment_status"), "paid");
    let charges = bench.get(&format!("/v1/charges?payment_intent={}", intent.id())).await.ok();
    let statuses: Vec<&Value> =
        charges.body["data"].as_array().expect("a list").iter().map(|charge| &charge["status"]).collect();
    assert_eq!(statuses, ["succeeded", "failed"], "newest first");
}

#[tokio::test]
async fn sessions_end_by_the_clock() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    bench.clock.advance(34 * 60);
    bench.stand_in.tick();
    assert!(bench.sent().await.is_empty());
    bench.clock.advance(61);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await, ["checkout.session.expired"]);
    let session = bench.get(&format!("/v1/checkout/sessions/{id}")).await.ok();
    assert_eq!((session.text("status"), session.text("payment_status")), ("expired".to_owned(), "unpaid".to_owned()));
    let late = bench.test(&format!("sessions/{id}/pay"), json!({})).await;
    assert_eq!(late.status, 400);
}

#[tokio::test]
async fn a_seller_expires_a_session_with_its_attempt() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    bench.test(&format!("sessions/{id}/pay"), json!({"payment_method": "pm_card_chargeDeclined"})).await;
    bench.sent().await;
    bench.forget();
    let expired = bench.post(&format!("/v1/checkout/sessions/{id}/expire"), "").await.ok();
    assert_eq!(expired.text("status"), "expired");
    assert_eq!(bench.sent().await, ["payment_intent.canceled", "checkout.session.expired"]);
    bench.clock.advance(3_600);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await.len(), 2, "once only");
}

#[tokio::test]
async fn methods_that_take_days() {
    for (end, kind, session_kind, status) in [
        ("succeed", "payment_intent.succeeded", "checkout.session.async_payment_succeeded", "paid"),
        ("fail", "payment_intent.payment_failed", "checkout.session.async_payment_failed", "unpaid"),
    ] {
        let bench = Bench::new();
        let id = bench.session().await.id();
        let paid = bench.test(&format!("sessions/{id}/pay"), json!({"payment_method": "pm_sepaDebit"})).await.ok();
        assert_eq!((paid.text("status"), paid.text("payment_status")), ("complete".to_owned(), "unpaid".to_owned()));
        let intent = paid.text("payment_intent");
        assert_eq!(bench.get(&format!("/v1/payment_intents/{intent}")).await.text("status"), "processing");
        bench.sent().await;
        bench.forget();
        bench.test(&format!("intents/{intent}/{end}"), json!({})).await.ok();
        let sent = bench.sent().await;
        assert!(sent.contains(&kind.to_owned()) && sent.contains(&session_kind.to_owned()), "{sent:?}");
        assert_eq!(bench.get(&format!("/v1/checkout/sessions/{id}")).await.text("payment_status"), status);
    }
}

#[tokio::test]
async fn tax_comes_on_top_when_it_is_paid() {
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "8.875"})).await.ok();
    let session = bench.session().await;
    assert_eq!(session.body["total_details"]["amount_tax"], 0);
    assert_eq!(session.body["automatic_tax"]["status"], "requires_location_inputs");
    let paid = bench.test(&format!("sessions/{}/pay", session.id()), json!({})).await.ok();
    assert_eq!(paid.body["total_details"]["amount_tax"], 487);
    assert_eq!(paid.body["amount_total"], 5_971);
    assert_eq!(paid.body["amount_subtotal"], 5_484);
    assert_eq!(bench.stand_in.balance("order_id", "ord_1").captured, 5_971);
}

#[tokio::test]
async fn what_is_wrong_with_a_session_is_said() {
    let bench = Bench::new();
    let now = bench.clock.now().as_second();
    let changed = |from: &str, to: &str| bench.session_form().replace(from, to);
    let at = format!("expires_at={}", now + 35 * 60);
    let cases = [
        (changed("mode=payment", ""), "parameter_missing", "mode"),
        (changed(&at, &format!("expires_at={}", now + 60)), "", "expires_at"),
        (changed(&at, &format!("expires_at={}", now + 25 * 3_600)), "", "expires_at"),
        (
            changed("[unit_amount]=2500", "[unit_amount]=25.00"),
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        (changed("[unit_amount]=2500", "[price]=2500"), "parameter_missing", "line_items[0][price_data][unit_amount]"),
        (changed("&line_items[1][quantity]=1", ""), "parameter_missing", "line_items[1][quantity]"),
        (changed("success_url=http://", "success_url="), "url_invalid", "success_url"),
        (format!("{}&colour=red", bench.session_form()), "parameter_unknown", "colour"),
        (
            format!("{}&payment_intent_data[colour]=red", bench.session_form()),
            "parameter_unknown",
            "payment_intent_data[colour]",
        ),
        (
            changed("currency]=usd&line_items[0][price_data][unit", "currency]=xyz&line_items[0][price_data][unit"),
            "",
            "line_items[0][price_data][currency]",
        ),
        (changed("=2500", "=1").replace("=484", "=1"), "amount_too_small", "line_items"),
    ];
    for (form, code, param) in cases {
        let refused = bench.post("/v1/checkout/sessions", &form).await;
        assert_eq!(
            (refused.status, refused.error("code"), refused.error("param")),
            (400, code, param),
            "{}",
            refused.body
        );
        assert_eq!(refused.error("type"), "invalid_request_error");
    }
    assert!(bench.stand_in.objects("checkout.session").is_empty());
    let missing = bench.get("/v1/checkout/sessions/cs_test_none").await;
    assert_eq!((missing.status, missing.error("code")), (404, "resource_missing"));
}

#[tokio::test]
async fn lists_are_newest_first_and_paged() {
    let bench = Bench::new();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(bench.session().await.id());
        bench.clock.advance(10);
    }
    ids.reverse();
    let listed = |got: &super::Got| -> Vec<String> {
        let data = got.body["data"].as_array().expect("a list");
        data.iter().map(|session| session["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = bench.get("/v1/checkout/sessions?limit=2").await.ok();
    assert_eq!(listed(&first), ids[..2]);
    assert_eq!(first.body["has_more"], true);
    let rest = bench.get(&format!("/v1/checkout/sessions?limit=3&starting_after={}", ids[1])).await.ok();
    assert_eq!((listed(&rest), &rest.body["has_more"]), (ids[2..].to_vec(), &json!(false)));
    let before = bench.get(&format!("/v1/checkout/sessions?limit=1&ending_before={}", ids[2])).await.ok();
    assert_eq!((listed(&before), &before.body["has_more"]), (ids[1..2].to_vec(), &json!(true)));

    let created = bench.stand_in.object(&ids[2]).expect("kept")["created"].as_i64().expect("a time");
    let bounded =
        bench.get(&format!("/v1/checkout/sessions?created[gte]={created}&created[lt]={}", created + 10)).await.ok();
    assert_eq!(listed(&bounded), ids[2..3]);
    bench.test(&format!("sessions/{}/pay", ids[3]), json!({})).await.ok();
    let complete = bench.get("/v1/checkout/sessions?status=complete").await.ok();
    assert_eq!(listed(&complete), ids[3..4]);
    let intent = complete.body["data"][0]["payment_intent"].as_str().expect("paid").to_owned();
    let of_intent = bench.get(&format!("/v1/checkout/sessions?payment_intent={intent}")).await.ok();
    assert_eq!(listed(&of_intent), ids[3..4]);
    assert_eq!(bench.get("/v1/checkout/sessions?limit=101").await.status, 400);
    assert_eq!(bench.get("/v1/checkout/sessions?starting_after=cs_none").await.error("code"), "resource_missing");
}

#[tokio::test]
async fn only_test_keys_open() {
    let bench = Bench::new();
    for header in [None, Some("Bearer sk_live_1"), Some("Bearer nonsense"), Some("Basic c2tfbGl2ZTo=")] {
        let mut request = http::Request::get("/v1/charges");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let got = bench.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!((got.status, got.error("type")), (401, "invalid_request_error"));
    }
    // "sk_test_1:" as the name of basic authentication.
    let request = http::Request::get("/v1/charges").header("authorization", "Basic c2tfdGVzdF8xOg==");
    assert_eq!(bench.send(request.body(axum::body::Body::empty()).expect("a request")).await.status, 200);
    let lost = bench.get("/v1/nothing").await;
    assert_eq!(lost.status, 404);
    assert!(lost.error("message").starts_with("Unrecognized request URL (GET: /v1/nothing)"));
}

#[tokio::test]
async fn a_snapshot_is_taken_up_again() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    bench.post_with("/v1/checkout/sessions", &bench.session_form(), Some("k")).await.ok();
    bench.test(&format!("sessions/{id}/pay"), json!({})).await.ok();
    bench.sent().await;
    let snapshot = bench.stand_in.snapshot().expect("a snapshot");

    let other = Bench::new();
    other.stand_in.restore(&snapshot).expect("taken up");
    assert_eq!(other.stand_in.object(&id), bench.stand_in.object(&id));
    assert_eq!(other.stand_in.balance("order_id", "ord_1"), bench.stand_in.balance("order_id", "ord_1"));
    assert!(other.sent().await.is_empty(), "what was delivered is not delivered again");
    other.clock.advance(3_600);
    other.stand_in.tick();
    assert_eq!(other.sent().await, ["checkout.session.expired"], "the open one ends");
    assert!(other.stand_in.restore("{").is_err());
}
