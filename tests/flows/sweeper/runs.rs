//! The sweeper's runs: nothing that is slow, broken or much keeps anything else, and long work goes on where it was.
//!
//! Time is the runtime's and stands still while work is done, so nothing here depends on how fast the machine is.

use std::time::Duration;

use holdfast_tests::{
    Bought, CRAFTS, ORGANIZATION, SHOW, TUTOR, World,
    faults::{Fault, Faults, Outward, Rule, Service},
};
use serde_json::{Value, json};

const HOLD: i64 = 37 * 60;
const CLEANUP: Duration = Duration::from_secs(40);

async fn world() -> (World, Faults) {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    (world, faults)
}

async fn swept(world: &World, time: Duration) -> engine::SweepReport {
    // The function's own, on the wire that breaks.
    world.stack.sweep_for(time).await.expect("the agenda can be read")
}

/// The item of an order, as it lies in the table.
fn item(world: &World, order: &Bought) -> Value {
    world.raw().remove(&format!("ORDER#{}/META", order.id)).expect("the order is there")
}

fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().expect(name).parse().expect("a number")
}

#[tokio::test(start_paused = true)]
async fn what_is_never_answered_keeps_nothing_else() {
    let (world, faults) = world().await;
    let mut orders = Vec::new();
    for _ in 0..24 {
        orders.push(world.buy("general", 1).await);
    }
    world.advance(HOLD).await;
    // Stripe is silent about three of them, as often as it is asked.
    let silent = |order: &Bought| {
        Rule::every(Service::Stripe, Fault::Hang).of(&format!("GET /v1/checkout/sessions/{}", order.session))
    };
    faults.plan(orders.iter().take(3).map(silent));
    let begun = tokio::time::Instant::now();
    let report = swept(&world, CLEANUP).await;
    assert_eq!((report.done, report.failed, report.left), (21, 3, false));
    assert!(begun.elapsed() <= Duration::from_secs(21), "{:?}", begun.elapsed());
    assert_eq!(world.stock("general").await, (97, 3, 0));
    faults.heal();
    world.advance(3_600).await;
    assert_eq!(swept(&world, CLEANUP).await.done, 3);
    assert_eq!(world.stock("general").await, (100, 0, 0));
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_sweeper_that_dies_loses_nothing_and_repeats_nothing_at_once() {
    let (world, faults) = world().await;
    let order = world.buy("general", 1).await;
    world.advance(HOLD).await;
    let before = item(&world, &order);
    let due = number(&before, "due_at");
    // It dies right after it has taken the order on.
    faults.plan([Rule::every(Service::Table, Fault::CrashAfter).of("UpdateItem").times(1)]);
    assert!(faults.run(swept(&world, CLEANUP)).await.is_none(), "the process is gone");
    faults.heal();
    let leased = item(&world, &order);
    let now = world.stack.clock().now().as_second();
    assert!((44..=46).contains(&(number(&leased, "due_at") - now)), "put off by the lease");
    assert_eq!(number(&leased, "due_since"), due, "since when it is due stays known");
    for field in ["version", "order", "order_status", "agenda_shard"] {
        assert_eq!(leased[field], before[field], "{field}: only when it is due has changed");
    }

    let second = swept(&world, CLEANUP).await;
    assert_eq!((second.orders, second.failed), (0, 0), "it is not repeated at once");
    world.advance(46).await;
    let third = swept(&world, CLEANUP).await;
    assert_eq!((third.orders, third.done), (1, 1));
    let age = u64::try_from(world.stack.clock().now().as_second() - due).expect("later");
    assert!(third.oldest_seconds.abs_diff(age) <= 1, "{} and not {age}", third.oldest_seconds);
    assert_eq!(world.order(&order).await["status"], "expired");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

/// Writes a call record's request over, behind the engine's back.
fn write_request(world: &World, order: &Bought, call: u32, request: &Value) {
    let update = json!({
        "TableName": world.stack.cloud().table_name(),
        "Key": { "pk": { "S": format!("ORDER#{}", order.id) }, "sk": { "S": format!("CALL#{call:04}") } },
        "UpdateExpression": "SET #request = :request",
        "ExpressionAttributeNames": { "#request": "request" },
        "ExpressionAttributeValues": { ":request": request },
    });
    let answer = world.stack.cloud().table.answer("DynamoDB_20120810.UpdateItem", update.to_string().as_bytes());
    assert!(answer.status().is_success(), "{:?}", answer.body());
}

#[tokio::test(start_paused = true)]
async fn one_refund_of_an_order_that_fails_keeps_none_of_its_others() {
    let (world, faults) = world().await;
    let order = world.buy("general", 5).await;
    world.pay(&order);
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    // None of the five reaches Stripe at first.
    faults.plan([Rule::every(Service::Stripe, Fault::Refused).of("POST /v1/refunds")]);
    for _ in 0..5 {
        world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    }
    faults.heal();
    world.advance(120).await;
    // The first one cannot even be asked for.
    let was = world.raw()[&format!("ORDER#{}/CALL#0002", order.id)]["request"].clone();
    write_request(&world, &order, 2, &json!({ "NULL": true }));
    let report = swept(&world, CLEANUP).await;
    assert_eq!((report.orders, report.failed), (1, 1), "the failure is told");
    let refunds = world.refunds(&order).await;
    let made = refunds.iter().filter(|refund| refund["status"] == "succeeded").count();
    assert_eq!(made, 4, "all but that one: {refunds:?}");
    write_request(&world, &order, 2, &was);
    world.advance(300).await;
    swept(&world, CLEANUP).await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test]
async fn an_organization_with_much_to_do_does_not_keep_another() {
    let (world, faults) = world().await;
    world.organization("small", json!({ "stripe_account_id": "acct_small" })).await.expect(201);
    world.show_of("small", "small-show", json!({})).await.expect(201);
    world.offer_of("small", "small-show", "seat", json!({ "price": "10.00", "capacity": 5 })).await.expect(201);
    for _ in 0..60 {
        world.buy("general", 1).await;
    }
    let mut request = world.request("seat", 1);
    request["listing"] = json!("small-show");
    let small = world.buy_with(&request).await;
    world.advance(HOLD).await;
    faults.watch();
    swept(&world, CLEANUP).await;
    let requested = |call: &Outward| call.operation.starts_with("GET /v1/checkout/sessions/");
    let calls: Vec<_> = faults.calls().into_iter().filter(requested).collect();
    let place = calls.iter().position(|call| call.operation.contains(&small.session)).expect("it was looked at");
    // Of sixteen that are worked on at once, it is among the first.
    assert!(place < 17, "{place} others were looked at before, though all of them are of one organization");
    assert_eq!(world.order(&small).await["status"], "expired");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn notifications_come_last_and_are_not_forgotten() {
    let (world, faults) = world().await;
    world.buy("free", 1).await;
    let order = world.buy("general", 1).await;
    world.advance(HOLD).await;
    faults.watch();
    let report = swept(&world, CLEANUP).await;
    assert_eq!((report.orders, report.failed), (1, 0));
    assert!(report.notifications >= 1);
    let calls: Vec<_> = faults.calls().into_iter().map(|call| call.operation).collect();
    let queued = calls.iter().position(|call| call.starts_with("SendMessageBatch")).expect("they were queued");
    let examined =
        calls.iter().rposition(|call| call.starts_with("GET /v1/checkout/sessions")).expect("it was looked at");
    assert!(examined < queued, "{calls:?}");
    assert_eq!(world.order(&order).await["status"], "expired");
    world.settle().await;
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

async fn cancel(world: &World) {
    world.post(&format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel")).role("admin").await.expect(202);
}

fn job(world: &World, prefix: &str) -> Option<Value> {
    world.raw().into_iter().find(|(key, _)| key.starts_with(prefix)).map(|(_, item)| item)
}

#[tokio::test(start_paused = true)]
async fn a_large_cancellation_goes_on_where_it_was_and_is_not_put_off_for_it() {
    let (world, faults) = world().await;
    world.offer_of(ORGANIZATION, SHOW, "many", json!({ "price": "0.00", "capacity": 1_000 })).await.expect(201);
    for _ in 0..260 {
        world.buy("many", 1).await;
    }
    cancel(&world).await;
    world.advance(1).await;
    // Each call takes its time, so that a second is over long before all is done.
    faults.jitter(100);
    let (mut slices, mut cursors) = (0, Vec::new());
    while world.stock("many").await.2 > 0 {
        let report = swept(&world, Duration::from_secs(1)).await;
        assert_eq!(report.failed, 0);
        slices += report.progressed;
        let item = job(&world, "JOB#CANCEL").expect("it is not finished");
        assert!(item["sweeps"].is_null(), "progress is no failure: {item}");
        cursors.push(item["progress"]["M"]["cursor"].to_string());
        // At once, without any wait.
        world.advance(1).await;
        assert!(cursors.len() < 100, "it comes to its end");
    }
    assert!(slices >= 2, "{slices} slices");
    cursors.dedup();
    assert!(cursors.len() >= 2, "how far it had come was written down: {cursors:?}");
    faults.jitter(0);
    world.advance(70).await;
    swept(&world, CLEANUP).await;
    assert!(job(&world, "JOB#CANCEL").is_none(), "it is finished");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_takes_too_long_is_ended_and_comes_back() {
    let (world, faults) = world().await;
    world.offer_of(ORGANIZATION, SHOW, "many", json!({ "price": "0.00", "capacity": 1_000 })).await.expect(201);
    for _ in 0..120 {
        world.buy("many", 1).await;
    }
    cancel(&world).await;
    world.advance(1).await;
    // Less than the table's clients wait for one answer, and far too much for a page of orders.
    faults.jitter(1_900);
    let begun = tokio::time::Instant::now();
    let report = swept(&world, Duration::from_secs(5)).await;
    assert!(begun.elapsed() <= Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!((report.cancellations, report.failed), (1, 1));
    faults.jitter(0);
    for _ in 0..3 {
        world.advance(70).await;
        swept(&world, CLEANUP).await;
    }
    assert_eq!(world.stock("many").await, (1_000, 0, 0));
    assert!(job(&world, "JOB#CANCEL").is_none(), "it is finished");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn the_worker_goes_on_with_a_job_that_a_run_could_not_finish() {
    let (world, faults) = world().await;
    world.offer_of(ORGANIZATION, SHOW, "many", json!({ "price": "0.00", "capacity": 1_000 })).await.expect(201);
    for _ in 0..420 {
        world.buy("many", 1).await;
    }
    world.settle().await;
    cancel(&world).await;
    world.advance(1).await;
    faults.jitter(100);
    let report = swept(&world, Duration::from_secs(1)).await;
    assert_eq!((report.progressed, report.failed, report.left), (1, 0, true));
    assert!(world.stock("many").await.2 > 200, "a second was not enough");
    // Its message names the job; how far it has come stands in the job.
    world.stack.drain_queue().await.expect("the queue answers");
    assert_eq!(world.stock("many").await, (1_000, 0, 0));
    faults.jitter(0);
    // A message that comes twice, or late, finds nothing to do.
    let message = engine::WorkMessage { pk: format!("JOB#CANCEL#{SHOW}"), sk: "JOB".to_owned(), early: false };
    let before = world.raw();
    world.stack.engine().work(&message, CLEANUP).await.expect("the table answers");
    world.table_is(&before);
    world.advance(70).await;
    swept(&world, CLEANUP).await;
    assert!(job(&world, "JOB#CANCEL").is_none(), "it is finished");
    let none = engine::WorkMessage { pk: "NOTIFICATION#x".to_owned(), sk: "NOTIFICATION".to_owned(), early: false };
    world.stack.engine().work(&none, CLEANUP).await.expect("it is passed over");
    world.stack.engine().work(&message, CLEANUP).await.expect("it is gone");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_reads_its_own_listing_alone() {
    let (world, faults) = world().await;
    world.show_of(ORGANIZATION, "other-show", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "other-show", "seat", json!({ "price": "0.00", "capacity": 500 })).await.expect(201);
    let mut request = world.request("seat", 1);
    request["listing"] = json!("other-show");
    for _ in 0..150 {
        world.buy_with(&request).await;
    }
    let mine = world.buy("free", 1).await;
    cancel(&world).await;
    world.advance(1).await;
    faults.watch();
    let report = swept(&world, CLEANUP).await;
    assert_eq!((report.cancellations, report.failed), (1, 0));
    let reads = faults.calls().iter().filter(|call| call.operation == "GetItem").count();
    assert!(reads < 12, "{reads} items were read for one order of the listing");
    assert_eq!(world.order(&mine).await["status"], "refunded");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_large_check_goes_on_where_it_was() {
    let (world, faults) = world().await;
    world.offer_of(ORGANIZATION, SHOW, "many", json!({ "price": "0.00", "capacity": 1_000 })).await.expect(201);
    for _ in 0..330 {
        world.buy("many", 1).await;
    }
    world.settle().await;
    world.advance(25 * 3_600).await;
    faults.jitter(400);
    let mut kept = false;
    for round in 0.. {
        assert!(round < 100, "it comes to its end");
        let report = swept(&world, Duration::from_millis(500)).await;
        assert_eq!(report.failed, 0);
        let job = job(&world, "JOB#CHECK");
        kept |= job.as_ref().is_some_and(|job| job["cursor"].is_object());
        if job.is_none() && kept {
            break;
        }
        world.advance(1).await;
    }
    faults.jitter(0);
    assert_eq!(swept(&world, CLEANUP).await.checks, 0, "once a day");
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_large_erasure_goes_on_where_it_was() {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    world.product_of(ORGANIZATION, CRAFTS, "leaflet", "0.00", 500).await;
    let mut request = world.basket(&[(CRAFTS, "leaflet", 1)], None);
    request["buyer"] = json!({ "name": "Ada Marker", "email": "ada@marker.example" });
    for _ in 0..230 {
        world.order_as("subject-77", &request).await.expect(201);
    }
    world.settle().await;
    world.post("/v1/customers/subject-77/erasure").role("staff").await.expect(202);
    world.advance(1).await;
    faults.jitter(20);
    let mut noted = false;
    for round in 0.. {
        assert!(round < 100, "it comes to its end");
        swept(&world, Duration::from_millis(500)).await;
        match job(&world, "JOB#ERASE") {
            Some(job) => noted |= job["cursor"].is_object(),
            None => break,
        }
        world.advance(1).await;
    }
    assert!(noted, "how far it had come was written down");
    faults.jitter(0);
    assert_eq!(world.holding("Marker"), Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn four_hundred_slots_change_with_their_listing() {
    let world = World::of_experts().await;
    for n in 0..400 {
        world.slot(&format!("slot-{n}"), "80.00", 1, (n + 100) * 3_600).await;
    }
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{}", TUTOR);
    world.post(&format!("{path}/cancel")).role("admin").await.expect(202);
    let all = world.everything().await;
    let slots = all.offers.iter().filter(|offer| offer.listing.as_str() == TUTOR);
    assert!(slots.clone().count() >= 400);
    assert!(slots.clone().all(|offer| offer.version >= 2), "each has a new version, so none can be bought any more");
    for shard in all.shards.iter().filter(|shard| shard.listing.as_str() == TUTOR) {
        assert!(shard.offer_version >= 2, "{} is sold under its old version", shard.offer);
    }
}
