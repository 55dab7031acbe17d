//! What customers see of their own.

use std::collections::HashSet;

use holdfast_tests::{ORGANIZATION, World};
use serde_json::{Value, json};

const CUSTOMER: &str = "usr/ada";

fn orders_path(organization: &str) -> String {
    format!("/v1/customers/usr%2Fada/orders?organization={organization}")
}

fn ids(page: &Value) -> Vec<String> {
    page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn customers_and_staff_see_a_customers_orders_the_newest_first() {
    let world = World::new().await;
    let mut placed = Vec::new();
    for offer in ["free", "general", "vip"] {
        let order = world.order_as(CUSTOMER, &world.request(offer, 1)).await.expect(201);
        placed.insert(0, order["order"]["id"].as_str().unwrap().to_owned());
        world.advance(1).await;
    }
    // Guests' orders and other customers' are none of theirs.
    world.buy("general", 1).await;
    world.order_as("usr", &world.request("general", 1)).await.expect(201);
    let own = world.customer(CUSTOMER);
    let page = world.get(&orders_path(ORGANIZATION)).token(&own).await.expect(200);
    assert_eq!((ids(&page), &page["cursor"]), (placed.clone(), &Value::Null));
    assert_eq!(page["orders"][0]["trail"], Value::Null, "the trail is staff's alone");
    let staff = world.token("staff", Some(ORGANIZATION));
    assert_eq!(ids(&world.get(&orders_path(ORGANIZATION)).token(&staff).await.expect(200)), placed);
    // With another organization there is nothing, which its staff may see, and these staff may not.
    world.organization("globex", json!({})).await.expect(201);
    assert_eq!(ids(&world.get(&orders_path("globex")).token(&own).await.expect(200)), [""; 0]);
    world.get(&orders_path("globex")).token(&staff).await.refused(403, "forbidden");
    world.get(&orders_path(ORGANIZATION)).token(&world.customer("usr")).await.refused(403, "forbidden");
    world.get("/v1/customers/usr%2Fada/orders").token(&own).await.refused(400, "invalid_request").at("organization");
    world.finish().await;
}

#[tokio::test]
async fn a_customers_orders_come_in_pages() {
    let world = World::new().await;
    world.offer("free", "0.00", 200).await;
    for n in 0..101 {
        let mut request = world.request("free", 1);
        request["buyer"]["email"] = json!(format!("ada{n}@example.com"));
        world.order_as(CUSTOMER, &request).await.expect(201);
    }
    let own = world.customer(CUSTOMER);
    let (mut seen, mut sizes, mut path) = (Vec::new(), Vec::new(), orders_path(ORGANIZATION));
    loop {
        let page = world.get(&path).token(&own).await.expect(200);
        sizes.push(ids(&page).len());
        seen.extend(ids(&page));
        let Some(cursor) = page["cursor"].as_str() else { break };
        // Good for this customer's list alone.
        let other = format!("/v1/customers/usr/orders?organization={ORGANIZATION}&cursor={cursor}");
        world.get(&other).token(&world.customer("usr")).await.refused(400, "invalid_request").at("cursor");
        path = format!("{}&cursor={cursor}", orders_path(ORGANIZATION));
    }
    assert_eq!(sizes, [50, 50, 1]);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 101);
    world.finish().await;
}
