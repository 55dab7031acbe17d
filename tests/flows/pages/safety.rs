//! What other sites, what people type and what sellers write cannot do.

use holdfast_tests::{Browser, ORGANIZATION, SHOW, World};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = World::new().await;
    let bought = world.bought("general", 1).await;
    let mut browser = Browser::new(&world);
    browser.open(&format!("/orders/{}?token={}", bought.id, bought.token)).await;
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let key = cart.value("key").unwrap();
    for (path, fields) in [
        ("/cart", &[("listing", SHOW), ("quantity.general", "2")][..]),
        ("/cart/change", &[("quantity.0", "2")]),
        ("/checkout", &[("key", key.as_str()), ("name", "Ada"), ("email", "ada@example.com")]),
        (&format!("/orders/{}/resend", bought.id), &[]),
        (&format!("/orders/{}/cancel", bought.id), &[("percent", "0")]),
        (&format!("/orders/{}/attendee", bought.id), &[("code", "x"), ("name", "Eve")]),
        (&format!("/orders/{}/hand-over", bought.id), &[("code", "x"), ("name", "Eve"), ("email", "eve@example.com")]),
    ] {
        for csrf in [None, Some(""), Some("guessed")] {
            let mut fields = fields.to_vec();
            fields.extend(csrf.map(|csrf| ("csrf", csrf)));
            let refused = browser.send(Method::POST, path, Some(&fields)).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: {}", refused.text);
            assert!(refused.says("out of date") && refused.says("</html>"), "{path}");
        }
    }
    // The secret of one session is good for no other.
    let csrf = cart.value("csrf").unwrap();
    let mut other = Browser::new(&world);
    other.open(&format!("/listings/{SHOW}")).await;
    let fields = [("csrf", csrf.as_str()), ("listing", SHOW), ("quantity.general", "1")];
    assert_eq!(other.send(Method::POST, "/cart", Some(&fields)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.everything().await.orders.len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn nothing_that_anybody_wrote_becomes_markup() {
    let world = World::new().await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=a()>";
    world.show("evil", json!({ "title": evil, "description": evil, "venue": evil })).await.expect(201);
    world
        .offer_of(ORGANIZATION, "evil", "o", json!({ "name": evil, "price": "0.00", "capacity": 9 }))
        .await
        .expect(201);
    let mut browser = Browser::new(&world);
    let cart = browser.choose("evil", &[("quantity.o", "1")]).await;
    let typed = [("name", evil), ("email", evil), ("promo_code", evil), ("company", evil), ("phone", evil)];
    let refused = browser.order(&cart, &typed).await;
    let order = browser.order(&refused, &[]).await;
    let pages = [
        browser.open("/").await,
        browser.open("/listings/evil").await,
        browser.open("/listings/evil?zone=%3Cscript%3E&month=%3Cscript%3E&day=x").await,
        cart,
        refused,
        order,
    ];
    for page in pages {
        let own = page.text.matches("<script src=\"/assets/shop-").count();
        assert_eq!((own, page.text.matches("<script").count()), (1, 1), "{}: {}", page.path, page.text);
        assert!(!page.says("<img") && !page.says("style=\"") && !page.says("javascript:"), "{}", page.path);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn a_draft_is_seen_by_no_visitor() {
    let world = World::new().await;
    world.show("draft", json!({ "published": false })).await.expect(201);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.open("/listings/draft").await.status, StatusCode::NOT_FOUND);
    assert!(!browser.open("/").await.says("/listings/draft"));
    assert!(!browser.open(&format!("/organizations/{ORGANIZATION}")).await.says("/listings/draft"));
}

#[tokio::test]
async fn a_long_cart_and_long_names_fit() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "max_tickets_per_order": 30 })).await.expect(200);
    world.offer_with("crowd", json!({ "price": "1.00", "capacity": 90, "attendees": "optional" })).await.expect(201);
    let mut browser = Browser::new(&world);
    let cart = browser.choose(SHOW, &[("quantity.crowd", "30")]).await;
    let name = "Maximiliane Wilhelmine Adelgunde von und zu Hohenstein-Wolkenkuckucksheim".to_owned();
    let fields: Vec<(String, String)> = (0..30)
        .flat_map(|n| {
            let at = |part: &str| format!("attendee.0.{n}.{part}");
            [(at("name"), name.clone()), (at("email"), format!("person-{n}@long-domain.example.com"))]
        })
        .collect();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("email", "nonsense"));
    let refused = browser.order(&cart, &fields).await;
    assert!(refused.says("Invalid email format"), "{}", refused.text);
    // No browser keeps a cookie of more than 4,096 bytes, and the gateway takes 10,240 bytes of headers.
    let all: usize = browser.cookies.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(browser.cookies.values().all(|value| value.len() < 4_000) && all < 8_000, "{all}");
    fields.pop();
    let led = browser.order(&refused, &fields).await;
    browser.pay(&world, &led, "pm_card_visa").await;
    assert_eq!(world.everything().await.orders[0].tickets.len(), 30);
    world.finish().await;
}
