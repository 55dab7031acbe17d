//! The log of what staff did: an entry for each action, and none for what buyers do, what is repeated and what is refused.

use std::collections::BTreeSet;

use holdfast_tests::{Answer, Bought, ORGANIZATION, PUPIL, SHOW, Side, TUTOR, World};
use http::Method;
use serde_json::{Value, json};

const NAME: &str = "Xanthippe Quill";
const MAIL: &str = "xanthippe@quill.example";

fn own(rest: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}{rest}")
}

/// All of a log, page by page.
async fn log_of(world: &World, organization: &str) -> Vec<Value> {
    let (mut all, mut query) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/organizations/{organization}/log{query}");
        let page = world.get(&path).token(&world.token("admin", Some(organization))).await.expect(200);
        let entries = page["entries"].as_array().expect("entries").clone();
        assert!(entries.len() <= 50, "{}", entries.len());
        all.extend(entries);
        let Some(cursor) = page["cursor"].as_str() else { return all };
        query = format!("?cursor={cursor}");
    }
}

/// One action of staff: who does it, how, and what the log then has.
struct Action {
    role: &'static str,
    method: Method,
    path: String,
    body: Value,
    /// Action, kind, id and detail.
    entry: [String; 4],
    /// How often it is done: what takes effect each time is in the log each time.
    times: usize,
}

async fn act(world: &World, action: &Action) -> Answer {
    let call = world.call(action.method.clone(), &action.path).role(action.role).key("the-same");
    if action.body.is_null() { call.await } else { call.json(&action.body).await }
}

/// An entry in the words of [`Action::entry`].
fn words(entry: &Value) -> [String; 4] {
    [&entry["action"], &entry["of"]["kind"], &entry["of"]["id"], &entry["detail"]]
        .map(|word| word.as_str().unwrap_or_default().to_owned())
}

/// What is done, in its order. A refund's id is not known before.
fn actions(order: &Bought, review: [&Bought; 2], code: &str) -> Vec<Action> {
    let twice = |role, method, path: String, body: Value, entry: [&str; 4]| Action {
        role,
        method,
        path,
        body,
        entry: entry.map(str::to_owned),
        times: 2,
    };
    let put = |path: String, body: Value, entry: [&str; 4]| twice("admin", Method::PUT, path, body, entry);
    let staff = |method, path: String, body: Value, entry: [&str; 4]| twice("staff", method, path, body, entry);
    let gala = |published: bool, title: &str| json!({ "kind": "show", "title": title, "published": published, "starts_at": "2099-01-01T20:00:00Z" });
    let listing = || own("/listings/gala");
    let stalls = |price: &str| json!({ "name": "Stalls", "price": price, "capacity": 10 });
    let of = |order: &Bought, rest: &str| format!("/v1/orders/{}{rest}", order.id);
    let customer = |rest: &str| format!("/v1/customers/{PUPIL}/{rest}");
    let slots = json!({
        "rule": "FREQ=WEEKLY;COUNT=3", "starts_at": "2099-01-01T09:00", "time_zone": "Europe/London", "duration_minutes": 60,
        "offer": { "name": "An hour", "price": "60.00", "capacity": 1 },
    });
    let debit = json!({ "organization": ORGANIZATION, "hours": "1.5", "reference": NAME });
    let (id, kept, given) = (order.id.as_str(), review[0], review[1]);
    vec![
        put(own(""), json!({ "name": "Acme Two" }), ["organization_changed", "organization", ORGANIZATION, ""]),
        put(listing(), gala(false, "Gala"), ["listing_created", "listing", "gala", ""]),
        put(listing(), gala(false, "The gala"), ["listing_changed", "listing", "gala", ""]),
        put(listing(), gala(true, "The gala"), ["listing_published", "listing", "gala", ""]),
        put(listing(), gala(false, "The gala"), ["listing_unpublished", "listing", "gala", ""]),
        put(own("/listings/gala/offers/stalls"), stalls("5.00"), ["offer_created", "offer", "stalls", "gala"]),
        put(own("/listings/gala/offers/stalls"), stalls("6.00"), ["offer_changed", "offer", "stalls", "gala"]),
        twice(
            "admin",
            Method::DELETE,
            own("/listings/gala/offers/stalls"),
            Value::Null,
            ["offer_deleted", "offer", "stalls", "gala"],
        ),
        put(
            own("/listings/gala/promos/HALF"),
            json!({ "percent_off": "0.5" }),
            ["promo_created", "promo", "HALF", "gala"],
        ),
        put(
            own("/listings/gala/promos/HALF"),
            json!({ "percent_off": "0.4" }),
            ["promo_changed", "promo", "HALF", "gala"],
        ),
        twice(
            "admin",
            Method::POST,
            own(&format!("/listings/{TUTOR}/slots")),
            slots,
            ["slots_created", "listing", TUTOR, ""],
        ),
        staff(Method::PUT, of(order, "/buyer"), json!({ "email": MAIL }), ["buyer_changed", "order", id, ""]),
        staff(
            Method::PUT,
            of(order, &format!("/tickets/{code}/attendee")),
            json!({ "name": NAME, "email": MAIL }),
            ["attendee_changed", "order", id, ""],
        ),
        staff(
            Method::POST,
            format!("/v1/tickets/{code}/transfer"),
            json!({ "name": NAME, "email": MAIL }),
            ["ticket_handed_over", "order", id, ""],
        ),
        Action {
            times: 1,
            ..staff(Method::POST, of(order, "/resend"), Value::Null, ["confirmation_resent", "order", id, ""])
        },
        staff(
            Method::POST,
            of(order, "/refunds"),
            json!({ "amount": "1.00", "reason": NAME }),
            ["refund_requested", "order", id, "?"],
        ),
        staff(Method::POST, of(kept, "/review"), json!({ "accept": true }), ["review_accepted", "order", &kept.id, ""]),
        staff(
            Method::POST,
            of(given, "/review"),
            json!({ "accept": false }),
            ["review_refused", "order", &given.id, ""],
        ),
        staff(Method::POST, customer("debits"), debit, ["hours_taken", "customer", PUPIL, "1.5"]),
        staff(
            Method::POST,
            format!("{}?organization={ORGANIZATION}", customer("erasure")),
            Value::Null,
            ["customer_erased", "organization", ORGANIZATION, ""],
        ),
        twice(
            "admin",
            Method::POST,
            own("/listings/gala/cancel"),
            Value::Null,
            ["listing_canceled", "listing", "gala", ""],
        ),
    ]
}

async fn in_review(world: &World) -> Bought {
    let order = world.buy("general", 2).await;
    world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
    world.pay(&order);
    world.settle().await;
    order
}

#[tokio::test]
async fn each_action_of_staff_leaves_one_entry_and_its_repeat_none() {
    let world = World::of_packages().await;
    world.expert_listing(TUTOR, json!({})).await.expect(201);
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    world.hours_bought("ten", 1).await;
    let order = world.bought("general", 2).await;
    let (kept, given) = (in_review(&world).await, in_review(&world).await);
    let code = world.order(&order).await["tickets"][0]["code"].as_str().expect("a code").to_owned();
    let mut before = log_of(&world, ORGANIZATION).await;
    let started = before.len();
    let all = actions(&order, [&kept, &given], &code);
    for action in &all {
        for time in 0..action.times {
            let answer = act(&world, action).await;
            let gone = action.method == Method::DELETE && time > 0;
            assert!(answer.status.is_success() || gone, "{:?}: {}", action.entry, answer.text);
        }
        let now = log_of(&world, ORGANIZATION).await;
        let new: Vec<_> = now.iter().filter(|entry| !before.contains(entry)).collect();
        assert_eq!(new.len(), 1, "{:?}: {new:?}", action.entry);
        let (mut found, mut expected) = (words(new[0]), action.entry.clone());
        if expected[3] == "?" {
            assert!(found[3].starts_with("ref_"), "{found:?}");
            (found[3], expected[3]) = (String::new(), String::new());
        }
        assert_eq!(found, expected);
        assert_eq!(new[0]["roles"], json!([action.role]));
        assert!(!new[0]["by"].as_str().unwrap_or_default().is_empty());
        before = now;
    }
    assert_eq!(before.len(), started + all.len());
    // Each word of the description comes from somewhere; the platform made the organization.
    let made: BTreeSet<_> =
        before.iter().map(|entry| entry["action"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(made.len(), 22, "{made:?}");
    // Nothing of a buyer, and nothing that staff typed.
    let text = json!(before).to_string();
    for private in [NAME, MAIL, "xanthippe", "Quill", "ada@example.com", "Ada", code.as_str(), order.token.as_str()] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn what_buyers_do_and_what_is_refused_is_in_no_log() {
    let world = World::of_experts().await;
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    let before = log_of(&world, ORGANIZATION).await;
    let order = world.bought("general", 2).await;
    let slot = world.requested("morning").await;
    world.as_expert(&slot, "confirm").await.expect(200);
    world.settle().await;
    world.cancel(&slot, Side::Buyer).await.expect(200);
    let code = world.order(&order).await["tickets"][0]["code"].as_str().expect("a code").to_owned();
    let of_order = format!("/v1/orders/{}", order.id);
    let named = json!({ "name": NAME, "email": MAIL });
    let attendee = format!("{of_order}/tickets/{code}/attendee");
    world.put(&attendee).order_token(&order.token).json(&named).await.expect(200);
    let resent = world.post(&format!("{of_order}/resend")).order_token(&order.token).await;
    assert_eq!(resent.status.as_u16(), 202, "{}", resent.text);
    // A door has too many check-ins for a log.
    world.post(&format!("/v1/tickets/{code}/check-in")).role("staff").await.expect(200);
    // What is refused is not done.
    let staff = world.token("staff", Some(ORGANIZATION));
    world.put(&own("")).token(&staff).json(&json!({ "name": "Mine" })).await.refused(403, "forbidden");
    world.put(&own("")).role("admin").json(&json!({ "currency": "eur" })).await.refused(403, "forbidden");
    world.offer_with("general", json!({ "capacity": 1 })).await.refused(409, "capacity_below_sold");
    let refund = world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 9 }] })).await;
    assert!(refund.status.is_client_error(), "{}", refund.text);
    world.debit(PUPIL, "1", "lesson").await.refused(409, "insufficient_hours");
    assert_eq!(log_of(&world, ORGANIZATION).await, before);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_log_is_its_organizations_admins_to_read() {
    let world = World::new().await;
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    let theirs: Vec<_> = log_of(&world, "globex").await.iter().map(words).collect();
    assert_eq!(theirs, [["organization_created", "organization", "globex", ""].map(str::to_owned)]);
    assert!(log_of(&world, ORGANIZATION).await.iter().all(|entry| !entry.to_string().contains("globex")));
    let path = own("/log");
    for token in [
        world.token("admin", Some("globex")),
        world.token("staff", Some(ORGANIZATION)),
        world.token("expert", Some(ORGANIZATION)),
        world.customer("stranger"),
    ] {
        world.get(&path).token(&token).await.refused(403, "forbidden");
    }
    world.get(&path).await.refused(401, "unauthenticated");
    let shown = world.get(&path).token(&world.token("platform", None)).await.expect(200);
    assert!(shown["entries"].as_array().is_some_and(|entries| !entries.is_empty()));
}

#[tokio::test]
async fn a_log_is_paged_the_newest_first_and_ends_after_400_days() {
    let world = World::new().await;
    let path = format!("/listings/{SHOW}/promos");
    for n in 0..120 {
        let promo = own(&format!("{path}/P{n}"));
        world.put(&promo).role("admin").json(&json!({ "percent_off": "0.5" })).await.expect(201);
    }
    let all = log_of(&world, ORGANIZATION).await;
    let promos: BTreeSet<_> = all.iter().map(words).filter(|words| words[0] == "promo_created").collect();
    assert_eq!(promos.len(), 120, "each once");
    let times: Vec<jiff::Timestamp> =
        all.iter().map(|entry| entry["at"].as_str().expect("a time").parse().expect("a time")).collect();
    let milliseconds: Vec<_> = times.iter().map(|at| at.as_millisecond()).collect();
    assert!(milliseconds.windows(2).all(|two| two[0] >= two[1]), "{times:?}");
    // A cursor is good for its own list alone.
    let page = world.get(&own("/log")).role("admin").await.expect(200);
    let cursor = page["cursor"].as_str().expect("a cursor");
    let foreign = format!("/v1/organizations/globex/log?cursor={cursor}");
    world.get(&foreign).token(&world.token("admin", Some("globex"))).await.refused(400, "invalid_request").at("cursor");
    let entries: Vec<_> = world.raw().into_iter().filter(|(key, _)| key.starts_with("LOG#")).collect();
    assert_eq!(entries.len(), all.len());
    for (key, item) in entries {
        let at: jiff::Timestamp = item["at"]["S"].as_str().expect("a time").parse().expect("a time");
        assert_eq!(item["ttl"]["N"], (at.as_second() + 400 * 86_400).to_string(), "{key}");
    }
    world.finish().await;
}
