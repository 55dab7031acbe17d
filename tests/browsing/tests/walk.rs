//! A visitor walks over every page there is, at each width: in light and dark nothing is cut off, nothing scrolls sideways,
//! everything is large enough to press, and axe finds nothing wrong. What is bought on the way is bought at that width.

use browsing::{ORDER, SCREENS, SENT, Scheme, Screen, Script, Shop, Tab, browse};
use holdfast_tests::{LESSONS, ORGANIZATION, SHOW, TUTOR};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn on_a_small_phone() {
    browse(Script::On, async |shop, tab| walk(&shop, &tab, 320).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn on_a_phone() {
    browse(Script::On, async |shop, tab| walk(&shop, &tab, 390).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn on_a_desk() {
    browse(Script::On, async |shop, tab| walk(&shop, &tab, 1_280).await).await;
}

/// Where a page leads to the issuer.
const SIGN_IN: &str = "main a[href^='/sign-in?to=']";

/// What holds on each page.
async fn holds(tab: &Tab, width: u32, name: &str) {
    for screen in SCREENS.into_iter().filter(|screen| screen.width == width) {
        tab.on(screen).await;
        tab.fits().await;
        tab.is_accessible().await;
        tab.show(&format!("{name}-{width}-{}", screen.scheme.name())).await;
    }
}

async fn walk(shop: &Shop, tab: &Tab, width: u32) {
    tab.on(Screen { width, scheme: Scheme::Light }).await;
    shop.of_every_page().await;
    for (name, path) in [
        ("overview", "/".to_owned()),
        ("seller", format!("/organizations/{ORGANIZATION}")),
        ("calendar", format!("/organizations/{ORGANIZATION}/calendar")),
        ("show", format!("/listings/{SHOW}")),
        ("sold-out", "/listings/full".to_owned()),
        ("canceled-show", "/listings/rained-off".to_owned()),
        ("product", format!("/listings/{SENT}")),
        ("slots", format!("/listings/{TUTOR}")),
        ("hours", format!("/listings/{LESSONS}")),
        ("empty-cart", "/cart".to_owned()),
        ("wrong-address", "/nothing".to_owned()),
        ("not-yours", "/orders/ord_00000000000000000000000000".to_owned()),
    ] {
        tab.open(&path).await;
        tab.sees("main h1").await;
        holds(tab, width, name).await;
    }
    tickets(shop, tab, width).await;
    products(tab, width).await;
    slots(shop, tab, width).await;
    hours(tab, width).await;
}

async fn tickets(shop: &Shop, tab: &Tab, width: u32) {
    tab.open(&format!("/listings/{SHOW}")).await;
    tab.press("form[action='/cart'] > button").await;
    tab.sees("#problem").await;
    holds(tab, width, "show-refused").await;
    tab.choose(SHOW, "named", 2).await;
    holds(tab, width, "cart").await;
    tab.buy_as("Ada Lovelace").await;
    tab.fill("#promo", "NOSUCH").await;
    tab.press(ORDER).await;
    tab.sees("#problem").await;
    holds(tab, width, "cart-refused").await;
    tab.fill("#promo", "FIFTH").await;
    tab.fill("#name-0-0", "Ada Lovelace").await;
    tab.fill("#name-0-1", "Grace Hopper").await;
    tab.order().await;
    tab.decline().await;
    tab.press("a.button.second").await;
    tab.says("Waiting for your payment").await;
    holds(tab, width, "order-pending").await;
    tab.press("main a.button").await;
    tab.pay().await;
    tab.says("You are in").await;
    holds(tab, width, "order-paid").await;
    tab.press(".ticket summary").await;
    tab.fill("#name-1", "Mary Shelley").await;
    tab.press(".ticket details[open] button").await;
    tab.says("Mary Shelley").await;
    holds(tab, width, "order-renamed").await;
    shop.refund_one().await;
    tab.reload().await;
    tab.says("Refunds").await;
    holds(tab, width, "order-refunded").await;
}

async fn products(tab: &Tab, width: u32) {
    tab.choose(SENT, "poster", 1).await;
    tab.buy_as("Ada Lovelace").await;
    tab.press(ORDER).await;
    tab.sees("#problem").await;
    holds(tab, width, "delivery-refused").await;
    for (field, text) in [("line1", "1 Analytical Row"), ("postal_code", "1000"), ("city", "Lovelace")] {
        tab.fill(&format!("#delivery-{field}"), text).await;
    }
    tab.choose_option("#delivery-country", "CH").await;
    tab.order().await;
    tab.pay().await;
    tab.says("1 Analytical Row").await;
    holds(tab, width, "order-of-products").await;
}

async fn slots(shop: &Shop, tab: &Tab, width: u32) {
    tab.choose_slot(TUTOR, "morning").await;
    tab.buy_as("Ada Lovelace").await;
    tab.order().await;
    tab.pay().await;
    tab.says("Waiting for your expert").await;
    tab.press(".cancel summary").await;
    holds(tab, width, "booking-requested").await;
    tab.reload().await;
    shop.confirm().await;
    tab.until("it is confirmed", "return !document.querySelector('.booking-requested')", json!(null)).await;
    holds(tab, width, "booking-confirmed").await;
    tab.press(".cancel summary").await;
    tab.press(".cancel button.danger").await;
    tab.says("You canceled the booking").await;
    holds(tab, width, "booking-canceled").await;
}

/// Hours are bought by people who are signed in, and stand in their account.
async fn hours(tab: &Tab, width: u32) {
    tab.choose(LESSONS, "ten", 1).await;
    tab.sees(SIGN_IN).await;
    holds(tab, width, "hours-need-sign-in").await;
    tab.press(SIGN_IN).await;
    tab.press("button[name=deny]").await;
    tab.says("You did not agree").await;
    holds(tab, width, "not-signed-in").await;
    tab.press(SIGN_IN).await;
    tab.press("button[value=demo-customer]").await;
    tab.reaches("/cart").await;
    holds(tab, width, "cart-signed-in").await;
    tab.order().await;
    tab.pay().await;
    tab.until("it is paid", "return !!document.querySelector('.status-paid')", json!(null)).await;
    tab.open("/account").await;
    tab.says("10 hours left").await;
    tab.press("main summary").await;
    holds(tab, width, "account").await;
    tab.press("form[action='/sign-out'] button").await;
    tab.says("You are signed out").await;
    tab.until("the issuer led back", "return !document.querySelector('meta[http-equiv]')", json!(null)).await;
    holds(tab, width, "signed-out").await;
}
