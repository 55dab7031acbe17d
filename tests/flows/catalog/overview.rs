//! What pages read of what is for sale: a listing in one round trip, and an overview in another one.

use domain::{ListingId, Minor, OrganizationId};
use holdfast_tests::{Browser, CRAFTS, ORGANIZATION, SHOW, TUTOR, World, faults::Faults};
use serde_json::json;
use store::{OfferShown, Sale};

fn own() -> OrganizationId {
    OrganizationId::parse(ORGANIZATION).unwrap()
}

async fn sales(world: &World, organization: Option<&OrganizationId>) -> Vec<Sale> {
    let now = world.stack.clock().now();
    let page = world.stack.engine().store().overview(organization, None, None, now).await.unwrap();
    assert_eq!(page.cursor, None);
    page.sales
}

/// What the overview shows of the usual show: lowest price, highest price, whether anything is left.
async fn shown(world: &World) -> (Option<Minor>, Option<Minor>, bool) {
    let sales = sales(world, Some(&own())).await;
    let sale = sales.iter().find(|sale| sale.listing.as_str() == SHOW).expect("it is for sale");
    (sale.lowest, sale.highest, sale.left)
}

fn span(lowest: i64, highest: i64, left: bool) -> (Option<Minor>, Option<Minor>, bool) {
    (Some(Minor(lowest)), Some(Minor(highest)), left)
}

#[tokio::test]
async fn a_listing_is_read_in_one_round_trip_once_it_is_known() {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    let names = || faults.calls().iter().map(|call| call.operation.clone()).collect::<Vec<_>>();
    for listing in [SHOW, CRAFTS] {
        let path = format!("/v1/listings/{listing}");
        world.get(&path).await.expect(200);
        faults.watch();
        world.get(&path).await.expect(200);
        let mut calls = names();
        calls.sort();
        // Both at once: what one reads, the other need not wait for.
        assert_eq!(calls, ["BatchGetItem", "Query"], "{listing}");
    }
    // What is new is found all the same, and what is gone is missed by no reader.
    world.offer("balcony", "30.00", 7).await;
    world.offer("standing", "10.00", 300).await;
    let offers = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200)["offers"].clone();
    let left =
        |id: &str| offers.as_array().unwrap().iter().find(|offer| offer["id"] == id).unwrap()["available"].clone();
    assert_eq!((left("balcony"), left("standing"), left("general")), (json!(7), json!(300), json!(100)));
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/balcony");
    world.delete(&path).role("admin").await.expect(204);
    let offers = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200)["offers"].clone();
    assert!(!offers.to_string().contains("balcony"), "{offers}");
    world.finish().await;
}

#[tokio::test]
async fn a_showcase_has_the_seller_and_slots_that_can_be_booked() {
    let world = World::of_experts().await;
    let now = world.stack.clock().now();
    let id = ListingId::parse(TUTOR).unwrap();
    let showcase = world.stack.engine().store().showcase(&id, now).await.unwrap().expect("a listing");
    assert_eq!((showcase.listing.id.as_str(), showcase.organization.id.as_str()), (TUTOR, ORGANIZATION));
    let free = |shown: &OfferShown| shown.available == shown.offer.capacity;
    assert!(showcase.offers.len() > 1 && showcase.offers.iter().all(free), "{:?}", showcase.offers);
    let none = ListingId::parse("no-listing").unwrap();
    assert!(world.stack.engine().store().showcase(&none, now).await.unwrap().is_none());
    world.finish().await;
}

#[tokio::test]
async fn an_overview_is_one_query() {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    world.organization("globex", json!({})).await.expect(201);
    world.show_of("globex", "gala", json!({ "title": "Gala", "venue": "The Hall" })).await.expect(201);
    world.show("draft", json!({ "published": false })).await.expect(201);
    let names: Vec<_> = sales(&world, Some(&own())).await.into_iter().map(|sale| sale.listing.to_string()).collect();
    assert_eq!(names, ["books", CRAFTS, SHOW]);
    // The page of it reads its seller at the same time.
    faults.watch();
    assert!(Browser::new(&world).open(&format!("/organizations/{ORGANIZATION}")).await.says("Summer Show"));
    let mut calls: Vec<_> = faults.calls().into_iter().map(|call| call.operation).collect();
    calls.sort();
    assert_eq!(calls, ["GetItem", "Query"]);
    let all = sales(&world, None).await;
    assert_eq!(all.len(), 4);
    let gala = all.iter().find(|sale| sale.listing.as_str() == "gala").unwrap();
    assert_eq!((gala.title.as_str(), gala.venue.as_deref()), ("Gala", Some("The Hall")));
    assert_eq!((gala.lowest, gala.left), (None, false), "it has no offers yet");
    let now = world.stack.clock().now();
    let page = world.stack.engine().store().overview(None, Some(domain::Kind::Product), None, now).await.unwrap();
    assert_eq!(page.sales.len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn an_overview_follows_what_sellers_change() {
    let world = World::new().await;
    assert_eq!(shown(&world).await, span(0, 6_000, true));
    world.offer("box", "90.00", 2).await;
    assert_eq!(shown(&world).await, span(0, 9_000, true));
    world.offer("box", "40.00", 2).await;
    assert_eq!(shown(&world).await, span(0, 6_000, true));
    world.offer("free", "5.00", 50).await;
    assert_eq!(shown(&world).await, span(500, 6_000, true));
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}");
    world.delete(&format!("{path}/offers/vip")).role("admin").await.expect(204);
    assert_eq!(shown(&world).await, span(500, 4_000, true));
    world.offer_with("free", json!({ "price": "5.00", "closes_at": world.from_now(60) })).await.expect(200);
    world.show(SHOW, json!({ "title": "Autumn Show", "published": false })).await.expect(200);
    assert_eq!(sales(&world, Some(&own())).await, []);
    world.advance(61).await;
    world.show(SHOW, json!({ "title": "Autumn Show" })).await.expect(200);
    assert_eq!(shown(&world).await, span(2_500, 4_000, true), "what is closed counts for nothing");
    assert_eq!(sales(&world, None).await[0].title, "Autumn Show");
    world.post(&format!("{path}/cancel")).role("admin").await.expect(202);
    assert_eq!(sales(&world, Some(&own())).await, []);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn what_is_sold_out_is_seen_with_the_next_read_and_what_comes_back_within_seconds() {
    let world = World::new().await;
    for (offer, price) in [("general", "25.00"), ("vip", "60.00"), ("free", "0.00")] {
        let capacity = if offer == "vip" { 2 } else { 0 };
        world.offer_with(offer, json!({ "price": price, "capacity": capacity, "shards": 1 })).await.expect(200);
    }
    world.buy("vip", 2).await;
    assert!(shown(&world).await.2, "no buyer has looked since");
    world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    assert!(!shown(&world).await.2);
    // The hold ends; who reads an overview ten seconds later hears of it.
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.stock("vip").await, (2, 0, 0));
    assert!(shown(&world).await.2);
    world.finish().await;
}

#[tokio::test]
async fn listings_from_before_there_were_overviews_come_into_them_by_themselves() {
    let world = World::of_products().await;
    world.forget(&format!("SALE#{ORGANIZATION}"), "");
    assert_eq!(sales(&world, Some(&own())).await, []);
    // A look at the listing, or its daily check.
    world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    assert_eq!(sales(&world, Some(&own())).await.len(), 1);
    world.advance(25 * 3_600).await;
    world.sweep().await;
    assert_eq!(sales(&world, Some(&own())).await.len(), 3);
    world.finish().await;
}
