//! Tickets that name who comes.

use holdfast_tests::{Bought, HOUR, ORGANIZATION, SHOW, World};
use serde_json::json;

#[tokio::test]
async fn each_person_with_an_address_gets_the_own_ticket_and_no_other() {
    let world = World::new().await;
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let mut request = world.request("general", 3);
    request["items"][0]["attendees"] = json!([
        { "name": "Ada Lovelace", "email": "ada@example.com" },
        { "name": "Grace Hopper", "email": "grace@münchen.example" },
        { "name": "Alan Turing" },
    ]);
    let order = world.bought_with(&request).await;
    let seen = world.order(&order).await;
    let names: Vec<_> = seen["tickets"].as_array().unwrap().iter().map(|ticket| ticket["attendee"].clone()).collect();
    assert_eq!(names, ["Ada Lovelace", "Grace Hopper", "Alan Turing"]);
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 2, "the buyer's confirmation has the buyer's own ticket");
    let other = mails.iter().find(|mail| mail.to == "grace@xn--mnchen-3ya.example").unwrap();
    assert_eq!(other.subject, "Your ticket for Summer Show");
    let code = |n: usize| seen["tickets"][n]["code"].as_str().unwrap().to_owned();
    assert!(other.text.contains(&code(1)) && !other.text.contains(&code(0)), "{}", other.text);
    assert!(!other.text.contains(&order.token), "the order is the buyer's");
    let files: Vec<_> = other.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["ticket.pdf", "event.ics"]);
    let shown = world.post(&format!("/v1/tickets/{}/check-in", code(1))).role("staff").await.expect(200);
    assert_eq!(shown["holder"], "Grace Hopper");
    world.finish().await;
}

#[tokio::test]
async fn an_offer_says_whether_its_tickets_name_who_comes() {
    let world = World::new().await;
    let two = json!([{ "name": "Ada Lovelace" }, { "name": "Grace Hopper" }]);
    let ask = async |quantity: i64, attendees: &serde_json::Value| {
        let mut request = world.request("general", quantity);
        request["items"][0]["attendees"] = attendees.clone();
        world.checkout(&request).await
    };
    ask(2, &two).await.refused(400, "invalid_request").at("items[0].attendees");
    let offer = world.offer_with("general", json!({ "attendees": "required" })).await.expect(200);
    assert_eq!(offer["attendees"], "required");
    ask(2, &json!([])).await.refused(400, "invalid_request").at("items[0].attendees");
    ask(3, &two).await.refused(400, "invalid_request").at("items[0].attendees");
    ask(2, &two).await.expect(201);
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    ask(3, &two).await.expect(201);
    ask(1, &two).await.refused(400, "invalid_request").at("items[0].attendees");
    let bad = json!([{ "name": "R2D2" }]);
    ask(1, &bad).await.refused(400, "invalid_request").at("items[0].attendees[0].name");
    let bad = json!([{ "name": "Ada", "email": "nonsense" }]);
    ask(1, &bad).await.refused(400, "invalid_request").at("items[0].attendees[0].email");
    assert_eq!(world.everything().await.orders.len(), 2);
}

/// Two tickets, of which the second names who comes.
async fn two_tickets(world: &World) -> (Bought, [String; 2]) {
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let mut request = world.request("general", 2);
    request["items"][0]["attendees"] = json!([{ "name": "Ada Lovelace" }, { "name": "Grace Hopper" }]);
    let order = world.bought_with(&request).await;
    let seen = world.order(&order).await;
    let codes = [0, 1].map(|n: usize| seen["tickets"][n]["code"].as_str().unwrap().to_owned());
    (order, codes)
}

fn attendee(order: &Bought, code: &str) -> String {
    format!("/v1/orders/{}/tickets/{code}/attendee", order.id)
}

#[tokio::test]
async fn another_person_gets_the_ticket_once_for_each_change_and_the_trail_says_who_changed_it() {
    let world = World::new().await;
    let (order, [_, code]) = two_tickets(&world).await;
    let before = world.stack.mails().len();
    let path = attendee(&order, &code);
    let alan = json!({ "name": "Alan  Turing", "email": "alan@münchen.example" });
    let changed = world.put(&path).order_token(&order.token).json(&alan).await.expect(200);
    assert_eq!(changed["tickets"][1]["attendee"], "Alan Turing");
    assert_eq!(changed["tickets"][1]["code"], code, "what is printed already opens the door still");
    assert_eq!(changed["trail"], serde_json::Value::Null, "the trail is for staff");
    // The same again, and the queue that delivers twice.
    let again = world.put(&path).order_token(&order.token).json(&alan).await.expect(200);
    assert_eq!(again["version"], changed["version"]);
    let name = format!("{}-ticket-1-1", order.id);
    world.stack.engine().queue().send(&[name.clone(), name]).await.expect("the queue answers");
    world.settle().await;
    let mails = world.stack.mails().split_off(before);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (mails[0].to.as_str(), mails[0].subject.as_str()),
        ("alan@xn--mnchen-3ya.example", "Your ticket for Summer Show")
    );
    assert!(mails[0].text.contains(&code) && mails[0].text.contains("Hello Alan Turing,"), "{}", mails[0].text);
    assert!(!mails[0].text.contains(&order.token), "the order is the buyer's");
    let files: Vec<_> = mails[0].attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["ticket.pdf", "event.ics"]);

    // Staff, in one go with a change before it that is no news then; and back to the first person.
    for who in [json!({ "name": "Emmy Noether", "email": "emmy@example.com" }), alan.clone()] {
        world.put(&path).role("staff").json(&who).await.expect(200);
    }
    world.settle().await;
    let mails = world.stack.mails().split_off(before + 1);
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["alan@xn--mnchen-3ya.example"], "the change before is no news any more");
    // Without an address there is no mail.
    let seen = world.put(&path).role("staff").json(&json!({ "name": "Emmy Noether" })).await.expect(200);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), before + 2);
    let steps: Vec<_> =
        seen["trail"].as_array().unwrap().iter().filter(|step| step["what"] == "attendee_changed").collect();
    let by: Vec<_> = steps.iter().map(|step| step["by"].as_str().unwrap()).collect();
    assert_eq!(by, ["guest", "staff-1", "staff-1", "staff-1"]);
    let shown = world.post(&format!("/v1/tickets/{code}/check-in")).role("staff").await.expect(200);
    assert_eq!(shown["holder"], "Emmy Noether");
    assert_eq!(world.holding("Grace Hopper"), Vec::<String>::new(), "who does not come any more is known no more");
    world.put(&path).role("staff").json(&alan).await.refused(409, "illegal_state");
    world.finish().await;
}

#[tokio::test]
async fn a_ticket_is_handed_on_by_who_may_and_while_it_is_good() {
    let world = World::new().await;
    let (order, [first, second]) = two_tickets(&world).await;
    let grace = json!({ "name": "Grace Hopper", "email": "grace@example.com" });
    let ask = async |code: &str, body: &serde_json::Value| {
        world.put(&attendee(&order, code)).order_token(&order.token).json(body).await
    };
    world.put(&attendee(&order, &first)).json(&grace).await.refused(401, "unauthenticated");
    world.put(&attendee(&order, &first)).order_token("another").json(&grace).await.refused(404, "not_found");
    let stranger = world.token("staff", Some("other"));
    world.put(&attendee(&order, &first)).token(&stranger).json(&grace).await.refused(404, "not_found");
    ask("AAAABBBBCCCCDDDD", &grace).await.refused(404, "not_found");
    let other = world.bought("general", 1).await;
    let foreign = world.order(&other).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    let after = world.dump().await;
    ask(&foreign, &grace).await.refused(404, "not_found");
    ask(&first, &json!({ "name": "R2D2" })).await.refused(400, "invalid_request").at("name");
    ask(&first, &json!({ "name": "Ada", "email": "nonsense" })).await.refused(400, "invalid_request").at("email");
    ask(&first, &json!({ "name": "Ada", "phone": "1" })).await.refused(400, "invalid_request");
    world.unchanged_since(&after).await;
    // Typed by hand.
    let by_hand = first.to_lowercase().replace('0', "o");
    ask(&by_hand, &grace).await.expect(200);

    let line = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    world.refund(&order, &line).await.expect(201);
    world.settle().await;
    let seen = world.order(&order).await;
    let void = if seen["tickets"][0]["status"] == "void" { &first } else { &second };
    ask(void, &json!({ "name": "Alan Turing" })).await.refused(409, "illegal_state");
    // Its offer names no people.
    let vip = world.bought("vip", 1).await;
    let code = world.order(&vip).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    world.put(&attendee(&vip, &code)).order_token(&vip.token).json(&grace).await.refused(409, "illegal_state");
    // The show is over.
    world.advance(40 * 24 * HOUR).await;
    let valid = if void == &first { &second } else { &first };
    ask(valid, &json!({ "name": "Alan Turing" })).await.refused(409, "illegal_state");
    world.finish().await;
}

#[tokio::test]
async fn a_buyer_sends_a_ticket_to_five_people_and_staff_to_more() {
    let world = World::new().await;
    let (order, [first, second]) = two_tickets(&world).await;
    let before = world.stack.mails().len();
    let change = async |code: &str, n: u32| {
        let body = json!({ "name": "Guest", "email": format!("guest{n}@example.com") });
        world.put(&attendee(&order, code)).order_token(&order.token).json(&body).await
    };
    for n in 0..5 {
        change(&second, n).await.expect(200);
    }
    change(&second, 4).await.expect(200);
    change(&second, 5).await.refused(409, "illegal_state");
    change(&first, 5).await.expect(200);
    world.settle().await;
    assert!(world.stack.mails().len() <= before + 6);
    assert!(world.stack.mails().iter().all(|mail| !mail.text.contains(&second) || mail.to != "guest5@example.com"));
    let body = json!({ "name": "Guest", "email": "guest6@example.com" });
    world.put(&attendee(&order, &second)).role("staff").json(&body).await.expect(200);
    world.finish().await;
}

/// Lets everything that is due happen, some minutes long.
async fn work(world: &World) {
    for _ in 0..4 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
}

#[tokio::test]
async fn names_change_until_the_start_or_as_the_listing_says_and_for_staff_until_the_end() {
    let world = World::new().await;
    let (order, [first, _]) = two_tickets(&world).await;
    let ask = async |who: &str| {
        let call = world.put(&attendee(&order, &first)).json(&json!({ "name": who }));
        call.order_token(&order.token).send().await
    };
    let times = json!({ "starts_at": world.from_now(10 * HOUR), "ends_at": world.from_now(13 * HOUR) });
    let seen = world.show(SHOW, times.clone()).await.expect(200);
    assert_eq!(seen["attendees_until"], serde_json::Value::Null);
    world.advance(9 * HOUR).await;
    ask("Alan Turing").await.expect(200);
    world.advance(HOUR).await;
    ask("Emmy Noether").await.refused(409, "illegal_state");
    let body = json!({ "name": "Emmy Noether" });
    world.put(&attendee(&order, &first)).role("staff").json(&body).await.expect(200);
    let mut longer = times;
    longer["attendees_until"] = json!(world.from_now(HOUR));
    let seen = world.show(SHOW, longer.clone()).await.expect(200);
    assert_eq!(seen["attendees_until"], longer["attendees_until"]);
    ask("Alan Turing").await.expect(200);
    // A field left out keeps its value.
    longer.as_object_mut().unwrap().remove("attendees_until");
    assert!(world.show(SHOW, longer).await.expect(200)["attendees_until"].is_string());
    world.advance(HOUR).await;
    ask("Emmy Noether").await.refused(409, "illegal_state");
    world.advance(2 * HOUR).await;
    world.put(&attendee(&order, &first)).role("staff").json(&body).await.refused(409, "illegal_state");
}

#[tokio::test]
async fn tickets_of_a_postponed_show_are_handed_on_until_its_new_date_and_kept_long_after_it() {
    let world = World::new().await;
    let (order, [first, _]) = two_tickets(&world).await;
    let later = json!({ "starts_at": world.from_now(300 * 24 * HOUR), "ends_at": null });
    world.show(SHOW, later).await.expect(200);
    work(&world).await;
    let steps = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200)["trail"].to_string();
    assert_eq!(steps.matches("listing_moved").count(), 1, "{steps}");
    // Long after the date that it was sold for.
    world.advance(200 * 24 * HOUR).await;
    work(&world).await;
    let ask = json!({ "name": "Emmy Noether" });
    world.put(&attendee(&order, &first)).order_token(&order.token).json(&ask).await.expect(200);
    let seen = world.order(&order).await;
    assert_eq!(
        (&seen["buyer"]["email"], &seen["tickets"][0]["attendee"]),
        (&json!("ada@example.com"), &json!("Emmy Noether"))
    );
    world.advance(101 * 24 * HOUR).await;
    world.put(&attendee(&order, &first)).order_token(&order.token).json(&ask).await.refused(409, "illegal_state");
    world.advance(90 * 24 * HOUR).await;
    work(&world).await;
    assert_eq!(world.holding("ada@example.com"), Vec::<String>::new());
}

#[tokio::test]
async fn who_comes_with_a_ticket_hears_once_of_a_move_and_of_the_end() {
    let world = World::new().await;
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let mut request = world.request("general", 4);
    let grace = json!({ "name": "Grace Hopper", "email": "grace@example.com" });
    request["items"][0]["attendees"] = json!([
        { "name": "Alan Turing", "email": "alan@example.com" }, grace, grace,
        { "name": "Ada Lovelace", "email": "ada@example.com" },
    ]);
    let order = world.bought_with(&request).await;
    let heard = |since: usize| {
        let mails = world.stack.mails().split_off(since).into_iter();
        let mut heard: Vec<_> = mails.map(|mail| (mail.to.clone(), mail.subject.clone())).collect();
        heard.sort();
        heard
    };
    let mails_of = |what: &str, whom: &[&str]| {
        whom.iter().map(|who| (format!("{who}@example.com"), format!("{what}: Summer Show"))).collect::<Vec<_>>()
    };
    // Alan's ticket is given back.
    let code = world.order(&order).await["tickets"][0]["code"].clone();
    let moved = json!({ "venue": "Elsewhere", "starts_at": world.from_now(40 * 24 * HOUR), "ends_at": null });
    let before = world.stack.mails().len();
    world.show(SHOW, moved).await.expect(200);
    work(&world).await;
    assert_eq!(heard(before), mails_of("Changed", &["ada", "alan", "grace"]));
    let mails = world.stack.mails().split_off(before);
    let other = mails.iter().find(|mail| mail.to == "grace@example.com").unwrap();
    assert!(other.text.contains("please tell Ada Lovelace") && !other.text.contains(&order.token), "{}", other.text);
    assert_eq!(other.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["event.ics"]);

    let refund = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    world.refund(&order, &refund).await.expect(201);
    world.settle().await;
    let seen = world.order(&order).await;
    let gone = seen["tickets"].as_array().unwrap().iter().find(|ticket| ticket["status"] == "void").unwrap();
    assert_eq!(gone["code"], code, "the first one goes first");
    let before = world.stack.mails().len();
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").json(&json!({ "reason": "The roof leaks." })).await.expect(202);
    work(&world).await;
    assert_eq!(heard(before), mails_of("Canceled", &["ada", "grace"]));
    let mails = world.stack.mails().split_off(before);
    let other = mails.iter().find(|mail| mail.to == "grace@example.com").unwrap();
    for part in ["The roof leaks.", "no longer valid", "goes back to Ada Lovelace"] {
        assert!(other.text.contains(part), "{part} is not in {}", other.text);
    }
    assert!(!other.text.contains(&order.token), "the order is the buyer's");
    assert_eq!(other.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["canceled.ics"]);
    world.finish().await;
}
