//! Mail: each cause once, whatever the queue and the mail service do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::NotificationKind;
use holdfast_tests::{
    World,
    faults::{Fault, Faults, Rule, Service},
};
use local::aws::MailFault;
use serde_json::json;

/// Puts a message about each notification into the queue, once more.
async fn queue_again(world: &World) {
    let engine = world.stack.engine();
    let all = world.everything().await;
    let ids: Vec<_> = all.notifications.iter().map(|notification| notification.id.clone()).collect();
    assert!(!ids.is_empty());
    engine.queue().send(&ids).await.unwrap();
}

#[tokio::test]
async fn a_confirmation_holds_the_tickets_and_the_way_to_the_order() {
    let world = World::new().await;
    world.at_stripe("tax", &json!({ "percent": "10" })).await;
    let order = world.bought_with(&world.request_for(&[("general", 2), ("vip", 1)])).await;
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 1);
    let text = &mails[0].text;
    let seen = world.order(&order).await;
    for ticket in seen["tickets"].as_array().unwrap() {
        assert!(text.contains(ticket["code"].as_str().unwrap()));
    }
    for part in [
        "Hello Ada Lovelace",
        "2 × Summer Show – General: 50.00 USD",
        "Platform fee: 4.50 USD",
        "Tax: ",
        &order.id,
        &order.token,
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    world.finish().await;
}

#[tokio::test]
async fn messages_that_come_again_send_nothing_again() {
    let world = World::new().await;
    world.bought("general", 1).await;
    assert_eq!(world.stack.mails().len(), 1);
    for _ in 0..3 {
        queue_again(&world).await;
        world.settle().await;
    }
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn messages_that_come_twice_before_the_first_is_done_send_once() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    world.event(&event).await.expect(200);
    faults.plan([Rule::every(Service::Mail, Fault::Slow(Duration::from_millis(400))).times(1)]);
    // The second message comes while the first one's mail is on its way.
    let second = async {
        while faults.fired() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        queue_again(&world).await;
        world.stack.drain_queue().await
    };
    let (one, two) = tokio::join!(world.stack.drain_queue(), second);
    one.unwrap();
    two.unwrap();
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_purchase_succeeds_while_no_mail_can_be_sent() {
    let world = World::new().await;
    world.stack.cloud().mailbox.fail_next(MailFault::Internal, 40);
    let order = world.bought("general", 1).await;
    assert!(world.stack.mails().is_empty());
    assert_eq!(world.order(&order).await["tickets"].as_array().unwrap().len(), 1);
    // The service recovers; the agenda brings the notification back.
    for _ in 0..40 {
        if !world.stack.mails().is_empty() {
            break;
        }
        world.advance(600).await;
        world.sweep().await;
        world.settle().await;
    }
    assert_eq!(world.mail()["ada@example.com"], ["Your order for Summer Show is confirmed"]);
    world.finish().await;
    assert_eq!(world.stack.mails().len(), 1);
}

#[tokio::test]
async fn a_throttling_mail_service_delays_and_loses_nothing() {
    let world = World::new().await;
    world.stack.cloud().mailbox.fail_next(MailFault::Throttled, 2);
    for _ in 0..3 {
        world.bought("general", 1).await;
    }
    for _ in 0..10 {
        world.advance(120).await;
        world.sweep().await;
        world.settle().await;
    }
    assert_eq!(world.stack.mails().len(), 3);
    world.finish().await;
}

/// A wire on which the queue cannot be reached until it is mended.
#[derive(Debug)]
struct NoQueue {
    inner: runtime::SharedWire,
    mended: Arc<AtomicBool>,
}

impl runtime::Wire for NoQueue {
    fn send(&self, request: http::Request<bytes::Bytes>) -> runtime::WireFuture {
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if target.starts_with("AmazonSQS.") && !self.mended.load(Ordering::SeqCst) {
            return Box::pin(async { Err(runtime::WireError::Refused("no queue is there".to_owned())) });
        }
        self.inner.send(request)
    }
}

#[tokio::test]
async fn a_queue_that_takes_nothing_delays_and_loses_nothing() {
    let mended = Arc::<AtomicBool>::default();
    let switch = Arc::clone(&mended);
    let wrap: local::Wrap = Arc::new(move |inner| Arc::new(NoQueue { inner, mended: Arc::clone(&switch) }));
    let world = World::with(local::Options { wrap: Some(wrap), ..local::Options::default() }).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert!(world.stack.mails().is_empty());
    mended.store(true, Ordering::SeqCst);
    world.advance(121).await;
    assert!(world.sweep().await.notifications > 0);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn messages_of_nothing_do_no_harm() {
    let world = World::new().await;
    world.bought("general", 1).await;
    let before = world.dump().await;
    world.stack.engine().queue().send(&["no-such-notification".to_owned()]).await.unwrap();
    for _ in 0..7 {
        world.stack.drain_queue().await.unwrap();
        world.advance(1_000).await;
    }
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn a_batch_names_the_messages_that_failed() {
    use aws_lambda_events::event::sqs::SqsEvent;

    let (world, wire) = World::with_wire().await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let all = world.everything().await;
    let confirmation = all
        .notifications
        .iter()
        .find(|notification| notification.id.contains("confirmation"))
        .expect("a notification")
        .id
        .clone();
    let record = |id: &str, body: String| {
        json!({ "messageId": id, "receiptHandle": id, "body": body, "attributes": {},
        "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:x", "awsRegion": "us-east-1" })
    };
    let batch: SqsEvent = serde_json::from_value(json!({ "Records": [
        record("bad", "not json".to_owned()),
        record("good", json!({ "notification": confirmation }).to_string()),
    ] }))
    .unwrap();
    let settings = runtime::Settings::of(world.settings());
    let notify = notify::build(&settings, wire, world.stack.clock().clone()).await.unwrap();
    let answer = notify.handle(batch).await;
    let failed: Vec<_> = answer.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
    assert_eq!(failed, ["bad"]);
    assert_eq!(world.stack.mails().len(), 1);
}

#[tokio::test]
async fn everybody_gets_their_own_mail() {
    let world = World::new().await;
    for (name, email) in [("Ada Lovelace", "ada@example.com"), ("Grace Hopper", "grace@example.com")] {
        let mut request = world.request("general", 1);
        request["buyer"] = json!({ "name": name, "email": email });
        world.bought_with(&request).await;
    }
    for mail in world.stack.mails() {
        let name = if mail.to.starts_with("ada") { "Ada Lovelace" } else { "Grace Hopper" };
        assert!(mail.text.starts_with(&format!("Hello {name}")), "{}", mail.text);
    }
    assert_eq!(world.mail().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn what_is_no_mail_is_in_no_queue_of_mail_and_is_done_all_the_same() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let waits = async || {
        let all = world.everything().await;
        let label = all.notifications.into_iter().find(|known| known.notification == NotificationKind::TransferLabel);
        label.expect("a label").done_at.is_none()
    };
    assert!(waits().await && world.stack.mails().len() == 1, "the mail does not wait for it");
    // A message that names it among the mails does it no harm.
    queue_again(&world).await;
    world.settle().await;
    assert!(waits().await);
    world.advance(1).await;
    world.sweep().await;
    world.settle().await;
    assert!(!waits().await);
    let transfer = world.object(world.charge(&order)["transfer"].as_str().unwrap());
    assert_eq!(transfer["description"], format!("Order {}: 1 x Summer Show", order.id));
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}
