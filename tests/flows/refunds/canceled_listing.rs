//! A whole listing is canceled.

use holdfast_tests::{Answer, ORGANIZATION, SHOW, World};
use serde_json::json;

async fn cancel(world: &World, listing: &str) -> Answer {
    world.post(&format!("/v1/organizations/{ORGANIZATION}/listings/{listing}/cancel")).role("admin").await
}

/// Runs the background as time passes.
async fn work(world: &World) {
    for _ in 0..4 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
}

#[tokio::test]
async fn a_canceled_show_gives_every_buyer_their_money_back() {
    let world = World::new().await;
    let paid = world.bought("general", 2).await;
    let pending = world.buy("vip", 1).await;
    let free = world.buy("free", 3).await;
    let answer = cancel(&world, SHOW).await.expect(202);
    assert_eq!(answer["published"], false);

    // The sale is closed at once.
    let before = world.dump().await;
    world.checkout(&world.request("general", 1)).await.refused(400, "listing_unavailable");
    world.unchanged_since(&before).await;
    world.get(&format!("/v1/listings/{SHOW}")).await.refused(404, "not_found");

    work(&world).await;
    assert_eq!(world.order(&paid).await["status"], "refunded");
    assert_eq!(world.order(&pending).await["status"], "canceled");
    assert_eq!(world.order(&free).await["status"], "refunded");
    assert_eq!(world.session(&pending)["status"], "expired");
    world.pay_with(&pending.session, "pm_card_visa").expect_err("its session was ended");
    let balance = world.stack.stripe().balance("order_id", &paid.id);
    assert_eq!((balance.captured, balance.refunded), (5_484, 5_484));
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert_eq!(world.stock("vip").await, (10, 0, 0));
    assert_eq!(world.stock("free").await, (50, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn canceling_twice_is_the_same_as_once() {
    let world = World::new().await;
    let paid = world.bought("general", 1).await;
    cancel(&world, SHOW).await.expect(202);
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    assert_eq!(world.refunds(&paid).await.len(), 1);
    assert_eq!(world.order(&paid).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn what_is_canceled_stays_so() {
    let world = World::new().await;
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    let before = world.dump().await;
    world.show(SHOW, json!({})).await.refused(409, "illegal_state");
    world.offer_with("general", json!({})).await.refused(409, "illegal_state");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn an_order_of_several_listings_gets_back_what_was_for_the_one() {
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
    cancel(&world, "winter-show").await.expect(202);
    work(&world).await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "paid");
    assert_eq!(now["refunded"], "20.00");
    assert_eq!(now["lines"][0]["refunded_quantity"], 0);
    assert_eq!(now["lines"][1]["refunded_quantity"], 2);
    assert_eq!(world.stock("general").await, (99, 0, 1));
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(now["refunded"], now["total"]);
    world.finish().await;
}

#[tokio::test]
async fn a_payment_made_while_the_show_is_canceled_goes_back() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    cancel(&world, SHOW).await.expect(202);
    // The buyer is faster than the background.
    world.pay(&order);
    work(&world).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
    work(&world).await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn a_payment_that_settles_after_the_show_was_canceled_goes_back() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    if world.object(&intent)["status"] == "processing" {
        world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    }
    world.settle().await;
    work(&world).await;
    let now = world.order(&order).await;
    assert!(["refunded", "canceled"].contains(&now["status"].as_str().unwrap()), "{now}");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn earlier_refunds_are_taken_into_account() {
    let world = World::new().await;
    let order = world.bought("general", 3).await;
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.settle().await;
    cancel(&world, SHOW).await.expect(202);
    work(&world).await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(now["refunded"], now["total"]);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn canceling_is_for_the_organizations_admin() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    let before = world.dump().await;
    world.post(&path).await.refused(401, "unauthenticated");
    world.post(&path).role("staff").await.refused(403, "forbidden");
    world.post(&path).token(&world.token("admin", Some("globex"))).await.refused(403, "forbidden");
    let none = format!("/v1/organizations/{ORGANIZATION}/listings/no-show/cancel");
    world.post(&none).role("admin").await.refused(404, "not_found");
    world.unchanged_since(&before).await;
}
