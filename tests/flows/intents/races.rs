//! Two or three at the same moment: for the last unit, for the same order, for the same money.

use std::sync::Arc;

use holdfast_tests::{Answer, Bought, CRAFTS, INTENT_HOLD, ORGANIZATION, World, faults::Faults};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// A world whose calls take their time, so that requests overlap.
async fn slow_world() -> Arc<World> {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    faults.jitter(3);
    Arc::new(world)
}

/// Places orders at once, each on a task of its own.
async fn at_once(world: &Arc<World>, baskets: Vec<(String, Value)>) -> Vec<Answer> {
    let mut buyers = JoinSet::new();
    for (key, basket) in baskets {
        let world = world.clone();
        buyers.spawn(async move { world.order_under(&key, &basket).await });
    }
    buyers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_or_three_want_the_last_unit() {
    let world = slow_world().await;
    for round in 0..10 {
        let buyers = 2 + round % 2;
        let offer = format!("last-{round}");
        world.product_of(ORGANIZATION, CRAFTS, &offer, "12.50", 1).await;
        let basket = |n: usize| {
            let mut basket = world.basket(&[(CRAFTS, &offer, 1)], Some("pm_card_visa"));
            basket["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
            (format!("{offer} {n}"), basket)
        };
        let answers = at_once(&world, (0..buyers).map(basket).collect()).await;
        let (served, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 201);
        assert_eq!(served.len(), 1, "round {round}");
        assert_eq!(served[0].json["order"]["status"], "paid", "round {round}");
        for other in others {
            other.refused(400, "insufficient_stock");
        }
        assert_eq!(world.left(CRAFTS, &offer).await, 0, "round {round}");
        assert_eq!(world.stock_of(CRAFTS, &offer).await, (0, 0, 1), "round {round}");
        let order = served[0].json["order"]["id"].as_str().unwrap();
        assert_eq!(world.stack.stripe().balance("order_id", order).captured, 1_250, "round {round}");
    }
    assert_eq!(world.stack.stripe().objects("charge").len(), 10, "no other buyer was charged");
    world.settle().await;
    world.finish().await;
}

/// Who is declined gives the last unit back, and the next buyer gets it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_declined_buyer_frees_the_last_unit() {
    let world = slow_world().await;
    world.product_of(ORGANIZATION, CRAFTS, "last", "12.50", 1).await;
    let basket = |card: &str| world.basket(&[(CRAFTS, "last", 1)], Some(card));
    let both = vec![
        ("a".to_owned(), basket("pm_card_chargeDeclined")),
        ("b".to_owned(), basket("pm_card_chargeDeclinedLostCard")),
    ];
    for answer in at_once(&world, both).await {
        let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
        assert!(["payment_declined", "insufficient_stock"].contains(&code.as_str()), "{}", answer.text);
    }
    assert_eq!(world.stock_of(CRAFTS, "last").await, (1, 0, 0));
    world.order_under("c", &basket("pm_card_visa")).await.expect(201);
    assert_eq!(world.stock_of(CRAFTS, "last").await, (0, 0, 1));
    world.settle().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_order_from_ten_tabs_is_one_charge() {
    let world = slow_world().await;
    for card in ["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"] {
        let basket = world.basket(&[(CRAFTS, "mug", 1)], Some(card));
        let answers = at_once(&world, (0..10).map(|_| (card.to_owned(), basket.clone())).collect()).await;
        let expected = if card == "pm_card_chargeDeclined" { 402 } else { 201 };
        let id = |answer: &Answer| answer.json["order"]["id"].as_str().map(str::to_owned);
        let mut ids: Vec<_> =
            answers.iter().filter(|answer| answer.status.as_u16() == expected).filter_map(id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{card}: one order: {answers:?}");
        for answer in answers.into_iter().filter(|answer| answer.status.as_u16() != expected) {
            answer.refused(409, "request_in_progress");
        }
        assert_eq!(world.intents(&ids[0]).len(), 1, "{card}");
        let charges = world.stack.stripe().balance("order_id", &ids[0]).charges;
        assert_eq!(charges, u32::from(card == "pm_card_visa"), "{card}");
    }
    world.settle().await;
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_refunds_at_once_never_exceed_the_last_units_money() {
    let world = slow_world().await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 3)]).await;
    let two = json!({ "items": [{ "line": "l1", "quantity": 2 }] });
    world.refund(&order, &two).await.expect(201);
    world.settle().await;
    // 12.50 are left, of one mug.
    let mut staff = JoinSet::new();
    for n in 0..10 {
        let (world, order) = (world.clone(), order.clone());
        let ask = match n % 3 {
            0 => json!({ "items": [{ "line": "l1", "quantity": 1 }] }),
            1 => json!({ "amount": "12.50" }),
            _ => json!({}),
        };
        staff.spawn(async move { world.refund(&order, &ask).await });
    }
    let answers = staff.join_all().await;
    // One gives the money back. All that is left, asked for after an amount took the money, is goods alone.
    let made = answers.iter().filter(|answer| answer.status.as_u16() == 201 && answer.json["amount"] != "0.00").count();
    assert_eq!(made, 1, "{answers:?}");
    for answer in answers.into_iter().filter(|answer| answer.status.as_u16() != 201) {
        let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
        assert!(["exceeds_captured", "exceeds_purchased"].contains(&code.as_str()), "{}", answer.text);
        assert_eq!(answer.status.as_u16(), 400);
    }
    world.settle().await;
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.captured, balance.refunded), (3_750, 3_750));
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    world.finish().await;
}

/// The buyer pays in the moment in which the sweeper lets go: either the order is paid, or nothing was taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paying_races_with_the_end_of_the_hold() {
    let world = slow_world().await;
    let mut orders = Vec::new();
    for _ in 0..16 {
        orders.push(world.ordered(&[(CRAFTS, "mug", 1)], None).await);
    }
    world.advance(INTENT_HOLD + 1).await;
    let mut hands = JoinSet::new();
    for (n, order) in orders.iter().cloned().enumerate() {
        let world = world.clone();
        hands.spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(n as u64 * 4)).await;
            let _paid_or_not = world.confirm(&order, "pm_card_visa").await;
        });
    }
    for _ in 0..3 {
        let world = world.clone();
        hands.spawn(async move {
            world.sweep().await;
        });
    }
    hands.join_all().await;
    for _ in 0..4 {
        world.settle().await;
        world.advance(70).await;
        world.sweep().await;
    }
    let mut paid = 0;
    for order in &orders {
        let status = world.order(order).await["status"].as_str().unwrap().to_owned();
        let intent = world.intent(order)["status"].as_str().unwrap().to_owned();
        assert!([("paid", "succeeded"), ("expired", "canceled")].contains(&(status.as_str(), intent.as_str())));
        paid += u32::from(status == "paid");
    }
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20 - paid, 0, paid));
    world.finish().await;
}

/// Answer, webhooks, sweeper and a reading client all find the same payment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_settlements_settle_once() {
    let world = slow_world().await;
    for round in 0..6 {
        world.drop_webhooks().await;
        let order = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
        world.confirm(&order, "pm_card_visa").await.expect(200);
        world.advance(INTENT_HOLD + 1).await;
        let kinds = ["charge.succeeded", "payment_intent.succeeded"];
        let events: Vec<_> = kinds.into_iter().filter_map(|kind| world.events(kind).pop()).collect();
        let mut hands = JoinSet::new();
        for event in events.iter().chain(&events) {
            let (world, event) = (world.clone(), event.clone());
            hands.spawn(async move { assert_eq!(world.event(&event).await.status.as_u16(), 200) });
        }
        for _ in 0..2 {
            let (sweeper, buyer, bought): (_, _, Bought) = (world.clone(), world.clone(), order.clone());
            hands.spawn(async move {
                sweeper.sweep().await;
            });
            hands.spawn(async move { drop(buyer.order(&bought).await) });
        }
        hands.join_all().await;
        world.send_webhooks().await;
        assert_eq!(world.order(&order).await["status"], "paid", "round {round}");
    }
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (14, 0, 6));
    assert_eq!(world.mail()["ada@example.com"].len(), 6);
    world.finish().await;
}
