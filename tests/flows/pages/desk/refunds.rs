//! Refunds by staff: chosen, previewed, and made once.

use holdfast_tests::{Bought, Browser, Page, World};
use serde_json::json;

use super::{page_of, staff};

/// Shows what a choice comes to.
async fn previewed(browser: &mut Browser, order: &Bought, query: &str) -> Page {
    browser.open(&format!("{}/refund?{query}", page_of(order))).await
}

/// Confirms what the page shows, with these fields of the choice.
async fn confirmed(browser: &mut Browser, order: &Bought, page: &Page, choice: &[(&str, &str)]) -> Page {
    let seen = page.value("seen").unwrap_or_default();
    let mut fields = vec![("seen", seen.as_str()), ("reason", "The buyer is ill.")];
    fields.extend_from_slice(choice);
    browser.submit(page, &format!("{}/refund", page_of(order)), &fields).await
}

#[tokio::test]
async fn units_of_a_line_go_back_as_previewed_and_once() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let mut browser = staff(&world).await;
    let form = browser.open(&format!("{}/refund", page_of(&order))).await;
    assert!(form.says("2 of 2 can go back") && form.value("seen").is_none(), "{}", form.text);
    let page = previewed(&mut browser, &order, "what=items&quantity.l1=1").await;
    assert_eq!(page.value("seen").as_deref(), Some("2500"), "{}", page.text);
    assert!(page.says("25.00") && page.says("Refund 25.00"), "{}", page.text);
    assert!(world.refunds(&order).await.is_empty(), "a preview does nothing");
    let choice = [("what", "items"), ("quantity.l1", "1")];
    let done = confirmed(&mut browser, &order, &page, &choice).await;
    assert_eq!(done.path, page_of(&order), "{}", done.text);
    assert!(done.says("The refund is on its way") && done.says("The buyer is ill."), "{}", done.text);
    // The same form once more is the same refund.
    confirmed(&mut browser, &order, &page, &choice).await;
    let refunds = world.refunds(&order).await;
    assert_eq!((refunds.len(), &refunds[0]["amount"]), (1, &json!("25.00")), "{refunds:?}");
    assert_eq!(world.stock("general").await, (99, 0, 1));
    let trail = world.trail(&order).await;
    assert!(trail.contains(&("refund_requested".to_owned(), "sam".to_owned())), "{trail:?}");
    world.finish().await;
}

#[tokio::test]
async fn an_amount_and_the_rest_go_back_with_fees_and_all() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let mut browser = staff(&world).await;
    let page = previewed(&mut browser, &order, "what=amount&amount=10,5").await;
    assert_eq!(page.value("seen").as_deref(), Some("1050"), "{}", page.text);
    assert!(page.says("No goods come back"), "{}", page.text);
    confirmed(&mut browser, &order, &page, &[("what", "amount"), ("amount", "10,5")]).await;
    assert_eq!(world.stock("general").await, (98, 0, 2));
    let page = previewed(&mut browser, &order, "what=rest").await;
    assert_eq!(page.value("seen").as_deref(), Some("4434"), "{}", page.text);
    assert!(page.says("For goods") && page.says("For fees"), "{}", page.text);
    confirmed(&mut browser, &order, &page, &[("what", "rest")]).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    let over = browser.open(&format!("{}/refund", page_of(&order))).await;
    assert!(over.says("Nothing of this order can be refunded"), "{}", over.text);
    world.finish().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_goes_back() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let mut browser = staff(&world).await;
    for (query, status, said) in [
        ("what=items&quantity.l1=3", 400, "are left to refund on line l1"),
        ("what=items&quantity.l1=x", 400, "A quantity must be a whole number"),
        ("what=items", 400, "At least one item"),
        ("what=amount&amount=", 400, "An amount must be"),
        ("what=amount&amount=1000", 400, "Only "),
    ] {
        let page = previewed(&mut browser, &order, query).await;
        assert_eq!(page.status.as_u16(), status, "{query}: {}", page.text);
        assert!(page.says(said) && page.value("seen").is_none(), "{query}: {}", page.text);
    }
    let page = previewed(&mut browser, &order, "what=items&quantity.l1=2").await;
    let (form, choice) = (format!("{}/refund", page_of(&order)), [("what", "items"), ("quantity.l1", "2")]);
    // Without a reason, and without having seen what it comes to.
    let seen = page.value("seen").unwrap();
    let without = browser.submit(&page, &form, &[choice[0], choice[1], ("seen", &seen)]).await;
    assert_eq!(without.status.as_u16(), 400, "{}", without.text);
    assert!(without.says("Say why") && without.value("seen").is_some(), "{}", without.text);
    assert_eq!(without.value("key"), page.value("key"), "the form keeps its key");
    let blind = browser.submit(&page, &form, &[choice[0], choice[1], ("reason", "x")]).await;
    assert_eq!(blind.status.as_u16(), 400, "{}", blind.text);
    // Another refund came first: this one would be another amount by now.
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    let rest = previewed(&mut browser, &order, "what=rest").await;
    world
        .post(&format!("/v1/orders/{}/refunds", order.id))
        .role("staff")
        .key("other")
        .json(&json!({ "amount": "1.00" }))
        .await
        .expect(201);
    let changed = confirmed(&mut browser, &order, &rest, &[("what", "rest")]).await;
    assert_eq!(changed.status.as_u16(), 409, "{}", changed.text);
    assert!(changed.says("The order has changed since it was shown"), "{}", changed.text);
    assert_eq!(world.refunds(&order).await.len(), 2);
    // What it comes to now stands there, to be looked at again.
    assert_ne!(changed.value("seen"), rest.value("seen"));
    world.finish().await;
}
