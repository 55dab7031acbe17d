//! What an order's writes cost on DynamoDB, by kind of item, and how many calls it takes. Each write unit is paid for with each
//! order, so the figures are pinned: they are those of `docs/performance.md`, which says what each item is for.

#![expect(clippy::print_stderr, reason = "the figures are worth seeing")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use holdfast_tests::{
    Bought, CRAFTS, SHOW, World,
    faults::{Faults, Service},
};
use local::Options;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Dollars for a million write units, on demand in us-east-1 (<https://aws.amazon.com/dynamodb/pricing/on-demand/>).
const DOLLARS: Decimal = Decimal::from_parts(625, 0, 0, false, 3);

/// What a million orders cost that take so many write units.
fn dollars(units: u64) -> String {
    format!("{:.2}", Decimal::from(units) * DOLLARS)
}

/// Tests write the document one after another.
static DOCUMENT: Mutex<()> = Mutex::new(());

/// Expects that the document has these figures in the row of that name. With `HOLDFAST_UPDATE` they are written there; what the row
/// says after them stays.
#[track_caller]
fn documented(name: &str, figures: &[String]) {
    let _alone = DOCUMENT.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
    let document = std::fs::read_to_string(&path).expect("the document");
    let begins = format!("| {name} |");
    let old = document.lines().find(|line| line.starts_with(&begins));
    let old = old.unwrap_or_else(|| panic!("docs/performance.md has no row of {name}: {figures:?}"));
    let rest: Vec<_> = old.split('|').skip(2 + figures.len()).collect();
    let row = format!("{begins} {} |{}", figures.join(" | "), rest.join("|"));
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        std::fs::write(&path, document.replace(old, &row)).expect("a document that can be written");
    } else {
        assert_eq!(old, row, "run this test with HOLDFAST_UPDATE=1");
    }
}

/// A shop with the limits that the template sets, and whose writes are reckoned.
async fn shop(make: impl AsyncFnOnce(Options) -> World) -> (World, Faults) {
    let faults = Faults::new();
    let limits = [("RATE_LIMIT_PER_MINUTE", "60"), ("MAX_OPEN_HOLDS_PER_BUYER", "10")];
    let settings = limits.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let world = make(Options { settings, ..faults.options() }).await;
    for n in 0..10 {
        world.offer(&format!("row-{n}"), "20.00", 9).await;
    }
    world.bought("general", 1).await;
    world.stack.settle().await.unwrap();
    world.sweep().await;
    world.settle().await;
    let template = local::template::Template::embedded().unwrap();
    faults.reckon(world.stack.cloud(), &template.table);
    faults.watch();
    (world, faults)
}

/// Adds a flow's writes up, by kind of item, and expects them to be as documented. Those of the search are apart: all but its
/// state's marks are written after the commits.
#[track_caller]
fn documented_cost(flow: &str, faults: &Faults, by_kind: bool) {
    let mut kinds = BTreeMap::<(String, String), (usize, u64, u64, usize)>::new();
    let mut of_kind = BTreeMap::<String, u64>::new();
    let (mut units, mut search) = (0, 0);
    for written in faults.written() {
        let whole = written.units + written.index_units;
        *if written.kind.starts_with("search_") { &mut search } else { &mut units } += whole;
        *of_kind.entry(written.kind.clone()).or_default() += whole;
        let row = kinds.entry((written.kind, written.operation)).or_default();
        *row = (row.0 + 1, row.1 + written.units, row.2 + written.index_units, row.3.max(written.bytes));
    }
    let calls = faults.calls();
    let writing = calls.iter().filter(|call| call.service == Service::Table && call.writes).count();
    eprintln!("{flow}: {units} units, {search} of the search, {writing} calls that write");
    for ((kind, operation), (writes, units, index, bytes)) in kinds {
        eprintln!(
            "  {kind:<16} {operation:<20} {writes:>2} writes {units:>3} units {index:>3} of indexes, {bytes} bytes at most"
        );
    }
    if by_kind {
        of_kind
            .iter()
            .for_each(|(kind, units)| documented(&format!("`{kind}`"), &[units.to_string(), dollars(*units)]));
    }
    let (units, dollars) = (units.to_string(), dollars(units));
    documented(flow, &[units, dollars, search.to_string(), writing.to_string()]);
}

/// Places an order under a key, as the pages and careful clients do.
async fn placed(world: &World, request: &Value) -> Bought {
    Bought::of(world.post("/v1/checkout").key("units").json(request).await.expect(201))
}

/// Lets all that follows happen: events, mail, and the sweeper's next minutes.
async fn to_the_end(world: &World) {
    world.settle().await;
    for _ in 0..2 {
        world.advance(60).await;
        world.sweep().await;
        world.settle().await;
    }
}

#[tokio::test]
async fn a_hosted_order_of_one_ticket() {
    let (world, faults) = shop(World::with).await;
    let order = placed(&world, &world.request("general", 1)).await;
    world.pay(&order);
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["status"], "paid");
    documented_cost("one ticket, hosted", &faults, true);
    world.finish().await;
}

#[tokio::test]
async fn a_hosted_order_of_ten_lines() {
    let (world, faults) = shop(World::with).await;
    let offers: Vec<_> = (0..10).map(|n| format!("row-{n}")).collect();
    let lines: Vec<_> = offers.iter().map(|offer| (offer.as_str(), 1)).collect();
    let order = placed(&world, &world.request_for(&lines)).await;
    world.pay(&order);
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["tickets"].as_array().unwrap().len(), 10);
    documented_cost("ten lines, hosted", &faults, false);
    world.finish().await;
}

#[tokio::test]
async fn an_abandoned_order() {
    let (world, faults) = shop(World::with).await;
    let order = placed(&world, &world.request("general", 1)).await;
    world.advance(2_300).await;
    world.sweep().await;
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["status"], "expired");
    documented_cost("one ticket, abandoned", &faults, false);
    world.finish().await;
}

#[tokio::test]
async fn a_product_that_the_server_confirms() {
    let (world, faults) = shop(World::of_products_with).await;
    let order = placed(&world, &world.basket(&[(CRAFTS, "mug", 1)], Some("pm_card_visa"))).await;
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["status"], "paid");
    documented_cost("one product, intent", &faults, false);
    world.finish().await;
}

#[tokio::test]
async fn a_slot_that_its_expert_confirms() {
    let (world, faults) = shop(World::of_experts_with).await;
    let order = placed(&world, &world.slot_request("morning", Some("pm_card_visa"))).await;
    world.settle().await;
    world.as_expert(&order, "confirm").await.expect(200);
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["booking"]["status"], "confirmed");
    documented_cost("one slot, intent", &faults, false);
    world.finish().await;
}

/// A free order is settled as it is placed.
#[tokio::test]
async fn a_free_ticket() {
    let (world, faults) = shop(World::with).await;
    let mut request = world.request("free", 1);
    request["listing"] = json!(SHOW);
    let order = placed(&world, &request).await;
    to_the_end(&world).await;
    assert_eq!(world.order(&order).await["status"], "paid");
    documented_cost("one ticket, free", &faults, false);
    world.finish().await;
}
