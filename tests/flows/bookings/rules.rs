//! Slots by a rule: on sale once each, whatever is repeated or breaks off; and who may put them there.

use holdfast_tests::{
    Answer, EXPERT, ORGANIZATION, TUTOR, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

const CLUB: &str = "chess-club";

fn path(listing: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{listing}/slots")
}

/// Sundays at nine in Berlin, around the end of summer time in 2099: 18, 25 October, 1 and 8 November.
fn sundays(changes: &Value) -> Value {
    let mut body = json!({
        "rule": "FREQ=WEEKLY;BYDAY=SU;COUNT=4", "starts_at": "2099-10-12T09:00", "time_zone": "Europe/Berlin",
        "duration_minutes": 60, "offer": { "name": "An hour", "price": "60.00", "capacity": 1 }
    });
    body.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    body
}

async fn put(world: &World, changes: &Value) -> Answer {
    world.post(&path(TUTOR)).role("admin").json(&sundays(changes)).await
}

fn counts(answer: &Value) -> [u64; 3] {
    ["made", "present", "refused"].map(|field| answer[field].as_u64().expect("a count"))
}

/// A field of each slot of an answer.
fn each(answer: &Value, field: &str) -> Vec<String> {
    let slots = answer["slots"].as_array().expect("slots").iter();
    slots.map(|slot| slot[field].as_str().unwrap_or("null").to_owned()).collect()
}

#[tokio::test]
async fn a_rule_keeps_the_time_on_the_wall_and_a_repeat_changes_nothing() {
    let world = World::of_experts().await;
    let before = world.dump().await;
    let preview = put(&world, &json!({ "preview": true })).await.expect(200);
    world.unchanged_since(&before).await;
    let made = put(&world, &json!({})).await.expect(201);
    assert_eq!((counts(&preview), counts(&made)), ([4, 0, 0], [4, 0, 0]));
    assert_eq!((&preview["preview"], &made["preview"]), (&json!(true), &json!(false)));
    assert_eq!(preview["slots"], made["slots"], "a preview says what becomes of each");
    let starts = ["2099-10-18T07:00:00Z", "2099-10-25T08:00:00Z", "2099-11-01T08:00:00Z", "2099-11-08T08:00:00Z"];
    assert_eq!(each(&made, "starts_at"), starts);
    assert!(each(&made, "local").iter().all(|local| local.ends_with("T09:00:00")), "{made}");

    let shown = world.get(&format!("/v1/listings/{TUTOR}")).await.expect(200);
    for id in each(&made, "offer") {
        let offers = shown["offers"].as_array().expect("offers");
        let offer = offers.iter().find(|offer| offer["id"] == id.as_str()).expect("on sale");
        assert_eq!(
            (&offer["expert"], &offer["price"], &offer["available"]),
            (&json!(EXPERT), &json!("60.00"), &json!(1))
        );
    }
    // The same again; in other words; at another price: each slot is there, and stays as it is.
    let before = world.raw();
    for changes in [
        json!({}),
        json!({ "rule": "RRULE:FREQ=WEEKLY;UNTIL=20991108", "starts_at": "2099-10-18T09:00:00" }),
        json!({ "offer": { "name": "Dearer", "price": "90.00", "capacity": 3 } }),
    ] {
        let again = put(&world, &changes).await.expect(200);
        assert_eq!((counts(&again), each(&again, "offer")), ([0, 4, 0], each(&made, "offer")), "{changes}");
    }
    world.table_is(&before);
    // One slot of them is booked as any.
    let slot = each(&made, "offer").remove(0);
    let order = world.requested(&slot).await;
    assert_eq!(order.json["order"]["booking"]["starts_at"], starts[0]);
    world.finish().await;
}

#[tokio::test]
async fn a_rule_that_breaks_off_is_finished_by_its_repeat() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::AnswerLost, Fault::ServerError] {
        let faults = Faults::new();
        let world = World::of_experts_with(faults.options()).await;
        let twenty = json!({ "rule": "FREQ=WEEKLY;COUNT=20" });
        let rule = Rule::every(Service::Table, fault).of("TransactWriteItems").after(7).sticking();
        faults.plan([rule]);
        let broken = faults.run(async { put(&world, &twenty).await }).await;
        assert!(faults.heal() > 0, "{fault:?}");
        assert!(broken.is_none_or(|answer| answer.status.as_u16() == 503), "{fault:?}");
        let answer = put(&world, &twenty).await;
        assert!(answer.status.is_success(), "{fault:?}: {}", answer.text);
        let [made, present, refused] = counts(&answer.json);
        // Where only answers were lost, all of them may be there.
        assert!(present > 0 && (made > 0 || matches!(fault, Fault::AnswerLost)), "{fault:?}: {}", answer.text);
        assert_eq!((made + present, refused), (20, 0), "{fault:?}");
        assert_eq!(counts(&put(&world, &twenty).await.expect(200)), [0, 20, 0], "{fault:?}");
        let all = world.everything().await;
        let slots = all.offers.iter().filter(|offer| offer.id.as_str().starts_with("slot-"));
        assert_eq!(slots.count(), 20, "{fault:?}");
        world.finish().await;
    }
}

#[tokio::test]
async fn what_is_in_the_way_of_a_slot_is_named() {
    let world = World::of_experts().await;
    // A slot of this listing, one that is booked in another, and one there that is only on sale.
    world
        .slot_with("early", json!({ "starts_at": "2099-10-18T06:30:00Z", "ends_at": "2099-10-18T07:30:00Z" }))
        .await
        .expect(201);
    world.expert_listing(CLUB, json!({ "title": "Chess with Grace" })).await.expect(201);
    for (slot, starts_at, ends_at) in [
        ("booked", "2099-10-25T08:30:00Z", "2099-10-25T09:30:00Z"),
        ("free", "2099-11-01T08:30:00Z", "2099-11-01T09:30:00Z"),
    ] {
        let body = json!({ "capacity": 1, "starts_at": starts_at, "ends_at": ends_at });
        world.offer_of(ORGANIZATION, CLUB, slot, body).await.expect(201);
    }
    world.ordered(&[(CLUB, "booked", 1)], Some("pm_card_visa")).await;
    let answer = put(&world, &json!({ "except": ["2099-11-08"] })).await.expect(201);
    assert_eq!(counts(&answer), [1, 0, 2]);
    assert_eq!(each(&answer, "status"), ["refused", "refused", "made"]);
    assert_eq!(each(&answer, "cause"), ["slot_overlaps", "slot_overlaps", "null"]);
    // What is taken from sale by hand is not put there again.
    let slot = each(&answer, "offer").remove(2);
    let offer = format!("/v1/organizations/{ORGANIZATION}/listings/{TUTOR}/offers/{slot}");
    assert_eq!(world.delete(&offer).role("admin").await.status.as_u16(), 204);
    let again = put(&world, &json!({ "except": ["2099-11-08"] })).await.expect(200);
    assert_eq!(each(&again, "cause"), ["slot_overlaps", "slot_overlaps", "deleted"]);
    let past = put(&world, &json!({ "starts_at": "2020-10-12T09:00" })).await.expect(200);
    assert_eq!((counts(&past), each(&past, "cause")), ([0, 0, 4], vec!["past".to_owned(); 4]));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_rule_that_is_none_is_refused_and_writes_nothing() {
    let world = World::of_experts().await;
    let before = world.dump().await;
    let offer = |changes: Value| {
        let mut offer = json!({ "name": "An hour", "price": "60.00", "capacity": 1 });
        offer.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        json!({ "offer": offer })
    };
    for (changes, field) in [
        (json!({ "rule": "FREQ=WEEKLY" }), "rule"),
        (json!({ "rule": "FREQ=HOURLY;COUNT=3" }), "rule"),
        (json!({ "rule": "FREQ=DAILY;COUNT=401" }), "rule"),
        (json!({ "rule": "FREQ=WEEKLY;BYHOUR=9;COUNT=3" }), "rule"),
        (json!({ "starts_at": "2099-10-12T09:00:00Z" }), "starts_at"),
        (json!({ "time_zone": "Mars/Olympus" }), "time_zone"),
        (json!({ "time_zone": null }), "time_zone"),
        (json!({ "duration_minutes": 0 }), "duration_minutes"),
        (json!({ "except": ["soon"] }), "except[0]"),
        (offer(json!({ "starts_at": "2099-10-18T07:00:00Z" })), "offer.starts_at"),
        (offer(json!({ "capacity": null })), "offer.capacity"),
        (offer(json!({ "price": "free" })), "offer.price"),
    ] {
        put(&world, &changes).await.refused(400, "invalid_request").at(field);
    }
    world
        .post(&path("summer-show"))
        .role("admin")
        .json(&sundays(&json!({})))
        .await
        .refused(400, "invalid_request")
        .at("listing");
    world.post(&path("nowhere")).role("admin").json(&sundays(&json!({}))).await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    // The listing's own zone, else its organization's, is the expert's.
    world.organization(ORGANIZATION, json!({ "time_zone": "America/New_York" })).await.expect(200);
    let starts = |answer: Value| each(&answer, "starts_at").remove(0);
    let own = json!({ "time_zone": null, "preview": true });
    assert_eq!(starts(put(&world, &own).await.expect(200)), "2099-10-18T13:00:00Z");
    world.expert_listing(TUTOR, json!({ "time_zone": "Europe/London" })).await.expect(200);
    assert_eq!(starts(put(&world, &own).await.expect(200)), "2099-10-18T08:00:00Z");
    let canceled = format!("/v1/organizations/{ORGANIZATION}/listings/{TUTOR}/cancel");
    world.post(&canceled).role("admin").await.expect(202);
    put(&world, &json!({})).await.refused(409, "illegal_state");
    world.finish().await;
}

#[tokio::test]
async fn experts_put_their_own_slots_on_sale_by_a_rule() {
    let world = World::of_experts().await;
    let (grace, alan) = (world.expert(EXPERT), world.expert("alan"));
    let ask = async |token: &str, changes: Value| world.post(&path(TUTOR)).token(token).json(&sundays(&changes)).await;
    let others = json!({ "offer": { "name": "An hour", "price": "60.00", "capacity": 1, "expert": "alan" } });
    let before = world.dump().await;
    ask(&alan, json!({})).await.refused(403, "forbidden");
    ask(&alan, others.clone()).await.refused(403, "forbidden");
    ask(&grace, others.clone()).await.refused(403, "forbidden").at("expert");
    ask(&alan, json!({ "preview": true })).await.refused(403, "forbidden");
    ask(&world.token("staff", Some(ORGANIZATION)), json!({})).await.refused(403, "forbidden");
    ask(&world.token("admin", Some("globex")), json!({})).await.refused(403, "forbidden");
    ask(&world.customer(EXPERT), json!({})).await.refused(403, "forbidden");
    world.post(&path(TUTOR)).json(&sundays(&json!({}))).await.refused(401, "unauthenticated");
    world.unchanged_since(&before).await;
    assert_eq!(counts(&ask(&grace, json!({})).await.expect(201)), [4, 0, 0]);
    // Two experts are in two places: an admin puts another's slots at the same times on sale.
    assert_eq!(counts(&put(&world, &others).await.expect(201)), [4, 0, 0]);
    assert_eq!(counts(&put(&world, &others).await.expect(200)), [0, 4, 0]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_rule_twice_at_once_makes_each_slot_once() {
    let world = World::of_experts().await;
    let many = json!({ "rule": "FREQ=DAILY;COUNT=400" });
    let (one, other) = tokio::join!(put(&world, &many), put(&world, &many));
    let sum = |answer: &Answer| answer.json["made"].as_u64().expect("a count");
    for answer in [&one, &other] {
        assert!(answer.status.is_success(), "{}", answer.text);
        assert_eq!(counts(&answer.json)[2], 0, "{}", answer.text);
    }
    assert_eq!(sum(&one) + sum(&other), 400);
    let all = world.everything().await;
    assert_eq!(all.offers.iter().filter(|offer| offer.id.as_str().starts_with("slot-")).count(), 400);
    world.finish().await;
}
