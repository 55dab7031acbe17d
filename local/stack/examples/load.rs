//! Puts load on a local stack, over HTTP on loopback, and prints figures.
//!
//! `cargo run --profile quick -p local --example load` runs everything; with names behind it (`place`, `settle`,
//! `sellout`) only those. Client, functions, table, queue and Stripe stand-in share this process and its cores, so the
//! figures are a lower bound for the functions, and say nothing about AWS.

#![allow(clippy::print_stdout, reason = "figures are what this is for")]
#![allow(clippy::expect_used, reason = "a load that cannot run should say so and stop")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use local::{Options, Stack, TokenFields};
use runtime::{HyperWire, Wire};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// As in the local stack itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What pretix 2026.8 places in a second on two cores.
const PRETIX_PLACED: u64 = 30;

#[tokio::main]
async fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |name: &str| names.is_empty() || names.iter().any(|arg| arg == name);
    println!("cores: {}", std::thread::available_parallelism().map_or(1, usize::from));
    if wants("place") {
        place(8, Duration::from_secs(8)).await;
    }
    if wants("settle") {
        settle(8, Duration::from_secs(8)).await;
    }
    if wants("sellout") {
        sellout(20_000, 5_000, 10, 64).await;
    }
}

/// A stack behind two sockets, with one show.
struct Bench {
    stack: Stack,
    wire: Arc<HyperWire>,
    api: String,
    stripe: String,
}

impl Bench {
    async fn start(capacity: Option<u32>, shards: Option<u16>) -> Arc<Self> {
        let api_socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let stripe_socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let url = |socket: &TcpListener| format!("http://{}", socket.local_addr().expect("an address"));
        let (api, stripe) = (url(&api_socket), url(&stripe_socket));
        let options =
            Options { background: true, api_url: api.clone(), stripe_url: stripe.clone(), ..Options::default() };
        let stack = Stack::start(options).await.expect("a stack");
        let (served, stand_in) = (stack.api(), stack.stripe().router());
        tokio::spawn(async move { axum::serve(api_socket, served).await });
        tokio::spawn(async move { axum::serve(stripe_socket, stand_in).await });
        let bench = Self { stack, wire: Arc::new(HyperWire::new().expect("a client")), api, stripe };
        let token = bench.stack.token(&TokenFields::of("load", "platform", None));
        let starts_at = bench.stack.clock().now() + jiff::SignedDuration::from_hours(24 * 7);
        let seller = "/v1/organizations/load";
        let puts = [
            (seller.to_owned(), json!({"name": "Load", "stripe_account_id": "acct_load"})),
            (
                format!("{seller}/listings/show"),
                json!({"kind": "show", "title": "Show", "published": true, "starts_at": starts_at.to_string()}),
            ),
            (
                format!("{seller}/listings/show/offers/seat"),
                json!({"name": "Seat", "price": "25.00", "capacity": capacity, "shards": shards}),
            ),
        ];
        for (path, mut body) in puts {
            if let Some(fields) = body.as_object_mut().filter(|fields| fields.get("shards") == Some(&Value::Null)) {
                fields.remove("shards");
            }
            let (status, body) = bench.send("PUT", &format!("{}{path}", bench.api), Some(&token), Some(&body)).await;
            assert!(status.is_success(), "{path}: {status} {body}");
        }
        Arc::new(bench)
    }

    async fn send(&self, method: &str, url: &str, token: Option<&str>, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let bytes = body.map(|body| serde_json::to_vec(body).expect("JSON")).unwrap_or_default();
        if !bytes.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let answer = self.wire.send(request.body(Bytes::from(bytes)).expect("a request")).await.expect("an answer");
        let body = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        (answer.status(), body)
    }

    async fn buy(&self, quantity: u32) -> (StatusCode, Value) {
        let body = json!({
            "buyer": {"name": "Ada Lovelace", "email": "ada@example.com"},
            "listing": "show", "items": [{"offer": "seat", "quantity": quantity}]
        });
        self.send("POST", &format!("{}/v1/checkout", self.api), None, Some(&body)).await
    }

    async fn pay(&self, order: &Value) {
        let session = order["order"]["payment"]["session_id"].as_str().expect("a session");
        let request = Request::builder()
            .method("POST")
            .uri(format!("{}/_test/sessions/{session}/pay", self.stripe))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from_static(b"payment_method=pm_card_visa"))
            .expect("a request");
        let answer = self.wire.send(request).await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.body());
    }

    /// Waits until Stripe's webhooks for these orders have all been worked on.
    async fn wait_paid(&self, order: &Value) {
        let (id, token) =
            (order["order"]["id"].as_str().expect("an id"), order["access_token"].as_str().expect("a token"));
        let url = format!("{}/v1/orders/{id}?token={token}", self.api);
        for _ in 0..3_000 {
            let (_, body) = self.send("GET", &url, None, None).await;
            if body["status"] == "paid" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("order {id} is never paid");
    }

    async fn audited(&self) -> String {
        self.stack.settle().await.expect("the queue");
        let audit = self.stack.audit().await.expect("an audit");
        assert!(audit.ok, "{:#?}", audit.violations);
        format!("audit: {} orders, no violations", audit.orders)
    }
}

/// Runs `work` on `clients` tasks for `time`; how often it ran, how long that took, and how long each run took.
async fn run<F, Fut>(clients: usize, time: Duration, work: F) -> (u64, Duration, Vec<Duration>)
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                while started.elapsed() < time {
                    let one = Instant::now();
                    work().await;
                    took.push(one.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.expect("a client"));
    }
    took.sort();
    (u64::try_from(took.len()).unwrap_or(u64::MAX), started.elapsed(), took)
}

fn per_second(count: u64, time: Duration) -> u64 {
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    count.saturating_mul(1_000) / milliseconds
}

fn percentile(took: &[Duration], percent: usize) -> Duration {
    took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn print(name: &str, rate: u64, target: u64, took: &[Duration]) {
    println!(
        "{name}: {rate} a second (target {target}); p50 {:.1?}, p95 {:.1?}, p99 {:.1?}",
        percentile(took, 50),
        percentile(took, 95),
        percentile(took, 99)
    );
}

async fn place(clients: usize, time: Duration) {
    let bench = Bench::start(Some(10_000_000), Some(10)).await;
    let one = bench.clone();
    let (count, elapsed, took) = run(clients, time, move || {
        let bench = one.clone();
        async move {
            let (status, body) = bench.buy(1).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
        }
    })
    .await;
    let rate = per_second(count, elapsed);
    print("orders placed", rate, 1_000, &took);
    println!("  {} times pretix's {PRETIX_PLACED} on two cores; {}", rate / PRETIX_PLACED, bench.audited().await);
}

async fn settle(clients: usize, time: Duration) {
    let bench = Bench::start(Some(10_000_000), Some(10)).await;
    let last = Arc::new(Mutex::new(Value::Null));
    let (one, newest) = (bench.clone(), last.clone());
    let started = Instant::now();
    let (count, _, took) = run(clients, time, move || {
        let (bench, newest) = (one.clone(), newest.clone());
        async move {
            let (status, order) = bench.buy(1).await;
            assert_eq!(status, StatusCode::CREATED, "{order}");
            bench.pay(&order).await;
            *newest.lock().expect("no panic") = order;
        }
    })
    .await;
    // The clock runs on until the last webhook is worked on: what is not settled does not count.
    bench.stack.stripe().settle_webhooks().await;
    let order = last.lock().expect("no panic").clone();
    bench.wait_paid(&order).await;
    print("orders placed, paid and settled", per_second(count, started.elapsed()), 500, &took);
    let audit = bench.audited().await;
    println!("  {} a second with all mail sent and transfers labelled; {audit}", per_second(count, started.elapsed()));
}

/// More buyers than tickets, in shards: every ticket is sold, and not one more.
async fn sellout(buyers: u64, tickets: u32, shards: u16, at_once: u64) {
    let bench = Bench::start(Some(tickets), Some(shards)).await;
    let next = Arc::new(AtomicU64::new(0));
    let sold = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let (bench, next, sold) = (bench.clone(), next.clone(), sold.clone());
            tokio::spawn(async move {
                while next.fetch_add(1, Ordering::Relaxed) < buyers {
                    let (status, body) = bench.buy(1).await;
                    if status == StatusCode::CREATED {
                        bench.pay(&body).await;
                        sold.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!(body["code"], "insufficient_stock", "{status} {body}");
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a buyer");
    }
    let audit = bench.audited().await;
    let elapsed = started.elapsed();
    let sold = sold.load(Ordering::Relaxed);
    assert_eq!(sold, u64::from(tickets), "every ticket is sold, and not one more");
    println!("sold out: {buyers} buyers, {tickets} tickets in {shards} shards, {sold} sold in {elapsed:.1?}");
    println!("  {} buyers a second; {audit}", per_second(buyers, elapsed));
}
