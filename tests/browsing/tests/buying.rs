//! Each kind is bought, declined, paid, and refunded or canceled. Hours are bought by customers who signed in; what a guest
//! sees of them is in `walk`.

use browsing::{SENT, Script, browse};
use holdfast_tests::{SHOW, TUTOR};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn tickets_are_declined_paid_and_refunded() {
    browse(Script::On, async |shop, tab| {
        tab.open(&format!("/listings/{SHOW}")).await;
        // The total stands there while one chooses, before anything is sent.
        tab.press("#quantity-general + .step").await;
        tab.press("#quantity-general + .step").await;
        tab.says("54.84").await;
        tab.press("form[action='/cart'] > button").await;
        tab.reaches("/cart").await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.decline().await;
        assert_eq!(shop.world.stock("general").await, (98, 2, 0));
        tab.pay().await;
        tab.says("You are in").await;
        assert!(!tab.at().await.contains("token"), "the token left the address bar");
        assert_eq!(shop.world.stock("general").await, (98, 0, 2));
        tab.open("/cart").await;
        tab.says("Your cart is empty").await;
        shop.refund_one().await;
        tab.back().await;
        tab.reload().await;
        tab.says("Refunds").await;
        tab.says("given back").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn products_are_sent_to_an_address_and_refunded() {
    browse(Script::On, async |shop, tab| {
        tab.choose(SENT, "poster", 1).await;
        tab.buy_as("Ada Lovelace").await;
        for (field, text) in [("line1", "1 Analytical Row"), ("postal_code", "1000"), ("city", "Lovelace")] {
            tab.fill(&format!("#delivery-{field}"), text).await;
        }
        // The script says countries in the page's language.
        tab.choose_option("#delivery-country", "CH").await;
        let named = "return document.querySelector('#delivery-country').selectedOptions[0].textContent";
        assert_eq!(tab.eval(named).await, "Switzerland");
        tab.order().await;
        tab.decline().await;
        tab.pay().await;
        tab.says("1 Analytical Row").await;
        shop.refund_one().await;
        tab.reload().await;
        tab.says("Refunds").await;
        assert_eq!(shop.world.stock_of(SENT, "poster").await, (20, 0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_slot_is_authorized_confirmed_under_the_readers_eyes_and_canceled() {
    browse(Script::On, async |shop, tab| {
        tab.choose_slot(TUTOR, "morning").await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.decline().await;
        tab.pay().await;
        tab.says("Waiting for your expert").await;
        // The page is not loaded again: what was noted in it is still there.
        tab.eval("window.noted = true").await;
        shop.confirm().await;
        tab.until(
            "the page shows by itself that it is confirmed",
            "return !document.querySelector('.booking-requested') && window.noted === true",
            json!(null),
        )
        .await;
        let news = tab.eval("return document.querySelector('[role=status]').textContent").await;
        assert_eq!(news, "Your time is booked");
        tab.press(".cancel summary").await;
        tab.press(".cancel button.danger").await;
        tab.says("You canceled the booking").await;
        assert!(!tab.text().await.contains("Cancel the booking"));
        shop.world.settle().await;
        let order = shop.world.everything().await.orders.remove(0);
        assert!(!order.refunds.is_empty(), "a day and more before it begins, money comes back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn who_leaves_stripes_page_pays_later_until_the_hold_ends() {
    browse(Script::On, async |shop, tab| {
        tab.choose(SHOW, "general", 1).await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.press("a.button.second").await;
        tab.says("Waiting for your payment").await;
        tab.press("main a.button").await;
        tab.until("it is at Stripe's page", "return location.pathname.startsWith('/pay/')", json!(null)).await;
        tab.press("a.button.second").await;
        tab.says("Waiting for your payment").await;
        shop.world.advance(2_400).await;
        shop.world.sweep().await;
        shop.world.settle().await;
        tab.until(
            "the page says by itself that it is over",
            "return !document.querySelector('[data-fetch]')",
            json!(null),
        )
        .await;
        tab.says("The hold ran out").await;
        assert_eq!(tab.eval("return document.querySelectorAll('main a.button').length").await, 0);
        assert_eq!(shop.world.stock("general").await, (100, 0, 0));
    })
    .await;
}
