//! The month of an expert beside the requests: each booking and free slot on its day, by the clock of the reader.

use holdfast_tests::{Bought, EXPERT, Page, World};
use jiff::{Timestamp, tz::TimeZone};

use super::expert;

/// The days of the month, as a page shows them.
fn days(page: &Page) -> Vec<&str> {
    let table = page.text.split("<table class=\"agenda\">").nth(1).expect("a month").split("</table>").next().unwrap();
    table.split("<td").skip(1).collect()
}

/// The day on which that stands; none if it stands on none.
fn day_of<'a>(page: &'a Page, text: &str) -> Option<&'a str> {
    let days = days(page).into_iter().filter(|day| day.contains(text)).collect::<Vec<_>>();
    assert!(days.len() <= 1, "{text} stands on {} days", days.len());
    days.first().copied()
}

async fn start_of(world: &World, order: &Bought) -> Timestamp {
    world.order(order).await["booking"]["starts_at"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn bookings_and_free_slots_stand_on_their_days_by_the_clock_of_the_reader() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let start = start_of(&world, &order).await;
    let mut browser = expert(&world, EXPERT).await;
    let link = format!("href=\"#booking-{}\"", order.id);
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let there = start.to_zoned(TimeZone::get(zone).expect("a zone"));
        let month = there.strftime("%Y-%m").to_string();
        let page = browser.open(&format!("/bookings?month={month}&zone={zone}")).await;
        let day = day_of(&page, &link).unwrap_or_else(|| panic!("{zone}: {}", page.text));
        assert!(day.contains(&there.strftime("%A, %-d %B %Y").to_string()), "{zone}: {day}");
        assert!(day.contains(&there.strftime("%H:%M").to_string()), "{zone}: {day}");
        assert!(day.contains("Ada Lovelace") && day.contains("requested"), "{zone}: {day}");
        // The other months lie on both sides, and the clock stays.
        for month in [there.date().first_of_month().yesterday(), there.date().last_of_month().tomorrow()] {
            let link = month.expect("a day").strftime("href=\"/bookings?month=%Y-%m&amp;zone=").to_string();
            assert!(page.says(&link), "{link}: {}", page.text);
        }
        assert!(page.says(&format!("name=\"month\" value=\"{month}\"")), "{}", page.text);
    }
    // What is free stands there with its places; the time that is taken does not.
    let later = start.to_zoned(TimeZone::UTC).saturating_add(jiff::SignedDuration::from_hours(1));
    let page = browser.open(&format!("/bookings?month={}&zone=UTC", later.strftime("%Y-%m"))).await;
    let day = day_of(&page, "3 places left").unwrap_or_else(|| panic!("{}", page.text));
    assert!(day.contains(&later.strftime("%H:%M").to_string()), "{day}");
    assert!(!page.says("<span class=\"soft\">free</span>"), "{}", page.text);
    world.as_expert(&order, "confirm").await.expect(200);
    world.settle().await;
    let page = browser.open(&format!("/bookings?month={}&zone=UTC", start.strftime("%Y-%m"))).await;
    assert!(day_of(&page, &link).is_some_and(|day| day.contains("confirmed")), "{}", page.text);
    // A month that is over keeps what was in it.
    world.advance(40 * 24 * 3_600).await;
    let mut browser = expert(&world, EXPERT).await;
    let page = browser.open(&format!("/bookings?month={}&zone=UTC", start.strftime("%Y-%m"))).await;
    assert!(day_of(&page, "confirmed").is_some_and(|day| day.contains("Ada Lovelace")), "{}", page.text);
    assert!(!page.says("places left"), "what has begun is not for sale: {}", page.text);
}

#[tokio::test]
async fn a_month_is_this_one_where_an_address_names_none_and_another_experts_is_empty() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let mut browser = expert(&world, EXPERT).await;
    let now = world.stack.clock().now().to_zoned(TimeZone::UTC);
    for odd in ["", "soon", "2027-13", "2027-6", "9999-12", "0000-00", "%00"] {
        let page = browser.open(&format!("/bookings?month={odd}&zone=UTC")).await;
        assert_eq!(page.status.as_u16(), 200, "{odd}: {}", page.text);
        let named = format!("name=\"month\" value=\"{}\"", now.strftime("%Y-%m"));
        assert!(page.says(&named), "{odd}: {}", page.text);
    }
    let empty = browser.open("/bookings?month=2090-02").await;
    assert!(empty.says("February 2090") && empty.says("Nothing in this month"), "{}", empty.text);
    assert_eq!(days(&empty).len() % 7, 0);
    let start = start_of(&world, &order).await;
    let mut other = expert(&world, "linus").await;
    let page = other.open(&format!("/bookings?month={}&zone=UTC", start.strftime("%Y-%m"))).await;
    assert!(!page.says("Ada Lovelace") && !page.says("places left"), "{}", page.text);
    world.finish().await;
}
