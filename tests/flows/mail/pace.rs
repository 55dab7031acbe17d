//! How fast mail goes: at 50 paid orders a second the queue drains.

#![expect(clippy::print_stderr, reason = "the figure is worth seeing")]

use std::{cell::RefCell, collections::VecDeque, sync::Arc, time::Duration};

use aws_lambda_events::event::sqs::SqsEvent;
use bytes::Bytes;
use domain::{NotificationKind, OrderId};
use futures::future::join_all;
use holdfast_tests::World;
use local::template::Template;
use runtime::{Settings, SharedWire, Wire, WireFuture};
use serde_json::json;
use tokio::time::{Instant, sleep};

/// Orders paid each second, and for how long.
const PER_SECOND: usize = 50;
const SECONDS: usize = 60;
/// How long SES takes to answer, and how long the table.
const SES: Duration = Duration::from_millis(100);
const TABLE: Duration = Duration::from_millis(8);

/// A wire on which each call takes its time.
#[derive(Debug)]
struct InTime(SharedWire);

impl Wire for InTime {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let takes = if request.uri().path() == "/v2/email/outbound-emails" { SES } else { TABLE };
        let wire = Arc::clone(&self.0);
        Box::pin(async move {
            sleep(takes).await;
            wire.send(request).await
        })
    }
}

/// What Lambda hands to the function.
fn batch(names: &[String]) -> SqsEvent {
    let record = |name: &String| {
        json!({
            "messageId": name, "receiptHandle": name, "body": json!({ "notification": name }).to_string(),
            "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:x",
            "awsRegion": "us-east-1"
        })
    };
    serde_json::from_value(json!({ "Records": names.iter().map(record).collect::<Vec<_>>() })).unwrap()
}

/// Confirmations with tickets and receipt, as many as are owed within the time, of a few orders.
async fn owed(world: &World) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..10 {
        let bought = world.bought("general", 1).await;
        let store = world.stack.engine().store().clone();
        let order = store.order(&OrderId::parse(bought.id).unwrap()).await.unwrap().unwrap();
        let times = u32::try_from(PER_SECOND * SECONDS / 10).unwrap();
        let all: Vec<_> = (1..=times).map(|n| (&order, NotificationKind::Resend(n))).collect();
        store.notify_all(&all, world.stack.clock().now()).await.unwrap();
        names.extend(all.iter().map(|(order, notification)| notification.id(&order.id)));
    }
    names
}

#[tokio::test(start_paused = true)]
async fn at_fifty_paid_orders_a_second_the_queue_does_not_grow() {
    let template = Template::embedded().unwrap();
    let parameter = template.parameters.iter().find(|parameter| parameter.name == "MailConcurrency").unwrap();
    let functions: usize = parameter.default.as_deref().unwrap().parse().unwrap();
    let most = usize::try_from(template.function("notify").unwrap().queue_batch.as_ref().unwrap().size).unwrap();
    let (world, wire) = World::with_wire().await;
    let names = owed(&world).await;
    let before = world.stack.mails().len();
    let settings = Settings::of(world.settings());
    let slow: SharedWire = Arc::new(InTime(wire));
    let notify = notify::build(&settings, slow, world.stack.clock().clone()).await.unwrap();

    let queue = RefCell::new(VecDeque::new());
    let arrived = RefCell::new(0);
    let arrive = async {
        let mut lengths = Vec::new();
        for second in names.chunks(PER_SECOND) {
            for few in second.chunks(PER_SECOND / 10) {
                queue.borrow_mut().extend(few.iter().cloned());
                *arrived.borrow_mut() += few.len();
                sleep(Duration::from_millis(100)).await;
            }
            lengths.push(queue.borrow().len());
        }
        lengths
    };
    let work = || async {
        let mut busy = Duration::ZERO;
        loop {
            let taken: Vec<String> = {
                let mut queue = queue.borrow_mut();
                let count = queue.len().min(most);
                queue.drain(..count).collect()
            };
            if taken.is_empty() {
                if *arrived.borrow() == names.len() {
                    return busy;
                }
                sleep(Duration::from_millis(20)).await;
                continue;
            }
            let begun = Instant::now();
            let response = notify.handle(batch(&taken)).await;
            assert!(response.batch_item_failures.is_empty(), "{response:?}");
            busy += begun.elapsed();
        }
    };
    let begun = Instant::now();
    let (lengths, busy) = tokio::join!(arrive, join_all((0..functions).map(|_| work())));
    let took = begun.elapsed();
    assert_eq!(world.stack.mails().len() - before, PER_SECOND * SECONDS, "each once");
    let busy: Duration = busy.into_iter().sum();
    let each = busy / u32::try_from(names.len()).unwrap();
    let longest = lengths.iter().max().copied().unwrap_or_default();
    eprintln!(
        "{functions} functions: {took:?} for all, {each:?} of a function's time each, at most {longest} wait: {lengths:?}"
    );
    assert!(longest <= PER_SECOND, "more than a second's mail waits: {lengths:?}");
    let least = u64::try_from(SECONDS).unwrap();
    assert!(took < Duration::from_secs(least + 2), "the last mail leaves with the last order: {took:?}");
}
