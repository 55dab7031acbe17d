//! An expert is in one place at a time, whichever listings the slots are in; and who sees which bookings.

use std::sync::Arc;

use holdfast_tests::{Bought, EXPERT, HOUR, ORGANIZATION, SLOT_HOLD, TUTOR, World, faults::Faults};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Another listing with the same expert.
const CLUB: &str = "chess-club";

/// Three slots of one expert: 15:00 to 16:00 and 15:30 to 16:30 in one listing, 15:00 to 16:00 in another; and one that
/// begins when the first ends.
async fn world_of_overlaps(world: &World) {
    world.expert_listing(CLUB, json!({ "title": "Chess with Grace" })).await.expect(201);
    for (listing, slot, from, to) in
        [(TUTOR, "a", 0, 60), (TUTOR, "b", 30, 90), (CLUB, "c", 0, 60), (CLUB, "after", 60, 120)]
    {
        put(world, listing, slot, from, to, 1).await;
    }
}

/// A slot from so many minutes to so many after an hour in three days.
async fn put(world: &World, listing: &str, slot: &str, from: i64, to: i64, capacity: u32) -> Value {
    let day = world.stack.clock().now().as_second() / 86_400 + 3;
    let base = jiff::Timestamp::from_second(day * 86_400 + 15 * HOUR).unwrap();
    let at = |minutes: i64| (base + jiff::SignedDuration::from_mins(minutes)).to_string();
    let body = json!({ "price": "80.00", "capacity": capacity, "starts_at": at(from), "ends_at": at(to) });
    let answer = world.offer_of(ORGANIZATION, listing, slot, body).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    answer.json
}

async fn book(world: &World, listing: &str, slot: &str) -> Result<Bought, String> {
    let key = format!("{listing}-{slot}-{}", world.next());
    let answer = world.order_under(&key, &world.basket(&[(listing, slot, 1)], Some("pm_card_visa"))).await;
    match answer.status.as_u16() {
        201 => Ok(Bought::of(answer.json)),
        409 => Err(answer.json["code"].as_str().unwrap_or_default().to_owned()),
        other => panic!("{other}: {}", answer.text),
    }
}

async fn available(world: &World, listing: &str, slot: &str) -> Value {
    let seen = world.get(&format!("/v1/listings/{listing}")).await.expect(200);
    let offers = seen["offers"].as_array().unwrap().clone();
    offers.into_iter().find(|offer| offer["id"] == slot).unwrap()["available"].clone()
}

#[tokio::test]
async fn once_a_slot_is_taken_the_others_of_its_time_are_not_sold() {
    let world = World::of_experts().await;
    world_of_overlaps(&world).await;
    assert_eq!(available(&world, CLUB, "c").await, 1);
    book(&world, TUTOR, "a").await.unwrap();
    let before = world.dump().await;
    for (listing, slot, code) in
        [(TUTOR, "b", "slot_overlaps"), (CLUB, "c", "slot_overlaps"), (TUTOR, "a", "slot_taken")]
    {
        assert_eq!(book(&world, listing, slot).await.unwrap_err(), code, "{slot}");
        assert_eq!(available(&world, listing, slot).await, 0, "{slot}");
    }
    world.unchanged_since(&before).await;
    // What touches and does not overlap is sold, and so is the time of another expert.
    book(&world, CLUB, "after").await.unwrap();
    world.expert_listing("alans", json!({ "expert": "alan" })).await.expect(201);
    put(&world, "alans", "a", 0, 60, 1).await;
    book(&world, "alans", "a").await.unwrap();
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_group_shares_its_slots_time() {
    let world = World::of_experts().await;
    world_of_overlaps(&world).await;
    put(&world, CLUB, "class", 0, 60, 3).await;
    let one = book(&world, CLUB, "class").await.unwrap();
    let two = book(&world, CLUB, "class").await.unwrap();
    assert_eq!(available(&world, CLUB, "class").await, 1);
    assert_eq!(book(&world, TUTOR, "a").await.unwrap_err(), "slot_overlaps");
    // The time is free again with the last of them.
    world.as_expert(&one, "decline").await.expect(200);
    assert_eq!(book(&world, TUTOR, "a").await.unwrap_err(), "slot_overlaps");
    world.as_expert(&two, "decline").await.expect(200);
    book(&world, TUTOR, "a").await.unwrap();
    assert_eq!(book(&world, CLUB, "class").await.unwrap_err(), "slot_overlaps");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn however_a_booking_ends_its_time_is_free_again() {
    for end in ["decline", "cancel", "confirm and cancel", "confirm and refund", "time", "never paid", "declined card"]
    {
        let world = World::of_experts().await;
        world_of_overlaps(&world).await;
        if end == "declined card" {
            let request = world.basket(&[(TUTOR, "a", 1)], Some("pm_card_chargeDeclined"));
            world.order_under("declined", &request).await.refused(402, "payment_declined");
        } else if end == "never paid" {
            world.ordered(&[(TUTOR, "a", 1)], None).await;
            assert_eq!(book(&world, CLUB, "c").await.unwrap_err(), "slot_overlaps", "{end}");
            world.advance(SLOT_HOLD + 60).await;
            world.sweep().await;
        } else {
            let order = book(&world, TUTOR, "a").await.unwrap();
            assert_eq!(book(&world, CLUB, "c").await.unwrap_err(), "slot_overlaps", "{end}");
            if end.starts_with("confirm") {
                world.as_expert(&order, "confirm").await.expect(200);
                assert_eq!(book(&world, CLUB, "c").await.unwrap_err(), "slot_overlaps", "{end}");
            }
            match end {
                "decline" => drop(world.as_expert(&order, "decline").await.expect(200)),
                "confirm and refund" => drop(world.refund(&order, &json!({})).await.expect(201)),
                "time" => {
                    world.advance(SLOT_HOLD + 60).await;
                    world.sweep().await;
                }
                _ => drop(world.as_expert(&order, "cancel").await.expect(200)),
            }
        }
        world.settle().await;
        assert_eq!(available(&world, CLUB, "c").await, 1, "{end}");
        book(&world, CLUB, "c").await.unwrap_or_else(|code| panic!("{end}: {code}"));
        assert_eq!(book(&world, TUTOR, "b").await.unwrap_err(), "slot_overlaps", "{end}");
        world.settle().await;
        world.finish().await;
    }
}

#[tokio::test]
async fn a_payment_for_time_that_is_taken_meanwhile_goes_back() {
    let world = World::of_experts().await;
    world_of_overlaps(&world).await;
    let late = world.ordered(&[(TUTOR, "a", 1)], None).await;
    world.advance(SLOT_HOLD + 60).await;
    world.sweep().await;
    book(&world, CLUB, "c").await.unwrap();
    // The buyer's bank is slow; or the intent is gone by then, and takes nothing.
    let paid = world.confirm(&late, "pm_card_visa").await;
    world.settle().await;
    let status = world.order(&late).await["status"].clone();
    assert!(["expired", "canceled", "refunded"].iter().any(|ended| status == *ended), "{status}: {}", paid.text);
    assert_eq!(world.stack.stripe().balance("order_id", &late.id).net(), 0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_book_one_hour_in_several_listings_one_has_it() {
    let faults = Faults::new();
    let world = Arc::new(World::of_experts_with(faults.options()).await);
    world_of_overlaps(&world).await;
    // Over midnight, so that each booking writes two days.
    for (listing, slot) in [(TUTOR, "late"), (CLUB, "night")] {
        put(&world, listing, slot, 8 * 60 + 30, 9 * 60 + 30, 1).await;
    }
    put(&world, CLUB, "party", 8 * 60, 10 * 60, 4).await;
    for round in [
        vec![(TUTOR, "a"), (TUTOR, "b"), (CLUB, "c"), (TUTOR, "a"), (CLUB, "c"), (TUTOR, "b")],
        vec![(TUTOR, "late"), (CLUB, "night"), (CLUB, "party"), (CLUB, "party"), (TUTOR, "late"), (CLUB, "night")],
    ] {
        faults.jitter(4);
        let mut buyers = JoinSet::new();
        for (n, (listing, slot)) in round.into_iter().enumerate() {
            let world = world.clone();
            buyers.spawn(async move {
                let mut request = world.basket(&[(listing, slot, 1)], Some("pm_card_visa"));
                request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
                (slot, world.order_under(&format!("{slot}-{n}"), &request).await)
            });
        }
        let answers = buyers.join_all().await;
        faults.jitter(0);
        let served: Vec<_> =
            answers.iter().filter(|(_, answer)| answer.status.as_u16() == 201).map(|(slot, _)| *slot).collect();
        assert!(!served.is_empty() && served.iter().all(|slot| *slot == served[0]), "{served:?}");
        assert!(served.len() == 1 || served[0] == "party", "{served:?}");
        for (slot, answer) in answers.iter().filter(|(_, answer)| answer.status.as_u16() != 201) {
            let code = answer.json["code"].as_str().unwrap_or_default();
            assert!(["slot_overlaps", "slot_taken"].contains(&code), "{slot}: {}", answer.text);
        }
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn the_audit_finds_an_expert_in_two_places() {
    let world = World::of_experts().await;
    world_of_overlaps(&world).await;
    book(&world, TUTOR, "a").await.unwrap();
    assert!(world.violations().await.is_empty());
    // As if the expert's day had been lost, and the time sold again.
    world.forget("EXPERT#", "/DAY#");
    let lost = world.violations().await;
    assert!(lost.iter().any(|text| text.contains("does not know of tutor/a")), "{lost:?}");
    book(&world, CLUB, "c").await.unwrap();
    let twice = world.violations().await;
    assert!(twice.iter().any(|text| text.contains("at once")), "{twice:?}");
}

#[tokio::test]
async fn a_slot_lasts_a_month_at_most() {
    let world = World::of_experts().await;
    let start = world.stack.clock().now() + jiff::SignedDuration::from_hours(1);
    let lasting = |days: i64| {
        let end = start + jiff::SignedDuration::from_hours(days * 24);
        json!({ "starts_at": start.to_string(), "ends_at": end.to_string() })
    };
    world.slot_with("year", lasting(365)).await.refused(400, "invalid_request").at("ends_at");
    world.slot_with("month", lasting(31)).await.expect(201);
    book(&world, TUTOR, "month").await.unwrap();
    assert_eq!(book(&world, TUTOR, "morning").await.unwrap_err(), "slot_overlaps");
    world.settle().await;
    world.finish().await;
}

fn path(query: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}/bookings{query}")
}

fn ids(page: &Value) -> Vec<String> {
    page["bookings"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn experts_list_and_read_their_own_bookings_and_staff_all() {
    let world = World::of_experts().await;
    world.expert_listing("alans", json!({ "expert": "alan" })).await.expect(201);
    put(&world, "alans", "early", -60, 0, 1).await;
    let group = world.requested("group").await;
    let morning = world.requested("morning").await;
    let alans = book(&world, "alans", "early").await.unwrap();
    world.settle().await;
    let (grace, alan, staff) = (world.expert(EXPERT), world.expert("alan"), world.token("staff", Some(ORGANIZATION)));

    // By the slots' start, whenever they were booked.
    let own = world.get(&path("")).token(&grace).await.expect(200);
    assert_eq!(ids(&own), [morning.id.clone(), group.id.clone()]);
    assert_eq!((&own["cursor"], &own["bookings"][0]["booking"]["expert"]), (&Value::Null, &json!(EXPERT)));
    assert_eq!(ids(&world.get(&path("")).token(&alan).await.expect(200)), std::slice::from_ref(&alans.id));
    assert_eq!(ids(&world.get(&path("?expert=grace")).token(&grace).await.expect(200)).len(), 2);
    world.get(&path("?expert=alan")).token(&grace).await.refused(403, "forbidden");
    let all = world.get(&path("")).token(&staff).await.expect(200);
    assert_eq!(ids(&all), [morning.id.clone(), group.id.clone(), alans.id.clone()]);
    assert_eq!(ids(&world.get(&path("?expert=alan")).token(&staff).await.expect(200)), std::slice::from_ref(&alans.id));

    // From a moment on, and before one.
    let starts_at = world.order(&group).await["booking"]["starts_at"].as_str().unwrap().to_owned();
    for token in [&grace, &staff] {
        let from = world.get(&path(&format!("?expert=grace&from={starts_at}"))).token(token).await.expect(200);
        assert_eq!(ids(&from), std::slice::from_ref(&group.id));
        let to = world.get(&path(&format!("?expert=grace&to={starts_at}"))).token(token).await.expect(200);
        assert_eq!(ids(&to), std::slice::from_ref(&morning.id));
        let none =
            world.get(&path(&format!("?from={starts_at}&to=2000-01-01T00:00:00Z"))).token(token).await.expect(200);
        assert_eq!(ids(&none), Vec::<String>::new());
    }

    // The order itself opens to its expert alone; papers of the buyer's do not.
    let order = |order: &Bought, rest: &str| format!("/v1/orders/{}{rest}", order.id);
    assert_eq!(world.get(&order(&group, "")).token(&grace).await.expect(200)["id"], group.id.as_str());
    world.get(&order(&group, "")).token(&alan).await.refused(404, "not_found");
    world.get(&order(&alans, "")).token(&grace).await.refused(404, "not_found");
    world.get(&order(&group, "/receipt")).token(&grace).await.refused(404, "not_found");
    world.get(&path("")).await.refused(401, "unauthenticated");
    world.get(&path("")).token(&world.customer("ada")).await.refused(403, "forbidden");
    world.finish().await;
}

#[tokio::test]
async fn bookings_are_paged() {
    let world = World::of_experts().await;
    put(&world, TUTOR, "course", 0, 60, 70).await;
    let mut booked = Vec::new();
    for _ in 0..61 {
        booked.push(world.ordered(&[(TUTOR, "course", 1)], None).await.id);
    }
    booked.sort();
    for token in [world.expert(EXPERT), world.token("staff", Some(ORGANIZATION))] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        let mut pages = 0;
        loop {
            let page = world.get(&path(&format!("?cursor={cursor}"))).token(&token).await.expect(200);
            seen.extend(ids(&page));
            pages += 1;
            let Some(next) = page["cursor"].as_str() else { break };
            cursor = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        }
        seen.sort();
        assert_eq!((pages, seen.len()), (2, 61));
        assert_eq!(seen, booked);
    }
}
