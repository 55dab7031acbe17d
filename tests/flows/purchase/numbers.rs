//! The number that people know an order by.

use std::collections::HashSet;

use holdfast_tests::{ORGANIZATION, World};
use serde_json::{Value, json};

async fn found(world: &World, organization: &str, text: &str) -> Value {
    let path = format!("/v1/organizations/{organization}/orders?q={text}");
    world.get(&path).token(&world.token("staff", Some(organization))).await.expect(200)["orders"].clone()
}

#[tokio::test]
async fn every_order_has_a_number_that_finds_it() {
    let world = World::new().await;
    let orders = [world.buy("general", 1).await, world.buy("general", 1).await, world.buy("free", 1).await];
    let mut numbers = HashSet::new();
    for order in &orders {
        let number = world.order(order).await["number"].as_str().unwrap().to_owned();
        assert_eq!(number, order.json["order"]["number"]);
        let typed = format!("{}-{}", &number[..4].to_lowercase(), &number[4..]);
        for text in [number.as_str(), &typed, &order.id] {
            let orders = found(&world, ORGANIZATION, text).await;
            assert_eq!(orders.as_array().unwrap().len(), 1, "{text}");
            assert_eq!(orders[0]["id"], order.id);
        }
        numbers.insert(number);
    }
    assert_eq!(numbers.len(), 3);
    for text in ["23456789", "ord_none", "Ada", "%20"] {
        assert_eq!(found(&world, ORGANIZATION, text).await, json!([]), "{text}");
    }
    // Another organization's staff find nothing by it, and filters hold.
    world.organization("globex", json!({})).await.expect(201);
    let number = orders[0].json["order"]["number"].as_str().unwrap();
    assert_eq!(found(&world, "globex", number).await, json!([]));
    assert_eq!(found(&world, "globex", &orders[0].id).await, json!([]));
    assert_eq!(found(&world, ORGANIZATION, &format!("{number}&status=paid")).await, json!([]));
    world.finish().await;
}

#[tokio::test]
async fn people_read_the_number_in_mails() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let number = world.order(&order).await["number"].as_str().unwrap().to_owned();
    let mail = world.mails().pop().expect("a confirmation");
    assert!(mail.text.contains(&format!("Order number: {number}")), "{}", mail.text);
    assert!(mail.text.contains(&format!("about order {number}.")), "{}", mail.text);
    world.finish().await;
}
