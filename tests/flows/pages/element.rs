//! Paying on the shop's own page, with Stripe's Payment Element, by setting.

use axum::body::Body;
use holdfast_tests::{Browser, CRAFTS, ORGANIZATION, Page, SHOW, World};
use http::{Method, Request, StatusCode, header};
use local::Options;
use serde_json::json;
use tower::ServiceExt;
use url::form_urlencoded;

async fn world() -> World {
    let settings = vec![("STRIPE_PUBLISHABLE_KEY".to_owned(), "pk_test_shop".to_owned())];
    World::of_products_with(Options { settings, ..Options::default() }).await
}

/// An attribute of the element's place on the page.
fn data(page: &Page, name: &str) -> String {
    let (_, place) = page.text.split_once("id=\"payment\"").unwrap_or_else(|| panic!("an element: {}", page.text));
    let (_, value) = place.split_once(&format!("data-{name}=\"")).unwrap();
    value.split('"').next().unwrap().replace("&#x2f;", "/")
}

/// What Stripe.js does: it confirms with the shop's publishable key and the payment's secret. The answer's status.
async fn confirm(world: &World, page: &Page, method: &str) -> u16 {
    let (key, secret) = (data(page, "key"), data(page, "secret"));
    let intent = secret.split("_secret_").next().unwrap();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_secret", &*secret), ("payment_method", method), ("return_url", &data(page, "back"))])
        .finish();
    let request = Request::post(format!("/v1/payment_intents/{intent}/confirm"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .body(Body::from(form))
        .unwrap();
    let answer = world.stack.stripe().router().oneshot(request).await.unwrap();
    world.settle().await;
    answer.status().as_u16()
}

/// Orders as a browser does that runs scripts.
async fn order_here(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let cart = browser.choose(CRAFTS, fields).await;
    assert!(cart.says("name=\"pay\" value=\"here\" disabled data-script"), "{}", cart.text);
    browser.order(&cart, &[("pay", "here")]).await
}

#[tokio::test]
async fn buyers_pay_on_the_shops_own_page() {
    let world = world().await;
    let mut browser = Browser::new(&world);
    let page = order_here(&mut browser, &[("quantity.mug", "2")]).await;
    let kept = world.everything().await.orders.remove(0);
    let address = format!("/orders/{}", kept.id);
    assert_eq!((page.path.clone(), page.status), (format!("{address}/pay"), StatusCode::OK), "{}", page.text);
    assert_eq!(data(&page, "key"), "pk_test_shop");
    assert!(page.says("&#x2f;v3&#x2f;"), "{}", page.text);
    assert!(data(&page, "back").ends_with(&address));
    // Stripe's script and frames are allowed here, and on no other page.
    let policy = |page: &Page| page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy(&page).contains("script-src 'self' http") && !policy(&page).contains("unsafe"), "{}", policy(&page));
    let order = browser.open(&address).await;
    assert!(policy(&order).contains("script-src 'self' ;") && policy(&order).contains("frame-src 'none'"));
    assert!(order.says("&#x2f;pay\">Pay "), "{}", order.text);
    assert_eq!(page.headers["cache-control"], "private, no-store");
    // What the script does with the secret.
    let secret = data(&page, "secret");
    let intent = secret.split("_secret_").next().unwrap();
    assert_eq!(confirm(&world, &page, "pm_card_visa").await, 200);
    let back =
        format!("{address}?payment_intent={intent}&payment_intent_client_secret={secret}&redirect_status=succeeded");
    let led = browser.send(Method::GET, &back, None).await;
    assert_eq!(
        (led.status, led.location()),
        (StatusCode::SEE_OTHER, address.as_str()),
        "the secret leaves the address bar"
    );
    let order = browser.open(&address).await;
    assert!(order.says("It is yours"), "{}", order.text);
    // There is nothing to pay any more.
    let again = browser.send(Method::GET, &format!("{address}/pay"), None).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, address.as_str()));
    // Another browser hears nothing of the payment.
    let other = Browser::new(&world).send(Method::GET, &format!("{address}/pay"), None).await;
    assert!(other.status.is_client_error() && !other.says(&secret), "{}", other.status);
    world.finish().await;
}

#[tokio::test]
async fn a_decline_leaves_the_order_open_to_pay_again() {
    let world = world().await;
    let mut browser = Browser::new(&world);
    let page = order_here(&mut browser, &[("quantity.mug", "1")]).await;
    let secret = data(&page, "secret");
    assert_eq!(confirm(&world, &page, "pm_card_chargeDeclined").await, 402);
    let kept = world.everything().await.orders.remove(0);
    let order = browser.open(&format!("/orders/{}", kept.id)).await;
    assert!(order.says("&#x2f;pay\">Pay ") && order.says("declined"), "{}", order.text);
    let page = browser.open(&format!("/orders/{}/pay", kept.id)).await;
    assert_eq!(data(&page, "secret"), secret);
    assert_eq!(confirm(&world, &page, "pm_card_visa").await, 200);
    assert!(browser.open(&format!("/orders/{}", kept.id)).await.says("It is yours"));
    world.finish().await;
}

#[tokio::test]
async fn without_a_script_or_the_setting_buyers_pay_on_stripes_page() {
    let world = world().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(CRAFTS, &[("quantity.mug", "1")]).await;
    let led = browser.order(&cart, &[]).await;
    assert!(led.location().contains("/pay/cs_"), "{}", led.location());
    // What takes no intents is paid on Stripe's page by everyone: tickets, and what its seller says.
    let cart = Browser::new(&world).choose(SHOW, &[("quantity.general", "1")]).await;
    assert!(!cart.says("data-script"), "{}", cart.text);
    world.organization(ORGANIZATION, json!({ "payment_modes": ["hosted"] })).await.expect(200);
    world.advance(60).await;
    let cart = Browser::new(&world).choose(CRAFTS, &[("quantity.mug", "1")]).await;
    assert!(!cart.says("data-script"), "{}", cart.text);
    let world = World::of_products().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(CRAFTS, &[("quantity.mug", "1")]).await;
    assert!(!cart.says("data-script"), "{}", cart.text);
    // Who sends the field all the same is led to Stripe's page.
    let led = browser.order(&cart, &[("pay", "here")]).await;
    assert!(led.location().contains("/pay/cs_"), "{}", led.location());
}
