//! Services in the place of the embedded ones, reached over the network.

use holdfast_tests::{
    World,
    programs::{behind, serve},
};
use local::{Options, aws::LocalCloud, template::Template};
use runtime::Clock;
use serde_json::json;
use tokio::net::TcpListener;

/// A second cloud of which the stack knows only addresses.
pub(super) async fn elsewhere() -> (LocalCloud, Vec<(String, String)>) {
    let cloud = LocalCloud::start(&Template::embedded().unwrap(), Clock::new(), None).await.unwrap();
    let table = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let table_url = format!("http://{}", table.local_addr().unwrap());
    let embedded = cloud.table.clone();
    tokio::spawn(async move { embedded.serve(table).await });
    let queue = serve(behind(std::sync::Arc::new(cloud.queue.clone()))).await;
    let settings = vec![
        ("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), table_url),
        ("AWS_ENDPOINT_URL_SQS".to_owned(), format!("http://{queue}")),
        ("TABLE_NAME".to_owned(), "another-table".to_owned()),
    ];
    (cloud, settings)
}

#[tokio::test]
async fn the_system_runs_on_a_table_and_a_queue_elsewhere() {
    let (cloud, settings) = elsewhere().await;
    let world = World::with(Options { settings, ..Options::default() }).await;
    let order = world.bought_with(&world.request_for(&[("general", 2), ("vip", 1)])).await;
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    assert_eq!(world.stock("general").await, (99, 0, 1));
    assert_eq!(world.mail()["ada@example.com"].len(), 2);
    world.finish().await;
    drop(cloud);
}

#[tokio::test]
async fn many_buyers_at_once_over_the_network_oversell_nothing() {
    let (_cloud, settings) = elsewhere().await;
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.offer("few", "25.00", 7).await;
    let request = world.request("few", 1);
    let answers = futures::future::join_all((0..15).map(|_| world.checkout(&request))).await;
    let sold = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    assert_eq!(sold, 7, "{answers:?}");
    assert_eq!(world.stock("few").await, (0, 7, 0));
    world.finish().await;
}
