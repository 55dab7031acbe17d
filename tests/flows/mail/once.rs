//! Each cause sends one mail, however often it comes.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use holdfast_tests::{Bought, ORGANIZATION, World};
use serde_json::json;

/// How many orders there are.
const ORDERS: usize = 1_000;

#[tokio::test]
async fn a_thousand_orders_and_a_queue_that_delivers_twice_send_a_thousand_confirmations() {
    let world = World::of_products().await;
    let offer = json!({ "name": "Leaflet", "price": "0.00", "capacity": null });
    let path = format!("/v1/organizations/{}/listings/crafts/offers/leaflet", ORGANIZATION);
    world.put(&path).role("admin").json(&offer).await.expect(201);
    let buy = |n: usize| {
        let (world, email) = (&world, format!("buyer{n}@example.com"));
        async move {
            let request = json!({
                "buyer": { "name": "Ada Lovelace", "email": email }, "listing": "crafts",
                "items": [{ "offer": "leaflet", "quantity": 1 }]
            });
            let order = Bought::of(world.checkout(&request).await.expect(201));
            // The queue delivers everything twice.
            let again = format!("{}-confirmation", order.id);
            world.stack.engine().queue().send(&[again]).await.expect("the queue answers");
        }
    };
    stream::iter(0..ORDERS).map(buy).buffer_unordered(8).collect::<Vec<()>>().await;
    let drained = tokio::join!(world.stack.drain_queue(), world.stack.drain_queue());
    drained.0.expect("the queue answers");
    drained.1.expect("the queue answers");
    world.settle().await;
    let mut sent = BTreeMap::<String, usize>::new();
    for mail in world.stack.mails() {
        assert_eq!(mail.subject, "Your order for Things is confirmed");
        *sent.entry(mail.to).or_default() += 1;
    }
    assert_eq!(sent.len(), ORDERS);
    assert!(sent.values().all(|times| *times == 1), "{:?}", sent.iter().find(|(_, times)| **times != 1));
}
