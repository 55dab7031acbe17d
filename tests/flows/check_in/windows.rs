//! What a door checks in: its listing's tickets, at its time, however the code was typed; and how it takes that back.

use holdfast_tests::{Answer, Bought, ORGANIZATION, SHOW, World, faults::Faults};
use http::Method;
use serde_json::{Value, json};

const HOUR: i64 = 3_600;

async fn codes(world: &World, order: &Bought) -> Vec<String> {
    let order = world.order(order).await;
    order["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned()).collect()
}

fn path(code: &str) -> String {
    format!("/v1/tickets/{code}/check-in")
}

async fn at_check_in(world: &World, code: &str, listing: &str) -> Answer {
    world.post(&path(code)).role("staff").json(&json!({ "listing": listing })).await
}

async fn undo(world: &World, code: &str, staff: &str) -> Answer {
    let token = world.stack.token(&local::TokenFields::of(staff, "staff", Some(ORGANIZATION)));
    world.call(Method::DELETE, &path(code)).token(&token).await
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[tokio::test]
async fn codes_are_read_as_people_and_scanners_type_them() {
    let world = World::new().await;
    let order = world.buy("free", 10).await;
    let codes = codes(&world, &order).await;
    let groups = |code: &str, between: &str| {
        code.as_bytes().chunks(4).map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join(between)
    };
    let wide = |code: &str| code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect::<String>();
    let typed = [
        groups(&codes[0], " "),
        groups(&codes[1], "-"),
        format!("{}\r\n", codes[2]),
        codes[3].to_lowercase(),
        codes[4].replace('O', "0").replace('I', "1"),
        codes[5].replace('O', "0").replace('I', "l"),
        wide(&codes[6]),
        format!("\u{feff}{}\u{200b}", codes[7]),
        groups(&codes[8], "\u{2011}"),
        format!("\t{} ", codes[9]),
    ];
    for (typed, code) in typed.iter().zip(&codes) {
        let seen = world.post(&path(&escaped(typed))).role("staff").await.expect(200);
        assert_eq!(seen["code"], code.as_str(), "{typed:?}");
    }
    assert!(codes.iter().all(|code| !code.contains(['L', '0', '1'])), "no code has what looks like something else");
    world.finish().await;
}

#[tokio::test]
async fn codes_from_before_still_check_in() {
    let world = World::new().await;
    let order = world.buy("free", 1).await;
    let code = codes(&world, &order).await.remove(0);
    // As codes were made once: with an L, under which alone they can be looked up.
    let old = format!("IL{}L", &code[..17].replace('I', "A"));
    world.rename_ticket(&code, &old);
    let seen = world.post(&path(&old.replace('L', "1"))).role("staff").await.expect(200);
    assert_eq!(seen["code"], old.as_str());
    for typed in [old.replace('L', "I").to_lowercase(), old.clone()] {
        world.post(&path(&typed)).role("staff").await.refused(409, "already_checked_in");
    }
    world.finish().await;
}

#[tokio::test]
async fn check_in_takes_tickets_of_its_own_listing_alone() {
    let world = World::new().await;
    world.show("winter-show", json!({ "title": "Winter Show" })).await.expect(201);
    let order = world.bought("general", 1).await;
    let code = codes(&world, &order).await.remove(0);
    world.advance(30 * 24 * HOUR - 2 * HOUR).await;
    let before = world.raw();
    let answer = at_check_in(&world, &code, "winter-show").await.refused(409, "wrong_listing");
    assert!(answer.message().contains("Summer Show") && answer.message().contains(SHOW), "{}", answer.text);
    at_check_in(&world, &code, "no-such-show").await.refused(409, "wrong_listing");
    at_check_in(&world, "AAAAAAAAAAAAAAAAAAAA", SHOW).await.refused(404, "not_found");
    at_check_in(&world, &code, "No Slug").await.refused(400, "invalid_request").at("listing");
    let unknown = world.post(&path(&code)).role("staff").json(&json!({ "show": SHOW })).await;
    unknown.refused(400, "invalid_request").at("show");
    let stranger = world.token("staff", Some("globex"));
    world
        .post(&path(&code))
        .token(&stranger)
        .json(&json!({ "listing": "winter-show" }))
        .await
        .refused(404, "not_found");
    world.table_is(&before);
    at_check_in(&world, &code, SHOW).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn check_in_is_open_at_its_time() {
    // Seconds from the sale to the start, doors an hour earlier, open four hours before the doors, closed at the end.
    let start = 30 * 24 * HOUR;
    for (advance, refused) in [
        (start - 5 * HOUR - 60, Some("opens at")),
        (start - 5 * HOUR + 60, None),
        (start + 3 * HOUR - 60, None),
        (start + 3 * HOUR + 60, Some("closed at")),
    ] {
        let world = World::new().await;
        let doors = world.from_now(start - HOUR);
        world.show(SHOW, json!({ "doors_at": doors })).await.expect(200);
        let order = world.bought("general", 2).await;
        let codes = codes(&world, &order).await;
        world.advance(advance).await;
        let answer = at_check_in(&world, &codes[0], SHOW).await;
        match refused {
            Some(message) => {
                let answer = answer.refused(409, "outside_check_in");
                assert!(answer.message().contains(message), "{}", answer.text);
            }
            None => assert_eq!(answer.status.as_u16(), 200, "{advance}: {}", answer.text),
        }
        // Without a listing the time is not checked, with an empty body or none.
        world.post(&path(&codes[1])).role("staff").json(&json!({})).await.expect(200);
        world.finish().await;
    }
}

#[tokio::test]
async fn an_offer_with_times_of_its_own_has_them_at_check_in() {
    let world = World::new().await;
    let day = 31 * 24 * HOUR;
    let second = json!({
        "price": "0.00", "starts_at": world.from_now(day), "ends_at": world.from_now(day + HOUR),
    });
    world.offer_with("second-day", second).await.expect(201);
    let order = world.buy("second-day", 1).await;
    let code = codes(&world, &order).await.remove(0);
    world.advance(30 * 24 * HOUR).await;
    at_check_in(&world, &code, SHOW).await.refused(409, "outside_check_in");
    world.advance(24 * HOUR).await;
    at_check_in(&world, &code, SHOW).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn a_check_in_is_taken_back_once_by_one() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let code = codes(&world, &order).await.remove(0);
    undo(&world, &code, "ann").await.refused(409, "illegal_state").explains("The ticket is not checked in");
    world.post(&path(&code)).role("staff").await.expect(200);
    let version = world.order(&order).await["version"].as_u64().unwrap();
    let first = undo(&world, &code, "ann").await.expect(200);
    assert_eq!(
        (&first["code"], &first["checked_in_at"], &first["checked_in_by"]),
        (&json!(code), &Value::Null, &Value::Null)
    );
    // The same person is answered the same, any other that there is nothing to take back.
    assert_eq!(undo(&world, &code, "ann").await.expect(200), first);
    undo(&world, &code, "bob").await.refused(409, "illegal_state");
    assert_eq!(world.order(&order).await["version"], version + 1, "one effect");
    let steps = world.trail(&order).await;
    assert_eq!(steps.last(), Some(&("check_in_undone".to_owned(), "ann".to_owned())));
    // The ticket opens the door again, and then there is something new to take back.
    world.post(&path(&code)).role("staff").await.expect(200);
    world.post(&path(&code)).role("staff").await.refused(409, "already_checked_in");
    undo(&world, &code, "bob").await.expect(200);
    undo(&world, &code, "ann").await.refused(409, "illegal_state");
    undo(&world, "AAAAAAAAAAAAAAAAAAAA", "ann").await.refused(404, "not_found");
    world.call(Method::DELETE, &path(&code)).await.refused(401, "unauthenticated");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_check_in_back_one_does() {
    let faults = Faults::new();
    let world = std::sync::Arc::new(World::with(faults.options()).await);
    let order = world.buy("free", 1).await;
    let code = codes(&world, &order).await.remove(0);
    world.post(&path(&code)).role("staff").await.expect(200);
    let version = world.order(&order).await["version"].as_u64().unwrap();
    faults.jitter(3);
    let tries = ["ann", "ann", "ann", "bob", "cy"].map(|staff| {
        let (world, code) = (world.clone(), code.clone());
        tokio::spawn(async move { (staff, undo(&world, &code, staff).await) })
    });
    let mut winners = std::collections::BTreeSet::new();
    for one in tries {
        let (staff, answer) = one.await.unwrap();
        if answer.status.as_u16() == 200 {
            winners.insert(staff);
        } else {
            answer.refused(409, "illegal_state");
        }
    }
    faults.jitter(0);
    assert_eq!(winners.len(), 1, "one person took it back: {winners:?}");
    assert_eq!(world.order(&order).await["version"], version + 1);
    world.finish().await;
}

#[tokio::test]
async fn an_organization_sets_how_early_check_in_opens() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "check_in_opens_hours_before": 1 })).await.expect(200);
    let order = world.bought("general", 1).await;
    let code = codes(&world, &order).await.remove(0);
    world.advance(30 * 24 * HOUR - 2 * HOUR).await;
    at_check_in(&world, &code, SHOW).await.refused(409, "outside_check_in");
    world.advance(HOUR + 60).await;
    at_check_in(&world, &code, SHOW).await.expect(200);
    world.finish().await;
}
