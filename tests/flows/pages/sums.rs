//! What pages and the receipt's PDF show adds up, row by row, whatever is bought and however the seller shows fees.

use holdfast_tests::{Browser, ORGANIZATION, Page, SHOW, World};
use printed::reader;
use rust_decimal::Decimal;
use serde_json::json;

/// An amount as it is shown: digits and a point, behind a minus where it is taken off.
fn amount(shown: &str) -> Decimal {
    let digits: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let amount: Decimal = digits.parse().unwrap_or_else(|_| panic!("an amount: {shown}"));
    if shown.contains(['−', '-']) { -amount } else { amount }
}

/// The sum of the rows of a page's table of sums, and its total.
fn table(page: &Page) -> (Decimal, Decimal) {
    let (_, table) = page.text.split_once("<table class=\"sums\">").unwrap_or_else(|| panic!("sums: {}", page.text));
    let (rows, foot) = table.split_once("<tfoot>").unwrap();
    let cells = |text: &str| -> Vec<Decimal> {
        text.split("<td>").skip(1).map(|cell| amount(cell.split("</td>").next().unwrap())).collect()
    };
    (cells(rows).iter().sum(), cells(foot)[0])
}

/// The amount that a line of a document ends with: what stands behind its name up to the second place after the point.
fn behind(text: &str, name: &str) -> Option<Decimal> {
    let (_, after) = text.split_once(name)?;
    let end = after.find('.')? + 3;
    Some(amount(&after[..end]))
}

fn adds_up(page: &Page) -> Decimal {
    let (rows, total) = table(page);
    assert_eq!(rows, total, "{}", page.text);
    total
}

#[tokio::test]
async fn rows_add_up_on_the_cart_the_order_and_the_receipt() {
    for show_fees in ["named", "included"] {
        for (code, fields) in [
            ("", &[("quantity.odd", "3"), ("quantity.vip", "1")][..]),
            ("THIRD", &[("quantity.odd", "3"), ("quantity.vip", "1")]),
            ("THIRD", &[("quantity.gift", "2"), ("donation.gift", "17.35"), ("quantity.odd", "1")]),
            ("THIRD", &[("quantity.free", "1"), ("quantity.odd", "7")]),
        ] {
            let world = World::new().await;
            world.organization(ORGANIZATION, json!({ "show_fees": show_fees })).await;
            world.at_stripe("tax", &json!({ "percent": "19" })).await;
            world.offer("odd", "9.99", 50).await;
            world.offer_with("gift", json!({ "price": "10.00", "donation": true })).await.expect(201);
            world.promo("THIRD", "0.333", None).await;
            let mut browser = Browser::new(&world);
            let cart = browser.choose(SHOW, fields).await;
            adds_up(&cart);
            let lines: Vec<(String, &str)> = (0..2)
                .map(|n| {
                    (format!("quantity.{n}"), fields.iter().filter(|field| field.0.starts_with('q')).nth(n).unwrap().1)
                })
                .collect();
            let mut change: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            change.push(("promo_code", code));
            let cart = browser.submit(&cart, "/cart/change", &change).await;
            let before_tax = adds_up(&cart);
            let led = browser.order(&cart, &[("promo_code", code)]).await;
            let order = browser.pay(&world, &led, "pm_card_visa").await;
            let total = adds_up(&order);
            let kept = world.everything().await.orders.remove(0);
            assert_eq!(
                Decimal::from(kept.payment.captured.0),
                total * Decimal::ONE_HUNDRED,
                "what the card was charged"
            );
            assert!(total > before_tax, "tax is added: {total} after {before_tax}");
            assert_eq!(code.is_empty(), kept.promo.is_none(), "{code}");
            // The receipt, as it is printed.
            let path = format!("/v1/orders/{}/receipt", kept.id);
            let printed = world.get(&path).role("staff").header("accept", "application/pdf").await;
            let text = reader::read(printed.bytes.to_vec())[0].text.clone();
            let part = |name: &str| behind(&text, &format!("\n{name}")).unwrap_or_default();
            let parts =
                part("Subtotal") + part("Discount") + part("Platform fees") + part("Processing fees") + part("Tax");
            assert_eq!((parts, part("Total USD")), (total, total), "{text}");
            world.finish().await;
        }
    }
}
