//! The list of orders, and one of them.

use holdfast_tests::{ORGANIZATION, World};
use serde_json::json;

use super::{listed, page_of, staff};

#[tokio::test]
async fn orders_are_listed_by_status_day_and_page() {
    let world = World::new().await;
    world.offer("gratis", "0.00", 100).await;
    let mut all = Vec::new();
    for _ in 0..51 {
        all.push(world.buy("gratis", 1).await.id);
        world.advance(1).await;
    }
    all.reverse();
    let pending = world.buy("general", 1).await;
    let mut browser = staff(&world).await;
    let list = format!("/desk/{ORGANIZATION}/orders");
    let first = browser.open(&list).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.text);
    let shown = listed(&first.text);
    assert_eq!((shown.len(), shown[0].as_str()), (50, pending.id.as_str()), "the newest first");
    let more = first.text.split(&format!("{list}?cursor=")).nth(1).expect("another page").split('"').next().unwrap();
    let second = browser.open(&format!("{list}?cursor={more}")).await;
    assert_eq!([shown[1..].to_vec(), listed(&second.text)].concat(), all);
    assert!(!second.says("?cursor="), "{}", second.text);
    // A cursor is its own list's.
    assert_eq!(browser.open(&format!("{list}?status=paid&cursor={more}")).await.status.as_u16(), 400);

    let unpaid = browser.open(&format!("{list}?status=pending")).await;
    assert_eq!(listed(&unpaid.text), std::slice::from_ref(&pending.id));
    assert_eq!(listed(&browser.open(&format!("{list}?status=refunded")).await.text), Vec::<String>::new());
    let paid = browser.open(&format!("{list}?status=paid")).await;
    let more = paid.text.split("?status=paid&amp;cursor=").nth(1);
    assert!(more.is_some() && !listed(&paid.text).contains(&pending.id), "{}", paid.text);
    let none = browser.open(&format!("{list}?from=2999-01-01&to=2999-01-02")).await;
    assert!(none.says("There are no such orders"), "{}", none.text);
    // What is no day is none.
    assert_eq!(browser.open(&format!("{list}?from=soon")).await.status.as_u16(), 200);
    world.finish().await;
}

#[tokio::test]
async fn a_number_leads_to_its_order_and_a_name_to_all_of_them() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let number = order.json["order"]["number"].as_str().unwrap();
    let mut browser = staff(&world).await;
    for typed in [number.to_owned(), number.to_lowercase(), order.id.clone()] {
        let page = browser.open(&format!("/desk/{ORGANIZATION}/orders?q={typed}")).await;
        assert_eq!(page.path, page_of(&order), "{typed}");
    }
    let page = browser.open(&format!("/desk/{ORGANIZATION}/orders?q=NOSUCHNO")).await;
    assert!(page.says("There are no such orders") && page.value("q").as_deref() == Some("NOSUCHNO"), "{}", page.text);
    // There is one field to search by.
    assert_eq!(page.text.matches("type=\"search\"").count(), 1, "{}", page.text);
    let other = world.bought("general", 1).await;
    world.settle().await;
    world.advance(16).await;
    world.sweep().await;
    let found = browser.open(&format!("/desk/{ORGANIZATION}/orders?q=lovelace")).await;
    assert_eq!(listed(&found.text), [other.id.as_str(), order.id.as_str()], "{}", found.text);
    let paid = browser.open(&format!("/desk/{ORGANIZATION}/orders?q=lovelace&status=refunded")).await;
    assert!(paid.says("There are no such orders"), "{}", paid.text);
    world.finish().await;
}

#[tokio::test]
async fn an_order_shows_its_payment_its_dispute_with_the_deadline_and_who_did_what() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let charge = world.charge(&order)["id"].clone();
    world.at_stripe("disputes", &json!({ "charge": charge })).await;
    world.settle().await;
    let mut browser = staff(&world).await;
    let page = browser.open(&page_of(&order)).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    for said in
        ["54.84", "ada@example.com", "Disputes", "Answer until", "Who did what", "webhook", charge.as_str().unwrap()]
    {
        assert!(page.says(said), "{said}: {}", page.text);
    }
    // Nothing is refunded while the bank decides.
    assert!(!page.says("/refund\""), "{}", page.text);
    let list = browser.open(&format!("/desk/{ORGANIZATION}/orders")).await;
    assert!(list.says("bank disputes the payment"), "{}", list.text);
}

#[tokio::test]
async fn staff_send_the_mail_again_and_to_another_address() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    world.forget_mail();
    let mut browser = staff(&world).await;
    let path = page_of(&order);
    let page = browser.open(&path).await;
    let sent = browser.submit(&page, &format!("{path}/resend"), &[]).await;
    assert!(sent.says("The mail is on its way"), "{}", sent.text);
    world.settle().await;
    assert_eq!(world.mails().len(), 1);
    let wrong = browser.submit(&sent, &format!("{path}/address"), &[("email", "nowhere")]).await;
    assert_eq!(wrong.status.as_u16(), 400, "{}", wrong.text);
    assert!(wrong.says("Invalid email format") && wrong.says("value=\"nowhere\""), "{}", wrong.text);
    let changed = browser.submit(&wrong, &format!("{path}/address"), &[("email", "lovelace@example.com")]).await;
    assert!(changed.says("The address is changed") && changed.says("lovelace@example.com"), "{}", changed.text);
    let trail = world.trail(&order).await;
    assert!(trail.contains(&("address_changed".to_owned(), "sam".to_owned())), "{trail:?}");
    world.finish().await;
}
