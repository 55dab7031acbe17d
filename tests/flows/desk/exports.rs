//! Exports: tables at once where they are small, else files with a link.

use std::time::Duration;

use holdfast_tests::{Answer, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

const PATH: &str = "/v1/organizations/acme/exports";

async fn ask(world: &World, body: &Value) -> Answer {
    world.post(PATH).role("staff").json(body).await
}

async fn seen(world: &World, id: &str) -> Value {
    world.get(&format!("{PATH}/{id}")).role("staff").await.expect(200)
}

/// Lets the sweeper hand over what is due, and the worker work.
async fn worked(world: &World) {
    world.advance(1).await;
    world.sweep().await;
    world.settle().await;
}

/// The file behind a link, as a browser gets it.
async fn file(world: &World, url: &Value) -> Answer {
    let url = url.as_str().expect("a link");
    let path = url.split_once("/local/files").expect("the local bucket").1;
    world.get(&format!("/local/files{path}")).await
}

fn orders_in(text: &str) -> usize {
    text.strip_prefix('\u{feff}').expect("a byte order mark").lines().count() - 1
}

async fn crowd(world: &World, count: usize) {
    world.offer("crowd", "0.00", 500).await;
    for _ in 0..count {
        world.buy("crowd", 1).await;
    }
    world.settle().await;
}

#[tokio::test]
async fn a_small_export_comes_at_once() {
    let world = World::new().await;
    assert_eq!(PATH, format!("/v1/organizations/{ORGANIZATION}/exports"));
    let order = world.bought("general", 2).await;
    world.buy("vip", 1).await;
    let answer = ask(&world, &json!({ "kind": "orders" })).await;
    assert_eq!((answer.status.as_u16(), orders_in(&answer.text)), (200, 2), "{}", answer.text);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"orders.csv\"");
    let tickets = ask(&world, &json!({ "kind": "tickets", "listing": SHOW })).await;
    assert_eq!(tickets.text.lines().filter(|line| line.contains(&order.id)).count(), 2);
    let later = json!({ "kind": "orders", "from": world.from_now(60) });
    assert_eq!(orders_in(&ask(&world, &later).await.text), 0);
    ask(&world, &json!({ "kind": "payments" })).await.refused(400, "invalid_request");
    ask(&world, &json!({ "kind": "orders", "form": "2027" })).await.refused(400, "invalid_request");
    world.post(PATH).json(&json!({ "kind": "orders" })).await.refused(401, "unauthenticated");
    world.finish().await;
}

#[tokio::test]
async fn a_long_export_is_a_file_with_a_link() {
    let world = World::new().await;
    crowd(&world, 60).await;
    let begun = ask(&world, &json!({ "kind": "orders", "file": true })).await.expect(202);
    let id = begun["id"].as_str().unwrap();
    assert_eq!((&begun["status"], &begun["url"], &begun["kind"]), (&json!("running"), &Value::Null, &json!("orders")));
    assert_eq!(seen(&world, id).await["status"], "running");
    // What is placed from now on is in no export that was asked for before.
    world.advance(1).await;
    world.buy("vip", 1).await;
    worked(&world).await;
    let done = seen(&world, id).await;
    assert_eq!(done["status"], "done", "{done}");
    let answer = file(&world, &done["url"]).await;
    assert_eq!((answer.status.as_u16(), orders_in(&answer.text)), (200, 60));
    assert_eq!(done["bytes"].as_u64().unwrap(), u64::try_from(answer.bytes.len()).unwrap());
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"orders.csv\"");
    assert_eq!(world.stack.cloud().bucket.open_uploads(), 0);
    // Another file needs another link, and a link is good for ten minutes.
    let url = done["url"].as_str().unwrap();
    let other = url.replace(id, "exp_other");
    assert_eq!(file(&world, &json!(other)).await.status.as_u16(), 403);
    world.advance(9 * 60).await;
    assert_eq!(file(&world, &done["url"]).await.status.as_u16(), 200);
    world.advance(2 * 60).await;
    assert_eq!(file(&world, &done["url"]).await.status.as_u16(), 403);
    let again = seen(&world, id).await;
    assert_eq!(file(&world, &again["url"]).await.status.as_u16(), 200);
    // The bucket keeps it for a week.
    world.advance(7 * 24 * 3_600).await;
    let gone = seen(&world, id).await;
    assert_eq!((&gone["status"], &gone["url"]), (&json!("done"), &Value::Null));
    world.finish().await;
}

#[tokio::test]
async fn an_export_goes_on_where_a_slice_has_ended() {
    let world = World::new().await;
    crowd(&world, 120).await;
    let begun = ask(&world, &json!({ "kind": "lines", "file": true })).await.expect(202);
    let id = begun["id"].as_str().unwrap();
    world.advance(1).await;
    world.sweep().await;
    // The worker has time for a page of orders and no more, again and again.
    for _ in 0..3 {
        world.stack.poll_queues_for(Duration::from_millis(1)).await.unwrap();
        world.advance(1).await;
        world.sweep().await;
    }
    world.settle().await;
    worked(&world).await;
    let done = seen(&world, id).await;
    assert_eq!(done["status"], "done", "{done}");
    let text = file(&world, &done["url"]).await.text;
    let mut lines: Vec<_> = text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(lines.len(), 120);
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), 120, "each order once");
    world.finish().await;
}

#[tokio::test]
async fn exports_of_others_are_not_found() {
    let world = World::new().await;
    let begun = ask(&world, &json!({ "kind": "refunds", "file": true })).await.expect(202);
    worked(&world).await;
    let id = begun["id"].as_str().unwrap();
    world.organization("globex", json!({})).await.expect(201);
    let theirs = world.token("staff", Some("globex"));
    world.get(&format!("{PATH}/{id}")).token(&theirs).await.refused(403, "forbidden");
    let path = format!("/v1/organizations/globex/exports/{id}");
    world.get(&path).token(&theirs).await.refused(404, "not_found");
    for id in ["exp_none", "none", "exp_%23"] {
        world.get(&format!("{PATH}/{id}")).role("staff").await.refused(404, "not_found");
    }
    world.finish().await;
}
