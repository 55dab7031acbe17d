//! Refunds and disputes of packages: hours go with their money.

use std::sync::Arc;

use holdfast_tests::{Bought, LESSONS, PUPIL, SHOW, World, faults::Faults};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::hours::{causes, has, reported_anew};

#[tokio::test]
async fn a_refund_takes_unspent_hours_back() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 3).await;
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    let refund = world.refund(&order, &one).await.expect(201);
    assert_eq!(refund["amount"], "50.00");
    assert_eq!(world.balance(PUPIL).await, has("20", "100.00"));
    world.settle().await;
    let rest = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(rest["amount"], "100.00");
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    let id = |refund: &Value| format!("refund:{}", refund["id"].as_str().unwrap());
    assert_eq!(causes(&world.ledger(PUPIL).await), [format!("order:{}", order.id), id(&refund), id(&rest)]);
    world.finish().await;
}

#[tokio::test]
async fn spent_hours_are_not_refunded() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 2).await;
    world.debit(PUPIL, "10.5", "lesson-1").await.expect(201);
    let before = world.raw();
    for body in [json!({}), json!({ "items": [{ "line": "l1", "quantity": 1 }] })] {
        let answer = world.refund(&order, &body).await.refused(409, "insufficient_hours");
        assert!(answer.message().contains("spent"), "{}", answer.text);
    }
    world.table_is(&before);
    assert_eq!(world.balance(PUPIL).await, has("9.5", "100.00"));
    // What the message advises works: money without hours.
    let refund = world.refund(&order, &json!({ "amount": "20.00" })).await.expect(201);
    assert_eq!(refund["amount"], "20.00");
    assert_eq!(world.balance(PUPIL).await, has("9.5", "100.00"));
    world.settle().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refunds_and_debits_at_once_never_spend_an_hour_twice() {
    let faults = Faults::new();
    let world = Arc::new(World::of_packages_with(faults.options()).await);
    let order = world.hours_bought("ten", 2).await;
    faults.jitter(3);
    let mut hands = JoinSet::new();
    for n in 0..5 {
        let (staff, pupil) = (world.clone(), order.clone());
        hands.spawn(async move {
            let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
            ("refund", staff.refund(&pupil, &one).await.status.as_u16())
        });
        let teacher = world.clone();
        hands.spawn(async move { ("debit", teacher.debit(PUPIL, "6", &format!("lesson-{n}")).await.status.as_u16()) });
    }
    let answers = hands.join_all().await;
    let done = |what: &str| answers.iter().filter(|(kind, status)| *kind == what && *status == 201).count();
    assert!(answers.iter().all(|(_, status)| [201, 400, 409, 503].contains(status)), "{answers:?}");
    assert!(done("refund") * 10 + done("debit") * 6 <= 20, "{answers:?}");
    assert!(done("refund") + done("debit") > 0);
    world.settle().await;
    let left = 20 - done("refund") * 10 - done("debit") * 6;
    assert_eq!(world.balance(PUPIL).await.0, left.to_string(), "{answers:?}");
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_stripe_refuses_gives_the_hours_back() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 2).await;
    // Most of the money went back by hand at Stripe, and we have not heard of it: Stripe has not that much left.
    world.drop_webhooks().await;
    let charge = world.charge(&order);
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 6_000 })).await;
    let refund = world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    assert_eq!((&refund["amount"], &refund["status"]), (&json!("50.00"), &json!("failed")));
    assert_eq!(world.balance(PUPIL).await, has("20", "100.00"));
    let id = refund["id"].as_str().unwrap();
    let expected = [format!("order:{}", order.id), format!("refund:{id}"), format!("refund:{id}:refused")];
    assert_eq!(causes(&world.ledger(PUPIL).await), expected);
    world.send_webhooks().await;
    assert_eq!(world.balance(PUPIL).await, has("20", "100.00"));
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_fails_at_the_bank_keeps_the_hours_taken() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    world.fail_refund(&refund).await;
    world.settle().await;
    assert_eq!(world.refunds(&order).await[0]["status"], "failed");
    // The goods stay returned, as everywhere; a person sees to the money.
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    assert_eq!(world.violations().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_refund_made_by_hand_takes_what_is_left() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    world.debit(PUPIL, "4", "lesson-1").await.expect(201);
    let charge = world.charge(&order);
    // A part of the money says nothing of the hours; all of it takes what is there.
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 1_000 })).await;
    world.settle().await;
    assert_eq!(world.balance(PUPIL).await, has("6", "50.00"));
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"] })).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    let ledger = world.ledger(PUPIL).await;
    assert_eq!((&ledger[0]["hours"], &ledger[0]["amount"]), (&json!("-6"), &json!("-50.00")));
    // Reported again, nothing more goes: not from another package either.
    world.hours_bought("two", 1).await;
    for (n, event) in (0..).zip(world.events("charge.refunded")) {
        world.event(&reported_anew(&event, n)).await.expect(200);
    }
    assert_eq!(world.balance(PUPIL).await, has("2", "12.00"));
    world.finish().await;
}

#[tokio::test]
async fn hours_bought_beside_tickets_are_worth_their_own_price() {
    let world = World::of_packages().await;
    let request = json!({
        "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "items": [
            { "listing": LESSONS, "offer": "ten", "quantity": 1 },
            { "listing": SHOW, "offer": "general", "quantity": 2 },
        ],
    });
    let order = Bought::of(world.order_as(PUPIL, &request).await.expect(201));
    assert_eq!(order.json["order"]["total"], "104.84");
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["refunded"], "104.84");
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    world.finish().await;
}

async fn dispute(world: &World, order: &Bought, amount: Option<i64>) -> String {
    let mut body = json!({ "charge": world.charge(order)["id"] });
    if let Some(amount) = amount {
        body["amount"] = json!(amount);
    }
    let id = world.at_stripe("disputes", &body).await["id"].as_str().unwrap().to_owned();
    world.settle().await;
    id
}

async fn close(world: &World, dispute: &str, how: &str) {
    world.at_stripe(&format!("disputes/{dispute}/close"), &json!({ "status": how })).await;
    world.settle().await;
}

#[tokio::test]
async fn a_dispute_freezes_the_hours_and_gives_them_back_when_won() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    world.debit(PUPIL, "3", "lesson-1").await.expect(201);
    let id = dispute(&world, &order, None).await;
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    world.debit(PUPIL, "1", "lesson-2").await.refused(409, "insufficient_hours");
    close(&world, &id, "won").await;
    assert_eq!(world.balance(PUPIL).await, has("7", "50.00"));
    for (n, event) in (0..).zip(world.events("charge.dispute.closed").into_iter().cycle().take(5)) {
        world.event(&reported_anew(&event, n)).await.expect(200);
    }
    assert_eq!(world.balance(PUPIL).await, has("7", "50.00"));
    world.debit(PUPIL, "1", "lesson-2").await.expect(201);
    world.finish().await;
}

#[tokio::test]
async fn hours_come_back_when_the_last_of_two_disputes_is_won() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    world.hours_bought("two", 1).await;
    for first_closed in [0, 1] {
        let mut ids = Vec::new();
        for _ in 0..2 {
            ids.push(dispute(&world, &order, Some(2_000)).await);
            assert_eq!(world.balance(PUPIL).await, has("2", "12.00"), "the other package is not touched");
        }
        close(&world, &ids[first_closed], "won").await;
        assert_eq!(world.balance(PUPIL).await, has("2", "12.00"), "one is open still");
        close(&world, &ids[1 - first_closed], "won").await;
        assert_eq!(world.balance(PUPIL).await, has("12", "62.00"));
    }
    world.finish().await;
}

#[tokio::test]
async fn a_dispute_that_is_lost_keeps_the_hours() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    let id = dispute(&world, &order, None).await;
    close(&world, &id, "lost").await;
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    assert_eq!(causes(&world.ledger(PUPIL).await), [format!("order:{}", order.id), format!("dispute:{id}")]);
    world.finish().await;
}

#[tokio::test]
async fn what_a_lost_dispute_left_is_refunded_without_taking_other_hours() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    world.hours_bought("two", 1).await;
    let id = dispute(&world, &order, Some(2_000)).await;
    close(&world, &id, "lost").await;
    assert_eq!(world.balance(PUPIL).await, has("2", "12.00"));
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["amount"], "30.00");
    world.settle().await;
    assert_eq!(world.balance(PUPIL).await, has("2", "12.00"), "those of the other package stay");
    world.finish().await;
}

#[tokio::test]
async fn hours_follow_every_turn_of_a_dispute() {
    let world = World::of_packages().await;
    let order = world.hours_bought("ten", 1).await;
    world.debit(PUPIL, "3", "lesson-1").await.expect(201);
    let id = dispute(&world, &order, None).await;
    let turns =
        [("lost", false), ("won", true), ("lost", false), ("won", true), ("needs_response", false), ("won", true)];
    for (status, has_hours) in turns {
        world.at_stripe(&format!("disputes/{id}"), &json!({ "status": status })).await;
        world.settle().await;
        let expected = if has_hours { has("7", "50.00") } else { has("0", "0.00") };
        assert_eq!(world.balance(PUPIL).await, expected, "{status}");
    }
    world.finish().await;
}
