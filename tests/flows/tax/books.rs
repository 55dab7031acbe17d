//! The tax books of what is paid by payment intent: entered after the payment, and taken out again with each refund.

use std::collections::BTreeMap;

use holdfast_tests::{Bought, CRAFTS, World};
use serde_json::{Value, json};

use super::prices::{rate, set_tax};

const SALE: &str = "/v1/tax/transactions/create_from_calculation";
const REVERSAL: &str = "/v1/tax/transactions/create_reversal";

/// The entries of the books, the first one first, as type, tax included in all and tax.
fn entries(world: &World) -> Vec<(String, i64, i64)> {
    let all = world.stack.stripe().objects("tax.transaction");
    let entry = |entry: &Value| {
        let line = |name: &str| -> i64 {
            let lines = entry["line_items"]["data"].as_array().expect("lines");
            lines.iter().filter_map(|line| line[name].as_i64()).sum()
        };
        let kind = entry["type"].as_str().expect("a type").to_owned();
        (kind, line("amount") + line("amount_tax"), line("amount_tax"))
    };
    all.iter().map(entry).collect()
}

fn entry(kind: &str, amount: i64, tax: i64) -> (String, i64, i64) {
    (kind.to_owned(), amount, tax)
}

fn owed(world: &World) -> i64 {
    world.stack.stripe().tax_owed().get("self").copied().unwrap_or_default()
}

async fn two_mugs() -> (World, Bought) {
    let world = World::of_products().await;
    rate(&world, "10").await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    (world, order)
}

fn one() -> Value {
    json!({ "items": [{ "line": "l1", "quantity": 1 }] })
}

async fn fails(world: &World, path: &str, fault: &str, times: u32) {
    let rule = json!({ "calls": [{ "method": "POST", "path": path, "fault": fault, "times": times }] });
    world.at_stripe("faults", &rule).await;
}

#[tokio::test]
async fn a_sale_by_intent_is_in_the_books_and_its_refunds_are_taken_out() {
    let (world, order) = two_mugs().await;
    assert_eq!(entries(&world), [entry("transaction", 2_750, 250)]);
    let sale = &world.stack.stripe().objects("tax.transaction")[0];
    assert_eq!((&sale["reference"], &sale["metadata"]["order_id"]), (&json!(order.id), &json!(order.id)));
    assert_eq!(sale["metadata"]["payment_intent_id"], world.intent(&order)["id"]);

    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(entries(&world)[1..], [entry("reversal", -1_375, -125)]);
    assert_eq!(owed(&world), 125);
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    assert_eq!((entries(&world).len(), owed(&world)), (3, 0));
    assert_eq!((world.calls_to("POST", SALE), world.calls_to("POST", REVERSAL)), (1, 2));
    world.finish().await;
}

#[tokio::test]
async fn contained_tax_leaves_the_books_with_the_refund_that_contains_it() {
    let world = World::of_products().await;
    set_tax(&world, json!({ "behavior": "inclusive" })).await;
    rate(&world, "10").await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    assert_eq!(owed(&world), 227);
    world.refund(&order, &one()).await.expect(201);
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.stripe().tax_owed(), BTreeMap::new());
    world.finish().await;
}

#[tokio::test]
async fn a_slot_is_in_the_books_once_its_expert_agrees() {
    let world = World::of_experts().await;
    rate(&world, "10").await;
    let order = world.requested("morning").await;
    world.settle().await;
    assert_eq!(entries(&world), [], "the money is only authorized");
    world.as_expert(&order, "confirm").await.expect(200);
    world.settle().await;
    assert_eq!(entries(&world), [entry("transaction", 8_800, 800)]);
    world.as_expert(&order, "cancel").await.expect(200);
    world.settle().await;
    assert_eq!(entries(&world)[1..], [entry("reversal", -8_800, -800)]);

    world.slot("noon", "80.00", 1, 90_000).await;
    let declined = world.requested("noon").await;
    world.as_expert(&declined, "decline").await.expect(200);
    world.settle().await;
    assert_eq!(entries(&world).len(), 2, "what was not sold is in no books");
    world.finish().await;
}

#[tokio::test]
async fn the_books_of_the_account_that_owes_the_tax_are_written() {
    let world = World::of_products().await;
    set_tax(&world, json!({ "liability": "seller" })).await;
    rate(&world, "10").await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    assert_eq!(world.stack.stripe().tax_owed(), BTreeMap::from([("acct_acme".to_owned(), 250)]));
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.stripe().tax_owed(), BTreeMap::from([("acct_acme".to_owned(), 125)]));
    world.finish().await;
}

#[tokio::test]
async fn what_stripes_page_took_stripe_enters_by_itself() {
    let world = World::new().await;
    rate(&world, "10").await;
    let order = world.bought("general", 2).await;
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(world.calls_to("POST", "/v1/tax"), 0);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_fails_is_owed_again() {
    let (world, order) = two_mugs().await;
    world.at_stripe("next_refund", &json!({ "status": "pending" })).await;
    let refund = world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(owed(&world), 125, "Stripe has accepted it");
    world.fail_refund(&refund).await;
    world.settle().await;
    assert_eq!(entries(&world)[1..], [entry("reversal", -1_375, -125), entry("reversal", 1_375, 125)]);
    assert_eq!(owed(&world), 250);
    world.finish().await;
}

#[tokio::test]
async fn an_entry_whose_answer_is_lost_is_made_once() {
    for path in [SALE, REVERSAL] {
        for fault in ["lose_request", "lose_answer", "error_500", "refuse"] {
            let world = World::of_products().await;
            rate(&world, "10").await;
            fails(&world, path, fault, 1).await;
            let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
            assert_eq!(world.order(&order).await["status"], "paid", "the buyer does not wait for the books");
            world.refund(&order, &one()).await.expect(201);
            world.settle().await;
            for _ in 0..3 {
                world.advance(70).await;
                world.sweep().await;
            }
            assert_eq!(owed(&world), 125, "{path} {fault}");
            assert_eq!(entries(&world).len(), 2, "{path} {fault}");
            world.finish().await;
        }
    }
}

#[tokio::test]
async fn a_reversal_that_stripe_made_and_called_an_error_is_found_by_its_reference() {
    let (world, order) = two_mugs().await;
    fails(&world, REVERSAL, "error_500_done", 1).await;
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    world.advance(70).await;
    world.sweep().await;
    assert_eq!((entries(&world).len(), owed(&world)), (2, 125));
    world.finish().await;
}

#[tokio::test]
async fn a_sale_that_the_books_refuse_is_tried_again_later() {
    let world = World::of_products().await;
    rate(&world, "10").await;
    fails(&world, SALE, "account", 1).await;
    let order = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    assert_eq!((world.order(&order).await["status"].clone(), entries(&world)), (json!("paid"), vec![]));
    // Nothing is reversed that is not entered.
    world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    assert_eq!(world.calls_to("POST", REVERSAL), 0);
    world.advance(700).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!((entries(&world).len(), owed(&world)), (2, 125));
    world.finish().await;
}
