//! Listings that are edited, moved and duplicated at the desk.

use holdfast_tests::{ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

use super::listings::{admin, page_of};

#[tokio::test]
async fn a_show_is_moved_by_the_clock_of_its_place_and_its_buyers_hear_of_it() {
    let world = World::new().await;
    world.show(SHOW, json!({ "timezone": "Europe/Paris" })).await.expect(200);
    world.bought("general", 1).await;
    world.settle().await;
    world.forget_mail();
    let mut browser = admin(&world).await;
    let form = format!("{}/edit", page_of(SHOW));
    let page = browser.open(&form).await;
    assert!(
        page.says("Europe&#x2f;Paris") && page.value("starts").is_some_and(|text| text.len() == 16),
        "{}",
        page.text
    );
    let title = page.value("title").unwrap();
    let fields = |starts: &'static str| [("title", "A \"new\" title"), ("venue", "The Barn"), ("starts", starts)];
    let page = browser.submit(&page, &form, &fields("2099-07-12T20:30")).await;
    assert_eq!(page.path, page_of(SHOW), "{}", page.text);
    assert!(page.says("It is changed") && page.says("The Barn"), "{}", page.text);
    let listing = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    assert_eq!((&listing["starts_at"], &listing["title"]), (&json!("2099-07-12T18:30:00Z"), &json!("A \"new\" title")));
    assert_ne!(title, "A \"new\" title");
    world.advance(70).await;
    world.sweep().await;
    world.settle().await;
    assert!(world.mails().iter().any(|mail| mail.subject.contains("Changed")), "{:?}", world.mails().len());

    for (starts, said) in
        [("2099-03-29T02:30", "There is no such time that day"), ("", "A show has a start"), ("soon", "Must be a day")]
    {
        let wrong = browser.submit(&page, &form, &fields(starts)).await;
        assert_eq!(wrong.status.as_u16(), 400, "{starts}: {}", wrong.text);
        assert!(wrong.says(said) && wrong.value("venue").as_deref() == Some("The Barn"), "{starts}: {}", wrong.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_copy_is_a_draft_with_the_same_offers_and_all_of_their_stock() {
    let world = World::new().await;
    world.bought("general", 3).await;
    let mut browser = admin(&world).await;
    let page = browser.open(&page_of(SHOW)).await;
    let form = format!("{}/copy", page_of(SHOW));
    let copy = browser.submit(&page, &form, &[("copy", "winter-show")]).await;
    assert_eq!(copy.path, page_of("winter-show"), "{}", copy.text);
    assert!(copy.says("not on sale") && copy.says("Available 100"), "{}", copy.text);
    // Once more goes on with the same draft.
    let again = browser.submit(&page, &form, &[("copy", "winter-show")]).await;
    assert_eq!(again.path, page_of("winter-show"));
    assert_eq!(world.stock_of("winter-show", "general").await, (100, 0, 0));
    for (id, status) in [(SHOW, 409), ("Not an id", 400)] {
        let wrong = browser.submit(&page, &form, &[("copy", id)]).await;
        assert_eq!(wrong.status.as_u16(), status, "{id}: {}", wrong.text);
    }
    // An offer more, and it is on sale.
    let offer = [("id", "balcony"), ("name", "Balcony"), ("price", "12.50"), ("capacity", "30")];
    let page = browser.submit(&copy, &format!("{}/offers", page_of("winter-show")), &offer).await;
    assert!(page.says("The offer is added") && page.says("Balcony"), "{}", page.text);
    let twice = browser.submit(&page, &format!("{}/offers", page_of("winter-show")), &offer).await;
    assert_eq!(twice.status.as_u16(), 409, "{}", twice.text);
    browser.submit(&page, &format!("{}/publish", page_of("winter-show")), &[("published", "yes")]).await;
    let listing = world.get("/v1/listings/winter-show").await.expect(200);
    let offers = listing["offers"].as_array().unwrap().iter().map(|offer| offer["id"].clone()).collect::<Vec<Value>>();
    assert!(offers.contains(&json!("balcony")) && offers.contains(&json!("general")), "{offers:?}");
    assert_eq!(listing["organization"], ORGANIZATION);
    world.finish().await;
}
