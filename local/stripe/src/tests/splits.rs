use serde_json::json;

use super::Bench;

/// A paid session with a fee: its charge, transfer and fee.
async fn paid(bench: &Bench) -> (String, String, String) {
    let session = bench.session().await.id();
    let intent = bench.test(&format!("sessions/{session}/pay"), json!({})).await.ok().text("payment_intent");
    let charge = bench.get(&format!("/v1/charges?payment_intent={intent}")).await.ok().body["data"][0].clone();
    let text = |name: &str| charge[name].as_str().expect("an id").to_owned();
    (text("id"), text("transfer"), text("application_fee"))
}

#[tokio::test]
async fn a_proportional_refund_gives_the_seller_a_part_of_the_fee() {
    let bench = Bench::new();
    let (charge, transfer, fee) = paid(&bench).await;
    let form = format!("charge={charge}&amount=2500&reverse_transfer=true&refund_application_fee=true");
    bench.post("/v1/refunds", &form).await.ok();
    assert_eq!(bench.stand_in.object(&transfer).expect("kept")["amount_reversed"], 2_500);
    let kept = bench.stand_in.object(&fee).expect("kept");
    assert_eq!(kept["amount_refunded"], 220, "2.20 of the platform's 4.84, as Stripe reckons");
    let balance = bench.stand_in.balance("order_id", "ord_1");
    assert_eq!((balance.seller(), balance.platform()), (2_720, 264));
}

#[tokio::test]
async fn a_transfer_is_reversed_within_its_amount_and_the_sellers_balance() {
    let bench = Bench::new();
    let (_, transfer, fee) = paid(&bench).await;
    let path = format!("/v1/transfers/{transfer}/reversals");
    let short = bench.post(&path, "").await;
    assert_eq!((short.status, short.error("code")), (400, "balance_insufficient"), "the fee is not the seller's");
    let part = bench.post(&path, "amount=2500&metadata[adjustment_id]=a").await.ok();
    assert_eq!((part.text("object"), part.text("transfer")), ("transfer_reversal".to_owned(), transfer.clone()));
    let much = bench.post(&path, "amount=2985").await;
    assert_eq!((much.status, much.error("param")), (400, "amount"));
    for amount in ["0", "-1"] {
        assert_eq!(bench.post(&path, &format!("amount={amount}")).await.status, 400);
    }
    bench.post(&format!("/v1/application_fees/{fee}/refunds"), "").await.ok();
    bench.post(&path, "").await.ok();
    let kept = bench.stand_in.object(&transfer).expect("kept");
    assert_eq!((&kept["amount_reversed"], &kept["reversed"]), (&json!(5_484), &json!(true)));
    assert_eq!(bench.post("/v1/transfers/tr_none/reversals", "amount=1").await.status, 404);
}

#[tokio::test]
async fn what_was_paid_out_cannot_be_reversed() {
    let bench = Bench::new();
    let (_, transfer, _) = paid(&bench).await;
    let sent = bench.test("accounts/acct_seller/payout", json!({})).await.ok();
    assert_eq!(sent.body["amount"], 5_000);
    let path = format!("/v1/transfers/{transfer}/reversals");
    let refused = bench.post_with(&path, "amount=1", Some("key")).await;
    assert_eq!(refused.error("code"), "balance_insufficient");
    paid(&bench).await;
    let again = bench.post_with(&path, "amount=1", Some("key")).await;
    assert_eq!(again.error("code"), "balance_insufficient", "the refusal is kept under the key");
    bench.post_with(&path, "amount=1", Some("key-2")).await.ok();
}

#[tokio::test]
async fn a_fee_is_refunded_within_its_amount_once_for_a_key() {
    let bench = Bench::new();
    let (charge, _, fee) = paid(&bench).await;
    let path = format!("/v1/application_fees/{fee}/refunds");
    let first = bench.post_with(&path, "amount=400", Some("key")).await.ok();
    let again = bench.post_with(&path, "amount=400", Some("key")).await.ok();
    assert_eq!(first.id(), again.id());
    assert_eq!(bench.post(&path, "amount=85").await.error("param"), "amount");
    bench.post(&path, "amount=84").await.ok();
    let listed = bench.get(&format!("{path}?limit=1")).await.ok();
    assert_eq!((&listed.body["data"][0]["amount"], &listed.body["has_more"]), (&json!(84), &json!(true)));
    let last = listed.body["data"][0]["id"].as_str().expect("an id").to_owned();
    let rest = bench.get(&format!("{path}?starting_after={last}")).await.ok();
    assert_eq!((&rest.body["data"][0]["id"], &rest.body["has_more"]), (&first.body["id"], &json!(false)));
    let seen = bench.get(&format!("/v1/charges/{charge}?expand[]=application_fee&expand[]=transfer")).await.ok();
    assert_eq!(seen.body["application_fee"]["refunds"]["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen.body["transfer"]["reversals"]["has_more"], false);
}

#[tokio::test]
async fn a_transfer_is_made_from_the_balance_or_within_its_source() {
    let bench = Bench::new();
    let (charge, ..) = paid(&bench).await;
    let form = "amount=700&currency=usd&destination=acct_seller&transfer_group=ord_1&metadata[order_id]=ord_1";
    let made = bench.post_with("/v1/transfers", form, Some("key")).await.ok();
    assert_eq!(made.body["source_transaction"], json!(null));
    assert_eq!(bench.post_with("/v1/transfers", form, Some("key")).await.ok().id(), made.id());
    let listed = bench.get("/v1/transfers?transfer_group=ord_1").await.ok();
    assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(1));
    let source = bench.post("/v1/transfers", &format!("{form}&source_transaction={charge}")).await;
    assert_eq!(source.status, 400, "all of the charge was transferred");
    assert_eq!(bench.post("/v1/transfers", "currency=usd&destination=acct_seller").await.error("param"), "amount");
    assert_eq!(bench.stand_in.balance("order_id", "ord_1").seller(), 5_700);
    for (fault, code) in [("balance", "balance_insufficient"), ("account", "account_invalid")] {
        let rule = json!({"calls": [{"method": "POST", "path": "/v1/transfers", "fault": fault}]});
        bench.test("faults", rule).await.ok();
        assert_eq!(bench.post("/v1/transfers", form).await.error("code"), code);
    }
}

#[tokio::test]
async fn a_dispute_shows_what_it_took_in_every_direction() {
    let bench = Bench::new();
    let intent = bench.paid_intent().await.id();
    let id = bench.test("disputes", json!({"payment_intent": intent, "inquiry": true})).await.ok().id();
    let moved = |status: &'static str| {
        let (bench, id) = (&bench, id.clone());
        async move {
            let seen = bench.test(&format!("disputes/{id}"), json!({"status": status})).await.ok();
            let moves = seen.body["balance_transactions"].as_array().expect("a list").clone();
            moves.iter().filter_map(|entry| entry["amount"].as_i64()).sum::<i64>()
        }
    };
    assert_eq!(moved("warning_under_review").await, 0);
    assert_eq!(moved("needs_response").await, -5_000);
    assert_eq!(moved("a_new_word").await, -5_000);
    assert_eq!(moved("won").await, 0);
    assert_eq!(moved("lost").await, -5_000);
    let sent = bench.sent().await;
    let count = |kind: &str| sent.iter().filter(|sent| *sent == kind).count();
    assert_eq!((count("charge.dispute.funds_withdrawn"), count("charge.dispute.funds_reinstated")), (2, 1));

    let other = bench.paid_intent().await.id();
    let inquiry = bench.test("disputes", json!({"payment_intent": other, "inquiry": true})).await.ok().id();
    bench.post("/v1/refunds", &format!("payment_intent={other}")).await.ok();
    assert_eq!(bench.get(&format!("/v1/disputes/{inquiry}")).await.text("status"), "warning_closed");
}
