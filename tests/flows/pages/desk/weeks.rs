//! Slots that an expert puts on sale week by week, on a page: seen before they are on sale, and what is in the way is named.

use holdfast_tests::{Browser, EXPERT, Page, TUTOR, World};
use serde_json::json;
use url::form_urlencoded;

use super::expert;

const PAGE: &str = "/bookings/slots/week";

/// Sundays at nine and half past ten, around the end of summer time in 2099: 18 and 25 October, 1 November, and not the 8th.
fn sundays<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("listing", TUTOR),
        ("day.SU", "on"),
        ("times", "09:00, 10:30"),
        ("minutes", "60"),
        ("from", "2099-10-12"),
        ("until", "2099-11-08"),
        ("except", "2099-11-08"),
        ("name", "An hour"),
        ("price", "60,00"),
        ("places", "1"),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(changes);
    fields
}

async fn preview(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.open(&format!("{PAGE}?{query}")).await
}

/// A world whose expert goes by the clock of Berlin.
async fn world_in_berlin() -> World {
    let world = World::of_experts().await;
    world.expert_listing(TUTOR, json!({ "time_zone": "Europe/Berlin" })).await.expect(200);
    world
}

/// When the slots of rules begin, in their order.
async fn starts(world: &World) -> Vec<String> {
    let all = world.everything().await;
    let ruled = all.offers.iter().filter(|offer| offer.id.as_str().starts_with("slot-"));
    let mut starts: Vec<String> = ruled.filter_map(|offer| Some(offer.starts_at?.to_string())).collect();
    starts.sort();
    starts
}

#[tokio::test]
async fn an_expert_sees_the_slots_of_a_week_and_puts_them_on_sale_once() {
    let world = world_in_berlin().await;
    let mut browser = expert(&world, EXPERT).await;
    let page = browser.open("/bookings/slots").await;
    assert!(page.says("action=\"/bookings/slots/week\"") && page.says("Weekdays"), "{}", page.text);
    let before = world.dump().await;
    let page = preview(&mut browser, &sundays(&[])).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    assert!(page.says("6 slots go on sale.") && page.says("Put 6 slots on sale"), "{}", page.text);
    // By the clock on the wall, before and after the end of summer time.
    for day in ["18 October", "25 October", "1 November"] {
        for time in ["09:00 to 10:00", "10:30 to 11:30"] {
            assert!(page.says(&format!("{day} 2099, {time}")), "{day} {time}: {}", page.text);
        }
    }
    assert!(!page.says("8 November 2099"), "{}", page.text);
    world.unchanged_since(&before).await;

    let fields = sundays(&[]);
    let done = browser.submit(&page, PAGE, &fields).await;
    assert!(done.says("The slots are on sale.") && done.says("6 are on sale already"), "{}", done.text);
    assert!(!done.says("slots on sale</button>"), "there is nothing left to put on sale: {}", done.text);
    let expected = [
        "2099-10-18T07:00:00Z",
        "2099-10-18T08:30:00Z",
        "2099-10-25T08:00:00Z",
        "2099-10-25T09:30:00Z",
        "2099-11-01T08:00:00Z",
        "2099-11-01T09:30:00Z",
    ];
    assert_eq!(starts(&world).await, expected);
    let all = world.everything().await;
    let slot = all.offers.iter().find(|offer| offer.id.as_str().starts_with("slot-")).unwrap();
    assert_eq!((slot.price.0, slot.capacity, slot.expert.as_deref()), (6_000, Some(1), Some(EXPERT)));

    // The same form again makes none twice, whatever else it says.
    let table = world.raw();
    let again = browser.submit(&page, PAGE, &sundays(&[("price", "90")])).await;
    assert!(again.says("There was nothing new to put on sale."), "{}", again.text);
    world.table_is(&table);
    world.finish().await;
}

#[tokio::test]
async fn slots_that_overlap_are_named_before_and_after() {
    let world = world_in_berlin().await;
    let early = json!({ "starts_at": "2099-10-18T06:30:00Z", "ends_at": "2099-10-18T07:30:00Z" });
    world.slot_with("early", early).await.expect(201);
    let mut browser = expert(&world, EXPERT).await;
    let page = preview(&mut browser, &sundays(&[])).await;
    assert!(page.says("5 slots go on sale."), "{}", page.text);
    let (_, named) = page.text.split_once("One does not go on sale").expect("it is named");
    let named = named.split("</ul>").next().unwrap();
    assert!(named.contains("18 October 2099, 09:00") && named.matches("<li>").count() == 1, "{named}");

    // A form of these alone is refused by their names, in each language by its own words.
    let only = sundays(&[("times", "09:00"), ("until", "2099-10-24")]);
    let page = preview(&mut browser, &only).await;
    assert!(page.says("0 slots go on sale.") && !page.says("method=\"post\" action=\"/bookings/slots/week\""));
    let table = world.raw();
    let refused = browser.submit(&page, PAGE, &only).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
    assert!(refused.says("you have other ones at 2099-10-18 09:00"), "{}", refused.text);
    browser.languages = "de".to_owned();
    let refused = browser.submit(&page, PAGE, &only).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
    assert!(refused.says("Zu dieser Zeit gibt es schon einen anderen Termin"), "{}", refused.text);
    assert!(refused.says("18. Oktober 2099, 09:00"), "{}", refused.text);
    world.table_is(&table);
    browser.languages = "en".to_owned();

    // The others go on sale, and this one is named again.
    let done = browser.submit(&page, PAGE, &sundays(&[])).await;
    assert!(done.says("The slots are on sale.") && done.says("One does not go on sale"), "{}", done.text);
    assert_eq!(starts(&world).await.len(), 5);
    world.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_week_is_said_where_it_was_typed() {
    let world = world_in_berlin().await;
    let mut browser = expert(&world, EXPERT).await;
    let good = preview(&mut browser, &sundays(&[])).await;
    let before = world.dump().await;
    for (field, text, said) in [
        ("day.SU", "", "Choose at least one weekday"),
        ("times", "nine", "as 09:00, 10:30"),
        ("minutes", "0", "Must be between 1 and"),
        ("from", "", "Must be a day"),
        ("until", "2099-10-11", "Must not be before the first day"),
        ("until", "2120-01-01", "end it sooner"),
        ("except", "Christmas", "Must be a day"),
        ("name", "", "name"),
        ("price", "much", "A price must be"),
        ("places", "none", "Must be a whole number above zero"),
        ("listing", "summer-show", "There is no such listing of yours"),
    ] {
        let fields = sundays(&[(field, text)]);
        let page = preview(&mut browser, &fields).await;
        assert_eq!(page.status.as_u16(), 400, "{field}: {}", page.text);
        assert!(page.says(said) && page.says("week-wrong-"), "{field}: {}", page.text);
        let page = browser.submit(&good, PAGE, &fields).await;
        assert_eq!(page.status.as_u16(), 400, "{field}: {}", page.text);
        assert!(page.says(said), "{field}: {}", page.text);
    }
    // What was typed stands there again.
    let page = preview(&mut browser, &sundays(&[("times", "nine")])).await;
    assert!(page.says("value=\"nine\"") && page.says("name=\"day.SU\" value=\"on\" checked"), "{}", page.text);
    // So does a form that is too long to be a page's address: without what was typed, if it must be.
    let long = "2099-11-08,".repeat(2_000);
    let page = browser.submit(&good, PAGE, &sundays(&[("except", &long)])).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), (PAGE, 400), "{}", page.text);
    assert!(page.says("Must have at most 400 days"), "{}", page.text);
    world.unchanged_since(&before).await;

    // Another expert of this house has no listing, and puts nothing into this one.
    let mut other = expert(&world, "linus").await;
    let page = other.open(PAGE).await;
    assert!(page.says("There is no listing of your time yet"), "{}", page.text);
    let refused = other.submit(&page, PAGE, &sundays(&[])).await;
    assert_eq!(refused.status.as_u16(), 400, "{}", refused.text);
    world.unchanged_since(&before).await;
    world.finish().await;
}
