//! Presale codes: who buys an offer before others do, or at all.

use domain::Presale;
use holdfast_tests::{ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

/// A shop whose offer `general` opens in an hour, and before that to holders of `FANS`, and whose offer `vip` is for them alone.
async fn presold() -> World {
    let world = World::new().await;
    let early = json!({ "opens_at": world.from_now(3_600), "presale": "early" });
    let shown = world.offer_with("general", early).await.expect(200);
    assert_eq!(shown["presale"], "early");
    world.offer_with("vip", json!({ "price": "60.00", "capacity": 10, "presale": "only" })).await.expect(200);
    world
}

fn with_code(world: &World, lines: &[(&str, i64)], code: &str) -> Value {
    let mut request = world.request_for(lines);
    request["presale_code"] = json!(code);
    request
}

async fn uses(world: &World, offer: &str) -> u32 {
    let of_offer = |presale: &&Presale| presale.offer.as_str() == offer;
    world.everything().await.presales.iter().filter(of_offer).map(|presale| presale.uses).sum()
}

#[tokio::test]
async fn holders_of_a_code_buy_before_others() {
    let world = presold().await;
    let shown = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    let general = shown["offers"].as_array().unwrap().iter().find(|offer| offer["id"] == "general").unwrap();
    let opens = general["opens_at"].as_str().unwrap().to_owned();
    let made = world.presale("general", "fans-2026", None).await;
    let shown = json!({ "code": "FANS2026", "listing": SHOW, "offer": "general", "max_uses": null, "uses": 0, "valid_until": null });
    assert_eq!(made, shown);
    let before = world.raw();
    let explained = format!("General is on sale from {opens}, and before to holders of a presale code");
    // A wrong code is the same as none.
    let none = world.checkout(&world.request("general", 1)).await.refused(400, "listing_unavailable");
    let said = none.json.clone();
    none.explains(&explained).at("items[0].offer");
    for wrong in ["FANS", "", "%", "\u{200b}", "a code that is longer than any code that a seller has ever made up"] {
        let answer = world.checkout(&with_code(&world, &[("general", 1)], wrong)).await;
        assert_eq!(answer.refused(400, "listing_unavailable").json, said, "{wrong:?}");
    }
    world.table_is(&before);
    // However it is typed.
    let order = world.bought_with(&with_code(&world, &[("general", 2)], " fans 2026\u{200b}")).await;
    assert_eq!(world.order(&order).await["presale_code"], "FANS2026");
    // By the offer's name, too.
    world.buy_with(&with_code(&world, &[("General", 1)], "FANS2026")).await;
    world.advance(3_601).await;
    // Now it is open to all, and no code is used.
    let order = world.buy("general", 1).await;
    assert_eq!(order.json["order"].get("presale_code"), None);
    let order = world.buy_with(&with_code(&world, &[("general", 1)], "FANS2026")).await;
    assert_eq!(order.json["order"].get("presale_code"), None);
    world.finish().await;
}

#[tokio::test]
async fn what_is_for_holders_alone_stays_theirs() {
    let world = presold().await;
    world.presale("vip", "CLUB", None).await;
    world.presale("general", "FANS", None).await;
    world.advance(3_601).await;
    let refused = world.checkout(&world.request("vip", 1)).await.refused(400, "listing_unavailable");
    refused.explains("Vip is on sale to holders of a presale code").at("items[0].offer");
    // The code of another offer opens nothing.
    world.checkout(&with_code(&world, &[("vip", 1)], "FANS")).await.refused(400, "listing_unavailable");
    world.buy_with(&with_code(&world, &[("general", 1), ("vip", 1)], "CLUB")).await;
    world.finish().await;
}

#[tokio::test]
async fn a_code_is_good_as_often_and_as_long_as_its_seller_says() {
    let world = presold().await;
    world.presale("vip", "TWICE", Some(2)).await;
    world
        .presale_with("general", "TWICE", json!({ "max_uses": 9, "valid_until": world.from_now(600) }))
        .await
        .expect(201);
    // One order is one use for each offer, whatever its lines.
    world.buy_with(&with_code(&world, &[("vip", 1), ("vip", 2), ("general", 1)], "TWICE")).await;
    assert_eq!((uses(&world, "vip").await, uses(&world, "general").await), (1, 1));
    world.buy_with(&with_code(&world, &[("vip", 1)], "TWICE")).await;
    let before = world.dump().await;
    let used_up = world.checkout(&with_code(&world, &[("vip", 1)], "TWICE")).await;
    used_up.refused(400, "listing_unavailable").explains("Vip is on sale to holders of a presale code");
    world.unchanged_since(&before).await;
    world.advance(601).await;
    world.checkout(&with_code(&world, &[("general", 1)], "TWICE")).await.refused(400, "listing_unavailable");
    // Its seller makes it good for longer; uses stay counted.
    let changed = world.presale_with("vip", "TWICE", json!({ "max_uses": 3 })).await.expect(200);
    assert_eq!((&changed["max_uses"], &changed["uses"]), (&json!(3), &json!(2)));
    world.buy_with(&with_code(&world, &[("vip", 1)], "TWICE")).await;
    world.finish().await;
}

#[tokio::test]
async fn a_use_comes_back_with_an_order_that_ends_unpaid_and_not_with_a_refund() {
    let world = presold().await;
    world.presale("vip", "ONCE", Some(1)).await;
    let order = world.buy_with(&with_code(&world, &[("vip", 1)], "ONCE")).await;
    assert_eq!(uses(&world, "vip").await, 1);
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    assert_eq!((world.order(&order).await["status"].clone(), uses(&world, "vip").await), (json!("expired"), 0));
    let order = world.bought_with(&with_code(&world, &[("vip", 1)], "ONCE")).await;
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!((world.order(&order).await["status"].clone(), uses(&world, "vip").await), (json!("refunded"), 1));
    world.checkout(&with_code(&world, &[("vip", 1)], "ONCE")).await.refused(400, "listing_unavailable");
    world.finish().await;
}

#[tokio::test]
async fn staff_list_the_codes_of_an_offer() {
    let world = presold().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/vip/presale-codes");
    let list = async |path: &str| world.get(path).role("staff").await.expect(200);
    assert_eq!(list(&path).await, json!({ "presale_codes": [], "cursor": null }));
    for n in 0..52 {
        world.presale("vip", &format!("CODE{n:02}"), Some(1)).await;
    }
    world.presale("general", "OTHER", None).await;
    let first = list(&path).await;
    let codes = |page: &Value| page["presale_codes"].as_array().unwrap().len();
    let rest = list(&format!("{path}?cursor={}", first["cursor"].as_str().unwrap())).await;
    assert_eq!((codes(&first), codes(&rest), &rest["cursor"]), (50, 2, &Value::Null));
    assert_eq!(
        (&first["presale_codes"][0]["code"], &rest["presale_codes"][1]["code"]),
        (&json!("CODE00"), &json!("CODE51"))
    );
    world
        .get(&path.replace(ORGANIZATION, "globex"))
        .token(&world.token("staff", Some("globex")))
        .await
        .refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn presale_codes_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let before = world.raw();
    world.offer_with("general", json!({ "presale": "early" })).await.refused(400, "invalid_request").at("presale");
    world
        .presale_with("general", "FANS", json!({ "max_uses": 0 }))
        .await
        .refused(400, "invalid_request")
        .at("max_uses");
    world.presale_with("general", "%25", json!({})).await.refused(400, "invalid_request").at("code");
    world.presale_with("nothing", "FANS", json!({})).await.refused(404, "not_found");
    world.table_is(&before);
    world.finish().await;
}

/// The description calls it an `int32`, so clients may have no room for more.
#[tokio::test]
async fn a_limit_of_uses_is_a_number_that_clients_can_read() {
    let world = presold().await;
    let listing = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}");
    let codes = [
        ("offers/vip/presale-codes/FANS", json!({ "max_uses": 2_147_483_648_u32 })),
        ("promos/TENTH", json!({ "percent_off": "0.10", "max_uses": 2_147_483_648_u32 })),
    ];
    for (path, mut code) in codes {
        let path = format!("{listing}/{path}");
        world.put(&path).role("admin").json(&code).await.refused(400, "invalid_request").at("max_uses");
        code["max_uses"] = json!(2_147_483_647);
        let made = world.put(&path).role("admin").json(&code).await.expect(201);
        assert_eq!(made["max_uses"], 2_147_483_647);
    }
    world.finish().await;
}
