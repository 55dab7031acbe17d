//! Who may what, and who did what, for an organization's admins.

use holdfast_tests::{Browser, ORGANIZATION, SHOW, World};
use serde_json::json;

use super::{listings::admin, page_of};
use crate::pages::sign_in::signed_in_as;

#[tokio::test]
async fn admins_read_who_did_what_page_by_page_with_the_way_there() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let resent = world.post(&format!("/v1/orders/{}/resend", order.id)).role("staff").await;
    assert!(resent.status.is_success(), "{}", resent.text);
    for n in 0..51 {
        world.show(SHOW, json!({ "title": format!("Title {n}") })).await.expect(200);
        world.advance(1).await;
    }
    let mut browser = admin(&world).await;
    let path = format!("/desk/{ORGANIZATION}/team");
    let first = browser.open(&path).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.text);
    for said in ["Orders, refunds, reviews", "Their own slots", "Listing changed", &format!("/listings/{SHOW}\"")] {
        assert!(first.says(said), "{said}: {}", first.text);
    }
    assert_eq!(first.text.matches("class=\"card\"").count(), 50);
    let more = first.text.split(&format!("{path}?cursor=")).nth(1).expect("another page").split('"').next().unwrap();
    let second = browser.open(&format!("{path}?cursor={more}")).await;
    assert!(second.says("Confirmation sent again") && second.says(&page_of(&order)), "{}", second.text);
    // A cursor is its own list's.
    assert_eq!(browser.open(&format!("/desk/{ORGANIZATION}/listings?cursor={more}")).await.status.as_u16(), 400);
    browser.languages = "de".to_owned();
    assert!(browser.open(&path).await.says("Angebot geändert"));

    // The platform acts in its own role, and reads it, too.
    let mut platform = Browser::new(&world);
    let page = signed_in_as(&mut platform, "root", "", "platform", &path).await;
    assert!(page.says("Who did what"), "{}", page.text);
    world.finish().await;
}
