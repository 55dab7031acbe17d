//! What an organization sells, at its desk: seen by staff, changed by admins.

use holdfast_tests::{Browser, ORGANIZATION, SHOW, World};
use serde_json::json;

use super::staff;
use crate::pages::sign_in::signed_in_as;

pub(super) fn page_of(listing: &str) -> String {
    format!("/desk/{ORGANIZATION}/listings/{listing}")
}

pub(super) async fn admin(world: &World) -> Browser {
    let mut browser = Browser::new(world);
    signed_in_as(&mut browser, "alex", ORGANIZATION, "admin", "/desk").await;
    browser
}

#[tokio::test]
async fn staff_see_drafts_and_stock_and_admins_put_them_on_sale() {
    let world = World::new().await;
    world.show("secret-show", json!({ "title": "A secret", "published": false })).await.expect(201);
    world.bought("general", 2).await;
    world.buy("general", 1).await;
    let mut browser = staff(&world).await;
    let list = browser.open(&format!("/desk/{ORGANIZATION}/listings")).await;
    for said in ["A secret", "not on sale", &page_of(SHOW)] {
        assert!(list.says(said), "{said}: {}", list.text);
    }
    let page = browser.open(&page_of(SHOW)).await;
    assert!(page.says("Available 97 · Held 1 · Sold 2 / 100"), "{}", page.text);
    // What staff may not do is not there.
    assert!(!page.says("<form method=\"post\" action=\"/desk") && !page.says("/cancel\""), "{}", page.text);

    let mut browser = admin(&world).await;
    let page = browser.open(&page_of("secret-show")).await;
    let publish = format!("{}/publish", page_of("secret-show"));
    let page = browser.submit(&page, &publish, &[("published", "yes")]).await;
    assert!(page.says("It is on sale"), "{}", page.text);
    world.get("/v1/listings/secret-show").await.expect(200);
    let page = browser.submit(&page, &publish, &[("published", "no")]).await;
    assert!(page.says("It is on sale no more"), "{}", page.text);
    world.get("/v1/listings/secret-show").await.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn admins_change_offers_and_promo_codes() {
    let world = World::new().await;
    world.bought("general", 2).await;
    let mut browser = admin(&world).await;
    let page = browser.open(&page_of(SHOW)).await;
    let form = format!("{}/offers/general", page_of(SHOW));
    let fields =
        |name, price, capacity| [("offer", "general"), ("name", name), ("price", price), ("capacity", capacity)];
    let page = browser.submit(&page, &form, &fields("Standing", "30,50", "120")).await;
    assert!(page.says("The offer is changed") && page.says("Available 118"), "{}", page.text);
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    let offer = listing["offers"].as_array().unwrap().iter().find(|offer| offer["id"] == "general").unwrap().clone();
    assert_eq!((&offer["name"], &offer["price"]), (&json!("Standing"), &json!("30.50")));
    for (name, price, capacity, status) in [
        ("", "1", "10", 400),
        ("A", "free", "10", 400),
        ("A", "1", "many", 400),
        ("A", "1", "", 400),
        ("A", "1", "1", 409),
    ] {
        let wrong = browser.submit(&page, &form, &fields(name, price, capacity)).await;
        assert_eq!(wrong.status.as_u16(), status, "{name} {price} {capacity}: {}", wrong.text);
        assert!(wrong.says("role=\"alert\""), "{}", wrong.text);
    }

    let promos = format!("{}/promos", page_of(SHOW));
    let page = browser.submit(&page, &promos, &[("code", "fifth"), ("percent", "20"), ("max_uses", "10")]).await;
    assert!(page.says("The code is saved") && page.says("FIFTH") && page.says("20 % off"), "{}", page.text);
    assert!(page.says("0 of 10 used"), "{}", page.text);
    let wrong = browser.submit(&page, &promos, &[("code", "fifth"), ("percent", "200")]).await;
    assert_eq!(wrong.status.as_u16(), 400, "{}", wrong.text);
    let mut request = world.request("general", 1);
    request["promo_code"] = json!("FIFTH");
    let order = world.checkout(&request).await.expect(201);
    assert_eq!(order["order"]["discount"], "6.10");
    world.finish().await;
}

#[tokio::test]
async fn a_listing_is_canceled_after_its_preview_and_tells_how_far_it_is() {
    let world = World::new().await;
    let orders = [world.bought("general", 2).await, world.bought("general", 1).await];
    world.buy("general", 1).await;
    let mut browser = admin(&world).await;
    let form = format!("{}/cancel", page_of(SHOW));
    let page = browser.open(&form).await;
    let values: Vec<&str> = page.text.split("<dd>").skip(1).map(|rest| rest.split("</dd>").next().unwrap()).collect();
    assert_eq!((values[0], values[1], values[3]), ("2", "1", "about one minute"), "{}", page.text);
    let paid: f64 = values[2].split('\u{a0}').next().unwrap().parse().unwrap();
    assert!(paid > 75.0, "{}", values[2]);

    let wrong = browser.submit(&page, &form, &[("sure", "yes"), ("reason", "The hall is closed.")]).await;
    assert_eq!(wrong.status.as_u16(), 400, "{}", wrong.text);
    assert!(wrong.says("Type the id of the listing") && wrong.says("The hall is closed."), "{}", wrong.text);
    let page = browser.submit(&wrong, &form, &[("sure", SHOW), ("reason", "The hall is closed.")]).await;
    assert_eq!(page.path, page_of(SHOW));
    assert!(page.says("It is being canceled") && page.says("The hall is closed."), "{}", page.text);
    for _ in 0..4 {
        world.settle().await;
        world.sweep().await;
        world.advance(61).await;
    }
    for order in &orders {
        assert_eq!(world.order(order).await["status"], "refunded");
    }
    let page = browser.open(&page_of(SHOW)).await;
    assert!(page.says("all of its orders are done"), "{}", page.text);
    // There is nothing to cancel any more.
    assert_eq!(browser.open(&form).await.path, page_of(SHOW));
    world.finish().await;
}
