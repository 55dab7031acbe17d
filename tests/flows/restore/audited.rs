//! The whole audit over a table in use.

use std::time::Duration;

use holdfast_tests::{LESSONS, PUPIL, World};
use restore::audit_deployed;
use runtime::{Settings, SharedWire};
use serde_json::{Value, json};

async fn audited(world: &World, wire: &SharedWire) -> audit::Audit {
    let settings = Settings::of(world.settings());
    let clock = world.stack.clock().clone();
    audit_deployed(&settings, wire.clone(), clock, Duration::from_millis(300)).await.unwrap()
}

/// Puts an item into the table as it is.
fn put(world: &World, item: &Value) {
    let cloud = world.stack.cloud();
    let body = json!({ "TableName": cloud.table_name(), "Item": item });
    let answer = cloud.table.answer("DynamoDB_20120810.PutItem", body.to_string().as_bytes());
    assert_eq!(answer.status().as_u16(), 200);
}

/// An item of the kind, and the same with another value of a number.
fn spoiled(world: &World, entity: &str, field: &str, value: &str) -> (Value, Value) {
    let raw = world.raw();
    let item = raw.into_values().find(|item| item["entity"]["S"] == entity).unwrap_or_else(|| panic!("no {entity}"));
    let mut other = item.clone();
    assert!(!item[field].is_null(), "{item}");
    other[field] = json!({ "N": value });
    (item, other)
}

/// What the daily check of a listing does not see is found: hours against their ledger, codes against their orders.
#[tokio::test]
async fn the_whole_audit_finds_what_the_daily_check_leaves_out() {
    let (world, wire) = World::with_wire().await;
    world.package_listing(holdfast_tests::ORGANIZATION, LESSONS).await.expect(201);
    let ten = json!({ "price": "50.00", "hours": "10", "capacity": null });
    world.offer_of(holdfast_tests::ORGANIZATION, LESSONS, "ten", ten).await.expect(201);
    world.promo("TEN", "0.10", Some(9)).await;
    world.show(holdfast_tests::SHOW, json!({ "max_tickets_per_buyer": 9 })).await.expect(200);
    let mut request = world.request("general", 1);
    request["promo_code"] = json!("TEN");
    world.offer_with("vip", json!({ "price": "60.00", "capacity": 10, "presale": "only" })).await.expect(200);
    world.presale("vip", "FANS", Some(9)).await;
    request["items"].as_array_mut().expect("lines").push(json!({ "offer": "vip", "quantity": 1 }));
    request["presale_code"] = json!("FANS");
    world.bought_with(&request).await;
    let mut hours = world.request("ten", 1);
    hours["listing"] = json!(LESSONS);
    let hours = holdfast_tests::Bought::of(world.order_as(PUPIL, &hours).await.expect(201));
    world.pay(&hours);
    world.settle().await;
    let clean = audited(&world, &wire).await;
    assert!(clean.ok && clean.orders == 2 && clean.violations.is_empty(), "{clean:?}");

    for (entity, field, value, expected) in [
        ("balance", "hundredths", "1100", "a balance of 11"),
        ("promo", "uses", "0", "promo "),
        ("presale", "uses", "0", "presale "),
        ("buyer_tickets", "units", "1", "buyer "),
    ] {
        let (item, other) = spoiled(&world, entity, field, value);
        put(&world, &other);
        let found = audited(&world, &wire).await;
        assert!(!found.ok && found.violations.iter().any(|what| what.contains(expected)), "{expected}: {found:?}");
        // What is right again at the second look was a transaction half way.
        let (again, ()) = tokio::join!(audited(&world, &wire), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            put(&world, &item);
        });
        assert!(again.ok, "{again:?}");
    }
    world.finish().await;
}
