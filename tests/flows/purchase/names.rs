//! Ticket types by their name, and a clear refusal for each way in which that can go wrong.

use holdfast_tests::{ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

fn named(world: &World, listing: &str, offer: &str, quantity: i64) -> Value {
    let mut request = world.request(offer, quantity);
    request["listing"] = json!(listing);
    request
}

#[tokio::test]
async fn a_ticket_type_is_found_by_its_name_in_any_case() {
    let world = World::new().await;
    world.offer_with("early", json!({ "name": "Früh Bird", "price": "20.00" })).await.expect(201);
    for name in ["vip", "VIP", "Vip", " vIp "] {
        let order = world.buy_with(&named(&world, SHOW, name, 1)).await;
        assert_eq!(order.json["order"]["lines"][0]["offer"], "vip", "{name}");
    }
    for name in ["Früh Bird", "früh bird", "FRÜH BIRD", "early"] {
        let order = world.buy_with(&named(&world, SHOW, name, 1)).await;
        assert_eq!(order.json["order"]["lines"][0]["offer"], "early", "{name}");
    }
    world.finish().await;
}

#[tokio::test]
async fn an_id_wins_over_another_types_name() {
    let world = World::new().await;
    world.offer_with("gold", json!({ "name": "Vip", "price": "90.00" })).await.expect(201);
    world.offer_with("other", json!({ "name": "Gold", "price": "1.00" })).await.expect(201);
    for (requested, offer) in [("vip", "vip"), ("gold", "gold"), ("other", "other"), ("GOLD", "other")] {
        let order = world.buy_with(&named(&world, SHOW, requested, 1)).await;
        assert_eq!(order.json["order"]["lines"][0]["offer"], offer, "{requested}");
    }
    world.finish().await;
}

#[tokio::test]
async fn unknown_and_sold_out_are_each_said_in_their_own_way() {
    let world = World::new().await;
    world.offer("last", "25.00", 1).await;
    world.bought("last", 1).await;
    world.show("empty-show", json!({})).await.expect(201);
    world.offer("gone", "25.00", 5).await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/gone");
    world.delete(&path).role("admin").await.expect(204);
    let before = world.raw();
    let ask = async |listing: &str, offer: &str| world.checkout(&named(&world, listing, offer, 1)).await;
    ask("no-show", "vip").await.refused(404, "not_found").explains("There is no such listing").at("listing");
    for (listing, offer) in [(SHOW, "balcony"), (SHOW, "Balcony Left"), ("empty-show", "vip")] {
        ask(listing, offer).await.refused(404, "not_found").explains("There is no such offer").at("items[0].offer");
    }
    for name in ["last", "LAST"] {
        let answer = ask(SHOW, name).await.refused(400, "insufficient_stock");
        answer.explains("Last is not available: sold out").at("items[0].quantity");
    }
    ask(SHOW, "gone").await.refused(400, "listing_unavailable").at("items[0].offer");
    for (name, message) in
        [("", "An offer is named by its id or its name"), ("   ", "An offer is named by its id or its name")]
    {
        ask(SHOW, name).await.refused(400, "invalid_request").explains(message).at("items[0].offer");
    }
    ask(SHOW, &"x".repeat(101)).await.refused(400, "invalid_request").at("items[0].offer");
    world.table_is(&before);
    // The others are still there.
    ask(SHOW, "General").await.expect(201);
    world.finish().await;
}

#[tokio::test]
async fn the_second_of_two_items_is_named_when_it_is_the_one() {
    let world = World::new().await;
    let before = world.raw();
    let request = world.request_for(&[("General", 1), ("nothing", 1)]);
    world.checkout(&request).await.refused(404, "not_found").at("items[1].offer");
    let request = world.request_for(&[("General", 1), ("VIP", 9), ("vip", 2)]);
    let answer = world.checkout(&request).await;
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.text);
    world.table_is(&before);
    world.finish().await;
}
