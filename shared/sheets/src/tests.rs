//! Tables as a reader reads them.

use csv::ReaderBuilder;
use domain::{Order, SheetKind};
use serde_json::json;

use crate::Sheet;

/// A paid order of a buyer whose name, company and words are made to hurt.
fn order() -> Order {
    let order = json!({
        "id": "ord_1", "number": "K7WQ2M9D", "organization": "box-office", "seller": "Box Office", "destination": "acct_1", "version": 2,
        "status": "paid", "currency": "usd",
        "buyer": { "name": "Zo\u{eb} \"Z\" Quill, Jr", "email": "+zoe@example.com", "phone": "+44 20", "customer": null,
            "company": "=HYPERLINK(\"https://evil.example\")" },
        "seed": "00".repeat(32),
        "lines": [{
            "id": "l1", "kind": "show", "listing": "summer-concert", "title": "-Summer\r\nConcert", "offer": "vip",
            "name": "VIP", "vip": true, "quantity": 2, "unit_price": 7_500, "discount": 0, "total": 15_000,
            "draws": [], "unlimited": false
        }],
        "totals": { "subtotal": 15_000, "discount": 0, "platform_fees": 300, "processing_fees": 474, "total": 15_774 },
        "payment": { "mode": "hosted", "state": "captured", "charge_id": "ch_1", "captured": 15_774 },
        "stock": "sold",
        "tickets": [
            { "code": "AB2O4I6CDEFGHJKMNPQR", "line": "l1", "status": "valid" },
            { "code": "BB2O4I6CDEFGHJKMNPQR", "line": "l1", "status": "void" }
        ],
        "refunds": [{
            "id": "ref_1", "amount": 7_500, "state": "succeeded", "goods": "restocked", "cause": "staff",
            "items": [{ "line": "l1", "quantity": 1 }], "reason": "@home", "created_at": "2027-01-16T08:31:00Z"
        }],
        "calls": 1, "created_at": "2027-01-15T08:30:00Z", "paid_at": "2027-01-15T08:31:00Z"
    });
    let mut order: Order = serde_json::from_value(order).expect("an order that the domain reads");
    order.payment.payment_intent_id = Some("pi_1".to_owned());
    order
}

/// The names of the columns, and each row's cells.
fn read(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::str::from_utf8(bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(text.ends_with("\r\n"), "each row ends as RFC 4180 says");
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let names = reader.headers().expect("names").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    (names, rows.collect())
}

#[test]
fn each_kind_has_its_rows_and_no_cell_is_a_formula() {
    for kind in SheetKind::ALL {
        let mut sheet = Sheet::new(kind).expect("a table");
        sheet.add(&order()).expect("a row");
        let (names, rows) = read(&sheet.bytes());
        let expected = match kind {
            SheetKind::Tickets => 2,
            SheetKind::Orders | SheetKind::Lines | SheetKind::Refunds | SheetKind::Payouts => 1,
        };
        assert_eq!(rows.len(), expected, "{kind:?}");
        for (name, cell) in rows.iter().flat_map(|row| names.iter().zip(row)) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{name} is {cell:?}");
        }
    }
}

#[test]
fn what_people_typed_comes_back_as_it_was() {
    let mut sheet = Sheet::new(SheetKind::Orders).expect("a table");
    sheet.add(&order()).expect("a row");
    let (names, rows) = read(&sheet.bytes());
    let cell = |name: &str| rows[0][names.iter().position(|known| known == name).expect("a column")].as_str();
    assert_eq!(cell("buyer_name"), "Zo\u{eb} \"Z\" Quill, Jr");
    assert_eq!(cell("buyer_company"), "'=HYPERLINK(\"https://evil.example\")");
    assert_eq!((cell("total"), cell("refunded"), cell("currency")), ("157.74", "75.00", "usd"));
}

#[test]
fn a_payment_that_was_not_fetched_is_split_as_it_was_requested() {
    let mut sheet = Sheet::new(SheetKind::Payouts).expect("a table");
    sheet.add(&order()).expect("a row");
    let (names, rows) = read(&sheet.bytes());
    let cell = |name: &str| rows[0][names.iter().position(|known| known == name).expect("a column")].as_str();
    assert_eq!((cell("payment_intent_id"), cell("charge_id"), cell("account")), ("pi_1", "ch_1", "acct_1"));
    assert_eq!(
        (cell("captured"), cell("transferred"), cell("fee"), cell("net")),
        ("157.74", "157.74", "7.74", "150.00")
    );
    assert_eq!((cell("still_to_pay"), cell("still_to_take_back"), cell("split")), ("0.00", "0.00", "as asked for"));
}

#[test]
fn a_further_part_has_rows_alone() {
    let whole = {
        let mut sheet = Sheet::new(SheetKind::Tickets).expect("a table");
        sheet.add(&order()).expect("a row");
        sheet.add(&order()).expect("a row");
        sheet.bytes()
    };
    let mut first = Sheet::new(SheetKind::Tickets).expect("a table");
    first.add(&order()).expect("a row");
    let mut second = Sheet::further(SheetKind::Tickets);
    assert!(second.is_empty());
    second.add(&order()).expect("a row");
    assert_eq!([first.bytes(), second.bytes()].concat(), whole);
}
