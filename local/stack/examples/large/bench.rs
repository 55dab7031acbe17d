//! The stack that all is measured on, and what the table takes for reading.

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

/// As the schedule runs the cleanup.
pub(crate) const RUN: Duration = Duration::from_secs(40);

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

/// A local stack with two sellers, `large` and `small`, and what the table took for reading so far.
pub(crate) struct Bench {
    pub(crate) stack: Stack,
    api: Router,
    halves: Arc<AtomicU64>,
}

impl Bench {
    pub(crate) async fn start() -> Arc<Self> {
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

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
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

    pub(crate) fn platform(&self) -> String {
        self.stack.token(&TokenFields::of("bench", "platform", None))
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) {
        let (status, answer) = self.send("PUT", path, Some(&self.platform()), Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
    }

    /// Buys one, and gives the page that it is paid on.
    pub(crate) async fn buy(&self, seller: &str, offer: &str) -> String {
        let placed = self.place(seller, offer, "Ada Lovelace").await;
        placed["order"]["payment"]["session_id"].as_str().unwrap_or_default().to_owned()
    }

    /// Orders one under a name, and gives the answer.
    pub(crate) async fn place(&self, seller: &str, offer: &str, name: &str) -> Value {
        let body = json!({
            "buyer": {"name": name, "email": "buyer@example.com"},
            "listing": format!("{seller}-show"), "items": [{"offer": offer, "quantity": 1}]
        });
        let (status, placed) = self.send("POST", "/v1/checkout", None, Some(&body)).await;
        assert_eq!(status, StatusCode::CREATED, "{placed}");
        placed
    }

    /// Lets the sweeper write what the orders are found by, so that it is no part of what is measured next.
    pub(crate) async fn searchable(&self) {
        let (begun, mut written) = (Instant::now(), 0);
        self.stack.advance(16).await;
        loop {
            let report = self.stack.sweep_for(RUN).await.expect("the agenda");
            written += report.searches;
            if report.searches == 0 {
                break;
            }
            self.stack.advance(1).await;
        }
        println!("  what {written} orders are found by is written in {:.0?}", begun.elapsed());
    }

    /// A token of the large seller's staff.
    pub(crate) fn staff(&self) -> String {
        self.stack.token(&TokenFields::of("bench", "staff", Some("large")))
    }

    pub(crate) async fn at_stripe(&self, body: &Value) {
        let request = Request::post("/_test/faults")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let router = self.stack.stripe().router();
        let answer = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        assert!(answer.status().is_success());
    }

    /// Buys so many, eight at a time; `paid` says whether they are paid, too.
    pub(crate) async fn buy_many(self: &Arc<Self>, offer: &'static str, count: u64, paid: bool) {
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
    pub(crate) async fn finish_labels(&self) {
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

    /// How many units the table took for reading so far.
    pub(crate) fn units(&self) -> Decimal {
        Decimal::from(self.halves.load(Ordering::Relaxed)) / Decimal::TWO
    }

    pub(crate) async fn sold_and_held(&self) -> (u64, u64) {
        let (listing, offer) = (ListingId::parse("large-show"), OfferId::parse("seat"));
        let (listing, offer) = (listing.expect("an id"), offer.expect("an id"));
        let shards = self.stack.engine().store().shards(&listing, &offer, 10).await.expect("the table");
        shards.iter().fold((0, 0), |sum, shard| (sum.0 + u64::from(shard.sold), sum.1 + u64::from(shard.held)))
    }

    pub(crate) async fn audited(&self) {
        let audit = self.stack.audit().await.expect("an audit");
        assert!(audit.ok, "{:#?}", audit.violations);
        println!("  audit: {} orders, no violations", audit.orders);
    }
}
