//! Presale codes on the pages: a field where an offer needs one, and the codes at the desk.

use holdfast_tests::{Browser, ORGANIZATION, SHOW, World};
use serde_json::json;

use super::sign_in::signed_in_as;

#[tokio::test]
async fn the_page_asks_for_a_code_where_an_offer_has_one() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&format!("/listings/{SHOW}")).await;
    assert!(!page.says("presale_code"), "{}", page.text);
    world.offer_with("general", json!({ "opens_at": world.from_now(3_600), "presale": "early" })).await.expect(200);
    world.presale("general", "FANS", Some(1)).await;
    let page = browser.open(&format!("/listings/{SHOW}")).await;
    assert!(page.says("name=\"presale_code\"") && page.says("For holders of a presale code"), "{}", page.text);
    // What it costs is told without the code.
    let total = browser.open(&format!("/listings/{SHOW}/total?quantity.general=1")).await;
    assert!(total.says("27.57"), "{}", total.text);
    for wrong in ["", "NOSUCH"] {
        let refused = browser.choose(SHOW, &[("quantity.general", "1"), ("presale_code", wrong)]).await;
        assert!(refused.says("and before to holders of a presale code"), "{wrong}: {}", refused.text);
        assert!(refused.says("role=\"alert\"") && refused.says("name=\"presale_code\""), "{}", refused.text);
    }
    let cart = browser.choose(SHOW, &[("quantity.general", "1"), ("presale_code", "fans")]).await;
    assert!(cart.path == "/cart" && cart.says("27.57"), "{}", cart.text);
    let led = browser.order(&cart, &[]).await;
    browser.pay(&world, &led, "pm_card_visa").await;
    let kept = world.everything().await;
    assert_eq!(kept.orders[0].presale.as_ref().map(|presale| presale.code.as_str()), Some("FANS"));
    assert_eq!(kept.presales[0].uses, 1);
    // It was good once.
    let mut other = Browser::new(&world);
    let refused = other.choose(SHOW, &[("quantity.general", "1"), ("presale_code", "fans")]).await;
    assert!(refused.says("and before to holders of a presale code"), "{}", refused.text);
    // Open to all, it needs none.
    world.advance(3_601).await;
    let page = other.open(&format!("/listings/{SHOW}")).await;
    assert!(!page.says("presale_code"), "{}", page.text);
    let cart = other.choose(SHOW, &[("quantity.general", "1")]).await;
    other.order(&cart, &[]).await;
    world.finish().await;
}

#[tokio::test]
async fn admins_make_presale_codes_at_the_desk() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    signed_in_as(&mut browser, "alex", ORGANIZATION, "admin", "/desk").await;
    let path = format!("/desk/{ORGANIZATION}/listings/{SHOW}");
    let page = browser.open(&path).await;
    assert!(!page.says("presale-codes"), "{}", page.text);
    world.offer_with("vip", json!({ "price": "60.00", "capacity": 10, "presale": "only" })).await.expect(200);
    let page = browser.open(&path).await;
    let form = format!("{path}/presale-codes");
    let page = browser.submit(&page, &form, &[("presale_offer", "vip"), ("code", "club 26"), ("max_uses", "10")]).await;
    assert!(page.says("The code is saved") && page.says("CLUB26") && page.says("0 of 10 used"), "{}", page.text);
    for (code, uses) in [("%", "1"), ("CLUB26", "many")] {
        let wrong = browser.submit(&page, &form, &[("presale_offer", "vip"), ("code", code), ("max_uses", uses)]).await;
        assert_eq!(wrong.status.as_u16(), 400, "{}", wrong.text);
        assert!(wrong.says("role=\"alert\"") && wrong.says("aria-invalid"), "{}", wrong.text);
    }
    let mut request = world.request("vip", 1);
    request["presale_code"] = json!("club26");
    world.checkout(&request).await.expect(201);
    world.finish().await;
}
