//! One order that several requests settle or refund at the same moment.

use std::time::Duration;

use futures::future::join_all;
use holdfast_tests::{ORGANIZATION, SHOW};
use serde_json::json;
use tokio::task::JoinSet;

use super::concurrency::slow_world;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refunds_at_once_never_exceed_the_payment() {
    let (world, _) = slow_world().await;
    let order = world.bought("general", 4).await;
    let line = world.order(&order).await["lines"][0]["id"].clone();
    let asks = (0..10).map(|n| match n % 3 {
        0 => json!({ "items": [{ "line": line, "quantity": 2 }] }),
        1 => json!({ "amount": "40.00" }),
        _ => json!({}),
    });
    let mut staff = JoinSet::new();
    for ask in asks {
        let (world, order) = (world.clone(), order.clone());
        staff.spawn(async move { world.refund(&order, &ask).await });
    }
    let answers = staff.join_all().await;
    assert!(answers.iter().any(|answer| answer.status.as_u16() == 201));
    for answer in &answers {
        let code = answer.json["code"].as_str().unwrap_or_default();
        let refused = answer.status.as_u16() == 400 && ["exceeds_captured", "exceeds_purchased"].contains(&code);
        assert!(answer.status.as_u16() == 201 || refused, "{}", answer.text);
    }
    world.settle().await;
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert!(balance.refunded <= balance.captured, "{balance:?}");
    let rest = world.refund(&order, &json!({})).await.status.as_u16();
    assert!([201, 400].contains(&rest));
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_refund_from_many_tabs_is_one() {
    let (world, _) = slow_world().await;
    let order = world.bought("general", 4).await;
    let mut staff = JoinSet::new();
    for _ in 0..10 {
        let (world, order) = (world.clone(), order.clone());
        staff.spawn(async move {
            let path = format!("/v1/orders/{}/refunds", order.id);
            world.post(&path).role("staff").key("once").json(&json!({ "amount": "10.00" })).await.expect(201)
        });
    }
    let refunds = staff.join_all().await;
    assert!(refunds.iter().all(|refund| refund["id"] == refunds[0]["id"]));
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).refunded, 1_000);
    world.finish().await;
}

/// The first request settles; the others find it done.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn webhook_callback_and_sweeper_settle_once() {
    let (world, _) = slow_world().await;
    for round in 0..8 {
        let order = world.buy("general", 1).await;
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        // The hold runs out in the moment of paying: the page ends a minute before it.
        world.advance(2_070).await;
        world.pay(&order);
        let events: Vec<_> = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
            .into_iter()
            .filter_map(|kind| world.events(kind).pop())
            .collect();
        world.advance(100).await;
        let mut hands = JoinSet::new();
        for event in events.iter().chain(&events) {
            let (world, event) = (world.clone(), event.clone());
            hands.spawn(async move { world.event(&event).await.status.as_u16() });
        }
        for _ in 0..3 {
            let (sweeper, buyer, path) = (world.clone(), world.clone(), world.way_back(&order));
            hands.spawn(async move {
                sweeper.sweep().await;
                200
            });
            hands.spawn(async move { buyer.get(&path).header("accept", "application/json").await.status.as_u16() });
        }
        let statuses = hands.join_all().await;
        assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.stack.stripe().release_webhooks(true);
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "paid", "round {round}");
    }
    assert_eq!(world.stock("general").await, (92, 0, 8));
    assert_eq!(world.mail()["ada@example.com"].len(), 8);
    world.finish().await;
}

/// A buyer pays in the moment in which the sweeper ends the page: either the money came and the order is paid, or it
/// did not and the stock is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paying_races_with_letting_go() {
    let (world, _) = slow_world().await;
    let token = world.token("admin", Some(ORGANIZATION));
    let mut orders = Vec::new();
    for _ in 0..30 {
        orders.push(world.buy("general", 1).await);
    }
    // Canceling the show ends all open pages at once, while they are being paid.
    let cancel = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&cancel).token(&token).await.expect(202);
    let mut hands = JoinSet::new();
    for (n, order) in orders.iter().cloned().enumerate() {
        let world = world.clone();
        hands.spawn(async move {
            tokio::time::sleep(Duration::from_millis((n as u64) * 3)).await;
            let _taken = world.pay_with(&order.session, "pm_card_visa");
        });
    }
    for _ in 0..3 {
        let world = world.clone();
        hands.spawn(async move {
            world.sweep().await;
        });
    }
    hands.join_all().await;
    for _ in 0..6 {
        world.settle().await;
        world.advance(70).await;
        world.sweep().await;
    }
    assert_eq!(world.stock("general").await, (100, 0, 0));
    for order in &orders {
        let status = world.order(order).await["status"].clone();
        assert!(status == "refunded" || status == "canceled", "{status}");
        assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    }
    world.finish().await;
}

/// Any number of sweepers may run at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sweepers_at_once_do_each_thing_once() {
    let (world, _) = slow_world().await;
    let mut paid = Vec::new();
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    for n in 0..20 {
        let order = world.buy("general", 1).await;
        if n % 2 == 0 {
            world.pay(&order);
            paid.push(order);
        }
    }
    world.advance(2_300).await;
    let reports = join_all((0..4).map(|_| world.sweep())).await;
    let taken: u32 = reports.iter().map(|report| report.orders).sum();
    assert_eq!(taken, 20, "of four sweepers one has the lease: {reports:?}");
    // Claims of sweepers that lost a race run out.
    world.advance(70).await;
    join_all((0..4).map(|_| world.sweep())).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.settle().await;
    assert_eq!(world.stock("general").await, (90, 0, 10));
    for order in &paid {
        assert_eq!(world.order(order).await["status"], "paid");
    }
    assert_eq!(world.mail()["ada@example.com"].len(), 10);
    world.finish().await;
}
