//! The three phases of a product's stock: reserved, confirmed, released.

use holdfast_tests::{BOOKS, CRAFTS, INTENT_HOLD, World};
use serde_json::{Value, json};

fn time(text: &Value) -> jiff::Timestamp {
    text.as_str().expect("a time").parse().expect("RFC 3339")
}

#[tokio::test]
async fn each_phase_of_stock_is_visible() {
    let world = World::of_products().await;
    assert_eq!(world.left(CRAFTS, "mug").await, 20);

    // Reserved: off the shelf, for 900 seconds by the stack's clock.
    let placed = world.stack.clock().now();
    let order = world.ordered(&[(CRAFTS, "mug", 3)], None).await;
    assert_eq!(world.left(CRAFTS, "mug").await, 17);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 3, 0));
    let shown = world.order(&order).await;
    let ends = time(&shown["hold"]["expires_at"]);
    assert_eq!(ends.duration_since(time(&shown["created_at"])).as_secs(), INTENT_HOLD);
    let left = ends.duration_since(placed).as_secs();
    assert!((INTENT_HOLD..INTENT_HOLD + 5).contains(&left), "{left}");

    // Confirmed: sold for good.
    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.settle().await;
    assert_eq!(world.order(&order).await["hold"], Value::Null);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 0, 3));
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 0, 3), "the end of the hold takes nothing back");

    // Released: back on the shelf.
    let basket = world.basket(&[(CRAFTS, "mug", 4)], Some("pm_card_chargeDeclined"));
    world.order_under("declined", &basket).await.refused(402, "payment_declined");
    assert_eq!(world.left(CRAFTS, "mug").await, 17);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 0, 3));
    world.finish().await;
}

#[tokio::test]
async fn an_unpaid_order_expires_after_900_seconds() {
    let world = World::of_products().await;
    let order = world.ordered(&[(CRAFTS, "mug", 3), (BOOKS, "novel", 1)], None).await;
    world.advance(INTENT_HOLD - 5).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "pending");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 3, 0));

    world.advance(6).await;
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (17, 3, 0), "time alone releases nothing");
    world.sweep().await;
    let expired = world.order(&order).await;
    assert_eq!((&expired["status"], &expired["payment"]["status"]), (&json!("expired"), &json!("canceled")));
    assert_eq!(expired["hold"], Value::Null);
    let intent = world.intent(&order);
    assert_eq!((&intent["status"], &intent["cancellation_reason"]), (&json!("canceled"), &json!("abandoned")));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (30, 0, 0));
    // It cannot be paid any more.
    let late = world.confirm(&order, "pm_card_visa").await;
    assert_eq!((late.status.as_u16(), &late.json["error"]["code"]), (400, &json!("payment_intent_unexpected_state")));
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    world.finish().await;
}

#[tokio::test]
async fn nothing_is_released_before_stripe_has_canceled() {
    let world = World::of_products().await;
    let order = world.ordered(&[(CRAFTS, "lamp", 5)], None).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/payment_intents/*/cancel", "fault": "refuse", "times": 100 }] });
    world.at_stripe("faults", &fault).await;
    world.advance(INTENT_HOLD + 1).await;
    assert_eq!(world.sweep().await.failed, 1);
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (0, 5, 0));
    let basket = world.basket(&[(CRAFTS, "lamp", 1)], Some("pm_card_visa"));
    world.order_under("next", &basket).await.refused(400, "insufficient_stock");
    // The payment is open still, so the buyer may win after all.
    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.stack.stripe().clear_faults();
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (0, 0, 5));
    world.finish().await;
}

#[tokio::test]
async fn the_end_of_a_hold_finds_the_payment_whose_webhook_was_lost() {
    let world = World::of_products().await;
    world.drop_webhooks().await;
    let order = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.settle().await;
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.intent(&order)["status"], "succeeded");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1));
    // Days late, the webhooks come all the same.
    world.advance(3 * 86_400).await;
    world.send_webhooks().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1));
    world.finish().await;
}

#[tokio::test]
async fn more_than_there_is_cannot_be_ordered() {
    let world = World::of_products().await;
    let before = world.dump().await;
    for method in [None, Some("pm_card_visa")] {
        let answer = world.order_under("six", &world.basket(&[(CRAFTS, "lamp", 6)], method)).await;
        answer.refused(400, "insufficient_stock").at("items[0].quantity");
    }
    world.unchanged_since(&before).await;
    assert!(world.kept_under("six").await.is_none(), "what was not placed is not remembered");
    assert_eq!(world.calls_to("POST", "/v1/payment_intents"), 0);
    // So the same key serves another try.
    let answer = world.order_under("six", &world.basket(&[(CRAFTS, "lamp", 5)], Some("pm_card_visa"))).await;
    assert_eq!(answer.expect(201)["order"]["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (0, 0, 5));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn one_line_short_of_stock_leaves_nothing_of_the_order() {
    let world = World::of_products().await;
    let before = world.dump().await;
    for method in [None, Some("pm_card_visa")] {
        let items = [(CRAFTS, "mug", 2), (CRAFTS, "lamp", 6), (BOOKS, "novel", 1)];
        let answer = world.order_under("short", &world.basket(&items, method)).await;
        answer.refused(400, "insufficient_stock").at("items[1].quantity");
    }
    world.unchanged_since(&before).await;
    assert_eq!(world.left(CRAFTS, "mug").await, 20);
    assert_eq!(world.left(BOOKS, "novel").await, 30);
    assert_eq!(world.calls_to("POST", "/v1/payment_intents"), 0);
    world.finish().await;
}

#[tokio::test]
async fn a_decline_gives_every_line_back() {
    let world = World::of_products().await;
    let items = [(CRAFTS, "mug", 2), (CRAFTS, "lamp", 5), (BOOKS, "novel", 1)];
    let answer = world.order_under("all", &world.basket(&items, Some("pm_card_chargeDeclined"))).await;
    answer.refused(402, "payment_declined");
    for (listing, offer, all) in [(CRAFTS, "mug", 20), (CRAFTS, "lamp", 5), (BOOKS, "novel", 30)] {
        assert_eq!(world.stock_of(listing, offer).await, (all, 0, 0), "{offer}");
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_payment_of_an_expired_order_comes_too_late_and_goes_back() {
    let world = World::of_products().await;
    let order = world.ordered(&[(CRAFTS, "lamp", 5)], None).await;
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    // Another buyer has the lamps now, and Stripe sends an event of money from the first buyer that it was not to take.
    world.ordered_and_paid(&[(CRAFTS, "lamp", 5)]).await;
    let form = format!(
        "amount=20000&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[0]=card\
         &metadata[order_id]={}&transfer_data[destination]=acct_acme",
        order.id
    );
    let request = http::Request::post("http://stripe/v1/payment_intents")
        .header("authorization", "Bearer sk_test_late")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into())
        .unwrap();
    let answer = world.stack.stripe().send(request).await.unwrap();
    assert!(answer.status().is_success());
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (0, 0, 5));
    world.finish().await;
}
