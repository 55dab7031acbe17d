//! What is for sale, and who puts it there.

use holdfast_tests::{ORGANIZATION, SHOW, World, steady};
use serde_json::{Value, json};

fn offer_path(offer: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/{offer}")
}

#[tokio::test]
async fn the_service_is_up() {
    let world = World::new().await;
    let health = world.get("/v1/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn a_listing_shows_its_offers_and_what_is_left() {
    let world = World::new().await;
    world.buy("vip", 3).await;
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    insta::assert_json_snapshot!("a_listing_with_three_units_held", steady(&listing));
    world.finish().await;
}

#[tokio::test]
async fn only_published_listings_are_shown() {
    let world = World::new().await;
    world.show("secret-show", json!({ "published": false })).await.expect(201);
    world.get("/v1/listings/secret-show").await.refused(404, "not_found");
    world.get("/v1/listings/no-show").await.refused(404, "not_found").explains("There is no such listing");
    let list = world.get("/v1/listings").await.expect(200);
    let ids: Vec<_> = list["listings"].as_array().unwrap().iter().map(|listing| listing["id"].clone()).collect();
    assert_eq!(ids, [SHOW]);
    world.show("secret-show", json!({ "published": true })).await.expect(200);
    world.get("/v1/listings/secret-show").await.expect(200);
    world.show(SHOW, json!({ "published": false })).await.expect(200);
    let list = world.get("/v1/listings").await.expect(200);
    assert_eq!(list["listings"][0]["id"], "secret-show");
}

#[tokio::test]
async fn listings_are_filtered_and_paged() {
    let world = World::new().await;
    world.organization("globex", json!({})).await.expect(201);
    for n in 0..60 {
        world.show_of("globex", &format!("gala-{n:02}"), json!({ "title": format!("Gala {n}") })).await.expect(201);
    }
    world.show_of("globex", "mug", json!({ "kind": "product", "starts_at": null, "ends_at": null })).await.expect(201);
    let ids = |page: &Value| -> Vec<String> {
        page["listings"].as_array().unwrap().iter().map(|listing| listing["id"].as_str().unwrap().to_owned()).collect()
    };
    let own = world.get(&format!("/v1/listings?organization={ORGANIZATION}")).await.expect(200);
    assert_eq!((ids(&own), &own["cursor"]), (vec![SHOW.to_owned()], &Value::Null));
    let paged = async |kind: &str| {
        let first = format!("/v1/listings?organization=globex&kind={kind}");
        let (mut seen, mut path) = (Vec::new(), first.clone());
        for _ in 0..10 {
            let page = world.get(&path).await.expect(200);
            seen.extend(ids(&page));
            let Some(cursor) = page["cursor"].as_str() else { break };
            path = format!("{first}&cursor={cursor}");
            // The order of parameters makes no other list of it; another filter does.
            world.get(&format!("/v1/listings?cursor={cursor}&kind={kind}&organization=globex")).await.expect(200);
            for other in ["kind=expert&organization=globex", "organization=globex", &format!("kind={kind}")] {
                let answer = world.get(&format!("/v1/listings?{other}&cursor={cursor}")).await;
                answer.refused(400, "invalid_request").at("cursor");
            }
        }
        seen
    };
    let seen = paged("show").await;
    assert_eq!(seen.len(), 60, "{seen:?}");
    let unique: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(unique.len(), 60);
    assert_eq!(paged("product").await, ["mug"]);
}

#[tokio::test]
async fn organizations_have_sensible_defaults() {
    let world = World::new().await;
    let token = world.token("platform", None);
    let made = world.put("/v1/organizations/plain").token(&token).json(&json!({ "name": "Plain" })).await.expect(201);
    let expected = json!({
        "id": "plain", "name": "Plain", "currency": "usd", "stripe_account_id": null, "platform_fee_per_ticket": "1.50",
        "processing_percent": "0.029", "processing_fixed": "0.30", "max_tickets_per_order": 10,
        "max_order_amount": "5000.00", "max_donation_per_ticket": "1000.00",
        "cancellation": [{ "from_hours_before": 24, "percent": 100 }, { "from_hours_before": 2, "percent": 50 }],
        "allowed_origins": [],
        "contact": { "email": null, "address": null, "tax_id": null, "phone": null },
        "logo_url": null, "accent_color": null, "locale": null, "time_zone": null, "check_in_opens_hours_before": 4, "show_fees": "named",
        "daily_summary": { "sales": true, "refunds": true, "disputes": true, "reviews": true },
        "daily_summary_undeliverable": null, "daily_summary_undeliverable_since": null,
        "remind_of_open_payment": false,
        "tax": { "automatic": true, "behavior": "exclusive", "liability": "platform" },
        "payment_modes": ["hosted", "intent"],
    });
    assert_eq!(made, expected);
    assert_eq!(world.get("/v1/organizations/plain").token(&token).await.expect(200), expected);
}

#[tokio::test]
async fn an_offer_shows_what_it_was_given() {
    let world = World::new().await;
    let body = json!({ "name": "Balcony", "price": "12.5", "capacity": 7, "vip": true, "donation": true });
    let made = world.offer_with("balcony", body).await.expect(201);
    insta::assert_json_snapshot!("an_offer", steady(&made));
    world.offer_with("balcony", json!({ "capacity": 9 })).await.expect(200);
    assert_eq!(world.stock("balcony").await, (9, 0, 0));
}

#[tokio::test]
async fn capacity_may_change_but_not_below_what_is_held_or_sold() {
    let world = World::new().await;
    world.bought("vip", 3).await;
    world.buy("vip", 2).await;
    let before = world.dump().await;
    let answer = world.offer_with("vip", json!({ "price": "60.00", "capacity": 4 })).await;
    answer.refused(409, "capacity_below_sold").at("capacity");
    world.unchanged_since(&before).await;
    world.offer("vip", "60.00", 5).await;
    assert_eq!(world.stock("vip").await, (0, 2, 3));
    world.checkout(&world.request("vip", 1)).await.refused(400, "insufficient_stock");
    world.offer("vip", "60.00", 6).await;
    assert_eq!(world.stock("vip").await, (1, 2, 3));
    world.buy("vip", 1).await;
    // With many shards as with one.
    world.offer_with("hall", json!({ "capacity": 20, "shards": 4 })).await.expect(201);
    world.buy("hall", 9).await;
    world.offer_with("hall", json!({ "capacity": 8, "shards": 4 })).await.refused(409, "capacity_below_sold");
    world.offer_with("hall", json!({ "capacity": 9, "shards": 4 })).await.expect(200);
    assert_eq!(world.stock("hall").await, (0, 9, 0));
    world.offer_with("hall", json!({ "capacity": 30 })).await.expect(200);
    assert_eq!(world.stock("hall").await, (21, 9, 0));
    world.finish().await;
}

#[tokio::test]
async fn an_offer_in_use_cannot_be_deleted() {
    let world = World::new().await;
    let order = world.buy("vip", 1).await;
    let before = world.dump().await;
    world.delete(&offer_path("vip")).role("admin").await.refused(409, "offer_in_use");
    world.unchanged_since(&before).await;
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    world.delete(&offer_path("vip")).role("admin").await.refused(409, "offer_in_use");
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.delete(&offer_path("vip")).role("admin").await.status.as_u16(), 204);
    world.delete(&offer_path("vip")).role("admin").await.refused(404, "not_found");
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    assert!(listing["offers"].as_array().unwrap().iter().all(|offer| offer["id"] != "vip"));
    world.finish().await;
}

#[tokio::test]
async fn deleting_and_buying_at_the_same_moment_ends_in_one_of_two_ways() {
    let world = World::new().await;
    for n in 0..10 {
        let offer = format!("kind-{n}");
        world.offer(&offer, "25.00", 5).await;
        let request = world.request(&offer, 1);
        let path = offer_path(&offer);
        let (bought, deleted) = tokio::join!(world.checkout(&request), world.delete(&path).role("admin").send());
        match (bought.status.as_u16(), deleted.status.as_u16()) {
            (201, 409) | (400 | 404, 204) => {}
            other => panic!("{other:?}: {} {}", bought.text, deleted.text),
        }
    }
    world.finish().await;
}

#[tokio::test]
async fn an_offer_may_come_back_after_deletion() {
    let world = World::new().await;
    assert_eq!(world.delete(&offer_path("vip")).role("admin").await.status.as_u16(), 204);
    let again = world.offer_with("vip", json!({ "price": "70.00", "capacity": 5 })).await;
    again.expect(201);
    assert_eq!(world.stock("vip").await, (5, 0, 0));
    assert_eq!(world.buy("vip", 1).await.json["order"]["lines"][0]["unit_price"], "70.00");
    world.finish().await;
}

#[tokio::test]
async fn what_is_written_badly_is_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let long = "x".repeat(201);
    for (changes, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": long }), "name"),
        (json!({ "name": "a\u{0}" }), "name"),
        (json!({ "stripe_account_id": "sk_live_1" }), "stripe_account_id"),
        (json!({ "platform_fee_per_ticket": "-1" }), "platform_fee_per_ticket"),
        (json!({ "platform_fee_per_ticket": "1.505" }), "platform_fee_per_ticket"),
        (json!({ "processing_percent": "1.1" }), "processing_percent"),
        (json!({ "processing_percent": "1e-2" }), "processing_percent"),
        (json!({ "processing_percent": "0.0000001" }), "processing_percent"),
        (json!({ "max_tickets_per_order": 0 }), "max_tickets_per_order"),
        (json!({ "max_tickets_per_order": 31 }), "max_tickets_per_order"),
        (json!({ "max_order_amount": "NaN" }), "max_order_amount"),
        (json!({ "cancellation": [{ "from_hours_before": 1, "percent": 101 }] }), "cancellation[0].percent"),
        (
            json!({ "cancellation": [{ "from_hours_before": 1, "percent": 10 }, { "from_hours_before": 1, "percent": 5 }] }),
            "cancellation",
        ),
        (json!({ "allowed_origins": ["https://shop.example/path"] }), "allowed_origins[0]"),
        (json!({ "allowed_origins": ["*"] }), "allowed_origins[0]"),
        (json!({ "currency": "USD" }), "currency"),
        (json!({ "currency": "zzz" }), "currency"),
        (json!({ "owner": "me" }), "owner"),
    ] {
        let answer = world.organization("new-org", changes.clone()).await;
        assert_eq!(answer.status.as_u16(), 400, "{changes}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    for (changes, field) in [
        (json!({ "title": " " }), "title"),
        (json!({ "kind": "opera" }), "kind"),
        (json!({ "starts_at": null }), "starts_at"),
        (json!({ "starts_at": "tomorrow" }), "starts_at"),
        (json!({ "ends_at": "2020-01-01T00:00:00Z" }), "ends_at"),
        (json!({ "doors_at": "2999-01-01T00:00:00Z" }), "doors_at"),
        (json!({ "published": "yes" }), "published"),
        (json!({ "price": "1.00" }), "price"),
    ] {
        let answer = world.show("new-show", changes.clone()).await;
        assert_eq!(answer.status.as_u16(), 400, "{changes}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    for (changes, field) in [
        (json!({ "price": "-1" }), "price"),
        (json!({ "price": "1e3" }), "price"),
        (json!({ "price": "0.001" }), "price"),
        (json!({ "price": 25 }), "price"),
        (json!({ "price": "99999999999" }), "price"),
        (json!({ "capacity": -1 }), "capacity"),
        (json!({ "capacity": 10_000_001 }), "capacity"),
        (json!({ "capacity": 1.5 }), "capacity"),
        (json!({ "shards": 0 }), "shards"),
        (json!({ "shards": 21 }), "shards"),
        (json!({ "name": "" }), "name"),
        (json!({ "ends_at": "2020-01-01T00:00:00Z", "starts_at": "2021-01-01T00:00:00Z" }), "ends_at"),
    ] {
        let answer = world.offer_with("new-offer", changes.clone()).await;
        assert_eq!(answer.status.as_u16(), 400, "{changes}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    let no_capacity =
        world.put(&offer_path("new-offer")).role("admin").json(&json!({ "name": "X", "price": "1" })).await;
    no_capacity.refused(400, "invalid_request").at("capacity");
    for (code, body, field) in [
        ("OK", json!({ "percent_off": "1.01" }), "percent_off"),
        ("OK", json!({ "percent_off": "-0.1" }), "percent_off"),
        ("OK", json!({ "percent_off": 0.2 }), "percent_off"),
        ("OK", json!({ "percent_off": "0.2", "max_uses": -1 }), "max_uses"),
        ("OK", json!({}), "percent_off"),
        ("NO%21GOOD", json!({ "percent_off": "0.2" }), "code"),
    ] {
        let answer = world.promo_with(code, body.clone()).await;
        assert_eq!(answer.status.as_u16(), 400, "{code} {body}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    world
        .put("/v1/organizations/Not_An_Id")
        .role("platform")
        .json(&json!({ "name": "X" }))
        .await
        .refused(400, "invalid_request");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn currency_and_kind_are_fixed() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "currency": "eur" })).await.refused(409, "illegal_state").at("currency");
    world.show(SHOW, json!({ "kind": "product" })).await.refused(409, "illegal_state").at("kind");
}

/// How many shards a new offer gets follows its capacity; one that is there keeps what it has until its seller says so.
#[tokio::test]
async fn existing_offers_keep_their_shards() {
    let world = World::new().await;
    let shards = async |body: Value| world.offer_with("hall", body).await.json["shards"].clone();
    assert_eq!(shards(json!({ "capacity": 49 })).await, 1);
    assert_eq!(shards(json!({ "capacity": 400 })).await, 1);
    assert_eq!(shards(json!({ "capacity": 400, "shards": 20 })).await, 20);
    assert_eq!(shards(json!({ "capacity": 30 })).await, 20);
    let new = async |id: &str, capacity: u32| world.offer(id, "25.00", capacity).await["shards"].clone();
    assert_eq!((new("fifty", 50).await, new("hundred", 100).await), (json!(3), json!(5)));
    assert_eq!(new("thousand", 1_000).await, 20);
    world.finish().await;
}

#[tokio::test]
async fn the_stocks_shards_are_fixed_by_the_first_sale() {
    let world = World::new().await;
    world.offer_with("hall", json!({ "capacity": 20, "shards": 4 })).await.expect(201);
    world.offer_with("hall", json!({ "capacity": 20, "shards": 2 })).await.expect(200);
    assert_eq!(world.stock("hall").await, (20, 0, 0));
    world.buy("hall", 1).await;
    let before = world.dump().await;
    let answer = world.offer_with("hall", json!({ "capacity": 20, "shards": 3 })).await;
    assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.text);
    if answer.status.as_u16() == 409 {
        answer.refused(409, "offer_in_use");
        world.unchanged_since(&before).await;
    }
    assert_eq!(world.stock("hall").await, (19, 1, 0));
    world.finish().await;
}
