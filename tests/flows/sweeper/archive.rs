//! Personal fields go when they are not needed any more, or when their owner asks; figures and the audit trail stay.

use holdfast_tests::{Bought, CRAFTS, EXPERT, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

const DAY: i64 = 24 * 3_600;
/// When the usual show is over, in seconds from the beginning.
const SHOW_ENDS: i64 = 30 * DAY + 3 * 3_600;
const NAME: &str = "Xanthippe Quill";
const MAIL: &str = "xanthippe@quill.example";
const PHONE: &str = "+442079460321";
const COMPANY: &str = "Quill & Daughters";
const SUBJECT: &str = "subject-of-xanthippe";

/// All that identifies a person.
const PERSONAL: [&str; 7] = [NAME, "Xanthippe", "quill.example", "2079460321", "Daughters", SUBJECT, "her reasons"];

fn mine(mut request: Value) -> Value {
    request["buyer"] = json!({ "name": NAME, "email": MAIL, "phone": PHONE, "company": COMPANY });
    request
}

async fn buy_as(world: &World, customer: &str, request: &Value) -> Bought {
    let order = Bought::of(world.order_as(customer, request).await.expect(201));
    if order.json["order"]["status"] == "pending" {
        world.pay(&order);
    }
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    order
}

/// The items of an order that still say who bought it.
fn telling(world: &World, order: &Bought) -> Vec<String> {
    let items = world.raw().into_iter().filter(|(key, _)| key.contains(&order.id));
    items.filter(|(_, item)| PERSONAL.iter().any(|text| item.to_string().contains(text))).map(|(key, _)| key).collect()
}

async fn pass(world: &World, seconds: i64) {
    world.advance(seconds).await;
    world.settle().await;
    world.sweep().await;
    world.settle().await;
}

async fn as_staff(world: &World, path: &str) -> Value {
    world.get(path).role("staff").await.expect(200)
}

#[tokio::test]
async fn personal_fields_go_ninety_days_after_the_show() {
    let world = World::new().await;
    let order = buy_as(&world, SUBJECT, &mine(world.request("general", 2))).await;
    let refund = json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "for her reasons" });
    world.refund(&order, &refund).await.expect(201);
    world.settle().await;
    let before = as_staff(&world, &format!("/v1/orders/{}", order.id)).await;
    let receipt = as_staff(&world, &format!("/v1/orders/{}/receipt", order.id)).await;
    assert_eq!((&before["buyer"]["name"], &receipt["buyer"]["email"]), (&json!(NAME), &json!(MAIL)));
    // The order, what was asked of Stripe for it, and that it is this customer's.
    assert_eq!(telling(&world, &order).len(), 3, "{:?}", telling(&world, &order));

    pass(&world, SHOW_ENDS + 90 * DAY - 3_600).await;
    assert_eq!(telling(&world, &order).len(), 3, "not an hour too early");
    pass(&world, 2 * 3_600).await;
    assert_eq!(telling(&world, &order), Vec::<String>::new());
    for text in PERSONAL {
        assert_eq!(world.holding(text), Vec::<String>::new(), "{text}");
    }

    let after = as_staff(&world, &format!("/v1/orders/{}", order.id)).await;
    assert_eq!(
        after["buyer"],
        json!({ "name": "", "email": "", "phone": null, "company": null, "locale": null, "time_zone": null })
    );
    for field in ["lines", "total", "refunded", "status", "payment", "receipt_number", "created_at", "paid_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    // The trail goes on; the buyer is "customer" in it.
    let steps = after["trail"].as_array().unwrap();
    assert_eq!(steps.len(), before["trail"].as_array().unwrap().len() + 1);
    assert_eq!((&steps[0]["what"], &steps[0]["by"]), (&json!("placed"), &json!("customer")));
    assert_eq!((&steps.last().unwrap()["what"], &steps.last().unwrap()["by"]), (&json!("archived"), &json!("sweeper")));
    let now = as_staff(&world, &format!("/v1/orders/{}/receipt", order.id)).await;
    assert_eq!(now["buyer"], json!({ "name": "", "company": null, "email": "" }));
    for field in ["number", "issued_at", "lines", "total", "refunds", "net_total"] {
        assert_eq!(now[field], receipt[field], "{field}");
    }
    let refunds = as_staff(&world, &format!("/v1/orders/{}/refunds", order.id)).await;
    assert_eq!((&refunds["refunds"][0]["reason"], &refunds["refunds"][0]["amount"]), (&Value::Null, &json!("25.00")));
    let pdf = world.get(&format!("/v1/orders/{}/receipt", order.id)).role("staff").header("accept", "application/pdf");
    assert!(pdf.await.bytes.starts_with(b"%PDF-"));
    let stats = as_staff(&world, &format!("/v1/organizations/{ORGANIZATION}/stats")).await;
    assert_eq!((&stats["rows"][0]["captured"], &stats["rows"][0]["refunded"]), (&json!("54.84"), &json!("25.00")));

    // Once is enough.
    let version = after["version"].clone();
    pass(&world, 100 * DAY).await;
    assert_eq!(as_staff(&world, &format!("/v1/orders/{}", order.id)).await["version"], version);
    world.finish().await;
}

#[tokio::test]
async fn what_ended_without_a_payment_is_archived_too() {
    let world = World::of_products().await;
    let expired =
        Bought::of(world.order_as(SUBJECT, &mine(world.basket(&[(CRAFTS, "mug", 1)], None))).await.expect(201));
    pass(&world, DAY).await;
    assert_eq!(world.order(&expired).await["status"], "expired");
    let declined = mine(world.basket(&[(CRAFTS, "mug", 1)], Some("pm_card_chargeDeclined")));
    world.order_as(SUBJECT, &declined).await.refused(402, "payment_declined");
    world.settle().await;
    pass(&world, 88 * DAY).await;
    assert!(!world.holding("Xanthippe").is_empty());
    pass(&world, 3 * DAY).await;
    for text in PERSONAL {
        assert_eq!(world.holding(text), Vec::<String>::new(), "{text}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_later_refund_starts_the_ninety_days_again() {
    let world = World::of_products().await;
    let order = Bought::of(
        world.order_as(SUBJECT, &mine(world.basket(&[(CRAFTS, "mug", 2)], Some("pm_card_visa")))).await.expect(201),
    );
    world.settle().await;
    pass(&world, 89 * DAY).await;
    world.refund(&order, &json!({ "amount": "1.00" })).await.expect(201);
    world.settle().await;
    pass(&world, 89 * DAY).await;
    assert!(!telling(&world, &order).is_empty());
    pass(&world, 2 * DAY).await;
    assert_eq!(telling(&world, &order), Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn an_open_refund_postpones_it() {
    let world = World::of_products().await;
    let order = Bought::of(
        world.order_as(SUBJECT, &mine(world.basket(&[(CRAFTS, "mug", 2)], Some("pm_card_visa")))).await.expect(201),
    );
    world.settle().await;
    world.at_stripe("next_refund", &json!({ "status": "pending" })).await;
    let refund = world.refund(&order, &json!({ "amount": "1.00" })).await.expect(201);
    assert_eq!(refund["status"], "pending");
    pass(&world, 120 * DAY).await;
    assert!(!telling(&world, &order).is_empty(), "the bank has not finished");
    let id = refund["stripe_refund_id"].as_str().unwrap();
    world.at_stripe(&format!("refunds/{id}/succeed"), &json!({})).await;
    world.settle().await;
    pass(&world, 89 * DAY).await;
    assert!(!telling(&world, &order).is_empty());
    pass(&world, 2 * DAY).await;
    assert_eq!(telling(&world, &order), Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn an_open_dispute_postpones_it() {
    let world = World::of_products().await;
    let order = Bought::of(
        world.order_as(SUBJECT, &mine(world.basket(&[(CRAFTS, "mug", 2)], Some("pm_card_visa")))).await.expect(201),
    );
    world.settle().await;
    let dispute = world.at_stripe("disputes", &json!({ "charge": world.charge(&order)["id"] })).await;
    world.settle().await;
    pass(&world, 120 * DAY).await;
    assert!(!telling(&world, &order).is_empty(), "the bank has not decided");
    let id = dispute["id"].as_str().unwrap();
    world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
    world.settle().await;
    pass(&world, 89 * DAY).await;
    assert!(!telling(&world, &order).is_empty());
    pass(&world, 2 * DAY).await;
    assert_eq!(telling(&world, &order), Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn hours_outlive_the_order_they_came_with() {
    let world = World::of_packages().await;
    let order = buy_as(&world, SUBJECT, &mine(world.hours_request("ten", 1))).await;
    pass(&world, 91 * DAY).await;
    // The subject alone is left, in the order and in the ledger: its hours can still be spent, and refunded.
    let seen = as_staff(&world, &format!("/v1/orders/{}", order.id)).await;
    assert_eq!(
        seen["buyer"],
        json!({ "name": "", "email": "", "phone": null, "company": null, "locale": null, "time_zone": null })
    );
    for text in [NAME, "Xanthippe", "quill.example", "2079460321"] {
        assert_eq!(world.holding(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(world.balance(SUBJECT).await, ("10".to_owned(), "50.00".to_owned()));
    world.debit(SUBJECT, "1", "lesson-1").await.expect(201);
    world.refund(&order, &json!({})).await.refused(409, "insufficient_hours");
    let other = buy_as(&world, SUBJECT, &mine(world.hours_request("two", 1))).await;
    pass(&world, 91 * DAY).await;
    world.refund(&other, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.balance(SUBJECT).await, ("9".to_owned(), "50.00".to_owned()));
    world.finish().await;
}

#[tokio::test]
async fn an_erasure_takes_one_customers_ended_orders_at_once() {
    let world = World::of_products().await;
    world.product_of(ORGANIZATION, CRAFTS, "leaflet", "0.00", 500).await;
    world.package_listing(ORGANIZATION, "lessons").await.expect(201);
    let leaflet = mine(world.basket(&[(CRAFTS, "leaflet", 1)], None));
    let mine_of = |n: usize| if n.is_multiple_of(2) { SUBJECT } else { "another-one" };
    // More than a page of them, other people's in between.
    let mut orders = Vec::new();
    for n in 0..120 {
        orders.push((n, Bought::of(world.order_as(mine_of(n), &leaflet).await.expect(201))));
    }
    let guest = world.post("/v1/checkout").key("guest").json(&leaflet).await;
    let guest = Bought::of(guest.expect(201));
    let coming = buy_as(&world, SUBJECT, &mine(world.request("general", 1))).await;
    let pending = Bought::of(world.order_as(SUBJECT, &mine(world.request("vip", 1))).await.expect(201));

    let path = format!("/v1/customers/{SUBJECT}/erasure");
    let before = world.raw();
    world.post(&path).await.refused(401, "unauthenticated");
    for token in [world.customer(SUBJECT), world.customer("x"), world.expert(EXPERT)] {
        world.post(&format!("{path}?organization={ORGANIZATION}")).token(&token).await.refused(403, "forbidden");
    }
    for role in ["staff", "admin"] {
        let token = world.token(role, Some("globex"));
        world.post(&format!("{path}?organization={ORGANIZATION}")).token(&token).await.refused(403, "forbidden");
    }
    let platform = world.token("platform", None);
    world.post(&path).token(&platform).await.refused(400, "invalid_request").at("organization");
    world.table_is(&before);

    let requested = world.post(&path).role("staff").await.expect(202);
    assert_eq!((&requested["status"], &requested["customer"]), (&json!("accepted"), &json!(SUBJECT)));
    world.advance(1).await;
    let report = world.sweep().await;
    assert_eq!((report.erasures, report.failed), (1, 0));
    for (n, order) in &orders {
        assert_eq!(telling(&world, order).is_empty(), mine_of(*n) == SUBJECT, "order {n}");
    }
    let erased = as_staff(&world, &format!("/v1/orders/{}", orders[0].1.id)).await;
    assert_eq!((&erased["buyer"]["name"], &erased["buyer"]["email"]), (&json!(""), &json!("")));
    let last = erased["trail"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["by"]), (&json!("archived"), &json!("staff-1")));
    // What is still to come, or is not even paid, is not over; a guest is no customer.
    for order in [&guest, &coming, &pending] {
        assert!(!telling(&world, order).is_empty());
    }
    assert_eq!(world.order(&coming).await["buyer"]["name"], NAME);
    // The job is done, and asking again does no harm.
    assert!(world.raw().keys().all(|key| !key.starts_with("JOB#ERASE")));
    world.post(&path).role("staff").await.expect(202);
    world.advance(1).await;
    world.sweep().await;
    assert_eq!(as_staff(&world, &format!("/v1/orders/{}", orders[0].1.id)).await, erased);
    world.finish().await;
}

#[tokio::test]
async fn an_ended_order_of_a_show_to_come_goes_at_once() {
    let world = World::of_products().await;
    let refunded = buy_as(&world, SUBJECT, &mine(world.request("general", 1))).await;
    world.refund(&refunded, &json!({})).await.expect(201);
    let expired = Bought::of(world.order_as(SUBJECT, &mine(world.request("vip", 1))).await.expect(201));
    let coming = buy_as(&world, SUBJECT, &mine(world.request("general", 2))).await;
    pass(&world, 40 * 60).await;
    assert_eq!(world.order(&refunded).await["status"], "refunded");
    assert_eq!(world.order(&expired).await["status"], "expired");
    world.post(&format!("/v1/customers/{SUBJECT}/erasure")).role("staff").await.expect(202);
    pass(&world, 1).await;
    for order in [&refunded, &expired] {
        assert_eq!(telling(&world, order), Vec::<String>::new());
    }
    assert!(!telling(&world, &coming).is_empty(), "its tickets can still be checked in");
    world.finish().await;
}

#[tokio::test]
async fn payloads_of_webhooks_are_never_stored_and_their_records_go_after_thirty_days() {
    let world = World::new().await;
    world.drop_webhooks().await;
    let order = world.buy("general", 1).await;
    world.pay(&order);
    let mut event = world.events("checkout.session.completed").pop().unwrap();
    event["data"]["object"]["customer_details"] = json!({ "name": "Marker Person", "email": "marker@payload.example" });
    event["data"]["object"]["note"] = json!("marker-of-the-payload");
    // One that fails at first: Stripe gives no answer to the question that it leads to.
    let charge = world.charge(&order);
    world.at_stripe("dashboard/refunds", &json!({ "charge": charge["id"], "amount": 100 })).await;
    let mut refunded = world.events("charge.refunded").pop().unwrap();
    refunded["data"]["object"]["description"] = json!("marker-of-the-payload");
    refunded["data"]["object"]["billing_details"] =
        json!({ "name": "Marker Person", "email": "marker@payload.example" });
    let down = json!({ "calls": [{ "path": "/v1/", "fault": "lose_request", "times": 500 }] });
    world.at_stripe("faults", &down).await;
    let answer = world.event(&refunded).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text);
    world.at_stripe("faults", &json!({ "calls": [] })).await;
    assert_eq!(world.event(&event).await.expect(200)["outcome"], "paid");
    world.event(&refunded).await.expect(200);
    for marker in ["Marker Person", "marker@payload.example", "marker-of-the-payload"] {
        assert_eq!(world.holding(marker), Vec::<String>::new(), "{marker}");
    }
    world.send_webhooks().await;
    let now = world.stack.clock().now().as_second();
    let records: Vec<_> = world.raw().into_iter().filter(|(key, _)| key.starts_with("EVENT#")).collect();
    assert!(records.len() >= 3, "{}", records.len());
    for (key, record) in records {
        let ttl: i64 = record["ttl"]["N"].as_str().unwrap().parse().unwrap();
        assert!((ttl - now - 30 * DAY).abs() < 120, "{key}: {ttl}");
    }
    // DynamoDB deletes them then, and not before.
    world.advance(29 * DAY).await;
    world.stack.cloud().sweep_ttl().unwrap();
    assert!(world.raw().keys().any(|key| key.starts_with("EVENT#")));
    world.advance(2 * DAY).await;
    world.stack.cloud().sweep_ttl().unwrap();
    assert!(world.raw().keys().all(|key| !key.starts_with("EVENT#")));
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock_of(SHOW, "general").await, (99, 0, 1));
    world.finish().await;
}
