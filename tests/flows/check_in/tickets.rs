//! At the door: each ticket once, with who and when, and nothing for those that were given back.

use std::{collections::BTreeSet, sync::Arc};

use holdfast_tests::{Answer, Bought, EXPERT, ORGANIZATION, World, faults::Faults};
use local::TokenFields;
use serde_json::{Value, json};
use tokio::task::JoinSet;

async fn codes(world: &World, order: &Bought) -> Vec<String> {
    let order = world.order(order).await;
    order["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned()).collect()
}

fn check_in_path(code: &str) -> String {
    format!("/v1/tickets/{code}/check-in")
}

async fn check_in(world: &World, code: &str) -> Answer {
    world.post(&check_in_path(code)).role("staff").await
}

#[tokio::test]
async fn a_ticket_is_checked_in_once_with_who_and_when() {
    let world = World::new().await;
    let order = world.bought("vip", 2).await;
    let codes = codes(&world, &order).await;
    let now = world.from_now(0);
    let seen = check_in(&world, &codes[0]).await.expect(200);
    assert_eq!(
        (&seen["code"], &seen["title"], &seen["name"]),
        (&json!(codes[0]), &json!("Summer Show"), &json!("Vip"))
    );
    assert_eq!((&seen["holder"], &seen["checked_in_by"]), (&json!("Ada Lovelace"), &json!("staff-1")));
    let first = seen["checked_in_at"].as_str().unwrap().to_owned();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    assert!(at(&first).duration_since(at(&now)).as_secs() < 60, "{first}");

    world.advance(600).await;
    for _ in 0..3 {
        let answer = check_in(&world, &codes[0]).await.refused(409, "already_checked_in");
        assert!(answer.message().contains(&first), "{}", answer.text);
    }
    let shown = world.order(&order).await;
    let times: Vec<_> = shown["tickets"].as_array().unwrap().iter().map(|t| t["checked_in_at"].clone()).collect();
    assert_eq!(times, [json!(first), Value::Null]);
    check_in(&world, &codes[1]).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn a_code_may_be_typed_in_small_letters() {
    let world = World::new().await;
    let order = world.buy("free", 1).await;
    let code = codes(&world, &order).await.remove(0);
    check_in(&world, &code.to_lowercase()).await.expect(200);
    check_in(&world, &code).await.refused(409, "already_checked_in");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_scans_at_once_one_succeeds() {
    let faults = Faults::new();
    let world = Arc::new(World::with(faults.options()).await);
    let order = world.bought("general", 2).await;
    let codes = codes(&world, &order).await;
    faults.jitter(3);
    for code in &codes {
        let mut doors = JoinSet::new();
        for _ in 0..10 {
            let (world, code) = (world.clone(), code.clone());
            doors.spawn(async move { check_in(&world, &code).await });
        }
        let answers = doors.join_all().await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200], vec![409; 9]].concat());
        let first = answers.iter().find(|answer| answer.status.as_u16() == 200).unwrap();
        let first = first.json["checked_in_at"].as_str().unwrap();
        assert!(answers.iter().filter(|a| a.status.as_u16() == 409).all(|a| a.message().contains(first)));
    }
    world.finish().await;
}

#[tokio::test]
async fn only_the_organizations_staff_checks_in() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let code = codes(&world, &order).await.remove(0);
    let before = world.raw();
    world.post(&check_in_path(&code)).await.refused(401, "unauthenticated");
    world.post(&check_in_path(&code)).order_token(&order.token).await.refused(401, "unauthenticated");
    for token in [
        world.customer("stranger"),
        world.token("staff", Some("globex")),
        world.token("admin", Some("globex")),
        world.token("staff", None),
        world.expert(EXPERT),
        world.stack.token(&TokenFields {
            sub: "x".to_owned(),
            organization: Some(ORGANIZATION.to_owned()),
            ..TokenFields::default()
        }),
    ] {
        // A code of another organization is no code.
        let answer = world.post(&check_in_path(&code)).token(&token).await.refused(404, "not_found");
        let unknown = world.post(&check_in_path("AAAAAAAAAAAAAAAAAAAA")).token(&token).await.refused(404, "not_found");
        assert_eq!(answer.json, unknown.json);
    }
    check_in(&world, "AAAAAAAAAAAAAAAAAAAA").await.refused(404, "not_found").explains("There is no such ticket");
    for bad in ["a%23b", "%20", "x%2Fy"] {
        let answer = check_in(&world, bad).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{}", answer.text);
    }
    world.table_is(&before);
    check_in(&world, &code).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn what_was_given_back_or_is_disputed_stays_outside() {
    let world = World::new().await;
    // Refunded: the ticket is void.
    let refunded = world.bought("general", 2).await;
    let tickets = codes(&world, &refunded).await;
    world.refund(&refunded, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let now = world.order(&refunded).await;
    for (n, code) in tickets.iter().enumerate() {
        let answer = check_in(&world, code).await;
        if now["tickets"][n]["status"] == "void" {
            let answer = answer.refused(409, "illegal_state");
            assert!(answer.message().contains("refunded"), "{}", answer.text);
        } else {
            answer.expect(200);
        }
    }
    // On its way back: Stripe has not answered yet.
    let refunding = world.bought("general", 1).await;
    let ticket = codes(&world, &refunding).await.remove(0);
    let silent =
        json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "lose_request", "times": 20 }] });
    world.at_stripe("faults", &silent).await;
    let refund = world.refund(&refunding, &json!({})).await.expect(201);
    assert_eq!(refund["status"], "pending");
    let answer = check_in(&world, &ticket).await.refused(409, "illegal_state");
    assert!(answer.message().contains("being refunded"), "{}", answer.text);
    world.at_stripe("faults", &json!({ "calls": [] })).await;
    world.advance(120).await;
    world.sweep().await;
    world.settle().await;
    check_in(&world, &ticket).await.refused(409, "illegal_state");

    // Disputed: not before the bank has decided.
    let disputed = world.bought("general", 1).await;
    let ticket = codes(&world, &disputed).await.remove(0);
    let dispute = world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    world.settle().await;
    let answer = check_in(&world, &ticket).await.refused(409, "illegal_state");
    assert!(answer.message().contains("dispute"), "{}", answer.text);
    let id = dispute["id"].as_str().unwrap();
    world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
    world.settle().await;
    check_in(&world, &ticket).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn a_code_reveals_nothing_of_its_order_and_cannot_be_guessed() {
    let world = World::new().await;
    let mut seen = BTreeSet::new();
    for _ in 0..10 {
        let order = world.buy("free", 5).await;
        let id = order.id.trim_start_matches("ord_").to_lowercase();
        for code in codes(&world, &order).await {
            // 100 bits of them.
            assert!(
                code.len() == 20 && code.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)),
                "{code}"
            );
            let small = code.to_lowercase();
            let pieces = small.as_bytes().windows(6).map(|part| std::str::from_utf8(part).unwrap());
            assert!(pieces.into_iter().all(|part| !id.contains(part)), "{code} holds a piece of {id}");
            assert!(seen.insert(code), "a code is there twice");
        }
        let code = codes(&world, &order).await.remove(0);
        let answer = check_in(&world, &code).await;
        assert!(!answer.text.contains(&order.id) && !answer.text.contains("ada@example.com"), "{}", answer.text);
    }
    world.finish().await;
}
