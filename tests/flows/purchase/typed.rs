//! What people type, paste and scan: other keyboards' signs, and characters that cannot be seen.

use holdfast_tests::{ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

async fn buyer(world: &World, field: &str, typed: &str) -> Value {
    let mut request = world.request("free", 1);
    request["buyer"][field] = json!(typed);
    let answer = world.checkout(&request).await;
    assert_eq!(answer.status.as_u16(), 201, "{field} {typed:?}: {}", answer.text);
    answer.json["order"]["buyer"].clone()
}

#[tokio::test]
async fn names_come_in_the_signs_of_any_keyboard() {
    let world = World::new().await;
    for (typed, kept) in [
        ("山田\u{3000}太郎", "山田 太郎"),
        ("Ada\u{a0}Lovelace", "Ada Lovelace"),
        ("O\u{2018}Brien", "O'Brien"),
        ("O\u{b4}Brien", "O'Brien"),
        ("O\u{ff07}Neill", "O'Neill"),
        ("Jean\u{2013}Luc", "Jean-Luc"),
        ("D’Arcy, Ann", "D'Arcy, Ann"),
        ("\u{202b}محمد\u{202c}\u{200f}", "محمد"),
        ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ("Zoe\u{308}", "Zoë"),
    ] {
        assert_eq!(buyer(&world, "name", typed).await["name"], kept, "{typed:?}");
    }
    // So many marks and invisible characters that a name is long only as it was typed.
    let long = "e\u{301}\u{200b}".repeat(100);
    assert_eq!(buyer(&world, "name", &long).await["name"], "é".repeat(100));
    world.finish().await;
}

#[tokio::test]
async fn a_company_is_any_text_and_stands_on_the_receipt() {
    let world = World::new().await;
    let company = "Müller & Söhne <b>GmbH</b> 4711";
    let mut request = world.request("general", 1);
    request["buyer"]["company"] = json!(company);
    let order = world.bought_with(&request).await;
    assert_eq!(world.order(&order).await["buyer"]["company"], company);
    let path = format!("/v1/orders/{}/receipt", order.id);
    let receipt = world.get(&path).order_token(&order.token).await.expect(200);
    assert_eq!(receipt["buyer"], json!({ "name": "Ada Lovelace", "company": company, "email": "ada@example.com" }));
    let pdf = world.get(&path).order_token(&order.token).header("accept", "application/pdf").await;
    assert_eq!((pdf.status.as_u16(), pdf.header("content-type")), (200, "application/pdf"));
    assert_eq!(buyer(&world, "company", &"x".repeat(1_000)).await["company"], "x".repeat(200));
    assert_eq!(buyer(&world, "company", " \u{a0}").await["company"], Value::Null);
    assert_eq!(buyer(&world, "name", "Ada").await["company"], Value::Null);
    world.finish().await;
}

#[tokio::test]
async fn mail_goes_to_domains_of_any_script() {
    let world = World::new().await;
    for (typed, sent) in [
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("Ada@例子。广告", "Ada@xn--fsqu00a.xn--4rr70v"),
        ("\u{200b}ada@example.org\u{a0}", "ada@example.org"),
    ] {
        assert_eq!(buyer(&world, "email", typed).await["email"], sent, "{typed:?}");
        world.settle().await;
        assert_eq!(world.mail().get(sent).map(Vec::len), Some(1), "{typed:?}");
    }
    // Stripe gets the same address.
    let mut request = world.request("general", 1);
    request["buyer"]["email"] = json!("ada@münchen.example");
    let order = world.buy_with(&request).await;
    assert_eq!(world.session(&order)["customer_email"], "ada@xn--mnchen-3ya.example");

    let before = world.dump().await;
    for bad in ["jörg@example.com", "用户@例子.广告"] {
        request["buyer"]["email"] = json!(bad);
        let answer = world.checkout(&request).await.refused(400, "invalid_request").at("buyer.email");
        assert!(answer.message().contains("ASCII"), "{}", answer.text);
    }
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn telephone_numbers_are_read_as_they_are_pasted() {
    let world = World::new().await;
    for (typed, kept) in [
        ("\u{202a}+44 20 7946 0000\u{202c}", "+44 20 7946 0000"),
        ("+44\u{a0}20\u{a0}7946\u{a0}0000", "+44 20 7946 0000"),
        ("\u{200e}+79022222222", "+79022222222"),
        ("+49 30\u{2013}1234567", "+49 30-1234567"),
        ("+1 555 123 4567 ext. 89", "+1 555 123 4567 ext. 89"),
        ("+1 555 123 4567;ext=89", "+1 555 123 4567;ext=89"),
        ("٠٢٠ ١٢٣٤٥", "020 12345"),
    ] {
        assert_eq!(buyer(&world, "phone", typed).await["phone"], kept, "{typed:?}");
    }
}

#[tokio::test]
async fn promo_codes_are_read_as_they_are_pasted() {
    let world = World::new().await;
    world.promo("summer-20", "0.20", None).await;
    for typed in [
        "summer20\u{200b}",
        "\u{feff}summer20",
        "\u{2060}SUMMER20",
        "SUMMER\u{ad}20",
        "ＳＵＭＭＥＲ２０",
        " Summer 20\r\n",
        "SUMMER\u{2011}20",
    ] {
        let mut request = world.request("general", 1);
        request["promo_code"] = json!(typed);
        let order = world.buy_with(&request).await.json["order"].clone();
        assert_eq!((&order["discount"], &order["promo_code"]), (&json!("5.00"), &json!("SUMMER20")), "{typed:?}");
    }
    // A code of which nothing can be seen is none.
    let mut request = world.request("general", 1);
    request["promo_code"] = json!("\u{200b} -");
    assert_eq!(world.buy_with(&request).await.json["order"]["promo_code"], Value::Null);

    // The seller's side is read in the same way, and means the same code.
    let written = world.promo("%EF%BC%B3ummer%20%E2%80%8B20", "0.40", None).await;
    assert_eq!((&written["code"], &written["percent_off"]), (&json!("SUMMER20"), &json!("0.40")));
    request["promo_code"] = json!("summer20");
    assert_eq!(world.buy_with(&request).await.json["order"]["discount"], "10.00");
}

#[tokio::test]
async fn ticket_types_are_found_by_how_a_name_is_read() {
    let world = World::new().await;
    let early = json!({ "name": "Früh\u{2013}bucher’s Ticket", "price": "20.00" });
    world.offer_with("early", early).await.expect(201);
    for typed in ["fru\u{308}h-bucher's\u{a0}ticket", "ＦＲÜＨ-bucher`s  Ticket", "\u{200b}early"] {
        let order = world.buy_with(&world.request(typed, 1)).await;
        assert_eq!(order.json["order"]["lines"][0]["offer"], "early", "{typed:?}");
    }
}

#[tokio::test]
async fn an_expert_is_named_by_what_can_be_seen() {
    let world = World::new().await;
    for bad in ["grace\u{200b}", "\u{feff}grace", "grace\u{a0}", "gr\u{ad}ace"] {
        world.expert_listing("lessons", json!({ "expert": bad })).await.refused(400, "invalid_request").at("expert");
    }
    world.expert_listing("lessons", json!({ "expert": "Zoë O’Hara" })).await.expect(201);
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/promos/%E2%80%8B");
    world.put(&path).role("admin").json(&json!({ "percent_off": "0.1" })).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn an_organizations_contact_is_read_as_a_buyers_is() {
    let world = World::new().await;
    let contact = json!({ "email": "box@münchen.example", "phone": "\u{202a}＋４４ 20 7946\u{a0}0000\u{202c}" });
    let seen = world.organization(ORGANIZATION, json!({ "contact": contact })).await.expect(200);
    assert_eq!(seen["contact"]["email"], "box@xn--mnchen-3ya.example");
    assert_eq!(seen["contact"]["phone"], "+44 20 7946 0000");
    for (field, bad) in [("email", "jörg@example.com"), ("phone", "call us")] {
        let answer = world.organization(ORGANIZATION, json!({ "contact": { field: bad } })).await;
        answer.refused(400, "invalid_request").at(&format!("contact.{field}"));
    }
}
