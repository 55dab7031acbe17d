//! The pages as walls: each of their routes about an order, tried by browsers whose session is of others.

use std::collections::BTreeSet;

use holdfast_tests::{Bought, Browser, Page, SHOW, World};
use http::Method;

use crate::pages::{desk::walls::ROUTES, sign_in::signed_in};

/// What the buyer of everything here is called.
const NAME: &str = "Xanthippe Quill";
const MAIL: &str = "xanthippe@quill.example";

/// What there is for everybody: what is on sale, what a browser carries itself, and what these are drawn with.
const OPEN: [&str; 21] = [
    "GET /assets/{name}",
    "GET /",
    "GET /organizations/{organization}",
    "GET /listings/{listing}",
    "GET /listings/{listing}/total",
    "GET /cart",
    "POST /cart",
    "POST /cart/change",
    "POST /checkout",
    "GET /organizations/{organization}/calendar",
    "GET /account",
    "GET /sign-in",
    "GET /sign-in/callback",
    "GET /signed-out",
    "POST /sign-out",
    "GET /door",
    "GET /door/",
    "GET /door/worker.js",
    "GET /door/app.webmanifest",
    // What they show and do beyond that is staff's, see `pages::doors`.
    "GET /door/shows",
    "POST /door/devices",
];

/// The routes about an order, each with the fields of its form.
const GUARDED: [(&str, &[(&str, &str)]); 10] = [
    ("GET /orders/{order}", &[]),
    ("GET /orders/{order}/version", &[]),
    ("GET /orders/{order}/pay", &[]),
    ("GET /orders/{order}/tickets.pdf", &[]),
    ("GET /orders/{order}/receipt.pdf", &[]),
    ("GET /orders/{order}/calendar.ics", &[]),
    ("POST /orders/{order}/resend", &[]),
    ("POST /orders/{order}/attendee", &[("name", "Eve Mallory"), ("email", "eve@mallory.example")]),
    ("POST /orders/{order}/hand-over", &[("name", "Eve Mallory"), ("email", "eve@mallory.example")]),
    ("POST /orders/{order}/cancel", &[("percent", "0")]),
];

/// The routes of the pages as their code has them: the template leads all but one of them to the function as `$default`.
fn routes() -> BTreeSet<String> {
    let files = [
        include_str!("../../../functions/pages/src/lib.rs"),
        include_str!("../../../functions/pages/src/desk/mod.rs"),
        include_str!("../../../functions/pages/src/bookings/mod.rs"),
    ];
    let lines = files
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.trim().strip_prefix(".route(\"")?.split_once('"'));
    let methods = |(path, rest): (&str, &str)| {
        let all = [("GET", "get("), ("POST", "post(")].into_iter().filter(|(_, word)| rest.contains(word));
        all.map(|(method, _)| format!("{method} {path}")).collect::<Vec<_>>()
    };
    lines.flat_map(methods).collect()
}

async fn owned(world: &World, mut request: serde_json::Value) -> Bought {
    request["buyer"] = serde_json::json!({ "name": NAME, "email": MAIL });
    let key = format!("owned-{}", world.next());
    let bought = Bought::of(world.post("/v1/checkout").key(&key).json(&request).await.expect(201));
    if !bought.session.is_empty() {
        world.pay(&bought);
    }
    world.settle().await;
    bought
}

/// Knocks at a route of an order, with the session of a browser and its own forms' secret.
async fn knock(browser: &mut Browser, route: &str, order: &Bought, fields: &[(&str, &str)], code: &str) -> Page {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path.replace("{order}", &order.id);
    if method == "GET" {
        return browser.send(Method::GET, &path, None).await;
    }
    let csrf = browser.open(&format!("/listings/{SHOW}")).await.value("csrf").unwrap_or_default();
    let mut all = vec![("csrf", csrf.as_str()), ("code", code)];
    all.extend_from_slice(fields);
    browser.send(Method::POST, &path, Some(&all)).await
}

#[tokio::test]
async fn every_page_of_an_order_is_closed_to_other_browsers() {
    let world = World::of_experts().await;
    let declared = routes();
    assert!(declared.len() > 10, "{declared:?}");
    // The pages of staff and experts are tried by walls of their own.
    let of_roles = ROUTES.iter().map(|(route, ..)| *route);
    let tried = GUARDED.iter().map(|(route, _)| *route).chain(OPEN).chain(of_roles);
    let tried: BTreeSet<String> = tried.map(str::to_owned).collect();
    assert_eq!(tried, declared, "the routes of the pages and those that are tried");

    let tickets = owned(&world, world.request("general", 2)).await;
    let booking = owned(&world, world.slot_request("morning", Some("pm_card_visa"))).await;
    world.as_expert(&booking, "confirm").await.expect(200);
    world.settle().await;
    let code = world.order(&tickets).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    let theirs = world.bought("general", 1).await;

    // A visitor; one with an order of their own; that one with the token of it in our order's address; a customer who signed in;
    // staff of another organization and of this one, whom pages do not know: staff have the API.
    let mut visitors = vec![("a visitor", Browser::new(&world))];
    let mut buyer = Browser::new(&world);
    buyer.open(&format!("/orders/{}?token={}", theirs.id, theirs.token)).await;
    visitors.push(("another buyer", buyer.clone()));
    for order in [&tickets, &booking] {
        let page = buyer.open(&format!("/orders/{}?token={}", order.id, theirs.token)).await;
        assert!(page.status.is_client_error() && !page.says(MAIL), "{}", page.text);
    }
    visitors.push(("another buyer with a wrong link", buyer));
    let mut forged = Browser::new(&world);
    forged.open(&format!("/orders/{}?token={}", tickets.id, tickets.token)).await;
    for value in forged.cookies.values_mut() {
        value.replace_range(..1, if value.starts_with('A') { "B" } else { "A" });
    }
    visitors.push(("a forged session", forged));
    let mut customer = Browser::new(&world);
    let account = signed_in(&mut customer, "eve", "/account").await;
    assert_eq!(account.path, "/account", "{}", account.text);
    assert!(!account.says(MAIL) && !account.says(&tickets.id), "{}", account.text);
    visitors.push(("another customer", customer));

    let (before, dump) = (world.raw(), world.dump().await);
    for (name, visitor) in &mut visitors {
        for order in [&tickets, &booking] {
            for (route, fields) in GUARDED {
                let page = knock(visitor, route, order, fields, &code).await;
                let what = format!("{name}: {route}: {} {}", page.status, page.text);
                assert!([401, 403, 404].contains(&page.status.as_u16()), "{what}");
                assert!(page.says("</html>"), "{what}");
                for private in [NAME, MAIL, "Quill", "54.84", "pi_", "cs_test", code.as_str(), order.token.as_str()] {
                    assert!(!page.says(private), "{private} in {what}");
                }
            }
        }
    }
    for (role, organization) in [("staff", "globex"), ("admin", "globex"), ("expert", "globex"), ("staff", "acme")] {
        let token = world.token(role, Some(organization));
        for order in [&tickets, &booking] {
            for (route, _) in GUARDED.iter().filter(|(route, _)| route.starts_with("GET")) {
                let path = route["GET ".len()..].replace("{order}", &order.id);
                let answer = world.get(&path).token(&token).await;
                let what = format!("{role} of {organization}: {route}: {} {}", answer.status, answer.text);
                assert!([401, 403, 404].contains(&answer.status.as_u16()), "{what}");
                assert!(!answer.text.contains(MAIL) && !answer.text.contains(&code), "{what}");
            }
        }
    }
    world.table_is(&before);
    world.unchanged_since(&dump).await;

    // With the order's own link each of them opens.
    let mut own = Browser::new(&world);
    for order in [&tickets, &booking] {
        own.open(&format!("/orders/{}?token={}", order.id, order.token)).await;
    }
    for (route, fields) in GUARDED {
        let order = if route.ends_with("cancel") || route.ends_with("calendar.ics") { &booking } else { &tickets };
        let page = knock(&mut own, route, order, fields, &code).await;
        assert!([200, 303].contains(&page.status.as_u16()), "{route}: {} {}", page.status, page.text);
    }
    world.settle().await;
    world.finish().await;
}
