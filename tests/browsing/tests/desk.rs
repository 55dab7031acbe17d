//! Staff and experts at work, on a phone and at a desk: a refund with its second look, a booking that is answered, and what is for sale.

use browsing::{SCREENS, Scheme, Screen, Script, Shop, Tab, browse};
use holdfast_tests::{ORGANIZATION, SHOW, TUTOR};

/// Three Sundays at nine.
const WEEK: &str = "day.SU=on&times=09:00&minutes=60&from=2099-10-12&until=2099-11-01&name=An+hour&price=60&places=1";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn staff_work_on_a_phone() {
    browse(Script::On, async |shop, tab| work(&shop, &tab, 390).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver; .ci/run runs them"]
async fn staff_work_at_a_desk() {
    browse(Script::On, async |shop, tab| work(&shop, &tab, 1_280).await).await;
}

/// What holds on each page.
async fn holds(tab: &Tab, width: u32, name: &str) {
    for screen in SCREENS.into_iter().filter(|screen| screen.width == width) {
        tab.on(screen).await;
        tab.fits().await;
        tab.is_accessible().await;
        tab.show(&format!("{name}-{width}-{}", screen.scheme.name())).await;
    }
}

/// Signs a person in with these roles, by the issuer's page, and comes to a page of theirs.
async fn sign_in(tab: &Tab, subject: &str, role: &str, to: &str) {
    tab.open(&format!("/sign-in?to={to}")).await;
    tab.fill("#subject", subject).await;
    tab.fill("#organization", ORGANIZATION).await;
    tab.fill("#roles", role).await;
    tab.enter("#roles").await;
    tab.sees("main h1").await;
}

/// An admin makes a product and puts it on sale.
async fn sell(tab: &Tab, width: u32) {
    tab.open(&format!("/desk/{ORGANIZATION}/new-listing?kind=show")).await;
    holds(tab, width, "desk-new").await;
    tab.open(&format!("/desk/{ORGANIZATION}/new-listing?kind=product")).await;
    tab.fill("#title", "Mugs").await;
    tab.fill("#id", "mugs").await;
    tab.press("main form button").await;
    tab.says("The draft is made").await;
    tab.press("section[aria-labelledby=stock] summary").await;
    tab.fill("#id-new", "mug").await;
    tab.fill("#name-new", "A mug").await;
    tab.fill("#price-new", "12.50").await;
    tab.fill("#capacity-new", "40").await;
    holds(tab, width, "desk-new-offer").await;
    tab.press("form[action$='/offers'] button").await;
    tab.says("Available 40").await;
    tab.press("button[value=yes]").await;
    tab.says("It is on sale").await;
}

async fn work(shop: &Shop, tab: &Tab, width: u32) {
    tab.on(Screen { width, scheme: Scheme::Light }).await;
    let order = shop.world.bought("general", 2).await;
    let request = shop.world.requested("morning").await;
    sign_in(tab, "sam", "staff", "/desk").await;
    tab.reaches(&format!("/desk/{ORGANIZATION}")).await;
    tab.says("Orders paid").await;
    holds(tab, width, "desk-today").await;
    tab.open(&format!("/desk/{ORGANIZATION}/orders")).await;
    holds(tab, width, "desk-orders").await;
    tab.open(&format!("/desk/{ORGANIZATION}/orders/{}", order.id)).await;
    tab.says("Who did what").await;
    holds(tab, width, "desk-order").await;
    tab.press("a[href$='/refund']").await;
    tab.says("2 of 2 can go back").await;
    tab.press("#quantity-l1 + .step").await;
    tab.press("form[method=get] button.quiet").await;
    tab.says("What that comes to").await;
    holds(tab, width, "desk-refund").await;
    tab.fill("#reason", "The buyer is ill.").await;
    tab.press("form button.danger").await;
    tab.says("The refund is on its way").await;
    shop.world.settle().await;
    assert_eq!(shop.world.stock("general").await, (99, 0, 1));
    holds(tab, width, "desk-order-refunded").await;
    tab.open(&format!("/desk/{ORGANIZATION}/exports")).await;
    holds(tab, width, "desk-exports").await;
    tab.press("button[value=file]").await;
    tab.says("being written").await;
    holds(tab, width, "desk-export").await;
    tab.press("form[action='/sign-out'] button").await;
    tab.says("You are signed out").await;

    sign_in(tab, "alex", "admin", "/desk").await;
    tab.open(&format!("/desk/{ORGANIZATION}/listings")).await;
    holds(tab, width, "desk-listings").await;
    tab.open(&format!("/desk/{ORGANIZATION}/listings/{SHOW}")).await;
    holds(tab, width, "desk-listing").await;
    tab.open(&format!("/desk/{ORGANIZATION}/listings/{SHOW}/cancel")).await;
    tab.says("At Stripe").await;
    holds(tab, width, "desk-cancel").await;
    sell(tab, width).await;
    tab.open(&format!("/desk/{ORGANIZATION}/team")).await;
    tab.says("Listing put on sale").await;
    holds(tab, width, "desk-team").await;
    tab.open(&format!("/desk/{ORGANIZATION}/settings")).await;
    holds(tab, width, "desk-settings").await;
    tab.fill("[id='contact.phone']", "none").await;
    tab.press("main form.narrow button").await;
    tab.says("Invalid phone number").await;
    holds(tab, width, "desk-settings-refused").await;
    tab.fill("[id='contact.phone']", "+44 20 7946 0000").await;
    tab.press("main form.narrow button").await;
    tab.says("The settings are saved").await;
    tab.press("form[action='/sign-out'] button").await;
    tab.says("You are signed out").await;

    sign_in(tab, "grace", "expert", "/bookings").await;
    tab.says("minutes left").await;
    holds(tab, width, "bookings").await;
    tab.press(&format!("form[action='/bookings/{}/confirm'] button", request.id)).await;
    tab.says("The booking is confirmed").await;
    holds(tab, width, "bookings-confirmed").await;
    tab.press("a[rel=next]").await;
    tab.reaches("/bookings?month=").await;
    holds(tab, width, "bookings-next-month").await;
    tab.open(&format!("/bookings/slots/week?listing={TUTOR}&{WEEK}")).await;
    tab.says("Put 3 slots on sale").await;
    holds(tab, width, "slots-week").await;
    tab.press("form[method=post][action='/bookings/slots/week'] button").await;
    tab.says("The slots are on sale").await;
    tab.open("/bookings/slots").await;
    holds(tab, width, "slots-own").await;
}
