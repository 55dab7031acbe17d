//! The account: a customer's own orders, bookings and hours, of all sellers.

use holdfast_tests::{Browser, ORGANIZATION, PUPIL, TUTOR, World, faults::Faults};
use serde_json::json;

use super::sign_in::signed_in;

/// How many orders a page shows.
const PAGE: usize = 20;

#[tokio::test]
async fn it_shows_the_customers_own_orders_of_all_sellers_by_page() {
    let world = World::new().await;
    world.offer("gratis", "0.00", 100).await;
    world.organization("globex", json!({})).await;
    world.show_of("globex", "other", json!({ "title": "The Other Show" })).await.expect(201);
    world.offer_of("globex", "other", "seat", json!({ "price": "0.00", "capacity": 5 })).await.expect(201);
    let mut own = Vec::new();
    for _ in 0..=PAGE {
        let order = world.order_as("grace", &world.request("gratis", 1)).await.expect(201);
        own.push(order["order"]["id"].as_str().unwrap().to_owned());
        world.advance(1).await;
    }
    let mut request = world.request("seat", 1);
    request["listing"] = json!("other");
    let last = world.order_as("grace", &request).await.expect(201);
    own.push(last["order"]["id"].as_str().unwrap().to_owned());
    let foreign = world.order_as("linus", &world.request("gratis", 1)).await.expect(201);
    let guests = world.buy("gratis", 1).await;

    let mut browser = Browser::new(&world);
    let page = signed_in(&mut browser, "grace", "/account").await;
    let linked = |text: &str| -> Vec<String> {
        let links = text.split("href=\"/orders/").skip(1);
        links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    own.reverse();
    assert_eq!(linked(&page.text), own[..PAGE], "the newest first");
    assert!(page.says("The Other Show"), "{}", page.text);
    let more = page.text.split("href=\"/account?cursor=").nth(1).expect("another page").split('"').next().unwrap();
    let next = browser.open(&format!("/account?cursor={more}")).await;
    assert_eq!(linked(&next.text), own[PAGE..]);
    assert!(!next.says("cursor="), "{}", next.text);
    for text in [&page.text, &next.text] {
        assert!(!text.contains(foreign["order"]["id"].as_str().unwrap()) && !text.contains(&guests.id));
    }
    // A cursor is its own customer's.
    let mut other = Browser::new(&world);
    let page = signed_in(&mut other, "linus", "/account").await;
    assert_eq!(linked(&page.text), [foreign["order"]["id"].as_str().unwrap()]);
    assert_eq!(other.open(&format!("/account?cursor={more}")).await.status, 400);
    world.finish().await;
}

#[tokio::test]
async fn it_shows_bookings_to_come_and_hours_in_two_round_trips() {
    let faults = Faults::new();
    let world = World::of_packages_with(faults.options()).await;
    world.hours_bought("ten", 1).await;
    world.debit(PUPIL, "1.5", "lesson-7").await;
    world.expert_listing(TUTOR, json!({})).await;
    world.slot("later", "80.00", 1, 3 * 86_400).await;
    let mut browser = Browser::new(&world);
    signed_in(&mut browser, PUPIL, "/account").await;
    let cart = {
        let page = browser.open(&format!("/listings/{TUTOR}")).await;
        browser.submit(&page, "/cart", &[("slot", "later")]).await
    };
    let led = browser.order(&cart, &[]).await;
    browser.pay(&world, &led, "pm_card_visa").await;

    faults.watch();
    let page = browser.open("/account").await;
    let calls: Vec<String> = faults.calls().iter().map(|call| call.operation.clone()).collect();
    // The lists; then the orders, the balances, and the ledger of each organization.
    assert_eq!(calls[..3], ["Query", "Query", "Query"], "{calls:?}");
    let mut then = calls[3..].to_vec();
    then.sort();
    assert_eq!(then, ["BatchGetItem", "BatchGetItem", "Query"], "{calls:?}");
    assert!(page.says("8.5 hours left") && page.says("lesson-7") && page.says("Taken"), "{}", page.text);
    assert!(page.says("Bookings to come") && page.says("booking-requested"), "{}", page.text);
    assert!(page.says(&format!("hours-{ORGANIZATION}")), "{}", page.text);
    // A booking that is over, or canceled, is none to come.
    world.advance(4 * 86_400).await;
    let page = signed_in(&mut browser, PUPIL, "/account").await;
    assert!(!page.says("Bookings to come"), "{}", page.text);
}

#[tokio::test]
async fn what_is_erased_leaves_the_account() {
    let world = World::new().await;
    world.offer("gratis", "0.00", 100).await;
    world.order_as("grace", &world.request("gratis", 1)).await.expect(201);
    let mut browser = Browser::new(&world);
    assert!(signed_in(&mut browser, "grace", "/account").await.says("/orders/ord_"));
    world.advance(400 * 86_400).await;
    for _ in 0..5 {
        world.sweep().await;
        world.settle().await;
    }
    let page = signed_in(&mut browser, "grace", "/account").await;
    assert!(page.says("no orders yet"), "{}", page.text);
    world.finish().await;
}
