//! The tax that the platform owes as a marketplace: kept from the seller, and given back with refunds.

use holdfast_tests::{Bought, World};
use serde_json::json;

use super::prices::{rate, set_tax};

/// What seller and platform have of an order, in cents.
fn has(world: &World, order: &Bought) -> (i64, i64) {
    let balance = world.stack.stripe().balance("order_id", &order.id);
    (balance.seller(), balance.platform())
}

#[tokio::test]
async fn the_tax_that_the_platform_owes_is_withheld_from_the_seller() {
    for (behavior, paid, one_back) in
        [("exclusive", (5_000, 1_032), (2_500, 782)), ("inclusive", (4_501, 983), (2_229, 755))]
    {
        let world = World::new().await;
        set_tax(&world, json!({ "behavior": behavior })).await;
        rate(&world, "10").await;
        let order = world.bought("general", 2).await;
        assert_eq!(has(&world, &order), paid, "{behavior}");
        let calls = world.stack.stripe().calls().into_iter().filter(|call| call.path.ends_with("/reversals"));
        let keys: Vec<_> = calls.filter_map(|call| call.idempotency_key).collect();
        assert_eq!(keys.len(), 1);
        assert!(keys[0].starts_with("reversal-tax-"), "{keys:?}");
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        world.refund(&order, &one).await.expect(201);
        world.settle().await;
        assert_eq!(has(&world, &order), one_back, "{behavior}: its tax is the platform's to give back");
        world.refund(&order, &one).await.expect(201);
        world.settle().await;
        assert_eq!(has(&world, &order), (0, 0), "{behavior}");
        world.finish().await;
    }
}

#[tokio::test]
async fn the_tax_that_the_seller_owes_stays_with_the_seller() {
    let world = World::new().await;
    set_tax(&world, json!({ "liability": "seller" })).await;
    rate(&world, "10").await;
    let order = world.bought("general", 2).await;
    assert_eq!(has(&world, &order), (5_548, 484));
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    assert_eq!(has(&world, &order), (2_798, 484));
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_takes_its_share_of_the_tax_from_the_platform() {
    let world = World::new().await;
    rate(&world, "10").await;
    let order = world.bought("general", 2).await;
    let charge = world.charge(&order)["id"].clone();
    let dispute = world.at_stripe("disputes", &json!({ "charge": charge, "amount": 3_016 })).await;
    world.settle().await;
    // Half of the payment: half of the tax, and the rest of it the seller's.
    assert_eq!(has(&world, &order), (5_000 - (3_016 - 274), 1_032 - 274));
    let id = dispute["id"].as_str().unwrap();
    world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
    world.settle().await;
    assert_eq!(has(&world, &order), (5_000, 1_032));
    world.finish().await;
}

#[tokio::test]
async fn tax_is_withheld_once_however_often_the_payment_is_reported() {
    let world = World::new().await;
    rate(&world, "10").await;
    world.drop_webhooks().await;
    let order = world.buy("general", 2).await;
    world.pay(&order);
    for _ in 0..2 {
        for kind in ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"] {
            world.event(&world.events(kind).pop().expect(kind)).await.expect(200);
        }
    }
    world.send_webhooks().await;
    world.settle().await;
    assert_eq!(has(&world, &order), (5_000, 1_032));
    world.finish().await;
}

#[tokio::test]
async fn a_seller_without_money_owes_the_tax_until_there_is_some() {
    let world = World::new().await;
    rate(&world, "10").await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/transfers/{id}/reversals", "fault": "balance", "times": 1 }] });
    world.at_stripe("faults", &fault).await;
    let order = world.bought("general", 2).await;
    assert_eq!(world.order(&order).await["status"], "paid", "the buyer does not wait for it");
    assert_eq!(has(&world, &order), (5_548, 484));
    world.advance(700).await;
    world.sweep().await;
    assert_eq!(has(&world, &order), (5_000, 1_032));
    world.finish().await;
}
