//! What fuzzing has found, kept as it was found.

use holdfast_tests::{ORGANIZATION, World};
use http::Method;
use serde_json::{Value, json};

/// DynamoDB refuses a range that ends before it begins, which was a 500.
#[tokio::test]
async fn a_list_whose_time_ends_before_it_begins_is_empty() {
    let world = World::new().await;
    world.bought("general", 1).await;
    for (list, entries) in [("orders", "orders"), ("stats", "rows"), ("bookings", "bookings")] {
        for (from, to) in [
            ("2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
            ("9999-12-30T22:00:00Z", "-009998-01-01T00:00:00Z"),
            ("-009998-01-01T00:00:00Z", "-009990-01-01T00:00:00Z"),
        ] {
            let path = format!("/v1/organizations/{ORGANIZATION}/{list}?from={from}&to={to}");
            let page = world.get(&path).role("staff").await.expect(200);
            assert_eq!((&page[entries], &page["cursor"]), (&json!([]), &Value::Null), "{path}");
        }
    }
    world.finish().await;
}

/// It is part of a key, and a key of DynamoDB's has at most 2,048 bytes.
#[tokio::test]
async fn an_expert_who_cannot_be_one_is_refused() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/bookings");
    for expert in ["a".repeat(256), "a%00b".to_owned(), "%F0%9F%92%A9".repeat(300)] {
        world.get(&format!("{path}?expert={expert}")).role("staff").await.refused(400, "invalid_request").at("expert");
    }
    world.get(&format!("{path}?expert={}", "%F0%9F%92%A9".repeat(255))).role("staff").await.expect(200);
    world.finish().await;
}

/// A list was read as the fields of an object in the order in which the code has them, and so `[]` declined a booking.
#[tokio::test]
async fn a_body_that_is_a_list_is_refused_by_every_route() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let platform = world.token("platform", None);
    let listing = format!("/v1/organizations/{ORGANIZATION}/listings/summer-show");
    let mut seen = 0;
    for (method, path) in [
        (Method::POST, "/v1/checkout".to_owned()),
        (Method::POST, format!("/v1/orders/{}/refunds", order.id)),
        (Method::POST, format!("/v1/orders/{}/review", order.id)),
        (Method::POST, "/v1/customers/ada-1/debits".to_owned()),
        (Method::PUT, format!("/v1/organizations/{ORGANIZATION}")),
        (Method::PUT, listing.clone()),
        (Method::PUT, format!("{listing}/offers/general")),
        (Method::PUT, format!("{listing}/promos/A")),
        (Method::PUT, format!("{listing}/offers/general/presale-codes/A")),
        (Method::POST, format!("{listing}/slots")),
    ] {
        for body in [json!([]), json!([true]), json!(["Ada", "25.00", 1])] {
            let before = world.dump().await;
            let answer = world.call(method.clone(), &path).token(&platform).json(&body).await;
            answer.refused(400, "invalid_request");
            world.unchanged_since(&before).await;
            seen += 1;
        }
    }
    assert_eq!(seen, 30);
    let nested = json!({ "buyer": ["Ada Lovelace", "ada@example.com"], "listing": "summer-show", "items": [["summer-show", "general", 1, null]] });
    world.checkout(&nested).await.refused(400, "invalid_request").at("buyer");
    world.finish().await;
}
