//! Organizations as walls: every route there is, tried by all callers who belong to others.

use std::collections::BTreeSet;

use holdfast_tests::{Answer, Bought, EXPERT, ORGANIZATION, SHOW, TUTOR, World, sign};
use http::Method;
use local::{TokenFields, template::Template};
use serde_json::{Value, json};

use super::furnished::{House, MAIL, NAME, OWNER, furnish};

/// Who has a right to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// Every caller; it shows what is published, or is opened by a secret of its own.
    Open,
    Admin,
    Staff,
    Expert,
    /// The holder of the order's token.
    Buyer,
    /// The customer by their own token.
    Customer,
}

/// One route of the template, with an address and a body that its owner could use.
struct Entrance {
    method: Method,
    /// As the template writes it.
    route: &'static str,
    path: String,
    body: Value,
    right: Right,
}

/// Every route, what only reads first, then what changes more and more.
fn entrances(house: &House) -> Vec<Entrance> {
    let own = format!("/v1/organizations/{ORGANIZATION}");
    let listing = format!("{own}/listings/{SHOW}");
    let order = |order: &Bought, rest: &str| format!("/v1/orders/{}{rest}", order.id);
    let booking = |order: &Bought, what: &str| format!("/v1/bookings/{}/{what}", order.id);
    let customer = |what: &str| format!("/v1/customers/{OWNER}/{what}?organization={ORGANIZATION}");
    let show = json!({ "kind": "show", "title": "T", "published": true, "starts_at": "2999-01-01T00:00:00Z" });
    let debit = json!({ "organization": ORGANIZATION, "hours": "1", "reference": "a lesson" });
    let none = Value::Null;
    let get = |route, path, right| Entrance { method: Method::GET, route, path, body: Value::Null, right };
    let post = |route, path, body, right| Entrance { method: Method::POST, route, path, body, right };
    let put = |route, path, body| Entrance { method: Method::PUT, route, path, body, right: Right::Admin };
    vec![
        get("/v1/health", "/v1/health".to_owned(), Right::Open),
        get("/openapi.json", "/openapi.json".to_owned(), Right::Open),
        get("/v1/listings", format!("/v1/listings?organization={ORGANIZATION}"), Right::Open),
        get("/v1/listings/{listing}", "/v1/listings/secret-show".to_owned(), Right::Open),
        get("/v1/checkout/success", "/v1/checkout/success?session_id=cs_test_guess".to_owned(), Right::Open),
        get("/v1/checkout/return", format!("/v1/checkout/return?order={}&mac=GUESS", house.tickets.id), Right::Open),
        post("/v1/checkout", "/v1/checkout".to_owned(), json!({}), Right::Open),
        post(
            "/v1/organizations/{organization}/unsubscribe",
            format!("{own}/unsubscribe?token=GUESS"),
            none.clone(),
            Right::Open,
        ),
        post("/webhooks/stripe", "/webhooks/stripe".to_owned(), json!({ "id": "evt_1" }), Right::Open),
        post("/v1/maintenance/cleanup", "/v1/maintenance/cleanup".to_owned(), none.clone(), Right::Open),
        get("/v1/orders/{order}", order(&house.tickets, ""), Right::Buyer),
        get("/v1/orders/{order}/receipt", order(&house.tickets, "/receipt"), Right::Buyer),
        get("/v1/orders/{order}/tickets.pdf", order(&house.tickets, "/tickets.pdf"), Right::Buyer),
        get("/v1/orders/{order}/refunds", order(&house.tickets, "/refunds"), Right::Buyer),
        get("/v1/bookings/{order}/cancellation", booking(&house.booked, "cancellation"), Right::Buyer),
        get("/v1/organizations/{organization}/orders", format!("{own}/orders"), Right::Staff),
        get("/v1/organizations/{organization}", own.clone(), Right::Staff),
        get("/v1/organizations/{organization}/bookings", format!("{own}/bookings"), Right::Staff),
        get("/v1/organizations/{organization}/listings", format!("{own}/listings"), Right::Staff),
        get("/v1/organizations/{organization}/listings/{listing}/promos", format!("{listing}/promos"), Right::Staff),
        get(
            "/v1/organizations/{organization}/listings/{listing}/offers/{offer}/presale-codes",
            format!("{listing}/offers/vip/presale-codes"),
            Right::Staff,
        ),
        get(
            "/v1/organizations/{organization}/exports/{export}",
            format!("{own}/exports/{}", house.export),
            Right::Staff,
        ),
        post(
            "/v1/organizations/{organization}/exports",
            format!("{own}/exports"),
            json!({ "kind": "orders" }),
            Right::Staff,
        ),
        get("/v1/organizations/{organization}/stats", format!("{own}/stats"), Right::Staff),
        get("/v1/organizations/{organization}/log", format!("{own}/log"), Right::Admin),
        get("/v1/customers/{customer}/balance", customer("balance"), Right::Customer),
        get("/v1/customers/{customer}/ledger", customer("ledger"), Right::Customer),
        get("/v1/customers/{customer}/orders", customer("orders"), Right::Customer),
        post("/v1/customers/{customer}/debits", format!("/v1/customers/{OWNER}/debits"), debit, Right::Expert),
        post("/v1/tickets/{code}/check-in", format!("/v1/tickets/{}/check-in", house.code), none.clone(), Right::Staff),
        get("/v1/organizations/{organization}/listings/{listing}/devices", format!("{listing}/devices"), Right::Staff),
        get("/v1/organizations/{organization}/listings/{listing}/codes", format!("{listing}/codes"), Right::Staff),
        get(
            "/v1/organizations/{organization}/listings/{listing}/check-ins",
            format!("{listing}/check-ins"),
            Right::Staff,
        ),
        get("/v1/organizations/{organization}/listings/{listing}/doubles", format!("{listing}/doubles"), Right::Staff),
        post(
            "/v1/organizations/{organization}/listings/{listing}/devices",
            format!("{listing}/devices"),
            json!({ "name": "Side entrance" }),
            Right::Staff,
        ),
        post(
            "/v1/organizations/{organization}/listings/{listing}/scans",
            format!("{listing}/scans"),
            json!({ "scans": [{ "id": "s1", "code": house.code, "at": "2027-01-01T00:00:00Z" }] }),
            Right::Staff,
        ),
        Entrance {
            method: Method::DELETE,
            route: "/v1/organizations/{organization}/listings/{listing}/devices/{device}",
            path: format!("{listing}/devices/{}", house.device),
            body: Value::Null,
            right: Right::Staff,
        },
        Entrance {
            method: Method::DELETE,
            route: "/v1/tickets/{code}/check-in",
            path: format!("/v1/tickets/{}/check-in", house.code),
            body: Value::Null,
            right: Right::Staff,
        },
        Entrance {
            method: Method::PUT,
            route: "/v1/orders/{order}/tickets/{code}/attendee",
            path: order(&house.tickets, &format!("/tickets/{}/attendee", house.code)),
            body: json!({ "name": NAME, "email": MAIL }),
            right: Right::Buyer,
        },
        post(
            "/v1/tickets/{code}/transfer",
            format!("/v1/tickets/{}/transfer", house.code),
            json!({ "name": NAME, "email": MAIL }),
            Right::Buyer,
        ),
        post("/v1/orders/{order}/refunds", order(&house.refunded, "/refunds"), json!({}), Right::Staff),
        post("/v1/orders/{order}/review", order(&house.refunded, "/review"), json!({ "accept": true }), Right::Staff),
        post("/v1/orders/{order}/resend", order(&house.tickets, "/resend"), none.clone(), Right::Buyer),
        post("/v1/orders/{order}/unsubscribe", order(&house.tickets, "/unsubscribe"), none.clone(), Right::Buyer),
        Entrance {
            method: Method::PUT,
            route: "/v1/orders/{order}/buyer",
            path: order(&house.tickets, "/buyer"),
            body: json!({ "email": MAIL }),
            right: Right::Staff,
        },
        post("/v1/bookings/{order}/confirm", booking(&house.requested, "confirm"), none.clone(), Right::Expert),
        post("/v1/bookings/{order}/decline", booking(&house.declined, "decline"), none.clone(), Right::Expert),
        post("/v1/bookings/{order}/cancel", booking(&house.booked, "cancel"), none.clone(), Right::Buyer),
        put("/v1/organizations/{organization}", own.clone(), json!({ "name": "Acme" })),
        put("/v1/organizations/{organization}/listings/{listing}", listing.clone(), show),
        put(
            "/v1/organizations/{organization}/listings/{listing}/offers/{offer}",
            format!("{listing}/offers/vip"),
            json!({ "name": "V", "price": "1", "capacity": 10 }),
        ),
        put(
            "/v1/organizations/{organization}/listings/{listing}/promos/{code}",
            format!("{listing}/promos/HALF"),
            json!({ "percent_off": "0.5" }),
        ),
        put(
            "/v1/organizations/{organization}/listings/{listing}/offers/{offer}/presale-codes/{code}",
            format!("{listing}/offers/vip/presale-codes/FANS"),
            json!({ "max_uses": 5 }),
        ),
        post(
            "/v1/organizations/{organization}/listings/{listing}/slots",
            format!("{own}/listings/{TUTOR}/slots"),
            json!({
                "rule": "FREQ=WEEKLY;COUNT=2", "starts_at": "2999-01-01T09:00", "time_zone": "Europe/London", "duration_minutes": 60,
                "offer": { "name": "An hour", "price": "1", "capacity": 1 },
            }),
            Right::Admin,
        ),
        Entrance {
            method: Method::DELETE,
            route: "/v1/organizations/{organization}/listings/{listing}/offers/{offer}",
            path: format!("{listing}/offers/free"),
            body: Value::Null,
            right: Right::Admin,
        },
        post(
            "/v1/organizations/{organization}/listings/{listing}/cancel",
            format!("{listing}/cancel"),
            none.clone(),
            Right::Admin,
        ),
        post("/v1/customers/{customer}/erasure", customer("erasure"), none, Right::Staff),
    ]
}

async fn knock(world: &World, entrance: &Entrance, token: Option<&str>, order_token: Option<&str>) -> Answer {
    let mut call = world.call(entrance.method.clone(), &entrance.path);
    if !entrance.body.is_null() {
        call = call.json(&entrance.body);
    }
    if let Some(token) = token {
        call = call.token(token);
    }
    if let Some(token) = order_token {
        call = call.order_token(token);
    }
    call.await
}

/// All callers who belong to others: a name, a token, and an order's token.
fn strangers(world: &World, theirs: &Bought) -> Vec<(String, Option<String>, Option<String>)> {
    let other = Some("globex");
    let with = |sub: &str, roles: &[&str], organization: Option<&str>| {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let organization = organization.map(str::to_owned);
        Some(world.stack.token(&TokenFields { sub: sub.to_owned(), email: Some(MAIL.to_owned()), organization, roles }))
    };
    let mut all =
        vec![("a guest".to_owned(), None), ("a customer with the same address".to_owned(), with("other", &[], None))];
    for role in ["admin", "staff", "expert"] {
        all.push((format!("{role} of another organization"), with(&format!("{role}-9"), &[role], other)));
        all.push((format!("{role} of none"), with(&format!("{role}-9"), &[role], None)));
        // The subject alone, without the house, is no expert or customer there.
        all.push((format!("{role} of another organization, called as our expert"), with(EXPERT, &[role], other)));
    }
    all.push(("everything in another organization".to_owned(), with("x", &["admin", "staff", "expert"], other)));
    all.push(("a member of the house without a role".to_owned(), with("x", &[], Some(ORGANIZATION))));
    all.push((
        "a caller with a role that is none".to_owned(),
        with("x", &["Admin", "owner", "root"], Some(ORGANIZATION)),
    ));
    let plain = all.clone().into_iter().map(|(name, token)| (name, token, None));
    // The same people, with the token of an order that is theirs.
    let holding = all
        .into_iter()
        .map(|(name, token)| (format!("{name}, with another order's token"), token, Some(theirs.token.clone())));
    plain.chain(holding).collect()
}

async fn another_house(world: &World) -> Bought {
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    world.show_of("globex", "globex-gala", json!({ "title": "Gala" })).await.expect(201);
    world.offer_of("globex", "globex-gala", "table", json!({ "price": "100.00", "capacity": 10 })).await.expect(201);
    let mut request = world.request("table", 1);
    request["listing"] = json!("globex-gala");
    world.bought_with(&request).await
}

#[tokio::test]
async fn every_route_is_closed_to_everybody_elses_people() {
    let world = World::of_experts().await;
    let house = furnish(&world).await;
    let theirs = another_house(&world).await;
    let entrances = entrances(&house);

    // A route that is new stands here before it stands in the template.
    let known: BTreeSet<_> =
        entrances.iter().map(|entrance| format!("{} {}", entrance.method, entrance.route)).collect();
    let template = Template::embedded().unwrap();
    let declared: BTreeSet<_> =
        // What the pages show is guarded by a browser's session, see the walls of visitors.
        template.routes().filter(|(function, _)| function.name != "pages").map(|(_, route)| format!("{} {}", route.method, route.path)).collect();
    let webhook = BTreeSet::from(["POST /webhooks/stripe".to_owned()]);
    assert_eq!(
        known,
        declared.union(&webhook).cloned().collect(),
        "the routes of the template and those that are tried"
    );

    let (before, dump) = (world.raw(), world.dump().await);
    for (name, token, order_token) in strangers(&world, &theirs) {
        for entrance in entrances.iter().filter(|entrance| entrance.right != Right::Open) {
            let answer = knock(&world, entrance, token.as_deref(), order_token.as_deref()).await;
            let status = answer.status.as_u16();
            let what = format!("{name}: {} {}: {status} {}", entrance.method, entrance.path, answer.text);
            assert!([401, 403, 404].contains(&status), "{what}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
            // The address of the request aside, nothing of the house is in the answer.
            for private in
                [NAME, MAIL, "xanthippe", "Quill", "54.84", "pi_", "ch_", "cs_test", house.tickets.token.as_str()]
            {
                assert!(!answer.text.contains(private), "{private} in {what}");
            }
        }
    }
    world.table_is(&before);
    world.unchanged_since(&dump).await;

    // With the right of the house, each of them opens, or has a reason of its own to stay shut.
    for entrance in &entrances {
        let token = match entrance.right {
            Right::Open => continue,
            Right::Admin => Some(world.token("admin", Some(ORGANIZATION))),
            Right::Staff => Some(world.token("staff", Some(ORGANIZATION))),
            Right::Expert => Some(world.expert(EXPERT)),
            Right::Customer => Some(world.customer(OWNER)),
            Right::Buyer => None,
        };
        let of_order = [&house.tickets, &house.refunded, &house.booked, &house.requested, &house.declined];
        let of_path = of_order.into_iter().find(|order| entrance.path.contains(&order.id));
        let of_code = entrance.path.contains(&house.code).then_some(&house.tickets);
        let own = of_path.or(of_code).map(|order| order.token.as_str());
        let answer = knock(&world, entrance, token.as_deref(), own.filter(|_| entrance.right == Right::Buyer)).await;
        let status = answer.status.as_u16();
        assert!(
            answer.status.is_success() || status == 409,
            "{} {}: {status} {}",
            entrance.method,
            entrance.path,
            answer.text
        );
    }
    world.finish().await;
}

#[tokio::test]
async fn open_routes_tell_only_what_is_published() {
    let world = World::of_experts().await;
    let house = furnish(&world).await;
    let theirs = another_house(&world).await;
    let before = world.raw();
    for (name, token, order_token) in strangers(&world, &theirs) {
        for entrance in entrances(&house).iter().filter(|entrance| entrance.right == Right::Open) {
            let answer = knock(&world, entrance, token.as_deref(), order_token.as_deref()).await;
            let what = format!("{name}: {} {}: {}", entrance.method, entrance.path, answer.text);
            let status = answer.status.as_u16();
            let expected: &[u16] = match entrance.route {
                "/v1/health" | "/openapi.json" | "/v1/listings" => &[200],
                "/v1/listings/{listing}"
                | "/v1/checkout/success"
                | "/v1/checkout/return"
                | "/v1/organizations/{organization}/unsubscribe" => &[404],
                "/v1/maintenance/cleanup" => &[401],
                // An empty checkout request, and an event without a signature.
                _ => &[400],
            };
            assert!(expected.contains(&status), "{what}");
            for private in [NAME, MAIL, "secret-show"] {
                assert!(!answer.text.contains(private), "{private} in {what}");
            }
        }
    }
    world.table_is(&before);
    // A secret opens its own door and no other.
    let body = json!({ "id": "evt_forged" }).to_string();
    let now = world.stack.clock().now().as_second();
    let forged = sign::header("whsec_other", now, &body);
    world.webhook(&body, Some(&forged)).await.refused(401, "invalid_signature");
    let orders = format!("/v1/organizations/{ORGANIZATION}/orders");
    world.get(&orders).token("cron-local").await.refused(401, "unauthenticated");
    world.table_is(&before);
    world.finish().await;
}

#[tokio::test]
async fn an_order_of_two_organizations_cannot_be_made() {
    let world = World::of_experts().await;
    another_house(&world).await;
    let before = world.raw();
    let request = json!({
        "buyer": { "name": NAME, "email": MAIL },
        "items": [
            { "listing": SHOW, "offer": "general", "quantity": 1 },
            { "listing": "globex-gala", "offer": "table", "quantity": 1 },
        ],
    });
    world.checkout(&request).await.refused(400, "invalid_request").at("items[1].listing");
    world.table_is(&before);
    world.finish().await;
}
