//! Tickets that name who comes.

use holdfast_tests::World;
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
