//! Tickets as a PDF: a page each, with the code that the door reads.

use holdfast_tests::{Answer, Bought, ORGANIZATION, World};
use printed::reader;
use serde_json::{Value, json};

async fn ask(world: &World, order: &Bought) -> Answer {
    world.get(&format!("/v1/orders/{}/tickets.pdf", order.id)).order_token(&order.token).await
}

async fn pages(world: &World, order: &Bought) -> Vec<reader::Page> {
    let answer = ask(world, order).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(answer.bytes.starts_with(b"%PDF-"));
    reader::read(answer.bytes.to_vec())
}

/// What a scanner reads, page by page.
fn said(pages: &[reader::Page]) -> Vec<String> {
    let code = |page: &reader::Page| {
        let found = page.scan();
        assert_eq!(found.len(), 1, "one code on each page");
        found[0].text.clone()
    };
    pages.iter().map(code).collect()
}

/// The codes in that.
fn scanned(pages: &[reader::Page]) -> Vec<String> {
    said(pages).iter().map(|said| said.split('.').next().unwrap().to_owned()).collect()
}

fn codes(order: &Value, status: &str) -> Vec<String> {
    let tickets = order["tickets"].as_array().unwrap().iter().filter(|ticket| ticket["status"] == status);
    tickets.map(|ticket| ticket["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_ticket_has_a_page_whose_code_checks_in() {
    let world = World::new().await;
    let show = json!({
        "starts_at": "2027-07-01T18:30:00Z", "doors_at": "2027-07-01T17:30:00Z", "ends_at": "2027-07-01T21:00:00Z",
        "venue": "Park Stage", "timezone": "Europe/Amsterdam",
    });
    world.show(holdfast_tests::SHOW, show).await.expect(200);
    world.offer_with("vip", json!({ "price": "60.00", "capacity": 10, "vip": true })).await.expect(200);
    let order = world.bought_with(&world.request_for(&[("general", 2), ("vip", 1)])).await;
    let pages = pages(&world, &order).await;
    let number = world.order(&order).await["number"].as_str().unwrap().to_owned();
    let issued = codes(&world.order(&order).await, "valid");
    assert_eq!(issued.len(), 3);
    assert_eq!(scanned(&pages), issued);
    for (n, page) in pages.iter().enumerate() {
        let count = format!("Ticket {} of 3", n + 1);
        let show = ["Summer Show", "Park Stage", "20:30", "19:30", "CEST", "1 July 2027", "Ada Lovelace", "Acme Shows"];
        for part in show.into_iter().chain([count.as_str(), number.as_str()]) {
            assert!(page.text.contains(part), "{part} is not in {}", page.text);
        }
        assert_eq!(page.text.contains("VIP"), n == 2);
    }
    // What a scanner read is what the door takes; besides the code it says what the ticket is for, signed.
    let vip = &said(&pages)[2];
    assert!(vip.starts_with(&format!("{}.SUMMER-SHOW.VIP.", issued[2])) && vip.len() > 120, "{vip}");
    let path = format!("/v1/tickets/{vip}/check-in");
    assert_eq!(world.post(&path).role("staff").await.expect(200)["vip"], true);
    world.finish().await;
}

#[tokio::test]
async fn what_was_given_back_is_left_out() {
    let world = World::new().await;
    let order = world.bought("general", 3).await;
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let now = world.order(&order).await;
    let valid = codes(&now, "valid");
    assert_eq!((valid.len(), codes(&now, "void").len()), (2, 1));
    assert_eq!(scanned(&pages(&world, &order).await), valid);
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    let answer = ask(&world, &order).await.refused(404, "not_found");
    assert!(answer.message().starts_with("The order has no valid ticket"), "{}", answer.text);
    world.finish().await;
}

#[tokio::test]
async fn without_valid_tickets_there_is_no_document() {
    let world = World::of_products().await;
    let unpaid = world.buy("general", 1).await;
    ask(&world, &unpaid).await.refused(404, "not_found");
    let mug = world.ordered_and_paid(&[("crafts", "mug", 1)]).await;
    ask(&world, &mug).await.refused(404, "not_found");
    let disputed = world.bought("general", 1).await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    world.settle().await;
    ask(&world, &disputed).await.refused(404, "not_found");
    world.get(&format!("/v1/orders/{}/tickets.pdf", unpaid.id)).await.refused(401, "unauthenticated");
    world.finish().await;
}

#[tokio::test]
async fn names_of_any_script_are_printed() {
    let world = World::new().await;
    for name in [
        "Zoë Müller-Ångström",
        "محمد بن راشد",
        "דוד בן־גוריון",
        "प्रिया शर्मा",
        "สมชาย ใจดี",
        "王小明",
        "田中 さくら",
        "김민준",
        "Олена Шевченко",
        "Νίκος Παπαδόπουλος",
    ] {
        let mut request = world.request("free", 1);
        request["buyer"]["name"] = json!(name);
        let order = world.buy_with(&request).await;
        let pages = pages(&world, &order).await;
        assert_eq!(scanned(&pages), codes(&world.order(&order).await, "valid"), "{name}");
        let first: String = name.chars().take(1).collect();
        assert!(pages[0].text.contains(&first), "{name} is not in {}", pages[0].text);
    }
    world.finish().await;
}

#[tokio::test]
async fn each_show_has_its_own_time_zone() {
    let world = World::new().await;
    for (id, zone) in [("in-tokyo", "Asia/Tokyo"), ("in-lima", "America/Lima")] {
        let show = json!({ "title": id, "starts_at": "2027-07-01T18:30:00Z", "ends_at": null, "timezone": zone });
        world.show(id, show).await.expect(201);
        world.offer_of(ORGANIZATION, id, "seat", json!({ "price": "0.00", "capacity": 5 })).await.expect(201);
    }
    // A matinee begins at the time on its ticket.
    let matinee = json!({ "price": "0.00", "capacity": 5, "starts_at": "2027-07-01T10:00:00Z" });
    world.offer_of(ORGANIZATION, "in-lima", "matinee", matinee).await.expect(201);
    let item = |listing: &str, offer: &str| json!({ "listing": listing, "offer": offer, "quantity": 1 });
    let order = world
        .buy_with(&json!({
            "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "items": [item("in-tokyo", "seat"), item("in-lima", "seat"), item("in-lima", "matinee")],
        }))
        .await;
    let pages = pages(&world, &order).await;
    for (page, (time, zone)) in
        pages.iter().zip([("03:30", "Asia/Tokyo"), ("13:30", "America/Lima"), ("05:00", "America/Lima")])
    {
        assert!(page.text.contains(time) && page.text.contains(zone), "{time} {zone} is not in {}", page.text);
    }
    world.finish().await;
}
