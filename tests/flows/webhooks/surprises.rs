//! Money and changes that come unexpectedly.

use crate::purchase::holds::expired_and_paid;
use axum::body::Body;
use holdfast_tests::{Answer, Bought, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Opens a second page for the same order, as a repeat would whose key Stripe has forgotten, and returns its id.
async fn second_page(world: &World, order: &Bought) -> String {
    page_in_the_name_of(world, order, &order.id).await
}

/// The same page again, with another order's name in its metadata.
async fn page_in_the_name_of(world: &World, order: &Bought, name: &str) -> String {
    let calls = world.stack.stripe().calls();
    let call = calls.iter().find(|call| call.path == "/v1/checkout/sessions" && call.form.contains(&order.id)).unwrap();
    page_of(world, call.form.replace(&order.id, name)).await
}

/// A page that is asked for by hand, and its id.
pub(crate) async fn page_of(world: &World, form: String) -> String {
    let request = http::Request::post("/v1/checkout/sessions")
        .header("authorization", "Bearer sk_test_local")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let answer = world.stack.stripe().router().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let session: Value = serde_json::from_slice(&body).unwrap();
    session["id"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned()
}

async fn delete(world: &World, offer: &str) -> Answer {
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/{offer}");
    world.delete(&path).role("admin").await
}

#[tokio::test]
async fn a_second_charge_for_the_same_order_goes_back() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let page = second_page(&world, &order).await;
    world.pay_with(&page, "pm_card_visa").unwrap();
    world.settle().await;
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.charges, balance.captured, balance.refunded), (2, 10_968, 5_484));
    let now = world.order(&order).await;
    assert_eq!((&now["status"], &now["refunded"]), (&json!("paid"), &json!("0.00")));
    assert_eq!(now["tickets"].as_array().unwrap().len(), 2);
    // The order itself can be refunded as ever.
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn two_simultaneous_charges_fulfil_one() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    let page = second_page(&world, &order).await;
    world.pay(&order);
    world.pay_with(&page, "pm_card_visa").unwrap();
    let events = world.events("payment_intent.succeeded");
    assert_eq!(events.len(), 2);
    let (one, two) = tokio::join!(world.event(&events[0]), world.event(&events[1]));
    one.expect(200);
    two.expect(200);
    world.settle().await;
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.charges, balance.net()), (2, 2_757));
    assert_eq!(world.order(&order).await["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(world.stock("general").await, (99, 0, 1));
    world.finish().await;
}

#[tokio::test]
async fn an_expired_page_of_a_forgotten_call_does_not_end_the_order() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let page = second_page(&world, &order).await;
    world.at_stripe(&format!("sessions/{page}/expire"), &json!({})).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn a_late_payment_for_an_offer_that_is_gone_goes_back() {
    let world = World::new().await;
    let (order, event) = expired_and_paid(&world, "vip", 2).await;
    assert_eq!(delete(&world, "vip").await.status.as_u16(), 204);
    world.event(&event).await.expect(200);
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn a_late_payment_for_an_offer_that_was_made_anew_is_settled_one_way() {
    let world = World::new().await;
    let (order, event) = expired_and_paid(&world, "vip", 2).await;
    assert_eq!(delete(&world, "vip").await.status.as_u16(), 204);
    world.offer_with("vip", json!({ "price": "80.00", "capacity": 3, "shards": 3 })).await.expect(201);
    world.event(&event).await.expect(200);
    world.settle().await;
    let now = world.order(&order).await;
    let (available, held, sold) = world.stock("vip").await;
    match now["status"].as_str().unwrap() {
        "paid" => assert_eq!((available, held, sold), (1, 0, 2)),
        "refunded" => assert_eq!((available, held, sold), (3, 0, 0)),
        other => panic!("{other}"),
    }
    world.finish().await;
}

#[tokio::test]
async fn a_late_payment_for_a_canceled_show_goes_back() {
    let world = World::new().await;
    let (order, event) = expired_and_paid(&world, "vip", 2).await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").await.expect(202);
    for _ in 0..3 {
        world.sweep().await;
        world.advance(70).await;
    }
    world.event(&event).await.expect(200);
    for _ in 0..3 {
        world.settle().await;
        world.sweep().await;
        world.advance(70).await;
    }
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock("vip").await, (10, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn a_late_payment_takes_a_promo_code_of_its_old_price_along() {
    let world = World::new().await;
    world.promo("ONCE", "0.50", Some(1)).await;
    let mut request = world.request("general", 2);
    request["promo_code"] = json!("ONCE");
    let order = world.buy_with(&request).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    let mut expired = event.clone();
    expired["id"] = json!("evt_forged");
    expired["type"] = json!("checkout.session.expired");
    expired["data"]["object"]["payment_status"] = json!("unpaid");
    expired["data"]["object"]["status"] = json!("expired");
    world.event(&expired).await.expect(200);
    world.event(&event).await.expect(200);
    let now = world.order(&order).await;
    assert_eq!((&now["status"], &now["discount"]), (&json!("paid"), &json!("25.00")));
    world.finish().await;
}

#[tokio::test]
async fn stock_may_become_unlimited_and_limited_again() {
    let world = World::new().await;
    let paid = world.bought("vip", 2).await;
    let pending = world.buy("vip", 1).await;
    let free = world.offer_with("vip", json!({ "price": "60.00", "capacity": null })).await;
    assert!([200, 409].contains(&free.status.as_u16()), "{}", free.text);
    let later = world.bought("vip", 3).await;
    let limited = world.offer_with("vip", json!({ "price": "60.00", "capacity": 8 })).await;
    assert!([200, 409].contains(&limited.status.as_u16()), "{}", limited.text);
    world.pay(&pending);
    world.settle().await;
    for order in [&paid, &pending, &later] {
        assert_eq!(world.order(order).await["status"], "paid");
        world.refund(order, &json!({})).await.expect(201);
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn an_unlimited_offer_that_gets_a_limit_counts_from_then_on() {
    let world = World::new().await;
    world.offer_with("stream", json!({ "price": "5.00", "capacity": null })).await.expect(201);
    let paid = world.bought("stream", 3).await;
    let pending = world.buy("stream", 2).await;
    let limited = world.offer_with("stream", json!({ "price": "5.00", "capacity": 4 })).await;
    assert!([200, 409].contains(&limited.status.as_u16()), "{}", limited.text);
    world.pay(&pending);
    world.settle().await;
    assert_eq!(world.order(&pending).await["status"], "paid");
    world.refund(&paid, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&paid).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn an_account_that_is_taken_away_leaves_open_orders_payable() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.organization(ORGANIZATION, json!({ "stripe_account_id": null })).await.expect(200);
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    // And its refund still takes back what was transferred.
    world.refund(&order, &json!({})).await.expect(201);
    let transfer = world.object(world.charge(&order)["transfer"].as_str().unwrap());
    assert_eq!(transfer["amount_reversed"], transfer["amount"]);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn money_of_no_order_is_found() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let page = page_in_the_name_of(&world, &order, "ord_of_no_buyer").await;
    world.pay_with(&page, "pm_card_visa").unwrap();
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "pending");
    let violations = world.violations().await;
    assert!(violations.iter().any(|violation| violation.contains("is of no order")), "{violations:?}");
}
