//! Cards that are declined, and cards that ask who is there.

use holdfast_tests::{Bought, CRAFTS, INTENT_HOLD, World};
use serde_json::{Value, json};

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

/// The order that a decline left behind.
fn failed(problem: &Value) -> Bought {
    let order = &problem["order"];
    assert_eq!((&order["status"], &order["payment"]["status"]), (&json!("failed"), &json!("failed")), "{problem}");
    assert_eq!(order["hold"], Value::Null);
    Bought::of(json!({ "order": order }))
}

#[tokio::test]
async fn a_decline_fails_the_order_and_gives_its_stock_back() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, Some("pm_card_chargeDeclined"));
    let answer = world.order_under("declined", &basket).await.refused(402, "payment_declined");
    answer.clone().explains("Your card was declined.");
    let order = failed(&answer.json);
    assert_eq!(answer.json["order"]["payment"]["failure"]["code"], "generic_decline");
    let intent = world.intent(&order);
    assert_eq!((&intent["status"], &intent["amount"]), (&json!("canceled"), &json!(2_500)));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.left(CRAFTS, "mug").await, 20);
    let kept = world.kept_under("declined").await.expect("failures are kept as well");
    assert_eq!(kept.order.as_str(), order.id);

    // The webhooks of all that change nothing, and the buyer, who saw the answer, gets no mail.
    world.settle().await;
    let token = world.token("staff", Some("acme"));
    let now = world.get(&format!("/v1/orders/{}", order.id)).token(&token).await.expect(200);
    assert_eq!(now["status"], "failed");
    assert!(world.stack.mails().is_empty());
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_tells_of_the_failed_order_and_asks_stripe_nothing() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, Some("pm_card_chargeDeclined"));
    let first = world.order_under("declined", &basket).await.refused(402, "payment_declined");
    world.settle().await;
    let calls = world.stack.stripe().calls();
    assert_eq!(world.creations(), 1);
    for wait in [0, 31, 3_600] {
        world.advance(wait).await;
        let again = world.order_under("declined", &basket).await.refused(402, "payment_declined");
        assert_eq!(again.json["order"]["id"], first.json["order"]["id"]);
        assert_eq!(again.json["order"]["payment"]["failure"], first.json["order"]["payment"]["failure"]);
    }
    assert_eq!(world.stack.stripe().calls(), calls, "no repeat asked Stripe anything");

    // Another try is another key, another order and another intent.
    let good = world.basket(&MUGS, Some("pm_card_visa"));
    world.order_under("declined", &good).await.refused(422, "idempotency_mismatch");
    let paid = Bought::of(world.order_under("again", &good).await.expect(201));
    assert_ne!(first.json["order"]["id"], paid.id.as_str());
    assert_eq!(world.creations(), 2);
    let intents = world.stack.stripe().objects("payment_intent");
    let states: Vec<_> = intents.iter().map(|intent| intent["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["canceled", "succeeded"]);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn every_kind_of_decline_is_reported_in_stripes_words() {
    let world = World::of_products().await;
    for (card, code, sentence) in [
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds", "Your card has insufficient funds."),
        ("pm_card_chargeDeclinedLostCard", "lost_card", "Your card was declined."),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "Your card has expired."),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "Your card's security code is incorrect."),
        (
            "pm_card_chargeDeclinedProcessingError",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ] {
        let answer = world.order_under(card, &world.basket(&MUGS, Some(card))).await;
        let answer = answer.refused(402, "payment_declined").explains(sentence);
        assert_eq!(answer.json["order"]["payment"]["failure"]["code"], code);
        assert_eq!(world.intent(&failed(&answer.json))["status"], "canceled");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0), "{card}");
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_payment_method_that_stripe_does_not_know_fails_the_order() {
    let world = World::of_products().await;
    let basket = world.basket(&MUGS, Some("pm_1NoSuchMethod"));
    let answer = world.order_under("unknown", &basket).await.refused(402, "payment_declined");
    let order = failed(&answer.json);
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_decline_whose_cancellation_is_unclear_is_ended_by_the_repeat_or_the_sweeper() {
    for sweeps in [false, true] {
        let world = World::of_products().await;
        let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/payment_intents/*/cancel", "fault": "refuse", "times": 100 }] });
        world.at_stripe("faults", &fault).await;
        let basket = world.basket(&MUGS, Some("pm_card_chargeDeclined"));
        let answer = world.order_under("declined", &basket).await.refused(503, "payment_unavailable");
        assert!(!answer.header("retry-after").is_empty());
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0), "nothing is released without Stripe's word");
        world.stack.stripe().clear_faults();
        if sweeps {
            world.advance(70).await;
            world.sweep().await;
            assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
        }
        let answer = world.order_under("declined", &basket).await.refused(402, "payment_declined");
        assert_eq!(world.intent(&failed(&answer.json))["status"], "canceled");
        assert_eq!(world.creations(), 1);
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
        world.settle().await;
        world.finish().await;
    }
}

#[tokio::test]
async fn a_clients_decline_leaves_the_order_open_for_another_card() {
    let world = World::of_products().await;
    let order = world.ordered(&MUGS, None).await;
    for (card, code) in [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    ] {
        assert_eq!(world.confirm(&order, card).await.expect(402)["error"]["type"], "card_error");
        // Stripe's times are in seconds, and so is the order of declines.
        world.advance(1).await;
        world.settle().await;
        let open = world.order(&order).await;
        assert_eq!((&open["status"], &open["payment"]["status"]), (&json!("pending"), &json!("unpaid")));
        assert_eq!(open["payment"]["failure"]["code"], code);
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
        assert_eq!(world.intent(&order)["status"], "requires_payment_method");
    }
    // Coming back with the same key gives the same order, which can still be paid.
    let again = world.order_under("key-0", &world.basket(&MUGS, None)).await.expect(201);
    assert_eq!((&again["order"]["id"], &again["client_secret"]), (&json!(order.id), &order.json["client_secret"]));

    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 1);
    assert_eq!(world.creations(), 1);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn a_clients_order_that_is_only_ever_declined_expires() {
    let world = World::of_products().await;
    let order = world.ordered(&MUGS, None).await;
    world.confirm(&order, "pm_card_chargeDeclined").await.expect(402);
    world.settle().await;
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    world.settle().await;
    let over = world.order(&order).await;
    assert_eq!((&over["status"], &over["payment"]["failure"]["code"]), (&json!("expired"), &json!("generic_decline")));
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    // An expired order is shown as it is: the same key pays nothing.
    let again = world.order_under("key-0", &world.basket(&MUGS, None)).await.expect(201);
    assert_eq!((&again["order"]["status"], &again["client_secret"]), (&json!("expired"), &Value::Null));
    world.finish().await;
}

/// An order whose card asks for authentication, while the server confirms.
async fn authentication_required(world: &World, card: &str) -> Bought {
    let order = world.ordered(&MUGS, Some(card)).await;
    let shown = &order.json["order"];
    assert_eq!((&shown["status"], &shown["payment"]["status"]), (&json!("pending"), &json!("unpaid")));
    let intent = world.intent(&order);
    assert_eq!(intent["status"], "requires_action");
    assert_eq!(order.json["client_secret"], intent["client_secret"], "the client goes on with it");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
    order
}

#[tokio::test]
async fn a_card_that_asks_for_authentication_is_paid_after_it() {
    let world = World::of_products().await;
    let order = authentication_required(&world, "pm_card_authenticationRequired").await;
    // The same request again is answered with the same order, and confirms nothing a second time.
    let basket = world.basket(&MUGS, Some("pm_card_authenticationRequired"));
    let again = world.order_under("key-0", &basket).await.expect(201);
    assert_eq!((&again["order"]["id"], &again["client_secret"]), (&json!(order.id), &order.json["client_secret"]));
    let intent = world.intent(&order)["id"].as_str().unwrap().to_owned();
    assert_eq!(world.calls_to("POST", &format!("/v1/payment_intents/{intent}/confirm")), 1);

    assert_eq!(world.authenticate(&order, true).await["status"], "succeeded");
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).charges, 1);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn a_failed_authentication_leaves_room_for_another_card() {
    let world = World::of_products().await;
    let order = authentication_required(&world, "pm_card_authenticationRequired").await;
    assert_eq!(world.authenticate(&order, false).await["status"], "requires_payment_method");
    world.settle().await;
    let open = world.order(&order).await;
    assert_eq!(open["status"], "pending");
    assert_eq!(open["payment"]["failure"]["code"], "payment_intent_authentication_failure");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
    world.confirm(&order, "pm_card_mastercard").await.expect(200);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.creations(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_card_that_is_declined_after_authentication_leaves_room_for_another_one() {
    let world = World::of_products().await;
    let card = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    let order = authentication_required(&world, card).await;
    world.authenticate(&order, true).await;
    world.settle().await;
    let open = world.order(&order).await;
    assert_eq!(
        (&open["status"], &open["payment"]["failure"]["code"]),
        (&json!("pending"), &json!("insufficient_funds"))
    );
    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test]
async fn an_authentication_that_never_comes_lets_the_order_expire() {
    let world = World::of_products().await;
    let order = authentication_required(&world, "pm_card_authenticationRequired").await;
    world.advance(INTENT_HOLD + 1).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn payments_that_take_days_keep_their_stock() {
    for ends_well in [true, false] {
        let world = World::of_products().await;
        let order = world.ordered(&MUGS, None).await;
        let answer = world.confirm(&order, "pm_usBankAccount").await;
        assert_eq!(answer.expect(200)["status"], "processing");
        world.settle().await;
        world.advance(INTENT_HOLD + 1).await;
        world.sweep().await;
        let open = world.order(&order).await;
        assert_eq!((&open["status"], &open["payment"]["status"]), (&json!("pending"), &json!("processing")));
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
        world.advance(2 * 86_400).await;
        let intent = world.intent(&order)["id"].as_str().unwrap().to_owned();
        let end = if ends_well { "succeed" } else { "fail" };
        world.at_stripe(&format!("intents/{intent}/{end}"), &json!({})).await;
        world.settle().await;
        for _ in 0..3 {
            world.advance(3_700).await;
            world.sweep().await;
            world.settle().await;
        }
        let over = world.order(&order).await;
        let balance = world.stack.stripe().balance("order_id", &order.id);
        if ends_well {
            assert_eq!((&over["status"], balance.charges), (&json!("paid"), 1));
            assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
        } else {
            assert!(["expired", "failed", "canceled"].contains(&over["status"].as_str().unwrap()), "{over}");
            assert_eq!((balance.charges, &world.intent(&order)["status"]), (0, &json!("canceled")));
            assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
        }
        world.finish().await;
    }
}
