//! What staff read of very many orders: a search, and a table of all of them.

use std::time::{Duration, Instant};

use http::StatusCode;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bench::{Bench, RUN};

/// How often each search is made; its time is the mean.
const REPEATS: u32 = 20;

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Searches among many orders, by all that people know of one.
pub(crate) async fn search(orders: u64) {
    let bench = Bench::start().await;
    bench.buy_many("free", orders, false).await;
    let placed = bench.place("large", "seat", "Zenobia Palmyra").await;
    let session = text(&placed["order"]["payment"]["session_id"]);
    bench.stack.stripe().pay_session(&session, "pm_card_visa").expect("the card is good");
    bench.stack.settle().await.expect("the queue");
    bench.searchable().await;
    let staff = bench.staff();
    let path = format!("/v1/orders/{}", text(&placed["order"]["id"]));
    let (status, order) = bench.send("GET", &path, Some(&staff), None).await;
    assert_eq!(status, StatusCode::OK, "{order}");
    let (number, code) = (text(&order["number"]), text(&order["tickets"][0]["code"]));
    let intent = text(&order["payment"]["payment_intent_id"]);
    for (what, query, found) in [
        ("a number", number.as_str(), 1),
        ("a name", "zenobia%20palmyra", 1),
        ("the beginning of a name", "zenob", 1),
        ("a second name", "palmyra", 1),
        ("a ticket's code", code.as_str(), 1),
        ("the beginning of a ticket's code", &code[..8], 1),
        ("a session of Stripe's", session.as_str(), 1),
        ("a payment of Stripe's", intent.as_str(), 1),
        ("nothing that there is", "nosuchname", 0),
        ("a name of all others, of which a page comes", "lovelace", orders.min(25)),
    ] {
        let path = format!("/v1/organizations/large/orders?q={query}");
        let (before, begun) = (bench.units(), Instant::now());
        for _ in 0..REPEATS {
            let (status, page) = bench.send("GET", &path, Some(&staff), None).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            let count = page["orders"].as_array().map_or(0, Vec::len);
            assert_eq!(u64::try_from(count).ok(), Some(found), "{what}: {page}");
        }
        let units = (bench.units() - before) / Decimal::from(REPEATS);
        println!(
            "search among {orders} orders for {what}: {} read units, {:.1?}",
            units.normalize(),
            begun.elapsed() / REPEATS
        );
    }
}

/// Writes a table of many orders as a file.
pub(crate) async fn export(orders: u64) {
    let bench = Bench::start().await;
    bench.buy_many("free", orders, false).await;
    bench.searchable().await;
    let (staff, path) = (bench.staff(), "/v1/organizations/large/exports");
    let (status, begun) =
        bench.send("POST", path, Some(&staff), Some(&json!({ "kind": "orders", "file": true }))).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    let path = format!("{path}/{}", text(&begun["id"]));
    let (before, begun) = (bench.units(), Instant::now());
    let mut working = Duration::ZERO;
    let done = loop {
        bench.stack.advance(1).await;
        bench.stack.sweep_for(RUN).await.expect("the agenda");
        let one = Instant::now();
        bench.stack.drain_queue().await.expect("the queues");
        working += one.elapsed();
        let (status, export) = bench.send("GET", &path, Some(&staff), None).await;
        assert_eq!(status, StatusCode::OK, "{export}");
        if export["status"] != "running" {
            break export;
        }
    };
    assert_eq!(done["status"], "done", "{done}");
    let units = (bench.units() - before).normalize();
    let bytes = &done["bytes"];
    println!(
        "export of {orders} orders: {units} read units, {:.1?}, of which the worker {working:.1?}; {bytes} bytes",
        begun.elapsed()
    );
}
