//! The order's page: to whom it opens, and what can be done there.

use holdfast_tests::{Browser, SHOW, World};
use serde_json::json;

#[tokio::test]
async fn an_order_opens_to_its_token_which_leaves_the_address_bar() {
    let world = World::new().await;
    let bought = world.bought("general", 1).await;
    let mut stranger = Browser::new(&world);
    for token in ["", "WRONG", "%00", "a%20b"] {
        let page = stranger.open(&format!("/orders/{}?token={token}", bought.id)).await;
        assert!(page.status.is_client_error() && !page.says("ada@example.com"), "{token}: {}", page.status);
    }
    let mut buyer = Browser::new(&world);
    let link = format!("/orders/{}?token={}", bought.id, bought.token);
    let page = buyer.open(&link).await;
    assert_eq!(page.path, format!("/orders/{}", bought.id));
    assert!(page.says("You are in") && page.says("ada@example.com"), "{}", page.text);
    assert!(!page.says(&bought.token), "the page itself does not hold it");
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    // A cookie that was changed opens nothing.
    let mut forged = buyer.clone();
    for value in forged.cookies.values_mut() {
        value.replace_range(..1, if value.starts_with('A') { "B" } else { "A" });
    }
    assert!(forged.open(&page.path).await.status.is_client_error());
    assert!(stranger.open(&page.path).await.status.is_client_error());
    world.finish().await;
}

#[tokio::test]
async fn its_files_open_from_the_page_alone() {
    let world = World::new().await;
    let bought = world.bought("general", 1).await;
    let mut buyer = Browser::new(&world);
    buyer.open(&format!("/orders/{}?token={}", bought.id, bought.token)).await;
    let own = format!("/orders/{}", bought.id);
    for (file, kind) in
        [("tickets.pdf", "application/pdf"), ("receipt.pdf", "application/pdf"), ("calendar.ics", "text/calendar")]
    {
        let answer = buyer.open(&format!("{own}/{file}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{file}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with(kind), "{file}");
        let other = Browser::new(&world).open(&format!("{own}/{file}")).await;
        assert!(other.status.is_client_error() && other.says("</html>"), "{file}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_buyer_asks_for_the_mail_again_and_changes_a_name() {
    let world = World::new().await;
    world.offer_with("named", json!({ "price": "10.00", "capacity": 9, "attendees": "required" })).await.expect(201);
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.named", "2")]).await;
    // A name that is missing is said at its own field.
    let wrong = browser.order(&cart, &[("attendee.0.0.name", "Grace Hopper")]).await;
    assert!(wrong.says("Each of the 2 tickets must name who comes"), "{}", wrong.text);
    assert_eq!(wrong.value("attendee.0.0.name").as_deref(), Some("Grace Hopper"));
    let people = [("attendee.0.0.name", "Grace Hopper"), ("attendee.0.1.name", "Mary Ward")];
    let led = browser.order(&wrong, &people).await;
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    assert!(order.says("Grace Hopper") && order.says("Mary Ward"), "{}", order.text);
    let kept = world.everything().await.orders.remove(0);
    let code = kept.tickets[1].code.to_string();
    let own = format!("/orders/{}", kept.id);
    let order = browser.submit(&order, &format!("{own}/attendee"), &[("code", &code), ("name", "Ida Rhodes")]).await;
    assert!(
        order.says("The name is changed") && order.says("Ida Rhodes") && !order.says("Mary Ward"),
        "{}",
        order.text
    );
    let order = browser.submit(&order, &format!("{own}/attendee"), &[("code", &code), ("name", "<b>")]).await;
    assert!(order.says("role=\"alert\"") && order.says("Ida Rhodes"), "{}", order.text);
    world.forget_mail();
    let order = browser.submit(&order, &format!("{own}/resend"), &[]).await;
    assert!(order.says("The mail is on its way"), "{}", order.text);
    world.settle().await;
    assert_eq!(world.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_canceled_listing_says_so_and_why() {
    let world = World::new().await;
    let bought = world.bought("general", 1).await;
    let mut buyer = Browser::new(&world);
    buyer.open(&format!("/orders/{}?token={}", bought.id, bought.token)).await;
    let path = format!("/v1/organizations/{}/listings/{SHOW}/cancel", holdfast_tests::ORGANIZATION);
    world.post(&path).role("admin").json(&json!({ "reason": "The singer is ill." })).await.expect(202);
    let order = buyer.open(&format!("/orders/{}", bought.id)).await;
    assert!(order.says("This was canceled") && order.says("The singer is ill."), "{}", order.text);
    let listing = buyer.open(&format!("/listings/{SHOW}")).await;
    assert!(listing.status.is_success() && listing.says("This was canceled"), "{}", listing.text);
    assert!(!listing.says("action=\"/cart\""), "{}", listing.text);
}

#[tokio::test]
async fn a_pending_order_leads_to_its_payment_and_tells_its_version() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let led = browser.order(&cart, &[]).await;
    let kept = world.everything().await.orders.remove(0);
    let page = browser.open(&format!("/orders/{}", kept.id)).await;
    let link = led.location().replace('/', "&#x2f;");
    assert!(page.says("Waiting for your payment") && page.says(&link), "{}", page.text);
    let versions = format!("/orders/{}/version", kept.id);
    let before = browser.open(&versions).await.text;
    browser.pay(&world, &led, "pm_card_visa").await;
    assert_ne!(browser.open(&versions).await.text, before);
    assert!(Browser::new(&world).open(&versions).await.status.is_client_error());
    world.finish().await;
}
