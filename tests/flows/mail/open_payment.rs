//! A payment page that is left open.

use holdfast_tests::{ORGANIZATION, World};
use serde_json::json;

async fn turn(world: &World, on: bool) {
    world.organization(ORGANIZATION, json!({ "remind_of_open_payment": on })).await.expect(200);
}

/// Runs the sweeper each minute for a while.
async fn minutes(world: &World, minutes: usize) {
    for _ in 0..minutes {
        world.advance(60).await;
        world.sweep().await;
        world.settle().await;
    }
}

#[tokio::test]
async fn a_buyer_who_leaves_the_page_open_is_reminded_once_while_it_is_open() {
    let world = World::new().await;
    turn(&world, true).await;
    let order = world.buy("general", 1).await;
    minutes(&world, 14).await;
    assert!(world.stack.mails().is_empty());
    minutes(&world, 5).await;
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your payment for Summer Show is still open");
    let page = order.url.as_deref().unwrap();
    assert!(mails[0].text.contains(&format!("Pay now: {page}")), "{}", mails[0].text);
    assert!(mails[0].headers().iter().any(|(name, _)| name == "List-Unsubscribe"));
    minutes(&world, 60).await;
    assert_eq!(world.stack.mails().len(), 1, "the hold is over");
    world.finish().await;
}

#[tokio::test]
async fn who_has_paid_or_let_go_or_whose_seller_does_not_want_it_hears_nothing() {
    let world = World::new().await;
    let asks_not = world.buy("general", 1).await;
    turn(&world, true).await;
    let paid = world.bought("general", 1).await;
    world.buy("free", 1).await;
    let over = world.buy("general", 1).await;
    world.settle().await;
    world.at_stripe(&format!("sessions/{}/expire", over.session), &json!({})).await;
    world.settle().await;
    assert_eq!(world.order(&over).await["status"], "expired");
    let before = world.stack.mails().len();
    minutes(&world, 20).await;
    assert_eq!(world.stack.mails().len(), before, "{:?}", world.mail());
    assert_ne!(asks_not.id, paid.id);
    // Turned off again before its time.
    world.buy("general", 1).await;
    turn(&world, false).await;
    minutes(&world, 20).await;
    assert_eq!(world.stack.mails().len(), before);
    world.finish().await;
}
