//! The audit trail of an order: who did what, when, by which cause.

use holdfast_tests::{Bought, EXPERT, World};
use serde_json::{Value, json};

async fn trail(world: &World, order: &Bought) -> Vec<Value> {
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    seen["trail"].as_array().cloned().expect("staff see the trail")
}

/// `what` and `by` of each entry.
fn steps(trail: &[Value]) -> Vec<(&str, &str)> {
    trail.iter().map(|step| (step["what"].as_str().unwrap(), step["by"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_ticket_order_tells_its_story() {
    let world = World::new().await;
    let order = Bought::of(world.order_as("ada", &world.request("general", 2)).await.expect(201));
    world.drop_webhooks().await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    world.advance(10).await;
    world.event(&event).await.expect(200);
    world.event(&event).await.expect(200);
    let codes = world.order(&order).await["tickets"].clone();
    world.advance(10).await;
    let path = format!("/v1/tickets/{}/check-in", codes[1]["code"].as_str().unwrap());
    world.post(&path).role("staff").await.expect(200);
    world.post(&path).role("staff").await.refused(409, "already_checked_in");
    world.advance(10).await;
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    let requested = world.post(&format!("/v1/orders/{}/refunds", order.id)).role("admin").json(&one).await;
    requested.expect(201);
    world.send_webhooks().await;

    let trail = trail(&world, &order).await;
    let reported = steps(&trail);
    assert_eq!(
        reported[..4],
        [("placed", "ada"), ("paid", "webhook"), ("checked_in", "staff-1"), ("refund_requested", "admin-1")]
    );
    assert_eq!(reported[4].0, "refunded", "{reported:?}");
    // The cause is named: Stripe's event paid it. What came again is no second step.
    assert_eq!(trail[1]["cause"], event["id"]);
    assert_eq!(trail[0]["cause"], Value::Null);
    assert!(
        reported[5..].iter().all(|(what, _)| !["paid", "checked_in", "refund_requested", "refunded"].contains(what)),
        "{reported:?}"
    );
    let times: Vec<jiff::Timestamp> = trail.iter().map(|step| step["at"].as_str().unwrap().parse().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "{times:?}");
    assert!(times[3].duration_since(times[0]).as_secs() >= 30);
    world.finish().await;
}

#[tokio::test]
async fn buyers_do_not_see_it() {
    let world = World::new().await;
    let order = Bought::of(world.order_as("ada", &world.request("general", 1)).await.expect(201));
    assert_eq!(order.json["order"]["trail"], Value::Null);
    world.pay(&order);
    world.settle().await;
    let path = format!("/v1/orders/{}", order.id);
    let by_token = world.get(&path).order_token(&order.token).await;
    let by_customer = world.get(&path).token(&world.customer("ada")).await;
    let by_success = world.get(&world.way_back(&order)).header("accept", "application/json").await;
    for answer in [by_token, by_customer, by_success] {
        assert!(!answer.text.contains("trail") && !answer.text.contains("webhook"), "{}", answer.text);
        answer.expect(200);
    }
    for role in ["staff", "admin"] {
        assert!(world.get(&path).role(role).await.expect(200)["trail"].is_array(), "{role}");
    }
    world.finish().await;
}

#[tokio::test]
async fn who_settles_is_who_came_first() {
    let world = World::new().await;
    // The success page.
    let order = world.buy("general", 1).await;
    world.drop_webhooks().await;
    world.pay(&order);
    world.get(&world.way_back(&order)).await;
    assert_eq!(steps(&trail(&world, &order).await), [("placed", "guest"), ("paid", "success")]);
    // The sweeper.
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.advance(37 * 60).await;
    world.sweep().await;
    assert_eq!(steps(&trail(&world, &order).await), [("placed", "guest"), ("paid", "sweeper")]);
    // It was not paid.
    let order = world.buy("general", 1).await;
    world.advance(40 * 60).await;
    world.sweep().await;
    assert_eq!(steps(&trail(&world, &order).await), [("placed", "guest"), ("expired", "sweeper")]);
    // Nothing to pay.
    let order = world.buy("free", 1).await;
    assert_eq!(steps(&trail(&world, &order).await)[0], ("placed", "guest"));
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test]
async fn a_booking_tells_who_answered_and_who_canceled_it() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    world.post(&holdfast_tests::booking_path(&order, "cancel")).order_token(&order.token).await.expect(200);
    world.settle().await;
    let trail = trail(&world, &order).await;
    let reported = steps(&trail);
    assert_eq!(reported[0], ("placed", "guest"));
    let paid = reported.iter().find(|(what, _)| *what == "paid").expect("it was paid");
    assert_eq!(paid.1, EXPERT, "{reported:?}");
    assert!(reported.iter().any(|(what, by)| what.contains("cancel") && *by == "guest"), "{reported:?}");
    world.finish().await;
}
