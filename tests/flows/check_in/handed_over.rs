//! Tickets that are handed over: a new code is born, the old one dies with it, and both people hear of it.

use holdfast_tests::{Answer, Bought, Browser, HOUR, SHOW, World};
use serde_json::{Value, json};

/// A world whose show's tickets may be handed over, and two tickets of it.
async fn two_tickets() -> (World, Bought, [String; 2]) {
    let world = World::new().await;
    world.show(SHOW, json!({ "transferable": "free" })).await.expect(200);
    let order = world.bought("general", 2).await;
    let codes = codes(&world.order(&order).await);
    (world, order, codes)
}

fn codes(order: &Value) -> [String; 2] {
    [0, 1].map(|n: usize| order["tickets"][n]["code"].as_str().unwrap().to_owned())
}

fn grace() -> Value {
    json!({ "name": "Grace  Hopper", "email": "grace@münchen.example" })
}

fn path(code: &str) -> String {
    format!("/v1/tickets/{code}/transfer")
}

async fn hand_over(world: &World, order: &Bought, code: &str, to: &Value) -> Answer {
    world.post(&path(code)).order_token(&order.token).json(to).await
}

async fn check_in(world: &World, code: &str) -> Answer {
    world.post(&format!("/v1/tickets/{code}/check-in")).role("staff").await
}

async fn seen_by_staff(world: &World, order: &Bought) -> Value {
    world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200)
}

#[tokio::test]
async fn the_receiver_has_the_only_code_that_is_good() {
    let (world, order, [old, other]) = two_tickets().await;
    let before = world.stack.mails().len();
    let handed = hand_over(&world, &order, &old, &grace()).await.expect(200);
    let ticket = &handed["tickets"][0];
    assert_eq!(
        (&ticket["code"], &ticket["status"], &ticket["attendee"]),
        (&json!(old), &json!("void"), &json!("Grace Hopper"))
    );
    assert!(ticket["handed_over_at"].is_string() && handed["tickets"][1]["handed_over_at"].is_null());
    assert_eq!(handed["trail"], Value::Null, "the trail is for staff");
    world.settle().await;
    let staff = seen_by_staff(&world, &order).await;
    let [new, _] = codes(&staff);
    assert_eq!((staff["tickets"][0]["status"].clone(), new != old), (json!("valid"), true));
    let step = staff["trail"].as_array().unwrap().iter().find(|step| step["what"] == "handed_over").unwrap().clone();
    assert_eq!(step["by"], "guest");

    // The receiver has the ticket, and nothing of the order; the buyer has the news, and not the code.
    let mails = world.stack.mails().split_off(before);
    assert_eq!(mails.len(), 2, "{mails:?}");
    let to = |address: &str| mails.iter().find(|mail| mail.to == address).unwrap();
    let (received, news) = (to("grace@xn--mnchen-3ya.example"), to("ada@example.com"));
    assert!(received.text.contains(&new) && received.text.contains("Hello Grace Hopper,"), "{}", received.text);
    assert!(received.text.contains("Ada Lovelace") && !received.text.contains(&old), "{}", received.text);
    assert!(!received.text.contains(&order.token) && !received.text.contains('$'), "{}", received.text);
    let files: Vec<_> = received.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["ticket.pdf", "event.ics"]);
    assert!(
        news.text.contains("Grace Hopper") && news.text.contains(&old) && !news.text.contains(&new),
        "{}",
        news.text
    );

    let refused = check_in(&world, &old).await.refused(409, "illegal_state");
    assert!(refused.text.contains("handed over"), "{}", refused.text);
    let shown = check_in(&world, &new).await.expect(200);
    assert_eq!(shown["holder"], "Grace Hopper");
    check_in(&world, &new).await.refused(409, "already_checked_in");
    check_in(&world, &other).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_is_answered_the_same_and_the_code_is_dead_for_all_others() {
    let (world, order, [old, _]) = two_tickets().await;
    let first = hand_over(&world, &order, &old, &grace()).await.expect(200);
    world.settle().await;
    let mails = world.stack.mails().len();
    // As typed by hand, with the name as it is kept.
    let typed = old.to_lowercase().replace('o', "0");
    let kept = json!({ "name": "Grace Hopper", "email": "grace@xn--mnchen-3ya.example" });
    let again = hand_over(&world, &order, &typed, &kept).await.expect(200);
    assert_eq!(again, first);
    let alan = json!({ "name": "Alan Turing", "email": "alan@example.com" });
    hand_over(&world, &order, &old, &alan).await.refused(409, "illegal_state");
    world.post(&path(&old)).role("staff").json(&alan).await.refused(409, "illegal_state");
    let rename = format!("/v1/orders/{}/tickets/{old}/attendee", order.id);
    world.put(&rename).order_token(&order.token).json(&alan).await.refused(409, "illegal_state");
    world.settle().await;
    assert_eq!(world.stack.mails().len(), mails, "one effect, one mail to each");
    // Staff go on with the code that is good; its buyer cannot, who should not know it.
    let [new, _] = codes(&seen_by_staff(&world, &order).await);
    hand_over(&world, &order, &new, &alan).await.refused(409, "illegal_state");
    let by_staff = world.post(&path(&new)).role("staff").json(&alan).await.expect(200);
    let [third, _] = codes(&by_staff);
    for dead in [&old, &new] {
        check_in(&world, dead).await.refused(409, "illegal_state");
    }
    assert_eq!(world.holding("Grace Hopper"), Vec::<String>::new(), "who does not come any more is known no more");
    check_in(&world, &third).await.expect(200);
    world.post(&path(&third)).role("staff").json(&grace()).await.refused(409, "illegal_state");
    world.finish().await;
}

#[tokio::test]
async fn it_is_handed_over_by_who_may_and_as_its_listing_says() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let [code, second] = codes(&world.order(&order).await);
    let other = world.bought("general", 1).await;
    let after = world.dump().await;
    world.post(&path(&code)).json(&grace()).await.refused(401, "unauthenticated");
    world.post(&path(&code)).order_token(&other.token).json(&grace()).await.refused(404, "not_found");
    let stranger = world.token("staff", Some("other"));
    world.post(&path(&code)).token(&stranger).json(&grace()).await.refused(404, "not_found");
    world.post(&path("AAAABBBBCCCCDDDD")).order_token(&order.token).json(&grace()).await.refused(404, "not_found");
    // Off, as long as the listing says nothing.
    hand_over(&world, &order, &code, &grace()).await.refused(409, "illegal_state");
    world.unchanged_since(&after).await;
    for (body, field) in [
        (json!({ "name": "R2D2", "email": "grace@example.com" }), "name"),
        (json!({ "name": "", "email": "grace@example.com" }), "name"),
        (json!({ "name": "Grace", "email": "nonsense" }), "email"),
        (json!({ "name": "Grace", "email": " " }), "email"),
        (json!({ "name": "Grace", "email": "jörg@example.com" }), "email"),
    ] {
        hand_over(&world, &order, &code, &body).await.refused(400, "invalid_request").at(field);
    }
    hand_over(&world, &order, &code, &json!({ "name": "Grace" })).await.refused(400, "invalid_request");
    let until = json!({ "transferable": "until", "transferable_until": world.from_now(HOUR) });
    let listing = world.show(SHOW, until.clone()).await.expect(200);
    assert_eq!(
        (&listing["transferable"], &listing["transferable_until"]),
        (&json!("until"), &until["transferable_until"])
    );
    assert_eq!(world.show(SHOW, json!({})).await.expect(200)["transferable"], "until", "what is left out stays");
    hand_over(&world, &order, &code, &grace()).await.expect(200);
    world.advance(HOUR).await;
    hand_over(&world, &order, &second, &grace()).await.refused(409, "illegal_state");
    world.post(&path(&second)).role("staff").json(&grace()).await.expect(200);
    for (body, field) in [
        (json!({ "transferable": "until", "transferable_until": null }), "transferable_until"),
        (json!({ "transferable": "free", "transferable_until": world.from_now(HOUR) }), "transferable_until"),
        (json!({ "transferable": null }), "transferable"),
    ] {
        world.show(SHOW, body).await.refused(400, "invalid_request").at(field);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_customer_hands_over_with_a_token_and_the_order_stays_theirs() {
    let world = World::new().await;
    world.show(SHOW, json!({ "transferable": "free" })).await.expect(200);
    let order = Bought::of(world.order_as("ada-1", &world.request("free", 2)).await.expect(201));
    let [old, other] = codes(&world.order(&order).await);
    let token = world.customer("ada-1");
    world.post(&path(&old)).token(&world.customer("eve-1")).json(&grace()).await.refused(404, "not_found");
    let handed = world.post(&path(&old)).token(&token).json(&grace()).await.expect(200);
    assert_eq!(handed["tickets"][0]["code"], old);
    // Documents and mails of the order are without it.
    world.settle().await;
    let from = world.stack.mails().len();
    world.post(&format!("/v1/orders/{}/resend", order.id)).token(&token).await.expect(202);
    world.settle().await;
    let [new, _] = codes(&seen_by_staff(&world, &order).await);
    let resent = world.stack.mails().split_off(from);
    assert!(resent[0].text.contains(&other) && !resent[0].text.contains(&new), "{}", resent[0].text);
    // Once all are gone, there is nothing to print.
    let pdf = format!("/v1/orders/{}/tickets.pdf", order.id);
    assert_eq!(world.get(&pdf).token(&token).await.status.as_u16(), 200);
    world.post(&path(&other)).token(&token).json(&grace()).await.expect(200);
    world.get(&pdf).token(&token).await.refused(404, "not_found");
    world.settle().await;
    // The show is over: too late for all, and an erasure takes the receiver's name, too.
    world.advance(40 * 24 * HOUR).await;
    world.post(&path(&new)).role("staff").json(&grace()).await.refused(409, "illegal_state");
    assert!(!world.holding("Grace Hopper").is_empty());
    world.post("/v1/customers/ada-1/erasure").role("staff").await.expect(202);
    world.advance(1).await;
    world.sweep().await;
    assert_eq!(world.holding("Grace Hopper"), Vec::<String>::new());
    assert_eq!(world.holding("grace@"), Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn the_orders_page_has_a_form_for_it() {
    let (world, order, [old, _]) = two_tickets().await;
    let mut browser = Browser::new(&world);
    browser.open(&format!("/orders/{}?token={}", order.id, order.token)).await;
    let own = format!("/orders/{}", order.id);
    let page = browser.open(&own).await;
    assert!(page.says("Hand the ticket over"), "{}", page.text);
    let fields =
        |name: &'static str| [("code", old.as_str()), ("over", "1"), ("name", name), ("email", "grace@example.com")];
    let wrong = browser.submit(&page, &format!("{own}/hand-over"), &fields("<b>")).await;
    assert!(wrong.says("role=\"alert\"") && wrong.says("grace@example.com"), "{}", wrong.text);
    let done = browser.submit(&wrong, &format!("{own}/hand-over"), &fields("Grace Hopper")).await;
    assert!(done.says("The ticket is handed over") && done.says("handed over to"), "{}", done.text);
    let [new, _] = codes(&seen_by_staff(&world, &order).await);
    assert!(done.says(&old) && !done.says(&new), "{}", done.text);
    world.show(SHOW, json!({ "transferable": "off" })).await.expect(200);
    assert!(!browser.open(&own).await.says("Hand the ticket over"));
    world.finish().await;
}
