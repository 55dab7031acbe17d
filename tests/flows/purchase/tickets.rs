//! A buyer orders, pays and gets tickets.

use std::collections::HashSet;

use holdfast_tests::{ORGANIZATION, SHOW, World, steady};
use serde_json::{Value, json};

fn codes(order: &Value) -> HashSet<String> {
    let tickets = order["tickets"].as_array().unwrap();
    tickets.iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_ticket_is_bought_end_to_end() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;

    let placed = &order.json["order"];
    insta::assert_json_snapshot!("an_order_that_waits_for_its_payment", steady(placed));
    assert_eq!(world.stock("general").await, (99, 1, 0));
    let session = world.session(&order);
    assert_eq!(session["status"], "open");
    assert_eq!(session["client_reference_id"], order.id.as_str());
    assert_eq!(order.url.as_deref(), session["url"].as_str());

    world.pay(&order);
    let back = world.get(&world.way_back(&order)).await;
    assert_eq!(back.status.as_u16(), 303, "{}", back.text);
    assert!(back.header("location").contains(&format!("/orders/{}?token={}", order.id, order.token)));

    let paid = world.order(&order).await;
    insta::assert_json_snapshot!("a_paid_order", steady(&paid));
    assert_eq!(paid["payment"]["session_id"], order.session.as_str());
    assert_eq!(codes(&paid).len(), 1);
    assert_eq!(world.stock("general").await, (99, 0, 1));

    world.settle().await;
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].to, "ada@example.com");
    assert_eq!(mails[0].subject, "Your order for Summer Show is confirmed");
    assert!(mails[0].text.contains(paid["tickets"][0]["code"].as_str().unwrap()));
    world.finish().await;
}

#[tokio::test]
async fn two_kinds_of_tickets_are_bought_in_one_order() {
    let world = World::new().await;
    let order = world.bought_with(&world.request_for(&[("general", 2), ("vip", 2)])).await;
    let paid = world.order(&order).await;
    assert_eq!(codes(&paid).len(), 4);
    let of = |line: &str| paid["tickets"].as_array().unwrap().iter().filter(|ticket| ticket["line"] == line).count();
    assert_eq!((of("l1"), of("l2")), (2, 2));
    assert_eq!(world.stock("general").await, (98, 0, 2));
    assert_eq!(world.stock("vip").await, (8, 0, 2));
    // 170.00 and 4 x 1.50; (176.00 x 0.029) + 0.30 is 5.404.
    assert_eq!(paid["subtotal"], "170.00");
    assert_eq!(paid["platform_fees"], "6.00");
    assert_eq!(paid["processing_fees"], "5.40");
    assert_eq!(paid["total"], "181.40");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).captured, 18_140);
    world.finish().await;
}

#[tokio::test]
async fn free_tickets_never_reach_stripe() {
    let world = World::new().await;
    let order = world.buy("free", 2).await;
    let placed = &order.json["order"];
    assert_eq!(order.session, format!("FREE-{}", order.id));
    assert_eq!(order.url, None);
    assert_eq!(placed["status"], "paid");
    assert_eq!(placed["payment"]["mode"], "free");
    for fee in ["platform_fees", "processing_fees", "total"] {
        assert_eq!(placed[fee], "0.00", "{fee}");
    }
    assert_eq!(codes(placed).len(), 2);
    assert_eq!(world.stock("free").await, (48, 0, 2));
    world.settle().await;
    assert_eq!(world.mail()["ada@example.com"], ["Your order for Summer Show is confirmed"]);
    assert!(world.stack.stripe().calls().is_empty());

    // There is no way back from a page that never was: the session's id alone opens nothing.
    let back = world.get(&format!("/v1/checkout/success?session_id=FREE-{0}&order={0}", order.id)).await;
    back.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn free_and_paid_tickets_go_together() {
    let world = World::new().await;
    let order = world.bought_with(&world.request_for(&[("general", 1), ("free", 1)])).await;
    let paid = world.order(&order).await;
    // Fees are for each ticket of an order that costs something.
    assert_eq!(paid["subtotal"], "25.00");
    assert_eq!(paid["platform_fees"], "3.00");
    assert_eq!(codes(&paid).len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn an_offer_is_found_by_its_name_in_any_case() {
    let world = World::new().await;
    world.offer_with("early", json!({ "name": "Early Bird", "price": "20.00" })).await.expect(201);
    for name in ["early", "Early Bird", "EARLY BIRD", "early bird", "  early bird "] {
        let order = world.buy(name, 1).await;
        assert_eq!(order.json["order"]["lines"][0]["offer"], "early", "{name}");
        assert_eq!(order.json["order"]["lines"][0]["name"], "Early Bird");
        assert_eq!(order.json["order"]["lines"][0]["unit_price"], "20.00");
    }
    world.finish().await;
}

#[tokio::test]
async fn items_may_come_from_several_listings_of_one_organization() {
    let world = World::new().await;
    world.show("winter-show", json!({ "title": "Winter Show" })).await.expect(201);
    world.offer_of(ORGANIZATION, "winter-show", "balcony", json!({ "price": "10.00" })).await.expect(201);
    let order = world
        .bought_with(&json!({
            "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "items": [
                { "listing": SHOW, "offer": "general", "quantity": 1 },
                { "listing": "winter-show", "offer": "balcony", "quantity": 2 },
            ],
        }))
        .await;
    let paid = world.order(&order).await;
    assert_eq!(paid["lines"][0]["listing"], SHOW);
    assert_eq!(paid["lines"][1]["listing"], "winter-show");
    assert_eq!(paid["total"], "51.24");
    assert_eq!(world.stock_of("winter-show", "balcony").await, (98, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn a_quantity_of_zero_skips_its_item() {
    let world = World::new().await;
    let order = world.buy_with(&world.request_for(&[("general", 1), ("vip", 0)])).await;
    assert_eq!(order.json["order"]["lines"].as_array().unwrap().len(), 1);
    assert_eq!(world.stock("vip").await, (10, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn the_same_offer_twice_in_one_order_is_two_lines() {
    let world = World::new().await;
    let order = world.bought_with(&world.request_for(&[("general", 1), ("general", 2)])).await;
    assert_eq!(codes(&world.order(&order).await).len(), 3);
    assert_eq!(world.stock("general").await, (97, 0, 3));
    world.finish().await;
}

#[tokio::test]
async fn unlimited_offers_never_run_out() {
    let world = World::new().await;
    world.offer_with("stream", json!({ "price": "5.00", "capacity": null })).await.expect(201);
    for _ in 0..3 {
        world.bought("stream", 10).await;
    }
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    let stream = listing["offers"].as_array().unwrap().iter().find(|offer| offer["id"] == "stream").unwrap().clone();
    assert_eq!(stream["available"], Value::Null);
    world.finish().await;
}

#[tokio::test]
async fn sharded_stock_sells_to_the_last_ticket() {
    let world = World::new().await;
    world.offer_with("hall", json!({ "price": "0.00", "capacity": 23, "shards": 7 })).await.expect(201);
    for _ in 0..5 {
        world.buy("hall", 4).await;
    }
    assert_eq!(world.stock("hall").await, (3, 0, 20));
    let before = world.dump().await;
    world.checkout(&world.request("hall", 4)).await.refused(400, "insufficient_stock");
    world.unchanged_since(&before).await;
    world.buy("hall", 3).await;
    assert_eq!(world.stock("hall").await, (0, 0, 23));
    world.finish().await;
}

#[tokio::test]
async fn a_signed_in_customer_needs_no_order_token() {
    let world = World::new().await;
    let token = world.customer("customer-1");
    let answer = world.post("/v1/checkout").token(&token).json(&world.request("general", 1)).await.expect(201);
    let path = format!("/v1/orders/{}", answer["order"]["id"].as_str().unwrap());
    world.get(&path).token(&token).await.expect(200);
    world.get(&path).token(&world.customer("customer-2")).await.refused(404, "not_found");
    world.get(&path).await.refused(401, "unauthenticated");
    world.finish().await;
}

#[tokio::test]
async fn the_buyer_returns_to_pages_of_the_organization() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "allowed_origins": ["https://shop.example"] })).await.expect(200);
    let mut request = world.request("general", 1);
    request["success_url"] = json!("https://shop.example/thanks?from=stripe");
    request["cancel_url"] = json!("https://shop.example/cart");
    let order = world.buy_with(&request).await;
    assert_eq!(world.session(&order)["cancel_url"], "https://shop.example/cart");
    world.pay(&order);
    let back = world.get(&world.way_back(&order)).await;
    assert_eq!(back.header("location"), format!("https://shop.example/thanks?from=stripe&order={}", order.id));
    world.finish().await;
}

#[tokio::test]
async fn what_stripe_gets_of_an_order() {
    let world = World::new().await;
    let order = world.bought_with(&world.request_for(&[("general", 2), ("vip", 1)])).await;
    // The transfer's label is the worker's, to whom the sweeper hands it.
    world.advance(1).await;
    world.sweep().await;
    world.settle().await;
    let session = world.session(&order);
    let charge = world.charge(&order);
    let transfer = world.object(charge["transfer"].as_str().expect("the organization's share"));
    let intent = world.object(session["payment_intent"].as_str().unwrap());
    for object in [&session, &intent, &transfer] {
        insta::assert_json_snapshot!("the_metadata_of_an_order", steady(&object["metadata"]));
        assert_eq!(object["metadata"]["order_id"], order.id.as_str());
    }
    assert_eq!(transfer["description"], format!("Order {}: 3 x Summer Show", order.id));
    assert_eq!(transfer["destination"], "acct_acme");
    assert_eq!(intent["transfer_data"]["destination"], "acct_acme");
    // 110.00, 4.50 and (114.50 x 0.029) + 0.30 = 3.62: the fees stay with the platform.
    assert_eq!(intent["application_fee_amount"], 812);
    world.finish().await;
}
