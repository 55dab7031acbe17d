//! What goes wrong at a visitor's: double clicks, the Enter key, the back button, what was typed wrong, old sessions.

use browsing::{ORDER, Script, Shop, Tab, browse};
use holdfast_tests::SHOW;
use serde_json::json;

async fn orders(shop: &Shop) -> usize {
    shop.world.everything().await.orders.len()
}

async fn to_the_cart(tab: &Tab) {
    tab.choose(SHOW, "general", 1).await;
    tab.buy_as("Ada Lovelace").await;
}

async fn is_at_stripes(tab: &Tab) {
    tab.until("it is at Stripe's page", "return location.pathname.startsWith('/pay/')", json!(null)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_double_click_is_one_order() {
    browse(Script::On, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.press_twice(ORDER).await;
        is_at_stripes(&tab).await;
        assert_eq!(orders(&shop).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_double_click_without_a_script_is_one_order() {
    browse(Script::Off, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.press_twice(ORDER).await;
        is_at_stripes(&tab).await;
        assert_eq!(orders(&shop).await, 1);
        tab.pay().await;
        tab.says("You are in").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn the_enter_key_orders_and_takes_nothing_out_of_the_cart() {
    browse(Script::Off, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.enter("#email").await;
        is_at_stripes(&tab).await;
        assert_eq!(orders(&shop).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn numbers_of_the_cart_count_before_anything_is_ordered() {
    browse(Script::Off, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.says("27.57").await;
        tab.fill("#quantity-0", "3").await;
        tab.press(ORDER).await;
        // The new total is seen before it is paid.
        tab.says("You changed the cart").await;
        tab.says("82.11").await;
        assert_eq!(orders(&shop).await, 0);
        assert_eq!(tab.value("#name").await, "Ada Lovelace");
        tab.order().await;
        tab.says("82.11").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn the_carts_total_follows_its_numbers() {
    browse(Script::On, async |_shop, tab| {
        to_the_cart(&tab).await;
        tab.press("#quantity-0 + .step").await;
        tab.press("#quantity-0 + .step").await;
        tab.says("82.11").await;
        assert_eq!(tab.value("#name").await, "Ada Lovelace");
        tab.order().await;
        tab.says("82.11").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn focus_goes_to_what_was_wrong_and_the_title_says_it() {
    for script in [Script::On, Script::Off] {
        browse(script, async |shop, tab| {
            tab.open(&format!("/listings/{SHOW}")).await;
            tab.press("form[action='/cart'] > button").await;
            is_wrong(&tab, "Choose how many").await;
            to_the_cart(&tab).await;
            tab.fill("#promo", "NOSUCH").await;
            tab.press(ORDER).await;
            is_wrong(&tab, "There is no promo code").await;
            let described = "const field = document.querySelector('#promo[aria-invalid]');
                return document.getElementById(field.getAttribute('aria-describedby')).innerText";
            assert!(tab.eval(described).await.as_str().unwrap().contains("promo code"));
            assert_eq!(tab.value("#name").await, "Ada Lovelace");
            // Loaded again it is as if nothing had happened: no form is sent once more.
            tab.reload().await;
            tab.until("it says nothing of an error", "return !document.title.startsWith('Error')", json!(null)).await;
            assert_eq!(orders(&shop).await, 0);
        })
        .await;
    }
}

async fn is_wrong(tab: &Tab, what: &str) {
    tab.says(what).await;
    let focus = "return document.activeElement.id === 'problem'";
    tab.until("focus is at what was wrong", focus, json!(null)).await;
    assert!(tab.title().await.starts_with("Error: "), "{}", tab.title().await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn the_back_button_sends_no_form_again() {
    browse(Script::On, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.order().await;
        // From Stripe's page back to the cart, which was ordered.
        tab.back().await;
        tab.reaches("/cart").await;
        tab.reload().await;
        tab.says("Your cart is empty").await;
        tab.back().await;
        tab.reaches(&format!("/listings/{SHOW}")).await;
        assert_eq!(orders(&shop).await, 1);
        // After a form of the order's page, too.
        let order = shop.world.everything().await.orders.remove(0);
        tab.open(&format!("/orders/{}", order.id)).await;
        tab.press("main a.button").await;
        tab.pay().await;
        tab.press("form[action$='/resend'] button").await;
        tab.says("on its way").await;
        let path = tab.path().await;
        tab.open("/").await;
        tab.back().await;
        tab.reaches(&path).await;
        tab.says("You are in").await;
        shop.world.settle().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_session_that_expired_on_the_way_orders_nothing_and_says_what_to_do() {
    browse(Script::On, async |shop, tab| {
        to_the_cart(&tab).await;
        tab.forget().await;
        tab.press(ORDER).await;
        tab.says("out of date").await;
        assert_eq!(orders(&shop).await, 0);
        // The visitor begins once more, and it works.
        to_the_cart(&tab).await;
        tab.order().await;
        tab.pay().await;
        let path = tab.path().await;
        tab.forget().await;
        tab.reload().await;
        tab.sees("main h1").await;
        assert!(!tab.text().await.contains("ada@example.com"), "{}", tab.text().await);
        // The link of the mail opens the order again.
        shop.world.settle().await;
        tab.open_address(&shop.link_of_the_last_mail()).await;
        tab.says("You are in").await;
        assert_eq!(tab.path().await, path);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_wrong_address_is_a_page_that_leads_on() {
    browse(Script::On, async |_shop, tab| {
        for path in
            ["/nothing", "/listings/nothing", "/orders/nothing", "/orders/ord_00000000000000000000000000?token=x"]
        {
            tab.open(path).await;
            tab.sees("main h1").await;
            let status = tab.eval("return performance.getEntriesByType('navigation')[0].responseStatus").await;
            assert!(status.as_u64().is_some_and(|status| (401..=404).contains(&status)), "{path}: {status}");
            tab.press("main a.button").await;
            tab.says("Summer Show").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn pages_are_light() {
    browse(Script::On, async |_shop, tab| {
        tab.open(&format!("/listings/{SHOW}")).await;
        let script = "return performance.getEntriesByType('resource').map((e) => [e.name, e.decodedBodySize])";
        let assets = tab.eval(script).await;
        let assets = assets.as_array().unwrap();
        let all_ours = assets.iter().all(|asset| asset[0].as_str().is_some_and(|name| name.contains("/assets/")));
        assert!(all_ours && (2..=3).contains(&assets.len()), "a stylesheet, a script and an icon: {assets:?}");
        let bytes: u64 = assets.iter().filter_map(|asset| asset[1].as_u64()).sum();
        assert!((1_000..30_000).contains(&bytes), "{assets:?}");
    })
    .await;
}
