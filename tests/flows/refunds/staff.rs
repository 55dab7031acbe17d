//! Money goes back: exactly what it should, once, with the goods.

use holdfast_tests::{ORGANIZATION, World, steady};
use serde_json::{Value, json};

fn statuses(order: &Value) -> Vec<String> {
    order["tickets"].as_array().unwrap().iter().map(|t| t["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_of_an_order_is_refunded() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let refund = world.refund(&order, &json!({ "reason": "the buyer is ill" })).await.expect(201);
    insta::assert_json_snapshot!("a_refund_of_all", steady(&refund));
    assert_eq!(refund["order"], order.id.as_str());
    let stripe = world.object(refund["stripe_refund_id"].as_str().unwrap());
    assert_eq!(stripe["amount"], 5_484);
    assert_eq!(stripe["metadata"]["refund_id"], refund["id"]);
    assert_eq!(stripe["metadata"]["order_id"], order.id.as_str());

    world.settle().await;
    let refunded = world.order(&order).await;
    insta::assert_json_snapshot!("an_order_that_was_refunded", steady(&refunded));
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert_eq!(world.refunds(&order).await, [refund]);
    let mail = &world.mail()["ada@example.com"];
    assert_eq!(mail, &["Your order for Summer Show is confirmed", "Refund for Summer Show"]);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_takes_back_transfer_and_fee_alike() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let charge = world.charge(&order);
    world.refund(&order, &json!({})).await.expect(201);
    let transfer = world.object(charge["transfer"].as_str().unwrap());
    assert_eq!(transfer["amount_reversed"], transfer["amount"], "the organization's share goes back: {transfer}");
    let fee = world.object(charge["application_fee"].as_str().unwrap());
    assert_eq!(fee["amount_refunded"], fee["amount"], "the platform's fee goes back: {fee}");
    world.finish().await;
}

#[tokio::test]
async fn one_of_several_tickets_is_refunded_at_its_price() {
    let world = World::new().await;
    let order = world.bought_with(&world.request_for(&[("general", 3), ("vip", 1)])).await;
    let refund = world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    assert_eq!(refund["amount"], "25.00");
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "paid");
    assert_eq!(now["payment"]["status"], "partially_refunded");
    assert_eq!(now["refunded"], "25.00");
    assert_eq!(now["lines"][0]["refunded_quantity"], 1);
    assert_eq!(statuses(&now).iter().filter(|status| *status == "void").count(), 1);
    assert_eq!(world.stock("general").await, (98, 0, 2));
    assert_eq!(world.stock("vip").await, (9, 0, 1));

    // The refund of the last of it gives what is left, fees included: 135.00, 6.00 and 4.39.
    let rest = json!({ "items": [{ "line": "l1", "quantity": 2 }, { "line": "l2", "quantity": 1 }] });
    let refund = world.refund(&order, &rest).await.expect(201);
    assert_eq!(refund["amount"], "120.39");
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(now["refunded"], "145.39");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    world.finish().await;
}

#[tokio::test]
async fn remainders_go_to_the_last_ticket_of_a_line() {
    let world = World::new().await;
    world.promo("ODD", "0.333333", None).await;
    world.offer_with("odd", json!({ "price": "3.34" })).await.expect(201);
    let mut request = world.request_for(&[("odd", 3), ("general", 1)]);
    request["promo_code"] = json!("ODD");
    let order = world.bought_with(&request).await;
    // 10.02 less 3.34 is 6.68 for three: 2.23, 2.23 and 2.22.
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    let mut amounts = Vec::new();
    for _ in 0..3 {
        amounts.push(world.refund(&order, &one).await.expect(201)["amount"].as_str().unwrap().to_owned());
        world.settle().await;
    }
    assert_eq!(amounts, ["2.23", "2.23", "2.22"]);
    let before = world.dump().await;
    world.refund(&order, &one).await.refused(400, "exceeds_purchased");
    world.unchanged_since(&before).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    world.finish().await;
}

#[tokio::test]
async fn an_amount_gives_money_back_and_no_goods() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let refund = world.refund(&order, &json!({ "amount": "10.00" })).await.expect(201);
    assert_eq!(refund["amount"], "10.00");
    assert_eq!(refund["items"], json!([]));
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "paid");
    assert_eq!(statuses(&now), ["valid", "valid"]);
    assert_eq!(world.stock("general").await, (98, 0, 2));
    // The rest of the money takes the goods along.
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["amount"], "44.84");
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn no_more_is_refunded_than_was_bought_or_paid() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let before = world.dump().await;
    let items = |line: &str, quantity: i64| json!({ "items": [{ "line": line, "quantity": quantity }] });
    world.refund(&order, &items("l1", 3)).await.refused(400, "exceeds_purchased");
    let twice = json!({ "items": [{ "line": "l1", "quantity": 1 }, { "line": "l1", "quantity": 2 }] });
    world.refund(&order, &twice).await.refused(400, "exceeds_purchased");
    let answer = world.refund(&order, &json!({ "amount": "54.85" })).await.refused(400, "exceeds_captured");
    answer.explains("Only $54.84 of the payment is left to refund");
    world.refund(&order, &json!({ "amount": "9999999999.99" })).await.refused(400, "exceeds_captured");
    world.unchanged_since(&before).await;
    assert_eq!(world.stack.stripe().objects("refund").len(), 0);

    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let before = world.dump().await;
    world.refund(&order, &json!({})).await.refused(400, "exceeds_captured");
    world.refund(&order, &json!({ "amount": "0.01" })).await.refused(400, "exceeds_captured");
    world.refund(&order, &items("l1", 1)).await.refused(400, "exceeds_purchased");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn a_malformed_refund_request_is_refused() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let before = world.dump().await;
    for (body, field) in [
        (json!({ "amount": "0" }), "amount"),
        (json!({ "amount": "-1" }), "amount"),
        (json!({ "amount": "1e2" }), "amount"),
        (json!({ "amount": "0.001" }), "amount"),
        (json!({ "amount": 5 }), "amount"),
        (json!({ "amount": "1", "items": [] }), "amount"),
        (json!({ "items": [] }), "items"),
        (json!({ "items": [{ "line": "l1", "quantity": 0 }] }), "items"),
        (json!({ "items": [{ "line": "l1", "quantity": -1 }] }), "items[0].quantity"),
        (json!({ "items": [{ "line": "l9", "quantity": 1 }] }), "items[0].line"),
        (json!({ "reason": "x".repeat(501) }), "reason"),
        (json!({ "reason": "a\u{0}b" }), "reason"),
        (json!({ "ammount": "1" }), "ammount"),
    ] {
        let answer = world.refund(&order, &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{body}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    let path = format!("/v1/orders/{}/refunds", order.id);
    world.post(&path).role("staff").bytes("application/json", "{").await.refused(400, "invalid_request");
    world.post(&path).role("staff").bytes("text/plain", "{}").await.refused(415, "unsupported_media_type");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn what_is_not_paid_is_not_refunded() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let before = world.dump().await;
    world.refund(&order, &json!({})).await.refused(409, "not_paid").explains("The order is not paid");
    world.refund(&order, &json!({ "amount": "1.00" })).await.refused(409, "not_paid");
    world.unchanged_since(&before).await;
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    world.refund(&order, &json!({})).await.refused(409, "not_paid");
    world.finish().await;
}

#[tokio::test]
async fn free_tickets_are_taken_back_without_stripe() {
    let world = World::new().await;
    let order = world.buy("free", 2).await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["amount"], "0.00");
    assert_eq!(refund["status"], "succeeded");
    assert_eq!(refund["stripe_refund_id"], Value::Null);
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.stock("free").await, (50, 0, 0));
    assert!(world.stack.stripe().calls().is_empty());
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn the_same_key_refunds_once() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let path = format!("/v1/orders/{}/refunds", order.id);
    let body = json!({ "amount": "10.00" });
    let first = world.post(&path).role("staff").key("r-1").json(&body).await.expect(201);
    let again = world.post(&path).role("staff").key("r-1").json(&body).await.expect(201);
    assert_eq!(first["id"], again["id"]);
    let other = world.post(&path).role("staff").key("r-1").json(&json!({ "amount": "11.00" })).await;
    other.refused(422, "idempotency_mismatch");
    assert_eq!(world.refunds(&order).await.len(), 1);
    world.post(&path).role("staff").key("r-2").json(&body).await.expect(201);
    assert_eq!(world.order(&order).await["refunded"], "20.00");
    world.finish().await;
}

#[tokio::test]
async fn simultaneous_refunds_never_exceed_the_payment() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let body = json!({ "amount": "20.00" });
    let answers = futures::future::join_all((0..8).map(|_| world.refund(&order, &body))).await;
    let done = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    assert_eq!(done, 2, "{answers:?}");
    for answer in answers.into_iter().filter(|answer| answer.status.as_u16() != 201) {
        assert!(["exceeds_captured", "store_unavailable"].contains(&answer.json["code"].as_str().unwrap()));
    }
    world.settle().await;
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).refunded, 4_000);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_finished_later() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "lose_answer", "times": 20 }] });
    world.at_stripe("faults", &fault).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["status"], "pending");
    let pending = world.order(&order).await;
    assert_eq!(statuses(&pending), ["refunding"]);
    assert_eq!(pending["refunded"], "0.00");
    world.stack.stripe().clear_faults();
    world.advance(120).await;
    world.sweep().await;
    let refunds = world.refunds(&order).await;
    assert_eq!((refunds.len(), &refunds[0]["status"]), (1, &json!("succeeded")));
    assert_eq!(world.stack.stripe().objects("refund").len(), 1);
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn a_pending_refund_that_succeeds_later_ends_well() {
    let world = World::new().await;
    world.at_stripe("next_refund", &json!({ "status": "pending" })).await;
    let order = world.bought("general", 1).await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let stripe = refund["stripe_refund_id"].as_str().unwrap_or_default().to_owned();
    let id = if stripe.is_empty() {
        world.refunds(&order).await[0]["stripe_refund_id"].as_str().unwrap().to_owned()
    } else {
        stripe
    };
    world.at_stripe(&format!("refunds/{id}/succeed"), &json!({})).await;
    world.settle().await;
    assert_eq!(world.refunds(&order).await[0]["status"], "succeeded");
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_fails_later_frees_its_money_and_keeps_the_goods() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let body = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    let refund = world.refund(&order, &body).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "25.00");
    world.fail_refund(&refund).await;
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["refunded"], "0.00");
    assert_eq!(now["payment"]["status"], "captured");
    let refunds = world.refunds(&order).await;
    assert_eq!(refunds[0]["status"], "failed");
    assert!(refunds[0]["failure"].is_string());
    // The ticket stays returned, and the money can be sent again.
    assert_eq!(world.stock("general").await, (99, 0, 1));
    assert_eq!(statuses(&now).iter().filter(|status| *status == "valid").count(), 1);
    world.refund(&order, &json!({ "amount": "25.00" })).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "25.00");
    world.finish().await;
}

#[tokio::test]
async fn refunds_of_stripes_dashboard_are_recorded_as_what_they_are() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let charge = world.charge(&order);
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 1_000 })).await;
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "paid");
    assert_eq!(now["payment"]["status"], "partially_refunded");
    assert_eq!(now["refunded"], "10.00");
    assert_eq!(statuses(&now), ["valid", "valid"]);
    let refunds = world.refunds(&order).await;
    assert_eq!(
        (refunds.len(), &refunds[0]["amount"], &refunds[0]["status"]),
        (1, &json!("10.00"), &json!("succeeded"))
    );
    // Ours and theirs together stay within the payment.
    world.refund(&order, &json!({ "amount": "44.85" })).await.refused(400, "exceeds_captured");

    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"] })).await;
    world.settle().await;
    let now = world.order(&order).await;
    assert_eq!(now["status"], "refunded");
    assert_eq!(statuses(&now), ["void", "void"]);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}

#[tokio::test]
async fn dashboard_refunds_of_several_events_are_counted_once() {
    for kind in ["charge.refunded", "refund.created", "refund.updated"] {
        let world = World::new().await;
        let order = world.bought("general", 2).await;
        let charge = world.charge(&order);
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 1_000 })).await;
        let Some(event) = world.events(kind).pop() else { continue };
        world.event(&event).await.expect(200);
        assert_eq!(world.order(&order).await["refunded"], "10.00", "{kind}");
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.at_stripe("webhooks/deliver", &json!({ "dropped": true })).await;
        world.settle().await;
        assert_eq!(world.order(&order).await["refunded"], "10.00", "{kind}");
        world.finish().await;
    }
}

#[tokio::test]
async fn who_may_refund_and_who_may_read() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let before = world.dump().await;
    let path = format!("/v1/orders/{}/refunds", order.id);
    world.post(&path).json(&json!({})).await.refused(401, "unauthenticated");
    world.post(&path).order_token(&order.token).json(&json!({})).await.refused(401, "unauthenticated");
    world.post(&path).token(&world.customer("stranger")).json(&json!({})).await.refused(404, "not_found");
    let other = world.token("staff", Some("globex"));
    world.post(&path).token(&other).json(&json!({})).await.refused(404, "not_found");
    world.get(&path).token(&other).await.refused(404, "not_found");
    world.get(&path).order_token("AAAAAAAA").await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    for role in ["staff", "admin"] {
        world.get(&path).token(&world.token(role, Some(ORGANIZATION))).await.expect(200);
    }
    world.post("/v1/orders/ord_none/refunds").role("staff").json(&json!({})).await.refused(404, "not_found");
    let empty = world.post(&path).role("admin").await;
    assert_eq!(empty.status.as_u16(), 201, "no body asks for all that is left: {}", empty.text);
    world.settle().await;
    world.finish().await;
}
