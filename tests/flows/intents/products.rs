//! Products, paid with payment intents: from placing to paid.

use holdfast_tests::{BOOKS, Bought, CRAFTS, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

#[tokio::test]
async fn an_order_is_paid_at_once_by_the_server() {
    let world = World::of_products().await;
    let answer = world.order_under("first", &world.basket(&MUGS, Some("pm_card_visa"))).await;
    let order = Bought::of(answer.expect(201));
    let shown = &order.json["order"];
    assert_eq!(
        (&shown["status"], &shown["total"], &shown["currency"]),
        (&json!("paid"), &json!("25.00"), &json!("usd"))
    );
    assert_eq!((&shown["platform_fees"], &shown["processing_fees"]), (&json!("0.00"), &json!("0.00")));
    assert_eq!((&shown["payment"]["mode"], &shown["payment"]["status"]), (&json!("intent"), &json!("captured")));
    assert_eq!((&shown["hold"], &shown["tickets"]), (&Value::Null, &json!([])));
    assert!(shown["paid_at"].is_string());
    assert_eq!((&order.json["client_secret"], &order.json["checkout_url"]), (&Value::Null, &Value::Null));

    // What Stripe was asked for, once.
    let intent = world.intent(&order);
    assert_eq!((&intent["amount"], &intent["amount_received"]), (&json!(2_500), &json!(2_500)));
    assert_eq!((&intent["currency"], &intent["status"]), (&json!("usd"), &json!("succeeded")));
    assert_eq!(
        (&shown["payment"]["payment_intent_id"], &shown["payment"]["charge_id"]),
        (&intent["id"], &intent["latest_charge"])
    );
    assert_eq!(intent["metadata"]["order_id"], order.id.as_str());
    assert_eq!(intent["transfer_data"]["destination"], "acct_acme");
    let calls = world.stack.stripe().calls();
    let confirm = format!("/v1/payment_intents/{}/confirm", intent["id"].as_str().unwrap());
    let paths: Vec<_> = calls.iter().map(|call| (call.method.as_str(), call.path.as_str())).collect();
    let books = "/v1/tax/transactions/create_from_calculation";
    let requested = ["/v1/tax/calculations", "/v1/payment_intents", confirm.as_str(), books];
    assert_eq!(paths, requested.map(|path| ("POST", path)));
    let keys: Vec<_> = calls.iter().map(|call| call.idempotency_key.clone().unwrap()).collect();
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
    assert!(keys[..3].iter().all(|key| key.starts_with(&order.id)) && keys[3].starts_with("sale-tax-pi_"), "{keys:?}");
    assert!(calls[1].form.contains("amount=2500"), "{}", calls[1].form);

    // What the table has: the stock is gone for good, and the key is kept.
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    assert_eq!(world.left(CRAFTS, "mug").await, 18);
    let kept = world.kept_under("first").await.expect("the key is kept");
    assert_eq!(kept.order.as_str(), order.id);
    world.settle().await;
    assert_eq!((world.calls_to("POST", "/v1/payment_intents"), world.calls_to("GET", "/v1/payment_intents")), (2, 0));
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2), "the webhooks changed nothing");
    assert_eq!(world.mail()["ada@example.com"].len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_client_confirms_with_its_secret_and_the_webhook_settles() {
    let world = World::of_products().await;
    let order = world.ordered(&MUGS, None).await;
    let shown = &order.json["order"];
    assert_eq!((&shown["status"], &shown["payment"]["status"]), (&json!("pending"), &json!("unpaid")));
    let intent = world.intent(&order);
    assert_eq!(order.json["client_secret"], intent["client_secret"]);
    assert_eq!((&intent["status"], &intent["amount"]), (&json!("requires_payment_method"), &json!(2_500)));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
    // Only the answer to the order's placing shows the secret.
    let text = world.order(&order).await.to_string();
    assert!(!text.contains("_secret_"), "{text}");

    assert_eq!(world.confirm(&order, "pm_card_visa").await.expect(200)["status"], "succeeded");
    world.settle().await;
    let paid = world.order(&order).await;
    assert_eq!((&paid["status"], &paid["payment"]["status"]), (&json!("paid"), &json!("captured")));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn several_products_of_several_listings_are_one_order() {
    let world = World::of_products().await;
    let items = [(CRAFTS, "mug", 2), (BOOKS, "novel", 3), (CRAFTS, "lamp", 1)];
    let order = world.ordered_and_paid(&items).await;
    // 25.00, 29.97 and 40.00.
    assert_eq!(order.json["order"]["total"], "94.97");
    assert_eq!(world.intent(&order)["amount_received"], 9_497);
    let lines = order.json["order"]["lines"].as_array().unwrap();
    let of = |line: &Value| (line["listing"].clone(), line["offer"].clone(), line["quantity"].as_i64().unwrap());
    let requested: Vec<_> = items.iter().map(|(listing, offer, n)| (json!(listing), json!(offer), *n)).collect();
    assert_eq!(lines.iter().map(of).collect::<Vec<_>>(), requested);
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    assert_eq!(world.stock_of(BOOKS, "novel").await, (27, 0, 3));
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (4, 0, 1));
    assert!(world.kept_under("key-0").await.is_some());
    world.finish().await;
}

#[tokio::test]
async fn listings_of_two_organizations_are_no_order() {
    let world = World::of_products().await;
    world.organization("globex", json!({})).await.expect(201);
    world.product_of("globex", "globes", "globe", "30.00", 3).await;
    let before = world.dump().await;
    let basket = world.basket(&[(CRAFTS, "mug", 1), ("globes", "globe", 1)], Some("pm_card_visa"));
    let answer = world.order_under("both", &basket).await;
    answer.refused(400, "invalid_request").at("items[1].listing");
    world.unchanged_since(&before).await;
    assert!(world.kept_under("both").await.is_none());
    world.finish().await;
}

#[tokio::test]
async fn amounts_reach_stripe_in_stripes_unit() {
    // The price, Stripe's amount of three, and its amount of the one that is given back.
    for (currency, price, amount, back) in [
        ("usd", "12.34", 3_702, 1_234),
        ("eur", "0.50", 150, 50),
        ("jpy", "500", 1_500, 500),
        ("krw", "1200", 3_600, 1_200),
        ("kwd", "5.120", 15_360, 5_120),
        ("tnd", "12.350", 37_050, 12_350),
        ("isk", "490", 147_000, 49_000),
        ("ugx", "9000", 2_700_000, 900_000),
    ] {
        let world = World::of_products().await;
        let limits = json!({ "currency": currency, "max_order_amount": "100000" });
        world.organization("abroad", limits).await.expect(201);
        world.product_of("abroad", "things", "thing", price, 10).await;
        for (method, left) in [(Some("pm_card_visa"), 7), (None, 5)] {
            let order = world.ordered(&[("things", "thing", 3)], method).await;
            let intent = world.intent(&order);
            assert_eq!((&intent["amount"], &intent["currency"]), (&json!(amount), &json!(currency)), "{currency}");
            if method.is_none() {
                world.confirm(&order, "pm_card_visa").await.expect(200);
                world.settle().await;
            }
            assert_eq!(world.order(&order).await["status"], "paid", "{currency}");
            assert_eq!(world.left("things", "thing").await, left, "{currency}");
            let token = world.token("staff", Some("abroad"));
            let path = format!("/v1/orders/{}/refunds", order.id);
            let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
            let refund = world.post(&path).token(&token).json(&one).await.expect(201);
            assert_eq!(refund["amount"], price, "{currency}");
            let made = world.object(refund["stripe_refund_id"].as_str().unwrap());
            assert_eq!((&made["amount"], &made["currency"]), (&json!(back), &json!(currency)), "{currency}");
        }
        world.finish().await;
    }
}

#[tokio::test]
async fn amounts_that_stripe_cannot_charge_are_no_prices() {
    let world = World::of_products().await;
    for (currency, price) in [("kwd", "5.123"), ("jpy", "1.50"), ("isk", "10.50")] {
        let organization = format!("in-{currency}");
        world.organization(&organization, json!({ "currency": currency })).await.expect(201);
        let body = json!({ "kind": "product", "title": "Things", "published": true });
        let token = world.token("admin", Some(&organization));
        let path = format!("/v1/organizations/{organization}/listings/of-{currency}");
        world.put(&path).token(&token).json(&body).await.expect(201);
        let answer = world.offer_of(&organization, &format!("of-{currency}"), "thing", json!({ "price": price })).await;
        answer.refused(400, "invalid_request").at("price");
    }
    // Below the least that Stripe takes.
    world.product_of(ORGANIZATION, CRAFTS, "pin", "0.49", 10).await;
    let before = world.dump().await;
    world.order_under("pin", &world.basket(&[(CRAFTS, "pin", 1)], None)).await.refused(400, "amount_limit");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn an_intent_wants_an_idempotency_key() {
    let world = World::of_products().await;
    let before = world.dump().await;
    for method in [None, Some("pm_card_visa")] {
        let answer = world.checkout(&world.basket(&MUGS, method)).await;
        answer.refused(400, "invalid_request").at("Idempotency-Key");
    }
    world.unchanged_since(&before).await;
    assert!(world.stack.stripe().calls().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn payment_methods_that_are_none_are_refused() {
    let world = World::of_products().await;
    let before = world.dump().await;
    for method in ["", "visa", "pm_card visa", "pm_card/visa", "card_1"] {
        let answer = world.order_under("bad", &world.basket(&MUGS, Some(method))).await;
        answer.refused(400, "invalid_request").at("payment.payment_method");
    }
    let mut hosted = world.basket(&MUGS, Some("pm_card_visa"));
    hosted["payment"]["mode"] = json!("hosted");
    world.order_under("bad", &hosted).await.refused(400, "invalid_request").at("payment.payment_method");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn tickets_are_not_paid_with_an_intent() {
    let world = World::of_products().await;
    let before = world.dump().await;
    for items in [vec![(SHOW, "general", 1)], vec![(CRAFTS, "mug", 1), (SHOW, "general", 1)]] {
        for method in [None, Some("pm_card_visa")] {
            let answer = world.order_under("tickets", &world.basket(&items, method)).await;
            answer.refused(400, "invalid_request").at("payment.mode");
        }
    }
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn products_may_be_paid_on_stripes_page_too() {
    let world = World::of_products().await;
    let mut basket = world.basket(&MUGS, None);
    basket["payment"] = json!({ "mode": "hosted" });
    let order = world.bought_with(&basket).await;
    assert_eq!(world.order(&order).await["total"], "25.00");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    world.finish().await;
}

#[tokio::test]
async fn what_costs_nothing_never_reaches_stripe() {
    let world = World::of_products().await;
    world.product_of(ORGANIZATION, CRAFTS, "leaflet", "0.00", 5).await;
    for method in [None, Some("pm_card_visa")] {
        let order = world.ordered(&[(CRAFTS, "leaflet", 2)], method).await;
        assert_eq!(order.json["order"]["status"], "paid");
        assert_eq!(order.json["order"]["payment"]["mode"], "free");
    }
    assert!(world.stack.stripe().calls().is_empty());
    assert_eq!(world.stock_of(CRAFTS, "leaflet").await, (1, 0, 4));
    world.finish().await;
}
