//! Money in the currency's own units: defaults that fit it, currencies that cannot be charged, and how many of what.

use holdfast_tests::{CRAFTS, ORGANIZATION, World};
use serde_json::json;

#[tokio::test]
async fn a_new_organizations_limits_fit_its_currency() {
    let world = World::new().await;
    for (currency, price, limits) in [
        ("usd", "25.00", ["5000.00", "1000.00", "1.50", "0.30"]),
        ("jpy", "5000", ["750000", "150000", "225", "45"]),
        ("krw", "50000", ["7500000", "1500000", "2250", "450"]),
        ("clp", "30000", ["5000000", "1000000", "1500", "300"]),
        ("vnd", "800000", ["150000000", "30000000", "45000", "9000"]),
        ("kwd", "12.500", ["1500.000", "300.000", "0.450", "0.090"]),
        ("isk", "4000", ["750000", "150000", "225", "45"]),
        ("mga", "90000.00", ["25000000.00", "5000000.00", "7500.00", "1500.00"]),
    ] {
        let id = format!("in-{currency}");
        let made = world.organization(&id, json!({ "currency": currency })).await.expect(201);
        let shown = ["max_order_amount", "max_donation_per_ticket", "platform_fee_per_ticket", "processing_fixed"];
        assert_eq!(shown.map(|field| made[field].as_str().unwrap()), limits, "{currency}");
        let show = format!("show-{currency}");
        world.show_of(&id, &show, json!({})).await.expect(201);
        world.offer_of(&id, &show, "seat", json!({ "price": price })).await.expect(201);
        let mut request = world.request("seat", 1);
        request["listing"] = json!(show);
        let order = world.bought_with(&request).await;
        assert_eq!(order.json["order"]["currency"], currency);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_currency_that_cannot_be_charged_is_refused_at_set_up() {
    let world = World::new().await;
    for currency in ["iqd", "xcg", "cup", "lyd"] {
        let refused = world.organization("nowhere", json!({ "currency": currency })).await;
        let refused = refused.refused(400, "invalid_request").at("currency");
        assert!(refused.message().contains("Stripe does not charge"), "{}", refused.text);
    }
    for no_currency in ["zzz", "USD", "xau"] {
        let refused = world.organization("nowhere", json!({ "currency": no_currency })).await;
        refused.refused(400, "invalid_request").at("currency");
    }
    // What Stripe counts whole has no decimals to set up with, whatever ISO says.
    world.organization("antananarivo", json!({ "currency": "mga" })).await.expect(201);
    world.show_of("antananarivo", "gala", json!({})).await.expect(201);
    let half = world.offer_of("antananarivo", "gala", "seat", json!({ "price": "500.50" })).await;
    half.refused(400, "invalid_request").at("price");
    world.finish().await;
}

#[tokio::test]
async fn tickets_have_a_limit_and_other_things_another() {
    let world = World::of_products().await;
    world.organization(ORGANIZATION, json!({ "max_order_amount": "100000.00" })).await.expect(200);
    world.offer_of(ORGANIZATION, CRAFTS, "bead", json!({ "price": "0.10", "capacity": 5_000 })).await.expect(201);
    let mut request = world.basket(&[(CRAFTS, "bead", 1_000), (CRAFTS, "bead", 1_000)], None);
    request["payment"] = json!({ "mode": "hosted" });
    let order = world.bought_with(&request).await;
    assert_eq!(world.stock_of(CRAFTS, "bead").await, (3_000, 0, 2_000));
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.stock_of(CRAFTS, "bead").await, (5_000, 0, 0));

    let before = world.dump().await;
    let mut more = world.basket(&[(CRAFTS, "bead", 1), (CRAFTS, "bead", 1_001)], None);
    more["payment"] = json!({ "mode": "hosted" });
    let answer = world.checkout(&more).await.refused(400, "quantity_limit");
    answer.explains("Maximum 1000 units per item").at("items[1].quantity");
    world.checkout(&world.request("general", 11)).await.refused(400, "quantity_limit").at("items");
    world.unchanged_since(&before).await;

    // Units that lie in too many shards for one transaction are sold in several orders, not at all in one.
    let mut items = Vec::new();
    for n in 0..7 {
        let id = format!("part-{n}");
        world
            .offer_of(ORGANIZATION, CRAFTS, &id, json!({ "price": "0.10", "capacity": 20, "shards": 10 }))
            .await
            .expect(201);
        items.push(id);
    }
    let all: Vec<_> = items.iter().map(|id| (CRAFTS, id.as_str(), 20)).collect();
    let mut request = world.basket(&all, None);
    request["payment"] = json!({ "mode": "hosted" });
    world.checkout(&request).await.refused(400, "quantity_limit").at("items");
    let mut request = world.basket(&all[..6], None);
    request["payment"] = json!({ "mode": "hosted" });
    world.bought_with(&request).await;
    world.finish().await;
}
