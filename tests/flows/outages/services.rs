//! Table, Stripe, queue, mail or secrets are down, slow or overrun: the client gets a 503 in time, nothing is
//! left half done, and coming back helps.

use std::time::Duration;

use holdfast_tests::{
    Answer, Bought, ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// API Gateway waits no longer than this.
pub(super) const PATIENCE: Duration = Duration::from_secs(29);

pub(super) async fn world() -> (World, Faults) {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    (world, faults)
}

/// Every way in which a service can be of no use.
pub(super) fn outages() -> [Fault; 7] {
    [
        Fault::Refused,
        Fault::RequestLost,
        Fault::AnswerLost,
        Fault::Throttled,
        Fault::ServerError,
        Fault::Hang,
        Fault::Slow(Duration::from_secs(20)),
    ]
}

/// A refusal that says when to come back, in time.
#[track_caller]
pub(super) fn come_back(answer: Answer, code: &str, begun: Instant, what: &str) {
    assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", begun.elapsed());
    assert_eq!(answer.status.as_u16(), 503, "{what}: {}", answer.text);
    let answer = answer.refused(503, code);
    let seconds: u32 = answer.header("retry-after").parse().unwrap_or_default();
    assert!((1..=60).contains(&seconds), "{what}: Retry-After {seconds}");
    for secret in ["amazonaws", "dynamodb", "holdfast#", "stripe.com", "sk_test"] {
        assert!(!answer.text.to_lowercase().contains(secret), "{what}: {}", answer.text);
    }
}

pub(super) async fn checkout(world: &World, request: &Value, key: &str) -> Answer {
    world.post("/v1/checkout").key(key).json(request).await
}

/// Repeats a purchase as a patient client does.
async fn buy_at_last(world: &World, request: &Value, key: &str) -> Bought {
    for _ in 0..4 {
        let answer = checkout(world, request, key).await;
        match answer.status.as_u16() {
            201 => return Bought::of(answer.json),
            409 | 503 => world.advance(31).await,
            status => panic!("{status}: {}", answer.text),
        }
    }
    panic!("no order after four tries");
}

/// The order is there once, can be paid, and is.
async fn pay_and_end(world: &World, order: &Bought) {
    world.pay(order);
    world.settle().await;
    assert_eq!(world.order(order).await["status"], "paid");
    let (_, held, sold) = world.stock("general").await;
    assert_eq!((held, sold), (0, 1), "bought once");
    let sessions = world.stack.stripe().objects("checkout.session");
    let own = sessions.iter().filter(|session| session["metadata"]["order_id"] == order.id.as_str());
    assert_eq!(own.count(), 1, "one page");
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn the_table_is_down() {
    for fault in outages() {
        let (world, faults) = world().await;
        let paid = world.bought("vip", 1).await;
        let before = world.dump().await;
        let what = format!("{fault:?}");
        faults.plan([Rule::every(Service::Table, fault)]);

        let begun = Instant::now();
        come_back(checkout(&world, &world.request("general", 1), "k").await, "store_unavailable", begun, &what);
        let begun = Instant::now();
        come_back(world.get(&format!("/v1/listings/{SHOW}")).await, "store_unavailable", begun, &what);
        let begun = Instant::now();
        let order = world.get(&format!("/v1/orders/{}", paid.id)).order_token(&paid.token).await;
        come_back(order, "store_unavailable", begun, &what);
        let begun = Instant::now();
        come_back(world.refund(&paid, &json!({})).await, "store_unavailable", begun, &what);
        let begun = Instant::now();
        let event = world.events("checkout.session.completed").pop().unwrap();
        come_back(world.event(&event).await, "store_unavailable", begun, &what);
        let begun = Instant::now();
        let offer = world.offer_with("general", json!({ "price": "26.00" })).await;
        come_back(offer, "store_unavailable", begun, &what);
        let begun = Instant::now();
        let back = world.get(&world.way_back(&paid)).await;
        come_back(back, "store_unavailable", begun, &what);
        assert!(world.stack.sweep().await.is_err(), "{what}");

        assert!(faults.heal() > 0);
        world.unchanged_since(&before).await;
        let order = buy_at_last(&world, &world.request("general", 1), "k").await;
        pay_and_end(&world, &order).await;
    }
}

/// The table goes away between two calls of one request. The transaction that places an order is one call: it happens
/// or it does not.
#[tokio::test(start_paused = true)]
async fn the_table_goes_away_in_the_middle_of_placing() {
    for fault in outages() {
        for operation in ["TransactWriteItems", "UpdateItem"] {
            let (world, faults) = world().await;
            let before = world.dump().await;
            let what = format!("{operation}: {fault:?}");
            faults.plan([Rule::every(Service::Table, fault).of(operation)]);
            let begun = Instant::now();
            come_back(checkout(&world, &world.request("general", 1), "k").await, "store_unavailable", begun, &what);
            assert!(faults.heal() > 0);
            let acted = operation == "UpdateItem" || fault == Fault::AnswerLost;
            if acted {
                // All of it is there: order, stock, call record.
                assert_eq!(world.stock("general").await, (99, 1, 0), "{what}");
                assert!(world.violations().await.is_empty(), "{what}");
            } else {
                world.unchanged_since(&before).await;
            }
            let order = buy_at_last(&world, &world.request("general", 1), "k").await;
            pay_and_end(&world, &order).await;
        }
    }
}

/// The buyer does not come back after the table went away: what was held is on sale again.
#[tokio::test(start_paused = true)]
async fn an_abandoned_order_is_released() {
    let (world, faults) = world().await;
    faults.plan([Rule::every(Service::Table, Fault::AnswerLost).of("TransactWriteItems")]);
    checkout(&world, &world.request("general", 3), "k").await.refused(503, "store_unavailable");
    faults.heal();
    assert_eq!(world.stock("general").await, (97, 3, 0));
    world.advance(36 * 60 + 60).await;
    world.sweep().await;
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert!(world.stack.stripe().objects("checkout.session").is_empty());
    world.finish().await;
}

/// Two minutes of a slow table: longer than any lease. Conditions, not locks, keep writers apart, so nothing that comes
/// late is applied to what has changed meanwhile.
#[tokio::test(start_paused = true)]
async fn a_lease_runs_out_while_the_table_is_slow() {
    let (world, faults) = world().await;
    world.offer("last", "25.00", 1).await;
    let slow = Duration::from_secs(130);
    // Slower than the client waits, but within what the service needs: the write arrives after all, much later.
    faults.plan([Rule::every(Service::Table, Fault::Slow(slow)).of("TransactWriteItems").times(3)]);
    let begun = Instant::now();
    come_back(checkout(&world, &world.request("last", 1), "slow").await, "store_unavailable", begun, "slow");
    faults.heal();
    let other = checkout(&world, &world.request("last", 1), "quick").await;
    let other = Bought::of(other.expect(201));
    world.advance(130).await;
    checkout(&world, &world.request("last", 1), "slow").await.refused(400, "insufficient_stock");
    world.pay(&other);
    world.settle().await;
    assert_eq!(world.stock("last").await, (0, 0, 1));
    world.finish().await;
}

/// The answer of Stripe's comes after the first call's lease: the repeat resumes, and both end in one page.
#[tokio::test(start_paused = true)]
async fn a_lease_runs_out_during_a_call_to_stripe() {
    let (world, faults) = world().await;
    faults.plan([Rule::every(Service::Stripe, Fault::Slow(Duration::from_secs(3)))]);
    let request = world.request("general", 1);
    let first = checkout(&world, &request, "k");
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        checkout(&world, &request, "k").await.refused(409, "request_in_progress");
        world.advance(31).await;
        checkout(&world, &request, "k").await
    };
    let (first, second) = tokio::join!(first, second);
    let (first, second) = (Bought::of(first.expect(201)), Bought::of(second.expect(201)));
    assert_eq!((&first.id, &first.session), (&second.id, &second.session));
    faults.heal();
    pay_and_end(&world, &first).await;
}

#[tokio::test(start_paused = true)]
async fn stripe_is_down() {
    for fault in outages() {
        let (world, faults) = world().await;
        let what = format!("{fault:?}");
        let paid = world.bought("vip", 2).await;
        let open = world.buy("vip", 1).await;
        faults.plan([Rule::every(Service::Stripe, fault)]);

        let begun = Instant::now();
        come_back(checkout(&world, &world.request("general", 1), "k").await, "payment_unavailable", begun, &what);
        // The order waits, with its stock; nothing is half done.
        assert_eq!(world.stock("general").await, (99, 1, 0), "{what}");
        assert!(world.violations().await.is_empty(), "{what}");
        let begun = Instant::now();
        come_back(checkout(&world, &world.request("general", 1), "k").await, "payment_unavailable", begun, &what);
        let begun = Instant::now();
        let back = world.get(&world.way_back(&open)).await;
        come_back(back, "payment_unavailable", begun, &what);
        // What is settled already needs nothing of Stripe.
        assert_eq!(world.get(&world.way_back(&paid)).await.status.as_u16(), 303, "{what}");

        // A refund is written down and will be made.
        let begun = Instant::now();
        let refund = world.refund(&paid, &json!({})).await.expect(201);
        assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", begun.elapsed());
        assert_eq!(refund["status"], "pending", "{what}");
        // Free orders need no Stripe.
        world.buy("free", 1).await;

        assert!(faults.heal() > 0);
        let order = buy_at_last(&world, &world.request("general", 1), "k").await;
        for _ in 0..3 {
            world.advance(65).await;
            world.sweep().await;
            world.settle().await;
        }
        assert_eq!(world.order(&paid).await["status"], "refunded", "{what}");
        assert_eq!(world.stack.stripe().objects("refund").len(), 1, "{what}");
        pay_and_end(&world, &order).await;
    }
}

/// Stripe is down for as long as the hold lasts: nothing is released before Stripe has answered that no payment can come.
#[tokio::test(start_paused = true)]
async fn stripe_is_down_when_the_hold_runs_out() {
    for fault in [Fault::Refused, Fault::Hang, Fault::ServerError] {
        let (world, faults) = world().await;
        let quiet = world.buy("general", 1).await;
        let paid = world.buy("general", 1).await;
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        world.pay(&paid);
        faults.plan([Rule::every(Service::Stripe, fault)]);
        for _ in 0..5 {
            world.advance(8 * 60).await;
            world.sweep().await;
        }
        assert_eq!(world.stock("general").await, (98, 2, 0), "{fault:?}");
        assert_eq!(world.order(&quiet).await["status"], "pending");
        assert!(faults.heal() > 0);
        world.advance(61 * 60).await;
        world.sweep().await;
        world.settle().await;
        assert_eq!(world.order(&quiet).await["status"], "expired");
        assert_eq!(world.order(&paid).await["status"], "paid");
        assert_eq!(world.stock("general").await, (99, 0, 1), "{fault:?}");
        world.finish().await;
    }
}

/// A key that was withdrawn while an earlier call's answer was lost: Stripe's no at the door is no proof that there is
/// no page.
#[tokio::test(start_paused = true)]
async fn a_refused_key_proves_nothing_of_an_earlier_call() {
    let (world, faults) = world().await;
    let request = world.request("general", 1);
    faults.plan([Rule::every(Service::Stripe, Fault::AnswerLost)]);
    checkout(&world, &request, "k").await.refused(503, "payment_unavailable");
    faults.plan([Rule::every(Service::Stripe, Fault::TurnedAway)]);
    checkout(&world, &request, "k").await.refused(503, "payment_unavailable");
    assert!(faults.heal() > 0);
    assert_eq!(world.stock("general").await, (99, 1, 0), "the page is still open, so the stock is still held");
    let order = buy_at_last(&world, &request, "k").await;
    pay_and_end(&world, &order).await;
}

/// Canceling a show while Stripe is down: the sale is closed at once, the money follows.
#[tokio::test(start_paused = true)]
async fn a_show_is_canceled_while_stripe_is_down() {
    let (world, faults) = world().await;
    let paid = world.bought("general", 2).await;
    let open = world.buy("general", 1).await;
    faults.plan([Rule::every(Service::Stripe, Fault::Hang)]);
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").await.expect(202);
    world.checkout(&world.request("general", 1)).await.refused(400, "listing_unavailable");
    world.advance(2).await;
    world.sweep().await;
    assert!(faults.heal() > 0);
    for _ in 0..8 {
        world.advance(70).await;
        world.sweep().await;
        world.settle().await;
    }
    assert_eq!(world.order(&paid).await["status"], "refunded");
    assert_eq!(world.order(&open).await["status"], "canceled");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.finish().await;
}
