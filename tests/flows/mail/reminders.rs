//! Mail that comes later: a show is moved, or begins soon; and what experts hear.

use holdfast_tests::{HOUR, ORGANIZATION, SHOW, Side, TUTOR, World};
use local::aws::Mail;
use serde_json::json;

/// Lets everything that is due happen, some minutes long.
async fn work(world: &World) {
    for _ in 0..3 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
}

/// The mails since there were `before` of them.
fn since(world: &World, before: usize) -> Vec<Mail> {
    world.stack.mails().split_off(before)
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.as_str()).collect()
}

#[tokio::test]
async fn buyers_hear_of_a_move_once_with_both_dates_and_a_new_calendar_file() {
    let world = World::new().await;
    let (first, last) = (world.from_now(30 * 24 * HOUR), world.from_now(37 * 24 * HOUR));
    world
        .show(SHOW, json!({ "venue": "Small Hall", "timezone": "Europe/Paris", "starts_at": first }))
        .await
        .expect(200);
    work(&world).await;
    world.bought("general", 1).await;
    let refunded = world.bought("general", 1).await;
    world.buy("vip", 1).await;
    world.buy("free", 1).await;
    world.refund(&refunded, &json!({})).await.expect(201);
    world.settle().await;
    let before = world.stack.mails().len();
    // Moved twice before any buyer knows: they hear of the first date and the last.
    let between = json!({
        "venue": "Small Hall", "timezone": "Europe/Paris", "starts_at": world.from_now(33 * 24 * HOUR), "ends_at": null
    });
    world.show(SHOW, between).await.expect(200);
    let until = world.from_now(5 * 24 * HOUR);
    let moved = json!({
        "venue": "Grand Hall", "timezone": "Europe/Paris", "starts_at": last, "ends_at": null, "refund_until": until
    });
    assert_eq!(world.show(SHOW, moved.clone()).await.expect(200)["refund_until"], until);
    work(&world).await;
    let mails = since(&world, before);
    assert_eq!(subjects(&mails), ["Changed: Summer Show"; 2], "the paid one and the free one");
    let day = |at: &str| {
        let at: jiff::Timestamp = at.parse().unwrap();
        at.to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).strftime("%-d %B %Y, %H:%M").to_string()
    };
    for mail in &mails {
        for part in [&day(&first), &day(&last), "Small Hall", "Grand Hall", "money back until", &day(&until)] {
            assert!(mail.text.contains(part), "{part} is not in {}", mail.text);
        }
        assert_eq!(mail.attachments.len(), 1);
        assert_eq!(mail.attachments[0].name, "event.ics");
    }
    // What changes neither date nor place is no news, however often it is written.
    for title in ["Summer Show", "Summer Show!"] {
        let mut same = moved.clone();
        same["title"] = json!(title);
        world.show(SHOW, same).await.expect(200);
    }
    work(&world).await;
    assert_eq!(since(&world, before).len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn reminders_come_a_day_and_two_hours_before_and_move_with_the_show() {
    let world = World::new().await;
    world.bought("general", 1).await;
    let refunded = world.bought("general", 1).await;
    world.refund(&refunded, &json!({})).await.expect(201);
    world.settle().await;
    // Two days later than it was to be.
    let starts_at = world.from_now(32 * 24 * HOUR);
    world.show(SHOW, json!({ "starts_at": starts_at, "ends_at": null })).await.expect(200);
    work(&world).await;
    let before = world.stack.mails().len();
    world.advance(30 * 24 * HOUR).await;
    work(&world).await;
    assert!(since(&world, before).is_empty(), "it was to begin now, and was moved");
    world.advance(24 * HOUR).await;
    work(&world).await;
    let mails = since(&world, before);
    assert_eq!(subjects(&mails), ["Coming up: Summer Show"], "not for what was refunded");
    assert!(mails[0].attachments.is_empty());
    // Bought a few hours before: one reminder is left.
    let mut late = world.request("general", 1);
    late["buyer"]["email"] = json!("grace@example.com");
    world.bought_with(&late).await;
    world.advance(22 * HOUR).await;
    work(&world).await;
    let mails = since(&world, before);
    let reminders: Vec<_> = mails.iter().filter(|mail| mail.subject.starts_with("Coming up")).collect();
    let of = |who: &str| reminders.iter().filter(|mail| mail.to == who).count();
    assert_eq!((of("ada@example.com"), of("grace@example.com")), (2, 1));
    world.advance(3 * 24 * HOUR).await;
    work(&world).await;
    assert_eq!(since(&world, before).len(), mails.len(), "it is over");
}

#[tokio::test]
async fn a_canceled_show_is_reminded_of_no_more() {
    let world = World::new().await;
    world.bought("general", 1).await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").await.expect(202);
    work(&world).await;
    let before = world.stack.mails().len();
    world.advance(31 * 24 * HOUR).await;
    work(&world).await;
    assert!(since(&world, before).is_empty(), "{:?}", subjects(&since(&world, before)));
    world.finish().await;
}

#[tokio::test]
async fn a_mail_program_ends_reminders_with_one_request() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.advance(29 * 24 * HOUR).await;
    work(&world).await;
    let mail = world.stack.mails().pop().unwrap();
    assert_eq!(mail.subject, "Coming up: Summer Show");
    let headers = mail.headers();
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap();
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let address = header("List-Unsubscribe");
    let path = &address[address.find("/v1/").unwrap()..address.len() - 1];
    world
        .post(path)
        .bytes("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click".to_owned())
        .await
        .expect(204);
    let before = world.stack.mails().len();
    world.advance(24 * HOUR).await;
    work(&world).await;
    assert!(since(&world, before).is_empty());
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    assert_eq!(seen["mailing"]["no_reminders"], true);
    // Others cannot.
    let path = format!("/v1/orders/{}/unsubscribe", order.id);
    world.post(&path).await.refused(401, "unauthenticated");
    world.post(&path).role("staff").await.refused(403, "forbidden");
    // What is no reminder still comes.
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(subjects(&since(&world, before)), ["Refund for Summer Show"]);
}

#[tokio::test]
async fn experts_hear_of_requests_and_ends_and_both_sides_are_reminded() {
    let world = World::of_experts().await;
    let contact = json!({ "contact": { "email": "grace@acme.example" }, "timezone": "America/New_York" });
    world.expert_listing(TUTOR, contact).await.expect(200);
    let of_expert = |world: &World| {
        let mails = world.stack.mails().into_iter().filter(|mail| mail.to == "grace@acme.example");
        mails.collect::<Vec<_>>()
    };
    let order = world.requested("morning").await;
    world.settle().await;
    let first_heard = of_expert(&world);
    assert_eq!(subjects(&first_heard), ["A request for Lessons with Grace"]);
    for part in ["America/New York", "Booked by: Ada Lovelace", "?answer=confirm", "?answer=decline", &order.id] {
        assert!(first_heard[0].text.contains(part), "{part} is not in {}", first_heard[0].text);
    }
    assert!(!first_heard[0].text.contains(&order.token), "the buyer's secret is the buyer's");
    world.as_expert(&order, "confirm").await.expect(200);
    world.settle().await;
    assert_eq!(of_expert(&world).len(), 1, "who confirms knows");
    // In two days.
    world.advance(24 * HOUR).await;
    work(&world).await;
    let ada = |world: &World| world.mail()["ada@example.com"].iter().filter(|s| s.starts_with("Coming up")).count();
    assert_eq!((ada(&world), of_expert(&world).len()), (1, 1));
    world.advance(22 * HOUR).await;
    work(&world).await;
    assert_eq!((ada(&world), of_expert(&world).len()), (2, 2));
    assert_eq!(of_expert(&world)[1].subject, "Coming up: Lessons with Grace");

    // One that the buyer cancels, and of which there is no reminder then.
    world.slot("evening", "80.00", 1, 80 * HOUR).await;
    let order = world.booked("evening").await;
    world.cancel(&order, Side::Buyer).await.expect(200);
    world.settle().await;
    let heard = of_expert(&world);
    assert_eq!(subjects(&heard[2..]), ["A request for Lessons with Grace", "Canceled: Lessons with Grace"]);
    assert_eq!(heard[3].attachments[0].name, "canceled.ics");
    world.advance(79 * HOUR).await;
    work(&world).await;
    assert_eq!((ada(&world), of_expert(&world).len()), (2, 4));
    world.finish().await;
}
