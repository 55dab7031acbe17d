//! A table that refuses what overlaps, as DynamoDB does: every item is busy for 7, 12 or 18 ms with each write. Losing
//! to others costs time, and nothing else.
//!
//! Time is paused, so that waiting takes none and the figures are those of the rule, whatever the machine does.

#![expect(clippy::print_stderr, reason = "the figures are worth seeing")]

use std::{path::Path, time::Duration};

use futures::future::join_all;
use holdfast_tests::{
    Answer, Bought, PUPIL, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// How long one item is busy with one write on DynamoDB, from the least that was measured to the most.
const BUSY: [u64; 3] = [7, 12, 18];

pub(super) async fn busy_world(milliseconds: u64) -> (World, Faults) {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults.jitter(3);
    faults.keep_busy(milliseconds);
    (world, faults)
}

/// A purchase by buyer `n`.
pub(super) fn request(world: &World, n: usize, offer: &str) -> Value {
    let mut request = world.request(offer, 1);
    request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
    request
}

/// The answers of a crowd that asks at once, and how long each waited.
async fn crowd(world: &World, requested_lines: &[Value]) -> Vec<(Answer, Duration)> {
    let begun = Instant::now();
    join_all(requested_lines.iter().map(|request| async move {
        let answer = world.checkout(request).await;
        (answer, begun.elapsed())
    }))
    .await
}

/// How many answers there are of each kind: status and code.
pub(super) fn kinds(answers: &[(Answer, Duration)]) -> Vec<(u16, String, usize)> {
    let mut kinds: Vec<(u16, String, usize)> = Vec::new();
    for (answer, _) in answers {
        let (status, code) = (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default());
        match kinds.iter_mut().find(|(s, c, _)| *s == status && c == code) {
            Some((.., count)) => *count += 1,
            None => kinds.push((status, code.to_owned(), 1)),
        }
    }
    kinds.sort();
    kinds
}

fn served(answers: &[(Answer, Duration)]) -> Vec<Bought> {
    let served = answers.iter().filter(|(answer, _)| answer.status.as_u16() == 201);
    served.map(|(answer, _)| Bought::of(answer.json.clone())).collect()
}

/// Prints what was answered and how soon, and returns within which time 95 of 100 were answered.
pub(super) fn report(what: &str, answers: &[(Answer, Duration)], conflicts: usize) -> Duration {
    let mut times: Vec<_> = answers.iter().map(|(_, time)| time.as_millis()).collect();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    eprintln!(
        "{what}: {:?}; {conflicts} lost to others; ms p50 {}, p95 {}, last {}",
        kinds(answers),
        at(50),
        at(95),
        at(100)
    );
    Duration::from_millis(u64::try_from(at(95)).unwrap_or(u64::MAX))
}

/// All buyers pay, and all of Stripe's events arrive at once.
async fn pay_all_at_once(world: &World, orders: &[Bought]) {
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    for order in orders {
        world.pay(order);
    }
    let kinds = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"];
    let events: Vec<_> = kinds.iter().flat_map(|kind| world.events(kind)).collect();
    assert!(events.len() >= orders.len());
    let begun = Instant::now();
    let answers = join_all(events.iter().map(|event| async move {
        let answer = world.event(event).await;
        (answer, begun.elapsed())
    }))
    .await;
    report("  settling", &answers, 0);
    assert_eq!(kinds_of(&answers), [200], "settling ends with every order");
    let all = world.everything().await;
    let failed: Vec<_> = all.events.iter().filter(|event| event.error.is_some()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.stack.stripe().release_webhooks(true);
}

fn kinds_of(answers: &[(Answer, Duration)]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|(answer, _)| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// A hundred buyers of a hundred tickets, at each time that an item may be busy: each is served, each sold once, and
/// each payment settles.
async fn a_hundred_of_a_hundred(milliseconds: u64, shards: Option<u16>) {
    let (world, faults) = busy_world(milliseconds).await;
    let offer = match shards {
        Some(shards) => json!({ "capacity": 100, "shards": shards }),
        None => json!({ "capacity": 100 }),
    };
    world.offer_with("seat", offer).await.expect(201);
    let before = faults.conflicts();
    let requested_lines: Vec<_> = (0..100).map(|n| request(&world, n, "seat")).collect();
    let answers = crowd(&world, &requested_lines).await;
    let shards = shards.map_or("the usual shards".to_owned(), |shards| format!("{shards} shards"));
    let what = format!("100 buyers, 100 tickets, {shards}, {milliseconds} ms");
    let p95 = report(&what, &answers, faults.conflicts() - before);
    // Time is virtual here: it counts what the table and the waiting between tries take, and nothing of this machine.
    assert!(p95 < Duration::from_secs(5), "{p95:?}");
    assert_eq!(kinds(&answers), [(201, String::new(), 100)]);
    assert_eq!(world.stock("seat").await, (0, 100, 0));
    let bought = served(&answers);
    pay_all_at_once(&world, &bought).await;
    assert_eq!(world.stock("seat").await, (0, 0, 100));
    world.finish().await;
    let mail = world.mail();
    assert!((0..100).all(|n| mail[&format!("buyer{n}@example.com")].len() == 1), "one confirmation each");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_buyers_of_a_hundred_tickets_are_all_served() {
    for milliseconds in BUSY {
        a_hundred_of_a_hundred(milliseconds, None).await;
    }
}

/// One item takes some 55 transactions of 18 ms in a second, and no design of ours makes it more. A hundred buyers then
/// wait some seconds, and none is refused.
#[tokio::test(start_paused = true)]
async fn a_hundred_buyers_are_served_even_by_one_shard() {
    a_hundred_of_a_hundred(18, Some(1)).await;
}

/// More than there are: each ticket is sold once, and a buyer is refused only when all are sold.
#[tokio::test(start_paused = true)]
async fn no_buyer_is_refused_while_there_is_stock() {
    for shards in [1, 3, 20] {
        let (world, faults) = busy_world(18).await;
        world.offer_with("seat", json!({ "capacity": 60, "shards": shards })).await.expect(201);
        let requested_lines: Vec<_> = (0..90).map(|n| request(&world, n, "seat")).collect();
        let answers = crowd(&world, &requested_lines).await;
        report(&format!("90 buyers, 60 tickets, {shards} shards, 18 ms"), &answers, faults.conflicts());
        assert_eq!(kinds(&answers), [(201, String::new(), 60), (400, "insufficient_stock".to_owned(), 30)]);
        assert_eq!(world.stock("seat").await, (0, 60, 0));
        world.finish().await;
    }
}

/// Fewer buyers than tickets: no buyer may be answered that there are none.
#[tokio::test(start_paused = true)]
async fn a_conflict_is_no_shortage() {
    for shards in [1, 5, 20] {
        let (world, _) = busy_world(18).await;
        world.offer_with("seat", json!({ "capacity": 61, "shards": shards })).await.expect(201);
        let requested_lines: Vec<_> = (0..60).map(|n| request(&world, n, "seat")).collect();
        let answers = crowd(&world, &requested_lines).await;
        assert_eq!(kinds(&answers), [(201, String::new(), 60)]);
        world.finish().await;
    }
}

/// A crowd that asks for a sold-out offer is refused after a read, which never loses to a write.
#[tokio::test(start_paused = true)]
async fn a_crowd_hears_soon_that_all_is_gone() {
    let (world, faults) = busy_world(18).await;
    world.offer_with("last", json!({ "capacity": 2, "shards": 1 })).await.expect(201);
    let requested_lines: Vec<_> = (0..150).map(|n| request(&world, n, "last")).collect();
    let answers = crowd(&world, &requested_lines).await;
    report("150 buyers, 2 tickets, 1 shard, 18 ms", &answers, faults.conflicts());
    assert_eq!(kinds(&answers), [(201, String::new(), 2), (400, "insufficient_stock".to_owned(), 148)]);
    world.finish().await;
}

/// A code with a limit is one item for all who use it.
#[tokio::test(start_paused = true)]
async fn a_promo_code_is_used_up_exactly_by_a_crowd() {
    let (world, faults) = busy_world(18).await;
    world.promo("TEN", "0.10", Some(25)).await;
    let requested_lines: Vec<_> = (0..60)
        .map(|n| {
            let mut request = request(&world, n, "general");
            request["promo_code"] = json!("TEN");
            request
        })
        .collect();
    let answers = crowd(&world, &requested_lines).await;
    report("60 buyers, a code for 25, 18 ms", &answers, faults.conflicts());
    assert_eq!(kinds(&answers), [(201, String::new(), 25), (400, "promo_invalid".to_owned(), 35)]);
    assert_eq!(world.stock("general").await, (75, 25, 0));
    world.finish().await;
}

/// An unlimited offer is checked on its own item, which is one item for all buyers.
#[tokio::test(start_paused = true)]
async fn an_unlimited_offer_serves_a_crowd() {
    let (world, faults) = busy_world(18).await;
    world.offer_with("stream", json!({ "capacity": null })).await.expect(201);
    let requested_lines: Vec<_> = (0..60).map(|n| request(&world, n, "stream")).collect();
    let answers = crowd(&world, &requested_lines).await;
    report("60 buyers of an unlimited offer, 18 ms", &answers, faults.conflicts());
    assert_eq!(kinds(&answers), [(201, String::new(), 60)]);
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_balance_is_debited_by_many_at_once() {
    let faults = Faults::new();
    let world = World::of_packages_with(faults.options()).await;
    world.hours_bought("ten", 1).await;
    faults.keep_busy(18);
    // One of them is bought in the same moment.
    let credited = async { Bought::of(world.order_as(PUPIL, &world.hours_request("taster", 1)).await.expect(201)) };
    let references: Vec<_> = (0..40).map(|n| format!("lesson-{n}")).collect();
    let debits = join_all(references.iter().map(|reference| world.debit(PUPIL, "0.5", reference)));
    let (_, answers) = tokio::join!(credited, debits);
    let made = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let others: Vec<_> = answers.iter().filter(|answer| answer.status.as_u16() != 201).collect();
    eprintln!("40 debits of one balance at once, 18 ms: {made} made, {} lost to others", faults.conflicts());
    assert!(others.iter().all(|answer| answer.json["code"] == "insufficient_hours"), "{others:?}");
    assert!((20..=22).contains(&made), "10 hours, and one more that came meanwhile: {made}");
    // Ten equal requests make one order.
    let cause = answers.iter().find_map(|answer| answer.json["cause"].as_str()).unwrap();
    let same = join_all((0..10).map(|_| world.debit(PUPIL, "0.5", cause.trim_start_matches("debit:")))).await;
    assert!(same.iter().all(|answer| answer.json["cause"] == cause), "{same:?}");
    let left = world.balance(PUPIL).await.0.parse::<rust_decimal::Decimal>().unwrap();
    assert_eq!(left, rust_decimal::Decimal::new(110 - 5 * i64::try_from(made).unwrap(), 1));
    world.finish().await;
}

/// All notifications of many orders, taken by several pollers and sweepers at once: each is sent once.
#[tokio::test(start_paused = true)]
async fn many_notifications_are_sent_once_each() {
    let (world, faults) = busy_world(18).await;
    let requested_lines: Vec<_> = (0..50).map(|n| request(&world, n, "free")).collect();
    let answers = crowd(&world, &requested_lines).await;
    assert_eq!(kinds(&answers), [(201, String::new(), 50)]);
    let pollers = join_all((0..4).map(|_| world.stack.drain_queue()));
    let sweepers = join_all((0..3).map(|_| world.sweep()));
    let (pollers, _) = tokio::join!(pollers, sweepers);
    assert!(pollers.into_iter().all(|handled| handled.is_ok()));
    world.settle().await;
    let mail = world.mail();
    assert!((0..50).all(|n| mail[&format!("buyer{n}@example.com")].len() == 1), "{mail:?}");
    eprintln!("50 notifications, 4 pollers, 3 sweepers, 18 ms: {} lost to others", faults.conflicts());
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn taking_a_notification_that_loses_to_others_is_tried_again() {
    let (world, faults) = busy_world(12).await;
    world.buy("free", 1).await;
    faults.plan([Rule::every(Service::Table, Fault::Conflict).of("UpdateItem").times(3)]);
    assert_eq!(world.stack.drain_queue().await.unwrap(), 1, "handled at the first delivery");
    assert_eq!(faults.heal(), 3);
    assert_eq!(world.mail()["ada@example.com"].len(), 1);
    world.finish().await;
}

/// Each single kind of write survives losing to others a few times, wherever it comes in a purchase.
#[tokio::test(start_paused = true)]
async fn no_write_of_a_purchase_fails_for_losing_a_few_times() {
    for operation in ["TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"] {
        for skip in 0..4 {
            let faults = Faults::new();
            let world = World::with(faults.options()).await;
            faults.plan([Rule::every(Service::Table, Fault::Conflict).of(operation).after(skip).times(12)]);
            let order = world.buy("general", 1).await;
            world.pay(&order);
            world.settle().await;
            assert_eq!(world.order(&order).await["status"], "paid", "{operation} after {skip}");
            let all = world.everything().await;
            assert!(all.events.iter().all(|event| event.error.is_none()), "{:?}", all.events);
            assert_eq!(world.mail()["ada@example.com"].len(), 1);
            faults.heal();
            world.finish().await;
        }
    }
}

/// A try whose answer came too late may still be under way when it is repeated. It is one order all the same.
#[tokio::test(start_paused = true)]
async fn a_transaction_that_is_still_under_way_is_waited_for() {
    let (world, faults) = busy_world(12).await;
    faults.plan([Rule::every(Service::Table, Fault::InProgress).of("TransactWriteItems").times(3)]);
    let order = world.buy("general", 2).await;
    let tokens: Vec<_> = faults.calls().into_iter().filter_map(|call| call.token).collect();
    assert_eq!(tokens.len(), 4);
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(world.stock("general").await, (98, 2, 0), "applied once");
    world.pay(&order);
    faults.plan([Rule::every(Service::Table, Fault::InProgress).of("TransactWriteItems").times(3)]);
    world.settle().await;
    assert_eq!(faults.heal(), 3);
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

/// A buyer who always loses is answered in time; an event is tried for longer than a buyer waits, and the sweeper goes on
/// with other things.
#[tokio::test(start_paused = true)]
async fn tries_end_with_the_callers_time() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let order = world.buy("general", 1).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();

    faults.plan([Rule::every(Service::Table, Fault::Conflict).of("TransactWriteItems")]);
    let begun = Instant::now();
    let answer = world.checkout(&world.request("general", 1)).await.refused(503, "store_unavailable");
    assert!(!answer.header("retry-after").is_empty());
    let buyer = begun.elapsed();
    assert!(buyer > Duration::from_secs(15) && buyer <= checkout::TIME, "{buyer:?}");

    let begun = Instant::now();
    world.event(&event).await.refused(503, "store_unavailable");
    let webhook = begun.elapsed();
    assert!(webhook > buyer && webhook < Duration::from_secs(60), "{webhook:?}");

    world.advance(2_300).await;
    let begun = Instant::now();
    let report = world.sweep().await;
    assert!(report.failed > 0 && begun.elapsed() < Duration::from_secs(20), "{report:?} {:?}", begun.elapsed());

    assert!(faults.heal() > 0);
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.event(&event).await.expect(200);
    world.stack.stripe().release_webhooks(true);
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}

/// The template's own limits leave room for the time that functions give themselves.
#[test]
fn functions_end_before_they_are_ended() {
    let template = local::template::Template::embedded().unwrap();
    let times = [
        ("checkout", checkout::TIME),
        ("success", success::TIME),
        ("refund", refund::TIME),
        ("booking", booking::TIME),
        ("webhook", webhook::TIME),
    ];
    for (function, time) in times {
        let limit = template.function(function).unwrap().timeout;
        assert!(time + Duration::from_secs(1) <= limit, "{function}: {time:?} of {limit:?}");
    }
    assert!(webhook::TIME > checkout::TIME);
}

/// All writes leave from one file, whose every way out tries again.
#[test]
fn no_write_goes_past_the_common_retry() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/store/src");
    let mut found = Vec::new();
    for (path, text) in crate::contract::coverage::sources().into_iter().filter(|(path, _)| path.starts_with(&own)) {
        let calls =
            [".put_item()", ".update_item()", ".delete_item()", ".transact_write_items()", ".batch_write_item()"];
        found.extend(calls.iter().filter(|call| text.contains(**call)).map(|call| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, *call)
        }));
    }
    found.sort();
    let one_file: Vec<_> = found.iter().filter(|(name, _)| name != "table.rs").collect();
    assert!(one_file.is_empty(), "{one_file:?}");
    assert_eq!(found.len(), 4, "{found:?}");
}
