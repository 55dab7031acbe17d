//! What is sent to an address, and what is collected.

use holdfast_tests::{Bought, CRAFTS, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

const DAY: i64 = 24 * 3_600;

/// The usual products, of which [`CRAFTS`] are sent.
async fn shop() -> World {
    let world = World::of_products().await;
    let answer = world.show(CRAFTS, product(&json!({ "title": "Crafts", "delivery": "address" }))).await.expect(200);
    assert_eq!(answer["delivery"], "address");
    world
}

fn product(changes: &Value) -> Value {
    let mut body = json!({ "kind": "product", "starts_at": null, "ends_at": null });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

fn parcel() -> Value {
    let address = json!({
        "line1": "7 Parcel Lane", "line2": "Flat 3", "city": "Porto", "postal_code": "4000-123", "country": "pt"
    });
    json!({ "name": "Grace Hopper", "address": address })
}

fn sent(mut basket: Value, delivery: &Value) -> Value {
    basket["delivery"] = delivery.clone();
    basket
}

#[tokio::test]
async fn what_is_sent_has_an_address_until_the_order_is_archived() {
    let world = shop().await;
    let basket = sent(world.basket(&[(CRAFTS, "mug", 2)], Some("pm_card_visa")), &parcel());
    let order = Bought::of(world.order_under("parcel", &basket).await.expect(201));
    world.settle().await;
    let read = world.order(&order).await;
    let shown = json!({
        "mode": "address", "name": "Grace Hopper", "venue": null,
        "address": {
            "line1": "7 Parcel Lane", "line2": "Flat 3", "city": "Porto", "state": null,
            "postal_code": "4000-123", "country": "PT"
        }
    });
    assert_eq!(read["delivery"], shown);
    assert_eq!((&read["lines"][0]["delivery"], &read["lines"][0]["pickup_at"]), (&json!("address"), &Value::Null));
    // The same request again is the same order, and another address is another request.
    assert_eq!(world.order_under("parcel", &basket).await.expect(201)["order"]["id"], order.id);
    let mut other = basket.clone();
    other["delivery"]["address"]["line1"] = json!("8 Parcel Lane");
    world.order_under("parcel", &other).await.refused(422, "idempotency_mismatch");
    let mail = world.mails().pop().expect("a confirmation");
    let line = "Delivered to: Grace Hopper, 7 Parcel Lane, Flat 3, 4000-123 Porto, PT";
    assert!(mail.text.contains(line), "{}", mail.text);
    let receipt = world.get(&format!("/v1/orders/{}/receipt", order.id)).order_token(&order.token);
    assert!(receipt.header("accept", "application/pdf").await.bytes.starts_with(b"%PDF-"));
    // Stripe reckons tax by it, which is a call, and keeps nothing of it with the payment.
    for kind in ["payment_intent", "charge", "checkout.session"] {
        let objects = Value::Array(world.stack.stripe().objects(kind)).to_string();
        assert!(!objects.contains("Parcel Lane") && !objects.contains("Grace"), "{objects}");
    }
    assert!(!world.holding("Parcel Lane").is_empty());
    world.advance(91 * DAY).await;
    world.settle().await;
    world.sweep().await;
    world.settle().await;
    for text in ["Parcel Lane", "Grace Hopper"] {
        assert_eq!(world.holding(text), Vec::<String>::new(), "{text}");
    }
    let staff = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    assert_eq!(staff["delivery"], json!({ "mode": "address", "name": null, "address": null, "venue": null }));
    world.finish().await;
}

#[tokio::test]
async fn an_address_is_needed_where_something_is_sent_and_nowhere_else() {
    let world = shop().await;
    let before = world.raw();
    let basket = || world.basket(&[(CRAFTS, "mug", 1)], None);
    let refused = async |body: Value, field: &str| {
        world.order_under("parcel", &body).await.refused(400, "invalid_request").at(field)
    };
    let answer = refused(basket(), "delivery.address").await;
    answer.explains("Crafts is sent to an address, which is required");
    let answer = world.checkout(&sent(world.request("general", 1), &parcel())).await;
    answer.refused(400, "invalid_request").at("delivery").explains("Nothing in this order is sent to an address");
    for (field, value) in [
        ("delivery.name", json!("<b>Grace</b>")),
        ("delivery.address.country", json!("Portugal")),
        ("delivery.address.city", json!("  ")),
        ("delivery.address.line1", Value::Null),
        ("delivery.address.postal_code", json!("4".repeat(21))),
    ] {
        let mut body = sent(basket(), &parcel());
        let place = field.replace('.', "/");
        *body.pointer_mut(&format!("/{place}")).unwrap() = value;
        refused(body, field).await;
    }
    let mut body = sent(basket(), &parcel());
    body["delivery"]["address"]["street"] = json!("x");
    refused(body, "delivery.address.street").await;
    world.table_is(&before);
    // A listing that asks for it only now does so for the next order, and keeps asking when its body leaves it out.
    world.order_under("mixed", &world.basket(&[("books", "novel", 1)], None)).await.expect(201);
    let mixed = world.basket(&[("books", "novel", 1), (CRAFTS, "lamp", 1)], None);
    refused(mixed.clone(), "delivery.address").await;
    world.order_under("parcel", &sent(mixed, &parcel())).await.expect(201);
    let kept = world.show(CRAFTS, product(&json!({ "title": "Crafts" }))).await.expect(200);
    assert_eq!(kept["delivery"], "address");
    let none = world.show(CRAFTS, product(&json!({ "delivery": "none" }))).await.expect(200);
    assert_eq!(none["delivery"], "none");
    world.order_under("bare", &basket()).await.expect(201);
    world.finish().await;
}

#[tokio::test]
async fn what_is_collected_says_where() {
    let world = World::new().await;
    world.show(SHOW, json!({ "delivery": "pickup" })).await.refused(400, "invalid_request").at("venue");
    world.show(SHOW, json!({ "delivery": "pickup", "venue": "The Box Office" })).await.expect(200);
    let order = world.bought("general", 1).await;
    let read = world.order(&order).await;
    let shown = json!({ "mode": "pickup", "name": null, "address": null, "venue": "The Box Office" });
    assert_eq!(read["delivery"], shown);
    assert_eq!(read["lines"][0]["pickup_at"], "The Box Office");
    let mail = world.mails().pop().expect("a confirmation");
    assert!(mail.text.contains("Collect at: The Box Office"), "{}", mail.text);
    // Hours and an expert's time are neither sent nor collected.
    let hours = json!({ "kind": "package", "title": "Hours", "delivery": "address" });
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/hours");
    world.put(&path).role("admin").json(&hours).await.refused(400, "invalid_request").at("delivery");
    world.finish().await;
}

#[tokio::test]
async fn an_intents_tax_is_reckoned_where_the_order_is_sent() {
    let world = shop().await;
    world.at_stripe("tax", &json!({ "percent": "10" })).await;
    let places = || {
        let calls = world.stack.stripe().calls();
        let calls = calls.into_iter().filter(|call| call.method == "POST" && call.path == "/v1/tax/calculations");
        calls.map(|call| call.form).collect::<Vec<_>>()
    };
    let mut basket = sent(world.basket(&[(CRAFTS, "mug", 1)], None), &parcel());
    world.order_under("first", &basket).await.expect(201);
    assert!(places().last().unwrap().contains("Porto"), "{:?}", places());
    // Where the buyer is comes first.
    basket["buyer"]["address"] = json!({ "city": "Lyon", "country": "FR" });
    world.order_under("second", &basket).await.expect(201);
    let last = places().pop().unwrap();
    assert!(last.contains("Lyon") && !last.contains("Porto"), "{last}");
    world.finish().await;
}
