//! The search of orders, for staff.

use holdfast_tests::{
    Bought, ORGANIZATION, World,
    faults::{Faults, Service},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// By when an order that was just placed is searched.
const SOON: i64 = 16;

async fn page(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/organizations/{ORGANIZATION}/orders?q={query}")).role("staff").await.expect(200)
}

async fn found(world: &World, query: &str) -> Vec<String> {
    ids(&page(world, query).await)
}

fn ids(page: &Value) -> Vec<String> {
    page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

/// Lets the sweeper write what is searched.
async fn written(world: &World) -> u32 {
    world.settle().await;
    world.advance(SOON).await;
    world.sweep().await.searches
}

async fn bought_by(world: &World, name: &str, email: &str) -> Bought {
    let mut request = world.request("general", 1);
    request["buyer"] = json!({ "name": name, "email": email });
    world.bought_with(&request).await
}

#[tokio::test]
async fn an_order_is_found_by_all_that_people_know_of_it() {
    let world = World::new().await;
    let order = bought_by(&world, "Zoë O'Neill-King", "zoe.oneill@example.com").await;
    let other = world.bought("general", 1).await;
    assert_eq!(written(&world).await, 2);
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (number, code) = (text(&seen["number"]), text(&seen["tickets"][0]["code"]));
    let (session, intent) = (text(&seen["payment"]["session_id"]), text(&seen["payment"]["payment_intent_id"]));
    let part = |text: &str| text[..text.len() - 2].to_owned();
    let known = [number, code, session, intent];
    let parts = known.clone().map(|whole| part(&whole));
    let names =
        ["zoe", "ZO%C3%8B", "Zoe%20O%E2%80%99Neill", "oneill", "king", "kin", "zoe.oneill@example.com", "zoe.on"];
    let all = known.iter().chain(&parts).map(String::as_str).chain(names);
    for query in all {
        assert_eq!(found(&world, query).await, [order.id.as_str()], "{query}");
    }
    assert_eq!(found(&world, "lovelace").await, [other.id.as_str()]);
    for query in ["neill", "example", "zoey", "%23", "%20"] {
        assert_eq!(found(&world, query).await, Vec::<String>::new(), "{query}");
    }
    // The same filters as without a search, and other organizations have a search of their own.
    assert_eq!(found(&world, "zoe&status=expired").await, Vec::<String>::new());
    assert_eq!(found(&world, "zoe&status=paid").await, [order.id.as_str()]);
    world.organization("globex", json!({})).await.expect(201);
    let theirs = world.token("staff", Some("globex"));
    for query in known.iter().map(String::as_str).chain([order.id.as_str(), "zoe"]) {
        let path = format!("/v1/organizations/globex/orders?q={query}");
        let orders = world.get(&path).token(&theirs).await.expect(200);
        assert_eq!(orders["orders"], json!([]), "{query}");
    }
    world.finish().await;
}

#[tokio::test]
async fn whole_words_come_first_and_of_one_word_the_newest_order() {
    let world = World::new().await;
    let mut orders = Vec::new();
    for (name, email) in [("Ada Byron", "a@x.example"), ("Adam Ada", "b@x.example"), ("Ada Byron", "ada@x.example")] {
        orders.push(bought_by(&world, name, email).await.id);
        world.advance(5).await;
    }
    written(&world).await;
    // The second is found by its last word alone, which is a whole one; the third by its name and its address, and shown once.
    assert_eq!(found(&world, "ada").await, [&orders[1], &orders[2], &orders[0]].map(String::as_str));
    assert_eq!(found(&world, "ada_byron").await, [&orders[2], &orders[0]].map(String::as_str));
    world.finish().await;
}

#[tokio::test]
async fn what_is_found_is_paged() {
    let world = World::new().await;
    world.offer("crowd", "0.00", 200).await;
    let mut all = Vec::new();
    for n in 0..60 {
        let mut request = world.request("crowd", 1);
        request["buyer"] = json!({ "name": "Grace Hopper", "email": format!("grace{n}@example.com") });
        all.push(world.buy_with(&request).await.id);
    }
    written(&world).await;
    let (mut seen, mut query) = (Vec::new(), "grace".to_owned());
    for _ in 0..10 {
        let page = page(&world, &query).await;
        seen.extend(ids(&page));
        let Some(cursor) = page["cursor"].as_str() else { break };
        query = format!("grace&cursor={cursor}");
    }
    assert_eq!(seen.len(), 60, "each once");
    seen.sort();
    all.sort();
    assert_eq!(seen, all);
    let answer = world.get(&format!("/v1/organizations/{ORGANIZATION}/orders?q=other&{}", &query[6..])).role("staff");
    answer.await.refused(400, "invalid_request").at("cursor");
    world.finish().await;
}

#[tokio::test]
async fn what_changes_moves_in_the_search() {
    let world = World::new().await;
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let order = bought_by(&world, "Ada Lovelace", "first@example.com").await;
    written(&world).await;
    let path = format!("/v1/orders/{}", order.id);
    world.put(&format!("{path}/buyer")).role("staff").json(&json!({ "email": "second@example.com" })).await.expect(200);
    let code = world.order(&order).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    let attendee = format!("{path}/tickets/{code}/attendee");
    let grace = json!({ "name": "Grace Hopper", "email": "grace@example.com" });
    world.put(&attendee).role("staff").json(&grace).await.expect(200);
    // An entry that is late shows nothing that is not so any more.
    assert_eq!(found(&world, "first@example.com").await, Vec::<String>::new());
    written(&world).await;
    for query in ["second", "hopper", "grace@example.com", "lovelace"] {
        assert_eq!(found(&world, query).await, [order.id.as_str()], "{query}");
    }
    let alan = json!({ "name": "Alan Turing", "email": null });
    world.put(&attendee).role("staff").json(&alan).await.expect(200);
    written(&world).await;
    for query in ["first", "hopper", "grace"] {
        assert_eq!(found(&world, query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(world.holding("first@example_com"), Vec::<String>::new());
    assert_eq!(world.holding("grace@example_com"), Vec::<String>::new());
    assert_eq!(found(&world, "turing").await, [order.id.as_str()]);
    let refund = world.refund(&order, &json!({})).await.expect(201);
    written(&world).await;
    let stripe = refund["stripe_refund_id"].as_str().unwrap().to_owned();
    assert_eq!(found(&world, &stripe).await, [order.id.as_str()]);
    world.finish().await;
}

#[tokio::test]
async fn an_archived_order_is_found_by_what_says_nothing_of_people() {
    let world = World::new().await;
    let order = bought_by(&world, "Xanthippe Quill", "xanthippe@quill.example").await;
    written(&world).await;
    assert!(!world.holding("xanthippe_quill").is_empty());
    let number = order.json["order"]["number"].as_str().unwrap().to_owned();
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    world.advance(130 * 24 * 3_600).await;
    world.sweep().await;
    for text in ["xanthippe", "quill"] {
        assert_eq!(world.holding(text), Vec::<String>::new(), "as soon as its people are gone");
        assert_eq!(found(&world, text).await, Vec::<String>::new());
    }
    written(&world).await;
    for query in [&number, &number[..6], &intent] {
        assert_eq!(found(&world, query).await, [order.id.as_str()], "{query}");
    }
    world.finish().await;
}

#[tokio::test]
async fn an_order_that_is_never_paid_is_found_and_so_is_a_lost_sessions() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    written(&world).await;
    assert_eq!(found(&world, &order.session).await, [order.id.as_str()]);
    world.advance(3 * 3_600).await;
    world.sweep().await;
    written(&world).await;
    assert_eq!(found(&world, "lovelace&status=expired").await, [order.id.as_str()]);
    world.finish().await;
}

#[tokio::test]
async fn a_search_costs_the_same_however_many_orders_there_are() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.offer("crowd", "0.00", 1_000).await;
    let needle = bought_by(&world, "Zenobia Palmyra", "z@example.com").await;
    let (mut last, mut costs) = (None, Vec::new());
    for round in 0..3 {
        for n in 0..40 {
            let mut request = world.request("crowd", 1);
            request["buyer"] = json!({ "name": "Grace Hopper", "email": format!("grace{round}x{n}@example.com") });
            last = Some(world.buy_with(&request).await);
        }
        written(&world).await;
        faults.measure();
        faults.watch();
        assert_eq!(found(&world, "zenobia").await, [needle.id.as_str()]);
        let table: Vec<_> = faults.calls().into_iter().filter(|call| call.service == Service::Table).collect();
        let units: Decimal = table.iter().filter_map(|call| call.units).sum();
        costs.push((table.len(), units));
        faults.watch();
        assert_eq!(found(&world, "grace").await.len(), 25);
        let table = faults.calls();
        costs.push((table.len(), table.iter().filter_map(|call| call.units).sum()));
    }
    assert!(last.is_some());
    assert_eq!((costs[2], costs[4]), (costs[0], costs[0]), "one order");
    assert_eq!(costs[5], costs[3], "a page of them");
}
