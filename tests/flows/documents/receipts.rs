//! Receipts: one for each payment, with a number of its own, never changed, only added to.

use std::collections::BTreeSet;

use holdfast_tests::{Answer, Bought, ORGANIZATION, World};
use serde_json::{Value, json};

async fn ask(world: &World, order: &Bought, accept: &str) -> Answer {
    let path = format!("/v1/orders/{}/receipt", order.id);
    world.get(&path).order_token(&order.token).header("accept", accept).await
}

async fn receipt(world: &World, order: &Bought) -> Value {
    ask(world, order, "application/json").await.expect(200)
}

/// Amounts in cents.
fn cents(text: &Value) -> i64 {
    let text = text.as_str().unwrap();
    let (whole, part) = text.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{text}");
    format!("{whole}{part}").parse().unwrap()
}

/// A receipt adds up: lines to the subtotal, sums to the total, refunds to what is left.
fn adds_up(receipt: &Value) {
    let sum = |list: &str, field: &str| -> i64 {
        receipt[list].as_array().unwrap().iter().map(|line| cents(&line[field])).sum()
    };
    let of = |field: &str| cents(&receipt[field]);
    assert_eq!(sum("lines", "total"), of("subtotal") - of("discount"), "{receipt}");
    assert_eq!(sum("lines", "discount"), of("discount"), "{receipt}");
    let total = of("subtotal") - of("discount") + of("platform_fees") + of("processing_fees") + of("tax");
    assert_eq!(total, of("total"), "{receipt}");
    let refunds = receipt["refunds"].as_array().unwrap().iter().filter(|refund| refund["status"] == "succeeded");
    assert_eq!(refunds.map(|refund| cents(&refund["amount"])).sum::<i64>(), of("refunded"), "{receipt}");
    assert_eq!(of("net_total"), of("total") - of("refunded"), "{receipt}");
}

/// `RCP-YYYY-MMDD-XXXXXXXX`.
fn is_number(number: &str) -> bool {
    let parts: Vec<_> = number.split('-').collect();
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let [rcp, year, day, rest] = parts.as_slice() else { return false };
    let rest = rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    *rcp == "RCP" && digits(year, 4) && digits(day, 4) && rest
}

#[tokio::test]
async fn there_is_none_before_payment() {
    let world = World::of_products().await;
    let hosted = world.buy("general", 1).await;
    let intent = world.ordered(&[("crafts", "mug", 1)], None).await;
    for order in [&hosted, &intent] {
        ask(&world, order, "application/json")
            .await
            .refused(404, "not_found")
            .explains("The order has no receipt, because it is not paid");
        ask(&world, order, "application/pdf").await.refused(404, "not_found");
        assert_eq!(world.order(order).await["receipt_number"], Value::Null);
    }
    let declined = world.basket(&[("crafts", "mug", 1)], Some("pm_card_chargeDeclined"));
    let declined = world.order_under("no", &declined).await.refused(402, "payment_declined");
    let path = format!("/v1/orders/{}/receipt", declined.json["order"]["id"].as_str().unwrap());
    world.get(&path).role("staff").await.refused(404, "not_found");
    world.get("/v1/orders/ord_nothing/receipt").role("staff").await.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn a_receipt_names_seller_buyer_goods_and_sums() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let receipt = receipt(&world, &order).await;
    let paid = world.order(&order).await;
    assert!(is_number(receipt["number"].as_str().unwrap()), "{receipt}");
    assert_eq!(receipt["number"], paid["receipt_number"]);
    let day: jiff::Timestamp = paid["paid_at"].as_str().unwrap().parse().unwrap();
    let day = day.strftime("RCP-%Y-%m%d-").to_string();
    assert!(receipt["number"].as_str().unwrap().starts_with(&day), "{receipt}");
    assert_eq!((&receipt["issued_at"], &receipt["payment"]["paid_at"]), (&paid["paid_at"], &paid["paid_at"]));
    assert_eq!(receipt["order"], order.id);
    assert_eq!(receipt["seller"], json!({ "id": ORGANIZATION, "name": "Acme Shows" }));
    assert_eq!(receipt["buyer"], json!({ "name": "Ada Lovelace", "company": null, "email": "ada@example.com" }));
    let line = json!({ "name": "Summer Show · General", "quantity": 2, "unit_price": "25.00", "donation": null,
        "discount": "0.00", "total": "50.00" });
    assert_eq!(receipt["lines"], json!([line]));
    for (field, amount) in [
        ("subtotal", "50.00"),
        ("discount", "0.00"),
        ("platform_fees", "3.00"),
        ("processing_fees", "1.84"),
        ("tax", "0.00"),
        ("total", "54.84"),
        ("refunded", "0.00"),
        ("net_total", "54.84"),
    ] {
        assert_eq!(receipt[field], amount, "{field}");
    }
    assert_eq!((&receipt["currency"], &receipt["refunds"]), (&json!("usd"), &json!([])));
    assert_eq!(receipt["payment"]["mode"], "hosted");
    assert_eq!(receipt["payment"]["reference"], world.charge(&order)["payment_intent"]);
    adds_up(&receipt);
    world.finish().await;
}

#[tokio::test]
async fn discounts_donations_and_tax_add_up() {
    let world = World::new().await;
    world.promo("THIRD", "0.3333", None).await;
    world.offer_with("gift", json!({ "price": "10.00", "donation": true })).await.expect(201);
    world.at_stripe("tax", &json!({ "percent": "19" })).await;
    let mut request = world.request_for(&[("general", 3), ("gift", 2), ("vip", 1), ("free", 1)]);
    request["promo_code"] = json!("third");
    request["items"][1]["donation"] = json!("17.35");
    let order = world.bought_with(&request).await;
    let receipt = receipt(&world, &order).await;
    adds_up(&receipt);
    assert_eq!(receipt["lines"][0]["discount"], "25.00");
    assert_eq!((&receipt["lines"][1]["donation"], &receipt["lines"][1]["total"]), (&json!("17.35"), &json!("34.70")));
    assert_ne!(receipt["tax"], "0.00");
    assert_eq!(cents(&receipt["total"]), world.charge(&order)["amount"].as_i64().unwrap(), "what the card was charged");
    world.finish().await;
}

#[tokio::test]
async fn numbers_are_unique() {
    let world = World::new().await;
    world.offer("many", "0.00", 300).await;
    let mut numbers = BTreeSet::new();
    for n in 0..200 {
        let order = world.buy("many", 1).await;
        let number = order.json["order"]["receipt_number"].as_str().unwrap().to_owned();
        assert!(is_number(&number), "{number}");
        assert!(numbers.insert(number), "the number of order {n} is there twice");
    }
    // The audit compares them with what the table knows of each number.
    world.finish().await;
}

#[tokio::test]
async fn free_orders_have_one_too() {
    let world = World::new().await;
    let order = world.buy("free", 2).await;
    let receipt = receipt(&world, &order).await;
    assert_eq!((&receipt["total"], &receipt["payment"]["mode"]), (&json!("0.00"), &json!("free")));
    assert_eq!(receipt["payment"]["reference"], order.id);
    assert!(ask(&world, &order, "application/pdf").await.bytes.starts_with(b"%PDF-"));
    adds_up(&receipt);
    world.finish().await;
}

#[tokio::test]
async fn refunds_are_later_entries_and_change_nothing_else() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let issued = receipt(&world, &order).await;
    // Neither time nor another name of the seller changes it.
    world.advance(3 * 24 * 3_600).await;
    world.organization(ORGANIZATION, json!({ "name": "Acme Under New Management" })).await.expect(200);
    world.offer("general", "99.00", 100).await;
    assert_eq!(receipt(&world, &order).await, issued);

    let one = json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "ill" });
    let refund = world.refund(&order, &one).await.expect(201);
    world.settle().await;
    let after = receipt(&world, &order).await;
    adds_up(&after);
    assert_eq!(after["refunds"].as_array().map(Vec::len), Some(1));
    assert_eq!((&after["refunds"][0]["id"], &after["refunds"][0]["amount"]), (&refund["id"], &json!("25.00")));
    assert_eq!((&after["refunded"], &after["net_total"]), (&json!("25.00"), &json!("29.84")));
    // One made by hand at Stripe, too.
    world.at_stripe("dashboard/refunds", &json!({ "charge": world.charge(&order)["id"] })).await;
    world.settle().await;
    let mut last = receipt(&world, &order).await;
    adds_up(&last);
    assert_eq!((&last["refunds"][1]["amount"], &last["net_total"]), (&json!("29.84"), &json!("0.00")));
    for field in ["refunds", "refunded", "net_total"] {
        last[field] = issued[field].clone();
    }
    assert_eq!(last, issued, "all else is as it was issued");
    world.finish().await;
}

#[tokio::test]
async fn a_refund_that_failed_counts_for_nothing() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let refund = world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.settle().await;
    world.fail_refund(&refund).await;
    world.settle().await;
    let receipt = receipt(&world, &order).await;
    assert_eq!((&receipt["refunds"][0]["status"], &receipt["refunded"]), (&json!("failed"), &json!("0.00")));
    adds_up(&receipt);
    assert_eq!(world.violations().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_receipt_comes_as_pdf_for_who_wants_one() {
    let world = World::new().await;
    let mut request = world.request("general", 2);
    request["buyer"]["name"] = json!("محمد بن راشد");
    let order = world.bought_with(&request).await;
    world.refund(&order, &json!({ "amount": "5.00" })).await.expect(201);
    world.settle().await;
    let answer = ask(&world, &order, "application/pdf").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(answer.bytes.starts_with(b"%PDF-"), "{:?}", &answer.bytes[..8]);
    let number = receipt(&world, &order).await["number"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("content-disposition"), format!("inline; filename=\"{number}.pdf\""));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let pages = printed::reader::read(answer.bytes.to_vec());
    let text: String = pages.iter().map(|page| page.text.as_str()).collect();
    for part in [number.as_str(), "54.84", "49.84", "Acme Shows", "Summer Show"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    // JSON for all others.
    for accept in ["*/*", "application/json", "text/html,*/*;q=0.8"] {
        assert_eq!(ask(&world, &order, accept).await.header("content-type"), "application/json", "{accept}");
    }
    world.finish().await;
}

#[tokio::test]
async fn documents_speak_the_buyers_language_and_tell_times_of_the_place() {
    let world = World::new().await;
    world.organization(ORGANIZATION, json!({ "time_zone": "Europe/Paris" })).await.expect(200);
    let text_of = |bytes: &[u8]| {
        let pages = printed::reader::read(bytes.to_vec());
        pages.into_iter().map(|page| page.text).collect::<String>()
    };
    for (locale, receipt_words, ticket_words) in [
        ("de-CH", ["Beleg", "Zwischensumme", "Seite 1 von 1"], ["Ticket 1 von 2", "Beginn", "Ticketart"]),
        ("pt-BR", ["Recibo", "Taxas da plataforma", "Horas de Europe/Paris"], ["Bilhete 1 de 2", "Início", "Para"]),
        ("ja", ["Receipt", "Subtotal", "Times are those of Europe/Paris"], ["Ticket 1 of 2", "Starts", "Holder"]),
    ] {
        let mut request = world.request("general", 2);
        request["buyer"]["locale"] = json!(locale);
        let order = world.bought_with(&request).await;
        let receipt = text_of(&ask(&world, &order, "application/pdf").await.bytes);
        for part in receipt_words {
            assert!(receipt.contains(part), "{locale}: {part} is not in {receipt}");
        }
        let amount = if locale == "pt-BR" { "54,84" } else { "54.84" };
        assert!(receipt.contains(amount), "{locale}: {receipt}");
        let path = format!("/v1/orders/{}/tickets.pdf", order.id);
        let tickets = text_of(&world.get(&path).order_token(&order.token).await.bytes);
        for part in ticket_words {
            assert!(tickets.contains(part), "{locale}: {part} is not in {tickets}");
        }
        assert!(!tickets.contains("pdf-") && !receipt.contains("pdf-"), "{tickets} {receipt}");
    }
    world.finish().await;
}
