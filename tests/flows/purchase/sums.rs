//! What is shown adds up: on every page and document, line by line, discount, fees and tax.

use holdfast_tests::{SHOW, World};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn amount(value: &Value) -> Decimal {
    value.as_str().unwrap_or_else(|| panic!("an amount: {value}")).parse().unwrap()
}

fn sum(view: &Value, field: &str) -> Decimal {
    view["lines"].as_array().unwrap().iter().map(|line| amount(&line[field])).sum()
}

/// An order or a receipt as JSON: line by line, and all together. What is paid beside the lines is added.
fn adds_up(view: &Value, tax_inside: Decimal) {
    for line in view["lines"].as_array().unwrap() {
        let unit = if line["donation"].is_null() { &line["unit_price"] } else { &line["donation"] };
        let full = amount(unit) * Decimal::from(line["quantity"].as_u64().unwrap());
        assert_eq!(full - amount(&line["discount"]), amount(&line["total"]), "{line}");
    }
    assert_eq!(sum(view, "discount"), amount(&view["discount"]), "{view}");
    assert_eq!(sum(view, "total"), amount(&view["subtotal"]) - amount(&view["discount"]), "{view}");
    let fees = amount(&view["platform_fees"]) + amount(&view["processing_fees"]);
    assert_eq!(sum(view, "total") + fees + tax_inside, amount(&view["total"]), "{view}");
}

/// The amounts at the ends of lines, the last of which is the total.
fn column(text: &str) -> (Decimal, Decimal) {
    let number = |line: &str| {
        let end = line.rsplit_once(": ").map_or(line, |(_, end)| end).trim_end_matches(" USD").trim();
        end.parse::<Decimal>().ok()
    };
    let total = text.lines().find(|line| line.trim_start().starts_with("Total")).and_then(number).expect("a total");
    let parts = text.lines().filter(|line| line.starts_with("  ") && !line.trim_start().starts_with("Total"));
    (parts.filter_map(number).sum(), total)
}

#[tokio::test]
async fn whatever_is_bought_the_shown_parts_are_the_shown_total() {
    for (percent, items) in [
        ("0.333", json!([{ "offer": "odd", "quantity": 3 }, { "offer": "vip", "quantity": 1 }])),
        ("0.07", json!([{ "offer": "odd", "quantity": 1 }, { "offer": "odd", "quantity": 2 }])),
        ("0.5", json!([{ "offer": "gift", "quantity": 2, "donation": "17.35" }, { "offer": "odd", "quantity": 1 }])),
        ("0.5", json!([{ "offer": "gift", "quantity": 2 }, { "offer": "general", "quantity": 1 }])),
        ("1", json!([{ "offer": "odd", "quantity": 2 }])),
    ] {
        let world = World::new().await;
        world.offer("odd", "9.99", 50).await;
        world.offer_with("gift", json!({ "price": "10.00", "donation": true })).await.expect(201);
        world.promo("ODD", percent, None).await;
        let mut request = world.request("odd", 1);
        request["items"] = items;
        request["promo_code"] = json!("ODD");
        let order = world.buy_with(&request).await;
        if !order.session.starts_with("FREE-") {
            world.pay(&order);
        }
        world.settle().await;
        let view = world.order(&order).await;
        assert_eq!(view["status"], "paid");
        adds_up(&view, Decimal::ZERO);
        let receipt =
            world.get(&format!("/v1/orders/{}/receipt", order.id)).order_token(&order.token).await.expect(200);
        adds_up(&receipt, amount(&receipt["tax"]));
        // The mail, line by line.
        let mails = world.stack.mails();
        let text = &mails.iter().find(|mail| mail.subject.contains("confirmed")).expect("a confirmation").text;
        let (parts, total) = column(text);
        assert_eq!(parts, total, "{text}");
        assert_eq!(total, amount(&receipt["total"]), "{text}");
        if !order.session.starts_with("FREE-") {
            // What Stripe's page shows.
            let session = world.session(&order);
            let cents = (amount(&receipt["total"]) * Decimal::ONE_HUNDRED).normalize().to_string();
            assert_eq!(session["amount_total"].to_string(), cents);
        }
        world.finish().await;
    }
}

#[tokio::test]
async fn a_donation_ticket_costs_its_price_typed_or_left_empty() {
    let world = World::new().await;
    world.offer_with("gift", json!({ "price": "10.00", "donation": true })).await.expect(201);
    world.promo("HALF", "0.5", Some(5)).await;
    let mut seen = Vec::new();
    for donation in [json!(null), json!("10"), json!("10.00")] {
        let mut request = world.request("gift", 2);
        request["items"][0]["donation"] = donation;
        request["promo_code"] = json!("HALF");
        let order = world.buy_with(&request).await.json["order"].clone();
        assert_eq!((&order["discount"], &order["subtotal"]), (&json!("0.00"), &json!("20.00")));
        seen.push((order["total"].clone(), order["platform_fees"].clone(), order["processing_fees"].clone()));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    // A code that takes nothing off is not used up.
    let all = world.everything().await;
    assert!(all.promos.iter().all(|promo| promo.listing.as_str() == SHOW && promo.uses == 0));
    world.finish().await;
}
