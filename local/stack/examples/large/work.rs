//! Long work of the sweeper and the worker.

use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::json;

use crate::bench::{Bench, RUN};

/// How many calls the stand-in takes in a second, for each endpoint.
const PER_SECOND: u64 = 25;

/// An expert's listing with many slots is canceled by one request.
pub(crate) async fn change_slots(slots: u64) {
    let bench = Bench::start().await;
    let listing = "/v1/organizations/large/listings/lessons";
    let mut body = json!({"kind": "expert", "title": "Lessons", "published": true, "expert": "expert-1"});
    bench.put(listing, &body).await;
    for n in 0..slots {
        let at = |hours: u64| {
            let hours = i64::try_from(24 + hours).unwrap_or(i64::MAX);
            (bench.stack.clock().now() + jiff::SignedDuration::from_hours(hours)).to_string()
        };
        let slot = json!({"name": "Lesson", "price": "80.00", "capacity": 1, "starts_at": at(2 * n), "ends_at": at(2 * n + 1)});
        bench.put(&format!("{listing}/offers/slot-{n}"), &slot).await;
    }
    for published in [false, true] {
        let begun = Instant::now();
        body["published"] = json!(published);
        bench.put(listing, &body).await;
        println!("{slots} slots changed with their listing (published: {published}) in {:.2?}", begun.elapsed());
    }
    let begun = Instant::now();
    let (status, answer) = bench.send("POST", &format!("{listing}/cancel"), Some(&bench.platform()), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    println!("{slots} slots canceled with their listing in {:.2?}", begun.elapsed());
}

/// The daily check of a listing with many orders, in slices of two seconds.
pub(crate) async fn check(orders: u64) {
    let bench = Bench::start().await;
    bench.buy_many("free", orders, false).await;
    bench.searchable().await;
    bench.stack.advance(25 * 3_600).await;
    let (before, begun, mut slices) = (bench.units(), Instant::now(), 0);
    let (mut longest, mut checks) = (Duration::ZERO, 0);
    loop {
        let one = Instant::now();
        let report = bench.stack.sweep_for(Duration::from_secs(2)).await.expect("the agenda");
        assert_eq!(report.failed, 0);
        longest = longest.max(one.elapsed());
        (slices, checks) = (slices + 1, checks + report.checks);
        if report.progressed == 0 {
            break;
        }
        bench.stack.advance(1).await;
    }
    let units = bench.units() - before;
    println!("check of {orders} orders: {units} read units, {:.1?}, {checks} slices in {slices} runs", begun.elapsed());
    println!("  the longest run took {longest:.1?} of 2 s and 10 s of grace");
}

/// Holds that ran out while every webhook was lost.
pub(crate) async fn holds(orders: u64) {
    let bench = Bench::start().await;
    bench.at_stripe(&json!({"webhooks": "drop"})).await;
    bench.buy_many("seat", orders, false).await;
    for _ in 0..20 {
        bench.buy("small", "seat").await;
    }
    bench.stack.advance(37 * 60).await;
    bench.at_stripe(&json!({"per_second": PER_SECOND})).await;
    let (begun, mut runs) = (Instant::now(), 0);
    loop {
        let report = bench.stack.sweep_for(RUN).await.expect("the agenda");
        runs += 1;
        let (_, held) = bench.sold_and_held().await;
        println!(
            "  run {runs}: {:.0?}, {} orders, {} failed, {held} still held, oldest {} s",
            begun.elapsed(),
            report.orders,
            report.failed,
            report.oldest_seconds
        );
        if runs == 1 {
            let all = audit::everything(bench.stack.engine().store()).await.expect("the table");
            let small = all.shards.iter().filter(|shard| shard.listing.as_str() == "small-show");
            assert_eq!(
                small.map(|shard| shard.held).sum::<u32>(),
                0,
                "another seller's 20 holds are done in the first"
            );
        }
        if held == 0 {
            break;
        }
    }
    println!(
        "{orders} expired holds in {:.0?} and {runs} runs; Stripe's own time is {} s",
        begun.elapsed(),
        orders / PER_SECOND
    );
    bench.stack.settle().await.expect("the queues");
    bench.audited().await;
}

/// A listing with many paid orders is canceled.
pub(crate) async fn cancel(orders: u64) {
    let bench = Bench::start().await;
    bench.buy_many("seat", orders, true).await;
    bench.finish_labels().await;
    bench.at_stripe(&json!({"per_second": PER_SECOND})).await;
    let path = "/v1/organizations/large/listings/large-show/cancel";
    let (status, answer) = bench.send("POST", path, Some(&bench.platform()), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    let begun = Instant::now();
    let watched = bench.clone();
    let watch = tokio::spawn(async move {
        let mut before = 0;
        loop {
            tokio::time::sleep(Duration::from_secs(20)).await;
            let made = watched.stack.stripe().objects("refund").len();
            println!("  {:.0?}: {made} refunds, {} in 20 s", begun.elapsed(), made - before);
            before = made;
        }
    });
    // From here on as deployed: the schedule, the worker and the mail run side by side.
    bench.stack.start_background();
    while bench.sold_and_held().await.0 > 0 {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let elapsed = begun.elapsed();
    watch.abort();
    println!("{orders} paid orders refunded in {elapsed:.0?}; Stripe's own time is {} s", orders / PER_SECOND);
    // Their mails go on meanwhile; each asks Stripe for the card that the money goes back to.
    bench.audited().await;
}
