//! Stripe's Payment Element on the shop's own page: the stand-in's script takes the place of Stripe.js.

use browsing::{ORDER, SCREENS, Script, browse_with};
use serde_json::json;

const SETTINGS: [(&str, &str); 1] = [("STRIPE_PUBLISHABLE_KEY", "pk_test_shop")];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_product_is_declined_and_paid_without_leaving_the_shop() {
    browse_with(&SETTINGS, Script::On, async |shop, tab| {
        tab.choose("crafts", "mug", 2).await;
        tab.buy_as("Ada Lovelace").await;
        tab.press(ORDER).await;
        tab.until("it is at the shop's own page", "return location.pathname.endsWith('/pay')", json!(null)).await;
        tab.sees("#payment select").await;
        for screen in SCREENS {
            tab.on(screen).await;
            tab.fits().await;
            tab.is_accessible().await;
            tab.show(&format!("pay-{}-{}", screen.width, screen.scheme.name())).await;
        }
        assert_eq!(shop.world.stock_of("crafts", "mug").await, (18, 2, 0));
        tab.choose_option("#payment select", "pm_card_chargeDeclined").await;
        tab.press("form.panel button").await;
        tab.says("Your card was declined").await;
        assert!(tab.title().await.starts_with("Error: "));
        assert_eq!(tab.eval("return document.activeElement.id").await, "problem");
        tab.choose_option("#payment select", "pm_card_visa").await;
        tab.press("form.panel button").await;
        tab.says("It is yours").await;
        assert!(!tab.at().await.contains('?'), "the payment's secret left the address bar");
        assert_eq!(shop.world.stock_of("crafts", "mug").await, (18, 0, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_browser_without_scripts_pays_on_stripes_page() {
    browse_with(&SETTINGS, Script::Off, async |shop, tab| {
        tab.choose("crafts", "mug", 1).await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.pay().await;
        tab.says("It is yours").await;
        assert_eq!(shop.world.stock_of("crafts", "mug").await, (19, 0, 1));
    })
    .await;
}
