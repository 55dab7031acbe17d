//! Handing over while something else happens to the same ticket: of two at once one is first, and never are two codes good.

use std::sync::Arc;

use holdfast_tests::{Bought, SHOW, World, faults::Faults};
use serde_json::{Value, json};

/// A show whose tickets may be handed over, in a world whose calls take turns by chance.
async fn jittery() -> (Faults, Arc<World>) {
    let faults = Faults::new();
    let world = Arc::new(World::with(faults.options()).await);
    world.show(SHOW, json!({ "transferable": "free" })).await.expect(200);
    (faults, world)
}

async fn first_code(world: &World, order: &Bought) -> String {
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    seen["tickets"][0]["code"].as_str().unwrap().to_owned()
}

fn to(name: &str) -> Value {
    json!({ "name": name, "email": format!("{}@example.com", name.to_lowercase()) })
}

#[tokio::test]
async fn of_many_who_hand_one_ticket_over_one_does() {
    let (faults, world) = jittery().await;
    let order = Arc::new(world.buy("free", 1).await);
    let old = first_code(&world, &order).await;
    faults.jitter(3);
    let tries = ["Grace", "Grace", "Alan", "Emmy", "Joan"].map(|name| {
        let (world, order, old) = (world.clone(), order.clone(), old.clone());
        tokio::spawn(async move {
            let path = format!("/v1/tickets/{old}/transfer");
            (name, world.post(&path).order_token(&order.token).json(&to(name)).await)
        })
    });
    let mut winners = std::collections::BTreeSet::new();
    for one in tries {
        let (name, answer) = one.await.unwrap();
        if answer.status.as_u16() == 200 {
            winners.insert(name);
        } else {
            answer.refused(409, "illegal_state");
        }
    }
    faults.jitter(0);
    assert_eq!(winners.len(), 1, "one person has it: {winners:?}");
    let all = world.everything().await;
    let ticket = &all.orders[0].tickets[0];
    assert_eq!((ticket.past_codes.len(), all.tickets.len()), (1, 2));
    world.settle().await;
    let received = world.stack.mails().iter().filter(|mail| mail.subject.starts_with("Your ticket for")).count();
    assert_eq!(received, 1);
    world.finish().await;
}

#[tokio::test]
async fn who_hands_over_and_who_checks_in_at_once_do_not_both_succeed() {
    for round in 0..6 {
        let (faults, world) = jittery().await;
        let order = world.buy("free", 1).await;
        let old = first_code(&world, &order).await;
        faults.jitter(1 + round);
        let path = format!("/v1/tickets/{old}/transfer");
        let at_check_in = format!("/v1/tickets/{old}/check-in");
        let grace = to("Grace");
        let (handed, shown) =
            tokio::join!(async { world.post(&path).order_token(&order.token).json(&grace).await }, async {
                world.post(&at_check_in).role("staff").await
            });
        faults.jitter(0);
        let won = [&handed, &shown].map(|answer| answer.status.as_u16() == 200);
        assert!(won[0] != won[1], "{} {}", handed.text, shown.text);
        let ticket = world.everything().await.orders.remove(0).tickets.remove(0);
        assert_eq!(ticket.checked_in_at.is_some(), won[1]);
        world.settle().await;
        world.finish().await;
    }
}

#[tokio::test]
async fn a_ticket_whose_refund_is_under_way_goes_nowhere_and_one_that_went_is_refunded_with_its_line() {
    let (_, world) = jittery().await;
    let order = world.bought("general", 2).await;
    let old = first_code(&world, &order).await;
    let path = |code: &str| format!("/v1/tickets/{code}/transfer");
    world.post(&path(&old)).order_token(&order.token).json(&to("Grace")).await.expect(200);
    let new = first_code(&world, &order).await;
    // One of the line: the buyer's own goes first.
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    assert_eq!(seen["tickets"][0]["status"], "valid");
    let own = seen["tickets"][1]["code"].as_str().unwrap();
    world.post(&path(own)).order_token(&order.token).json(&to("Alan")).await.refused(409, "illegal_state");
    world.settle().await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    world.post(&format!("/v1/tickets/{new}/check-in")).role("staff").await.refused(409, "illegal_state");
    world.post(&path(&new)).role("staff").json(&to("Alan")).await.refused(409, "illegal_state");
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.finish().await;
}
