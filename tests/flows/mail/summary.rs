//! The daily summary for staff.

use futures::{StreamExt, stream};
use holdfast_tests::{HOUR, ORGANIZATION, World};
use local::aws::Mail;
use serde_json::{Value, json};

const STAFF: &str = "box@acme.example";

/// An organization in New York that has an address for summaries.
async fn world() -> World {
    let world = World::new().await;
    let settings = json!({ "contact": { "email": STAFF }, "time_zone": "America/New_York", "locale": "en-US" });
    let seen = world.organization(ORGANIZATION, settings).await.expect(200);
    assert_eq!(seen["daily_summary"], json!({ "sales": true, "refunds": true, "disputes": true, "reviews": true }));
    world
}

/// What staff have heard.
fn heard(world: &World) -> Vec<Mail> {
    world.stack.mails().into_iter().filter(|mail| mail.to == STAFF).collect()
}

/// Lets the hours go by, with more runs of the sweeper than any day needs.
async fn hours(world: &World, hours: i64) {
    for _ in 0..hours {
        world.advance(HOUR).await;
        for _ in 0..2 {
            world.sweep().await;
            world.settle().await;
        }
    }
}

/// Until it is that hour in New York. Where that is on the next day, the first one's summary is over by then: what happens from here on
/// is none of its news.
async fn until(world: &World, hour: i8) {
    let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let here = || world.stack.clock().now().to_zoned(zone.clone());
    while here().hour() != hour {
        world.advance(600).await;
    }
    world.sweep().await;
    world.settle().await;
}

#[tokio::test]
async fn staff_hear_once_a_day_what_was_sold_and_given_back_and_what_waits() {
    let world = world().await;
    until(&world, 9).await;
    let kept = world.bought("general", 2).await;
    let returned = world.bought("general", 1).await;
    world.refund(&returned, &json!({})).await.expect(201);
    world.settle().await;
    let disputed = world.bought("vip", 1).await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    world.settle().await;
    assert_eq!(world.order(&disputed).await["payment"]["dispute"], "open");
    world.buy("general", 1).await;
    assert!(heard(&world).is_empty(), "{:?}", heard(&world));
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 1, "{:?}", world.mail());
    let text = mails[0].text.replace('\u{a0}', " ");
    for part in ["Orders paid: 3", "Units sold: 4", "Refunds made: 1", "America/New York", &disputed.id, "answer until"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains(&kept.token) && !text.contains("ada@example.com"), "{text}");

    // The next day has the dispute alone, and nothing of the day before.
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains("Orders paid: 0") && mails[1].text.contains(&disputed.id), "{}", mails[1].text);
    world.finish().await;
}

#[tokio::test]
async fn each_part_is_switched_alone_and_a_day_without_news_is_silent() {
    let world = world().await;
    until(&world, 9).await;
    let switch = async |parts: Value| world.organization(ORGANIZATION, json!({ "daily_summary": parts })).await;
    let seen = switch(json!({ "sales": false, "disputes": false })).await.expect(200);
    assert_eq!(seen["daily_summary"], json!({ "sales": false, "refunds": true, "disputes": false, "reviews": true }));
    world.bought("general", 1).await;
    hours(&world, 24).await;
    assert!(heard(&world).is_empty(), "what was sold is not wanted, and nothing else happened");
    let order = world.bought("general", 1).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("Refunds made: 1") && !mails[0].text.contains("Orders paid"), "{}", mails[0].text);
    // Null and other words are refused.
    switch(Value::Null).await.refused(400, "invalid_request");
    switch(json!({ "weather": true })).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn a_mail_program_ends_the_summaries_and_the_settings_begin_them_again() {
    let world = world().await;
    until(&world, 9).await;
    world.bought("general", 1).await;
    hours(&world, 24).await;
    let mail = heard(&world).pop().unwrap();
    let headers = mail.headers();
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap();
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let address = header("List-Unsubscribe");
    let path = &address[address.find("/v1/").unwrap()..address.len() - 1];
    let guess = format!("/v1/organizations/{ORGANIZATION}/unsubscribe?token=guess");
    world.post(&guess).await.refused(404, "not_found");
    let one_click = async || {
        world.post(path).bytes("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click".to_owned()).await
    };
    one_click().await.expect(204);
    one_click().await.refused(404, "not_found");
    let seen = world.get(&format!("/v1/organizations/{ORGANIZATION}")).role("staff").await.expect(200);
    assert_eq!(seen["daily_summary"], json!({ "sales": false, "refunds": false, "disputes": false, "reviews": false }));
    world.bought("general", 1).await;
    hours(&world, 24).await;
    assert_eq!(heard(&world).len(), 1);
    world.organization(ORGANIZATION, json!({ "daily_summary": { "sales": true } })).await.expect(200);
    world.bought("general", 1).await;
    hours(&world, 24).await;
    assert_eq!(heard(&world).len(), 2);
    assert!(heard(&world)[1].text.contains("Orders paid: 1"), "{}", heard(&world)[1].text);
}

/// More orders than a page of any list.
#[tokio::test]
async fn a_day_of_many_orders_is_added_up() {
    let world = world().await;
    until(&world, 9).await;
    world.offer_with("leaflet", json!({ "price": "0.00", "capacity": null })).await.expect(201);
    let orders = 510;
    let request = world.request("leaflet", 1);
    let buy = |_| async { world.checkout(&request).await.expect(201) };
    stream::iter(0..orders).map(buy).buffer_unordered(8).collect::<Vec<_>>().await;
    world.settle().await;
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(&format!("Orders paid: {orders}")), "{}", mails[0].text);
}

/// A bank takes days: the order is in the summary of the day on which it was paid, and in no other.
#[tokio::test]
async fn each_paid_order_is_in_the_summary_of_the_day_that_it_was_paid_on() {
    let world = world().await;
    until(&world, 9).await;
    let order = world.buy("general", 2).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    let late = world.buy("general", 1).await;
    world.bought("vip", 1).await;
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("Orders paid: 1"), "{}", mails[0].text);
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains("Orders paid: 1") && mails[1].text.contains("Units sold: 2"), "{}", mails[1].text);
    hours(&world, 24).await;
    assert_eq!((heard(&world).len(), world.order(&late).await["status"].as_str()), (2, Some("expired")));
    world.finish().await;
}

/// More orders in review than a page of their list: the oldest are named, and each part has a button of its own.
#[tokio::test]
async fn the_most_urgent_orders_are_named_first() {
    let world = world().await;
    until(&world, 9).await;
    world.offer("many", "25.00", 300).await;
    let disputed = world.bought("vip", 1).await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    let mut made = Vec::new();
    for _ in 0..53 {
        world.advance(2).await;
        let order = world.buy("many", 1).await;
        world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 900 })).await;
        world.pay(&order);
        world.settle().await;
        made.push(order.id);
    }
    hours(&world, 24).await;
    let mails = heard(&world);
    assert_eq!(mails.len(), 1);
    let at = |id: &String| mails[0].text.find(id.as_str());
    assert!(made[..20].iter().all(|id| at(id).is_some()) && made[..20].iter().is_sorted_by_key(&at));
    assert!(made[20..].iter().all(|id| at(id).is_none()) && mails[0].text.contains("There are more of them"));
    for button in ["View the dispute that is due first", "View the order that has waited longest"] {
        assert_eq!(mails[0].text.matches(button).count(), 1, "{}", mails[0].text);
    }
}

#[tokio::test]
async fn an_organization_of_before_hears_of_its_days_too_and_what_is_sent_goes_in_time() {
    let world = world().await;
    // As one that was written when there were no summaries.
    world.forget("JOB#SUMMARY#", ORGANIZATION);
    until(&world, 9).await;
    hours(&world, 26).await;
    world.bought("general", 1).await;
    hours(&world, 24).await;
    assert_eq!(heard(&world).len(), 1);
    let items = world.raw();
    let sent = items.iter().find(|(key, _)| key.starts_with("NOTIFICATION#sum_")).unwrap().1;
    assert!(sent["ttl"]["N"].as_str().unwrap().parse::<i64>().unwrap() > world.stack.clock().now().as_second());
}

#[tokio::test]
async fn who_read_the_summaries_before_does_not_end_them_for_another() {
    let world = world().await;
    let token = || world.raw()[&format!("JOB#SUMMARY#{ORGANIZATION}/JOB")]["token"]["S"].as_str().unwrap().to_owned();
    let first = token();
    world.organization(ORGANIZATION, json!({ "contact": { "phone": "+1 212 555 0100" } })).await.expect(200);
    assert_eq!(token(), first, "the same reader");
    world.organization(ORGANIZATION, json!({ "contact": { "email": "new@acme.example" } })).await.expect(200);
    let path = format!("/v1/organizations/{ORGANIZATION}/unsubscribe?token=");
    world.post(&format!("{path}{first}")).await.refused(404, "not_found");
    world.post(&format!("{path}{}", token())).await.expect(204);
}
