//! Somebody buys.

use holdfast_tests::World;

#[tokio::test]
async fn one_ticket_is_bought() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.finish().await;
}
