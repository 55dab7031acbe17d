//! What a customer has: hours and the entries that they are the sum of, and who may take some.

use std::sync::Arc;

use holdfast_tests::{EXPERT, LESSONS, ORGANIZATION, PUPIL, World, faults::Faults};
use local::TokenFields;
use serde_json::{Value, json};
use tokio::task::JoinSet;

fn balance_of(customer: &str) -> String {
    format!("/v1/customers/{customer}/balance")
}

fn debits_of(customer: &str) -> String {
    format!("/v1/customers/{customer}/debits")
}

fn hour(reference: &str) -> Value {
    json!({ "organization": ORGANIZATION, "hours": "1", "reference": reference })
}

#[tokio::test]
async fn a_debit_is_made_once_for_its_reference() {
    let world = World::of_packages().await;
    world.hours_bought("ten", 1).await;
    let first = world.debit(PUPIL, "1.50", "lesson-1").await.expect(201);
    assert_eq!(
        (&first["hours"], &first["cause"], &first["amount"]),
        (&json!("-1.5"), &json!("debit:lesson-1"), &json!("0.00"))
    );
    world.advance(60).await;
    for hours in ["1.5", "1.50"] {
        assert_eq!(world.debit(PUPIL, hours, "lesson-1").await.expect(201), first, "the same entry");
    }
    world.debit(PUPIL, "2", "lesson-1").await.refused(422, "idempotency_mismatch").at("reference");
    assert_eq!(world.balance(PUPIL).await.0, "8.5");
    // Another customer's reference is another one.
    world.debit("pupil-2", "1.5", "lesson-1").await.refused(409, "insufficient_hours");
    world.debit(PUPIL, "8.5", "lesson-2").await.expect(201);
    let answer = world.debit(PUPIL, "0.01", "lesson-3").await.refused(409, "insufficient_hours").at("hours");
    assert_eq!(answer.message(), "Only 0 hours are left");
    // Spent hours do not make an earlier debit fail.
    assert_eq!(world.debit(PUPIL, "1.5", "lesson-1").await.expect(201), first);
    assert_eq!(world.ledger(PUPIL).await.len(), 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn debits_at_once_never_go_below_zero() {
    let faults = Faults::new();
    let world = Arc::new(World::of_packages_with(faults.options()).await);
    world.hours_bought("ten", 1).await;
    faults.jitter(3);
    let mut hands = JoinSet::new();
    for n in 0..10 {
        let world = world.clone();
        hands.spawn(async move { world.debit(PUPIL, "3", &format!("lesson-{n}")).await });
    }
    let answers = hands.join_all().await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    let made = statuses.iter().filter(|status| **status == 201).count();
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(made, 3, "{statuses:?}");
    assert_eq!(world.balance(PUPIL).await.0, (10 - 3 * made).to_string());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_debit_that_is_sent_ten_times_at_once_is_made_once() {
    let faults = Faults::new();
    let world = Arc::new(World::of_packages_with(faults.options()).await);
    world.hours_bought("ten", 1).await;
    faults.jitter(3);
    let mut hands = JoinSet::new();
    for _ in 0..10 {
        let world = world.clone();
        hands.spawn(async move { world.debit(PUPIL, "3", "the-lesson").await });
    }
    for answer in hands.join_all().await {
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    }
    world.debit(PUPIL, "3", "the-lesson").await.expect(201);
    assert_eq!(world.balance(PUPIL).await.0, "7");
    world.finish().await;
}

#[tokio::test]
async fn only_staff_and_experts_of_the_organization_take_hours() {
    let world = World::of_packages().await;
    world.hours_bought("ten", 1).await;
    let before = world.raw();
    let path = debits_of(PUPIL);
    world.post(&path).json(&hour("x")).await.refused(401, "unauthenticated");
    for token in [
        world.customer(PUPIL),
        world.customer("stranger"),
        world.token("staff", Some("globex")),
        world.token("admin", Some("globex")),
        world.token("expert", Some("globex")),
        world.stack.token(&TokenFields {
            sub: PUPIL.to_owned(),
            organization: Some(ORGANIZATION.to_owned()),
            ..TokenFields::default()
        }),
    ] {
        world.post(&path).token(&token).json(&hour("x")).await.refused(403, "forbidden");
    }
    world.table_is(&before);
    let allowed = ["staff", "admin"].map(|role| world.token(role, Some(ORGANIZATION)));
    for (n, token) in allowed.into_iter().chain([world.expert(EXPERT), world.token("platform", None)]).enumerate() {
        world.post(&path).token(&token).json(&hour(&format!("lesson-{n}"))).await.expect(201);
    }
    assert_eq!(world.balance(PUPIL).await.0, "6");
    world.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_debit_is_named() {
    let world = World::of_packages().await;
    world.hours_bought("ten", 1).await;
    let before = world.raw();
    let long = "x".repeat(201);
    for (field, value) in [
        ("hours", json!("0")),
        ("hours", json!("-1")),
        ("hours", json!("1.001")),
        ("hours", json!("one")),
        ("hours", json!("1e2")),
        ("hours", json!("")),
        ("hours", json!("1000001")),
        ("hours", json!(1)),
        ("reference", json!("")),
        ("reference", json!("  ")),
        ("reference", json!("a\nb")),
        ("reference", json!(long)),
        ("reference", json!(null)),
        ("organization", json!("Not An Id")),
        ("organization", json!("")),
        ("more", json!(1)),
    ] {
        let mut body = hour("x");
        body[field] = value.clone();
        let answer = world.post(&debits_of(PUPIL)).role("staff").json(&body).await;
        assert_eq!(answer.status.as_u16(), 400, "{field} {value}: {}", answer.text);
        answer.refused(400, "invalid_request").at(field);
    }
    for field in ["hours", "reference", "organization"] {
        let mut body = hour("x");
        body.as_object_mut().unwrap().remove(field);
        world.post(&debits_of(PUPIL)).role("staff").json(&body).await.refused(400, "invalid_request").at(field);
    }
    let no_subject = world.post(&debits_of(&"x".repeat(256))).role("staff").json(&hour("x")).await;
    no_subject.refused(400, "invalid_request").at("customer");
    world.table_is(&before);
    // The longest that is taken, in characters of four bytes, has a place in the table.
    let longest = "\u{1f600}".repeat(200);
    world.debit(PUPIL, "1", &longest).await.expect(201);
    assert_eq!(world.ledger(PUPIL).await[0]["cause"], format!("debit:{longest}"));
    world.finish().await;
}

#[tokio::test]
async fn only_the_customer_and_staff_see_balance_and_ledger() {
    let world = World::of_packages().await;
    world.hours_bought("ten", 1).await;
    let me = world.customer(PUPIL);
    for path in [balance_of(PUPIL), format!("/v1/customers/{PUPIL}/ledger")] {
        let named = format!("{path}?organization={ORGANIZATION}");
        let mine = world.get(&named).token(&me).await.expect(200);
        assert_eq!(mine, world.get(&path).role("staff").await.expect(200));
        assert_eq!(mine, world.get(&named).token(&world.token("platform", None)).await.expect(200));
        // A caller who belongs to no organization has to name one.
        world.get(&path).token(&me).await.refused(400, "invalid_request").at("organization");
        world.get(&format!("{path}?organization=no-such")).token(&me).await.refused(404, "not_found");
        world.get(&format!("{path}?page=2")).token(&me).await.refused(400, "invalid_request").at("page");
        world.get(&named).await.refused(401, "unauthenticated");
        for token in [
            world.customer("stranger"),
            world.token("staff", Some("globex")),
            world.token("admin", Some("globex")),
            world.expert(EXPERT),
        ] {
            world.get(&named).token(&token).await.refused(403, "forbidden");
        }
    }
    let balance = world.get(&balance_of(PUPIL)).role("staff").await.expect(200);
    let expected =
        json!({ "customer": PUPIL, "organization": ORGANIZATION, "hours": "10", "amount": "50.00", "currency": "usd" });
    assert_eq!(balance, expected);
    world.finish().await;
}

#[tokio::test]
async fn hours_are_those_of_one_organization() {
    let world = World::of_packages().await;
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    world.package_listing("globex", "courses").await.expect(201);
    let offer = json!({ "price": "30.00", "hours": "3", "capacity": null });
    world.offer_of("globex", "courses", "three", offer).await.expect(201);
    world.hours_bought("ten", 1).await;
    let mut request = world.hours_request("three", 1);
    request["listing"] = json!("courses");
    let order = holdfast_tests::Bought::of(world.order_as(PUPIL, &request).await.expect(201));
    world.pay(&order);
    world.settle().await;
    let me = world.customer(PUPIL);
    for (organization, hours) in [(ORGANIZATION, "10"), ("globex", "3")] {
        let path = format!("{}?organization={organization}", balance_of(PUPIL));
        assert_eq!(world.get(&path).token(&me).await.expect(200)["hours"], hours);
    }
    // Staff of one cannot take from the other.
    let mut body = hour("x");
    body["organization"] = json!("globex");
    world.post(&debits_of(PUPIL)).role("staff").json(&body).await.refused(403, "forbidden");
    world.finish().await;
}

#[tokio::test]
async fn a_long_ledger_has_pages() {
    let world = World::of_packages().await;
    world.hours_bought("ten", 10).await;
    let mut expected: Vec<String> = Vec::new();
    for n in 0..120 {
        if n % 7 == 0 {
            world.advance(1).await;
        }
        world.debit(PUPIL, "0.25", &format!("lesson-{n:03}")).await.expect(201);
        expected.push(format!("debit:lesson-{n:03}"));
    }
    let mut seen = Vec::new();
    let mut times = Vec::new();
    let mut path = format!("/v1/customers/{PUPIL}/ledger");
    for pages in 1.. {
        let page = world.get(&path).role("staff").await.expect(200);
        for entry in page["entries"].as_array().unwrap() {
            seen.push(entry["cause"].as_str().unwrap().to_owned());
            times.push(entry["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
        }
        let Some(cursor) = page["cursor"].as_str() else {
            assert_eq!(pages, 2);
            break;
        };
        let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        path = format!("/v1/customers/{PUPIL}/ledger?cursor={cursor}");
    }
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first");
    assert_eq!(seen.len(), 121);
    assert!(seen.last().unwrap().starts_with("order:"));
    seen.pop();
    seen.sort();
    assert_eq!(seen, expected);
    assert_eq!(world.balance(PUPIL).await.0, "70");
    world.finish().await;
}

#[tokio::test]
async fn a_pending_package_is_no_hour() {
    let world = World::of_packages().await;
    let order = world.hours_ordered("ten", 1).await;
    world.debit(PUPIL, "1", "early").await.refused(409, "insufficient_hours");
    world.advance(40 * 60).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "expired");
    assert_eq!(world.ledger(PUPIL).await, Vec::<Value>::new());
    assert_eq!(world.stock_of(LESSONS, "ten").await, (0, 0, 0), "there is no limit to count");
    world.finish().await;
}
