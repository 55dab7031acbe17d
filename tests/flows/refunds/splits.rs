//! Who has what of a payment: the seller its goods, the platform its fees, to the cent, whatever goes back.

use holdfast_tests::{Bought, World};
use local::stripe::Balance;
use serde_json::{Value, json};

fn balance(world: &World, order: &Bought) -> Balance {
    world.stack.stripe().balance("order_id", &order.id)
}

/// What seller and platform have, in cents.
#[track_caller]
fn has(world: &World, order: &Bought, seller: i64, platform: i64) {
    let balance = balance(world, order);
    assert_eq!((balance.seller(), balance.platform()), (seller, platform), "{balance:?}");
}

fn one() -> Value {
    json!({ "items": [{ "line": "l1", "quantity": 1 }] })
}

/// The calls that moved money between platform and seller.
fn moves(world: &World) -> Vec<(String, String)> {
    let moves =
        |path: &str| path.ends_with("/reversals") || path == "/v1/transfers" || path.contains("application_fees/");
    let calls = world.stack.stripe().calls().into_iter().filter(|call| call.method == "POST" && moves(&call.path));
    calls.map(|call| (call.path, call.idempotency_key.unwrap_or_default())).collect()
}

async fn later(world: &World, seconds: i64) {
    world.settle().await;
    world.advance(seconds).await;
    world.sweep().await;
    world.settle().await;
}

#[tokio::test]
async fn refunding_one_of_two_tickets_leaves_the_platform_its_fee() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    has(&world, &order, 5_000, 484);
    let refund = world.refund(&order, &one()).await.expect(201);
    assert_eq!(refund["amount"], "25.00");
    has(&world, &order, 2_500, 484);
    let charge = world.charge(&order);
    assert_eq!(world.object(charge["transfer"].as_str().unwrap())["amount_reversed"], 2_500);
    assert_eq!(world.object(charge["application_fee"].as_str().unwrap())["amount_refunded"], 0);
    let stripe = world.object(refund["stripe_refund_id"].as_str().unwrap());
    assert_eq!(stripe["transfer_reversal"], Value::Null, "the refund itself moves nothing of the seller's");
    let key = format!("reversal-{}", refund["id"].as_str().unwrap());
    assert_eq!(moves(&world).iter().map(|(_, key)| key).collect::<Vec<_>>(), [&key]);
    world.finish().await;
}

#[tokio::test]
async fn the_refund_that_returns_the_last_ticket_returns_the_fees() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    world.refund(&order, &one()).await.expect(201);
    let refund = world.refund(&order, &one()).await.expect(201);
    assert_eq!(refund["amount"], "29.84");
    has(&world, &order, 0, 0);
    let charge = world.charge(&order);
    assert_eq!(world.object(charge["transfer"].as_str().unwrap())["amount_reversed"], 5_484);
    assert_eq!(world.object(charge["application_fee"].as_str().unwrap())["amount_refunded"], 484);
    let paths: Vec<_> = moves(&world).into_iter().map(|(path, _)| path).collect();
    assert!(paths[1].contains("application_fees"), "the fee first, so that the seller is never short of it: {paths:?}");
    world.finish().await;
}

#[tokio::test]
async fn goodwill_is_the_sellers_first_and_the_platforms_after_that() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    world.refund(&order, &json!({ "amount": "10.00" })).await.expect(201);
    has(&world, &order, 4_000, 484);
    world.refund(&order, &json!({ "amount": "41.00" })).await.expect(201);
    has(&world, &order, 0, 384);
    world.refund(&order, &json!({})).await.expect(201);
    has(&world, &order, 0, 0);
    world.finish().await;
}

#[tokio::test]
async fn what_stripes_dashboard_moved_is_put_right() {
    for (reverse_transfer, refund_fee) in [(false, false), (true, false), (true, true), (false, true)] {
        let world = World::new().await;
        let order = world.bought("general", 2).await;
        let charge = world.charge(&order)["id"].clone();
        let body = json!({ "charge": charge, "amount": 2_500, "reverse_transfer": reverse_transfer, "refund_fee": refund_fee });
        world.at_stripe("dashboard/refunds", &body).await;
        world.settle().await;
        has(&world, &order, 2_500, 484);
        let body = json!({ "charge": charge, "reverse_transfer": reverse_transfer, "refund_fee": refund_fee });
        world.at_stripe("dashboard/refunds", &body).await;
        world.settle().await;
        has(&world, &order, 0, 0);
        world.finish().await;
    }
}

#[tokio::test]
async fn a_long_list_of_moves_is_read_to_its_end() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    for _ in 0..12 {
        world.refund(&order, &json!({ "amount": "1.00" })).await.expect(201);
    }
    let body =
        json!({ "charge": world.charge(&order)["id"], "amount": 1_000, "reverse_transfer": true, "refund_fee": true });
    world.at_stripe("dashboard/refunds", &body).await;
    world.settle().await;
    has(&world, &order, 5_000 - 1_200 - 1_000, 484);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_fails_later_gives_the_seller_its_money_back() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    for ask in [one(), json!({})] {
        let refund = world.refund(&order, &ask).await.expect(201);
        world.settle().await;
        world.fail_refund(&refund).await;
        world.settle().await;
        has(&world, &order, 5_000, 484);
    }
    let given: Vec<_> = moves(&world).into_iter().filter(|(path, _)| path == "/v1/transfers").collect();
    assert_eq!(given.len(), 2, "a reversal cannot be undone: {given:?}");
    // What was given back can be taken again.
    world.refund(&order, &json!({})).await.expect(201);
    has(&world, &order, 0, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_stripe_refuses_moves_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "balance" }] });
    world.at_stripe("faults", &fault).await;
    let refund = world.refund(&order, &one()).await.expect(201);
    assert_ne!(refund["status"], "succeeded");
    has(&world, &order, 5_000, 484);
    assert!(moves(&world).is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_seller_without_money_owes_it_until_there_is_some() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let other = world.bought("general", 1).await;
    world.at_stripe("accounts/acct_acme/payout", &json!({})).await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    assert_eq!(refund["status"], "succeeded", "the buyer does not wait for the seller");
    // The fee went back, the transfer did not: the platform is out of all but that.
    assert_eq!((balance(&world, &order).seller(), balance(&world, &order).platform()), (5_484, -5_484));
    later(&world, 700).await;
    later(&world, 1_300).await;
    assert_eq!(balance(&world, &order).seller(), 5_484, "still");
    let kept = world.everything().await.orders;
    let due: Vec<_> = kept.iter().flat_map(|order| &order.adjustments).filter_map(|own| own.due_at).collect();
    assert_eq!(due.len(), 1, "it stays due");
    // It blocks neither the refunds of other orders nor its own order's.
    world.refund(&other, &json!({ "amount": "0.01" })).await.expect(201);
    for _ in 0..3 {
        world.bought("general", 2).await;
    }
    for _ in 0..10 {
        later(&world, 12 * 3_600).await;
    }
    has(&world, &order, 0, 0);
    let keys: Vec<_> = moves(&world).into_iter().filter(|(path, _)| path.ends_with("/reversals")).collect();
    let distinct: std::collections::BTreeSet<_> = keys.iter().map(|(_, key)| key).collect();
    assert_eq!(distinct.len(), keys.len(), "each new try has its own key, since Stripe repeats a refusal: {keys:?}");
    world.finish().await;
}

#[tokio::test]
async fn money_cannot_be_given_to_a_restricted_account_until_it_is_not() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let refund = world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/transfers", "fault": "account", "times": 2 }] });
    world.at_stripe("faults", &fault).await;
    world.fail_refund(&refund).await;
    world.settle().await;
    has(&world, &order, 2_500, 2_984);
    later(&world, 700).await;
    has(&world, &order, 2_500, 2_984);
    later(&world, 1_300).await;
    has(&world, &order, 5_000, 484);
    assert_eq!(moves(&world).iter().filter(|(path, _)| path == "/v1/transfers").count(), 3);
    world.finish().await;
}

#[tokio::test]
async fn what_was_refused_is_dropped_when_it_is_not_needed_any_more() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    world.at_stripe("accounts/acct_acme/payout", &json!({})).await;
    let refund = world.refund(&order, &one()).await.expect(201);
    world.settle().await;
    world.fail_refund(&refund).await;
    world.settle().await;
    assert!(moves(&world).iter().all(|(path, _)| path != "/v1/transfers"), "nothing was taken, nothing is given");
    has(&world, &order, 5_000, 484);
    world.finish().await;
}

#[tokio::test]
async fn a_reversal_by_hand_is_not_made_again() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/transfers/{id}/reversals", "fault": "lose_request", "times": 9 }] });
    world.at_stripe("faults", &fault).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    world.stack.stripe().clear_faults();
    // Staff of the platform saw it missing, and did it in the dashboard.
    let transfer = world.charge(&order)["transfer"].as_str().unwrap().to_owned();
    let request = http::Request::post(format!("http://stripe/v1/transfers/{transfer}/reversals"))
        .header("authorization", "Bearer sk_test_hand")
        .body(Vec::new().into())
        .unwrap();
    let answer = world.stack.stripe().send(request).await.unwrap();
    assert!(answer.status().is_success(), "{}", String::from_utf8_lossy(answer.body()));
    for _ in 0..4 {
        later(&world, 700).await;
    }
    has(&world, &order, 0, 0);
    world.finish().await;
}

#[tokio::test]
async fn a_second_payment_goes_back_whole() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let form = format!(
        "amount=5484&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[0]=card\
         &metadata[order_id]={}&transfer_data[destination]=acct_acme&application_fee_amount=484",
        order.id
    );
    let request = http::Request::post("http://stripe/v1/payment_intents")
        .header("authorization", "Bearer sk_test_twice")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into())
        .unwrap();
    assert!(world.stack.stripe().send(request).await.unwrap().status().is_success());
    world.settle().await;
    has(&world, &order, 5_000, 484);
    let transfers = world.stack.stripe().objects("transfer");
    let reversed: Vec<_> = transfers.iter().map(|transfer| transfer["amount_reversed"].clone()).collect();
    assert_eq!(reversed, [json!(0), json!(5_484)]);
    world.finish().await;
}

#[tokio::test]
async fn many_refunds_at_once_leave_everybody_their_own() {
    let world = World::new().await;
    let order = world.bought("general", 8).await;
    let requested = one();
    futures::future::join_all((0..8).map(|_| world.refund(&order, &requested))).await;
    for _ in 0..3 {
        later(&world, 70).await;
    }
    let refunded = balance(&world, &order).refunded;
    let left = (20_000 - refunded).max(0);
    assert_eq!(balance(&world, &order).seller(), left);
    world.finish().await;
}
