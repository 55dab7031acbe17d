//! Two tabs of one visitor.

use browsing::{ORDER, Script, browse};
use holdfast_tests::SHOW;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn a_cart_that_another_tab_changed_is_not_ordered_unseen() {
    browse(Script::On, async |shop, tab| {
        tab.choose(SHOW, "general", 1).await;
        tab.another().await;
        tab.choose(SHOW, "vip", 2).await;
        tab.turn_to(0).await;
        tab.buy_as("Ada Lovelace").await;
        tab.press(ORDER).await;
        tab.says("Your cart has changed").await;
        assert!(shop.world.everything().await.orders.is_empty());
        // It shows what the other tab chose.
        tab.says("Vip").await;
        tab.order().await;
        let order = shop.world.everything().await.orders.remove(0);
        let quantities: Vec<u32> = order.lines.iter().map(|line| line.quantity).collect();
        assert_eq!(quantities, [1, 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn what_one_tab_bought_the_other_does_not_buy_again() {
    browse(Script::On, async |shop, tab| {
        tab.choose(SHOW, "general", 1).await;
        tab.another().await;
        tab.open("/cart").await;
        tab.buy_as("Ada Lovelace").await;
        tab.order().await;
        tab.pay().await;
        tab.says("You are in").await;
        tab.turn_to(0).await;
        tab.buy_as("Ada Lovelace").await;
        tab.press(ORDER).await;
        // It leads to the order that there is.
        tab.says("You are in").await;
        tab.open("/cart").await;
        tab.says("Your cart is empty").await;
        assert_eq!(shop.world.everything().await.orders.len(), 1);
        assert_eq!(shop.world.stock("general").await, (99, 0, 1));
    })
    .await;
}
