//! The first page of the desk.

use holdfast_tests::{ORGANIZATION, World};
use serde_json::json;

use super::{page_of, staff};

/// The figures of the page, in their order.
fn figures(text: &str) -> Vec<String> {
    let list = text.split("id=\"figures\"").nth(1).unwrap().split("</dl>").next().unwrap();
    let values = list.split("<dd>").skip(1).map(|rest| rest.split("</dd>").next().unwrap());
    values.map(|value| value.replace("<br>", "").replace('\u{a0}', " ")).collect()
}

#[tokio::test]
async fn it_counts_the_day_of_the_organizations_clock_and_names_what_waits() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "time_zone": "America/New_York" })).await.expect(200);
    let day = format!("/desk/{ORGANIZATION}");
    let mut browser = staff(&world).await;
    let none = browser.open(&day).await;
    assert_eq!(figures(&none.text), ["0", "0", "–", "0", "–"]);
    assert!(!none.says("<rect") && !none.says("Orders in review"), "{}", none.text);

    let first = world.bought("general", 2).await;
    let disputed = world.bought("general", 1).await;
    world.refund(&first, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    let charge = world.charge(&disputed)["id"].clone();
    world.at_stripe("disputes", &json!({ "charge": charge })).await;
    let review = world.buy("general", 2).await;
    world.at_stripe(&format!("sessions/{}/price", review.session), &json!({ "amount": 1_000 })).await;
    world.pay(&review);
    world.settle().await;
    let page = browser.open(&day).await;
    let counted = figures(&page.text);
    assert_eq!((counted[3].as_str(), counted[4].as_str()), ("1", "25.00 USD"), "{counted:?}");
    assert!(counted[0].parse::<u32>().unwrap() >= 2 && page.says("<rect"), "{counted:?}");
    for order in [&disputed, &review] {
        assert!(page.says(&format!("href=\"{}\"", page_of(order))), "{}", page.text);
    }
    assert!(page.says("Answer until"), "{}", page.text);
    // Tomorrow begins anew; what waits still waits.
    world.advance(86_400).await;
    let mut browser = staff(&world).await;
    let next = browser.open(&day).await;
    assert_eq!(figures(&next.text)[0], "0");
    assert!(next.says(&page_of(&review)), "{}", next.text);
}
