//! Each kind is bought, without a script.

use holdfast_tests::{Browser, CRAFTS, LESSONS, ORGANIZATION, SHOW, TUTOR, World};
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn tickets_are_chosen_paid_and_shown() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let overview = browser.open("/").await;
    assert!(overview.says(&format!("/listings/{SHOW}")), "{}", overview.text);
    assert!(browser.cookies.is_empty(), "the overview is the same for all");
    let listing = browser.open(&format!("/listings/{SHOW}")).await;
    // The whole price from the first look: 25.00, 1.50 for the ticket and the card's 1.07.
    assert!(listing.says("27.57") && listing.says("25.00"), "{}", listing.text);
    let cart = browser.choose(SHOW, &[("quantity.general", "2")]).await;
    assert_eq!(cart.path, "/cart");
    for sum in ["50.00", "3.00", "1.84", "54.84"] {
        assert!(cart.says(sum), "{sum}: {}", cart.text);
    }
    let led = browser.order(&cart, &[]).await;
    assert!(led.location().contains("/pay/"), "{}", led.location());
    assert_eq!(world.stock("general").await.1, 2);
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    assert!(order.says("You are in"), "{}", order.text);
    assert!(!order.path.contains("token"), "the token left the address bar: {}", order.path);
    let kept = world.everything().await.orders.remove(0);
    for ticket in &kept.tickets {
        assert!(order.says(ticket.code.as_str()));
    }
    assert_eq!(order.text.matches("<svg").count(), 2, "a QR code for each ticket");
    // The cart is empty now, and the way back leads to no second order.
    assert!(browser.open("/cart").await.says("Your cart is empty"));
    world.finish().await;
}

#[tokio::test]
async fn several_listings_of_one_seller_are_one_order() {
    let world = World::of_products().await;
    world.show("second", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "second", "seat", json!({ "price": "10.00", "capacity": 5 })).await.expect(201);
    let mut browser = Browser::new(&world);
    browser.choose("second", &[("quantity.seat", "1")]).await;
    let cart = browser.choose(CRAFTS, &[("quantity.mug", "2")]).await;
    assert!(cart.says("/listings/second") && cart.says(&format!("/listings/{CRAFTS}")), "{}", cart.text);
    let cart = browser.submit(&cart, "/cart/change", &[("quantity.0", "1"), ("quantity.1", "1")]).await;
    assert_eq!(cart.value("quantity.1").as_deref(), Some("1"));
    let led = browser.order(&cart, &[]).await;
    browser.pay(&world, &led, "pm_card_visa").await;
    let kept = world.everything().await.orders.remove(0);
    assert_eq!(kept.lines.len(), 2);
    // What another seller sells is not bought together with it.
    world.organization("globex", json!({})).await;
    world.show_of("globex", "other", json!({})).await.expect(201);
    world.offer_of("globex", "other", "seat", json!({ "price": "9.00", "capacity": 5 })).await.expect(201);
    browser.choose(CRAFTS, &[("quantity.mug", "1")]).await;
    let cart = browser.choose("other", &[("quantity.seat", "1")]).await;
    assert!(cart.says("cannot be bought together") && !cart.says(&format!("/listings/{CRAFTS}")), "{}", cart.text);
    world.finish().await;
}

#[tokio::test]
async fn free_tickets_need_no_payment() {
    let world = World::new().await;
    world.offer("free", "0.00", 5).await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.free", "1")]).await;
    let order = browser.order(&cart, &[]).await;
    assert!(order.path.starts_with("/orders/") && order.says("You are in"), "{}", order.text);
    world.finish().await;
}

#[tokio::test]
async fn a_slot_is_chosen_in_a_month_and_its_money_authorized() {
    let world = World::of_experts().await;
    world.slot("lesson", "80.00", 1, 3 * 86_400).await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&format!("/listings/{TUTOR}")).await;
    assert!(page.says("class=\"calendar\"") && page.says("80.00"), "{}", page.text);
    let cart = browser.submit(&page, "/cart", &[("slot", "lesson")]).await;
    let led = browser.order(&cart, &[("zone", "Asia/Tokyo")]).await;
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    assert!(order.says("Waiting for your expert") && order.says("80.00"), "{}", order.text);
    assert!(order.says("Asia&#x2f;Tokyo"), "by the visitor's own clock, too: {}", order.text);
    let kept = world.everything().await.orders.remove(0);
    assert_eq!(kept.status.as_str(), "authorized");
    // It is canceled for what the page says.
    let order = browser.submit(&order, &format!("/orders/{}/cancel", kept.id), &[]).await;
    assert!(order.says("You canceled the booking") && order.says("The booking is canceled"), "{}", order.text);
    assert!(!order.says("Cancel the booking"), "{}", order.text);
    world.finish().await;
}

#[tokio::test]
async fn hours_need_a_customer() {
    let world = World::of_packages().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&format!("/listings/{LESSONS}")).await;
    assert!(page.says("hours each"), "{}", page.text);
    world.finish().await;
}

#[tokio::test]
async fn a_page_is_read_in_the_visitors_language() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.languages = "de-CH, en;q=0.5".to_owned();
    let page = browser.open(&format!("/listings/{SHOW}")).await;
    assert!(page.says("lang=\"de\"") && page.says("Karten"), "{}", page.text);
    // A choice is kept.
    browser.open("/?lang=fr").await;
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    assert!(cart.says("lang=\"fr\""), "{}", cart.text);
    let led = browser.order(&cart, &[]).await;
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    assert!(order.says("lang=\"fr\""), "{}", order.text);
    assert_eq!(world.everything().await.orders[0].buyer.locale.as_deref(), Some("fr"));
    world.finish().await;
}

#[tokio::test]
async fn a_sellers_pages_have_its_color() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let path = format!("/listings/{SHOW}");
    assert!(!browser.open(&path).await.says("/assets/accent-"));
    world.organization(ORGANIZATION, json!({ "accent_color": "#7A1F3D" })).await.expect(200);
    world.advance(60).await;
    let page = browser.open(&path).await;
    assert!(page.says("href=\"/assets/accent-7a1f3d.css\""), "{}", page.text);
    let style = browser.open("/assets/accent-7a1f3d.css").await;
    assert!(style.says("--accent: #7a1f3d") && style.headers["content-type"].to_str().unwrap().starts_with("text/css"));
    assert!(style.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(browser.open("/assets/accent-red.css").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_sellers_shows_stand_in_a_calendar() {
    let world = World::new().await;
    let starts = world.from_now(40 * 86_400);
    let month = &starts[..7];
    world
        .show("autumn", json!({ "starts_at": starts, "ends_at": null, "timezone": "Pacific/Auckland" }))
        .await
        .expect(201);
    let mut browser = Browser::new(&world);
    let list = browser.open(&format!("/organizations/{ORGANIZATION}")).await;
    let path = format!("/organizations/{ORGANIZATION}/calendar");
    assert!(list.says(&format!("href=\"{path}\"")), "{}", list.text);
    let next = browser.open(&path).await;
    assert!(next.says(&format!("/listings/{SHOW}")) && next.status == StatusCode::OK, "{}", next.text);
    assert_eq!(next.headers["cache-control"], "public, max-age=5, stale-while-revalidate=30");
    // In Auckland it is the day after, or the same one.
    let later = browser.open(&format!("{path}?month={month}")).await;
    let after = browser.open(&format!("{path}?month={}", &world.from_now(41 * 86_400)[..7])).await;
    assert!(later.says("/listings/autumn") || after.says("/listings/autumn"), "{}", later.text);
    let empty = browser.open(&format!("{path}?month=2031-02")).await;
    assert!(empty.says("Nothing in this month") && empty.says("rel=\"prev\"") && !empty.says("rel=\"next\""));
    assert_eq!(browser.open(&format!("{path}?month=nonsense")).await.status, StatusCode::OK);
    assert_eq!(browser.open("/organizations/unknown/calendar").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_country_of_an_address_is_chosen_from_a_list() {
    let world = World::of_products().await;
    let parcel = json!({ "kind": "product", "title": "Parcels", "published": true, "delivery": "address" });
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/parcels");
    world.put(&path).role("admin").json(&parcel).await.expect(201);
    world.offer_of(ORGANIZATION, "parcels", "box", json!({ "price": "9.00", "capacity": 5 })).await.expect(201);
    world.organization(ORGANIZATION, json!({ "locale": "de-AT" })).await.expect(200);
    world.advance(60).await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose("parcels", &[("quantity.box", "1")]).await;
    // The seller's own country at first, and what was chosen after a mistake.
    assert!(cart.says("<option value=\"AT\" selected>"), "{}", cart.text);
    let address =
        [("delivery.line1", "1 Main Street"), ("delivery.city", "London"), ("delivery.postal_code", "N1 9GU")];
    let wrong = [&address[..], &[("delivery.country", "GB"), ("email", "nonsense")]].concat();
    let page = browser.order(&cart, &wrong).await;
    assert!(
        page.says("<option value=\"GB\" selected>") && !page.says("<option value=\"AT\" selected>"),
        "{}",
        page.text
    );
    let page = browser.order(&page, &[&address[..], &[("delivery.country", "")]].concat()).await;
    assert!(page.says("id=\"wrong-delivery-country\""), "{}", page.text);
    let led = browser.order(&page, &[&address[..], &[("delivery.country", "GB")]].concat()).await;
    assert!(led.location().contains("/pay/"), "{}", led.location());
    let kept = world.everything().await.orders.remove(0);
    assert_eq!(kept.delivery.unwrap().address.country.to_string(), "GB");
}
