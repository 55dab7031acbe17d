//! Experts' time on sale: by the admin, and by experts their own.

use holdfast_tests::{EXPERT, HOUR, ORGANIZATION, TUTOR, World};
use local::TokenFields;
use serde_json::{Value, json};

fn slot_path(listing: &str, slot: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{listing}/offers/{slot}")
}

/// A slot's body.
fn slot(world: &World, changes: &Value) -> Value {
    let mut body = json!({ "name": "Noon", "price": "40.00", "capacity": 1, "starts_at": world.from_now(24 * HOUR) });
    body.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    body
}

#[tokio::test]
async fn an_expert_who_hears_of_no_booking_is_warned_of_where_the_listing_is_written() {
    let world = World::new().await;
    let warnings = async |changes: Value| {
        let answer = world.expert_listing(TUTOR, changes).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json["warnings"].clone()
    };
    let warned = warnings(json!({})).await;
    assert_eq!((warned.as_array().map(Vec::len), &warned[0]["field"]), (Some(1), &json!("contact")));
    assert!(warned[0]["message"].as_str().is_some_and(|text| text.contains("hears of no booking")), "{warned}");
    assert_eq!(world.get(&format!("/v1/listings/{TUTOR}")).await.expect(200)["warnings"], Value::Null, "buyers do not");
    assert_eq!(warnings(json!({ "published": false })).await, Value::Null, "it is not for sale yet");
    assert_eq!(warnings(json!({ "contact": { "email": "grace@acme.example" } })).await, Value::Null);
    assert_eq!(warnings(json!({ "contact": null })).await.as_array().map(Vec::len), Some(1));
    // A telephone is no mailbox; the organization's address is one.
    assert_eq!(warnings(json!({ "contact": { "phone": "+1 212 555 0100" } })).await.as_array().map(Vec::len), Some(1));
    world.organization(ORGANIZATION, json!({ "contact": { "email": "box@acme.example" } })).await.expect(200);
    assert_eq!(warnings(json!({})).await, Value::Null);
    let show = world.show("another", json!({})).await.expect(201);
    assert_eq!(show["warnings"], Value::Null);
}

#[tokio::test]
async fn a_listing_of_an_experts_time_names_its_expert() {
    let world = World::new().await;
    let made = world.expert_listing(TUTOR, json!({})).await.expect(201);
    assert_eq!((&made["kind"], &made["expert"], &made["starts_at"]), (&json!("expert"), &json!(EXPERT), &Value::Null));
    let before = world.dump().await;
    let long = "x".repeat(256);
    for expert in [json!(null), json!(""), json!(" grace"), json!("gra\nce"), json!(long), json!(7)] {
        let answer = world.expert_listing("other", json!({ "expert": expert })).await;
        answer.refused(400, "invalid_request").at("expert");
    }
    // Nothing else has one.
    world.show("new-show", json!({ "expert": EXPERT })).await.refused(400, "invalid_request").at("expert");
    world.expert_listing("other", json!({ "kind": "product" })).await.refused(400, "invalid_request").at("expert");
    world.expert_listing("other", json!({ "kind": "package" })).await.refused(400, "invalid_request").at("expert");
    world.offer_with("seat", json!({ "expert": EXPERT })).await.refused(400, "invalid_request").at("expert");
    world.unchanged_since(&before).await;
    let listed = world.get("/v1/listings?kind=expert").await.expect(200);
    assert_eq!(listed["listings"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["listings"][0]["expert"], EXPERT);
    world
        .expert_listing(TUTOR, json!({ "kind": "show", "expert": null, "starts_at": world.from_now(HOUR) }))
        .await
        .refused(409, "illegal_state")
        .at("kind");
}

#[tokio::test]
async fn a_slot_shows_when_and_whose_it_is() {
    let world = World::of_experts().await;
    let starts_at = world.from_now(30 * HOUR);
    let body = json!({ "price": "80", "starts_at": starts_at, "ends_at": world.from_now(31 * HOUR) });
    let made = world.slot_with("noon", body.clone()).await.expect(201);
    assert_eq!((&made["starts_at"], &made["ends_at"]), (&body["starts_at"], &body["ends_at"]));
    assert_eq!((&made["expert"], &made["hours"]), (&json!(EXPERT), &Value::Null));
    assert_eq!((&made["capacity"], &made["available"], &made["price"]), (&json!(1), &json!(1), &json!("80.00")));
    let other = world.slot_with("guest", json!({ "expert": "alan" })).await.expect(201);
    assert_eq!(other["expert"], "alan");
    let shown = world.get(&format!("/v1/listings/{TUTOR}")).await.expect(200);
    let offers = shown["offers"].as_array().expect("offers");
    let expert_of = |id: &str| offers.iter().find(|offer| offer["id"] == id).map(|offer| offer["expert"].clone());
    assert_eq!((expert_of("noon"), expert_of("guest")), (Some(json!(EXPERT)), Some(json!("alan"))));
    assert!(world.requested("noon").await.json["order"]["booking"]["starts_at"] == starts_at.as_str());
    world.finish().await;
}

#[tokio::test]
async fn a_slot_has_a_start_and_so_many_seats() {
    let world = World::of_experts().await;
    let before = world.dump().await;
    for (changes, field) in [
        (json!({ "starts_at": null }), "starts_at"),
        (json!({ "capacity": null }), "capacity"),
        (json!({ "capacity": 0 }), "capacity"),
        (json!({ "ends_at": world.from_now(HOUR) }), "ends_at"),
        (json!({ "expert": "" }), "expert"),
        (json!({ "hours": "1" }), "hours"),
    ] {
        world.slot_with("noon", changes).await.refused(400, "invalid_request").at(field);
    }
    world.unchanged_since(&before).await;
    // The listing's time is as good, and stays the slot's when the listing has another.
    let first = world.from_now(50 * HOUR);
    world
        .expert_listing("seminar", json!({ "starts_at": first, "ends_at": world.from_now(52 * HOUR) }))
        .await
        .expect(201);
    let path = slot_path("seminar", "seat");
    let body = slot(&world, &json!({ "starts_at": null, "capacity": 8 }));
    let made = world.put(&path).role("admin").json(&body).await.expect(201);
    assert_eq!(made["starts_at"], first.as_str());
    let early = slot(&world, &json!({ "starts_at": null, "ends_at": world.from_now(49 * HOUR) }));
    world.put(&path).role("admin").json(&early).await.refused(400, "invalid_request").at("ends_at");
    world.expert_listing("seminar", json!({ "starts_at": null })).await.expect(200);
    let order = world.ordered(&[("seminar", "seat", 2)], Some("pm_card_visa")).await;
    assert_eq!(order.json["order"]["booking"]["starts_at"], first.as_str());
    world.finish().await;
}

#[tokio::test]
async fn experts_put_their_own_slots_on_sale() {
    let world = World::of_experts().await;
    let grace = world.expert(EXPERT);
    let alan = world.expert("alan");
    let path = slot_path(TUTOR, "noon");
    let put = async |token: &str, path: &str, changes: Value| {
        let body = slot(&world, &changes);
        world.put(path).token(token).json(&body).await
    };
    let made = put(&grace, &path, json!({})).await.expect(201);
    assert_eq!(made["expert"], EXPERT);
    let starts_at = made["starts_at"].clone();
    let dearer = json!({ "price": "50.00", "starts_at": starts_at });
    assert_eq!(put(&grace, &path, dearer.clone()).await.expect(200)["price"], "50.00");
    assert_eq!(put(&grace, &path, json!({ "capacity": 4, "expert": EXPERT })).await.expect(200)["available"], 4);
    world.slot_with("alans", json!({ "expert": "alan" })).await.expect(201);
    let before = world.dump().await;

    // Not another expert's slot, not for another expert, not in another expert's listing.
    put(&alan, &path, json!({})).await.refused(403, "forbidden");
    put(&alan, &path, json!({ "expert": "alan" })).await.refused(403, "forbidden");
    put(&grace, &path, json!({ "expert": "alan" })).await.refused(403, "forbidden").at("expert");
    put(&grace, &slot_path(TUTOR, "new"), json!({ "expert": "alan" })).await.refused(403, "forbidden").at("expert");
    put(&alan, &slot_path(TUTOR, "new"), json!({ "expert": "alan" })).await.refused(403, "forbidden");
    put(&grace, &slot_path(TUTOR, "alans"), json!({ "expert": EXPERT })).await.refused(403, "forbidden");
    // Tickets are the admin's.
    put(&grace, "/v1/organizations/acme/listings/summer-show/offers/vip", json!({})).await.refused(403, "forbidden");
    // The role counts in its own organization, and no other role of hers does.
    let claims = |role: &str, organization: &str| world.stack.token(&TokenFields::of(EXPERT, role, Some(organization)));
    put(&claims("expert", "globex"), &path, json!({})).await.refused(403, "forbidden");
    put(&claims("staff", ORGANIZATION), &path, json!({})).await.refused(403, "forbidden");
    put(&world.customer(EXPERT), &path, json!({})).await.refused(403, "forbidden");
    world.put(&path).json(&slot(&world, &json!({}))).await.refused(401, "unauthenticated");
    // Taking slots from sale, listings and codes are the admin's, too.
    world.delete(&path).token(&grace).await.refused(403, "forbidden");
    let listing = format!("/v1/organizations/{ORGANIZATION}/listings/{TUTOR}");
    world
        .put(&listing)
        .token(&grace)
        .json(&json!({ "kind": "expert", "title": "Mine", "expert": EXPERT }))
        .await
        .refused(403, "forbidden");
    world
        .put(&format!("{listing}/promos/MINE"))
        .token(&grace)
        .json(&json!({ "percent_off": "1" }))
        .await
        .refused(403, "forbidden");
    world.unchanged_since(&before).await;

    // One that was given to her is hers, also in another's listing.
    world.expert_listing("alans-hours", json!({ "expert": "alan" })).await.expect(201);
    let shared = slot_path("alans-hours", "shared");
    world.put(&shared).role("admin").json(&slot(&world, &json!({ "expert": EXPERT }))).await.expect(201);
    put(&grace, &shared, json!({ "expert": EXPERT, "price": "60.00" })).await.expect(200);
    // Saying nothing of whose it is leaves it hers, by her hand and by the admin's; null is the listing's expert.
    let kept = put(&grace, &shared, json!({ "price": "61.00" })).await.expect(200);
    assert_eq!((&kept["expert"], &kept["price"]), (&json!(EXPERT), &json!("61.00")));
    assert_eq!(put(&world.token("admin", Some(ORGANIZATION)), &shared, json!({})).await.expect(200)["expert"], EXPERT);
    put(&grace, &shared, json!({ "expert": null })).await.refused(403, "forbidden").at("expert");
    put(&alan, &shared, json!({ "expert": "alan" })).await.refused(403, "forbidden");
    // One that was taken from sale has no owner: the listing's expert may use the name again.
    assert_eq!(world.delete(&shared).role("admin").await.status.as_u16(), 204);
    put(&grace, &shared, json!({ "expert": EXPERT })).await.refused(403, "forbidden");
    put(&alan, &shared, json!({})).await.expect(201);
    world.finish().await;
}

#[tokio::test]
async fn a_booked_slot_stays_where_it_is() {
    let world = World::of_experts().await;
    let grace = world.expert(EXPERT);
    let path = slot_path(TUTOR, "noon");
    let at = world.from_now(24 * HOUR);
    let with = |changes: Value| {
        let mut body = slot(&world, &json!({ "starts_at": at }));
        body.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        body
    };
    world.put(&path).token(&grace).json(&with(json!({}))).await.expect(201);
    let later = json!({ "starts_at": world.from_now(25 * HOUR) });
    world.put(&path).token(&grace).json(&with(later.clone())).await.expect(200);
    world.put(&path).token(&grace).json(&with(json!({}))).await.expect(200);
    let order = world.requested("noon").await;
    let before = world.dump().await;
    for changes in [later.clone(), json!({ "ends_at": world.from_now(26 * HOUR) })] {
        world.put(&path).token(&grace).json(&with(changes)).await.refused(409, "offer_in_use");
    }
    world.put(&path).role("admin").json(&with(json!({ "expert": "alan" }))).await.refused(409, "offer_in_use");
    world.put(&path).role("admin").json(&with(json!({ "capacity": 0 }))).await.refused(400, "invalid_request");
    world.unchanged_since(&before).await;
    // Its price and its group may change: who has booked has booked at the old price.
    let made = world.put(&path).token(&grace).json(&with(json!({ "price": "55.00", "capacity": 2 }))).await.expect(200);
    assert_eq!((&made["price"], &made["available"]), (&json!("55.00"), &json!(1)));
    assert_eq!(world.order(&order).await["total"], "40.00");
    world.as_expert(&order, "decline").await.expect(200);
    world.put(&path).token(&grace).json(&with(later)).await.expect(200);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn moving_a_slot_and_booking_it_at_the_same_moment() {
    let world = World::of_experts().await;
    for n in 0..10 {
        let name = format!("noon-{n}");
        let (early, late) = (world.from_now((24 + n) * HOUR), world.from_now((100 + n) * HOUR));
        world.slot_with(&name, json!({ "starts_at": early })).await.expect(201);
        let request = world.slot_request(&name, Some("pm_card_visa"));
        let (booked, moved) =
            tokio::join!(world.order_under(&name, &request), world.slot_with(&name, json!({ "starts_at": late })),);
        let starts_at = booked.expect(201)["order"]["booking"]["starts_at"].clone();
        match moved.status.as_u16() {
            200 => assert_eq!(starts_at, late.as_str()),
            409 => assert_eq!(starts_at, early.as_str()),
            other => panic!("{other}: {}", moved.text),
        }
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_codes_discount_counts_for_slots() {
    let world = World::of_experts().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{TUTOR}/promos/FIFTH");
    world.put(&path).role("admin").json(&json!({ "percent_off": "0.20", "max_uses": 1 })).await.expect(201);
    let mut request = world.slot_request("morning", Some("pm_card_visa"));
    request["promo_code"] = json!("FIFTH");
    let order = holdfast_tests::Bought::of(world.order_under("cheap", &request).await.expect(201));
    assert_eq!((&order.json["order"]["total"], &order.json["order"]["discount"]), (&json!("64.00"), &json!("16.00")));
    let mut second = world.slot_request("group", Some("pm_card_visa"));
    second["promo_code"] = json!("FIFTH");
    world.order_under("used-up", &second).await.refused(400, "promo_invalid");
    // What was turned down gives its use back.
    world.as_expert(&order, "decline").await.expect(200);
    world.order_under("again", &second).await.expect(201);
    world.settle().await;
    world.finish().await;
}
