//! What mails say: when and where, in whose time and language, and where money goes.

use holdfast_tests::{ORGANIZATION, SHOW, Side, TUTOR, World};
use local::aws::Mail;
use serde_json::{Value, json};

/// A gala in Paris on a summer evening.
async fn gala(world: &World) {
    let when = json!({
        "title": "Gala", "venue": "Grand Hall", "timezone": "Europe/Paris", "starts_at": "2047-06-12T18:30:00Z",
        "doors_at": "2047-06-12T17:45:00Z", "ends_at": "2047-06-12T21:00:00Z"
    });
    world.show(SHOW, when).await.expect(200);
}

fn last(world: &World) -> Mail {
    world.stack.mails().pop().expect("a mail")
}

#[track_caller]
fn says(mail: &Mail, parts: &[&str]) {
    for part in parts {
        assert!(mail.text.contains(part), "{part} is not in {}", mail.text);
        let html = mail.html.replace("&nbsp;", " ").replace('\u{a0}', " ");
        let escaped = part.replace('/', "&#x2f;");
        assert!(html.contains(&escaped), "{escaped} is not in {html}");
    }
}

/// The names and types of a mail's files.
fn files(mail: &Mail) -> Vec<(&str, &str)> {
    mail.attachments.iter().map(|file| (file.name.as_str(), file.kind.as_str())).collect()
}

#[tokio::test]
async fn a_confirmation_says_when_and_where_and_brings_tickets_receipt_and_date() {
    let world = World::new().await;
    gala(&world).await;
    for offer in ["free", "general"] {
        let order = if offer == "free" { world.buy(offer, 1).await } else { world.bought(offer, 1).await };
        world.settle().await;
        let mail = last(&world);
        says(&mail, &["Wednesday, 12 June 2047, 20:30 (Europe/Paris, UTC+2)", "19:45", "Grand Hall", &order.id]);
        let number = world.order(&order).await["receipt_number"].as_str().unwrap().to_owned();
        assert_eq!(
            files(&mail),
            [
                ("tickets.pdf", "application/pdf"),
                (format!("{number}.pdf").as_str(), "application/pdf"),
                ("event.ics", "text/calendar")
            ]
        );
        assert!(mail.attachments.iter().all(|file| file.size > 300), "{:?}", mail.attachments);
    }
    world.finish().await;
}

#[tokio::test]
async fn doors_and_show_have_the_offset_of_their_own_moment() {
    let world = World::new().await;
    // In that night the clocks of Paris go back between the two.
    let when = json!({
        "timezone": "Europe/Paris", "doors_at": "2047-10-27T00:30:00Z", "starts_at": "2047-10-27T01:30:00Z",
        "ends_at": "2047-10-27T04:00:00Z"
    });
    world.show(SHOW, when).await.expect(200);
    world.bought("general", 1).await;
    says(
        &last(&world),
        &[
            "When: Sunday, 27 October 2047, 02:30 (Europe/Paris, UTC+1)",
            "Doors: Sunday, 27 October 2047, 02:30 (Europe/Paris, UTC+2)",
        ]
        .map(|line| line.split_once(": ").unwrap().1),
    );
}

#[tokio::test]
async fn bookings_are_shown_in_the_listings_time_from_request_to_end() {
    let world = World::of_experts().await;
    world.expert_listing(TUTOR, json!({ "timezone": "America/New_York" })).await.expect(200);
    let slot = json!({ "price": "80.00", "starts_at": "2047-01-15T15:00:00Z", "ends_at": "2047-01-15T16:00:00Z" });
    world.slot_with("winter", slot).await.expect(201);
    let order = world.booked("winter").await;
    world.cancel(&order, Side::Expert).await.expect(200);
    world.settle().await;
    let mails = world.stack.mails();
    let shown = "Tuesday, 15 January 2047, 10:00 to 11:00 (America/New York, UTC-5)";
    // What is said of the refund leaves at the same time as the last one.
    let about = [
        "Your request for Lessons with Grace",
        "Your booking of Lessons with Grace is confirmed",
        "Your booking of Lessons with Grace is canceled",
    ];
    let mails = about.map(|subject| {
        let mut of_it = mails.iter().filter(|mail| mail.to == "ada@example.com" && mail.subject == subject);
        let mail = of_it.next().unwrap_or_else(|| panic!("no {subject}: {mails:?}"));
        assert!(of_it.next().is_none(), "{subject} twice");
        mail
    });
    for mail in mails {
        says(mail, &[shown]);
        assert!(!mail.text.contains("15:00"), "{}", mail.text);
    }
    assert!(files(mails[0]).is_empty());
    assert!(files(mails[1]).contains(&("event.ics", "text/calendar")));
    assert_eq!(files(mails[2]), [("canceled.ics", "text/calendar")]);
    world.finish().await;
}

#[tokio::test]
async fn a_listing_without_a_zone_has_its_organizations() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "time_zone": "Asia/Tokyo" })).await.expect(200);
    world.show(SHOW, json!({ "starts_at": "2047-06-12T18:30:00Z", "ends_at": null })).await.expect(200);
    world.bought("general", 1).await;
    says(&last(&world), &["Thursday, 13 June 2047, 03:30 (Asia/Tokyo, UTC+9)"]);
}

#[tokio::test]
async fn buyers_of_a_canceled_show_hear_that_and_why_once() {
    let world = World::new().await;
    gala(&world).await;
    world.bought("general", 1).await;
    world.buy("free", 1).await;
    world.settle().await;
    let before = world.stack.mails().len();
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    let canceled = world.post(&path).role("admin").json(&json!({ "reason": "The roof leaks <b>badly</b>." })).await;
    assert_eq!(canceled.expect(202)["cancel_reason"], "The roof leaks <b>badly</b>.");
    for _ in 0..4 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
    let mails = world.stack.mails().split_off(before);
    assert_eq!(mails.len(), 2, "{:?}", world.mail());
    for mail in &mails {
        assert_eq!(mail.subject, "Canceled: Gala");
        says(mail, &["will not take place", "12 June 2047, 20:30"]);
        assert!(mail.text.contains("The organizer writes: The roof leaks <b>badly</b>."), "{}", mail.text);
        assert!(mail.html.contains("leaks &lt;b&gt;badly&lt;&#x2f;b&gt;"), "{}", mail.html);
        assert_eq!(files(mail), [("canceled.ics", "text/calendar")]);
    }
    let paid =
        mails.iter().filter(|mail| mail.text.contains("You get 27.57 USD back to your Visa card ending in 4242"));
    let free = mails.iter().filter(|mail| mail.text.contains("nothing to give back"));
    assert_eq!((paid.count(), free.count()), (1, 1), "{mails:?}");
    world.finish().await;
}

/// A confirmed booking and one that is only asked for: both buyers and the expert hear of each, by whom, why and when.
#[tokio::test]
async fn buyers_and_expert_of_a_canceled_expert_listing_hear_of_it_with_its_times() {
    let world = World::of_experts().await;
    let about = json!({ "timezone": "America/New_York", "contact": { "email": "grace@acme.example" } });
    world.expert_listing(TUTOR, about).await.expect(200);
    for (slot, day) in [("winter", 15), ("later", 16)] {
        let [starts_at, ends_at] = [15, 16].map(|hour| format!("2047-01-{day}T{hour}:00:00Z"));
        let slot_fields = json!({ "price": "80.00", "starts_at": starts_at, "ends_at": ends_at });
        world.slot_with(slot, slot_fields).await.expect(201);
    }
    world.booked("winter").await;
    world.requested("later").await;
    world.settle().await;
    let before = world.stack.mails().len();
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{TUTOR}/cancel");
    world.post(&path).role("admin").json(&json!({ "reason": "Grace has the flu." })).await.expect(202);
    for _ in 0..4 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
    let mails = world.stack.mails().split_off(before);
    assert_eq!(mails.len(), 4, "{:?}", mails.iter().map(|mail| (&mail.to, &mail.subject)).collect::<Vec<_>>());
    let [first, second] = ["Tuesday, 15 January 2047", "Wednesday, 16 January 2047"]
        .map(|day| format!("{day}, 10:00 to 11:00 (America/New York, UTC-5)"));
    let find = |to: &str, part: &str| {
        let mail = mails.iter().find(|mail| mail.to == to && mail.text.contains(part));
        mail.unwrap_or_else(|| panic!("no mail to {to} says {part}: {mails:?}"))
    };
    let reason = "The organizer writes: Grace has the flu.";
    let confirmed = find("ada@example.com", "will not take place");
    assert_eq!(confirmed.subject, "Canceled: Lessons with Grace");
    let sentence = format!("Lessons with Grace on {first} will not take place.");
    says(confirmed, &[&sentence, reason, "to your Visa card"]);
    let requested = find("ada@example.com", "has canceled your booking");
    assert_eq!(requested.subject, "Your booking of Lessons with Grace is canceled");
    let sentence = format!("Acme Shows has canceled your booking on {second}.");
    says(requested, &[&sentence, reason, "Your card was not charged"]);
    for (when, file) in [(&first, true), (&second, false)] {
        let expert = find("grace@acme.example", when);
        assert_eq!(expert.subject, "Canceled: Lessons with Grace");
        says(expert, &["Acme Shows has canceled this booking.", reason, "Ada Lovelace"]);
        assert_eq!(files(expert) == [("canceled.ics", "text/calendar")], file, "{:?}", expert.attachments);
    }
    assert_eq!(files(confirmed), [("canceled.ics", "text/calendar")]);
    assert!(files(requested).is_empty());
    assert!(mails.iter().all(|mail| !mail.text.to_lowercase().contains("ticket")), "{mails:?}");
    world.finish().await;
}

#[tokio::test]
async fn a_refund_names_the_way_the_money_goes() {
    let world = World::new().await;
    world.at_stripe("tax", &json!({ "percent": "0" })).await;
    let order = world.buy("general", 1).await;
    world.pay_with(&order.session, "pm_usBankAccount").expect("it is under way");
    world.settle().await;
    let intent = world.order(&order).await["payment"]["payment_intent_id"].as_str().unwrap().to_owned();
    world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    world.settle().await;
    let refund = world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let mail = last(&world);
    assert!(mail.text.contains("to your bank account ending in 6789"), "{}", mail.text);
    assert!(!mail.text.contains("card"), "{}", mail.text);
    assert_eq!(files(&mail), [("canceled.ics", "text/calendar")]);

    // The bank gives it back: the buyer hears of that, too, once.
    let before = world.stack.mails().len();
    world.fail_refund(&refund).await;
    world.settle().await;
    let mails = world.stack.mails().split_off(before);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].subject, "Your refund for Summer Show came back");
    says(&mails[0], &["The bank returned the 27.57 USD that we had sent to your bank account ending in 6789"]);
}

#[tokio::test]
async fn a_refund_is_mailed_also_when_stripe_names_no_instrument() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world
        .at_stripe(
            "faults",
            &json!({ "calls": [
        { "method": "GET", "path": "/v1/charges/", "fault": "refuse", "times": 50 }
    ] }),
        )
        .await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let mail = last(&world);
    assert!(mail.text.contains("to the payment method that you used"), "{}", mail.text);
}

#[tokio::test]
async fn a_buyer_is_written_to_in_the_own_language_else_in_the_sellers() {
    let world = World::new().await;
    gala(&world).await;
    world.organization(ORGANIZATION, json!({ "locale": "fr-FR" })).await.expect(200);
    let mut request = world.request("general", 1);
    world.bought_with(&request).await;
    says(&last(&world), &["mercredi 12 juin 2047 à 20:30", "Bonjour Ada Lovelace"]);
    request["buyer"]["locale"] = json!("de-ch");
    let order = world.bought_with(&request).await;
    assert_eq!(world.order(&order).await["buyer"]["locale"], "de-CH");
    let mail = last(&world);
    says(&mail, &["Mittwoch, 12. Juni 2047, 20:30 Uhr"]);
    assert_eq!(mail.subject, "Ihre Bestellung für Gala ist bestätigt");
    assert!(mail.html.contains("<html lang=\"de\">"));
    request["buyer"]["locale"] = json!("not a language");
    world.checkout(&request).await.refused(400, "invalid_request").at("buyer.locale");
}

#[tokio::test]
async fn mail_is_the_sellers_by_name_and_answers_reach_it() {
    let world = World::new().await;
    let contact = json!({ "contact": { "email": "box@grüße.example" }, "logo_url": "https://acme.example/a.png" });
    world.organization(ORGANIZATION, contact).await.expect(200);
    world.bought("general", 1).await;
    let mail = last(&world);
    assert!(mail.html.contains("src=\"https:&#x2f;&#x2f;acme.example&#x2f;a.png\""), "{}", mail.html);
    assert!(mail.text.contains("Answers to this mail reach box@xn--gre-6ka8l.example"), "{}", mail.text);
    // A listing may have a contact and a picture of its own, which stay until they are taken away.
    let own = json!({ "contact": { "email": "gala@acme.example" }, "time_zone": "Europe/Rome", "locale": "it" });
    let seen = world.show(SHOW, own).await.expect(200);
    assert_eq!((&seen["contact"]["email"], &seen["time_zone"]), (&json!("gala@acme.example"), &json!("Europe/Rome")));
    let kept = world.show(SHOW, json!({})).await.expect(200);
    assert_eq!((&kept["contact"]["email"], &kept["locale"]), (&json!("gala@acme.example"), &json!("it")));
    world.bought("general", 1).await;
    assert!(last(&world).text.contains("gala@acme.example"), "{}", last(&world).text);
    let gone = world.show(SHOW, json!({ "contact": null, "locale": null })).await.expect(200);
    assert_eq!((&gone["contact"]["email"], &gone["locale"]), (&Value::Null, &Value::Null));
    for (field, at, bad) in [
        ("locale", "locale", json!("x")),
        ("logo_url", "logo_url", json!("http://a.example/")),
        ("contact", "contact.email", json!({ "email": "a" })),
    ] {
        world.show(SHOW, json!({ field: bad })).await.refused(400, "invalid_request").at(at);
    }
}
