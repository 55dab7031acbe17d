//! What operators read: one JSON line for each thing that happens to an order, with its duration, and nothing private.

use holdfast_tests::{Bought, EXPERT, LESSONS, ORGANIZATION, PUPIL, TUTOR, World, capture::Capture};
use serde_json::{Value, json};

/// The lines of one order with that message.
fn lines(capture: &Capture, message: &str, order: &str) -> Vec<Value> {
    let all = capture.lines().into_iter();
    all.filter(|line| line["message"] == message && line["order"] == order).collect()
}

#[tokio::test]
async fn placing_settling_and_refunding_are_logged_with_their_duration() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    let placed = lines(&capture, "order placed", &order.id);
    assert_eq!(placed.len(), 1);
    assert!(placed[0]["milliseconds"].is_u64());
    assert_eq!(placed[0]["status"], "pending");

    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    world.pay(&order);
    world.event(&world.events("checkout.session.completed").pop().unwrap()).await.expect(200);
    let settled = lines(&capture, "order settled", &order.id);
    assert_eq!(settled.len(), 1);
    assert!(settled[0]["milliseconds"].is_u64());
    assert_eq!((&settled[0]["status"], &settled[0]["outcome"]), (&json!("paid"), &json!("paid")));

    world.refund(&order, &json!({})).await.expect(201);
    let refunded = lines(&capture, "order refunded", &order.id);
    assert_eq!(refunded.len(), 1);
    assert!(refunded[0]["milliseconds"].is_u64());
    assert_eq!(refunded[0]["by"], "staff-1");
    for line in [&placed[0], &settled[0], &refunded[0]] {
        assert_eq!(line["level"], "INFO");
        assert!(line["timestamp"].is_string());
    }
    world.finish().await;
}

#[tokio::test]
async fn no_line_holds_anything_private() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let mut request = world.request("general", 2);
    request["buyer"] =
        json!({ "name": "Grace Hopper", "email": "grace.hopper@navy.example", "phone": "+1 202 555 0143" });
    let bad = {
        let mut bad = request.clone();
        bad["items"][0]["quantity"] = json!(11);
        bad
    };
    world.checkout(&bad).await.refused(400, "quantity_limit");
    world
        .post("/v1/checkout")
        .bytes("application/json", "{\"buyer\":\"Grace Hopper\"}")
        .await
        .refused(400, "invalid_request");
    world.webhook("{\"name\":\"Grace Hopper\"}", Some("t=1,v1=aa")).await.refused(401, "invalid_signature");
    let order = world.buy_with(&request).await;
    world.pay_with(&order.session, "pm_card_chargeDeclined").unwrap_err();
    world.pay(&order);
    world.stack.cloud().mailbox.fail_next(local::aws::MailFault::Internal, 1);
    world.settle().await;
    world.get(&world.way_back(&order)).await;
    let fault = json!({ "calls": [{ "method": "POST", "path": "/v1/refunds", "fault": "error_500", "times": 1 }] });
    world.at_stripe("faults", &fault).await;
    world.refund(&order, &json!({ "amount": "1.00", "reason": "Grace Hopper asked" })).await;
    world.advance(3_600).await;
    world.sweep().await;
    let seen = world.order(&order).await;
    world.finish().await;

    let text = capture.text();
    assert!(text.contains(&order.id), "the order is there");
    let staff = world.token("staff", Some(holdfast_tests::ORGANIZATION));
    let mut secrets = vec![
        "Grace",
        "Hopper",
        "grace.hopper",
        "navy.example",
        "555 0143",
        "whsec_local",
        "sk_test_local",
        "cron-local",
        "42424242",
        "4242 4242",
        order.token.as_str(),
        staff.as_str(),
        "Summer Show",
    ];
    secrets.extend(seen["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap()));
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret:?} is in {}", line.unwrap_or_default());
    }
}

#[tokio::test]
async fn what_needs_a_person_rings() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let refund = world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.fail_refund(&refund).await;
    world.settle().await;
    let charge = world.charge(&order);
    world.at_stripe("disputes", &json!({ "charge": charge["id"] })).await;
    world.settle().await;
    let alarms: Vec<_> = capture.lines().into_iter().filter(|line| line["alarm"].is_string()).collect();
    for alarm in ["refund_failed", "dispute"] {
        let line =
            alarms.iter().find(|line| line["alarm"] == alarm).unwrap_or_else(|| panic!("no {alarm}: {alarms:?}"));
        assert_eq!((&line["level"], &line["order"]), (&json!("ERROR"), &json!(order.id)));
    }
}

#[tokio::test]
async fn what_comes_again_is_said_to_be_processed_with_the_first_time() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::of_packages().await;
    let order = world.hours_ordered("ten", 1).await;
    world.drop_webhooks().await;
    world.pay(&order);
    let event = world.events("checkout.session.completed").pop().unwrap();
    world.event(&event).await.expect(200);
    let settled = lines(&capture, "order settled", &order.id);
    assert_eq!(settled.len(), 1);
    assert_eq!((&settled[0]["event"], &settled[0]["outcome"]), (&event["id"], &json!("paid")));
    assert!(lines(&capture, "already processed", &order.id).is_empty());
    let paid_at = world.order(&order).await["paid_at"].clone();

    // The same event, and another one about the same payment.
    world.advance(60).await;
    let mut other = event.clone();
    other["id"] = json!("evt_another");
    for event in [&event, &other, &event] {
        world.event(event).await.expect(200);
    }
    let again = lines(&capture, "already processed", &order.id);
    let events: Vec<_> = again.iter().map(|line| line["event"].clone()).collect();
    assert_eq!(events, [event["id"].clone(), json!("evt_another"), event["id"].clone()]);
    for line in &again {
        assert_eq!(
            (&line["first"], &line["outcome"], &line["level"]),
            (&paid_at, &json!("already_processed"), &json!("INFO"))
        );
    }
    assert_eq!(lines(&capture, "order settled", &order.id).len(), 1, "one decision, one line");

    // Debits and check-ins log it, too.
    let first = world.debit(PUPIL, "1", "lesson-1").await.expect(201);
    world.debit(PUPIL, "1", "lesson-1").await.expect(201);
    let debits: Vec<_> = capture.lines().into_iter().filter(|line| line["message"] == "already processed").collect();
    let debit = debits.last().unwrap();
    assert_eq!((&debit["first"], &debit["organization"]), (&first["at"], &json!(ORGANIZATION)));
    let ticket = world.buy("free", 1).await;
    let path = format!("/v1/tickets/{}/check-in", ticket.json["order"]["tickets"][0]["code"].as_str().unwrap());
    let checked_in = world.post(&path).role("staff").await.expect(200);
    world.post(&path).role("staff").await.refused(409, "already_checked_in");
    let at_check_in = lines(&capture, "check-in", &ticket.id);
    let outcomes: Vec<_> = at_check_in.iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["checked_in", "already processed"]);
    assert_eq!(at_check_in[1]["first"], checked_in["checked_in_at"]);
    world.send_webhooks().await;
    world.finish().await;
}

/// Everything that the system does, once each, with people and things whose names are nowhere else.
pub(crate) async fn whole_story(world: &World) -> Vec<Bought> {
    let buyer = json!({ "name": "Grace Hopper", "email": "grace.hopper@navy.example", "phone": "+1 202 555 0143" });
    let by_grace = |mut request: Value| {
        request["buyer"] = buyer.clone();
        request
    };
    world.package_listing(ORGANIZATION, LESSONS).await.expect(201);
    let ten = json!({ "name": "Ten Hours of Cobol", "price": "50.00", "hours": "10", "capacity": null });
    world.offer_of(ORGANIZATION, LESSONS, "ten", ten).await.expect(201);
    world.slot("noon", "80.00", 1, 40 * 3_600).await;
    world.product_of(ORGANIZATION, "crafts", "mug", "12.50", 20).await;
    let mut orders = Vec::new();

    // Hours: bought, read, spent, refused back.
    let mut hours = world.request("ten", 1);
    hours["listing"] = json!(LESSONS);
    let hours = Bought::of(world.order_as("grace-at-navy", &by_grace(hours)).await.expect(201));
    world.pay(&hours);
    world.settle().await;
    let owner = world.customer("grace-at-navy");
    for what in ["balance", "ledger"] {
        let path = format!("/v1/customers/grace-at-navy/{what}?organization={ORGANIZATION}");
        world.get(&path).token(&owner).await.expect(200);
    }
    world.debit("grace-at-navy", "2", "private lesson with Grace").await.expect(201);
    world.debit("grace-at-navy", "2", "private lesson with Grace").await.expect(201);
    world.debit("grace-at-navy", "20", "another").await.refused(409, "insufficient_hours");
    world.refund(&hours, &json!({ "reason": "Grace Hopper asked" })).await.refused(409, "insufficient_hours");
    orders.push(hours);

    // A booking: asked for with the card, confirmed, canceled; another one declined.
    for (slot, answer) in [("morning", "confirm"), ("noon", "decline")] {
        let request = by_grace(world.basket(&[(TUTOR, slot, 1)], Some("pm_card_visa")));
        let booked = Bought::of(world.order_as("grace-at-navy", &request).await.expect(201));
        world.settle().await;
        world.as_expert(&booked, answer).await.expect(200);
        world.settle().await;
        orders.push(booked);
    }
    world.quote(&orders[1], holdfast_tests::Side::Buyer).await.expect(200);
    world.cancel(&orders[1], holdfast_tests::Side::Buyer).await.expect(200);

    // Products, with a client's secret, with a challenge, and with a card that is declined.
    for method in [None, Some("pm_card_threeDSecure2Required"), Some("pm_card_visa")] {
        let request = by_grace(world.basket(&[("crafts", "mug", 1)], method));
        let order = Bought::of(world.order_as("grace-at-navy", &request).await.expect(201));
        if method.is_none() {
            world.confirm(&order, "pm_card_visa").await.expect(200);
        }
        world.settle().await;
        orders.push(order);
    }
    let declined = by_grace(world.basket(&[("crafts", "mug", 1)], Some("pm_card_chargeDeclined")));
    world.order_as("grace-at-navy", &declined).await.refused(402, "payment_declined");

    // Tickets: papers, the door, a refund, a dispute.
    let tickets = Bought::of(world.order_as("grace-at-navy", &by_grace(world.request("general", 2))).await.expect(201));
    world.pay(&tickets);
    world.settle().await;
    for (what, accept) in [("receipt", "application/pdf"), ("receipt", "application/json"), ("tickets.pdf", "*/*")] {
        let path = format!("/v1/orders/{}/{what}", tickets.id);
        let answer = world.get(&path).order_token(&tickets.token).header("accept", accept).await;
        assert_eq!(answer.status.as_u16(), 200);
    }
    let code = world.order(&tickets).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    let path = format!("/v1/tickets/{code}/check-in");
    world.post(&path).role("staff").await.expect(200);
    world.post(&path).role("staff").await.refused(409, "already_checked_in");
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "Grace Hopper is ill" });
    world.refund(&tickets, &one).await.expect(201);
    world.settle().await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&tickets)["id"] })).await;
    world.settle().await;
    orders.push(tickets);

    // Staff read the customer, who is erased then.
    for what in ["orders", "stats"] {
        let path = format!("/v1/organizations/{ORGANIZATION}/{what}");
        world.get(&path).role("staff").await.expect(200);
    }
    world.post("/v1/customers/grace-at-navy/erasure").role("staff").await.expect(202);
    world.sweep().await;
    world.post("/v1/maintenance/cleanup").token("cron-local").await.expect(200);
    world.post("/v1/maintenance/cleanup").token("cron-guess").await.refused(401, "unauthenticated");
    orders
}

#[tokio::test]
async fn no_function_logs_anything_private() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::of_experts().await;
    let orders = whole_story(&world).await;
    world.advance(3_600).await;
    world.sweep().await;
    world.settle().await;

    let text = capture.text();
    for order in &orders {
        assert!(text.contains(&order.id), "order {} is in no line", order.id);
    }
    let mut secrets: Vec<String> = [
        "Grace",
        "Hopper",
        "grace.hopper",
        "navy.example",
        "555 0143",
        "5550143",
        "whsec_local",
        "sk_test_local",
        "cron-local",
        "cron-guess",
        "42424242",
        "4242 4242",
        "Summer Show",
        "Cobol",
        "private lesson",
        "_secret_",
        "Bearer",
        "pm_card",
        "payment_method_data",
        "{\\\"",
        "receipt_email",
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.extend(["staff", "admin"].map(|role| world.token(role, Some(ORGANIZATION))));
    secrets.push(world.expert(EXPERT));
    for order in &orders {
        secrets.push(order.token.clone());
        secrets.extend(order.json["client_secret"].as_str().map(str::to_owned));
        let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
        let codes =
            seen["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned());
        secrets.extend(codes);
    }
    assert!(orders.iter().any(|order| order.json["client_secret"].is_string()));
    for secret in &secrets {
        let line = text.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{secret:?} is in {}", line.unwrap_or_default());
    }
    // Each line is one JSON object, with a sentence, a level and a time.
    for line in capture.lines() {
        assert!(line["message"].is_string() && line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn each_decision_is_one_line_with_order_and_outcome() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::of_experts().await;
    let orders = whole_story(&world).await;
    for (message, order, outcome) in [
        ("order settled", &orders[0], "paid"),
        ("booking answered", &orders[1], "confirming"),
        ("order settled", &orders[1], "paid"),
        ("check-in", orders.last().unwrap(), "checked_in"),
        ("order settled", orders.last().unwrap(), "dispute"),
    ] {
        let found = lines(&capture, message, &order.id);
        let found: Vec<_> = found.iter().filter(|line| line["outcome"] == outcome).collect();
        assert_eq!(found.len(), 1, "{message} {outcome} of {}: {:?}", order.id, lines(&capture, message, &order.id));
    }
    // By its event, where an event brought it.
    let paid = lines(&capture, "order settled", &orders[0].id);
    assert!(paid[0]["event"].as_str().unwrap().starts_with("evt_"), "{paid:?}");
}
