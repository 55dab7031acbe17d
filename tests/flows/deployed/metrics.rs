//! What is counted while things go wrong: each failure once, wherever a buyer meets it, and by what it is of.

use std::{sync::Arc, time::Duration};

use holdfast_tests::{
    Browser, Page, SHOW, World,
    capture::Capture,
    faults::{Fault, Faults, Rule, Service},
    programs::Program,
};
use http::{Method, StatusCode};
use runtime::telemetry::metrics::counted;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    browsing::site,
    in_time::silent,
    programs::{on_the_network, path, tickets_on_sale},
};

/// The values of a metric in these lines, each with its second dimension.
fn values(lines: &[Value], metric: &str) -> Vec<(Value, Value)> {
    let found = lines.iter().flat_map(|line| {
        let line = line.as_object().unwrap();
        let of = counted(line).into_iter().filter(|(counted, _)| counted.name == metric);
        of.map(|(counted, value)| (value, counted.by.map(|by| line[by].clone()).unwrap_or_default()))
            .collect::<Vec<_>>()
    });
    found.collect()
}

/// The lines of a program from one on.
async fn lines_from(program: &Mutex<Program>, first: usize) -> Vec<Value> {
    tokio::time::sleep(Duration::from_millis(200)).await;
    let lines = program.lock().await.lines();
    lines[first..].iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Presses the button of the cart's page, and opens where that leads.
async fn press(browser: &mut Browser, cart: &Page) -> (Page, Option<Page>) {
    let hidden = ["csrf", "key"].map(|name| (name, cart.value(name).unwrap()));
    let mut fields = vec![("name", "Ada Lovelace"), ("email", "ada@example.com")];
    fields.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
    let pressed = browser.send(Method::POST, "/checkout", Some(&fields)).await;
    match pressed.location().to_owned() {
        to if to.is_empty() => (pressed, None),
        to => {
            let shown = browser.send(Method::GET, &to, None).await;
            (pressed, Some(shown))
        }
    }
}

/// A form of the pages is answered with a redirect, whatever came of it. Operators see what came of it, once.
#[tokio::test]
async fn what_fails_on_the_pages_is_counted_as_on_the_api() {
    let (world, mut settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    world.offer_of("riverside", SHOW, "last", json!({ "capacity": 1 })).await.expect(201);
    let pages = Arc::new(Mutex::new(Program::start("pages", path("pages"), &settings).await));
    let mut browser = Browser::at(site(&pages, Duration::from_secs(29)));
    let cart = browser.choose(SHOW, &[("quantity.last", "1")]).await;

    // Stripe takes the call and gives no answer: the function answers by itself, and the order keeps its hold.
    let hang = json!({ "calls": [{ "method": "POST", "path": "/v1/checkout/sessions", "fault": "hang", "times": 9 }] });
    world.at_stripe("faults", &hang).await;
    let first = pages.lock().await.lines().len();
    let (pressed, shown) = press(&mut browser, &cart).await;
    assert_eq!((pressed.status, shown.unwrap().status), (StatusCode::SEE_OTHER, StatusCode::SERVICE_UNAVAILABLE));
    let lines = lines_from(&pages, first).await;
    assert_eq!(values(&lines, "requests_failed").len(), 1, "{lines:#?}");
    assert_eq!(values(&lines, "orders_refused").len(), 0, "a failure is no refusal");
    let failed = lines.iter().find(|line| line["message"] == "request failed").unwrap();
    assert_eq!(
        (&failed["route"], &failed["status"], &failed["refused"]),
        (&json!("/checkout"), &json!(503), &json!("payment_unavailable"))
    );
    // The page that says so is no second failure.
    assert!(lines.iter().any(|line| line["message"] == "request answered" && line["route"] == "/cart"), "{lines:#?}");
    world.at_stripe("faults", &json!({ "calls": [] })).await;

    // Another visitor's ticket was the last one.
    let mut late = Browser::at(site(&pages, Duration::from_secs(29)));
    world.offer_of("riverside", SHOW, "only", json!({ "capacity": 1 })).await.expect(201);
    let cart = late.choose(SHOW, &[("quantity.only", "1")]).await;
    let request = json!({ "buyer": { "name": "Grace Hopper", "email": "grace@example.com" }, "listing": SHOW,
        "items": [{ "offer": "only", "quantity": 1 }] });
    world.checkout(&request).await.expect(201);
    let first = pages.lock().await.lines().len();
    let (_, shown) = press(&mut late, &cart).await;
    assert_eq!(shown.unwrap().status, StatusCode::BAD_REQUEST);
    let lines = lines_from(&pages, first).await;
    assert_eq!(values(&lines, "orders_refused"), [(json!(1), json!("insufficient_stock"))], "{lines:#?}");
    assert_eq!(values(&lines, "requests_failed").len(), 0);

    // A table that is silent, and Stripe, with less time than they take: the function's end is a failure like any other.
    let cart = late.choose(SHOW, &[("quantity.vip", "1")]).await;
    let second = Duration::from_secs(4);
    let slow = site(&pages, second);
    world.at_stripe("faults", &hang).await;
    let first = pages.lock().await.lines().len();
    let (pressed, _) = press(&mut late.clone().before(slow), &cart).await;
    assert_eq!(pressed.status, StatusCode::SERVICE_UNAVAILABLE);
    let lines = lines_from(&pages, first).await;
    assert_eq!(values(&lines, "requests_failed").len(), 1, "{lines:#?}");
    assert!(lines.iter().any(|line| line["refused"] == "payment_unavailable" && line["route"] == "/checkout"));
    settings.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), silent().await);
    let deaf = Arc::new(Mutex::new(Program::start("pages", path("pages"), &settings).await));
    let first = deaf.lock().await.lines().len();
    let (pressed, _) = press(&mut late.before(site(&deaf, second)), &cart).await;
    assert_eq!(pressed.status, StatusCode::SERVICE_UNAVAILABLE);
    let lines = lines_from(&deaf, first).await;
    assert_eq!(values(&lines, "requests_failed").len(), 1, "{lines:#?}");
    assert!(lines.iter().any(|line| line["refused"] == "store_unavailable" && line["route"] == "/checkout"));
}

/// Stripe has a payment, and the table is dead: it rings while that is so. An event of an order that is paid rings nothing,
/// however old it is.
#[tokio::test(start_paused = true)]
async fn a_payment_that_waits_rings_while_it_waits() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    let late = || -> Vec<i64> {
        values(&capture.lines(), "webhook_lag_seconds").iter().map(|(value, _)| value.as_i64().unwrap()).collect()
    };
    world.drop_webhooks().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    faults.plan([Rule::every(Service::Table, Fault::ServerError)]);
    world.event(&event).await.expect(503);
    assert!(late().iter().all(|&seconds| seconds < 300), "{:?}", late());
    world.stack.clock().advance(360);
    world.event(&event).await.expect(503);
    assert!(late().iter().any(|&seconds| seconds >= 300), "{:?}", late());
    assert!(capture.lines().iter().any(|line| line["message"] == "event put off; Stripe will repeat it"
        && line["order"] == order.id.as_str()
        && line["lag_seconds"].as_i64().is_some_and(|seconds| seconds >= 300)));

    // Its effect comes late, and is said once more. From then on nothing of it is late.
    faults.heal();
    let before = late().len();
    assert_eq!(world.event(&event).await.expect(200)["outcome"], "paid");
    assert_eq!(late().len(), before + 1);
    world.stack.clock().advance(3_600);
    let mut sent = 0;
    for kind in payments::events::EventKind::names() {
        for mut event in world.events(kind) {
            world.event(&event).await.expect(200);
            // By hand, as an event of its own.
            event["id"] = json!(format!("{}_again", event["id"].as_str().unwrap()));
            world.event(&event).await.expect(200);
            sent += 2;
        }
    }
    assert!(sent >= 4, "{sent}");
    assert_eq!(late().len(), before + 1, "{:?}", late());
    // What is not of a payment waits for no buyer.
    faults.plan([Rule::every(Service::Table, Fault::ServerError)]);
    let mut expired = event.clone();
    expired["id"] = json!("evt_expired");
    expired["type"] = json!("checkout.session.expired");
    world.event(&expired).await.expect(503);
    assert_eq!(late().len(), before + 1, "{:?}", late());
}

/// Every call of Stripe is counted by its endpoint, whatever its end; and of those that are too many it is known which.
#[tokio::test(start_paused = true)]
async fn calls_of_stripe_are_counted_by_endpoint_whatever_their_end() {
    let path = json!("/checkout/sessions");
    for (fault, failures, throttled) in
        [("rate_limit", 1, 1), ("refuse", 1, 0), ("error_500", 1, 0), ("forbidden", 1, 0), ("lose_request", 1, 0)]
    {
        let capture = Capture::default();
        let _guard = tracing::subscriber::set_default(capture.subscriber());
        let world = World::new().await;
        let rule = json!({ "method": "POST", "path": "/v1/checkout/sessions", "fault": fault, "times": 9 });
        world.at_stripe("faults", &json!({ "calls": [rule] })).await;
        let answer = world.post("/v1/checkout").key("k").json(&world.request("general", 1)).await;
        assert_eq!(answer.status.as_u16(), 503, "{fault}: {}", answer.text);
        let lines = capture.lines();
        let calls = values(&lines, "stripe_calls");
        let made = calls.iter().filter(|(_, of)| *of == path).count();
        assert!(made >= 1, "{fault}: {calls:?}");
        let said = |line: &&Value| line["path"] == path && line["attempts"].is_u64();
        assert_eq!(made, lines.iter().filter(said).count(), "{fault}: each call once");
        assert!(values(&lines, "stripe_failures").len() >= failures, "{fault}");
        let too_many = values(&lines, "stripe_throttled");
        let by_path = too_many.iter().filter(|(_, of)| *of == path).count();
        let in_all = too_many.iter().filter(|(_, of)| of.is_null()).count();
        assert!(by_path == in_all && by_path >= throttled && (throttled > 0 || by_path == 0), "{fault}: {too_many:?}");
    }
}

/// An order in review is counted when it comes there, and not a day later.
#[tokio::test]
async fn an_order_in_review_is_counted_as_it_comes_there() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let refund = world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    assert_eq!(values(&capture.lines(), "orders_in_review").len(), 0);
    world.fail_refund(&refund).await;
    world.settle().await;
    assert_eq!(values(&capture.lines(), "orders_in_review").len(), 1);
    // The same news again, and the daily reminder, are no other review.
    world.stack.stripe().settle_webhooks().await;
    world.advance(86_460).await;
    world.sweep().await;
    let lines = capture.lines();
    assert_eq!(values(&lines, "orders_in_review").len(), 1);
    assert!(values(&lines, "alarms").iter().any(|(_, of)| of == "review"), "the reminder rings");
    let line = lines.iter().find(|line| line["message"] == "an order came into review").unwrap();
    assert!(
        line["order"] == order.id.as_str() && line["reason"].as_str().is_some_and(|reason| reason.contains("refund ")),
        "{line}"
    );
}
