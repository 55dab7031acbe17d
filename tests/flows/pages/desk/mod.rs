//! The desk, as staff see it, and the experts' page of bookings.

mod bookings;
mod editing;
mod exports;
mod listings;
mod months;
mod orders;
mod refunds;
mod reviews;
mod selling;
mod settings;
mod team;
mod today;
pub(crate) mod walls;
mod weeks;

use holdfast_tests::{Bought, Browser, ORGANIZATION, World};

use super::sign_in::signed_in_as;

/// A browser in which staff of [`ORGANIZATION`] are signed in, as `sam`.
async fn staff(world: &World) -> Browser {
    let mut browser = Browser::new(world);
    let page = signed_in_as(&mut browser, "sam", ORGANIZATION, "staff", "/desk").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/desk/acme", 200), "{}", page.text);
    browser
}

/// A browser in which an expert of [`ORGANIZATION`] is signed in.
async fn expert(world: &World, subject: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = signed_in_as(&mut browser, subject, ORGANIZATION, "expert", "/bookings").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/bookings", 200), "{}", page.text);
    browser
}

/// The desk's page of an order.
fn page_of(order: &Bought) -> String {
    format!("/desk/{ORGANIZATION}/orders/{}", order.id)
}

/// The orders that a page of the list leads to.
fn listed(text: &str) -> Vec<String> {
    let start = format!("href=\"/desk/{ORGANIZATION}/orders/");
    let links = text.split(&start).skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}
