//! Money that is authorized: captured, in part too, canceled, and released by time.

use serde_json::json;

use super::Bench;

const HELD: &str = "&capture_method=manual&confirm=true&payment_method=pm_card_visa";

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
    let sent = bench.sent().await;
    for kind in ["payment_intent.amount_capturable_updated", "charge.captured", "payment_intent.succeeded"] {
        assert!(sent.contains(&kind.to_owned()), "{kind} in {sent:?}");
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
    bench.sent().await;
    bench.forget();
    bench.clock.advance(7 * 86_400 - 5);
    bench.stand_in.tick();
    assert!(bench.sent().await.is_empty(), "not before its time");
    bench.clock.advance(5);
    bench.stand_in.tick();
    assert_eq!(bench.sent().await, ["refund.created", "charge.expired", "payment_intent.canceled"]);
    let seen = bench.get(&format!("/v1/payment_intents/{}", other.id())).await.ok();
    assert_eq!(
        (seen.text("status"), seen.text("cancellation_reason")),
        ("canceled".to_owned(), "automatic".to_owned())
    );
    assert_eq!(seen.body["canceled_at"], bench.clock.now().as_second());
    assert_eq!(seen.body["amount_capturable"], 0);
    let refunds = bench.get(&format!("/v1/refunds?payment_intent={}", other.id())).await.ok();
    assert_eq!(refunds.body["data"][0]["reason"], "expired_uncaptured_charge");
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").captured, 0);
}

#[tokio::test]
async fn what_is_not_captured_is_let_go() {
    let bench = Bench::new();
    let more = format!("{HELD}&transfer_data[destination]=acct_expert&application_fee_amount=500");
    let held = bench.intent(&more).await.ok();
    let path = format!("/v1/payment_intents/{}/capture", held.id());
    let taken = bench.post(&path, "amount_to_capture=3000&metadata[part]=first").await.ok();
    assert_eq!((taken.text("status"), &taken.body["amount_received"]), ("succeeded".to_owned(), &json!(3_000)));
    assert_eq!((&taken.body["amount"], &taken.body["amount_capturable"]), (&json!(5_000), &json!(0)));
    let charge = bench.stand_in.object(&taken.text("latest_charge")).expect("kept");
    assert_eq!((&charge["amount_captured"], &charge["amount_refunded"]), (&json!(3_000), &json!(2_000)));
    assert_eq!(charge["refunded"], false);
    assert_eq!(bench.stand_in.objects("transfer")[0]["amount"], 3_000);
    let balance = bench.stand_in.balance("order_id", "ord_2");
    assert_eq!((balance.captured, balance.refunded, balance.capturable), (3_000, 0, 0), "no money came back");
    bench.sent().await;
    let last = bench.arrived().last().expect("an event").event();
    assert_eq!(
        (&last["type"], &last["data"]["object"]["metadata"]["part"]),
        (&json!("payment_intent.succeeded"), &json!("first"))
    );

    let much = bench.post("/v1/refunds", &format!("payment_intent={}&amount=3001", held.id())).await;
    assert!(much.error("message").contains("unrefunded amount on charge (30.00 USD)"), "{}", much.body);
    let form = format!("payment_intent={}&reverse_transfer=true&refund_application_fee=true", held.id());
    assert_eq!(bench.post("/v1/refunds", &form).await.ok().body["amount"], 3_000);
    let (transfer, fee) = (&bench.stand_in.objects("transfer")[0], &bench.stand_in.objects("application_fee")[0]);
    assert_eq!((&transfer["reversed"], &fee["amount_refunded"]), (&json!(true), &json!(500)), "all of both");
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").net(), 0);
}

#[tokio::test]
async fn a_fee_is_never_more_than_what_is_captured() {
    let bench = Bench::new();
    let more = format!("{HELD}&transfer_data[destination]=acct_expert&application_fee_amount=500");
    let held = bench.intent(&more).await.ok();
    bench.post(&format!("/v1/payment_intents/{}/capture", held.id()), "amount_to_capture=300").await.ok();
    assert_eq!(bench.stand_in.objects("application_fee")[0]["amount"], 300);
}

#[tokio::test]
async fn what_is_canceled_is_written_down_as_a_refund() {
    let bench = Bench::new();
    let held = bench.intent(HELD).await.ok();
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").capturable, 5_000);
    let early = bench.post("/v1/refunds", &format!("payment_intent={}", held.id())).await;
    assert_eq!((early.status, early.error("code")), (400, "payment_intent_unexpected_state"), "nothing was taken");
    bench.sent().await;
    bench.forget();
    let path = format!("/v1/payment_intents/{}/cancel", held.id());
    bench.post(&path, "cancellation_reason=abandoned").await.ok();
    assert_eq!(bench.sent().await, ["refund.created", "charge.refunded", "payment_intent.canceled"]);
    let refund = bench.arrived()[0].event()["data"]["object"].clone();
    assert_eq!((&refund["amount"], &refund["reason"], &refund["metadata"]), (&json!(5_000), &json!(null), &json!({})));
    let charge = bench.arrived()[1].event()["data"]["object"].clone();
    assert_eq!((&charge["captured"], &charge["refunded"]), (&json!(false), &json!(true)));
    let again = bench.post(&path, "").await;
    assert_eq!((again.status, again.error("code")), (400, "payment_intent_unexpected_state"));
    assert_eq!(again.body["error"]["payment_intent"]["cancellation_reason"], "abandoned");
    let balance = bench.stand_in.balance("order_id", "ord_2");
    assert_eq!((balance.captured, balance.refunded, balance.capturable), (0, 0, 0));
    bench.clock.advance(8 * 86_400);
    bench.stand_in.tick();
    assert_eq!(bench.stand_in.objects("refund").len(), 1, "it is over, and does not expire as well");
}
