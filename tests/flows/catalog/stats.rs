//! Figures for staff: how many orders and how much money, by day and status.

use std::collections::BTreeMap;

use holdfast_tests::{EXPERT, ORGANIZATION, World};
use serde_json::{Value, json};

const DAY: i64 = 24 * 3_600;

async fn figures(world: &World, query: &str) -> Vec<Value> {
    let path = format!("/v1/organizations/{ORGANIZATION}/stats?{query}");
    let page = world.get(&path).role("staff").await.expect(200);
    assert_eq!(page["cursor"], Value::Null);
    page["rows"].as_array().cloned().unwrap()
}

/// One hour after the next midnight in UTC, as the name of its day.
async fn next_day(world: &World) -> String {
    let now = world.stack.clock().now().as_second();
    world.advance(DAY - now % DAY + 3_600).await;
    world.stack.clock().now().strftime("%Y-%m-%d").to_string()
}

fn row(day: &str, status: &str, orders: u32, quantity: u32, money: [&str; 3]) -> Value {
    json!({ "day": day, "status": status, "currency": "usd", "orders": orders, "quantity": quantity,
        "total": money[0], "captured": money[1], "refunded": money[2] })
}

#[tokio::test]
async fn counts_and_sums_by_day_and_status() {
    let world = World::new().await;
    world.offer("many", "0.00", 300).await;
    assert_eq!(figures(&world, "").await, Vec::<Value>::new());
    world.at_stripe("tax", &json!({ "percent": "10" })).await;

    let first = next_day(&world).await;
    let began = world.from_now(0);
    for _ in 0..20 {
        world.buy("many", 2).await;
    }
    let one = world.bought("general", 2).await;
    world.bought("general", 2).await;
    let second = next_day(&world).await;
    let middle = world.from_now(0);
    for _ in 0..15 {
        world.buy("many", 1).await;
    }
    let all = world.bought("vip", 1).await;
    world.refund(&all, &json!({})).await.expect(201);
    // A refund of a later day belongs to the order's day.
    world.refund(&one, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let third = next_day(&world).await;
    let end = world.from_now(0);
    for _ in 0..20 {
        world.buy("general", 1).await;
    }
    world.buy("many", 3).await;
    world.advance(3_600).await;
    world.sweep().await;
    world.settle().await;
    world.buy("general", 1).await;

    // The amounts with and without tax: 54.84 and 5.48; 60.00 + 1.50 + 2.08 and 6.36; 25.00 + 1.50 + 1.07. What was
    // refunded is one ticket of 25.00 with its tax.
    let of_first = row(&first, "paid", 22, 44, ["109.68", "120.64", "27.50"]);
    let of_second = [
        row(&second, "refunded", 1, 1, ["63.58", "69.94", "69.94"]),
        row(&second, "paid", 15, 15, ["0.00", "0.00", "0.00"]),
    ];
    let of_third = [
        row(&third, "pending", 1, 1, ["27.57", "0.00", "0.00"]),
        row(&third, "paid", 1, 3, ["0.00", "0.00", "0.00"]),
        row(&third, "expired", 20, 20, ["551.40", "0.00", "0.00"]),
    ];
    let rows = [of_third.to_vec(), of_second.to_vec(), vec![of_first.clone()]].concat();
    assert_eq!(figures(&world, "").await, rows);
    assert_eq!(rows.iter().map(|row| row["orders"].as_u64().unwrap()).sum::<u64>(), 60);
    // A range begins with its first moment and ends before its last.
    assert_eq!(figures(&world, &format!("to={middle}")).await, std::slice::from_ref(&of_first));
    assert_eq!(figures(&world, &format!("from={began}&to={middle}")).await, [of_first]);
    assert_eq!(figures(&world, &format!("from={middle}&to={end}")).await, of_second);
    assert_eq!(figures(&world, &format!("from={end}")).await, of_third);
    assert_eq!(figures(&world, "from=2999-01-01T00:00:00Z").await, Vec::<Value>::new());
    world.finish().await;
}

#[tokio::test]
async fn many_orders_come_in_pages_that_add_up() {
    let world = World::new().await;
    world.offer("many", "0.00", 600).await;
    for n in 0..510 {
        if n == 200 {
            next_day(&world).await;
        }
        world.buy("many", 1).await;
    }
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    let mut path = format!("/v1/organizations/{ORGANIZATION}/stats");
    let mut pages = 0;
    loop {
        let page = world.get(&path).role("staff").await.expect(200);
        pages += 1;
        for row in page["rows"].as_array().unwrap() {
            *sums.entry(row["day"].as_str().unwrap().to_owned()).or_default() += row["orders"].as_u64().unwrap();
        }
        let Some(cursor) = page["cursor"].as_str() else { break };
        let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        path = format!("/v1/organizations/{ORGANIZATION}/stats?cursor={cursor}");
    }
    assert_eq!(pages, 2);
    assert_eq!(sums.into_values().collect::<Vec<_>>(), [200, 310]);
    world.finish().await;
}

#[tokio::test]
async fn figures_are_for_the_organizations_staff() {
    let world = World::new().await;
    world.bought("general", 1).await;
    world.organization("globex", json!({ "name": "Globex" })).await.expect(201);
    let path = format!("/v1/organizations/{ORGANIZATION}/stats");
    world.get(&path).await.refused(401, "unauthenticated");
    for token in [
        world.token("staff", Some("globex")),
        world.token("admin", Some("globex")),
        world.customer("stranger"),
        world.expert(EXPERT),
    ] {
        world.get(&path).token(&token).await.refused(403, "forbidden");
    }
    let theirs = world.token("staff", Some("globex"));
    let own = world.get("/v1/organizations/globex/stats").token(&theirs).await.expect(200);
    assert_eq!(own["rows"], json!([]));
    for (query, field) in [("from=yesterday", "from"), ("to=2026", "to"), ("day=1", "day")] {
        world.get(&format!("{path}?{query}")).role("staff").await.refused(400, "invalid_request").at(field);
    }
    let answer = world.get(&format!("{path}?cursor=nonsense")).role("staff").await;
    answer.refused(400, "invalid_request").at("cursor");
    world.finish().await;
}
