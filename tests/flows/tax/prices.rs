//! Tax: what a seller says of it, and that each cent of it is where it belongs.

use std::collections::BTreeMap;

use holdfast_tests::{Answer, Bought, CRAFTS, ORGANIZATION, World};
use serde_json::{Value, json};

fn last_form(world: &World, path: &str) -> BTreeMap<String, String> {
    let calls = world.stack.stripe().calls();
    let call = calls.iter().rev().find(|call| call.method == "POST" && call.path == path).expect("a call");
    url::form_urlencoded::parse(call.form.as_bytes()).into_owned().collect()
}

pub(super) async fn set_tax(world: &World, tax: Value) {
    world.organization(ORGANIZATION, json!({ "tax": tax })).await.expect(200);
}

pub(crate) async fn rate(world: &World, percent: &str) {
    world.at_stripe("tax", &json!({ "percent": percent })).await;
}

async fn receipt(world: &World, order: &Bought) -> Value {
    world.get(&format!("/v1/orders/{}/receipt", order.id)).order_token(&order.token).await.expect(200)
}

async fn pdf(world: &World, order: &Bought) -> usize {
    let path = format!("/v1/orders/{}/receipt", order.id);
    let answer = world.get(&path).order_token(&order.token).header("accept", "application/pdf").await;
    assert_eq!(answer.status.as_u16(), 200);
    answer.bytes.len()
}

#[tokio::test]
async fn an_admin_sets_how_tax_is_calculated_and_what_is_left_out_stays() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}");
    let put = async |body: Value| -> Answer { world.put(&path).role("admin").json(&body).await };
    let name = json!("Acme Shows");
    let made = put(json!({ "name": name })).await.expect(200);
    assert_eq!(made["tax"], json!({ "automatic": true, "behavior": "exclusive", "liability": "platform" }));
    assert_eq!(made["payment_modes"], json!(["hosted", "intent"]));
    let changed = put(json!({ "name": name, "tax": { "behavior": "inclusive" }, "payment_modes": ["intent"] })).await;
    assert_eq!(
        changed.expect(200)["tax"],
        json!({ "automatic": true, "behavior": "inclusive", "liability": "platform" })
    );
    let changed = put(json!({ "name": name, "tax": { "liability": "seller", "automatic": false } })).await.expect(200);
    assert_eq!(changed["tax"], json!({ "automatic": false, "behavior": "inclusive", "liability": "seller" }));
    assert_eq!(changed["payment_modes"], json!(["intent"]), "left out, it stays");
    let kept = put(json!({ "name": name })).await.expect(200);
    assert_eq!(kept["tax"], changed["tax"]);
    put(json!({ "name": name, "tax": { "behavior": "both" } })).await.refused(400, "invalid_request");
    put(json!({ "name": name, "payment_modes": [] })).await.refused(400, "invalid_request").at("payment_modes");
}

#[tokio::test]
async fn nothing_of_tax_rests_on_the_accounts_default() {
    for default in ["exclusive", "inclusive", "inferred_by_currency", "unspecified"] {
        let world = World::new().await;
        world.at_stripe("tax", &json!({ "percent": "10", "behavior": default })).await;
        let order = world.bought("general", 2).await;
        let form = last_form(&world, "/v1/checkout/sessions");
        assert_eq!(form["automatic_tax[enabled]"], "true");
        assert_eq!(form["automatic_tax[liability][type]"], "self");
        let said: Vec<_> = form.iter().filter(|(name, _)| name.contains("tax_behavior")).collect();
        assert_eq!((said.len(), said.iter().all(|(_, value)| *value == "exclusive")), (3, true), "each line says it");
        let paid = world.order(&order).await;
        assert_eq!((&paid["tax"], &paid["tax_included"]), (&json!("5.48"), &json!(false)), "{default}");
        assert_eq!(world.charge(&order)["amount_captured"], 6_032, "{default}");
        assert_eq!(world.stack.stripe().tax_owed(), BTreeMap::from([("self".to_owned(), 548)]));
        world.finish().await;
    }
}

#[tokio::test]
async fn contained_tax_is_the_same_whichever_event_comes_first() {
    for kind in ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"] {
        let world = World::new().await;
        set_tax(&world, json!({ "behavior": "inclusive" })).await;
        rate(&world, "10").await;
        world.drop_webhooks().await;
        let order = world.buy("general", 2).await;
        world.pay(&order);
        world.event(&world.events(kind).pop().expect(kind)).await.expect(200);
        let paid = world.order(&order).await;
        assert_eq!((&paid["status"], &paid["tax"]), (&json!("paid"), &json!("4.99")), "{kind}");
        assert_eq!((&paid["total"], &paid["tax_included"]), (&json!("54.84"), &json!(true)), "{kind}");
        assert_eq!(world.charge(&order)["amount_captured"], 5_484, "{kind}");
        world.send_webhooks().await;
        assert_eq!(world.order(&order).await["tax"], "4.99");
        world.finish().await;
    }
}

#[tokio::test]
async fn a_refunds_parts_add_up_with_tax_on_top_and_contained() {
    for (behavior, tax, first, last) in [
        ("exclusive", "5.48", ["27.50", "25.00", "0.00", "2.50"], ["32.82", "25.00", "4.84", "2.98"]),
        ("inclusive", "4.99", ["25.00", "25.00", "0.00", "2.28"], ["29.84", "25.00", "4.84", "2.71"]),
    ] {
        let world = World::new().await;
        set_tax(&world, json!({ "behavior": behavior })).await;
        rate(&world, "10").await;
        let order = world.bought("general", 2).await;
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        for parts in [first, last] {
            let refund = world.refund(&order, &one).await.expect(201);
            let found = ["amount", "goods", "fees", "tax"].map(|field| refund[field].as_str().unwrap_or_default());
            assert_eq!(found, parts, "{behavior}");
            world.settle().await;
        }
        assert_eq!(world.order(&order).await["status"], "refunded");
        let receipt = receipt(&world, &order).await;
        assert_eq!((&receipt["tax"], &receipt["tax_included"]), (&json!(tax), &json!(behavior == "inclusive")));
        assert_eq!((&receipt["net_total"], &receipt["refunds"][0]["tax"]), (&json!("0.00"), &json!(first[3])));
        assert!(pdf(&world, &order).await > 1_000);
        assert_eq!(world.stack.stripe().tax_owed(), BTreeMap::new(), "none is owed for what was given back");
        world.finish().await;
    }
}

#[tokio::test]
async fn without_automatic_tax_none_is_requested_and_none_expected() {
    let world = World::of_products().await;
    set_tax(&world, json!({ "automatic": false })).await;
    rate(&world, "10").await;
    let order = world.bought("general", 2).await;
    let form = last_form(&world, "/v1/checkout/sessions");
    assert_eq!(form["automatic_tax[enabled]"], "false");
    assert!(!form.keys().any(|name| name.contains("liability")), "{form:?}");
    assert_eq!(
        (&world.order(&order).await["tax"], world.charge(&order)["amount"].as_i64()),
        (&json!("0.00"), Some(5_484))
    );
    let intent = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    assert_eq!(world.intent(&intent)["amount"], 2_500);
    assert_eq!(world.calls_to("POST", "/v1/tax"), 0);
    world.finish().await;
}

#[tokio::test]
async fn an_order_settles_by_what_its_session_was_made_with() {
    let world = World::new().await;
    rate(&world, "10").await;
    let before = world.buy("general", 2).await;
    set_tax(&world, json!({ "behavior": "inclusive" })).await;
    let after = world.buy("general", 2).await;
    set_tax(&world, json!({ "automatic": false })).await;
    for (order, tax, captured) in [(&before, "5.48", 6_032), (&after, "4.99", 5_484)] {
        world.pay(order);
        world.settle().await;
        let paid = world.order(order).await;
        assert_eq!((&paid["status"], &paid["tax"]), (&json!("paid"), &json!(tax)));
        assert_eq!(world.charge(order)["amount_captured"], captured);
    }
    world.finish().await;
}

#[tokio::test]
async fn an_intent_takes_its_tax_from_a_calculation_before_it() {
    for (behavior, tax, amount) in [("exclusive", "2.50", 2_750), ("inclusive", "2.27", 2_500)] {
        for method in [None, Some("pm_card_visa")] {
            let world = World::of_products().await;
            set_tax(&world, json!({ "behavior": behavior })).await;
            rate(&world, "10").await;
            let order = world.ordered(&[(CRAFTS, "mug", 2)], method).await;
            let placed = &order.json["order"];
            assert_eq!((&placed["total"], &placed["tax"]), (&json!("25.00"), &json!(tax)), "known before it is paid");
            let form = last_form(&world, "/v1/tax/calculations");
            assert_eq!(form["line_items[0][tax_behavior]"], behavior);
            assert_eq!(
                (form["line_items[0][amount]"].as_str(), form["line_items[0][reference]"].as_str()),
                ("2500", "l1")
            );
            assert_eq!(form["customer_details[ip_address]"], "127.0.0.1");
            let intent = world.intent(&order);
            assert_eq!(intent["amount"], amount);
            let made = &world.stack.stripe().objects("tax.calculation")[0];
            assert_eq!(intent["metadata"]["tax_calculation"], made["id"]);
            if method.is_none() {
                world.confirm(&order, "pm_card_visa").await.expect(200);
                world.settle().await;
            }
            let paid = world.order(&order).await;
            assert_eq!((&paid["status"], &paid["tax"]), (&json!("paid"), &json!(tax)));
            assert_eq!(world.charge(&order)["amount_captured"], amount);
            let refund = world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
            let back = if behavior == "exclusive" { ("13.75", "1.25") } else { ("12.50", "1.14") };
            assert_eq!((&refund["amount"], &refund["tax"]), (&json!(back.0), &json!(back.1)));
            world.finish().await;
        }
    }
}

#[tokio::test]
async fn a_buyer_is_at_the_address_or_where_the_request_comes_from() {
    let world = World::of_products().await;
    rate(&world, "10").await;
    let basket = world.basket(&[(CRAFTS, "mug", 1)], Some("pm_card_visa"));
    let at = |address: Value| {
        let mut basket = basket.clone();
        basket["buyer"]["address"] = address;
        basket
    };
    let placed =
        world.order_under("zurich", &at(json!({ "city": "Zürich", "postal_code": "8001", "country": "ch" }))).await;
    let placed = placed.expect(201);
    let form = last_form(&world, "/v1/tax/calculations");
    assert_eq!(form["customer_details[address][country]"], "CH");
    assert_eq!(form["customer_details[address_source]"], "billing");
    assert!(!placed.to_string().contains("8001"), "it is not kept");

    world.post("/v1/checkout").key("office").json(&basket).from("203.0.113.9").await.expect(201);
    assert_eq!(last_form(&world, "/v1/tax/calculations")["customer_details[ip_address]"], "203.0.113.9");

    let before = world.dump().await;
    let nowhere = "Tax cannot be worked out for where the buyer is: give a postal address with country and postal code";

    let answer = world.post("/v1/checkout").key("lan").json(&basket).from("10.0.0.9").await;
    answer.refused(400, "invalid_request").at("buyer.address").explains(nowhere);
    let answer = world.order_under("us", &at(json!({ "country": "US" }))).await;
    answer.refused(400, "invalid_request").at("buyer.address").explains(nowhere);
    let answer = world.order_under("typo", &at(json!({ "country": "Switzerland" }))).await;
    answer.refused(400, "invalid_request").at("buyer.address.country");
    let answer = world.order_under("field", &at(json!({ "country": "CH", "street": "x" }))).await;
    answer.refused(400, "invalid_request").at("buyer.address.street");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn without_an_answer_about_tax_nothing_is_written() {
    let world = World::of_products().await;
    rate(&world, "10").await;
    let basket = world.basket(&[(CRAFTS, "mug", 1)], Some("pm_card_visa"));
    let before = world.dump().await;
    let faults =
        json!({ "calls": [{ "method": "POST", "path": "/v1/tax/calculations", "fault": "refuse", "times": 9 }] });
    world.at_stripe("faults", &faults).await;
    world.order_under("again", &basket).await.refused(503, "payment_unavailable");
    world.unchanged_since(&before).await;
    world.at_stripe("faults", &json!({ "calls": [] })).await;
    // The same key begins afresh, and once there is an order, its repeats ask for no tax.
    let order = world.order_under("again", &basket).await.expect(201);
    let calculated = world.calls_to("POST", "/v1/tax/calculations");
    let repeated = world.order_under("again", &basket).await.expect(201);
    assert_eq!(order["order"]["id"], repeated["order"]["id"]);
    assert_eq!(world.calls_to("POST", "/v1/tax/calculations"), calculated);
    world.finish().await;
}

#[tokio::test]
async fn no_cheap_refusal_asks_for_tax() {
    let world = World::of_products().await;
    let mut basket = world.basket(&[(CRAFTS, "mug", 1)], None);
    basket["items"][0]["quantity"] = json!(-1);
    world.order_under("negative", &basket).await.refused(400, "invalid_request");
    world.order_under("none", &world.basket(&[(CRAFTS, "cup", 1)], None)).await.refused(404, "not_found");
    assert_eq!(world.calls_to("POST", "/v1/tax"), 0);
}

#[tokio::test]
async fn the_account_that_owes_the_tax_is_named() {
    let world = World::of_products().await;
    set_tax(&world, json!({ "liability": "seller" })).await;
    rate(&world, "10").await;
    let hosted = world.bought("general", 2).await;
    let form = last_form(&world, "/v1/checkout/sessions");
    assert_eq!(form["automatic_tax[liability][type]"], "account");
    assert_eq!(form["automatic_tax[liability][account]"], "acct_acme");
    assert_eq!(
        world.session(&hosted)["automatic_tax"]["liability"],
        json!({ "type": "account", "account": "acct_acme" })
    );
    assert_eq!(world.stack.stripe().tax_owed().get("acct_acme"), Some(&548));
    world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    world.finish().await;
}

#[tokio::test]
async fn a_listings_payment_modes_are_its_sellers_setting() {
    let world = World::of_products().await;
    let basket = world.basket(&[(CRAFTS, "mug", 1)], None);
    let mut hosted = basket.clone();
    hosted["payment"] = json!({ "mode": "hosted" });
    world.order_under("both-1", &basket).await.expect(201);
    world.order_under("both-2", &hosted).await.expect(201);

    world.organization(ORGANIZATION, json!({ "payment_modes": ["hosted"] })).await.expect(200);
    let refused = world.order_under("hosted-only", &basket).await;
    refused.refused(400, "invalid_request").at("payment.mode").explains("Things is paid with payment.mode hosted");
    world.order_under("hosted", &hosted).await.expect(201);

    // The listing's own setting counts, where it has one.
    let listing = json!({ "kind": "product", "title": "Things", "published": true, "payment_modes": ["intent"] });
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{CRAFTS}");
    let put = world.put(&path).role("admin").json(&listing).await.expect(200);
    assert_eq!(put["payment_modes"], json!(["intent"]));
    world.order_under("intent", &basket).await.expect(201);
    let refused = world.order_under("intent-only", &hosted).await;
    refused.refused(400, "invalid_request").at("payment.mode").explains("Things is paid with payment.mode intent");

    // Tickets stay on Stripe's page, whatever the organization takes.
    world.organization(ORGANIZATION, json!({ "payment_modes": ["intent"] })).await.expect(200);
    world.bought("general", 1).await;
    let shows = json!({ "payment_modes": ["intent"] });
    world.show("other", shows).await.refused(400, "invalid_request").at("payment_modes");
    world.finish().await;
}
