//! The number that people know an order by.

use std::collections::HashSet;

use holdfast_tests::{Bought, ORGANIZATION, World};
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

/// The order that a shop places whose random numbers are these.
async fn placed_by_chance(world: &World) -> Bought {
    world.stack.clock().chance().reseed(7);
    world.buy("general", 1).await
}

#[tokio::test]
async fn a_number_that_another_order_has_is_not_given_again() {
    let first = placed_by_chance(&World::new().await).await;
    let number = first.json["order"]["number"].clone();
    let again = placed_by_chance(&World::new().await).await;
    assert_eq!(again.json["order"]["number"], number, "the same chance, the same number");
    let world = World::new().await;
    let key = format!("NUMBER#{ORGANIZATION}#{}", number.as_str().unwrap());
    let cloud = world.stack.cloud();
    let taken = json!({
        "pk": { "S": key }, "sk": { "S": "REF" }, "entity": { "S": "number" }, "order": { "S": "ord_other" }
    });
    let body = json!({ "TableName": cloud.table_name(), "Item": taken });
    assert_eq!(cloud.table.answer("DynamoDB_20120810.PutItem", body.to_string().as_bytes()).status().as_u16(), 200);
    let order = placed_by_chance(&world).await;
    let own = world.order(&order).await["number"].clone();
    assert_ne!(own, number, "the first choice was taken");
    assert_eq!(found(&world, ORGANIZATION, own.as_str().unwrap()).await[0]["id"], order.id);
    assert_eq!(world.raw()[&format!("{key}/REF")]["order"]["S"], "ord_other");
    world.forget(&key, "");
    world.finish().await;
}

#[tokio::test]
async fn people_read_the_number_in_mails() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let number = world.order(&order).await["number"].as_str().unwrap().to_owned();
    let mail = world.mails().pop().expect("a confirmation");
    assert!(mail.text.contains(&format!("Order number: {number}\n")), "{}", mail.text);
    assert!(mail.text.contains(&format!("about order {number}.")), "{}", mail.text);
    world.finish().await;
}
