//! Card testing: many declines of one buyer, one source address or one card slow the next order; and a card that pays for more
//! tickets than one buyer may have marks the order.

use holdfast_tests::{Answer, Bought, Browser, CRAFTS, ORGANIZATION, SHOW, World, capture::Capture};
use local::Options;
use serde_json::{Value, json};

const CARDS: [&str; 4] = [
    "pm_card_chargeDeclined",
    "pm_card_chargeDeclinedInsufficientFunds",
    "pm_card_chargeDeclinedExpiredCard",
    "pm_card_chargeDeclinedProcessingError",
];

async fn at_the_beginning_of_an_hour(world: &World) {
    let second = world.stack.clock().now().as_second().rem_euclid(3_600);
    world.advance(3_601 - second).await;
}

fn options(most: u32) -> Options {
    Options { settings: [("MAX_DECLINES_PER_HOUR".to_owned(), most.to_string())].into(), ..Options::default() }
}

/// A shop in which so many declines an hour are too many, at the beginning of an hour.
async fn wary(most: u32) -> World {
    let world = World::of_products_with(options(most)).await;
    at_the_beginning_of_an_hour(&world).await;
    world
}

/// A mug, bought by that address from there with that card.
async fn tries(world: &World, mail: &str, source: &str, card: &str) -> Answer {
    let mut request = world.basket(&[(CRAFTS, "mug", 1)], Some(card));
    request["buyer"]["email"] = json!(mail);
    let key = format!("{mail} {source} {card} {}", world.stack.stripe().calls().len());
    world.post("/v1/checkout").from(source).key(&key).json(&request).await
}

async fn declined(world: &World, mail: &str, source: &str, card: &str) {
    tries(world, mail, source, card).await.refused(402, "payment_declined");
}

/// Expects that an order has to wait for the next hour.
#[track_caller]
fn waits(answer: Answer) -> i64 {
    let answer = answer.refused(429, "rate_limited");
    let seconds: i64 = answer.header("retry-after").parse().expect("whole seconds");
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    seconds
}

#[tokio::test]
async fn many_declines_of_one_buyer_slow_the_next_order() {
    let world = wary(3).await;
    for (card, source) in CARDS.iter().zip(["203.0.113.1", "203.0.113.2", "203.0.113.3"]) {
        declined(&world, "eve@example.com", source, card).await;
    }
    let before = world.dump().await;
    let seconds = waits(tries(&world, "eve@example.com", "203.0.113.4", "pm_card_visa").await);
    world.unchanged_since(&before).await;
    // Others buy on.
    tries(&world, "ada@example.com", "203.0.113.1", "pm_card_visa").await.expect(201);
    world.advance(seconds).await;
    tries(&world, "eve@example.com", "203.0.113.4", "pm_card_visa").await.expect(201);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn many_declines_from_one_source_slow_all_that_come_from_there() {
    let world = wary(3).await;
    for (n, card) in CARDS.iter().take(3).enumerate() {
        declined(&world, &format!("buyer{n}@example.com"), "203.0.113.9", card).await;
    }
    waits(tries(&world, "ada@example.com", "203.0.113.9", "pm_card_visa").await);
    tries(&world, "ada@example.com", "203.0.113.10", "pm_card_visa").await.expect(201);
    // What costs nothing tests no card.
    let free = world.post("/v1/checkout").from("203.0.113.9").json(&world.request("free", 1)).await;
    free.expect(201);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_card_that_is_tried_everywhere_slows_who_tries_it() {
    let world = wary(3).await;
    for n in 0..3 {
        declined(&world, &format!("buyer{n}@example.com"), &format!("203.0.113.{n}"), CARDS[0]).await;
    }
    // The card is known only when it is tried: the one who tried it when it was declined too often waits.
    waits(tries(&world, "buyer2@example.com", "198.51.100.1", "pm_card_visa").await);
    tries(&world, "buyer0@example.com", "198.51.100.1", "pm_card_visa").await.expect(201);
    declined(&world, "buyer3@example.com", "203.0.113.3", CARDS[0]).await;
    waits(tries(&world, "buyer4@example.com", "203.0.113.3", "pm_card_visa").await);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn declines_on_stripes_page_count_as_well_and_nothing_of_it_is_kept() {
    let world = wary(2).await;
    let request = world.request("general", 1);
    let order = Bought::of(world.post("/v1/checkout").from("203.0.113.9").json(&request).await.expect(201));
    for card in [CARDS[0], CARDS[1]] {
        world.pay_with(&order.session, card).expect_err("a decline");
        world.settle().await;
        world.advance(2).await;
    }
    waits(world.post("/v1/checkout").from("203.0.113.9").json(&request).await);
    assert!(world.everything().await.orders[0].source.is_some());
    world.pay(&order);
    world.settle().await;
    let all = world.everything().await;
    assert_eq!((all.orders[0].status.as_str(), &all.orders[0].source), ("paid", &None), "no more than it needs");
    for secret in ["203.0.113.9", "Fingerprint"] {
        assert_eq!(world.holding(secret), Vec::<String>::new());
    }
    world.finish().await;
}

#[tokio::test]
async fn staff_hear_of_it_once_a_day() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = wary(1).await;
    let rung = || capture.lines().into_iter().filter(|line| line["alarm"] == "card_testing").collect::<Vec<Value>>();
    declined(&world, "eve@example.com", "203.0.113.1", CARDS[0]).await;
    assert!(rung().is_empty(), "one declined card is every day's");
    for _ in 0..3 {
        waits(tries(&world, "eve@example.com", "203.0.113.1", "pm_card_visa").await);
    }
    let lines = rung();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["level"], &lines[0]["organization"]), (&json!("ERROR"), &json!(ORGANIZATION)));
    world.advance(24 * 3_600).await;
    declined(&world, "eve@example.com", "203.0.113.1", CARDS[0]).await;
    waits(tries(&world, "eve@example.com", "203.0.113.1", "pm_card_visa").await);
    assert_eq!(rung().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn the_pages_slow_it_too() {
    let world = World::with(options(1)).await;
    at_the_beginning_of_an_hour(&world).await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    browser.order(&cart, &[]).await;
    let session = world.stack.stripe().objects("checkout.session")[0]["id"].as_str().expect("an id").to_owned();
    world.pay_with(&session, CARDS[0]).expect_err("a decline");
    world.settle().await;
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let page = browser.order(&cart, &[]).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/cart", 429), "{}", page.text);
    assert!(page.headers.contains_key("retry-after") && page.says("Nothing was ordered"), "{}", page.text);
    world.finish().await;
}

/// Two buyers of two tickets each, who pay with the same card.
async fn two_with_one_card(world: &World) -> [Bought; 2] {
    world.show(SHOW, json!({ "max_tickets_per_buyer": 2 })).await.expect(200);
    let mut orders = Vec::new();
    for mail in ["ada@example.com", "grace@example.com"] {
        let mut request = world.request("general", 2);
        request["buyer"]["email"] = json!(mail);
        orders.push(world.bought_with(&request).await);
    }
    orders.try_into().expect("two")
}

#[tokio::test]
async fn a_card_with_more_tickets_than_a_buyer_may_have_marks_the_order_and_slows_the_next() {
    let world = World::with(options(3)).await;
    at_the_beginning_of_an_hour(&world).await;
    let [first, second] = two_with_one_card(&world).await;
    let token = world.token("staff", Some(ORGANIZATION));
    let seen = async |order: &Bought| world.get(&format!("/v1/orders/{}", order.id)).token(&token).await.expect(200);
    assert_eq!(seen(&first).await.get("card_over_share"), None);
    let marked = seen(&second).await;
    assert_eq!((&marked["card_over_share"], &marked["status"]), (&json!(true), &json!("paid")));
    let steps: Vec<_> = marked["trail"].as_array().expect("steps").iter().map(|step| step["what"].clone()).collect();
    assert!(steps.contains(&json!("card_over_share")), "{steps:?}");
    assert_eq!(world.order(&second).await.get("card_over_share"), None, "it is for staff");
    // The next order of that buyer waits, whatever it is for; others do not.
    world.show("second", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "second", "seat", json!({})).await.expect(201);
    let of = |mail: &str| {
        let mut request = world.request("seat", 1);
        request["listing"] = json!("second");
        request["buyer"]["email"] = json!(mail);
        request
    };
    let seconds = waits(world.checkout(&of("grace@example.com")).await);
    world.checkout(&of("ada@example.com")).await.expect(201);
    world.advance(seconds).await;
    world.checkout(&of("grace@example.com")).await.expect(201);
    // What comes back is the card's no more.
    for order in [&first, &second] {
        world.refund(order, &json!({})).await.expect(201);
    }
    world.settle().await;
    assert!(world.everything().await.buyer_tickets.iter().all(|known| known.units == 0));
    world.finish().await;
}

#[tokio::test]
async fn without_a_limit_of_declines_a_card_marks_the_order_and_slows_no_one() {
    let world = World::new().await;
    let [_, second] = two_with_one_card(&world).await;
    let orders = world.everything().await.orders;
    let marked: Vec<_> = orders.iter().filter(|order| order.is_over_share()).map(|order| order.id.as_str()).collect();
    assert_eq!(marked, [second.id.as_str()]);
    world.show("second", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "second", "seat", json!({})).await.expect(201);
    let mut request = world.request("seat", 1);
    request["listing"] = json!("second");
    request["buyer"]["email"] = json!("grace@example.com");
    world.checkout(&request).await.expect(201);
    world.finish().await;
}
