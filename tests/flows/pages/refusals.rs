//! What is wrong with a form stands at its fields, with what was typed, on a page that may be loaded again.

use holdfast_tests::{Browser, SHOW, World};
use http::{Method, StatusCode};
use serde_json::json;

use crate::purchase::limits::limited;

#[tokio::test]
async fn refusals_stand_at_the_form_and_keep_what_was_typed() {
    let world = World::new().await;
    world.offer_with("gift", json!({ "price": "10.00", "capacity": 9, "donation": true })).await.expect(201);
    let mut browser = Browser::new(&world);
    for (fields, message) in [
        (&[("quantity.general", "x")][..], "Must be a whole number"),
        (&[("quantity.general", "-1")], "Must be a whole number"),
        (&[("quantity.general", "0")], "Choose how many"),
        (&[("quantity.general", "11")], "Maximum 10 tickets per order"),
        (&[("quantity.gift", "1"), ("donation.gift", "9")], "Donation amount must be at least $10"),
    ] {
        let page = browser.choose(SHOW, fields).await;
        assert_eq!(page.path, format!("/listings/{SHOW}"));
        assert!(page.says(message) && page.says("role=\"alert\""), "{message}: {}", page.text);
        assert!(page.says("<title>Error: "), "{}", page.text);
        assert_eq!(page.value(fields[0].0).as_deref(), Some(fields[0].1), "{message}");
        // Loaded again it is as if nothing had happened: a form is never sent twice.
        assert!(!browser.open(&page.path).await.says("role=\"alert\""));
    }
    let cart = browser.choose(SHOW, &[("quantity.general", "2")]).await;
    for (field, typed, message) in [
        ("email", "nonsense", "Invalid email format"),
        ("name", "<b>Ada</b>", "name"),
        ("promo_code", "NOSUCH", "There is no promo code"),
    ] {
        let page = browser.order(&cart, &[(field, typed)]).await;
        assert_eq!((page.path.as_str(), page.status), ("/cart", StatusCode::BAD_REQUEST), "{message}");
        assert!(page.says(message) && page.says("aria-invalid"), "{message}: {}", page.text);
        assert_eq!(page.value(field).as_deref(), Some(typed));
        assert!(page.says("Nothing was ordered") && page.says("54.84"), "what it costs is still said: {}", page.text);
    }
    assert!(world.everything().await.orders.is_empty());
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_order() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    // A double click, and a second tab: both have the cart's page as it was.
    let (mut first, mut second) = (browser.clone(), browser.clone());
    let (one, two) = tokio::join!(first.order(&cart, &[]), second.order(&cart, &[]));
    assert_eq!(one.location(), two.location());
    assert_eq!(world.everything().await.orders.len(), 1);
    // A press that comes after the answer to the first one, or a tab that still shows the cart: it is the same order.
    let late = first.order(&cart, &[]).await;
    assert_eq!(late.location(), one.location());
    // Also once there is another cart.
    first.choose(SHOW, &[("quantity.general", "2")]).await;
    assert_eq!(first.order(&cart, &[]).await.location(), one.location());
    assert!(first.open("/cart").await.says("54.84"), "the other cart is as it was");
    assert_eq!(world.everything().await.orders.len(), 1);
}

#[tokio::test]
async fn numbers_typed_into_the_cart_are_priced_before_they_are_ordered() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let wrong = browser.order(&cart, &[("quantity.0", "x")]).await;
    assert!(wrong.says("Must be a whole number"), "{}", wrong.text);
    let page = browser.order(&wrong, &[("quantity.0", "3")]).await;
    assert!(page.says("You changed the cart") && page.says("82.11"), "{}", page.text);
    assert_eq!(page.value("name").as_deref(), Some("Ada Lovelace"));
    assert!(world.everything().await.orders.is_empty());
    let led = browser.order(&page, &[("quantity.0", "3")]).await;
    assert!(led.location().contains("/pay/"), "{}", led.text);
    assert_eq!(world.everything().await.orders[0].lines[0].quantity, 3);
    world.finish().await;
}

#[tokio::test]
async fn what_is_gone_meanwhile_is_said_and_nothing_is_ordered() {
    let world = World::new().await;
    world.offer("last", "10.00", 1).await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.last", "1")]).await;
    world.buy("last", 1).await;
    let page = browser.order(&cart, &[]).await;
    assert_eq!(page.path, "/cart");
    assert!(page.says("role=\"alert\"") && page.says("Ada Lovelace"), "{}", page.text);
    assert_eq!(world.everything().await.orders.len(), 1);
    assert!(browser.open(&format!("/listings/{SHOW}")).await.says("sold out"));
}

#[tokio::test]
async fn a_wrong_address_is_a_page_and_the_apis_a_problem() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for (method, path, status) in [
        (Method::GET, "/nothing", 404),
        (Method::GET, "/listings/nothing", 404),
        (Method::GET, "/listings/No%20Such", 404),
        (Method::GET, "/organizations/no-seller", 404),
        (Method::GET, "/orders/nothing", 401),
        (Method::GET, "/orders/ord_00000000000000000000000000?token=x", 404),
        (Method::DELETE, "/cart", 405),
        (Method::GET, "/assets/style-0.css", 404),
        (Method::GET, "/?cursor=forged", 400),
    ] {
        let page = browser.send(method.clone(), path, None).await;
        assert_eq!(page.status.as_u16(), status, "{method} {path}: {}", page.text);
        assert!(page.says("</html>") && page.says("<h1>"), "{method} {path}: {}", page.text);
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    }
    for (method, path, status) in [(Method::GET, "/v1/nothing", 404), (Method::DELETE, "/v1/checkout", 405)] {
        let answer = browser.send(method, path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn limits_name_the_time_to_come_again_and_keep_what_was_typed() {
    for (attempts, holds) in [(1, 0), (0, 1)] {
        let world = limited(attempts, holds).await;
        let mut browser = Browser::new(&world);
        let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
        let paying = browser.order(&cart, &[]).await;
        assert_eq!(world.everything().await.orders.len(), 1, "{}", paying.text);
        let cart = browser.choose(SHOW, &[("quantity.general", "2")]).await;
        let page = browser.order(&cart, &[("name", "Grace Hopper")]).await;
        assert_eq!((page.path.as_str(), page.status), ("/cart", StatusCode::TOO_MANY_REQUESTS), "{}", page.text);
        let wait: u32 = page.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(wait > 0, "{wait}");
        assert!(page.says("role=\"alert\"") && page.says("Nothing was ordered"), "{}", page.text);
        assert_eq!(page.value("name").as_deref(), Some("Grace Hopper"));
        assert_eq!(world.everything().await.orders.len(), 1);
        // Loaded again it is a page as any other.
        let again = browser.open("/cart").await;
        assert_eq!(again.status, StatusCode::OK);
        assert!(!again.headers.contains_key("retry-after"));
        // When that time is over, the same cart is ordered.
        world.advance(i64::from(wait) + 36 * 60).await;
        browser.order(&again, &[]).await;
        assert_eq!(world.everything().await.orders.len(), 2);
    }
}
