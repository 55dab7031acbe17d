//! How much one buyer, and one address, may ask for.

use futures::future::join_all;
use holdfast_tests::{
    Answer, Bought, CRAFTS, INTENT_HOLD, ORGANIZATION, World,
    faults::{Faults, Service},
};
use local::Options;
use serde_json::{Value, json};

/// A shop with these limits; 0 is none.
async fn limited(attempts: u32, holds: u32) -> World {
    limited_with(Options::default(), attempts, holds).await
}

async fn limited_with(options: Options, attempts: u32, holds: u32) -> World {
    let settings = [("RATE_LIMIT_PER_MINUTE", attempts), ("MAX_OPEN_HOLDS_PER_BUYER", holds)];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_string())).into();
    let world = World::with(Options { settings, ..options }).await;
    world.start_of_a_minute().await;
    world
}

trait Minute {
    /// Moves the clock to where a minute begins, so that a test's attempts fall into one.
    async fn start_of_a_minute(&self);
    /// From 0 to 59.
    fn second(&self) -> i64;
}

impl Minute for World {
    async fn start_of_a_minute(&self) {
        self.advance(61 - self.second()).await;
    }

    fn second(&self) -> i64 {
        self.stack.clock().now().as_second().rem_euclid(60)
    }
}

/// A purchase by that address.
fn request_of(world: &World, mail: &str, offer: &str, quantity: i64) -> Value {
    let mut request = world.request(offer, quantity);
    request["buyer"]["email"] = json!(mail);
    request
}

/// Expects a refusal for now, and returns for how many seconds.
#[track_caller]
fn limited_for(answer: Answer) -> i64 {
    let answer = answer.refused(429, "rate_limited");
    answer.header("retry-after").parse().expect("whole seconds")
}

#[tokio::test]
async fn a_hundred_rapid_attempts_meet_the_limit_and_the_system_stays_well() {
    let world = limited(10, 0).await;
    let requested_lines: Vec<_> =
        (0..100).map(|n| request_of(&world, &format!("buyer{n}@example.com"), "general", 1)).collect();
    let attempts =
        requested_lines.iter().map(|request| world.post("/v1/checkout").from("203.0.113.9").json(request).send());
    let answers = join_all(attempts).await;
    let (served, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 201);
    assert_eq!((served.len(), others.len()), (10, 90));
    for other in others {
        let seconds = limited_for(other);
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    assert_eq!(world.stock("general").await, (90, 10, 0), "the others left no trace");
    // Another buyer is served as if nothing were, and what was placed is paid and settled.
    world.post("/v1/checkout").from("198.51.100.1").json(&world.request("vip", 1)).await.expect(201);
    for order in served {
        world.pay(&Bought::of(order.json));
    }
    world.settle().await;
    assert_eq!(world.stock("general").await, (90, 0, 10));
    world.finish().await;
}

#[tokio::test]
async fn after_retry_after_a_buyer_may_try_again() {
    let world = limited(2, 0).await;
    for _ in 0..2 {
        world.checkout(&world.request("general", 1)).await.expect(201);
    }
    let dump = world.dump().await;
    let before = world.second();
    let seconds = limited_for(world.checkout(&world.request("general", 1)).await);
    let after = world.second();
    assert!((60 - after..=60 - before).contains(&seconds), "{seconds} at {before} to {after}");
    world.unchanged_since(&dump).await;
    world.advance(seconds).await;
    world.checkout(&world.request("general", 1)).await.expect(201);
    world.finish().await;
}

/// A house has one address or one network, whatever it calls itself; two houses have two.
#[tokio::test]
async fn an_address_is_counted_as_what_it_is() {
    let world = limited(1, 0).await;
    let attempt = |address: &'static str| {
        let call = world.post("/v1/checkout").from(address).header("x-forwarded-for", "192.0.2.77");
        call.json(&world.request("general", 1)).send()
    };
    for (first, again, another) in [
        ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.10"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:3::1"),
    ] {
        attempt(first).await.expect(201);
        limited_for(attempt(again).await);
        attempt(another).await.expect(201);
    }
    world.finish().await;
}

/// Refused ones, free ones and repeats of the same key are attempts like any other.
#[tokio::test]
async fn every_attempt_counts() {
    let world = limited(4, 0).await;
    world.checkout(&world.request("general", 500)).await.refused(400, "quantity_limit");
    world.checkout(&world.request("free", 1)).await.expect(201);
    for _ in 0..2 {
        world.post("/v1/checkout").key("same").json(&world.request("general", 1)).await.expect(201);
    }
    limited_for(world.post("/v1/checkout").key("same").json(&world.request("general", 1)).await);
    limited_for(world.checkout(&world.request("free", 1)).await);
    world.finish().await;
}

/// Many buyers behind one address are counted by plain updates, which never refuse each other.
#[tokio::test(start_paused = true)]
async fn many_behind_one_address_never_conflict() {
    let faults = Faults::new();
    let world = limited_with(faults.options(), 1_000, 3).await;
    world.offer_with("seat", json!({ "capacity": 200, "shards": 20 })).await.expect(201);
    faults.keep_busy(18);
    faults.watch();
    let requested_lines: Vec<_> =
        (0..100).map(|n| request_of(&world, &format!("buyer{n}@example.com"), "seat", 1)).collect();
    let answers = join_all(
        requested_lines.iter().map(|request| world.post("/v1/checkout").from("203.0.113.9").json(request).send()),
    )
    .await;
    assert!(answers.iter().all(|answer| answer.status.as_u16() == 201));
    let counted = faults.calls().into_iter().filter(|call| call.writes_item("ATTEMPTS#")).count();
    assert_eq!(counted, 100, "one update each, and none of them again");
    world.finish().await;
}

#[tokio::test]
async fn one_buyer_has_so_many_open_holds_and_no_more() {
    let world = limited(0, 2).await;
    let first = world.buy("general", 8).await;
    world.advance(60).await;
    world.buy("general", 8).await;
    world.promo("TEN", "0.10", Some(5)).await;
    let dump = world.dump().await;
    let mut again = world.request("vip", 1);
    again["promo_code"] = json!("TEN");
    let seconds = limited_for(world.checkout(&again).await);
    // The first hold ends 36 minutes after it was placed, of which one is over.
    assert!((2_090..=2_100).contains(&seconds), "{seconds}");
    world.unchanged_since(&dump).await;
    // However the address is written, and whatever else is bought; others buy as before.
    limited_for(world.checkout(&request_of(&world, " ADA@Example.com ", "vip", 1)).await);
    world.checkout(&request_of(&world, "grace@example.com", "vip", 1)).await.expect(201);

    // Paid is not open any more.
    world.pay(&first);
    world.settle().await;
    let third = world.buy("vip", 1).await;
    limited_for(world.checkout(&world.request("vip", 1)).await);

    world.pay(&third);
    world.settle().await;
    world.buy("vip", 1).await;
    world.finish().await;
}

/// A card that was declined for good ends the order before its time, and with it its hold.
#[tokio::test]
async fn an_order_that_failed_is_not_open() {
    let world = limited(0, 1).await;
    world.product_of(ORGANIZATION, CRAFTS, "mug", "12.50", 20).await;
    let mug = [(CRAFTS, "mug", 1)];
    for n in 0..3 {
        let declined = world.basket(&mug, Some("pm_card_chargeDeclined"));
        world.order_under(&format!("declined-{n}"), &declined).await.refused(402, "payment_declined");
    }
    world.order_under("open", &world.basket(&mug, None)).await.expect(201);
    let seconds = limited_for(world.order_under("more", &world.basket(&mug, None)).await);
    assert!((INTENT_HOLD - 10..=INTENT_HOLD).contains(&seconds), "{seconds}");
    world.finish().await;
}

/// Even if the sweeper does not run: at the time in the answer, the hold no longer counts.
#[tokio::test]
async fn a_hold_that_ended_does_not_count_even_before_the_sweeper() {
    let world = limited(0, 1).await;
    world.buy("general", 1).await;
    let seconds = limited_for(world.checkout(&world.request("general", 1)).await);
    world.advance(seconds - 2).await;
    limited_for(world.checkout(&world.request("general", 1)).await);
    world.advance(2).await;
    world.buy("general", 1).await;
    limited_for(world.checkout(&world.request("general", 1)).await);
    world.sweep().await;
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_of_the_same_key_is_no_second_hold() {
    let world = limited(0, 1).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = world.post("/v1/checkout").key("once").json(&world.request("general", 1)).await.expect(201);
        ids.push(Bought::of(answer).id);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    limited_for(world.post("/v1/checkout").key("twice").json(&world.request("general", 1)).await);
    world.finish().await;
}

/// Tabs with the same key are one order, which each tab gets; none is refused for too many holds.
#[tokio::test(start_paused = true)]
async fn tabs_with_one_key_are_one_hold() {
    let faults = Faults::new();
    let world = limited_with(faults.options(), 0, 1).await;
    faults.jitter(5);
    faults.keep_busy(12);
    let request = world.request("general", 1);
    let tabs = join_all((0..10).map(|_| world.post("/v1/checkout").key("tabs").json(&request).send())).await;
    for tab in &tabs {
        let reported = (tab.status.as_u16(), tab.json["code"].as_str().unwrap_or_default());
        assert!([(201, ""), (409, "request_in_progress")].contains(&reported), "{}", tab.text);
    }
    assert_eq!(world.stock("general").await, (99, 1, 0));
    // Nor is any refused as sold out because its twin has the last one.
    world.offer("last", "25.00", 1).await;
    faults.keep_busy(18);
    let request = request_of(&world, "grace@example.com", "last", 1);
    let tabs = join_all((0..10).map(|_| world.post("/v1/checkout").key("last").json(&request).send())).await;
    for tab in &tabs {
        let reported = (tab.status.as_u16(), tab.json["code"].as_str().unwrap_or_default());
        assert!([(201, ""), (409, "request_in_progress")].contains(&reported), "{}", tab.text);
    }
    world.finish().await;
}

/// All at once as one after the other.
#[tokio::test(start_paused = true)]
async fn twenty_orders_of_one_buyer_at_once_are_as_many_as_allowed() {
    for allowed in [1, 3, 12] {
        let faults = Faults::new();
        let world = limited_with(faults.options(), 0, allowed).await;
        faults.jitter(5);
        faults.keep_busy(18);
        let request = world.request("general", 1);
        let answers = join_all((0..20).map(|_| world.checkout(&request))).await;
        let (served, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status.as_u16() == 201);
        assert_eq!(served.len(), allowed as usize);
        others.into_iter().for_each(|other| {
            limited_for(other);
        });
        assert_eq!(world.stock("general").await, (100 - allowed, allowed, 0));
        world.finish().await;
    }
}

/// A signed-in customer is who the token says, under any address; a guest with that address is another buyer.
#[tokio::test]
async fn a_buyer_is_the_verified_subject_or_else_the_address() {
    let world = limited(0, 1).await;
    let token = world.customer("customer-1");
    let as_customer = |mail: &str| {
        let call = world.post("/v1/checkout").token(&token);
        call.json(&request_of(&world, mail, "general", 1)).send()
    };
    as_customer("one@example.com").await.expect(201);
    limited_for(as_customer("two@example.com").await);
    world.checkout(&request_of(&world, "one@example.com", "general", 1)).await.expect(201);
    let other = world.post("/v1/checkout").token(&world.customer("customer-2"));
    other.json(&request_of(&world, "one@example.com", "general", 1)).await.expect(201);
    world.finish().await;
}

/// One seller's buyers are no other seller's business.
#[tokio::test]
async fn holds_are_counted_for_each_organization() {
    let world = limited(0, 1).await;
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    world.show_of("globex", "globex-gala", json!({ "title": "Gala" })).await.expect(201);
    world.offer_of("globex", "globex-gala", "table", json!({ "capacity": 10 })).await.expect(201);
    world.buy("general", 1).await;
    let mut request = world.request("table", 1);
    request["listing"] = json!("globex-gala");
    world.checkout(&request).await.expect(201);
    limited_for(world.checkout(&request).await);
    world.finish().await;
}

/// What costs nothing is taken for good at once, so it counts for as long as a hold would last, unless it went back.
#[tokio::test]
async fn free_orders_count_too() {
    let world = limited(0, 2).await;
    let first = world.buy("free", 1).await;
    world.buy("free", 2).await;
    let seconds = limited_for(world.checkout(&world.request("free", 1)).await);
    assert!((2_150..=2_160).contains(&seconds), "{seconds}");
    limited_for(world.checkout(&world.request("general", 1)).await);
    assert_eq!(world.stock("free").await, (47, 0, 3));
    world.refund(&first, &json!({})).await.expect(201);
    world.settle().await;
    world.buy("free", 1).await;
    limited_for(world.checkout(&world.request("free", 1)).await);
    world.advance(2_160).await;
    world.buy("free", 1).await;
    world.finish().await;
}

/// The counter is one call more before everything else, and the open holds none: they are read and written with the
/// order. An attempt too many costs that one call.
#[tokio::test]
async fn limits_cost_one_call_more() {
    let faults = Faults::new();
    let world = limited_with(faults.options(), 2, 2).await;
    world.buy("general", 1).await;
    faults.watch();
    world.checkout(&request_of(&world, "grace@example.com", "general", 1)).await.expect(201);
    let named: Vec<_> = faults.calls().into_iter().map(|call| call.operation).collect();
    let placing = ["BatchGetItem", "TransactWriteItems", "POST /v1/checkout/sessions", "UpdateItem"];
    assert_eq!(named, [&["UpdateItem"][..], &placing[..]].concat());
    faults.watch();
    limited_for(world.checkout(&request_of(&world, "ben@example.com", "general", 1)).await);
    assert_eq!(faults.calls().len(), 1);
    assert!(faults.calls().iter().all(|call| call.service == Service::Table));
    world.finish().await;
}

/// Addresses stand in no key, and all that is kept for limits goes by itself.
#[tokio::test]
async fn what_limits_keep_is_anonymous_and_expires() {
    let world = limited(9, 9).await;
    world.post("/v1/checkout").from("203.0.113.9").json(&world.request("general", 1)).await.expect(201);
    let cloud = world.stack.cloud();
    let scan = json!({ "TableName": cloud.table_name() }).to_string();
    let all: Value =
        serde_json::from_slice(cloud.table.answer("DynamoDB_20120810.Scan", scan.as_bytes()).body()).unwrap();
    let of_limits = |item: &&Value| ["holds", "attempts"].contains(&item["entity"]["S"].as_str().unwrap_or_default());
    let items: Vec<_> = all["Items"].as_array().unwrap().iter().filter(of_limits).collect();
    assert_eq!(items.len(), 2);
    for item in &items {
        let text = item.to_string().to_lowercase();
        assert!(!text.contains("ada@") && !text.contains("203.0.113"), "{text}");
        assert!(item["ttl"]["N"].is_string(), "{text}");
    }
    world.finish().await;
}

/// Unless it is set, nothing is limited on this machine.
#[tokio::test]
async fn without_settings_nothing_is_limited() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    for _ in 0..12 {
        world.buy("general", 1).await;
        world.buy("free", 1).await;
    }
    assert!(!faults.calls().iter().any(|call| call.writes_item("ATTEMPTS#") || call.writes_item("HOLDS#")));
    world.finish().await;
}
