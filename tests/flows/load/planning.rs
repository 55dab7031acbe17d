//! What plans of on-sales are made from is what requests take, and what the template says.

#![expect(clippy::print_stderr, reason = "the figures are worth seeing")]

use std::{fs, path::Path, time::Duration};

use futures::future::join_all;
use holdfast_tests::{
    Browser, SHOW,
    faults::{Outward, Service},
};
use plan::{Given, OnSale, figures};
use rust_decimal::Decimal;
use serde_json::json;
use tokio::time::Instant;

use super::{
    contention::{busy_world, kinds, report, request},
    counting::{pay_quietly, warm},
};

/// The example of `docs/deploy.md`.
const EXAMPLE: &str = "cargo run -p plan -- --tickets 50000 --buyers 200000 --minutes 10";

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn is_read(call: &Outward) -> bool {
    call.operation.ends_with("GetItem") || call.operation == "Query"
}

/// The units of what is read, and of what is written.
fn units(calls: &[Outward]) -> (Decimal, Decimal) {
    let table = || calls.iter().filter(|call| call.service == Service::Table);
    let sum = |reads: bool| table().filter(|call| is_read(call) == reads).filter_map(|call| call.units).sum();
    (sum(true), sum(false))
}

/// A figure is what was counted, or a little more: what an order takes differs by its texts.
fn agrees(what: &str, figure: u64, counted: Decimal) {
    eprintln!("{what}: planned with {figure}, counted {counted}");
    let figure = Decimal::from(figure);
    assert!(counted <= figure, "{what}: {counted} are counted, so `plan::figures` is to have that");
    assert!(counted >= figure * Decimal::new(8, 1), "{what}: {counted} are counted, so `plan::figures` says too much");
}

#[tokio::test]
async fn an_order_takes_the_units_that_plans_reckon_with() {
    let (world, faults) = warm().await;
    faults.watch();
    let order = world.buy("general", figures::PER_ORDER.cast_signed()).await;
    let mut written = units(&faults.calls()).1;
    agrees("write units of placing", figures::PLACING_UNITS, written);
    faults.watch();
    pay_quietly(&world, &order).await;
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    world.settle().await;
    written += units(&faults.calls()).1;
    agrees("write units of an order", figures::ORDER_UNITS, written);
    world.stack.stripe().release_webhooks(true);
    world.finish().await;
}

/// A buyer who comes too late tries a few shards, and then hears from a read that all is gone.
#[tokio::test]
async fn a_buyer_who_comes_too_late_tries_as_often_as_plans_reckon_with() {
    let (world, faults) = warm().await;
    world.offer_with("gone", json!({ "capacity": 20, "shards": 20 })).await.expect(201);
    for n in 0..2 {
        let mut request = request(&world, n, "gone");
        request["items"][0]["quantity"] = json!(10);
        world.checkout(&request).await.expect(201);
    }
    faults.watch();
    world.checkout(&request(&world, 2, "gone")).await.refused(400, "insufficient_stock");
    let calls = faults.calls();
    let tries = calls.iter().filter(|call| call.operation == "TransactWriteItems").count();
    assert_eq!(u64::try_from(tries).unwrap(), figures::LATE_TRIES, "{calls:?}");
    assert!(calls.iter().all(|call| call.service != Service::Stripe));
    let read = units(&calls).0;
    assert!(read <= Decimal::from(figures::BUYER_READS + 20), "{read}");
    world.finish().await;
}

#[tokio::test]
async fn a_buyer_on_the_pages_reads_what_plans_reckon_with() {
    let (world, faults) = warm().await;
    let reads = async |offer: &str| {
        let mut browser = Browser::new(&world);
        faults.watch();
        browser.open("/").await;
        let cart = browser.choose(SHOW, &[(&*format!("quantity.{offer}"), "1")]).await;
        browser.order(&cart, &[]).await;
        units(&faults.calls()).0
    };
    let before = reads("general").await;
    agrees("read units of a buyer", figures::BUYER_READS, before);
    world.offer_with("spread", json!({ "capacity": 400 })).await.expect(201);
    let shards = 20;
    let after = reads("spread").await;
    // An offer more is an item more in the listing.
    let most = before + Decimal::from(figures::SHARD_READS * (shards + 2));
    assert!(after <= most, "{after} of {most}");
    world.settle().await;
}

/// Buyers come evenly, as many as a plan gives one shard, while each write keeps it busy for as long as DynamoDB does at the
/// most. None waits for long, so one shard keeps up with them.
#[tokio::test(start_paused = true)]
async fn a_shard_takes_what_a_plan_gives_it() {
    let (world, faults) = busy_world(18).await;
    let buyers = figures::SHARD_TRANSACTIONS * 10;
    world.offer_with("seat", json!({ "capacity": buyers, "shards": 1 })).await.expect(201);
    let before = faults.conflicts();
    let answers = join_all((0..buyers).map(|n| {
        let (world, n) = (&world, usize::try_from(n).unwrap());
        let after =
            Duration::from_secs(1) * u32::try_from(n).unwrap() / u32::try_from(figures::SHARD_TRANSACTIONS).unwrap();
        async move {
            tokio::time::sleep(after).await;
            let begun = Instant::now();
            (world.checkout(&request(world, n, "seat")).await, begun.elapsed())
        }
    }))
    .await;
    let what = format!("{} buyers a second at one shard, 18 ms", figures::SHARD_TRANSACTIONS);
    let p95 = report(&what, &answers, faults.conflicts() - before);
    assert_eq!(kinds(&answers), [(201, String::new(), usize::try_from(buyers).unwrap())]);
    assert!(p95 < Duration::from_secs(5), "{p95:?}");
    world.finish().await;
}

#[test]
fn the_figures_of_the_template_are_the_templates() {
    let text = file("infra/template.yaml");
    assert_eq!(text.matches("MemorySize:").count(), 1, "all functions have the same");
    assert!(text.contains(&format!("MemorySize: {}\n", figures::MEMORY_MB)));
    let warmed = text.matches("ReadUnitsPerSecond: !Ref WarmReadUnits").count();
    assert_eq!(u64::try_from(warmed).unwrap(), figures::WARMED);
    let parameter = |name: &str| text.split(&format!("  {name}:\n")).nth(1).unwrap().split("\n\n").next().unwrap();
    let first = |name: &str| parameter(name).lines().find(|line| line.contains("Default:")).unwrap().trim();
    assert_eq!(first("MailConcurrency"), format!("Default: {}", figures::MAIL_FUNCTIONS));
    let least = |name: &str, units: u64| assert!(parameter(name).contains(&format!("{units} at least")), "{name}");
    least("WarmWriteUnits", figures::NEW_TABLE_WRITES);
    least("WarmReadUnits", figures::NEW_TABLE_READS);
    assert_eq!(Duration::from_millis(figures::STRIPE_MS_MOST), checkout::TIME);
}

/// After a change of the figures: `HOLDFAST_UPDATE=1 cargo test -p holdfast-tests planning`.
#[test]
fn the_plan_in_the_documents_is_the_programs() {
    let document = file("docs/deploy.md");
    let (before, rest) = document.split_once(&format!("```sh\n{EXAMPLE}\n```\n\n```text\n")).unwrap();
    let (shown, after) = rest.split_once("```\n").unwrap();
    let number = |flag: &str| {
        let words: Vec<_> = EXAMPLE.split_whitespace().collect();
        words[words.iter().position(|word| *word == flag).unwrap() + 1].parse().unwrap()
    };
    let given = Given {
        tickets: number("--tickets"),
        buyers: number("--buyers"),
        minutes: number("--minutes"),
        per_order: figures::PER_ORDER.cast_signed(),
        offers: 1,
        stripe_per_second: None,
        stripe_milliseconds: figures::STRIPE_MS.cast_signed(),
        minutes_to_pay: figures::MINUTES_TO_PAY.cast_signed(),
        listing_price: None,
    };
    let text = plan::table(&plan::plan(&OnSale::new(&given).unwrap()).unwrap());
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        let changed = format!("{before}```sh\n{EXAMPLE}\n```\n\n```text\n{text}```\n{after}");
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy.md"), changed).unwrap();
        return;
    }
    assert!(shown == text, "docs/deploy.md shows another plan; run this test with HOLDFAST_UPDATE=1:\n{text}");
}
