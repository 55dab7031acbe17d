//! Money of products goes back: what, how much, and with which goods.

use holdfast_tests::{BOOKS, Bought, CRAFTS, World};
use serde_json::{Value, json};

/// Two mugs and three novels: 25.00 and 29.97.
async fn paid() -> (World, Bought) {
    let world = World::of_products().await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2), (BOOKS, "novel", 3)]).await;
    (world, order)
}

fn lines(items: &[(&str, i64)]) -> Value {
    let item = |(line, n): &(&str, i64)| json!({ "line": line, "quantity": n });
    json!({ "items": items.iter().map(item).collect::<Vec<_>>() })
}

/// The latest form that Stripe was sent for a refund, without its metadata.
fn requested(world: &World) -> Vec<(String, String)> {
    let calls = world.stack.stripe().calls();
    let call = calls.iter().rfind(|call| call.method == "POST" && call.path == "/v1/refunds").expect("a refund");
    let pairs = url::form_urlencoded::parse(call.form.as_bytes()).into_owned();
    pairs.filter(|(name, _)| ["payment_intent", "amount"].contains(&name.as_str())).collect()
}

async fn status(world: &World, order: &Bought) -> (String, String) {
    let order = world.order(order).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&order["status"]), text(&order["payment"]["status"]))
}

fn is(status: &str, payment: &str) -> (String, String) {
    (status.to_owned(), payment.to_owned())
}

#[tokio::test]
async fn a_full_refund_returns_all_goods_and_all_money() {
    let (world, order) = paid().await;
    let refund = world.refund(&order, &json!({ "reason": "chipped" })).await.expect(201);
    assert_eq!(
        (&refund["amount"], &refund["status"], &refund["reason"]),
        (&json!("54.97"), &json!("succeeded"), &json!("chipped"))
    );
    assert_eq!(refund["items"], json!([{ "line": "l1", "quantity": 2 }, { "line": "l2", "quantity": 3 }]));
    let intent = world.intent(&order)["id"].as_str().unwrap().to_owned();
    let mut sent = requested(&world);
    sent.sort();
    assert_eq!(sent, [("amount".to_owned(), "5497".to_owned()), ("payment_intent".to_owned(), intent.clone())]);
    let made = world.object(refund["stripe_refund_id"].as_str().unwrap());
    assert_eq!((&made["amount"], &made["payment_intent"]), (&json!(5_497), &json!(intent)));
    assert_eq!(made["metadata"]["refund_id"], refund["id"]);
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (30, 0, 0));
    assert_eq!(world.refunds(&order).await, [refund]);
    let transfer = world.object(world.charge(&order)["transfer"].as_str().unwrap());
    assert_eq!(transfer["amount_reversed"], transfer["amount"]);
    world.finish().await;
}

#[tokio::test]
async fn a_part_returns_its_own_goods_and_the_order_stays_paid() {
    let (world, order) = paid().await;
    let refund = world.refund(&order, &lines(&[("l2", 2)])).await.expect(201);
    assert_eq!((&refund["amount"], &refund["items"]), (&json!("19.98"), &json!([{ "line": "l2", "quantity": 2 }])));
    assert!(requested(&world).contains(&("amount".to_owned(), "1998".to_owned())));
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("paid", "partially_refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (29, 0, 1));
    let now = world.order(&order).await;
    assert_eq!((&now["refunded"], &now["lines"][1]["refunded_quantity"]), (&json!("19.98"), &json!(2)));

    // Two lines at once, and then nothing is left.
    let rest = world.refund(&order, &lines(&[("l1", 2), ("l2", 1)])).await.expect(201);
    assert_eq!(rest["amount"], "34.99");
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.refunds(&order).await.len(), 2);
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    world.finish().await;
}

#[tokio::test]
async fn an_amount_returns_money_alone_and_the_rest_returns_the_goods() {
    let (world, order) = paid().await;
    let refund = world.refund(&order, &json!({ "amount": "4.97" })).await.expect(201);
    assert_eq!((&refund["amount"], &refund["items"]), (&json!("4.97"), &json!([])));
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("paid", "partially_refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    let rest = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(rest["amount"], "50.00");
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (30, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn a_refund_has_a_life_of_its_own_and_restocks_once() {
    for ends_well in [true, false] {
        let (world, order) = paid().await;
        world.at_stripe("next_refund", &json!({ "status": "pending" })).await;
        let refund = world.refund(&order, &lines(&[("l1", 1)])).await.expect(201);
        assert_eq!(refund["status"], "pending");
        world.settle().await;
        // Stripe has accepted it: the goods are back, the money is on its way.
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1));
        assert_eq!(world.refunds(&order).await[0]["status"], "pending");
        assert_eq!(world.order(&order).await["refunded"], "0.00");
        world.refund(&order, &json!({ "amount": "42.48" })).await.refused(400, "exceeds_captured");

        let id = world.refunds(&order).await[0]["stripe_refund_id"].as_str().unwrap().to_owned();
        let end = if ends_well { "succeed" } else { "fail" };
        world.at_stripe(&format!("refunds/{id}/{end}"), &json!({})).await;
        world.settle().await;
        let refunds = world.refunds(&order).await;
        let now = world.order(&order).await;
        if ends_well {
            assert_eq!((&refunds[0]["status"], &now["refunded"]), (&json!("succeeded"), &json!("12.50")));
        } else {
            assert_eq!((&refunds[0]["status"], &now["refunded"]), (&json!("failed"), &json!("0.00")));
            assert!(refunds[0]["failure"].is_string());
        }
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1), "restocked once");
        world.finish().await;
    }
}

#[tokio::test]
async fn a_refund_that_stripe_fails_later_is_taken_back_and_visible() {
    let (world, order) = paid().await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    world.advance(3 * 86_400).await;
    world.fail_refund(&refund).await;
    world.settle().await;
    let refunds = world.refunds(&order).await;
    assert_eq!((&refunds[0]["id"], &refunds[0]["status"]), (&refund["id"], &json!("failed")));
    assert_eq!(world.order(&order).await["refunded"], "0.00");
    // The goods stay returned; the money can be sent again.
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 5_497);
    let again = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!((&again["amount"], &again["status"]), (&json!("54.97"), &json!("succeeded")));
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0), "restocked once");
    world.finish().await;
}

#[tokio::test]
async fn refunds_made_in_the_dashboard_are_recorded() {
    let (world, order) = paid().await;
    let charge = world.charge(&order)["id"].clone();
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge, "amount": 1_000 })).await;
    world.settle().await;
    let refunds = world.refunds(&order).await;
    assert_eq!((refunds.len(), &refunds[0]["amount"], &refunds[0]["items"]), (1, &json!("10.00"), &json!([])));
    assert!(refunds[0]["stripe_refund_id"].is_string() && refunds[0]["reason"].is_string());
    assert_eq!(status(&world, &order).await, is("paid", "partially_refunded"));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.refund(&order, &json!({ "amount": "44.98" })).await.refused(400, "exceeds_captured");
    let rest = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(rest["amount"], "44.97");
    world.settle().await;
    assert_eq!(status(&world, &order).await, is("refunded", "refunded"));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (30, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn orders_that_were_not_paid_are_not_refunded() {
    let world = World::of_products().await;
    let open = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    let basket = world.basket(&[(CRAFTS, "mug", 1)], Some("pm_card_chargeDeclined"));
    let declined = world.order_under("declined", &basket).await.refused(402, "payment_declined");
    let failed = Bought::of(json!({ "order": declined.json["order"] }));
    let asks = world.ordered(&[(CRAFTS, "mug", 1)], Some("pm_card_authenticationRequired")).await;
    let before = world.dump().await;
    for order in [&open, &failed, &asks] {
        for ask in [json!({}), json!({ "amount": "1.00" }), lines(&[("l1", 1)])] {
            world.refund(order, &ask).await.refused(409, "not_paid");
        }
    }
    world.unchanged_since(&before).await;
    world.advance(901).await;
    world.sweep().await;
    world.settle().await;
    world.refund(&open, &json!({})).await.refused(409, "not_paid");
    assert_eq!(world.calls_to("POST", "/v1/refunds"), 0);
    world.finish().await;
}

#[tokio::test]
async fn no_more_is_refunded_than_was_ordered_or_paid() {
    let (world, order) = paid().await;
    let before = world.dump().await;
    world.refund(&order, &lines(&[("l1", 3)])).await.refused(400, "exceeds_purchased");
    world.refund(&order, &lines(&[("l1", 1), ("l1", 2)])).await.refused(400, "exceeds_purchased");
    world.refund(&order, &lines(&[("l2", 3), ("l1", 3)])).await.refused(400, "exceeds_purchased");
    world.refund(&order, &json!({ "amount": "54.98" })).await.refused(400, "exceeds_captured");
    world.unchanged_since(&before).await;
    assert_eq!(world.calls_to("POST", "/v1/refunds"), 0);
    // Nor in parts.
    world.refund(&order, &lines(&[("l1", 2)])).await.expect(201);
    world.settle().await;
    let before = world.dump().await;
    world.refund(&order, &lines(&[("l1", 1)])).await.refused(400, "exceeds_purchased");
    world.refund(&order, &json!({ "amount": "29.98" })).await.refused(400, "exceeds_captured");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_stripe_refuses_gives_goods_and_money_back_to_the_order() {
    let (world, order) = paid().await;
    // The bank has the money: Stripe refunds nothing of it then.
    world.drop_webhooks().await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&order)["id"] })).await;
    let refund = world.refund(&order, &lines(&[("l1", 1)])).await.expect(201);
    assert_eq!(refund["status"], "failed");
    assert_eq!(refund["failure"], "charge_disputed");
    assert_eq!(status(&world, &order).await.0, "paid");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    assert_eq!(world.order(&order).await["lines"][0]["refunded_quantity"], 0);
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test]
async fn the_same_key_makes_one_refund() {
    let (world, order) = paid().await;
    let path = format!("/v1/orders/{}/refunds", order.id);
    let ask = lines(&[("l2", 1)]);
    let first = world.post(&path).role("staff").key("once").json(&ask).await.expect(201);
    let again = world.post(&path).role("staff").key("once").json(&ask).await.expect(201);
    assert_eq!(first["id"], again["id"]);
    world.post(&path).role("staff").key("once").json(&lines(&[("l2", 2)])).await.refused(422, "idempotency_mismatch");
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).refunded, 999);
    assert_eq!(world.stock_of(BOOKS, "novel").await, (28, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_found_again() {
    for fault in ["lose_answer", "lose_request", "error_500", "error_500_done"] {
        let (world, order) = paid().await;
        world.drop_webhooks().await;
        let calls = json!([
            { "method": "POST", "path": "/v1/refunds", "fault": fault, "times": 20 },
            { "method": "GET", "path": "/v1/refunds", "fault": "refuse", "times": 20 },
        ]);
        world.at_stripe("faults", &json!({ "calls": calls })).await;
        let refund = world.refund(&order, &lines(&[("l1", 1)])).await.expect(201);
        assert_eq!(refund["status"], "pending", "{fault}");
        assert_eq!(world.order(&order).await["refunded"], "0.00", "{fault}");
        world.stack.stripe().clear_faults();
        world.advance(120).await;
        world.sweep().await;
        assert_eq!(world.refunds(&order).await[0]["status"], "succeeded", "{fault}");
        assert_eq!(world.stack.stripe().objects("refund").len(), 1, "{fault}");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (19, 0, 1), "{fault}");
        world.send_webhooks().await;
        world.finish().await;
    }
}
