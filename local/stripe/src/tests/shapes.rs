//! The objects as the generated client library reads them: a field that it needs and we lack would fail here.

use miniserde::Deserialize;
use serde_json::{Value, json};
use stripe_shared::{
    ApplicationFee, Charge, CheckoutSession, CheckoutSessionItem, Dispute, Event, PaymentIntent, PaymentMethod, Refund,
    Transfer,
};

use super::Bench;

fn read<T: Deserialize>(value: &Value) -> T {
    miniserde::json::from_str(&value.to_string()).unwrap_or_else(|_| panic!("the library cannot read {value:#}"))
}

async fn all(bench: &Bench) {
    let kinds = |kind| bench.stand_in.objects(kind);
    for session in kinds("checkout.session") {
        read::<CheckoutSession>(&session);
        let id = session["id"].as_str().expect("an id");
        let items = bench.get(&format!("/v1/checkout/sessions/{id}/line_items")).await.ok();
        for item in items.body["data"].as_array().expect("a list") {
            read::<CheckoutSessionItem>(item);
        }
        let path = format!(
            "/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge&expand[]=payment_intent.payment_method&expand[]=line_items"
        );
        read::<CheckoutSession>(&bench.get(&path).await.ok().body);
    }
    for intent in kinds("payment_intent") {
        read::<PaymentIntent>(&intent);
        if let Some(method) = intent["payment_method"].as_str() {
            read::<PaymentMethod>(&bench.stand_in.object(method).expect("kept"));
        }
    }
    kinds("charge").iter().for_each(|charge| drop(read::<Charge>(charge)));
    kinds("refund").iter().for_each(|refund| drop(read::<Refund>(refund)));
    kinds("transfer").iter().for_each(|transfer| drop(read::<Transfer>(transfer)));
    kinds("application_fee").iter().for_each(|fee| drop(read::<ApplicationFee>(fee)));
    kinds("dispute").iter().for_each(|dispute| drop(read::<Dispute>(dispute)));
    kinds("event").iter().for_each(|event| drop(read::<Event>(event)));
}

#[tokio::test]
async fn the_client_library_reads_every_object() {
    let bench = Bench::new();
    for method in [
        "pm_card_visa",
        "pm_card_chargeDeclined",
        "pm_usBankAccount",
        "pm_card_authenticationRequired",
        "pm_card_createDispute",
    ] {
        let id = bench.session().await.id();
        bench.test(&format!("sessions/{id}/pay"), json!({"payment_method": method})).await;
        all(&bench).await;
    }
    let declined = bench.intent("&confirm=true&payment_method=pm_card_chargeDeclined").await;
    read::<stripe_shared::ApiErrors>(&declined.body["error"]);
    let held = bench.intent("&capture_method=manual&confirm=true&payment_method=pm_card_mastercard").await.ok();
    all(&bench).await;
    bench.post(&format!("/v1/payment_intents/{}/cancel", held.id()), "").await.ok();
    let session = bench.session().await.id();
    let intent = bench.test(&format!("sessions/{session}/pay"), json!({})).await.text("payment_intent");
    bench.test("next_refund", json!({"status": "pending"})).await.ok();
    let refund =
        bench.post("/v1/refunds", &format!("payment_intent={intent}&amount=100&reverse_transfer=true")).await.ok();
    read::<Refund>(&refund.body);
    all(&bench).await;
    bench.test(&format!("refunds/{}/fail", refund.id()), json!({})).await.ok();
    bench.clock.advance(3_600);
    bench.stand_in.tick();
    all(&bench).await;
    assert!(bench.stand_in.objects("event").len() > 20);
}
