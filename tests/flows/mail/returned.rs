//! Mail that comes back, or is not welcome.

use aws_lambda_events::event::sqs::SqsEvent;
use holdfast_tests::{Bought, HOUR, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

/// Hands an event of SES to the function, as its rule puts it into the queue.
async fn ses_says(world: &World, wire: &runtime::SharedWire, event: &Value) {
    let batch: SqsEvent = serde_json::from_value(json!({ "Records": [{
        "messageId": "m", "receiptHandle": "m", "body": event.to_string(), "attributes": {}, "messageAttributes": {},
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:x", "awsRegion": "us-east-1"
    }] }))
    .unwrap();
    let settings = runtime::Settings::of(world.settings());
    let notify = notify::build(&settings, wire.clone(), world.stack.clock().clone()).await.unwrap();
    assert!(notify.handle(batch).await.batch_item_failures.is_empty());
}

fn bounce(kind: &str, order: &Bought, address: &str) -> Value {
    json!({
        "eventType": "Bounce",
        "bounce": { "bounceType": kind, "bouncedRecipients": [{ "emailAddress": address }] },
        "mail": { "tags": { "order": [order.id], "ses:configuration-set": ["local"] } }
    })
}

async fn mailing(world: &World, order: &Bought) -> Value {
    world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200)["mailing"].clone()
}

#[tokio::test]
async fn mail_names_its_order_to_ses() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let mail = world.stack.mails().pop().unwrap();
    assert_eq!((mail.configuration_set.as_str(), mail.tags), ("local", vec![("order".to_owned(), order.id)]));
}

#[tokio::test]
async fn an_address_that_refuses_mail_for_good_gets_no_more_until_staff_change_it() {
    let (world, wire) = World::with_wire().await;
    let order = world.bought("general", 2).await;
    // A mailbox that is full for now, and another address.
    ses_says(&world, &wire, &bounce("Transient", &order, "ada@example.com")).await;
    ses_says(&world, &wire, &bounce("Permanent", &order, "grace@example.com")).await;
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    for _ in 0..2 {
        ses_says(&world, &wire, &bounce("Permanent", &order, "Ada@example.com")).await;
    }
    let seen = mailing(&world, &order).await;
    assert_eq!(seen["undeliverable"], "bounce");
    assert!(seen["undeliverable_since"].is_string());
    assert_eq!(world.order(&order).await["mailing"], Value::Null, "staff see it, buyers do not");
    world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1, "nothing more is sent there");
    let resend = format!("/v1/orders/{}/resend", order.id);
    world.post(&resend).role("staff").await.refused(409, "illegal_state");
    let buyer = format!("/v1/orders/{}/buyer", order.id);
    world.put(&buyer).role("staff").json(&json!({ "email": "ada.l@example.com" })).await.expect(200);
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    world.post(&resend).role("staff").await.expect(202);
    world.settle().await;
    assert_eq!(world.stack.mails().pop().unwrap().to, "ada.l@example.com");
    // What the old address says comes late.
    ses_says(&world, &wire, &bounce("Permanent", &order, "ada@example.com")).await;
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    world.finish().await;
}

/// Two orders of one buyer and one of another, a bounce of the first, and news for all of them.
#[tokio::test]
async fn an_address_that_refuses_mail_gets_none_of_any_order_of_its_organization() {
    let (world, wire) = World::with_wire().await;
    let first = world.bought("general", 1).await;
    let second = world.bought("general", 1).await;
    let mut request = world.request("general", 1);
    request["buyer"]["email"] = json!("grace@example.com");
    world.bought_with(&request).await;
    ses_says(&world, &wire, &bounce("Permanent", &first, "Ada@example.com")).await;
    let before = world.stack.mails().len();
    let news = async |days: i64| {
        let before = world.stack.mails().len();
        let moved = json!({ "starts_at": world.from_now(days * 24 * HOUR), "ends_at": null });
        world.show(SHOW, moved).await.expect(200);
        for _ in 0..3 {
            world.advance(70).await;
            world.sweep().await;
            world.settle().await;
        }
        let mut to: Vec<_> = world.stack.mails().split_off(before).into_iter().map(|mail| mail.to).collect();
        to.sort();
        to
    };
    assert_eq!(news(200).await, ["grace@example.com"]);
    // A purchase to the same address is a purchase all the same, and staff see what is the matter.
    let third = world.bought("general", 1).await;
    assert_eq!(world.stack.mails().len(), before + 1);
    for order in [&second, &third] {
        let seen = mailing(&world, order).await;
        assert_eq!(seen["undeliverable"], "bounce");
        assert!(seen["undeliverable_since"].is_string());
        world.post(&format!("/v1/orders/{}/resend", order.id)).role("staff").await.refused(409, "illegal_state");
    }
    // Its items tell of no address.
    let raw = world.raw();
    let known: Vec<_> = raw.iter().filter(|(key, _)| key.starts_with(&format!("ORG#{ORGANIZATION}#MAIL#"))).collect();
    assert!(known.len() == 1 && !format!("{known:?}").to_lowercase().contains("example.com"), "{known:?}");
    // Staff say that the address is right after all; the order that it came back from is marked by itself.
    let buyer = format!("/v1/orders/{}/buyer", second.id);
    world.put(&buyer).role("staff").json(&json!({ "email": "ada@example.com" })).await.expect(200);
    assert_eq!(mailing(&world, &third).await["undeliverable"], Value::Null);
    assert_eq!(mailing(&world, &first).await["undeliverable"], "bounce");
    assert_eq!(news(201).await, ["ada@example.com", "ada@example.com", "grace@example.com"]);
    // It is not for ever.
    ses_says(&world, &wire, &bounce("Permanent", &second, "ada@example.com")).await;
    assert_eq!(news(202).await, ["grace@example.com"]);
    world.advance(90 * 24 * HOUR).await;
    assert_eq!(news(203).await, ["ada@example.com", "grace@example.com"], "the third order");
    world.finish().await;
}

#[tokio::test]
async fn a_reader_who_complains_gets_no_more() {
    let (world, wire) = World::with_wire().await;
    let order = world.bought("general", 1).await;
    let complaint = json!({
        "eventType": "Complaint",
        "complaint": { "complainedRecipients": [{ "emailAddress": "ada@example.com" }] },
        "mail": { "tags": { "order": [order.id] } }
    });
    ses_says(&world, &wire, &complaint).await;
    assert_eq!(mailing(&world, &order).await["undeliverable"], "complaint");
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_ticket_that_comes_back_ends_mail_to_its_person_and_not_to_the_buyer() {
    let (world, wire) = World::with_wire().await;
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let mut request = world.request("general", 1);
    request["items"][0]["attendees"] = json!([{ "name": "Grace Hopper", "email": "grace@example.com" }]);
    let order = world.bought_with(&request).await;
    ses_says(&world, &wire, &bounce("Permanent", &order, "grace@example.com")).await;
    let seen = mailing(&world, &order).await;
    let code = world.order(&order).await["tickets"][0]["code"].clone();
    assert_eq!((&seen["undeliverable"], &seen["undeliverable_tickets"]), (&Value::Null, &json!([code])));
    let path = format!("/v1/orders/{}/tickets/{}/attendee", order.id, code.as_str().unwrap());
    let before = world.stack.mails().len();
    let change = async |name: &str, email: &str| {
        world.put(&path).role("staff").json(&json!({ "name": name, "email": email })).await.expect(200);
        world.settle().await;
    };
    change("Grace M. Hopper", "grace@example.com").await;
    assert_eq!(world.stack.mails().len(), before, "nothing more is sent there");
    change("Grace M. Hopper", "hopper@example.com").await;
    assert_eq!(world.stack.mails().len(), before + 1);
    assert_eq!(mailing(&world, &order).await["undeliverable_tickets"], json!([]));
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.mails().pop().unwrap().to, "ada@example.com", "the buyer's address is another");
    world.finish().await;
}

#[tokio::test]
async fn a_process_that_dies_after_another_address_is_written_leaves_nothing_to_clear() {
    let (world, wire) = World::with_wire().await;
    let order = world.bought("general", 1).await;
    ses_says(&world, &wire, &bounce("Permanent", &order, "ada@example.com")).await;
    let path = format!("/v1/orders/{}/buyer", order.id);
    // Only the write of the order itself arrives.
    let engine = world.stack.engine();
    let id = domain::OrderId::parse(order.id.clone()).unwrap();
    let before = engine.store().order(&id).await.unwrap().unwrap();
    let decision = domain::order::change_address(&before, "ada.l@example.com").unwrap();
    let commit = store::Commit {
        before: &before,
        decision,
        calls: vec![],
        event: None,
        idempotency: None,
        scanned: None,
        log: None,
        shards: vec![],
    };
    engine.store().commit(commit, world.stack.clock().now()).await.unwrap();
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.settle().await;
    assert_eq!(world.stack.mails().pop().unwrap().to, "ada.l@example.com");
    // The address before is known still, until staff say that it is to be tried again.
    world.put(&path).role("staff").json(&json!({ "email": "ada@example.com" })).await.expect(200);
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    ses_says(&world, &wire, &bounce("Permanent", &order, "ada@example.com")).await;
    assert_eq!(mailing(&world, &order).await["undeliverable"], "bounce");
    world.put(&path).role("staff").json(&json!({ "email": "ada@example.com" })).await.expect(200);
    assert_eq!(mailing(&world, &order).await["undeliverable"], Value::Null);
    world.finish().await;
}

/// Summaries are tagged with their organization: what comes back ends them, staff see why, and begin them again.
#[tokio::test]
async fn a_summary_that_comes_back_ends_summaries_until_staff_renew_them() {
    let (world, wire) = World::with_wire().await;
    let box_office = json!({ "contact": { "email": "box@acme.example" } });
    world.organization(ORGANIZATION, box_office.clone()).await.expect(200);
    // The next day is over, and its morning has come.
    let days = async |count: usize| {
        for _ in 0..count {
            world.bought("general", 1).await;
            for _ in 0..24 {
                world.advance(HOUR).await;
                world.sweep().await;
                world.settle().await;
            }
        }
        let mails = world.stack.mails();
        mails.into_iter().filter(|mail| mail.to.ends_with("@acme.example")).collect::<Vec<_>>()
    };
    let mails = days(2).await;
    assert!(!mails.is_empty());
    assert_eq!(mails[0].tags, [("organization".to_owned(), ORGANIZATION.to_owned())]);
    let bounce = |address: &str| {
        json!({
            "eventType": "Bounce",
            "bounce": { "bounceType": "Permanent", "bouncedRecipients": [{ "emailAddress": address }] },
            "mail": { "tags": { "organization": [ORGANIZATION] } }
        })
    };
    let seen = async || world.get(&format!("/v1/organizations/{ORGANIZATION}")).role("staff").await.expect(200);
    ses_says(&world, &wire, &bounce("another@acme.example")).await;
    assert_eq!(seen().await["daily_summary_undeliverable"], Value::Null);
    for _ in 0..2 {
        ses_says(&world, &wire, &bounce("Box@acme.example")).await;
    }
    let shown = seen().await;
    assert_eq!(
        (&shown["daily_summary_undeliverable"], &shown["daily_summary"]["sales"]),
        (&json!("bounce"), &json!(true))
    );
    assert!(shown["daily_summary_undeliverable_since"].is_string());
    let before = mails.len();
    assert_eq!(days(2).await.len(), before, "nothing more is sent there");
    // The same address once more, with nothing said of summaries, changes nothing.
    world.organization(ORGANIZATION, box_office).await.expect(200);
    assert_eq!(seen().await["daily_summary_undeliverable"], "bounce");
    world.organization(ORGANIZATION, json!({ "daily_summary": {} })).await.expect(200);
    assert_eq!(seen().await["daily_summary_undeliverable"], Value::Null);
    assert!(days(2).await.len() > before);
    ses_says(&world, &wire, &bounce("box@acme.example")).await;
    let other = json!({ "contact": { "email": "desk@acme.example" } });
    let shown = world.organization(ORGANIZATION, other).await.expect(200);
    assert_eq!(shown["daily_summary_undeliverable"], Value::Null, "another address is written to");
    assert_eq!(days(2).await.last().unwrap().to, "desk@acme.example");
}

#[tokio::test]
async fn what_is_known_of_mail_goes_with_the_order_into_the_archive() {
    let (world, wire) = World::with_wire().await;
    let order = world.bought("general", 1).await;
    ses_says(&world, &wire, &bounce("Permanent", &order, "ada@example.com")).await;
    let item = format!("ORDER#{}/MAILING", order.id);
    assert!(world.raw().contains_key(&item));
    world.advance(125 * 24 * HOUR).await;
    world.sweep().await;
    assert!(world.order(&order).await["buyer"]["email"] == "" && !world.raw().contains_key(&item));
    world.finish().await;
}
