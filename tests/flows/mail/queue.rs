//! The queue of mail: it is not filled with the same names again and again, and what failed too often is sent again.

use bytes::Bytes;
use domain::{NotificationKind, Order, OrderId, notification::MovedListing};
use futures::{StreamExt, stream};
use holdfast_tests::{
    Bought, ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Rule, Service},
};
use runtime::Wire;
use serde_json::{Value, json};

/// How many buyers there are.
const BUYERS: usize = 120;

/// Asks the embedded SQS.
pub(crate) async fn sqs(world: &World, operation: &str, input: &Value) -> Value {
    let request = http::Request::post("https://localhost/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("AmazonSQS.{operation}"))
        .body(Bytes::from(input.to_string()))
        .unwrap();
    let answer = world.stack.cloud().queue.send(request).await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

/// How many messages are in the queue of mail, those under way included.
async fn in_queue(world: &World) -> usize {
    let url = &world.stack.cloud().queue_urls().queue;
    let attributes = sqs(world, "GetQueueAttributes", &json!({ "QueueUrl": url, "AttributeNames": ["All"] })).await;
    let count = |name: &str| attributes["Attributes"][name].as_str().unwrap().parse::<usize>().unwrap();
    count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
}

/// Buyers of something free, each of whom is owed one mail.
pub(crate) async fn buyers(world: &World, offer: &str, count: usize) {
    let buy = |n: usize| async move {
        let mut request = world.request(offer, 1);
        request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
        Bought::of(world.checkout(&request).await.expect(201))
    };
    let bought: Vec<_> = stream::iter(0..count).map(buy).buffer_unordered(8).collect().await;
    assert_eq!(bought.len(), count);
}

pub(crate) async fn free_offer(world: &World) {
    world.offer_with("leaflet", json!({ "name": "Leaflet", "price": "0.00", "capacity": null })).await.expect(201);
}

/// Runs the sweeper each minute for a while, without a function that takes messages.
async fn minutes(world: &World, minutes: usize) {
    for _ in 0..minutes {
        world.advance(60).await;
        world.sweep().await;
    }
}

#[tokio::test]
async fn a_queue_that_is_slow_is_not_filled_again_and_again() {
    let world = World::new().await;
    free_offer(&world).await;
    buyers(&world, "leaflet", BUYERS).await;
    assert_eq!(in_queue(&world).await, BUYERS);
    // Each name goes in once more, in case its message was lost, and then not for a quarter of an hour.
    minutes(&world, 15).await;
    assert_eq!(in_queue(&world).await, 2 * BUYERS);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), BUYERS);
    minutes(&world, 70).await;
    assert_eq!(in_queue(&world).await, 0, "what is sent is owed no more");
}

#[tokio::test]
async fn a_mail_service_that_is_down_does_not_fill_the_queue() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    free_offer(&world).await;
    buyers(&world, "leaflet", 5).await;
    faults.plan([Rule::every(Service::Mail, Fault::Refused)]);
    for _ in 0..9 {
        world.settle().await;
        minutes(&world, 1).await;
    }
    assert_eq!(in_queue(&world).await, 5, "the queue itself brings back what failed");
    assert!(faults.heal() > 0);
    minutes(&world, 2).await;
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 5);
}

#[tokio::test]
async fn a_full_queue_takes_no_names_and_what_is_due_stays_on_the_agenda() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    // Its first message is lost.
    faults.plan([Rule::every(Service::Queue, Fault::Refused)]);
    world.buy("free", 1).await;
    assert!(faults.heal() > 0);
    let names: Vec<_> = (0..5_000).map(|n| format!("ord_{n}-confirmation")).collect();
    world.stack.engine().queue().send(&names).await.unwrap();
    world.advance(130).await;
    let report = world.sweep().await;
    assert_eq!((report.notifications, report.left), (0, true));
    assert_eq!(in_queue(&world).await, 5_000);
    // Those messages are gone.
    let url = world.stack.cloud().queue_urls().queue.clone();
    sqs(&world, "PurgeQueue", &json!({ "QueueUrl": url })).await;
    let report = world.sweep().await;
    assert_eq!((report.notifications, report.left), (1, false));
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
}

#[tokio::test]
async fn word_to_all_buyers_does_not_keep_one_confirmation_waiting() {
    let world = World::new().await;
    free_offer(&world).await;
    buyers(&world, "leaflet", 30).await;
    world.settle().await;
    let before = world.stack.mails().len();
    let names: Vec<_> = (0..2_000).map(|n| format!("ord_{n}-confirmation")).collect();
    world.stack.engine().queue().send(&names).await.unwrap();
    let moved = json!({ "venue": "Elsewhere", "starts_at": world.from_now(40 * 86_400), "ends_at": null });
    world.show(SHOW, moved).await.expect(200);
    // The notifications are written, and none is in the queue while there is much in it.
    minutes(&world, 6).await;
    assert_eq!(in_queue(&world).await, 2_000);
    let written = world.everything().await.notifications.into_iter().filter(|one| one.done_at.is_none()).count();
    assert_eq!(written, 30);
    world.buy("free", 1).await;
    assert_eq!(in_queue(&world).await, 2_001, "a buyer's own mail goes in at once");
    let url = world.stack.cloud().queue_urls().queue.clone();
    sqs(&world, "PurgeQueue", &json!({ "QueueUrl": url })).await;
    minutes(&world, 3).await;
    world.settle().await;
    let mails = world.stack.mails().split_off(before);
    let of = |subject: &str| mails.iter().filter(|mail| mail.subject.starts_with(subject)).count();
    assert_eq!((of("Changed: "), of("Your order")), (30, 1));
}

/// Many mails that wait for room: a run reads the first of each partition and writes nothing, and what else is due is found.
#[tokio::test]
async fn mail_that_waits_for_room_costs_next_to_nothing_and_hides_nothing() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let order = world.buy("free", 1).await;
    world.settle().await;
    let (engine, now) = (world.stack.engine(), world.stack.clock().now());
    let found = engine.store().order(&OrderId::parse(order.id).unwrap()).await.unwrap().unwrap();
    let others = (0..3_000).map(|n| Order { id: OrderId::parse(format!("ord_other{n}")).unwrap(), ..found.clone() });
    let others: Vec<_> = others.collect();
    let listing = found.lines[0].listing.clone();
    let moved = NotificationKind::Moved(MovedListing { listing, version: 9, starts_at: None, venue: None });
    let all: Vec<_> = others.iter().map(|order| (order, moved.clone())).collect();
    engine.store().notify_all(&all, now).await.unwrap();
    let names: Vec<_> = (0..2_000).map(|n| format!("ord_{n}-confirmation")).collect();
    engine.queue().send(&names).await.unwrap();
    world.advance(130).await;
    let work = engine.store().due(store::AgendaPart::Work, world.stack.clock().now(), 12_500).await.unwrap();
    assert!(work.due.len() < 10, "{} things hide what else is due", work.due.len());
    faults.watch();
    let report = world.sweep().await;
    assert_eq!((report.notifications, report.failed, report.left), (0, 0, true));
    let calls = faults.calls();
    let count = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((count("Query"), count("SendMessageBatch")), (32, 0), "a read of each partition");
    assert!(count("UpdateItem") < 8, "nothing is written for what waits; the order's search is");
    // With room as many go in as there is room for, each with one write.
    let url = world.stack.cloud().queue_urls().queue.clone();
    sqs(&world, "PurgeQueue", &json!({ "QueueUrl": url })).await;
    faults.watch();
    let report = world.sweep().await;
    assert_eq!((report.notifications, report.failed, report.left), (2_000, 0, true));
    let calls = faults.calls();
    let count = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((count("SendMessageBatch"), count("UpdateItem")), (200, 2_000));
    assert_eq!(in_queue(&world).await, 2_000);
}

#[tokio::test]
async fn mail_of_a_canceled_listing_leaves_room_for_that_of_single_orders() {
    let world = World::new().await;
    world.show("matinee", json!({ "title": "Matinee" })).await.expect(201);
    world.offer_of(ORGANIZATION, "matinee", "free", json!({ "name": "Free", "price": "0.00" })).await.expect(201);
    free_offer(&world).await;
    buyers(&world, "leaflet", 30).await;
    world.settle().await;
    let before = world.stack.mails().len();
    let names: Vec<_> = (0..2_000).map(|n| format!("ord_{n}-confirmation")).collect();
    world.stack.engine().queue().send(&names).await.unwrap();
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").await.expect(202);
    minutes(&world, 6).await;
    let written = world.everything().await.notifications.into_iter().filter(|one| one.done_at.is_none()).count();
    assert_eq!((written, in_queue(&world).await), (30, 2_000));
    let mut single = world.request("free", 1);
    single["listing"] = json!("matinee");
    world.buy_with(&single).await;
    assert_eq!(in_queue(&world).await, 2_001, "a buyer's own mail goes in at once");
    let url = world.stack.cloud().queue_urls().queue.clone();
    sqs(&world, "PurgeQueue", &json!({ "QueueUrl": url })).await;
    minutes(&world, 3).await;
    world.settle().await;
    let mails = world.stack.mails().split_off(before);
    let of = |subject: &str| mails.iter().filter(|mail| mail.subject.starts_with(subject)).count();
    assert_eq!((of("Canceled: "), of("Your order")), (30, 1));
}

/// The process dies after the names are in the queue and before they are put off: they go in once more, a minute later.
#[tokio::test]
async fn names_go_into_the_queue_before_they_are_put_off() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults.plan([Rule::every(Service::Queue, Fault::Refused)]);
    world.buy("free", 1).await;
    assert!(faults.heal() > 0);
    world.advance(130).await;
    // Nothing is written while the queue takes nothing, so the next run tries again.
    faults.plan([Rule::every(Service::Queue, Fault::Refused).of("SendMessageBatch")]);
    let report = world.sweep().await;
    assert_eq!((report.notifications, report.failed), (1, 1));
    assert!(faults.heal() > 0);
    // The table takes no write: the name is in the queue all the same.
    faults.plan([Rule::every(Service::Table, Fault::Refused).of("UpdateItem")]);
    assert_eq!(world.sweep().await.notifications, 1);
    assert!(faults.heal() > 0);
    assert_eq!(in_queue(&world).await, 1);
    world.advance(60).await;
    assert_eq!((world.sweep().await.notifications, in_queue(&world).await), (1, 2));
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1, "the second message finds it sent");
}

#[tokio::test]
async fn dead_letters_are_sent_again_and_nothing_twice() {
    let world = World::new().await;
    let order = world.buy("free", 1).await;
    let urls = world.stack.cloud().queue_urls().clone();
    let received = sqs(&world, "ReceiveMessage", &json!({ "QueueUrl": urls.queue })).await;
    let message = &received["Messages"][0];
    assert!(message["Body"].as_str().unwrap().contains(&order.id), "{received}");
    let dead = json!({ "QueueUrl": urls.dead_letters, "MessageBody": message["Body"] });
    for _ in 0..12 {
        sqs(&world, "SendMessage", &dead).await;
    }
    let delete = json!({ "QueueUrl": urls.queue, "ReceiptHandle": message["ReceiptHandle"] });
    sqs(&world, "DeleteMessage", &delete).await;
    world.settle().await;
    assert!(world.stack.mails().is_empty());
    assert_eq!(world.stack.send_dead_letters_again().await.unwrap(), 12);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    assert_eq!(world.stack.send_dead_letters_again().await.unwrap(), 0);
}

/// The runbook's commands name queues that the template makes, each with its dead letters.
#[test]
fn the_runbook_names_the_queues_of_dead_letters() {
    let runbook = include_str!("../../../docs/runbook.md");
    let template = include_str!("../../../infra/template.yaml");
    for queue in ["DeadNotifications", "DeadWork"] {
        assert!(template.contains(&format!("\n  {queue}:\n    Type: AWS::SQS::Queue")), "{queue}");
        assert!(template.contains(&format!("deadLetterTargetArn: !GetAtt {queue}.Arn")), "{queue}");
        assert!(runbook.contains(queue), "{queue}");
    }
    assert!(runbook.contains("--logical-resource-id DeadNotifications"));
    assert!(runbook.contains("aws sqs start-message-move-task --source-arn"));
}
