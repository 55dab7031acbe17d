//! Packages of hours: credited once for each payment, whatever arrives how often, and taken back with the money.

use std::sync::Arc;

use holdfast_tests::{Bought, INTENT_HOLD, LESSONS, ORGANIZATION, PUPIL, World, faults::Faults};
use serde_json::{Value, json};
use tokio::task::JoinSet;

pub(super) fn has(hours: &str, amount: &str) -> (String, String) {
    (hours.to_owned(), amount.to_owned())
}

pub(super) fn causes(ledger: &[Value]) -> Vec<String> {
    ledger.iter().rev().map(|entry| entry["cause"].as_str().unwrap().to_owned()).collect()
}

/// A paid package whose webhooks were all lost so far.
async fn paid_unheard(world: &World) -> Bought {
    let order = world.hours_ordered("ten", 1).await;
    world.drop_webhooks().await;
    world.pay(&order);
    order
}

/// The latest of Stripe's events about a payment on its page.
fn events_of_payment(world: &World) -> Vec<Value> {
    let kinds = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"];
    kinds.into_iter().filter_map(|kind| world.events(kind).pop()).collect()
}

/// The same event under another id.
pub(super) fn reported_anew(event: &Value, n: usize) -> Value {
    let mut event = event.clone();
    event["id"] = json!(format!("{}_again_{n}", event["id"].as_str().unwrap()));
    event
}

#[tokio::test]
async fn a_package_paid_on_stripes_page_credits_its_hours_once() {
    let world = World::of_packages().await;
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    let order = world.hours_ordered("ten", 2).await;
    // No fees, nothing credited yet.
    assert_eq!(order.json["order"]["total"], "100.00");
    assert_eq!(order.json["order"]["credit"], Value::Null);
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    world.pay(&order);
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!((&paid["status"], &paid["credit"]["hours"]), (&json!("paid"), &json!("20")));
    assert_eq!(paid["tickets"], json!([]));
    assert_eq!(world.balance(PUPIL).await, has("20", "100.00"));
    let ledger = world.ledger(PUPIL).await;
    assert_eq!(ledger.len(), 1);
    assert_eq!((&ledger[0]["hours"], &ledger[0]["amount"]), (&json!("20"), &json!("100.00")));
    assert_eq!(ledger[0]["cause"], format!("order:{}", order.id));
    // The money went to the organization, all of it.
    let charge = world.charge(&order);
    assert_eq!((&charge["amount"], &charge["application_fee_amount"]), (&json!(10_000), &Value::Null));
    assert_eq!(world.object(charge["transfer"].as_str().unwrap())["destination"], "acct_acme");
    // One mail, which says what there is now.
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("20 hours were added to your balance"), "{}", mails[0].text);
    world.finish().await;
}

#[tokio::test]
async fn a_package_paid_with_an_intent_credits_its_hours_once() {
    let world = World::of_packages().await;
    for method in [None, Some("pm_card_visa")] {
        let request = world.basket(&[(LESSONS, "ten", 1)], method);
        let order = Bought::of(world.order_as(PUPIL, &request).await.expect(201));
        if method.is_none() {
            assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
            world.confirm(&order, "pm_card_visa").await.expect(200);
        }
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "paid");
    }
    assert_eq!(world.balance(PUPIL).await, has("20", "100.00"));
    world.finish().await;
}

#[tokio::test]
async fn guests_have_to_sign_in() {
    let world = World::of_packages().await;
    let before = world.raw();
    for body in
        [world.hours_request("ten", 1), world.hours_request("taster", 1), world.basket(&[(LESSONS, "ten", 1)], None)]
    {
        let answer = world.post("/v1/checkout").key("guest").json(&body).await.refused(401, "unauthenticated");
        assert!(answer.message().contains("sign in"), "{}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    world.table_is(&before);
    assert!(world.stack.stripe().calls().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn offers_of_packages_have_hours_and_no_promo_codes() {
    let world = World::of_packages().await;
    let offer = async |changes: Value| {
        let mut body = json!({ "price": "50.00", "hours": "10", "capacity": null });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        world.offer_of(ORGANIZATION, LESSONS, "new", body).await
    };
    for hours in
        [json!(null), json!("0"), json!("-1"), json!("1.234"), json!("ten"), json!("10001"), json!(""), json!(7)]
    {
        offer(json!({ "hours": hours })).await.refused(400, "invalid_request").at("hours");
    }
    let made = offer(json!({ "hours": "2.75" })).await.expect(201);
    assert_eq!((&made["hours"], &made["capacity"], &made["available"]), (&json!("2.75"), &Value::Null, &Value::Null));
    world.offer_with("general", json!({ "hours": "1" })).await.refused(400, "invalid_request").at("hours");
    let listed = world.get("/v1/listings?kind=package").await.expect(200);
    assert_eq!((&listed["listings"][0]["id"], &listed["listings"][0]["kind"]), (&json!(LESSONS), &json!("package")));

    let promo = format!("/v1/organizations/{ORGANIZATION}/listings/{LESSONS}/promos/HALF");
    let answer = world.put(&promo).role("admin").json(&json!({ "percent_off": "0.5" })).await;
    answer.refused(400, "invalid_request");
    let mut request = world.hours_request("ten", 1);
    request["promo_code"] = json!("HALF");
    world.order_as(PUPIL, &request).await.refused(400, "promo_invalid").at("promo_code");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_event_that_comes_many_times_at_once_credits_once() {
    let world = Arc::new(World::of_packages().await);
    let order = paid_unheard(&world).await;
    let event = world.events("checkout.session.completed").pop().unwrap();
    let mut hands = JoinSet::new();
    for _ in 0..8 {
        let (world, event) = (world.clone(), event.clone());
        hands.spawn(async move { world.event(&event).await });
    }
    let outcomes: Vec<_> =
        hands.join_all().await.into_iter().map(|answer| answer.expect(200)["outcome"].clone()).collect();
    let first = outcomes.iter().filter(|outcome| **outcome == "paid").count();
    let again = outcomes.iter().filter(|outcome| **outcome == "already_processed").count();
    assert_eq!((first, again), (1, 7), "{outcomes:?}");
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    world.send_webhooks().await;
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn new_events_for_the_same_payment_credit_once() {
    let world = Arc::new(World::of_packages().await);
    paid_unheard(&world).await;
    let mut hands = JoinSet::new();
    for event in events_of_payment(&world) {
        for n in 0..6 {
            let (world, event) = (world.clone(), reported_anew(&event, n));
            hands.spawn(async move { world.event(&event).await.expect(200) });
        }
    }
    assert_eq!(hands.join_all().await.len(), 18);
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    // One after the other, later, too.
    for (n, event) in (6..).zip(events_of_payment(&world)) {
        let outcome = world.event(&reported_anew(&event, n)).await.expect(200)["outcome"].clone();
        assert_ne!(outcome, "paid");
    }
    assert_eq!(world.ledger(PUPIL).await.len(), 1);
    world.send_webhooks().await;
    assert_eq!(world.mail()["ada@example.com"].len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn webhook_success_page_and_sweeper_credit_once() {
    let faults = Faults::new();
    let world = Arc::new(World::of_packages_with(faults.options()).await);
    faults.jitter(3);
    for round in 1..=4 {
        let order = world.hours_ordered("ten", 1).await;
        world.drop_webhooks().await;
        // The hold runs out in the moment of paying: the page ends a minute before it.
        world.advance(2_070).await;
        world.pay(&order);
        world.advance(100).await;
        let mut hands = JoinSet::new();
        for (n, event) in events_of_payment(&world).into_iter().enumerate() {
            for event in [event.clone(), reported_anew(&event, round * 10 + n), event] {
                let world = world.clone();
                hands.spawn(async move { world.event(&event).await.status.as_u16() });
            }
        }
        for _ in 0..3 {
            let sweeper = world.clone();
            hands.spawn(async move {
                sweeper.sweep().await;
                200
            });
            let (buyer, path) = (world.clone(), world.way_back(&order));
            hands.spawn(async move { buyer.get(&path).header("accept", "application/json").await.status.as_u16() });
        }
        let statuses = hands.join_all().await;
        assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
        world.send_webhooks().await;
        assert_eq!(world.order(&order).await["status"], "paid");
        let expected = (format!("{}", round * 10), format!("{}.00", round * 50));
        assert_eq!(world.balance(PUPIL).await, expected, "round {round}");
    }
    assert_eq!(world.ledger(PUPIL).await.len(), 4);
    world.finish().await;
}

#[tokio::test]
async fn the_sweeper_credits_when_every_webhook_is_lost() {
    let world = World::of_packages().await;
    paid_unheard(&world).await;
    world.advance(37 * 60).await;
    world.sweep().await;
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    world.sweep().await;
    world.send_webhooks().await;
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    world.finish().await;
}

#[tokio::test]
async fn a_payment_that_comes_late_credits_once() {
    let world = World::of_packages().await;
    let request = world.basket(&[(LESSONS, "ten", 1)], None);
    let order = Bought::of(world.order_as(PUPIL, &request).await.expect(201));
    world.drop_webhooks().await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    // The order has expired meanwhile, as far as we know.
    let mut event = world.events("payment_intent.succeeded").pop().unwrap();
    world.advance(INTENT_HOLD + 60).await;
    for n in 0..5 {
        event["id"] = json!(format!("evt_late_{n}"));
        world.event(&event).await.expect(200);
        world.sweep().await;
    }
    world.send_webhooks().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.balance(PUPIL).await, has("10", "50.00"));
    world.finish().await;
}

#[tokio::test]
async fn a_declined_payment_credits_nothing_and_fails_once() {
    let world = World::of_packages().await;
    let request = world.basket(&[(LESSONS, "ten", 1)], Some("pm_card_chargeDeclined"));
    let answer = world.order_as(PUPIL, &request).await.refused(402, "payment_declined");
    let id = answer.json["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json["order"]["payment"]["failure"]["code"], "generic_decline");
    world.settle().await;
    let seen = world.get(&format!("/v1/orders/{id}")).role("staff").await.expect(200);
    assert_eq!((&seen["status"], &seen["credit"]), (&json!("failed"), &Value::Null));
    let version = seen["version"].clone();
    // Reported again, under the same and under new ids, at the same order.
    let failed = world.events("payment_intent.payment_failed").pop().unwrap();
    for n in 0..5 {
        world.event(&failed).await.expect(200);
        let outcome = world.event(&reported_anew(&failed, n)).await.expect(200)["outcome"].clone();
        assert_eq!(outcome, "already_processed");
    }
    let again = world.get(&format!("/v1/orders/{id}")).role("staff").await.expect(200);
    assert_eq!((&again["version"], &again["payment"]["failure"]), (&version, &seen["payment"]["failure"]));
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    // Who confirmed by the server has heard it in the answer, and no mail repeats it.
    assert!(world.stack.mails().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_payment_that_fails_later_sends_one_mail() {
    let world = World::of_packages().await;
    let order = world.hours_ordered("ten", 1).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("the bank takes it");
    world.settle().await;
    assert_eq!(world.order(&order).await["payment"]["status"], "processing");
    let intent = world.session(&order)["payment_intent"].as_str().unwrap().to_owned();
    world.at_stripe(&format!("intents/{intent}/fail"), &json!({})).await;
    world.settle().await;
    let failed = world.events("checkout.session.async_payment_failed").pop().unwrap();
    for n in 0..5 {
        world.event(&reported_anew(&failed, n)).await.expect(200);
    }
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "failed");
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    let mails = world.mail();
    assert_eq!(mails["ada@example.com"], ["Your payment for Lessons failed"]);
    world.finish().await;
}

#[tokio::test]
async fn free_packages_are_credited_at_once_and_as_often_as_there_are_some() {
    let world = World::of_packages().await;
    let order = Bought::of(world.order_as(PUPIL, &world.hours_request("taster", 2)).await.expect(201));
    assert_eq!(order.json["order"]["status"], "paid");
    assert_eq!(order.session, format!("FREE-{}", order.id));
    assert_eq!(world.balance(PUPIL).await, has("2", "0.00"));
    world.order_as("pupil-2", &world.hours_request("taster", 4)).await.refused(400, "insufficient_stock");
    assert_eq!(world.balance("pupil-2").await, has("0", "0.00"));
    // Taken back, and on sale again.
    world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(world.balance(PUPIL).await, has("0", "0.00"));
    assert_eq!(world.stock_of(LESSONS, "taster").await, (5, 0, 0));
    assert!(world.stack.stripe().calls().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_under_the_same_key_credits_once() {
    let world = World::of_packages().await;
    let token = world.customer(PUPIL);
    let request = world.hours_request("taster", 1);
    let mut ids = Vec::new();
    for _ in 0..5 {
        let answer = world.post("/v1/checkout").token(&token).key("same").json(&request).await;
        ids.push(answer.expect(201)["order"]["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(world.balance(PUPIL).await, has("1", "0.00"));
    world.finish().await;
}
