//! The limits that an offer sets itself: how many in one order, and from when to when.

use holdfast_tests::{Answer, SHOW, World};
use serde_json::{Value, json};

/// Sends a purchase that must be turned down with nothing changed.
async fn refused(world: &World, request: &Value, code: &str) -> Answer {
    let before = world.raw();
    let answer = world.checkout(request).await.refused(400, code);
    world.table_is(&before);
    answer
}

#[tokio::test]
async fn an_offer_says_how_many_an_order_may_have() {
    let world = World::new().await;
    let shown = world.offer_with("general", json!({ "min_per_order": 2, "max_per_order": 4 })).await.expect(200);
    assert_eq!((&shown["min_per_order"], &shown["max_per_order"]), (&json!(2), &json!(4)));
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    let offers = listing["offers"].as_array().unwrap();
    let general = offers.iter().find(|offer| offer["id"] == "general").unwrap();
    assert_eq!((&general["min_per_order"], &general["max_per_order"]), (&json!(2), &json!(4)));
    let answer = refused(&world, &world.request("general", 1), "quantity_limit").await;
    answer.explains("Minimum 2 of General per order").at("items[0].quantity");
    let answer = refused(&world, &world.request_for(&[("vip", 1), ("general", 5)]), "quantity_limit").await;
    answer.explains("Maximum 4 of General per order").at("items[1].quantity");
    // Two lines of it count together.
    refused(&world, &world.request_for(&[("general", 3), ("general", 2)]), "quantity_limit").await;
    world.buy_with(&world.request_for(&[("general", 1), ("general", 1)])).await;
    world.buy("general", 4).await;
    world.finish().await;
}

#[tokio::test]
async fn an_offer_says_from_when_to_when_it_can_be_bought() {
    let world = World::new().await;
    let (opens, closes) = (world.from_now(3_600), world.from_now(7_200));
    let window = json!({ "opens_at": opens, "closes_at": closes });
    let shown = world.offer_with("general", window).await.expect(200);
    assert_eq!((shown["opens_at"].as_str().unwrap(), shown["closes_at"].as_str().unwrap()), (&*opens, &*closes));
    let answer = refused(&world, &world.request("general", 1), "listing_unavailable").await;
    answer.explains(&format!("General is on sale from {opens}")).at("items[0].offer");
    // What else the listing sells is there.
    world.buy("vip", 1).await;
    world.advance(3_601).await;
    world.buy("general", 1).await;
    world.advance(3_600).await;
    let answer = refused(&world, &world.request("general", 1), "listing_unavailable").await;
    answer.explains(&format!("General was on sale until {closes}")).at("items[0].offer");
    // Without a window it is on sale again.
    world.offer_with("general", json!({})).await.expect(200);
    world.buy("general", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn limits_that_no_order_can_keep_are_refused() {
    let world = World::new().await;
    let before = world.raw();
    let at = |seconds| json!(world.from_now(seconds));
    for (limits, field) in [
        (json!({ "min_per_order": 0 }), "min_per_order"),
        (json!({ "max_per_order": 0 }), "max_per_order"),
        (json!({ "min_per_order": 31 }), "min_per_order"),
        (json!({ "min_per_order": 3, "max_per_order": 2 }), "max_per_order"),
        (json!({ "opens_at": "2099-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z" }), "closes_at"),
        (json!({ "opens_at": at(60), "closes_at": at(30) }), "closes_at"),
    ] {
        world.offer_with("general", limits).await.refused(400, "invalid_request").at(field);
    }
    world.table_is(&before);
    world.finish().await;
}
