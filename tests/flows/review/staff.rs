//! Orders in review: shown, listed, never forgotten, and ended by staff.

use holdfast_tests::{Answer, Bought, HOUR, ORGANIZATION, SHOW, World, capture::Capture};
use serde_json::{Value, json};

/// Two tickets of 54.84 in all, for which 10.00 dollars, or something else, were paid.
async fn held(world: &World, price: Value) -> Bought {
    let order = world.buy("general", 2).await;
    world.at_stripe(&format!("sessions/{}/price", order.session), &price).await;
    world.pay(&order);
    world.settle().await;
    assert!(world.order(&order).await["review"]["reason"].is_string());
    order
}

pub(super) async fn ten_dollars(world: &World) -> Bought {
    held(world, json!({ "amount": 1_000 })).await
}

pub(super) async fn decide(world: &World, order: &Bought, accept: bool) -> Answer {
    let path = format!("/v1/orders/{}/review", order.id);
    world.post(&path).role("staff").json(&json!({ "accept": accept })).await
}

pub(super) async fn listed(world: &World, query: &str) -> Vec<String> {
    let path = format!("/v1/organizations/{ORGANIZATION}/orders?{query}");
    let page = world.get(&path).role("staff").await.expect(200);
    page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn last_step(order: &Value) -> (String, String) {
    let step = order["trail"].as_array().and_then(|trail| trail.last()).cloned().unwrap_or_default();
    (step["what"].as_str().unwrap_or_default().to_owned(), step["by"].as_str().unwrap_or_default().to_owned())
}

pub(super) fn refunded_at_stripe(world: &World, order: &Bought) -> i64 {
    world.stack.stripe().balance("order_id", &order.id).refunded
}

#[tokio::test]
async fn an_order_in_review_has_its_reason_and_is_listed() {
    let world = World::new().await;
    let paid = world.bought("general", 1).await;
    assert_eq!(world.order(&paid).await["review"], Value::Null);
    let order = ten_dollars(&world).await;
    let seen = world.order(&order).await;
    assert_eq!(seen["review"]["reason"], "paid 10.00 usd instead of 54.84 usd");
    let since: jiff::Timestamp = seen["review"]["since"].as_str().unwrap().parse().unwrap();
    assert!(world.stack.clock().now().duration_since(since).as_secs() < 60, "{since}");
    assert_eq!((&seen["status"], &seen["payment"]["status"]), (&json!("pending"), &json!("captured")));
    assert_eq!((&seen["payment"]["captured"], &seen["payment"]["currency"]), (&json!("10.00"), &json!("usd")));
    assert_eq!(listed(&world, "review=true").await, std::slice::from_ref(&order.id));
    assert_eq!(
        listed(&world, &format!("review=true&listing={SHOW}&status=pending")).await,
        std::slice::from_ref(&order.id)
    );
    assert_eq!(listed(&world, "review=true&status=paid").await, Vec::<String>::new());
    assert_eq!(listed(&world, "review=false").await, std::slice::from_ref(&paid.id));
    assert_eq!(listed(&world, "").await.len(), 2);
    let bad = format!("/v1/organizations/{ORGANIZATION}/orders?review=maybe");
    world.get(&bad).role("staff").await.refused(400, "invalid_request").at("review");
    decide(&world, &order, false).await.expect(200);
    world.settle().await;
    assert_eq!(listed(&world, "review=true").await, Vec::<String>::new());
    world.finish().await;
}

#[tokio::test]
async fn orders_in_review_are_paged_through() {
    let world = World::new().await;
    world.offer("many", "25.00", 300).await;
    let mut made = std::collections::BTreeSet::new();
    for n in 0..53 {
        if n % 10 == 0 {
            world.advance(1).await;
        }
        let order = world.buy("many", 1).await;
        world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 900 })).await;
        world.pay(&order);
        world.settle().await;
        made.insert(order.id);
    }
    let first = format!("/v1/organizations/{ORGANIZATION}/orders?review=true");
    let mut path = first.clone();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let page = world.get(&path).role("staff").await.expect(200);
        seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        path = format!("{first}&cursor={cursor}");
    }
    assert_eq!(seen.len(), 53);
    assert_eq!(seen.into_iter().collect::<std::collections::BTreeSet<_>>(), made);
}

#[tokio::test]
async fn staff_accept_a_payment_as_it_is() {
    let world = World::new().await;
    let order = ten_dollars(&world).await;
    assert_eq!(world.stock("general").await, (98, 2, 0));
    let taken = decide(&world, &order, true).await.expect(200);
    assert_eq!((&taken["status"], &taken["review"]), (&json!("paid"), &Value::Null));
    assert_eq!(taken["tickets"].as_array().map(Vec::len), Some(2));
    assert_eq!(last_step(&taken), ("review_accepted".to_owned(), "staff-1".to_owned()));
    assert_eq!(world.stock("general").await, (98, 0, 2));
    world.settle().await;
    let mails = world.stack.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("Paid, and accepted as it is: 10.00 USD"), "{}", mails[0].text);
    let path = format!("/v1/orders/{}/receipt", order.id);
    let receipt = world.get(&path).order_token(&order.token).await.expect(200);
    assert_eq!((&receipt["total"], &receipt["net_total"]), (&json!("54.84"), &json!("10.00")));
    // Once more is the same; the other way, or by another hand, it is decided.
    assert_eq!(decide(&world, &order, true).await.expect(200)["version"], world.order(&order).await["version"]);
    decide(&world, &order, false).await.refused(409, "illegal_state");
    let admin = world.post(&format!("/v1/orders/{}/review", order.id)).role("admin");
    admin.json(&json!({ "accept": true })).await.refused(409, "illegal_state");
    // What is refunded of it is what was paid for it.
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    assert_eq!(world.refund(&order, &one).await.expect(201)["amount"], "4.56");
    world.settle().await;
    assert_eq!(world.refund(&order, &json!({})).await.expect(201)["amount"], "5.44");
    world.settle().await;
    assert_eq!(
        (world.order(&order).await["status"].clone(), refunded_at_stripe(&world, &order)),
        (json!("refunded"), 1_000)
    );
    world.finish().await;
}

#[tokio::test]
async fn staff_refuse_a_payment_and_all_of_it_goes_back() {
    let world = World::new().await;
    world.promo("TEST20", "0.20", Some(1)).await;
    let mut request = world.request("general", 2);
    request["promo_code"] = json!("TEST20");
    let order = world.buy_with(&request).await;
    world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
    world.pay(&order);
    world.settle().await;
    let refused = decide(&world, &order, false).await.expect(200);
    assert_eq!((&refused["status"], &refused["review"]), (&json!("refunded"), &Value::Null));
    assert!(
        refused["trail"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["what"] == "review_refused" && step["by"] == "staff-1")
    );
    assert_eq!((world.stock("general").await, refunded_at_stripe(&world, &order)), ((100, 0, 0), 1_000));
    assert_eq!(decide(&world, &order, false).await.expect(200)["version"], refused["version"]);
    assert_eq!((world.refunds(&order).await.len(), refunded_at_stripe(&world, &order)), (1, 1_000));
    decide(&world, &order, true).await.refused(409, "illegal_state");
    world.settle().await;
    assert_eq!(world.mail()["ada@example.com"], ["Refund for Summer Show"]);
    // Its promo code can be used again.
    world.buy_with(&request).await;
    world.finish().await;
}

#[tokio::test]
async fn another_currency_is_kept_and_refunded_in_its_own_units() {
    let world = World::new().await;
    let order = held(&world, json!({ "amount": 8_000, "currency": "jpy" })).await;
    let seen = world.order(&order).await;
    assert_eq!(seen["review"]["reason"], "paid 8000 jpy instead of 54.84 usd");
    assert_eq!((&seen["payment"]["captured"], &seen["payment"]["currency"]), (&json!("8000"), &json!("jpy")));
    let part = world.post(&format!("/v1/orders/{}/refunds", order.id)).role("staff").key("part");
    let part = part.json(&json!({ "amount": "3000" })).await.expect(201);
    assert_eq!((&part["amount"], &part["currency"]), (&json!("3000"), &json!("jpy")));
    world.settle().await;
    let refused = decide(&world, &order, false).await.expect(200);
    assert_eq!((&refused["status"], &refused["refunded"]), (&json!("refunded"), &json!("8000")));
    assert_eq!((world.stock("general").await, refunded_at_stripe(&world, &order)), ((100, 0, 0), 8_000));
    world.settle().await;
    assert!(world.stack.mails().iter().any(|mail| mail.text.contains("5,000 JPY")));
    // And accepted, it is what was paid.
    let other = held(&world, json!({ "amount": 8_000, "currency": "jpy" })).await;
    assert_eq!(decide(&world, &other, true).await.expect(200)["status"], "paid");
    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
    assert_eq!(world.refund(&other, &one).await.expect(201)["amount"], "3647");
    world.finish().await;
}

#[tokio::test]
async fn what_is_decided_is_checked() {
    let world = World::new().await;
    let order = ten_dollars(&world).await;
    let paid = world.bought("general", 1).await;
    let before = world.raw();
    decide(&world, &paid, true).await.refused(409, "illegal_state");
    let path = format!("/v1/orders/{}/review", order.id);
    for (body, field) in
        [(json!({}), "accept"), (json!({ "accept": "yes" }), "accept"), (json!({ "accept": true, "why": "" }), "why")]
    {
        world.post(&path).role("staff").json(&body).await.refused(400, "invalid_request").at(field);
    }
    let accept = json!({ "accept": true });
    world.post(&path).order_token(&order.token).json(&accept).await.refused(401, "unauthenticated");
    world.post(&path).role("expert").json(&accept).await.refused(404, "not_found");
    world.post(&path).token(&world.token("staff", Some("globex"))).json(&accept).await.refused(404, "not_found");
    world.post("/v1/orders/ord_none/review").role("staff").json(&accept).await.refused(404, "not_found");
    world.table_is(&before);
    decide(&world, &order, true).await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn many_decide_at_the_same_moment_and_one_decision_takes_effect() {
    let world = World::new().await;
    for accept in [true, false] {
        let order = ten_dollars(&world).await;
        let answers = futures::future::join_all((0..8).map(|n| {
            // Half of them repeat one person's decision, the others make the opposite one.
            decide(&world, &order, if n % 2 == 0 { accept } else { !accept })
        }));
        let statuses: Vec<_> = answers.await.iter().map(|answer| answer.status.as_u16()).collect();
        assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
        assert!(statuses.contains(&200), "{statuses:?}");
        world.settle().await;
        let now = world.order(&order).await;
        let decided = [json!("paid"), json!("refunded")].contains(&now["status"]);
        assert!(decided && now["review"].is_null(), "{now}");
        let refunds = world.refunds(&order).await.len();
        assert_eq!(refunds, usize::from(now["status"] == "refunded"), "one effect");
        let confirmations = world.stack.mails().iter().filter(|m| m.text.contains(&order.id)).count();
        assert_eq!(confirmations, 1);
    }
    world.finish().await;
}

#[tokio::test]
async fn people_are_reminded_of_a_review_every_day() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.subscriber());
    let world = World::new().await;
    let order = ten_dollars(&world).await;
    let alarms = || {
        let lines = capture.lines().into_iter();
        lines.filter(|line| line["alarm"] == "review" && line["order"] == order.id.as_str()).collect::<Vec<_>>()
    };
    world.advance(23 * HOUR).await;
    world.sweep().await;
    assert!(alarms().is_empty());
    // Its hold is long over, and its stock stays with it: the money is here.
    assert_eq!(world.stock("general").await, (98, 2, 0));
    for day in 1..=3 {
        // Whole seconds count, rounded up.
        world.advance(24 * HOUR + 2).await;
        world.sweep().await;
        world.sweep().await;
        assert_eq!(alarms().len(), day, "once a day");
    }
    assert_eq!(alarms()[0]["level"], "ERROR");
    assert!(alarms()[2]["age_hours"].as_i64() >= Some(72), "{:?}", alarms()[2]);
    // Reminders leave no trace in the order's trail.
    assert!(world.violations().await.is_empty());
    let staff = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    assert_eq!(last_step(&staff).0, "review");
    decide(&world, &order, true).await.expect(200);
    world.advance(48 * HOUR).await;
    world.sweep().await;
    assert_eq!(alarms().len(), 3);
    world.finish().await;
}

#[tokio::test]
async fn a_canceled_listing_refunds_its_orders_in_review() {
    let world = World::new().await;
    let order = ten_dollars(&world).await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
    world.post(&path).role("admin").await.expect(202);
    decide(&world, &order, true).await.refused(409, "out_of_stock");
    for _ in 0..4 {
        world.sweep().await;
        world.settle().await;
        world.advance(70).await;
    }
    let now = world.order(&order).await;
    assert_eq!((&now["status"], &now["review"]), (&json!("refunded"), &Value::Null));
    assert_eq!((world.stock("general").await, refunded_at_stripe(&world, &order)), ((100, 0, 0), 1_000));
    assert_eq!(world.refunds(&order).await.len(), 1);
    assert_eq!(world.mail()["ada@example.com"], ["Canceled: Summer Show"]);
    world.finish().await;
}

/// Takes attributes off an item, as no code of ours does.
fn spoil(world: &World, sk: &str, order: &Bought, attributes: &str) {
    let cloud = world.stack.cloud();
    let update = json!({
        "TableName": cloud.table_name(),
        "Key": { "pk": { "S": format!("ORDER#{}", order.id) }, "sk": { "S": sk } },
        "UpdateExpression": format!("REMOVE {attributes}"),
    });
    let answer = cloud.table.answer("DynamoDB_20120810.UpdateItem", update.to_string().as_bytes());
    assert!(answer.status().is_success(), "{:?}", answer.body());
}

#[tokio::test]
async fn the_audit_finds_a_review_that_is_forgotten() {
    let world = World::new().await;
    let order = ten_dollars(&world).await;
    assert!(world.stack.audit().await.unwrap().ok);
    spoil(&world, "META", &order, "agenda_shard, due_at");
    spoil(&world, "REVIEW", &order, "org_shard, org_time");
    let found = world.stack.audit().await.unwrap().violations;
    assert!(found.iter().any(|text| text.contains("never due")), "{found:#?}");
    assert!(found.iter().any(|text| text.contains("on no list")), "{found:#?}");
    decide(&world, &order, true).await.expect(200);
    world.finish().await;
}
