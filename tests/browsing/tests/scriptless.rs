//! With script off nothing is impossible.

use browsing::{SENT, Script, browse};
use holdfast_tests::{SHOW, TUTOR};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn tickets_are_bought() {
    browse(Script::Off, async |shop, tab| {
        tab.choose(SHOW, "general", 2).await;
        assert_eq!(tab.eval("return document.querySelectorAll('.stepper').length").await, 0, "the script does not run");
        tab.fill("#quantity-0", "3").await;
        tab.press("button.update").await;
        tab.says("82.11").await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.decline().await;
        tab.pay().await;
        tab.says("You are in").await;
        assert_eq!(shop.world.stock("general").await, (97, 0, 3));
        tab.press("form[action$='/resend'] button").await;
        tab.says("on its way").await;
        shop.refund_one().await;
        tab.reload().await;
        tab.says("Refunds").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn products_are_bought() {
    browse(Script::Off, async |shop, tab| {
        tab.choose(SENT, "poster", 1).await;
        tab.buy_as("Ada Lovelace").await;
        tab.fill("#delivery-line1", "1 Analytical Row").await;
        tab.fill("#delivery-city", "Lovelace").await;
        // A country is missing: it is said, and what was typed stays.
        tab.press(browsing::ORDER).await;
        tab.sees("#delivery-country[aria-invalid]").await;
        assert_eq!(tab.value("#delivery-city").await, "Lovelace");
        tab.fill("#delivery-postal_code", "1000").await;
        tab.fill("#delivery-country", "CH").await;
        tab.order().await;
        tab.pay().await;
        tab.says("1 Analytical Row").await;
        assert_eq!(shop.world.stock_of(SENT, "poster").await, (19, 0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_slot_is_bought_and_canceled() {
    browse(Script::Off, async |shop, tab| {
        tab.open(&format!("/listings/{TUTOR}")).await;
        // By a clock of the visitor's choice.
        tab.fill("#zone", "Asia/Tokyo").await;
        tab.press(".zone button").await;
        tab.reaches(&format!("/listings/{TUTOR}?zone=Asia")).await;
        tab.press("label[for='slot-group']").await;
        tab.press("form[action='/cart'] > button").await;
        tab.reaches("/cart").await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.pay().await;
        tab.says("Waiting for your expert").await;
        tab.press(".cancel summary").await;
        tab.press(".cancel button.danger").await;
        tab.says("You canceled the booking").await;
        assert_eq!(shop.world.stock_of(TUTOR, "group").await, (3, 0, 0));
    })
    .await;
}
