use serde_json::json;

use super::Bench;

#[tokio::test]
async fn refunds_add_up() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await.id();
    bench.sent().await;
    bench.forget();
    let form = format!("payment_intent={intent}&amount=2000&reason=requested_by_customer&metadata[refund_id]=ref_1");
    let part = bench.post("/v1/refunds", &form).await.ok();
    assert_eq!((part.text("status"), &part.body["amount"]), ("succeeded".to_owned(), &json!(2_000)));
    assert_eq!(part.body["metadata"]["refund_id"], "ref_1");
    assert_eq!(bench.sent().await, ["refund.created", "charge.refunded"]);

    let much = bench.post("/v1/refunds", &format!("payment_intent={intent}&amount=3001")).await;
    assert_eq!((much.status, much.error("param")), (400, "amount"));
    assert!(much.error("message").contains("is greater than unrefunded amount on charge (30.00 USD)"));
    let rest = bench.post("/v1/refunds", &format!("payment_intent={intent}")).await.ok();
    assert_eq!(rest.body["amount"], 3_000);
    let none = bench.post("/v1/refunds", &format!("payment_intent={intent}")).await;
    assert_eq!((none.status, none.error("code")), (400, "charge_already_refunded"));
    let charge = bench.get(&format!("/v1/charges/{}?expand[]=refunds", rest.text("charge"))).await.ok();
    assert_eq!((&charge.body["amount_refunded"], &charge.body["refunded"]), (&json!(5_000), &json!(true)));
    assert_eq!(charge.body["refunds"]["data"].as_array().map(Vec::len), Some(2));

    let listed = bench.get(&format!("/v1/refunds?payment_intent={intent}&limit=1")).await.ok();
    assert_eq!((&listed.body["data"][0]["id"], &listed.body["has_more"]), (&rest.body["id"], &json!(true)));
    let next = bench.get(&format!("/v1/refunds?payment_intent={intent}&starting_after={}", rest.id())).await.ok();
    assert_eq!((&next.body["data"][0]["id"], &next.body["has_more"]), (&part.body["id"], &json!(false)));
    let balance = bench.stand_in.balance("order_id", "ord_2");
    assert_eq!((balance.captured, balance.refunded, balance.net()), (5_000, 5_000, 0));
}

#[tokio::test]
async fn what_is_wrong_with_a_refund_is_said() {
    let bench = Bench::new();
    let open = bench.intent("").await.id();
    for (form, status, code) in [
        ("payment_intent=pi_none".to_owned(), 404, "resource_missing"),
        ("charge=ch_none".to_owned(), 404, "resource_missing"),
        ("amount=5".to_owned(), 400, "parameter_missing"),
        (format!("payment_intent={open}"), 400, "payment_intent_unexpected_state"),
        (format!("payment_intent={open}&reason=boredom"), 400, ""),
    ] {
        let refused = bench.post("/v1/refunds", &form).await;
        assert_eq!((refused.status, refused.error("code")), (status, code), "{form}");
    }
    let paid = bench.paid_intent().await.id();
    let reversed = bench.post("/v1/refunds", &format!("payment_intent={paid}&reverse_transfer=true")).await;
    assert_eq!(reversed.status, 400, "there is no transfer");
    assert!(bench.stand_in.objects("refund").is_empty());
}

#[tokio::test]
async fn destination_charges_give_back_their_parts() {
    let bench = Bench::new();
    let session = bench.session().await.id();
    let intent = bench.test(&format!("sessions/{session}/pay"), json!({})).await.ok().text("payment_intent");
    let form = format!(
        "payment_intent={intent}&amount=2742&reverse_transfer=true&refund_application_fee=true&expand[]=transfer_reversal"
    );
    let half = bench.post("/v1/refunds", &form).await.ok();
    assert_eq!(half.body["transfer_reversal"]["amount"], 2_742);
    assert_eq!(bench.stand_in.objects("application_fee")[0]["amount_refunded"], 242);
    let form = format!("payment_intent={intent}&reverse_transfer=true&refund_application_fee=true");
    bench.post("/v1/refunds", &form).await.ok();
    let transfer = &bench.stand_in.objects("transfer")[0];
    assert_eq!((&transfer["amount_reversed"], &transfer["reversed"]), (&json!(5_484), &json!(true)));
    let fee = &bench.stand_in.objects("application_fee")[0];
    assert_eq!((&fee["amount_refunded"], &fee["refunded"]), (&json!(484), &json!(true)));
}

#[tokio::test]
async fn a_refund_fails_later() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await.id();
    let refund = bench.post("/v1/refunds", &format!("payment_intent={intent}&metadata[refund_id]=ref_1")).await.ok();
    bench.sent().await;
    bench.forget();
    let failed = bench.test(&format!("refunds/{}/fail", refund.id()), json!({})).await.ok();
    assert_eq!(
        (failed.text("status"), failed.text("failure_reason")),
        ("failed".to_owned(), "expired_or_canceled_card".to_owned())
    );
    assert_eq!(bench.sent().await, ["refund.updated", "charge.refund.updated", "refund.failed"]);
    let charge = bench.stand_in.object(&refund.text("charge")).expect("kept");
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&json!(0), &json!(false)));
    bench.test(&format!("refunds/{}/fail", refund.id()), json!({})).await.ok();
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").refunded, 0, "failed once only");
    bench.post("/v1/refunds", &format!("payment_intent={intent}")).await.ok();

    let card = bench.intent("&confirm=true&payment_method=pm_card_refundFail").await.ok().id();
    let refund = bench.post("/v1/refunds", &format!("payment_intent={card}")).await.ok();
    assert_eq!(refund.text("status"), "succeeded");
    bench.clock.advance(601);
    assert_eq!(bench.get(&format!("/v1/refunds/{}", refund.id())).await.text("status"), "failed");
}

#[tokio::test]
async fn a_refund_takes_its_time() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await.id();
    bench.test("next_refund", json!({"status": "pending"})).await.ok();
    let refund = bench.post("/v1/refunds", &format!("payment_intent={intent}&amount=100")).await.ok();
    assert_eq!((refund.text("status"), refund.text("pending_reason")), ("pending".to_owned(), "processing".to_owned()));
    let cancel = bench.post(&format!("/v1/refunds/{}/cancel", refund.id()), "").await;
    assert_eq!(cancel.status, 400);
    let done = bench.test(&format!("refunds/{}/succeed", refund.id()), json!({})).await.ok();
    assert_eq!(done.text("status"), "succeeded");
    assert!(bench.sent().await.contains(&"refund.updated".to_owned()));
    let next = bench.post("/v1/refunds", &format!("payment_intent={intent}&amount=100")).await.ok();
    assert_eq!(next.text("status"), "succeeded", "only the next one was to be pending");

    bench.test("next_refund", json!({"status": "requires_action"})).await.ok();
    let waiting = bench.post("/v1/refunds", &format!("payment_intent={intent}&amount=100")).await.ok();
    let canceled = bench.post(&format!("/v1/refunds/{}/cancel", waiting.id()), "").await.ok();
    assert_eq!(canceled.text("status"), "canceled");
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").refunded, 200);
}

#[tokio::test]
async fn refunds_of_the_dashboard_know_nothing_of_us() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await.id();
    let refund = bench.test("dashboard/refunds", json!({"payment_intent": intent, "amount": 700})).await.ok();
    assert_eq!((&refund.body["amount"], &refund.body["metadata"]), (&json!(700), &json!({})));
    bench.sent().await;
    let last = bench.arrived().last().expect("an event").event();
    assert_eq!((&last["type"], &last["request"]["id"]), (&json!("charge.refunded"), &json!(null)));
    assert_eq!(last["data"]["object"]["amount_refunded"], 700);
}

#[tokio::test]
async fn disputes_open_and_close() {
    let bench = Bench::new();
    let intent = bench.intent("&confirm=true&payment_method=pm_card_createDispute").await.ok();
    let sent = bench.sent().await;
    assert!(sent.contains(&"charge.dispute.created".to_owned()), "{sent:?}");
    let refused = bench.post("/v1/refunds", &format!("payment_intent={}", intent.id())).await;
    assert_eq!(refused.error("code"), "charge_disputed");
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").disputed, 5_000);
    let listed = bench.get(&format!("/v1/disputes?payment_intent={}", intent.id())).await.ok();
    let id = listed.body["data"][0]["id"].as_str().expect("a dispute").to_owned();
    let closed = bench.test(&format!("disputes/{id}/close"), json!({"status": "won"})).await.ok();
    assert_eq!(closed.text("status"), "won");
    assert!(bench.sent().await.contains(&"charge.dispute.closed".to_owned()));
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").disputed, 0);
    let back = bench.post("/v1/refunds", &format!("payment_intent={}&amount=500", intent.id())).await.ok();
    assert_eq!(back.text("status"), "succeeded", "the money is the seller's again");
    assert_eq!(bench.test(&format!("disputes/{id}/close"), json!({"status": "lost"})).await.status, 400);

    let other = bench.paid_intent().await.id();
    let dispute = bench.test("disputes", json!({"payment_intent": other, "amount": 1_000})).await.ok();
    assert_eq!((dispute.text("status"), &dispute.body["amount"]), ("needs_response".to_owned(), &json!(1_000)));
    bench.test(&format!("disputes/{}/close", dispute.id()), json!({"status": "lost"})).await.ok();
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").disputed, 1_000);
    let refused = bench.post("/v1/refunds", &format!("payment_intent={other}")).await;
    assert_eq!((refused.status, refused.error("code")), (400, "charge_disputed"), "it is lost");
    let third = bench.paid_intent().await.id();
    bench.test("disputes", json!({"payment_intent": third, "inquiry": true})).await.ok();
    bench.post("/v1/refunds", &format!("payment_intent={third}")).await.ok();
}

#[tokio::test]
async fn a_pending_refund_ends_either_way() {
    for (end, refunded, sent) in [
        ("succeed", 2_000, &["refund.updated", "charge.refund.updated"][..]),
        ("fail", 0, &["refund.updated", "charge.refund.updated", "refund.failed"][..]),
    ] {
        let bench = Bench::new();
        let session = bench.session().await.id();
        let intent = bench.test(&format!("sessions/{session}/pay"), json!({})).await.ok().text("payment_intent");
        bench.test("next_refund", json!({"status": "pending"})).await.ok();
        let form = format!("payment_intent={intent}&amount=2000&reverse_transfer=true&refund_application_fee=true");
        let refund = bench.post("/v1/refunds", &form).await.ok();
        assert_eq!(
            bench.stand_in.balance("order_id", "ord_1").refunded,
            2_000,
            "what is pending is not there any more"
        );
        bench.sent().await;
        bench.forget();
        bench.test(&format!("refunds/{}/{end}", refund.id()), json!({})).await.ok();
        assert_eq!(bench.sent().await, sent, "{end}");
        let changed = bench.arrived()[0].event();
        assert_eq!(changed["data"]["previous_attributes"]["status"], "pending");
        let balance = bench.stand_in.balance("order_id", "ord_1");
        assert_eq!((balance.captured, balance.refunded), (5_484, refunded), "{end}");
        let transfer = &bench.stand_in.objects("transfer")[0];
        assert_eq!(transfer["amount_reversed"], 2_000, "what was reversed stays with the platform: {end}");
        let rest = bench.post("/v1/refunds", &format!("payment_intent={intent}")).await.ok();
        assert_eq!(rest.body["amount"], 5_484 - refunded);
    }
}
