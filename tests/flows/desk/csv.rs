//! Tables of orders for spreadsheets.

use std::collections::BTreeMap;

use holdfast_tests::{Answer, ORGANIZATION, World};
use serde_json::json;

async fn table(world: &World, query: &str) -> Answer {
    let path = format!("/v1/organizations/{ORGANIZATION}/orders?{query}");
    let answer = world.get(&path).role("staff").header("accept", "text/csv").await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    answer
}

/// Each row's cells by their columns' names. None of the cells here has a line end.
pub(super) fn rows(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    let text = answer.text.strip_prefix('\u{feff}').expect("a byte order mark");
    let cells = |line: &str| -> Vec<String> { line.split(',').map(str::to_owned).collect() };
    let mut lines = text.split_terminator("\r\n").map(cells);
    let names = lines.next().expect("names");
    lines.map(|cells| names.iter().cloned().zip(cells).collect()).collect()
}

#[tokio::test]
async fn orders_lines_tickets_and_refunds_come_as_tables() {
    let world = World::new().await;
    let mut request = world.request_for(&[("general", 2), ("vip", 1)]);
    request["buyer"]["company"] = json!("=1+1");
    request["buyer"]["phone"] = json!("+44 20 7946 0000");
    let order = world.bought_with(&request).await;
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "@home" })).await.expect(201);
    world.settle().await;
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);

    let orders = rows(&table(&world, "").await);
    assert_eq!(orders.len(), 1);
    let cell = |name: &str| orders[0][name].clone();
    assert_eq!((cell("order"), cell("number")), (order.id.clone(), seen["number"].as_str().unwrap().to_owned()));
    assert_eq!((cell("buyer_company"), cell("buyer_phone")), ("'=1+1".to_owned(), "'+44 20 7946 0000".to_owned()));
    for (column, field) in
        [("total", "total"), ("refunded", "refunded"), ("subtotal", "subtotal"), ("status", "status")]
    {
        assert_eq!(cell(column), seen[field].as_str().unwrap(), "{column}");
    }
    assert_eq!(cell("payment_intent_id"), seen["payment"]["payment_intent_id"].as_str().unwrap());

    let lines = rows(&table(&world, "rows=lines").await);
    let of = |n: usize, name: &str| lines[n][name].clone();
    assert_eq!(
        (of(0, "offer"), of(0, "quantity"), of(0, "refunded_quantity")),
        ("general".into(), "2".into(), "1".into())
    );
    assert_eq!((of(1, "offer"), of(1, "unit_price"), of(1, "total")), ("vip".into(), "60.00".into(), "60.00".into()));

    let tickets = rows(&table(&world, "rows=tickets").await);
    let codes: Vec<_> = tickets.iter().map(|row| row["code"].as_str()).collect();
    let known: Vec<_> = seen["tickets"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, known);

    let refunds = rows(&table(&world, "rows=refunds").await);
    assert_eq!((refunds.len(), refunds[0]["amount"].as_str(), refunds[0]["reason"].as_str()), (1, "25.00", "'@home"));
    world.finish().await;
}

#[tokio::test]
async fn a_table_has_what_its_filters_take() {
    let world = World::new().await;
    let paid = world.bought("general", 1).await;
    let open = world.buy("vip", 1).await;
    let ids = |answer: &Answer| -> Vec<String> { rows(answer).iter().map(|row| row["order"].clone()).collect() };
    let number = paid.json["order"]["number"].as_str().unwrap();
    assert_eq!(ids(&table(&world, "status=paid").await), [paid.id.as_str()]);
    assert_eq!(ids(&table(&world, "status=pending").await), [open.id.as_str()]);
    assert_eq!(ids(&table(&world, &format!("q={number}")).await), [paid.id.as_str()]);
    assert_eq!(ids(&table(&world, "review=true").await), Vec::<String>::new());
    let all = table(&world, "").await;
    assert_eq!((rows(&all).len(), all.header("x-next-cursor")), (2, ""));
    // A table is all pages at once.
    world.offer("crowd", "0.00", 200).await;
    for _ in 0..60 {
        world.buy("crowd", 1).await;
    }
    assert_eq!(rows(&table(&world, "").await).len(), 62);
    // A word that is none, and others' orders.
    let path = format!("/v1/organizations/{ORGANIZATION}/orders");
    world
        .get(&format!("{path}?rows=cells"))
        .role("staff")
        .header("accept", "text/csv")
        .await
        .refused(400, "invalid_request");
    world.get(&path).header("accept", "text/csv").await.refused(401, "unauthenticated");
    let theirs = world.token("staff", Some("globex"));
    world.get(&path).token(&theirs).header("accept", "text/csv").await.refused(403, "forbidden");
    world.finish().await;
}
