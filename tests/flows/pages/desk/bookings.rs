//! An expert's bookings: requests with the time that is left, confirmed, declined and canceled.

use holdfast_tests::{Bought, Browser, EXPERT, HOUR, ORGANIZATION, World};

use crate::pages::sign_in::signed_in_as;

async fn expert(world: &World, subject: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = signed_in_as(&mut browser, subject, ORGANIZATION, "expert", "/bookings").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/bookings", 200), "{}", page.text);
    browser
}

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
    assert!(page.says(&form(&kept, "confirm")) && page.says("hours left"), "{}", page.text);
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
