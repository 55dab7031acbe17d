use documents::{DocumentError, FontFolder, receipt::ReceiptDocument};
use printed::{
    reader::{Page, read},
    samples::receipt,
};

/// Printers leave out so much of each edge, in points.
const EDGE: f64 = 14.0;

fn print(document: &ReceiptDocument) -> Result<Vec<u8>, DocumentError> {
    documents::receipt_pdf(document, &FontFolder::default())
}

fn pages(document: &ReceiptDocument) -> Vec<Page> {
    read(print(document).expect("a receipt"))
}

#[test]
fn a_receipt_has_who_what_and_how_much() {
    let pages = pages(&receipt(3, 2));
    assert_eq!(pages.len(), 1);
    for part in [
        "RCP-2026-1121-ABCDEFGH",
        "21 November 2026, 14:05 CET (UTC+1)",
        "City Theatre Amsterdam",
        "Zoë Müller",
        "zoe.mueller@example.com",
        "ord_01HF8Z6T3V5W9YBC",
        "The Winter’s Tale – Balcony",
        "25.00",
        "Subtotal150.00",
        "Discount-5.00",
        "Platform fees3.00",
        "Processing fees4.59",
        "Tax30.45",
        "Total EUR183.04",
        "Card",
        "pi_3PabcDEFghiJKLmn0123456789",
        "23 November 2026, 11:15 CET (UTC+1)Succeeded-1.25",
        "Net total EUR179.29",
        "Page 1 of 1",
    ] {
        assert!(pages[0].text.contains(part), "{part} is not in {}", pages[0].text);
    }
}

#[test]
fn a_hundred_refunds_take_several_pages_and_none_is_lost() {
    let pages = pages(&receipt(10, 100));
    assert!(pages.len() >= 3, "{}", pages.len());
    let count = |what: &str| pages.iter().map(|page| page.text.matches(what).count()).sum::<usize>();
    assert_eq!(count("-1.25"), 100);
    assert_eq!(count("Net total EUR"), 1);
    for (number, page) in (1..).zip(&pages) {
        assert!(page.text.contains(&format!("Page {number} of {}", pages.len())), "{}", page.text);
        let rows = page.text.contains("Succeeded");
        assert_eq!(page.text.contains("Amount in EUR"), rows, "rows have their head on every page: {}", page.text);
    }
}

/// Whatever stands above it, the sums stay together, and the net total is never alone on its page.
#[test]
fn sums_are_never_torn() {
    for lines in [1, 4, 10] {
        for refunds in 0..40 {
            let pages = pages(&receipt(lines, refunds));
            let totals = pages.iter().find(|page| page.text.contains("Subtotal")).expect("totals");
            assert!(totals.text.contains("Total EUR183.04"), "{lines} lines, {refunds} refunds");
            let last = pages.last().expect("pages");
            assert!(last.text.contains("Net total EUR"));
            assert!(refunds == 0 || last.text.contains("Succeeded") || last.text.contains("Pending"));
            for page in &pages {
                let heading = page.text.contains("Amount in EUR");
                assert_eq!(heading, page.text.contains("-1.25"), "{lines} lines, {refunds} refunds");
            }
        }
    }
}

#[test]
fn whatever_people_write_stays_on_the_page() {
    let mut document = receipt(10, 30);
    let long = "Überlang und 龘 und ﷽ und ".repeat(80);
    for line in &mut document.lines {
        line.name = long.clone();
        line.total = "9".repeat(300);
        line.quantity = u32::MAX;
    }
    for refund in &mut document.refunds {
        refund.status = "W".repeat(900);
        refund.amount = long.clone();
    }
    for text in [
        &mut document.number,
        &mut document.seller,
        &mut document.buyer.name,
        &mut document.buyer.mail,
        &mut document.order,
        &mut document.currency,
        &mut document.totals.total,
        &mut document.payment.how,
        &mut document.payment.reference,
        &mut document.net_total,
    ] {
        *text = "W".repeat(700);
    }
    for page in pages(&document) {
        let (width, height) = page.size;
        for ink in &page.inks {
            let at = ink.bounds;
            assert!(at.x0 > EDGE && at.y0 > EDGE && at.x1 < width - EDGE && at.y1 < height - EDGE, "{at:?}");
        }
    }
}

#[test]
fn rows_without_an_amount_are_left_out() {
    let mut document = receipt(1, 0);
    document.totals.discount.clear();
    document.totals.tax.clear();
    document.payment = Default::default();
    let text = pages(&document).remove(0).text;
    assert_eq!(text.matches("Discount").count(), 1, "the column's name: {text}");
    assert!(!text.contains("Tax") && !text.contains("Payment") && !text.contains("Refunds"), "{text}");
}

#[test]
fn contained_tax_stands_below_the_total_it_is_a_part_of() {
    let mut document = receipt(1, 1);
    document.totals.contained_tax = std::mem::take(&mut document.totals.tax);
    let text = pages(&document).remove(0).text;
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("no {word} in {text}"));
    assert!(at("Total EUR") < at("Includes tax"), "{text}");
    assert!(text.contains("30.45") && text.contains("goods 1.00, tax 0.25"), "{text}");
}

#[test]
fn an_unknown_zone_is_utc_and_said() {
    let mut document = receipt(1, 1);
    document.time_zone = None;
    let text = pages(&document).remove(0).text;
    assert!(text.contains("21 November 2026, 13:05 UTC") && text.contains("Times are in UTC"), "{text}");
}

#[test]
fn the_same_receipt_is_the_same_bytes() {
    assert!(print(&receipt(10, 100)) == print(&receipt(10, 100)));
}

#[test]
fn a_receipt_is_for_something() {
    assert_eq!(print(&receipt(0, 0)), Err(DocumentError::NoLines));
}
