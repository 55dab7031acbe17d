//! Orders that are not paid, and payments that come too late.

use holdfast_tests::{SHOW, World};
use serde_json::json;

const HOLD: i64 = 37 * 60;

async fn lose_webhooks(world: &World) {
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
}

#[tokio::test]
async fn an_abandoned_order_expires_by_stripes_word() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    assert_eq!(world.stock("general").await, (98, 2, 0));
    world.advance(HOLD).await;
    world.settle().await;
    let expired = world.order(&order).await;
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["payment"]["status"], "canceled");
    assert_eq!(expired["hold"], serde_json::Value::Null);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert!(world.stack.mails().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn an_abandoned_order_expires_by_the_sweeper_when_webhooks_are_lost() {
    let world = World::new().await;
    lose_webhooks(&world).await;
    let order = world.buy("general", 2).await;
    world.advance(35 * 60 - 10).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "pending", "not before its time");
    world.advance(120).await;
    let report = world.sweep().await;
    assert_eq!((report.orders, report.failed), (1, 0));
    assert_eq!(world.order(&order).await["status"], "expired");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    // A second run finds nothing more to do.
    let before = world.dump().await;
    assert_eq!(world.sweep().await.orders, 0);
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn stock_is_on_sale_again_within_two_minutes() {
    let world = World::new().await;
    lose_webhooks(&world).await;
    world.offer("one", "25.00", 1).await;
    let first = world.buy("one", 1).await;
    // The session ends at 35 minutes, the hold a minute later, and the sweeper comes each minute.
    world.advance(35 * 60).await;
    for _ in 0..2 {
        world.advance(60).await;
        world.sweep().await;
    }
    assert_eq!(world.order(&first).await["status"], "expired");
    world.buy("one", 1).await;
    world.finish().await;
}

#[tokio::test]
async fn the_sweeper_finds_the_payment_whose_webhook_was_lost() {
    let world = World::new().await;
    lose_webhooks(&world).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "pending");
    world.advance(HOLD).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock("general").await, (99, 0, 1));
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_payment_that_comes_late_takes_stock_again_at_its_old_price() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    lose_webhooks(&world).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    // Another request thought that it had expired.
    let mut expired = event.clone();
    expired["id"] = json!("evt_expired");
    expired["type"] = json!("checkout.session.expired");
    expired["data"]["object"]["status"] = json!("expired");
    expired["data"]["object"]["payment_status"] = json!("unpaid");
    world.event(&expired).await.expect(200);
    let status = world.order(&order).await["status"].clone();
    world.offer("general", "99.00", 100).await;
    world.event(&event).await.expect(200);
    let paid = world.order(&order).await;
    assert_eq!(paid["status"], "paid", "it was {status} before");
    assert_eq!(paid["total"], "27.57");
    assert_eq!(world.stock("general").await, (99, 0, 1));
    world.settle().await;
    assert_eq!(world.mail()["ada@example.com"], ["Your order for Summer Show is confirmed"]);
    world.finish().await;
}

/// A paid order that we took for expired, with Stripe's event of the payment still to come.
pub(crate) async fn expired_and_paid(
    world: &World,
    offer: &str,
    quantity: i64,
) -> (holdfast_tests::Bought, serde_json::Value) {
    let order = world.buy(offer, quantity).await;
    lose_webhooks(world).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    let mut expired = event.clone();
    expired["id"] = json!(format!("evt_expired_{}", world.next()));
    expired["type"] = json!("checkout.session.expired");
    expired["data"]["object"]["status"] = json!("expired");
    expired["data"]["object"]["payment_status"] = json!("unpaid");
    world.event(&expired).await.expect(200);
    assert_eq!(world.order(&order).await["status"], "expired");
    (order, event)
}

#[tokio::test]
async fn a_payment_that_comes_when_all_is_sold_goes_back_with_an_apology() {
    let world = World::new().await;
    world.offer("one", "25.00", 1).await;
    let (order, event) = expired_and_paid(&world, "one", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    let luckier = world.bought("one", 1).await;
    world.event(&event).await.expect(200);
    world.settle().await;
    let late = world.order(&order).await;
    assert_eq!(late["status"], "refunded");
    assert_eq!(late["refunded"], "27.57");
    assert_eq!(late["tickets"], json!([]));
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.captured, balance.refunded), (2_757, 2_757));
    let subjects: Vec<_> =
        world.stack.mails().into_iter().filter(|m| m.text.contains(&order.id)).map(|m| m.subject).collect();
    assert!(subjects.contains(&"Your payment for Summer Show came too late".to_owned()), "{subjects:?}");
    assert!(!subjects.iter().any(|subject| subject.contains("confirmed")));
    assert_eq!(world.order(&luckier).await["status"], "paid");
    assert_eq!(world.stock("one").await, (0, 0, 1));
    world.finish().await;
}

#[tokio::test]
async fn a_payment_that_comes_after_the_show_goes_back() {
    let world = World::new().await;
    world.show(SHOW, json!({ "starts_at": world.from_now(600), "ends_at": world.from_now(1_800) })).await.expect(200);
    let (order, event) = expired_and_paid(&world, "general", 1).await;
    world.advance(1_801).await;
    world.event(&event).await.expect(200);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn late_refunds_that_stripe_does_not_take_at_once_are_made_by_the_sweeper() {
    let world = World::new().await;
    world.offer("one", "25.00", 1).await;
    let (order, event) = expired_and_paid(&world, "one", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.bought("one", 1).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "refuse", "times": 20 }] });
    world.at_stripe("faults", &fault).await;
    world.event(&event).await.expect(200);
    assert_eq!(world.refunds(&order).await[0]["status"], "pending");
    world.stack.stripe().clear_faults();
    world.advance(120).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.refunds(&order).await[0]["status"], "succeeded");
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn events_of_expiry_after_payment_change_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let mut event = world.events("checkout.session.completed").pop().unwrap();
    event["id"] = json!("evt_late");
    event["type"] = json!("checkout.session.expired");
    event["data"]["object"]["status"] = json!("expired");
    event["data"]["object"]["payment_status"] = json!("unpaid");
    let before = world.dump().await;
    world.event(&event).await.expect(200);
    world.unchanged_since(&before).await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn an_expired_session_cannot_be_paid() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.advance(HOLD).await;
    world.pay_with(&order.session, "pm_card_visa").expect_err("it is over");
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 0);
    world.finish().await;
}

#[tokio::test]
async fn the_cleanup_route_wants_the_cron_secret() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    lose_webhooks(&world).await;
    world.advance(HOLD).await;
    let before = world.dump().await;
    let path = "/v1/maintenance/cleanup";
    world.post(path).await.refused(401, "unauthenticated");
    world.post(path).token("cron-wrong").await.refused(401, "unauthenticated");
    world.post(path).role("admin").await.refused(401, "unauthenticated");
    world.post(path).header("authorization", "Basic cron-local").await.refused(401, "unauthenticated");
    world.unchanged_since(&before).await;
    let report = world.post(path).token("cron-local").await.expect(200);
    assert_eq!((&report["orders"], &report["failed"], &report["left"]), (&json!(1), &json!(0), &json!(false)));
    assert_eq!(world.order(&order).await["status"], "expired");
    world.finish().await;
}

#[tokio::test]
async fn stripe_being_down_keeps_the_hold_until_its_word_is_known() {
    let world = World::new().await;
    lose_webhooks(&world).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let fault = json!({ "calls": [{ "path": "/v1", "fault": "refuse", "times": 1000 }] });
    world.at_stripe("faults", &fault).await;
    world.advance(HOLD).await;
    let report = world.sweep().await;
    assert_eq!(report.failed, 1);
    assert_eq!(world.order(&order).await["status"], "pending");
    assert_eq!(world.stock("general").await, (99, 1, 0));
    world.stack.stripe().clear_faults();
    world.advance(600).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn what_fails_blocks_nothing_else() {
    let world = World::new().await;
    lose_webhooks(&world).await;
    let mut orders = Vec::new();
    for _ in 0..12 {
        orders.push(world.buy("general", 1).await);
    }
    world.advance(HOLD).await;
    let fault =
        json!({ "calls": [{ "method": "GET", "path": "/v1/checkout/sessions", "fault": "error_500", "times": 3 }] });
    world.at_stripe("faults", &fault).await;
    world.sweep().await;
    world.stack.stripe().clear_faults();
    let (available, _, _) = world.stock("general").await;
    assert!(available >= 97, "{available} are on sale again");
    for _ in 0..3 {
        world.advance(900).await;
        world.sweep().await;
    }
    assert_eq!(world.stock("general").await, (100, 0, 0));
    for order in &orders {
        assert_eq!(world.order(order).await["status"], "expired");
    }
    world.finish().await;
}
