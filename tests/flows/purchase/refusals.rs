//! What cannot be bought. Every refusal has its status, code and sentence, and leaves no trace.

use holdfast_tests::{Answer, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

/// Sends a purchase that must be turned down with nothing changed.
async fn refused(world: &World, request: &Value, code: &str) -> Answer {
    let before = world.dump().await;
    let answer = world.checkout(request).await.refused(400, code);
    world.unchanged_since(&before).await;
    answer
}

#[tokio::test]
async fn more_than_there_is_cannot_be_bought() {
    let world = World::new().await;
    world.offer("last", "25.00", 1).await;
    let answer = refused(&world, &world.request("last", 2), "insufficient_stock").await;
    answer.explains("Last is not available in that quantity: only 1 left").at("items[0].quantity");
    assert_eq!(world.stock("last").await, (1, 0, 0));
    assert!(world.stack.stripe().calls().is_empty());
    world.buy("last", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn what_is_sold_out_cannot_be_bought() {
    let world = World::new().await;
    world.offer("few", "25.00", 2).await;
    world.bought("few", 2).await;
    let answer = refused(&world, &world.request("few", 1), "insufficient_stock").await;
    answer.explains("Few is not available: sold out").at("items[0].quantity");
    assert_eq!(world.stock("few").await, (0, 0, 2));
    // Other kinds of tickets are there all the same.
    world.buy("vip", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn what_is_held_cannot_be_bought() {
    let world = World::new().await;
    world.offer("one", "25.00", 1).await;
    let first = world.buy("one", 1).await;
    refused(&world, &world.request("one", 1), "insufficient_stock").await;
    world.pay(&first);
    world.settle().await;
    assert_eq!(world.order(&first).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn one_line_that_cannot_be_had_fails_the_whole_order() {
    let world = World::new().await;
    world.offer("last", "25.00", 1).await;
    let answer = refused(&world, &world.request_for(&[("general", 2), ("last", 2)]), "insufficient_stock").await;
    answer.at("items[1].quantity");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    // Two lines of one offer together ask for too much.
    refused(&world, &world.request_for(&[("last", 1), ("last", 1)]), "insufficient_stock").await;
    // And a wrong name in one line is the end of all of it.
    let before = world.dump().await;
    let request = world.request_for(&[("general", 2), ("nothing", 1)]);
    world.checkout(&request).await.refused(404, "not_found").explains("There is no such offer").at("items[1].offer");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn an_order_has_at_most_ten_tickets() {
    let world = World::new().await;
    let answer = refused(&world, &world.request("general", 11), "quantity_limit").await;
    answer.explains("Maximum 10 tickets per order").at("items");
    refused(&world, &world.request_for(&[("general", 6), ("vip", 5)]), "quantity_limit").await;
    refused(&world, &world.request("general", 4_000_000_000), "quantity_limit").await;
    world.buy("general", 10).await;
    world.finish().await;
}

#[tokio::test]
async fn an_order_has_a_largest_amount() {
    let world = World::new().await;
    world.offer("gold", "2500.00", 10).await;
    let answer = refused(&world, &world.request("gold", 2), "amount_limit").await;
    answer.explains("Order total exceeds maximum amount of $5000");
    world.buy("gold", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn an_order_below_stripes_minimum_is_refused() {
    let world = World::new().await;
    let fees = json!({ "platform_fee_per_ticket": "0", "processing_fixed": "0", "processing_percent": "0" });
    world.organization(ORGANIZATION, fees).await.expect(200);
    world.offer("dime", "0.10", 100).await;
    let answer = refused(&world, &world.request("dime", 4), "amount_limit").await;
    answer.explains("Order total is below the minimum charge of $0.50");
    world.bought("dime", 5).await;
    world.finish().await;
}

#[tokio::test]
async fn donations_have_a_least_and_a_largest_amount() {
    let world = World::new().await;
    world.offer_with("support", json!({ "price": "10.00", "donation": true })).await.expect(201);
    let request = |donation: &str| {
        let mut request = world.request("support", 1);
        request["items"][0]["donation"] = json!(donation);
        request
    };
    for less in ["5", "9.99", "0"] {
        let answer = refused(&world, &request(less), "donation_too_low").await;
        answer.explains("Donation amount must be at least $10").at("items[0].donation");
    }
    for more in ["1001", "1000.01"] {
        let answer = refused(&world, &request(more), "donation_too_high").await;
        answer.explains("Donation amount must be at most $1000").at("items[0].donation");
    }
    world.finish().await;
}

#[tokio::test]
async fn tickets_with_a_price_take_no_donation() {
    let world = World::new().await;
    let mut request = world.request_for(&[("vip", 1), ("general", 1)]);
    request["items"][1]["donation"] = json!("100");
    let answer = refused(&world, &request, "donation_not_allowed").await;
    answer.explains("Additional donations not allowed for non-donation ticket").at("items[1].donation");
    world.finish().await;
}

#[tokio::test]
async fn a_show_that_is_not_published_cannot_be_bought() {
    let world = World::new().await;
    world.show(SHOW, json!({ "published": false })).await.expect(200);
    let answer = refused(&world, &world.request("general", 1), "listing_unavailable").await;
    answer.explains("This show is not currently available");
    refused(&world, &world.request("free", 1), "listing_unavailable").await;
    world.show(SHOW, json!({ "published": true })).await.expect(200);
    world.buy("general", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn a_show_taken_from_sale_between_reading_and_buying_is_refused() {
    let world = World::new().await;
    world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    let first = world.buy("general", 1).await;
    world.show(SHOW, json!({ "published": false })).await.expect(200);
    let answer = refused(&world, &world.request("general", 1), "listing_unavailable").await;
    answer.explains("This show is not currently available");
    // Who was on Stripe's page already keeps the hold and may pay.
    world.pay(&first);
    world.settle().await;
    assert_eq!(world.order(&first).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn a_show_of_the_past_cannot_be_bought() {
    let world = World::new().await;
    world.advance(31 * 24 * 3_600).await;
    let answer = refused(&world, &world.request("general", 1), "listing_ended").await;
    answer.explains("This show has already occurred");
    refused(&world, &world.request("free", 1), "listing_ended").await;
    world.finish().await;
}

#[tokio::test]
async fn a_show_is_over_at_its_end_and_not_before() {
    let world = World::new().await;
    let (start, end) = (world.from_now(60), world.from_now(3_600));
    world.show(SHOW, json!({ "starts_at": start, "ends_at": end })).await.expect(200);
    world.advance(3_500).await;
    world.buy("free", 1).await;
    world.advance(101).await;
    refused(&world, &world.request("free", 1), "listing_ended").await;
    world.finish().await;
}

#[tokio::test]
async fn without_a_stripe_account_only_free_tickets_sell() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "stripe_account_id": null })).await.expect(200);
    let answer = refused(&world, &world.request("general", 1), "payments_not_configured").await;
    answer.explains("Producer payment details not configured");
    refused(&world, &world.request_for(&[("free", 1), ("general", 1)]), "payments_not_configured").await;
    assert_eq!(world.buy("free", 1).await.json["order"]["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn unknown_listings_and_offers_are_not_found() {
    let world = World::new().await;
    let before = world.dump().await;
    let mut request = world.request("general", 1);
    request["listing"] = json!("no-such-show");
    world.checkout(&request).await.refused(404, "not_found").explains("There is no such listing").at("listing");
    let request = world.request("no-such-offer", 1);
    world.checkout(&request).await.refused(404, "not_found").explains("There is no such offer").at("items[0].offer");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn an_offer_that_was_deleted_cannot_be_bought() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/vip");
    let deleted = world.delete(&path).role("admin").await;
    assert_eq!(deleted.status.as_u16(), 204);
    let before = world.dump().await;
    let by_id = world.checkout(&world.request("vip", 1)).await;
    assert!(by_id.status.is_client_error(), "{}", by_id.text);
    by_id.refused(400, "listing_unavailable");
    world.checkout(&world.request("Vip", 1)).await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn an_order_is_of_one_organization() {
    let world = World::new().await;
    world.organization("globex", json!({})).await.expect(201);
    world.show_of("globex", "globex-gala", json!({})).await.expect(201);
    world.offer_of("globex", "globex-gala", "table", json!({})).await.expect(201);
    let request = json!({
        "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "items": [
            { "listing": SHOW, "offer": "general", "quantity": 1 },
            { "listing": "globex-gala", "offer": "table", "quantity": 1 },
        ],
    });
    let answer = refused(&world, &request, "invalid_request").await;
    answer.explains("All items of an order must be of one organization").at("items[1].listing");
    world.finish().await;
}

#[tokio::test]
async fn pages_to_return_to_lie_in_allowed_origins() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "allowed_origins": ["https://shop.example"] })).await.expect(200);
    for bad in [
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "http://shop.example/",
        "https://shop.example:444/",
        "https://shop.example@evil.example/",
        "https://user:pass@shop.example/",
        "javascript:alert(1)",
        "//shop.example/",
        "/thanks",
        "",
        "data:text/html,x",
    ] {
        for field in ["success_url", "cancel_url"] {
            let mut request = world.request("general", 1);
            request[field] = json!(bad);
            refused(&world, &request, "invalid_request").await.at(field);
        }
    }
    world.finish().await;
}

#[tokio::test]
async fn orders_have_at_most_ten_lines() {
    let world = World::new().await;
    let names: Vec<_> = (0..11).map(|n| format!("kind-{n}")).collect();
    for name in &names {
        world.offer(name, "1.00", 10).await;
    }
    let items: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let changes = json!({ "max_tickets_per_order": 30 });
    world.organization(ORGANIZATION, changes).await.expect(200);
    refused(&world, &world.request_for(&items), "invalid_request").await.at("items");
    world.buy_with(&world.request_for(&items[..10])).await;
    world.finish().await;
}

/// A wire on which Stripe takes no session, for a reason that a repeat will not cure.
#[derive(Debug)]
struct NoSessions(runtime::SharedWire);

impl runtime::Wire for NoSessions {
    fn send(&self, request: http::Request<bytes::Bytes>) -> runtime::WireFuture {
        if request.method() != http::Method::POST || request.uri().path() != "/v1/checkout/sessions" {
            return self.0.send(request);
        }
        let error =
            json!({ "type": "invalid_request_error", "code": "account_invalid", "message": "No such account." });
        let body = json!({ "error": error }).to_string();
        let answer = http::Response::builder().status(400).header("content-type", "application/json");
        let answer = answer.body(bytes::Bytes::from(body)).unwrap();
        Box::pin(async { Ok(answer) })
    }
}

#[tokio::test]
async fn stripe_refusing_the_session_leaves_nothing_held() {
    let wrap: local::Wrap = std::sync::Arc::new(|wire| std::sync::Arc::new(NoSessions(wire)));
    let world = World::with(local::Options { wrap: Some(wrap), ..local::Options::default() }).await;
    world.promo("ONCE", "0.50", Some(1)).await;
    let mut request = world.request("general", 2);
    request["promo_code"] = json!("ONCE");
    let send = async || world.post("/v1/checkout").key("k-1").json(&request).await;
    let answer = send().await.refused(400, "payments_not_configured");
    assert!(!answer.text.contains("account_invalid"), "Stripe's reasons are ours to know: {}", answer.text);
    assert_eq!(answer.json["order"]["status"], "failed");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    let all = world.everything().await;
    assert_eq!((all.orders.len(), all.promos[0].uses), (1, 0));
    // Its key remembers it.
    assert_eq!(send().await.json["order"]["id"], answer.json["order"]["id"]);
    world.finish().await;
}
