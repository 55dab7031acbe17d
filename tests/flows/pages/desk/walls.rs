//! The pages of staff and experts as walls: each of their routes, tried by browsers of all who have another role, or the same one
//! elsewhere.

use holdfast_tests::{Bought, Browser, ORGANIZATION, Page, SHOW, TUTOR, World};
use http::Method;

use crate::pages::sign_in::{signed_in, signed_in_as};

/// What the buyer of everything here is called.
const NAME: &str = "Xanthippe Quill";
const MAIL: &str = "xanthippe@quill.example";

/// Who has a right to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// Every role that has a desk; it only leads there.
    Any,
    Staff,
    Admin,
    Expert,
}

type Fields = &'static [(&'static str, &'static str)];

/// The routes, with who may, and the fields of their forms.
pub(crate) const ROUTES: &[(&str, Seat, Fields)] = &[
    ("GET /desk", Seat::Any, &[]),
    ("GET /desk/", Seat::Any, &[]),
    ("GET /desk/{organization}", Seat::Staff, &[]),
    ("GET /desk/{organization}/orders", Seat::Staff, &[]),
    ("GET /desk/{organization}/orders/{order}", Seat::Staff, &[]),
    ("GET /desk/{organization}/orders/{order}/refund", Seat::Staff, &[]),
    ("POST /desk/{organization}/orders/{order}/resend", Seat::Staff, &[]),
    ("POST /desk/{organization}/orders/{order}/address", Seat::Staff, &[("email", "eve@mallory.example")]),
    ("POST /desk/{organization}/orders/{order}/review", Seat::Staff, &[("decision", "accept")]),
    (
        "POST /desk/{organization}/orders/{order}/refund",
        Seat::Staff,
        &[("what", "rest"), ("seen", "8260"), ("key", "k"), ("reason", "none")],
    ),
    ("GET /desk/{organization}/exports", Seat::Staff, &[]),
    ("GET /desk/{organization}/exports/table", Seat::Staff, &[]),
    ("GET /desk/{organization}/exports/{export}", Seat::Staff, &[]),
    ("GET /desk/{organization}/exports/{export}/file", Seat::Staff, &[]),
    ("GET /desk/{organization}/exports/{export}/version", Seat::Staff, &[]),
    ("POST /desk/{organization}/exports", Seat::Staff, &[("kind", "orders"), ("how", "file")]),
    ("GET /desk/{organization}/team", Seat::Admin, &[]),
    ("GET /desk/{organization}/settings", Seat::Admin, &[]),
    (
        "POST /desk/{organization}/settings",
        Seat::Admin,
        &[
            ("name", "Mine"),
            ("payment_modes.hosted", "on"),
            ("show_fees", "named"),
            ("tax.behavior", "exclusive"),
            ("tax.liability", "platform"),
            ("check_in_opens_hours_before", "4"),
            ("max_tickets_per_order", "10"),
            ("max_order_amount", "1"),
            ("max_donation_per_ticket", "1"),
        ],
    ),
    ("GET /desk/{organization}/new-listing", Seat::Admin, &[]),
    ("POST /desk/{organization}/new-listing", Seat::Admin, &[("kind", "product"), ("id", "mine"), ("title", "Mine")]),
    ("GET /desk/{organization}/listings", Seat::Staff, &[]),
    ("GET /desk/{organization}/listings/{listing}", Seat::Staff, &[]),
    ("GET /desk/{organization}/listings/{listing}/edit", Seat::Admin, &[]),
    (
        "POST /desk/{organization}/listings/{listing}/edit",
        Seat::Admin,
        &[("title", "Mine"), ("starts", "2999-01-01T20:00")],
    ),
    ("POST /desk/{organization}/listings/{listing}/copy", Seat::Admin, &[("copy", "mine")]),
    (
        "POST /desk/{organization}/listings/{listing}/offers",
        Seat::Admin,
        &[("id", "mine"), ("name", "A"), ("price", "1.00"), ("capacity", "200")],
    ),
    ("POST /desk/{organization}/listings/{listing}/publish", Seat::Admin, &[("published", "no")]),
    (
        "POST /desk/{organization}/listings/{listing}/offers/{offer}",
        Seat::Admin,
        &[("name", "A"), ("price", "1.00"), ("capacity", "200")],
    ),
    ("POST /desk/{organization}/listings/{listing}/promos", Seat::Admin, &[("code", "ALL"), ("percent", "100")]),
    ("POST /desk/{organization}/listings/{listing}/promos/{code}", Seat::Admin, &[("percent", "100")]),
    (
        "POST /desk/{organization}/listings/{listing}/slots",
        Seat::Admin,
        &[
            ("name", "A"),
            ("price", "1.00"),
            ("capacity", "1"),
            ("starts_at", "2999-01-01T10:00"),
            ("duration_minutes", "60"),
        ],
    ),
    (
        "POST /desk/{organization}/listings/{listing}/presale-codes",
        Seat::Admin,
        &[("presale_offer", "vip"), ("code", "ALL"), ("max_uses", "9")],
    ),
    ("GET /desk/{organization}/listings/{listing}/cancel", Seat::Admin, &[]),
    ("POST /desk/{organization}/listings/{listing}/cancel", Seat::Admin, &[("sure", SHOW)]),
    ("GET /bookings", Seat::Expert, &[]),
    ("GET /bookings/", Seat::Expert, &[]),
    ("GET /bookings/version", Seat::Expert, &[]),
    ("GET /bookings/slots", Seat::Expert, &[]),
    (
        "POST /bookings/slots",
        Seat::Expert,
        &[
            ("listing", TUTOR),
            ("name", "A"),
            ("price", "1.00"),
            ("places", "1"),
            ("starts", "2999-01-01T10:00"),
            ("ends", "2999-01-01T11:00"),
        ],
    ),
    ("GET /bookings/slots/week", Seat::Expert, &[]),
    (
        "POST /bookings/slots/week",
        Seat::Expert,
        &[
            ("listing", TUTOR),
            ("day.MO", "on"),
            ("times", "10:00"),
            ("minutes", "60"),
            ("from", "2999-01-01"),
            ("until", "2999-01-31"),
            ("name", "A"),
            ("price", "1.00"),
            ("places", "1"),
        ],
    ),
    ("POST /bookings/{order}/confirm", Seat::Expert, &[]),
    ("POST /bookings/{order}/decline", Seat::Expert, &[]),
    ("POST /bookings/{order}/cancel", Seat::Expert, &[]),
];

async fn knock(browser: &mut Browser, route: &str, order: &Bought, fields: Fields) -> Page {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path
        .replace("{order}", &order.id)
        .replace("{organization}", ORGANIZATION)
        .replace("{listing}", SHOW)
        .replace("{offer}", "general")
        .replace("{code}", "ALL")
        .replace("{export}", "exp_0");
    if method == "GET" {
        return browser.send(Method::GET, &path, None).await;
    }
    let csrf = browser.open(&format!("/listings/{SHOW}")).await.value("csrf").unwrap_or_default();
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    browser.send(Method::POST, &path, Some(&all)).await
}

#[tokio::test]
async fn every_page_of_a_role_is_closed_to_all_others() {
    let world = World::of_experts().await;
    world.organization("globex", serde_json::json!({ "name": "Globex" })).await.expect(201);
    let mut request = world.slot_request("morning", Some("pm_card_visa"));
    request["buyer"] = serde_json::json!({ "name": NAME, "email": MAIL });
    let order = Bought::of(world.post("/v1/checkout").key("walls").json(&request).await.expect(201));
    world.settle().await;

    let mut visitors = vec![("a visitor", None, Browser::new(&world))];
    let mut customer = Browser::new(&world);
    signed_in(&mut customer, "eve", "/account").await;
    visitors.push(("a customer", None, customer));
    for (name, may, organization, roles) in [
        ("staff of another organization", None, "globex", "staff"),
        ("admin of another organization", None, "globex", "admin"),
        ("an expert of another organization", None, "globex", "expert"),
        ("a member of the house without a role", None, ORGANIZATION, ""),
        ("staff here, at pages of experts and admins", Some(Seat::Staff), ORGANIZATION, "staff"),
        ("another expert here, at the desk", Some(Seat::Expert), ORGANIZATION, "expert"),
    ] {
        let mut browser = Browser::new(&world);
        signed_in_as(&mut browser, "eve", organization, roles, "/cart").await;
        visitors.push((name, may, browser));
    }
    let (before, dump) = (world.raw(), world.dump().await);
    for (name, may, visitor) in &mut visitors {
        for (route, role, fields) in ROUTES.iter().filter(|(_, role, _)| Some(*role) != *may) {
            let page = knock(visitor, route, &order, fields).await;
            let what = format!("{name}: {route}: {} {}", page.status, page.text);
            match page.status.as_u16() {
                // Nor a listing of ours.
                303 if route.starts_with("POST /bookings/slots") && *name == "an expert of another organization" => {
                    assert!(page.location().starts_with("/bookings/slots"), "{what}");
                }
                303 => assert!(
                    page.location().starts_with("/sign-in?to=") && *name == "a visitor"
                        || *role == Seat::Any && page.location().starts_with("/desk/"),
                    "{what} to {}",
                    page.location()
                ),
                // Another organization's expert has a page of their own, without this booking on it.
                200 => assert!(*role == Seat::Expert && *name == "an expert of another organization", "{what}"),
                status => assert!([403, 404].contains(&status), "{what}"),
            }
            for private in [NAME, MAIL, "Quill", "pi_", order.token.as_str()] {
                assert!(!page.says(private), "{private} in {what}");
            }
        }
    }
    world.table_is(&before);
    world.unchanged_since(&dump).await;

    // An order of another organization is at no desk but its own.
    let mut globex = Browser::new(&world);
    signed_in_as(&mut globex, "eve", "globex", "admin", "/cart").await;
    let path = format!("/desk/globex/orders/{}", order.id);
    for path in [path.clone(), format!("{path}/refund")] {
        assert_eq!(globex.open(&path).await.status.as_u16(), 404, "{path}");
    }
    let found = globex.open(&format!("/desk/globex/orders?q={}", order.id)).await;
    assert_eq!((found.status.as_u16(), found.path.starts_with("/desk/globex/orders?")), (200, true), "{}", found.text);
    world.finish().await;
}

#[tokio::test]
async fn who_has_to_sign_in_first_comes_back_to_the_desk_and_the_platform_says_which() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let led = browser.send(Method::GET, &format!("/desk/{ORGANIZATION}/orders"), None).await;
    assert_eq!(led.location(), format!("/sign-in?to=/desk/{ORGANIZATION}/orders"));
    let page = signed_in_as(&mut browser, "root", "", "platform", "/desk").await;
    assert!(page.says("name=\"organization\""), "{}", page.text);
    assert_eq!(browser.open("/desk?organization=nosuch").await.status.as_u16(), 404);
    let page = browser.open(&format!("/desk?organization={ORGANIZATION}")).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/desk/acme", 200), "{}", page.text);
    // What the role may is one press away, and what it may not is not there.
    let mut expert = Browser::new(&world);
    let page = signed_in_as(&mut expert, "grace", ORGANIZATION, "expert", "/cart").await;
    assert!(page.says("href=\"/bookings\"") && !page.says("href=\"/desk\""), "{}", page.text);
    let mut staff = Browser::new(&world);
    let page = signed_in_as(&mut staff, "sam", ORGANIZATION, "staff", "/cart").await;
    assert!(!page.says("href=\"/bookings\"") && page.says("href=\"/desk\""), "{}", page.text);
}
