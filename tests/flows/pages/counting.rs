//! What each page reads of the table. A visitor waits for round trips, so what may go side by side does.

use holdfast_tests::{Browser, ORGANIZATION, SHOW, World, faults::Faults};

/// What the functions asked of the table for a page, after they have served before.
async fn reads(faults: &Faults, browser: &mut Browser, path: &str) -> Vec<String> {
    browser.open(path).await;
    faults.watch();
    let page = browser.open(path).await;
    assert!(page.status.is_success(), "{path}: {}", page.text);
    let mut named: Vec<String> = faults.calls().iter().map(|call| call.operation.clone()).collect();
    named.sort_unstable();
    named
}

#[tokio::test]
async fn each_page_takes_so_many_reads_and_no_more() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let led = browser.order(&cart, &[]).await;
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    browser.choose(SHOW, &[("quantity.general", "1")]).await;
    world.settle().await;
    faults.measure();
    let seller = format!("/organizations/{ORGANIZATION}");
    for (path, expected) in [
        // The index of published listings, and then what it names.
        ("/", &["BatchGetItem", "Query"][..]),
        // These two go side by side.
        (seller.as_str(), &["GetItem", "Query"]),
        (&format!("{seller}/calendar"), &["GetItem", "Query"]),
        (&format!("/listings/{SHOW}"), &["BatchGetItem", "Query"]),
        ("/cart", &["BatchGetItem"]),
        // The order, and then the listings and the seller that it names.
        (&order.path, &["BatchGetItem", "GetItem"]),
    ] {
        assert_eq!(reads(&faults, &mut browser, path).await, expected, "{path}");
    }
}
