//! Very long words, and words that are read from right to left.

use browsing::{LONG, RIGHT_TO_LEFT, SCREENS, Script, Tab, browse};
use serde_json::json;

/// As long as the API takes.
fn long_name() -> String {
    "Maximilianewilhelmineadelgundevonundzuhohensteinwolkenkuckucksheim".chars().cycle().take(100).collect()
}

async fn fits_everywhere(tab: &Tab, name: &str) {
    for screen in SCREENS {
        tab.on(screen).await;
        tab.fits().await;
        tab.show(&format!("{name}-{}-{}", screen.width, screen.scheme.name())).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn very_long_words_fit() {
    browse(Script::On, async |shop, tab| {
        shop.of_all_words().await;
        tab.open("/").await;
        fits_everywhere(&tab, "long-overview").await;
        tab.choose(LONG, "seat", 1).await;
        tab.buy_as(&long_name()).await;
        fits_everywhere(&tab, "long-cart").await;
        tab.back().await;
        tab.reaches(&format!("/listings/{LONG}")).await;
        fits_everywhere(&tab, "long-listing").await;
        tab.open("/cart").await;
        tab.buy_as(&long_name()).await;
        tab.fill("#company", &long_name()).await;
        tab.order().await;
        tab.pay().await;
        tab.says(&long_name()).await;
        fits_everywhere(&tab, "long-order").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn words_are_read_in_their_own_direction() {
    browse(Script::On, async |shop, tab| {
        shop.of_all_words().await;
        tab.open(&format!("/listings/{RIGHT_TO_LEFT}")).await;
        let directions = "return ['h1 bdi', 'label bdi', 'dd bdi'].map(
            (css) => getComputedStyle(document.querySelector(css)).direction)";
        assert_eq!(tab.eval(directions).await, json!(["rtl", "rtl", "rtl"]));
        // Each paragraph begins at its own side.
        let sides = "return [...document.querySelectorAll('.text p')].map((p) => {
            const range = document.createRange();
            range.selectNodeContents(p);
            const [line, box] = [range.getBoundingClientRect(), p.getBoundingClientRect()];
            return line.left - box.left < box.right - line.right ? 'left' : 'right'; })";
        assert_eq!(tab.eval(sides).await, json!(["right", "left"]));
        fits_everywhere(&tab, "right-listing").await;
        tab.choose(RIGHT_TO_LEFT, "seat", 1).await;
        let name = "ليلى بنت محمد";
        tab.buy_as(name).await;
        tab.fill("#name-0-0", name).await;
        fits_everywhere(&tab, "right-cart").await;
        tab.order().await;
        tab.pay().await;
        tab.says(name).await;
        let around = "return [...document.querySelectorAll('main bdi')].every(
            (bdi) => !/[\\u0600-\\u06ff]/.test(bdi.innerText[0]) || getComputedStyle(bdi).direction === 'rtl')";
        assert_eq!(tab.eval(around).await, json!(true));
        fits_everywhere(&tab, "right-order").await;
        let order = shop.world.everything().await.orders.remove(0);
        assert_eq!(order.buyer.name, name);
    })
    .await;
}
