//! What an order costs, to the cent.

use std::time::Duration;

use holdfast_tests::{
    ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

fn call_of(world: &World) -> std::collections::BTreeMap<String, String> {
    let calls = world.stack.stripe().calls();
    let call = calls.iter().rev().find(|call| call.method == "POST" && call.path == "/v1/checkout/sessions").unwrap();
    url::form_urlencoded::parse(call.form.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn totals_with_fees_are_exact() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    let placed = &order.json["order"];
    assert_eq!(placed["subtotal"], "50.00");
    assert_eq!(placed["discount"], "0.00");
    assert_eq!(placed["platform_fees"], "3.00");
    assert_eq!(placed["processing_fees"], "1.84");
    assert_eq!(placed["total"], "54.84");
    assert_eq!(placed["currency"], "usd");
    assert_eq!(placed["tax"], Value::Null);
    let session = world.session(&order);
    assert_eq!(session["amount_total"], 5_484);
    assert_eq!(session["currency"], "usd");

    // The lines that Stripe shows are ours, and add up.
    let form = call_of(&world);
    let number = |n: i64, field: &str| form.get(&format!("line_items[{n}]{field}")).map(|text| text.parse().unwrap());
    let (mut sum, mut lines): (i64, i64) = (0, 0);
    while let Some(quantity) = number(lines, "[quantity]") {
        let unit: i64 = number(lines, "[price_data][unit_amount]").unwrap();
        sum += unit * quantity;
        lines += 1;
    }
    assert_eq!((lines, sum), (3, 5_484), "{form:?}");
    world.finish().await;
}

#[tokio::test]
async fn the_price_is_the_one_of_the_moment() {
    let world = World::new().await;
    let seen = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    assert_eq!(seen["offers"].as_array().unwrap().iter().find(|o| o["id"] == "general").unwrap()["price"], "25.00");
    world.offer("general", "30.00", 100).await;
    let order = world.bought("general", 1).await;
    let paid = world.order(&order).await;
    assert_eq!(paid["lines"][0]["unit_price"], "30.00");
    assert_eq!(paid["subtotal"], "30.00");
    world.finish().await;
}

#[tokio::test]
async fn a_price_change_leaves_orders_alone_that_are_placed() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.offer("general", "99.00", 100).await;
    world.pay(&order);
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(paid["lines"][0]["unit_price"], "25.00");
    world.finish().await;
}

#[tokio::test]
async fn a_client_cannot_name_a_price() {
    let world = World::new().await;
    for field in ["price", "unit_price", "total"] {
        let mut request = world.request("general", 1);
        request["items"][0][field] = json!("0.01");
        world.checkout(&request).await.refused(400, "invalid_request").at(&format!("items[0].{field}"));
    }
    let mut request = world.request("general", 1);
    request["total"] = json!("0.01");
    world.checkout(&request).await.refused(400, "invalid_request").at("total");
}

#[tokio::test]
async fn tax_is_stripes_and_no_part_of_our_fees() {
    let world = World::new().await;
    world.at_stripe("tax", &json!({ "percent": "10" })).await;
    let order = world.buy("general", 2).await;
    assert_eq!(call_of(&world).get("automatic_tax[enabled]").map(String::as_str), Some("true"));
    assert_eq!(order.json["order"]["total"], "54.84");
    world.pay(&order);
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!(paid["status"], "paid");
    assert_eq!(paid["total"], "54.84");
    assert_eq!(paid["tax"], "5.48");
    assert_eq!(paid["platform_fees"], "3.00");
    assert_eq!(paid["processing_fees"], "1.84");
    assert_eq!(world.charge(&order)["amount_captured"], 6_032);
    assert_eq!(world.charge(&order)["application_fee_amount"], 484);
    // Giving all of it back gives back the tax.
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["amount"], "60.32");
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn tax_is_right_whichever_event_comes_first() {
    for kind in ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"] {
        let world = World::new().await;
        world.at_stripe("tax", &json!({ "percent": "19" })).await;
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        let order = world.buy("general", 2).await;
        world.pay(&order);
        let event = world.events(kind).pop().expect(kind);
        world.event(&event).await.expect(200);
        let paid = world.order(&order).await;
        assert_eq!((&paid["status"], &paid["tax"]), (&json!("paid"), &json!("10.42")), "{kind}");
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
        world.finish().await;
    }
}

#[tokio::test]
async fn currencies_without_and_with_three_decimals_work() {
    for (currency, price, fee, fixed, total, stripe) in [
        ("jpy", "2500", "150", "30", "5484", 5_484_i64),
        ("kwd", "2.500", "0.150", "0.030", "5.480", 5_480),
        ("isk", "2500", "150", "30", "5484", 548_400),
    ] {
        let world = World::new().await;
        let changes = json!({
            "currency": currency, "platform_fee_per_ticket": fee, "processing_fixed": fixed, "max_order_amount": "50000",
        });
        world.organization(currency, changes).await.expect(201);
        world.show_of(currency, "gig", json!({})).await.expect(201);
        world.offer_of(currency, "gig", "seat", json!({ "price": price })).await.expect(201);
        let mut request = world.request("seat", 2);
        request["listing"] = json!("gig");
        let order = world.buy_with(&request).await;
        assert_eq!(order.json["order"]["total"], total, "{currency}");
        world.pay(&order);
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "paid", "{currency}");
        assert_eq!(world.charge(&order)["amount_captured"], stripe, "{currency}");
        world.finish().await;
    }
}

#[tokio::test]
async fn an_organization_has_fees_and_limits_of_its_own() {
    let world = World::new().await;
    let changes = json!({
        "platform_fee_per_ticket": "0.00", "processing_percent": "0", "processing_fixed": "0.00",
        "max_tickets_per_order": 3, "max_order_amount": "100",
    });
    world.organization(ORGANIZATION, changes).await.expect(200);
    assert_eq!(world.buy("general", 3).await.json["order"]["total"], "75.00");
    world
        .checkout(&world.request("general", 4))
        .await
        .refused(400, "quantity_limit")
        .explains("Maximum 3 tickets per order");
    let over = world.checkout(&world.request("vip", 2)).await;
    over.refused(400, "amount_limit").explains("Order total exceeds maximum amount of $100");
    world.finish().await;
}

#[tokio::test]
async fn a_donation_takes_the_place_of_the_price() {
    let world = World::new().await;
    world.offer_with("support", json!({ "price": "10.00", "donation": true })).await.expect(201);
    let mut request = world.request("support", 2);
    request["items"][0]["donation"] = json!("15.50");
    let order = world.bought_with(&request).await;
    let paid = world.order(&order).await;
    assert_eq!(paid["lines"][0]["unit_price"], "10.00");
    assert_eq!(paid["lines"][0]["donation"], "15.50");
    assert_eq!(paid["subtotal"], "31.00");
    // Without a word on it, the price is paid; a donation of the price exactly is enough, and of the limit is not too much.
    assert_eq!(world.buy("support", 1).await.json["order"]["subtotal"], "10.00");
    for enough in ["10", "10.00", "1000", "1000.00"] {
        let mut request = world.request("support", 1);
        request["items"][0]["donation"] = json!(enough);
        world.checkout(&request).await.expect(201);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_donation_may_be_paid_for_what_is_free() {
    let world = World::new().await;
    world.offer_with("pay-what-you-want", json!({ "price": "0.00", "donation": true })).await.expect(201);
    assert_eq!(world.buy("pay-what-you-want", 1).await.json["order"]["status"], "paid");
    let mut request = world.request("pay-what-you-want", 1);
    request["items"][0]["donation"] = json!("7.00");
    let order = world.bought_with(&request).await;
    assert_eq!(world.order(&order).await["subtotal"], "7.00");
    world.finish().await;
}

/// The price changes after an order was priced and before it is written.
#[tokio::test]
async fn a_price_that_changes_while_an_order_is_on_its_way_to_the_table_counts() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults
        .plan([Rule::every(Service::Table, Fault::Slow(Duration::from_millis(400))).of("TransactWriteItems").times(1)]);
    let changed = async {
        while faults.fired() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.offer_with("general", json!({ "price": "31.00" })).await.expect(200)
    };
    let (order, _) = tokio::join!(world.buy("general", 1), changed);
    assert_eq!(world.order(&order).await["lines"][0]["unit_price"], "31.00");
    world.finish().await;
}
