//! How many calls leave the process for one order, and what they cost. Round trips are what an order's time and price
//! are made of, so these figures are pinned.

#![expect(clippy::print_stderr, reason = "the figures are worth seeing")]

use std::fmt::Write;

use holdfast_tests::{
    Bought, Browser, SHOW, World,
    faults::{Faults, Outward, Service},
};
use rust_decimal::Decimal;
use serde_json::json;

/// A world whose functions have served before.
pub(super) async fn warm() -> (World, Faults) {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.bought("general", 1).await;
    world.buy("free", 1).await;
    world.settle().await;
    faults.measure();
    (world, faults)
}

fn named(calls: &[Outward]) -> Vec<&str> {
    calls.iter().map(|call| call.operation.as_str()).collect()
}

/// One line for people: what was called, and what the table took for it.
fn report(what: &str, calls: &[Outward]) -> String {
    let units: Decimal = calls.iter().filter_map(|call| call.units).sum();
    let mut text = format!("{what}: {units} units; ");
    for call in calls {
        let _ = match call.units {
            Some(units) => write!(text, "{} ({units}) ", call.operation),
            None => write!(text, "{} ", call.operation),
        };
    }
    text
}

/// Pays without any webhook leaving by itself.
pub(super) async fn pay_quietly(world: &World, order: &Bought) {
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.pay(order);
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
}

#[tokio::test]
async fn a_paid_order_takes_these_calls_and_no_more() {
    let (world, faults) = warm().await;

    faults.watch();
    let order = world.buy("general", 2).await;
    let placing = faults.calls();
    assert_eq!(named(&placing), ["BatchGetItem", "TransactWriteItems", "POST /v1/checkout/sessions", "UpdateItem"]);

    pay_quietly(&world, &order).await;
    faults.watch();
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let settling = faults.calls();
    assert_eq!(named(&settling), ["BatchGetItem", "TransactWriteItems", "SendMessageBatch"]);

    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    world.refund(&order, &json!({ "amount": "1.00" })).await.expect(201);
    faults.watch();
    world.refund(&order, &json!({})).await.expect(201);
    let refunding = faults.calls();
    // The refund, then what seller and platform owe each other for it, each an amount with a record of its own.
    let requested: Vec<_> =
        refunding.iter().filter(|call| call.service == Service::Stripe).map(Outward::kind).collect();
    assert_eq!(requested, ["POST /v1/refunds", "POST /v1/application_fees", "POST /v1/transfers"]);
    assert_eq!(refunding.iter().filter(|call| call.operation == "TransactWriteItems").count(), 4);

    eprintln!("{}", report("placing", &placing));
    eprintln!("{}", report("settling", &settling));
    eprintln!("{}", report("refunding", &refunding));
    for calls in [&placing, &settling, &refunding] {
        let table = calls.iter().filter(|call| call.service == Service::Table);
        assert!(table.clone().all(|call| call.units.is_some_and(|units| units > Decimal::ZERO)), "{calls:?}");
    }
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.stack.stripe().release_webhooks(true);
    world.finish().await;
}

/// What the search adds to an order: one item to the transactions that place and settle it, and afterwards the sweeper's writes, one
/// for each term and three for what is known of them. `docs/performance.md` says so.
#[tokio::test]
async fn what_an_order_is_found_by_takes_these_writes() {
    let (world, faults) = warm().await;
    world.advance(16).await;
    world.sweep().await;
    faults.watch();
    let order = world.buy("general", 2).await;
    pay_quietly(&world, &order).await;
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let state = format!("ORDER#{}/SEARCH", order.id);
    let noted: Vec<_> = faults.calls().into_iter().filter(|call| call.writes_item(&state)).collect();
    assert_eq!(named(&noted), ["TransactWriteItems"; 2], "in the order's own transactions");
    let items = noted.iter().flat_map(|call| &call.items);
    assert_eq!(items.filter(|item| item.contains("SEARCH")).count(), 2, "one item in each");

    world.advance(16).await;
    faults.watch();
    assert_eq!(world.sweep().await.searches, 1);
    let writes: Vec<_> = faults.calls().into_iter().filter(|call| call.writes).collect();
    let of = |key: &str| writes.iter().filter(|call| call.writes_item(key)).cloned().collect::<Vec<_>>();
    let (known, entries) = (of(&state), of("SEARCH#"));
    assert_eq!(named(&known), ["UpdateItem"; 3], "leased, noted and finished");
    let all = world.everything().await;
    let placed = all.orders.iter().find(|known| known.id.as_str() == order.id).unwrap();
    assert_eq!(named(&entries), vec!["PutItem"; placed.search_terms().len()], "one for each term");
    eprintln!("{}", report("what an order is found by", &[known, entries].concat()));

    faults.watch();
    assert_eq!(world.sweep().await.searches, 0, "once");
    world.stack.stripe().release_webhooks(true);
    world.finish().await;
}

#[tokio::test]
async fn a_promo_code_and_an_idempotency_key_cost_no_call_more() {
    let (world, faults) = warm().await;
    world.promo("TEN", "0.10", Some(5)).await;
    let mut request = world.request_for(&[("general", 2), ("vip", 1)]);
    request["promo_code"] = json!("TEN");
    faults.watch();
    world.post("/v1/checkout").key("k1").json(&request).await.expect(201);
    let calls = faults.calls();
    assert_eq!(named(&calls), ["BatchGetItem", "TransactWriteItems", "POST /v1/checkout/sessions", "UpdateItem"]);
    eprintln!("{}", report("placing two lines with promo code and key", &calls));

    faults.watch();
    world.post("/v1/checkout").key("k1").json(&request).await.expect(201);
    let calls = faults.calls();
    assert_eq!(named(&calls), ["BatchGetItem", "GetItem"], "a repeat writes nothing and asks Stripe nothing");
    world.finish().await;
}

#[tokio::test]
async fn a_free_order_never_reaches_stripe() {
    let (world, faults) = warm().await;
    faults.watch();
    world.buy("free", 2).await;
    let calls = faults.calls();
    assert_eq!(named(&calls), ["BatchGetItem", "TransactWriteItems", "SendMessageBatch"]);
    eprintln!("{}", report("a free order", &calls));
    world.settle().await;
    assert!(!faults.calls().iter().any(|call| call.service == Service::Stripe), "not even later");
    world.finish().await;
}

/// What an order takes that is bought on the pages: the requests, and what the table takes for reading. `docs/deploy.md` reckons
/// what they cost.
#[tokio::test]
async fn an_order_on_the_pages_takes_these_requests() {
    let (world, faults) = warm().await;
    let mut browser = Browser::new(&world);
    let units = |calls: &[Outward]| -> Decimal {
        calls
            .iter()
            .filter(|call| call.operation.ends_with("GetItem") || call.operation == "Query")
            .filter_map(|call| call.units)
            .sum()
    };
    let mut reads = Decimal::ZERO;
    faults.watch();
    browser.open("/").await;
    let cart = browser.choose(SHOW, &[("quantity.general", "2")]).await;
    // The overview, the listing, the form and the cart that it leads to.
    let mut requests = 4;
    reads += units(&faults.calls());
    eprintln!("{}", report("choosing on the pages", &faults.calls()));
    faults.watch();
    let led = browser.order(&cart, &[]).await;
    requests += 1;
    reads += units(&faults.calls());
    eprintln!("{}", report("ordering on the pages", &faults.calls()));
    faults.watch();
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    // The way back, the order's page with its token, and the same without it.
    requests += 3;
    eprintln!("{}", report("coming back to the pages", &faults.calls()));
    assert_eq!((order.status.as_u16(), requests), (200, 8));
    assert!(reads <= Decimal::from(35), "{reads}");
    let document = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy.md"));
    assert!(document.unwrap().contains(&format!("some {requests} requests an order")));
}

#[tokio::test]
async fn a_repeated_event_takes_one_read() {
    let (world, faults) = warm().await;
    let order = world.buy("general", 1).await;
    pay_quietly(&world, &order).await;
    let event = world.events("checkout.session.completed").pop().unwrap();
    world.event(&event).await.expect(200);
    faults.watch();
    world.event(&event).await.expect(200);
    assert_eq!(named(&faults.calls()), ["BatchGetItem"]);
    world.stack.stripe().release_webhooks(true);
    world.finish().await;
}

/// Each transaction has a token of its own, and each repeat of one has the same.
#[tokio::test(start_paused = true)]
async fn repeats_of_a_transaction_carry_its_token() {
    use holdfast_tests::faults::{Fault, Rule};
    let (world, faults) = warm().await;
    faults.plan([Rule::every(Service::Table, Fault::AnswerLost).of("TransactWriteItems").times(1)]);
    world.buy("general", 1).await;
    let calls = faults.calls();
    let tokens: Vec<_> = calls.iter().filter_map(|call| call.token.as_deref()).collect();
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(faults.heal(), 1);
    assert_eq!(world.stock("general").await, (98, 1, 1), "applied once");
    world.finish().await;
}

/// All tries of one call to Stripe carry the key of its call record.
#[tokio::test(start_paused = true)]
async fn repeats_of_a_call_to_stripe_carry_its_key() {
    use holdfast_tests::faults::{Fault, Rule};
    let (world, faults) = warm().await;
    faults.plan([Rule::every(Service::Stripe, Fault::AnswerLost).times(2)]);
    let order = world.buy("general", 1).await;
    let calls = faults.calls();
    let keys: Vec<_> = calls.iter().filter_map(|call| call.idempotency_key.clone()).collect();
    assert_eq!(keys, vec![format!("{}-session", order.id); 3]);
    world.finish().await;
}
