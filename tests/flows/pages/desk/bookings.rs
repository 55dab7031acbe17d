//! An expert's bookings: requests with the time that is left, confirmed, declined and canceled.

use holdfast_tests::{Bought, EXPERT, HOUR, TUTOR, World};

use super::expert;

fn form(order: &Bought, what: &str) -> String {
    format!("/bookings/{}/{what}", order.id)
}

#[tokio::test]
async fn an_expert_confirms_declines_and_cancels() {
    let world = World::of_experts().await;
    for slot in ["noon", "evening"] {
        world.slot(slot, "80.00", 1, 48 * HOUR).await;
    }
    let (kept, declined) = (world.requested("noon").await, world.requested("evening").await);
    let unpaid = world.requested_for("morning").await;
    let mut browser = expert(&world, EXPERT).await;
    let page = browser.open("/bookings").await;
    assert!(page.says(&form(&kept, "confirm")) && page.says("minutes left"), "{}", page.text);
    assert!(!page.says(&unpaid.id), "its money is not authorized: {}", page.text);
    let version = browser.open("/bookings/version").await;
    assert!(page.says(&format!("data-version=\"{}\"", version.text)), "{}", version.text);

    let page = browser.submit(&page, &form(&kept, "confirm"), &[]).await;
    assert!(page.says("The booking is confirmed") && !page.says(&form(&kept, "confirm")), "{}", page.text);
    world.settle().await;
    assert_eq!(world.order(&kept).await["booking"]["status"], "confirmed");
    let page = browser.submit(&page, &form(&declined, "decline"), &[]).await;
    assert!(page.says("The request is declined"), "{}", page.text);
    assert_eq!(world.order(&declined).await["booking"]["status"], "declined");
    let late = browser.submit(&page, &form(&declined, "confirm"), &[]).await;
    assert_eq!(late.status.as_u16(), 409, "{}", late.text);
    assert_ne!(browser.open("/bookings/version").await.text, version.text);

    let page = browser.open("/bookings").await;
    assert!(page.says("the buyer gets 8"), "{}", page.text.replace('\u{a0}', " "));
    let page = browser.submit(&page, &form(&kept, "cancel"), &[]).await;
    assert!(page.says("The booking is canceled") && !page.says(&kept.id), "{}", page.text);
    world.settle().await;
    assert_eq!(world.order(&kept).await["booking"]["canceled_by"], "expert");
    let trail = world.trail(&kept).await;
    assert!(trail.contains(&("booking_canceled".to_owned(), EXPERT.to_owned())), "{trail:?}");
}

#[tokio::test]
async fn bookings_of_other_experts_are_not_found() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let mut other = expert(&world, "linus").await;
    let page = other.open("/bookings").await;
    assert!(!page.says(&order.id) && page.says("No request waits for your answer"), "{}", page.text);
    let csrf = page.value("csrf").unwrap();
    for what in ["confirm", "decline", "cancel"] {
        let refused = other.send(http::Method::POST, &form(&order, what), Some(&[("csrf", &csrf)])).await;
        assert_eq!(refused.status.as_u16(), 404, "{what}: {}", refused.text);
    }
    assert_eq!(world.order(&order).await["booking"]["status"], "requested");
}

#[tokio::test]
async fn an_expert_puts_own_slots_on_sale_by_the_clock_of_the_listing() {
    let world = World::of_experts().await;
    let mut browser = expert(&world, EXPERT).await;
    let page = browser.open("/bookings/slots").await;
    assert!(page.says(&format!("value=\"{TUTOR}\"")), "{}", page.text);
    let listing = world.get(&format!("/v1/listings/{TUTOR}")).await.expect(200);
    let before = listing["offers"].as_array().unwrap().len();
    let fields = |starts, ends, price| {
        [("listing", TUTOR), ("name", "An hour"), ("price", price), ("places", "1"), ("starts", starts), ("ends", ends)]
    };
    // The same form twice is one slot.
    for _ in 0..2 {
        let form = fields("2098-06-12T10:00", "2098-06-12T11:00", "80,50");
        let done = browser.submit(&page, "/bookings/slots", &form).await;
        assert!(done.says("The slot is on sale") && done.says("80.50"), "{}", done.text);
    }
    let listing = world.get(&format!("/v1/listings/{TUTOR}")).await.expect(200);
    let offers = listing["offers"].as_array().unwrap();
    assert_eq!(offers.len(), before + 1);
    let slot = offers.iter().find(|offer| offer["price"] == "80.50").unwrap();
    assert!(slot["starts_at"].as_str().unwrap().starts_with("2098-06-12T"), "{slot}");
    for (starts, ends, price, said) in [
        ("2001-01-01T10:00", "2001-01-01T11:00", "80", "Must be in the future"),
        ("2098-06-13T10:00", "2098-06-13T10:00", "80", "Must be after the start"),
        ("2098-06-13T10:00", "2098-06-13T11:00", "much", "A price must be"),
        ("", "2098-06-13T11:00", "80", "Must be a day and a time"),
    ] {
        let wrong = browser.submit(&page, "/bookings/slots", &fields(starts, ends, price)).await;
        assert_eq!(wrong.status.as_u16(), 400, "{said}: {}", wrong.text);
        assert!(wrong.says(said), "{said}: {}", wrong.text);
    }
    // Another expert has no listing here.
    let mut other = expert(&world, "linus").await;
    let page = other.open("/bookings/slots").await;
    assert!(page.says("There is no listing of your time yet"), "{}", page.text);
    let refused = other.submit(&page, "/bookings/slots", &fields("2098-06-13T10:00", "2098-06-13T11:00", "80")).await;
    assert_eq!(refused.status.as_u16(), 400, "{}", refused.text);
    world.finish().await;
}
