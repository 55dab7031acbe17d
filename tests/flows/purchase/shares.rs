//! How many tickets of a show one buyer may have, over all orders.

use futures::future::join_all;
use holdfast_tests::{Bought, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

/// A shop whose show has four tickets for each buyer at most.
async fn shared() -> World {
    let world = World::new().await;
    let shown = world.show(SHOW, json!({ "max_tickets_per_buyer": 4 })).await.expect(200);
    assert_eq!(shown["max_tickets_per_buyer"], 4);
    world
}

fn by(world: &World, mail: &str, lines: &[(&str, i64)]) -> Value {
    let mut request = world.request_for(lines);
    request["buyer"]["email"] = json!(mail);
    request
}

/// How many tickets each buyer has who has any. What cards have paid for is counted apart.
async fn units(world: &World) -> Vec<u32> {
    let all = world.everything().await;
    let buyers: Vec<_> = all.orders.iter().filter_map(|order| Some(&order.buyer_count.as_ref()?.mark)).collect();
    let counts = all.buyer_tickets.iter().filter(|known| buyers.contains(&&known.mark));
    let mut units: Vec<u32> = counts.map(|known| known.units).filter(|units| *units > 0).collect();
    units.sort_unstable();
    units
}

#[tokio::test]
async fn a_buyer_has_so_many_tickets_over_all_orders() {
    let world = shared().await;
    world.bought("general", 2).await;
    world.buy("free", 1).await;
    assert_eq!(units(&world).await, [3]);
    let before = world.dump().await;
    // The same address, however it is written.
    let refused = world.checkout(&by(&world, "Ada@EXAMPLE.com", &[("vip", 1), ("general", 1)])).await;
    refused
        .refused(400, "quantity_limit")
        .explains("Maximum 4 tickets of Summer Show per buyer; you have 3 already")
        .at("items");
    let refused = world.checkout(&by(&world, "grace@example.com", &[("vip", 2), ("general", 3)])).await;
    refused.refused(400, "quantity_limit").explains("Maximum 4 tickets of Summer Show per buyer").at("items");
    world.unchanged_since(&before).await;
    world.buy("vip", 1).await;
    // Another buyer has a share of their own, and another show another one.
    world.checkout(&by(&world, "grace@example.com", &[("general", 4)])).await.expect(201);
    world.show("second", json!({ "max_tickets_per_buyer": 1 })).await.expect(201);
    world.offer_of(ORGANIZATION, "second", "seat", json!({})).await.expect(201);
    let mut other = world.request("seat", 1);
    other["listing"] = json!("second");
    world.checkout(&other).await.expect(201);
    world.checkout(&other).await.refused(400, "quantity_limit");
    // A customer is known by the token's subject, whatever is typed.
    let order = world.order_as("ada-1", &by(&world, "ada@example.com", &[("general", 4)])).await;
    order.expect(201);
    let again = world.order_as("ada-1", &by(&world, "other@example.com", &[("general", 1)])).await;
    again.refused(400, "quantity_limit");
    assert_eq!(units(&world).await, [1, 4, 4, 4]);
    assert_eq!(world.holding("BUYER#summer-show#ada"), Vec::<String>::new(), "no address stands in a key");
    world.finish().await;
}

#[tokio::test]
async fn what_comes_back_can_be_bought_again() {
    let world = shared().await;
    let unpaid = world.buy("general", 4).await;
    world.checkout(&world.request("general", 1)).await.refused(400, "quantity_limit");
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    assert_eq!(world.order(&unpaid).await["status"], "expired");
    assert_eq!(units(&world).await, Vec::<u32>::new());
    let order = world.bought("general", 4).await;
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    assert_eq!(units(&world).await, [3]);
    world.checkout(&world.request("general", 2)).await.refused(400, "quantity_limit");
    world.bought("general", 1).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(units(&world).await, [1]);
    world.finish().await;
}

#[tokio::test]
async fn a_limit_counts_what_is_bought_while_there_is_one() {
    let world = World::new().await;
    let before = world.bought("general", 3).await;
    world.show(SHOW, json!({ "max_tickets_per_buyer": 2 })).await.expect(200);
    world.buy("general", 2).await;
    world.checkout(&world.request("general", 1)).await.refused(400, "quantity_limit");
    // A higher one counts what was bought under the lower one.
    world.show(SHOW, json!({ "max_tickets_per_buyer": 3 })).await.expect(200);
    world.checkout(&world.request("general", 2)).await.refused(400, "quantity_limit");
    world.buy("general", 1).await;
    // Left out it stays, null takes it away.
    let kept = world.show(SHOW, json!({})).await.expect(200);
    assert_eq!(kept["max_tickets_per_buyer"], 3);
    world.show(SHOW, json!({ "max_tickets_per_buyer": null })).await.expect(200);
    world.buy("general", 5).await;
    world.refund(&before, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(units(&world).await, [3]);
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_under_its_key_is_the_same_order_and_counts_once() {
    let world = shared().await;
    let request = world.request("general", 4);
    let first = Bought::of(world.post("/v1/checkout").key("mine").json(&request).await.expect(201));
    let again = Bought::of(world.post("/v1/checkout").key("mine").json(&request).await.expect(201));
    assert_eq!((first.id, units(&world).await), (again.id, vec![4]));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tabs_at_once_get_no_more_than_the_share() {
    let world = shared().await;
    let requests: Vec<_> = (0..12).map(|_| world.request("general", 1)).collect();
    let answers = join_all(requests.iter().map(|request| world.checkout(request))).await;
    let served = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let refused = answers.iter().filter(|answer| answer.json["code"] == "quantity_limit").count();
    assert_eq!((served, refused), (4, 8));
    assert_eq!((units(&world).await, world.stock("general").await), (vec![4], (96, 4, 0)));
    world.finish().await;
}

#[tokio::test]
async fn limits_that_make_no_sense_are_refused() {
    let world = World::of_products().await;
    let before = world.raw();
    for most in [0, 10_001] {
        let answer = world.show(SHOW, json!({ "max_tickets_per_buyer": most })).await;
        answer.refused(400, "invalid_request").at("max_tickets_per_buyer");
    }
    let product = json!({ "kind": "product", "title": "Mugs", "published": true, "max_tickets_per_buyer": 2 });
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/mugs");
    world.put(&path).role("admin").json(&product).await.refused(400, "invalid_request").at("max_tickets_per_buyer");
    world.table_is(&before);
    world.finish().await;
}

#[tokio::test]
async fn nothing_is_left_of_a_buyer_whose_orders_are_archived() {
    let world = shared().await;
    world.bought("general", 3).await;
    assert_eq!(units(&world).await, [3]);
    // Thirty days until the show, and ninety after it.
    for days in [31, 91] {
        world.advance(days * 24 * 3_600).await;
        world.settle().await;
        world.sweep().await;
        world.sweep().await;
    }
    let all = world.everything().await;
    assert!(all.orders[0].archived_at.is_some() && all.orders[0].buyer_count.is_none());
    // What counts none goes by itself.
    let kept: Vec<_> = world.raw().into_values().filter(|item| item["entity"]["S"] == "buyer_tickets").collect();
    assert!(
        !kept.is_empty() && kept.iter().all(|item| item["units"]["N"] == "0" && !item["ttl"].is_null()),
        "{kept:?}"
    );
    world.finish().await;
}
