//! What of each payment went to its seller, as a table: to the cent what Stripe moved, and without a call of Stripe.

use std::collections::BTreeMap;

use holdfast_tests::{Bought, ORGANIZATION, World};
use serde_json::json;

use super::csv;
use crate::tax::prices::rate;

type Row = BTreeMap<String, String>;

async fn rows(world: &World) -> Vec<Row> {
    let calls = world.stack.stripe().calls().len();
    let ask = world.post(&format!("/v1/organizations/{ORGANIZATION}/exports")).role("staff");
    let answer = ask.json(&json!({ "kind": "payouts" })).await;
    assert_eq!((answer.status.as_u16(), world.stack.stripe().calls().len()), (200, calls), "{}", answer.text);
    csv::rows(&answer)
}

/// An amount of a row in cents.
fn cents(row: &Row, column: &str) -> i64 {
    row[column].replace('.', "").parse().expect("an amount")
}

/// The row of an order, whose net is what its seller has at Stripe.
#[track_caller]
fn row_of<'a>(world: &World, rows: &'a [Row], order: &Bought) -> &'a Row {
    let row = rows.iter().find(|row| row["order"] == order.id).expect("a row");
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!(cents(row, "net"), balance.seller(), "{row:?}");
    let sum = cents(row, "transferred") - cents(row, "fee") - cents(row, "reversed")
        + cents(row, "transferred_again")
        + cents(row, "fee_refunded");
    assert_eq!(cents(row, "net"), sum, "{row:?}");
    assert_eq!((cents(row, "still_to_pay"), cents(row, "still_to_take_back")), (0, 0), "{row:?}");
    row
}

#[tokio::test]
async fn a_row_says_what_was_transferred_withheld_and_taken_back() {
    let world = World::new().await;
    let whole = world.bought("general", 2).await;
    let part = world.bought("general", 2).await;
    let back = world.bought("general", 1).await;
    world.buy("general", 1).await;
    world.refund(&part, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.refund(&back, &json!({})).await.expect(201);
    world.settle().await;
    let rows = rows(&world).await;
    // What was not paid has no row.
    assert_eq!(rows.len(), 3, "{rows:?}");
    let row = row_of(&world, &rows, &whole);
    assert_eq!((cents(row, "captured"), cents(row, "fee"), cents(row, "net")), (5_484, 484, 5_000));
    assert_eq!((row["split"].as_str(), row["transfer_id"].as_str()), ("as asked for", ""));
    assert_eq!(row["payment_intent_id"], world.charge(&whole)["payment_intent"].as_str().unwrap());
    let row = row_of(&world, &rows, &part);
    assert_eq!((cents(row, "refunded_or_disputed"), cents(row, "reversed"), cents(row, "net")), (2_500, 2_500, 2_500));
    assert_eq!(
        (row["split"].as_str(), &row["transfer_id"]),
        ("fetched", &world.charge(&part)["transfer"].as_str().unwrap().to_owned())
    );
    let row = row_of(&world, &rows, &back);
    assert_eq!(
        (cents(row, "fee_refunded"), cents(row, "fee"), cents(row, "net")),
        (cents(row, "fee"), cents(row, "fee_refunded"), 0)
    );
    world.finish().await;
}

#[tokio::test]
async fn tax_that_the_platform_owes_stands_apart() {
    let world = World::new().await;
    rate(&world, "10").await;
    let order = world.bought("general", 2).await;
    world.settle().await;
    let row = row_of(&world, &rows(&world).await, &order).clone();
    assert_eq!((cents(&row, "tax_withheld"), cents(&row, "reversed"), cents(&row, "net")), (548, 548, 5_000));
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let rows = rows(&world).await;
    let row = row_of(&world, &rows, &order);
    assert_eq!((cents(row, "tax_withheld"), cents(row, "net")), (298, 2_500));
    world.finish().await;
}

#[tokio::test]
async fn what_a_bank_takes_is_taken_back_and_paid_again() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let charge = world.charge(&order)["id"].clone();
    let dispute = world.at_stripe("disputes", &json!({ "charge": charge })).await;
    world.settle().await;
    let lost = rows(&world).await;
    assert_eq!(cents(row_of(&world, &lost, &order), "net"), 0);
    let id = dispute["id"].as_str().unwrap();
    world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
    world.settle().await;
    let won = rows(&world).await;
    let row = row_of(&world, &won, &order);
    assert_eq!((cents(row, "transferred_again"), cents(row, "net")), (5_000, 5_000));
    world.finish().await;
}
