//! A buyer comes back from Stripe's page.

use holdfast_tests::{Bought, World};
use serde_json::json;

#[tokio::test]
async fn coming_back_settles_without_any_webhook() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let answer = world.get(&world.way_back(&order)).header("accept", "application/json").await.expect(200);
    assert_eq!(answer["id"], order.id.as_str());
    assert_eq!(answer["status"], "paid");
    assert_eq!(answer["tickets"].as_array().unwrap().len(), 1);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn coming_back_again_changes_nothing() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    assert_eq!(world.get(&world.way_back(&order)).await.status.as_u16(), 303);
    world.settle().await;
    let (before, seen) = (world.dump().await, world.order(&order).await);
    for _ in 0..3 {
        let again = world.get(&world.way_back(&order)).await;
        assert_eq!(again.status.as_u16(), 303);
        assert!(again.header("location").contains(&format!("/orders/{}", order.id)));
    }
    world.settle().await;
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await, seen);
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn the_webhook_may_be_first() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let before = world.dump().await;
    assert_eq!(world.get(&world.way_back(&order)).await.status.as_u16(), 303);
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn callback_and_webhooks_at_the_same_moment_fulfil_once() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    for round in 0..5 {
        let order = world.buy("general", 2).await;
        world.pay(&order);
        let own = |kind: &str| world.events(kind).pop().unwrap();
        let events = [own("checkout.session.completed"), own("payment_intent.succeeded"), own("charge.succeeded")];
        let back = world.way_back(&order);
        let (first, second, a, b, c) = tokio::join!(
            world.get(&back).send(),
            world.get(&back).send(),
            world.event(&events[0]),
            world.event(&events[1]),
            world.event(&events[2]),
        );
        for answer in [first, second, a, b, c] {
            assert!(answer.status.as_u16() < 400, "{}", answer.text);
        }
        let paid = world.order(&order).await;
        assert_eq!(paid["status"], "paid");
        assert_eq!(paid["tickets"].as_array().unwrap().len(), 2);
        world.settle().await;
        assert_eq!(world.stack.mails().len(), round + 1);
    }
    world.finish().await;
}

#[tokio::test]
async fn coming_back_without_paying_shows_the_order_as_it_is() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let before = world.dump().await;
    let answer = world.get(&world.way_back(&order)).header("accept", "application/json").await.expect(200);
    assert_eq!(answer["status"], "pending");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn going_back_and_buying_again_with_the_same_key_charges_once() {
    let world = World::new().await;
    let request = world.request("general", 1);
    let first = Bought::of(world.post("/v1/checkout").key("cart-1").json(&request).await.expect(201));
    world.pay(&first);
    world.settle().await;
    let again = Bought::of(world.post("/v1/checkout").key("cart-1").json(&request).await.expect(201));
    assert_eq!(again.id, first.id);
    assert_eq!(again.json["order"]["status"], "paid");
    assert_eq!(again.url, None);
    assert_eq!(world.stack.stripe().objects("checkout.session").len(), 1);
    assert_eq!(world.stack.stripe().balance("order_id", &first.id).charges, 1);
    world.pay_with(&first.session, "pm_card_visa").expect_err("a session is paid once");
    world.finish().await;
}

/// The order and what proves it, as the address has them.
fn proof(world: &World, order: &Bought) -> String {
    let back = world.way_back(order);
    back[back.find("&order=").expect("the order is in it")..].to_owned()
}

#[tokio::test]
async fn without_its_proof_an_address_leads_nowhere_and_stripe_is_not_called() {
    let world = World::new().await;
    let (order, other) = (world.bought("general", 1).await, world.buy("general", 1).await);
    let free = world.buy("free", 1).await;
    let (good, others) = (proof(&world, &order), proof(&world, &other));
    let mac = good.split_once("&mac=").unwrap().1.to_owned();
    let others_mac = others.split_once("&mac=").unwrap().1.to_owned();
    let before = world.dump().await;
    world.stack.stripe().forget_calls();
    let (id, session) = (&order.id, &order.session);
    for query in [
        String::new(),
        format!("session_id={session}"),
        "session_id=cs_test_invented".to_owned(),
        format!("session_id={session}&order={id}"),
        format!("session_id={session}&order={id}&mac="),
        format!("session_id={session}&mac={mac}"),
        format!("session_id={session}&order=&mac={mac}"),
        format!("session_id={session}&order={id}&mac={others_mac}"),
        format!("session_id={session}&order={id}&mac={}", mac.to_lowercase()),
        format!("session_id={session}&order={id}&mac={}", &mac[1..]),
        format!("session_id={session}&order={id}&mac={mac}A"),
        format!("session_id={session}&order={id}&mac={}", order.token),
        format!("session_id={session}&order=ord_none&mac={mac}"),
        format!("session_id={session}&order=..%2f..&mac={mac}"),
        format!("session_id=FREE-{}&order={}&mac={mac}", free.id, free.id),
        format!("session_id=FREE-{}", free.id),
    ] {
        for route in ["success", "return"] {
            if route == "return" && query.contains("session_id") {
                continue;
            }
            world.get(&format!("/v1/checkout/{route}?{query}")).await.refused(404, "not_found");
        }
    }
    for query in [format!("order={id}&mac={others_mac}"), format!("order={id}"), "order=ord_1&mac=A".to_owned()] {
        world.get(&format!("/v1/checkout/return?{query}")).await.refused(404, "not_found");
    }
    assert_eq!(world.stack.stripe().calls(), [], "nothing was asked of Stripe");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn a_session_of_something_else_opens_and_settles_nothing() {
    let world = World::new().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let (order, other) = (world.buy("general", 1).await, world.buy("general", 1).await);
    let own = proof(&world, &order);
    world.pay(&other);
    let before = world.dump().await;
    for session in [other.session.as_str(), "cs_test_none", "x", "", "FREE-", "..%2f..", "cs_test_a%2Fexpire"] {
        let answer = world.get(&format!("/v1/checkout/success?session_id={session}{own}")).await;
        answer.refused(404, "not_found");
    }
    let free = format!("/v1/checkout/success?session_id=FREE-{}{own}", order.id);
    world.get(&free).await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&other).await["status"], "pending", "the other order was not settled by it");
    let back = world.get(&world.way_back(&other)).header("accept", "application/json").await.expect(200);
    assert_eq!((&back["id"], &back["status"]), (&json!(other.id), &json!("paid")));
    world.finish().await;
}

#[tokio::test]
async fn the_token_never_travels_through_stripe_nor_a_referrer() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    for call in world.stack.stripe().calls() {
        assert!(!call.form.contains(&order.token) && !call.form.contains("token"), "{}", call.form);
    }
    let session = world.session(&order);
    assert!(!session.to_string().contains(&order.token), "{session}");
    // A buyer who cancels on Stripe's page comes back the same way.
    let cancel = session["cancel_url"].as_str().unwrap();
    let path = &cancel[cancel.find("/v1/").unwrap()..];
    world.stack.stripe().forget_calls();
    let unpaid = world.get(path).await;
    assert_eq!(world.stack.stripe().calls(), []);
    world.pay(&order);
    let paid = world.get(&world.way_back(&order)).await;
    let lost = world.get("/v1/checkout/success?session_id=x").await;
    for answer in [&unpaid, &paid] {
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
        let page = format!("/orders/{}?token={}", order.id, order.token);
        assert!(answer.header("location").ends_with(&page), "{}", answer.header("location"));
        assert!(!answer.text.contains(&order.token));
    }
    for answer in [&unpaid, &paid, &lost] {
        assert_eq!((answer.header("referrer-policy"), answer.header("cache-control")), ("no-referrer", "no-store"));
    }
    let location = paid.header("location");
    let page = world.get(&location[location.find("/orders/").unwrap()..]).await;
    // The token leaves the address at once, and no page is shown under an address that has it.
    assert_eq!((page.status.as_u16(), page.header("referrer-policy")), (303, "no-referrer"));
    assert_eq!(page.header("location"), format!("/orders/{}", order.id));
    assert_eq!(page.header("cache-control"), "private, no-store");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn coming_back_to_a_paid_order_asks_nothing_of_stripe() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.stack.stripe().forget_calls();
    for _ in 0..3 {
        assert_eq!(world.get(&world.way_back(&order)).await.status.as_u16(), 303);
    }
    assert_eq!(world.stack.stripe().calls(), []);
    world.finish().await;
}

#[tokio::test]
async fn stripe_being_down_is_said_and_the_webhook_still_works() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let fault =
        json!({ "calls": [{ "method": "GET", "path": "/v1/checkout/sessions", "fault": "refuse", "times": 50 }] });
    world.at_stripe("faults", &fault).await;
    let answer = world.get(&world.way_back(&order)).await.refused(503, "payment_unavailable");
    assert!(!answer.header("retry-after").is_empty());
    world.stack.stripe().clear_faults();
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}
