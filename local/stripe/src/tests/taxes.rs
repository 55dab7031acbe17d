//! Tax: what prices contain, who owes it, and the books.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Bench, Got};

impl Bench {
    async fn taxed(&self, said: &str) -> Got {
        self.post("/v1/checkout/sessions", &format!("{}{said}", self.session_form())).await
    }

    async fn calculation(&self, more: &str) -> Got {
        let form = format!("currency=usd&line_items[0][amount]=2500&line_items[0][reference]=l1{more}");
        self.post("/v1/tax/calculations", &form).await
    }
}

const HERE: &str = "&customer_details[ip_address]=127.0.0.1";

#[tokio::test]
async fn prices_without_a_behavior_take_the_accounts() {
    for (default, total, tax) in
        [("exclusive", 6_032, 548), ("inclusive", 5_484, 499), ("inferred_by_currency", 6_032, 548)]
    {
        let bench = Bench::new();
        bench.test("tax", json!({"percent": "10", "behavior": default})).await.ok();
        let id = bench.session().await.id();
        let paid = bench.test(&format!("sessions/{id}/pay"), json!({})).await.ok();
        assert_eq!(
            (&paid.body["amount_total"], &paid.body["total_details"]["amount_tax"]),
            (&json!(total), &json!(tax))
        );
        let lines = bench.get(&format!("/v1/checkout/sessions/{id}/line_items")).await.ok();
        let said = if default == "inclusive" { "inclusive" } else { "exclusive" };
        assert_eq!(lines.body["data"][0]["price"]["tax_behavior"], said);
    }
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "10", "behavior": "unspecified"})).await.ok();
    let refused = bench.taxed("").await;
    assert_eq!((refused.status, refused.error("param")), (400, "line_items[0][price_data][tax_behavior]"));
    let said = "&line_items[0][price_data][tax_behavior]=inclusive&line_items[1][price_data][tax_behavior]=exclusive";
    let id = bench.taxed(said).await.ok().id();
    let paid = bench.test(&format!("sessions/{id}/pay"), json!({})).await.ok();
    // 5000 contain 455, and 48 come on top of 484.
    assert_eq!((&paid.body["amount_total"], &paid.body["total_details"]["amount_tax"]), (&json!(5_532), &json!(503)));
}

#[tokio::test]
async fn a_session_shows_who_owes_its_tax() {
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "10"})).await.ok();
    let own = bench.taxed("&automatic_tax[liability][type]=self").await.ok();
    assert_eq!(own.body["automatic_tax"]["liability"], json!({"type": "self"}));
    let sellers = "&automatic_tax[liability][type]=account&automatic_tax[liability][account]=acct_seller";
    let other = bench.taxed(sellers).await.ok();
    assert_eq!(other.body["automatic_tax"]["liability"], json!({"type": "account", "account": "acct_seller"}));
    for id in [own.id(), other.id()] {
        bench.test(&format!("sessions/{id}/pay"), json!({})).await.ok();
    }
    let owed = BTreeMap::from([("acct_seller".to_owned(), 548), ("self".to_owned(), 548)]);
    assert_eq!(bench.stand_in.tax_owed(), owed);
    for bad in ["&automatic_tax[liability][type]=account", "&automatic_tax[liability][type]=no-such"] {
        assert_eq!(bench.taxed(bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_calculation_finds_the_buyer_or_is_refused() {
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "10", "country": "DE"})).await.ok();
    let here = bench.calculation(HERE).await.ok();
    assert_eq!((&here.body["tax_amount_exclusive"], &here.body["amount_total"]), (&json!(250), &json!(2_750)));
    assert_eq!(here.body["customer_details"]["address"]["country"], "DE", "where the account is");
    let inside = bench.calculation(&format!("{HERE}&line_items[0][tax_behavior]=inclusive")).await.ok();
    assert_eq!((&inside.body["tax_amount_inclusive"], &inside.body["amount_total"]), (&json!(227), &json!(2_500)));
    let address = "&customer_details[address_source]=billing&customer_details[address][country]";
    bench.calculation(&format!("{address}=CH")).await.ok();
    bench.calculation(&format!("{address}=US&customer_details[address][postal_code]=10001")).await.ok();
    for nowhere in
        ["&customer_details[ip_address]=10.0.0.1".to_owned(), format!("{address}=US"), format!("{address}=XX")]
    {
        let refused = bench.calculation(&nowhere).await;
        assert_eq!((refused.status, refused.error("code")), (400, "customer_tax_location_invalid"), "{nowhere}");
    }
    assert_eq!(bench.calculation("").await.error("param"), "customer_details");
    assert_eq!(bench.calculation(&format!("{HERE}&discount=1")).await.error("code"), "parameter_unknown");
}

#[tokio::test]
async fn a_sale_is_booked_once_and_reversed_to_the_cent() {
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "10"})).await.ok();
    let calculation = bench.calculation(HERE).await.ok().id();
    let book = format!("calculation={calculation}&reference=ord_1");
    let path = "/v1/tax/transactions/create_from_calculation";
    let booked = bench.post_with(path, &book, Some("key-1")).await.ok();
    assert_eq!(bench.post_with(path, &book, Some("key-1")).await.ok().id(), booked.id(), "the key's answer");
    let again = bench.post(path, &book).await;
    assert_eq!((again.status, again.error("param")), (400, "reference"));
    assert_eq!(bench.stand_in.tax_owed(), BTreeMap::from([("self".to_owned(), 250)]));

    let back = "/v1/tax/transactions/create_reversal";
    let reverse = |reference: &str, more: &str| {
        let form = format!("original_transaction={}&reference={reference}{more}", booked.id());
        async move { form }
    };
    let first = bench.post(back, &reverse("ref_1", "&mode=partial&flat_amount=-1375").await).await.ok();
    assert_eq!(
        (&first.body["type"], &first.body["line_items"]["data"][0]["amount_tax"]),
        (&json!("reversal"), &json!(-125))
    );
    let too_much = bench.post(back, &reverse("ref_2", "&mode=partial&flat_amount=-1376").await).await;
    assert_eq!(too_much.error("param"), "flat_amount");
    assert_eq!(bench.post(back, &reverse("ref_2", "&mode=full").await).await.error("param"), "mode");
    bench.post(back, &reverse("ref_2", "&mode=partial&flat_amount=-1375").await).await.ok();
    assert_eq!(bench.stand_in.tax_owed(), BTreeMap::new());

    // A refund that failed: its reversal is reversed, once, and then there is as much to give back as before.
    let undo = format!("original_transaction={}&reference=ref_1-undo", first.id());
    let in_part = format!("{undo}&mode=partial&flat_amount=-5");
    assert_eq!(bench.post(back, &in_part).await.error("param"), "original_transaction");
    let undone = bench.post(back, &format!("{undo}&mode=full")).await.ok();
    assert_eq!(undone.body["line_items"]["data"][0]["amount_tax"], 125);
    let again = bench.post(back, &format!("{undo}-2&mode=full")).await;
    assert_eq!(again.error("param"), "original_transaction", "once");
    assert_eq!(bench.stand_in.tax_owed(), BTreeMap::from([("self".to_owned(), 125)]));
    bench.post(back, &reverse("ref_3", "&mode=partial&flat_amount=-1375").await).await.ok();
    assert_eq!(bench.stand_in.tax_owed(), BTreeMap::new());
}

#[tokio::test]
async fn a_sale_is_reversed_in_part_ten_times_at_most() {
    let bench = Bench::new();
    bench.test("tax", json!({"percent": "10"})).await.ok();
    let calculation = bench.calculation(HERE).await.ok().id();
    let book = format!("calculation={calculation}&reference=ord_1");
    let booked = bench.post("/v1/tax/transactions/create_from_calculation", &book).await.ok().id();
    let reverse = |n: u32| format!("original_transaction={booked}&reference=ref_{n}&mode=partial&flat_amount=-100");
    for n in 0..10 {
        bench.post("/v1/tax/transactions/create_reversal", &reverse(n)).await.ok();
    }
    let refused = bench.post("/v1/tax/transactions/create_reversal", &reverse(10)).await;
    assert_eq!((refused.status, refused.error("param")), (400, "original_transaction"));
}

#[tokio::test]
async fn a_calculation_expires_and_belongs_to_its_account() {
    let bench = Bench::new();
    let calculation = bench.calculation(HERE).await.ok().id();
    let book = format!("calculation={calculation}&reference=ord_1");
    let path = "/v1/tax/transactions/create_from_calculation";
    let request = http::Request::post(path)
        .header("authorization", "Bearer sk_test_1")
        .header("stripe-account", "acct_seller")
        .body(axum::body::Body::from(book.clone()));
    let refused = bench.send(request.expect("a request")).await;
    assert_eq!((refused.status, refused.error("code")), (400, "resource_missing"));
    bench.clock.advance(90 * 86_400);
    assert_eq!(bench.post(path, &book).await.error("param"), "calculation", "after 90 days");
    assert_eq!(bench.get(&format!("/v1/tax/calculations/{calculation}")).await.status, 404);
}

#[tokio::test]
async fn a_session_with_manual_capture_is_complete_and_unpaid_until_it_is_taken() {
    let bench = Bench::new();
    let id = bench.taxed("&payment_intent_data[capture_method]=manual").await.ok().id();
    let held = bench.test(&format!("sessions/{id}/pay"), json!({})).await.ok();
    assert_eq!((held.text("status"), held.text("payment_status")), ("complete".to_owned(), "unpaid".to_owned()));
    let intent = held.text("payment_intent");
    assert_eq!(bench.get(&format!("/v1/payment_intents/{intent}")).await.ok().text("status"), "requires_capture");
    let sent = bench.sent().await;
    assert!(sent.contains(&"payment_intent.amount_capturable_updated".to_owned()), "{sent:?}");
    assert!(sent.contains(&"checkout.session.completed".to_owned()), "{sent:?}");
    bench.post(&format!("/v1/payment_intents/{intent}/capture"), "").await.ok();
    assert_eq!(bench.get(&format!("/v1/checkout/sessions/{id}")).await.ok().text("payment_status"), "paid");

    let other = bench.taxed("&payment_intent_data[capture_method]=manual").await.ok().id();
    let held = bench.test(&format!("sessions/{other}/pay"), json!({})).await.ok();
    bench.post(&format!("/v1/payment_intents/{}/cancel", held.text("payment_intent")), "").await.ok();
    let ended = bench.get(&format!("/v1/checkout/sessions/{other}")).await.ok();
    assert_eq!((ended.text("status"), ended.text("payment_status")), ("complete".to_owned(), "unpaid".to_owned()));
}
