//! Large work on a local stack, at Stripe's pace, and its figures.
//!
//! `cargo run --profile quick -p local --example large` runs everything; with names behind it (`cancel`, `holds`, `check`,
//! `slots`) only those, and with `cancel=20000` in another size. The stand-in takes 25 calls a second for each endpoint, as
//! Stripe does, and answers 429 above that. Everything shares this process and its cores; time is real.

#![allow(clippy::print_stdout, reason = "figures are what this is for")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot run should say so and stop")]

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use bytes::Bytes;
use domain::{ListingId, NotificationKind, OfferId};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use local::{Options, Stack, TokenFields};
use runtime::{SharedWire, Wire, WireFuture};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tower::ServiceExt;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As the schedule runs the cleanup.
const RUN: Duration = Duration::from_secs(40);
const PER_SECOND: u64 = 25;

#[tokio::main]
async fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let size = |name: &str, usual: u64| {
        if names.is_empty() {
            return Some(usual);
        }
        let arg = names.iter().find(|arg| arg.split('=').next() == Some(name))?;
        Some(arg.split_once('=').and_then(|(_, size)| size.parse().ok()).unwrap_or(usual))
    };
    println!("cores: {}", std::thread::available_parallelism().map_or(1, usize::from));
    if let Some(slots) = size("slots", 400) {
        change_slots(slots).await;
    }
    if let Some(orders) = size("check", 20_000) {
        check(orders).await;
    }
    if let Some(orders) = size("holds", 5_000) {
        holds(orders).await;
    }
    if let Some(orders) = size("cancel", 5_000) {
        cancel(orders).await;
    }
}

/// A wire that adds up what the table takes for reading.
struct Counting {
    inner: SharedWire,
    /// In halves, because a read that need not be consistent takes half a unit.
    halves: Arc<AtomicU64>,
}

impl fmt::Debug for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counting").finish_non_exhaustive()
    }
}

impl Wire for Counting {
    fn send(&self, request: Request<Bytes>) -> WireFuture {
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let reads = ["GetItem", "BatchGetItem", "Query"].iter().any(|name| target.ends_with(&format!(".{name}")));
        if !reads {
            return self.inner.send(request);
        }
        let (mut parts, body) = request.into_parts();
        let mut metered: Value = serde_json::from_slice(&body).unwrap_or_default();
        metered["ReturnConsumedCapacity"] = json!("TOTAL");
        let body = Bytes::from(metered.to_string());
        parts.headers.insert(http::header::CONTENT_LENGTH, body.len().into());
        let (inner, halves) = (self.inner.clone(), self.halves.clone());
        Box::pin(async move {
            let answer = inner.send(Request::from_parts(parts, body)).await?;
            let report: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let consumed = &report["ConsumedCapacity"];
            let all = consumed.as_array().cloned().unwrap_or_else(|| vec![consumed.clone()]);
            let units = all.iter().filter_map(|one| one["CapacityUnits"].to_string().parse::<Decimal>().ok());
            let doubled = units.sum::<Decimal>() * Decimal::TWO;
            halves.fetch_add(u64::try_from(doubled).unwrap_or(0), Ordering::Relaxed);
            Ok(answer)
        })
    }
}

struct Bench {
    stack: Stack,
    api: Router,
    halves: Arc<AtomicU64>,
}

impl Bench {
    async fn start() -> Arc<Self> {
        let halves = Arc::new(AtomicU64::new(0));
        let counted = halves.clone();
        let wrap: local::Wrap = Arc::new(move |inner| Arc::new(Counting { inner, halves: counted.clone() }));
        let stack = Stack::start(Options { wrap: Some(wrap), ..Options::default() }).await.expect("a stack");
        let api = stack.api();
        let bench = Arc::new(Self { stack, api, halves });
        for seller in ["large", "small"] {
            let of_platform = json!({"name": seller, "stripe_account_id": "acct_bench"});
            bench.put(&format!("/v1/organizations/{seller}"), &of_platform).await;
            let starts_at = (bench.stack.clock().now() + jiff::SignedDuration::from_hours(24 * 60)).to_string();
            let show = json!({"kind": "show", "title": "Show", "published": true, "starts_at": starts_at});
            bench.put(&format!("/v1/organizations/{seller}/listings/{seller}-show"), &show).await;
            for (offer, price) in [("seat", "25.00"), ("free", "0.00")] {
                let offered = json!({"name": offer, "price": price, "capacity": 1_000_000, "shards": 10});
                let path = format!("/v1/organizations/{seller}/listings/{seller}-show/offers/{offer}");
                bench.put(&path, &offered).await;
            }
        }
        bench
    }

    async fn send(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let bytes = body.map(Value::to_string).unwrap_or_default();
        if !bytes.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Body::from(bytes)).expect("a request");
        let answer = self.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    fn platform(&self) -> String {
        self.stack.token(&TokenFields::of("bench", "platform", None))
    }

    async fn put(&self, path: &str, body: &Value) {
        let (status, answer) = self.send("PUT", path, Some(&self.platform()), Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
    }

    async fn buy(&self, seller: &str, offer: &str) -> String {
        let body = json!({
            "buyer": {"name": "Ada Lovelace", "email": "ada@example.com"},
            "listing": format!("{seller}-show"), "items": [{"offer": offer, "quantity": 1}]
        });
        let (status, order) = self.send("POST", "/v1/checkout", None, Some(&body)).await;
        assert_eq!(status, StatusCode::CREATED, "{order}");
        order["order"]["payment"]["session_id"].as_str().unwrap_or_default().to_owned()
    }

    async fn at_stripe(&self, body: &Value) {
        let request = Request::post("/_test/faults")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let router = self.stack.stripe().router();
        let answer = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        assert!(answer.status().is_success());
    }

    /// Buys so many, eight at a time; `paid` says whether they are paid, too.
    async fn buy_many(self: &Arc<Self>, offer: &'static str, count: u64, paid: bool) {
        let begun = Instant::now();
        let next = Arc::new(AtomicU64::new(0));
        let buyers = (0..8).map(|_| {
            let (bench, next) = (self.clone(), next.clone());
            tokio::spawn(async move {
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    let session = bench.buy("large", offer).await;
                    if paid {
                        bench.stack.stripe().pay_session(&session, "pm_card_visa").expect("the card is good");
                    }
                }
            })
        });
        for buyer in buyers.collect::<Vec<_>>() {
            buyer.await.expect("a buyer");
        }
        self.stack.settle().await.expect("the queue");
        println!("  {count} orders made in {:.0?}", begun.elapsed());
    }

    /// Ticks off the labels of transfers. The worker writes them at Stripe's pace while a show is sold, which takes an
    /// hour for 90,000; here they would all be there at once, before the cancellation.
    async fn finish_labels(&self) {
        let (begun, store) = (Instant::now(), self.stack.engine().store());
        let mut finished = 0;
        loop {
            let now = self.stack.clock().now();
            let due = store
                .due(store::AgendaPart::Work, now + jiff::SignedDuration::from_hours(1), 1_000)
                .await
                .expect("the agenda")
                .due;
            let labels = due.into_iter().filter_map(|due| {
                let id = due.kind.key().pk.strip_prefix("NOTIFICATION#")?.to_owned();
                Some(id).filter(|id| !NotificationKind::names_mail(id))
            });
            let before = finished;
            for id in labels {
                store.finish_notification(&id, now).await.expect("the table");
                finished += 1;
            }
            if finished == before {
                break;
            }
        }
        println!("  {finished} labels of transfers ticked off in {:.0?}", begun.elapsed());
    }

    fn units(&self) -> u64 {
        self.halves.load(Ordering::Relaxed) / 2
    }

    async fn sold_and_held(&self) -> (u64, u64) {
        let (listing, offer) = (ListingId::parse("large-show"), OfferId::parse("seat"));
        let (listing, offer) = (listing.expect("an id"), offer.expect("an id"));
        let shards = self.stack.engine().store().shards(&listing, &offer, 10).await.expect("the table");
        shards.iter().fold((0, 0), |sum, shard| (sum.0 + u64::from(shard.sold), sum.1 + u64::from(shard.held)))
    }

    async fn audited(&self) {
        let audit = self.stack.audit().await.expect("an audit");
        assert!(audit.ok, "{:#?}", audit.violations);
        println!("  audit: {} orders, no violations", audit.orders);
    }
}

/// An expert's listing with many slots is canceled by one request.
async fn change_slots(slots: u64) {
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
async fn check(orders: u64) {
    let bench = Bench::start().await;
    bench.buy_many("free", orders, false).await;
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
async fn holds(orders: u64) {
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
async fn cancel(orders: u64) {
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
