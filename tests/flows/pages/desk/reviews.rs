//! Orders in review, decided at the desk.

use holdfast_tests::{Bought, ORGANIZATION, World};
use serde_json::json;

use super::{listed, page_of, staff};

/// An order of 54.84 for which ten dollars arrived.
async fn in_review(world: &World) -> Bought {
    let order = world.buy("general", 2).await;
    world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
    world.pay(&order);
    world.settle().await;
    assert!(world.order(&order).await["review"].is_object());
    order
}

#[tokio::test]
async fn staff_accept_or_refuse_once_it_is_confirmed() {
    let world = World::new().await;
    let (kept, refused) = (in_review(&world).await, in_review(&world).await);
    let mut browser = staff(&world).await;
    let list = browser.open(&format!("/desk/{ORGANIZATION}/orders?status=review")).await;
    let mut shown = listed(&list.text);
    shown.sort();
    let mut both = [kept.id.clone(), refused.id.clone()];
    both.sort();
    assert_eq!(shown, both);
    let page = browser.open(&page_of(&kept)).await;
    assert!(page.says("The buyer gets what was ordered for what was paid"), "{}", page.text);
    let form = format!("{}/review", page_of(&kept));
    let done = browser.submit(&page, &form, &[("decision", "accept")]).await;
    assert!(done.says("The review is over: accepted") && !done.says("The buyer gets what was"), "{}", done.text);
    assert_eq!(world.order(&kept).await["status"], "paid");
    // Once more changes nothing.
    browser.submit(&page, &form, &[("decision", "accept")]).await;
    let other = browser.submit(&page, &form, &[("decision", "refuse")]).await;
    assert_eq!(other.status.as_u16(), 409, "{}", other.text);

    let page = browser.open(&page_of(&refused)).await;
    let done = browser.submit(&page, &format!("{}/review", page_of(&refused)), &[("decision", "refuse")]).await;
    assert!(done.says("The review is over: refused"), "{}", done.text);
    world.settle().await;
    assert_eq!(world.order(&refused).await["status"], "refunded");
    let trail = world.trail(&refused).await;
    assert!(trail.contains(&("review_refused".to_owned(), "sam".to_owned())), "{trail:?}");
    world.finish().await;
}
