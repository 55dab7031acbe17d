//! Documents to look at and to test with.

use documents::{
    receipt::{ReceiptBuyer, ReceiptDocument, ReceiptLine, ReceiptPayment, ReceiptRefund, ReceiptTotals},
    tickets::{TicketDocument, TicketPage},
};
use jiff::{SignedDuration, Timestamp};
use words::Language;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}

/// A ticket with this code: short texts, doors an hour before the start.
pub fn ticket(code: &str) -> TicketPage {
    TicketPage {
        code: code.to_owned(),
        show: "The Winter’s Tale".to_owned(),
        place: Some("City Theatre, Main Hall, Leidseplein 26, Amsterdam".to_owned()),
        starts_at: Some(time("2026-12-05T19:00:00Z")),
        doors_at: Some(time("2026-12-05T18:00:00Z")),
        offer: "Balcony".to_owned(),
        holder: "Zoë Müller".to_owned(),
        vip: false,
        ..TicketPage::default()
    }
}

/// These tickets as one order's, in English, with the times of Amsterdam.
pub fn tickets(tickets: Vec<TicketPage>) -> TicketDocument {
    TicketDocument {
        organization: "City Theatre Amsterdam".to_owned(),
        order: "ord_01HF8Z6T3V5W9YBC".to_owned(),
        language: Language::English,
        time_zone: Some("Europe/Amsterdam".to_owned()),
        tickets,
    }
}

/// Codes of three tickets.
pub const CODES: &[&str] = &["MFRGGZDFMZTWQ2LKNNWG", "ORSXG5BAO5UXI2BAMFZW", "JBSWY3DPEBLW64TMMQQQ"];

/// A VIP ticket in the language of an entry of [`SCRIPTS`](crate::SCRIPTS).
pub fn in_script((_, show, place, name): (&str, &str, &str, &str)) -> TicketPage {
    TicketPage {
        show: show.to_owned(),
        place: Some(place.to_owned()),
        holder: name.to_owned(),
        offer: format!("{name} ({show})"),
        vip: true,
        ..ticket(CODES[0])
    }
}

/// A receipt with so many lines and refunds; the seventh refund and each seventh after it is pending.
pub fn receipt(lines: usize, refunds: usize) -> ReceiptDocument {
    let line = |n: usize| ReceiptLine {
        quantity: 2,
        name: match n % 3 {
            0 => "The Winter’s Tale – Balcony".to_owned(),
            1 => "An Evening of Songs and Stories from Five Centuries, with the Orchestra – Stalls, reduced".to_owned(),
            _ => "音楽の夕べ – ליל הקולנוע – ليلة الموسيقى".to_owned(),
        },
        unit_price: "25.00".to_owned(),
        discount: if n == 0 { "-5.00".to_owned() } else { "0.00".to_owned() },
        total: "50.00".to_owned(),
    };
    let refund = |n: i64| ReceiptRefund {
        at: time("2026-11-23T10:15:00Z") + SignedDuration::from_hours(n),
        amount: "-1.25".to_owned(),
        parts: if n == 0 { "goods 1.00, tax 0.25".to_owned() } else { String::new() },
        status: if n % 7 == 6 { "Pending".to_owned() } else { "Succeeded".to_owned() },
    };
    ReceiptDocument {
        number: "RCP-2026-1121-ABCDEFGH".to_owned(),
        language: Language::English,
        issued_at: time("2026-11-21T13:05:00Z"),
        time_zone: Some("Europe/Amsterdam".to_owned()),
        order: "ord_01HF8Z6T3V5W9YBC".to_owned(),
        delivery: String::new(),
        seller: "City Theatre Amsterdam".to_owned(),
        buyer: ReceiptBuyer {
            name: "Zoë Müller".to_owned(),
            company: "Müller & Söhne <GmbH>".to_owned(),
            mail: "zoe.mueller@example.com".to_owned(),
        },
        currency: "EUR".to_owned(),
        lines: (0..lines).map(line).collect(),
        totals: ReceiptTotals {
            subtotal: "150.00".to_owned(),
            discount: "-5.00".to_owned(),
            platform_fees: "3.00".to_owned(),
            processing_fees: "4.59".to_owned(),
            tax: "30.45".to_owned(),
            contained_tax: String::new(),
            total: "183.04".to_owned(),
        },
        payment: ReceiptPayment { how: "Card".to_owned(), reference: "pi_3PabcDEFghiJKLmn0123456789".to_owned() },
        refunds: (0..).take(refunds).map(refund).collect(),
        net_total: "179.29".to_owned(),
    }
}

/// A ticket whose texts need several lines each, with doors on the day before.
pub fn long_ticket() -> TicketPage {
    TicketPage {
        show: "An Evening of Songs and Stories from Five Centuries, with the Royal Orchestra, three Choirs, a surprising number of Harps, and, after the Interval, the Author in Conversation with her Translators from all over".to_owned(),
        place: Some("Great Hall of the Former Grain Exchange, East Entrance, Second Courtyard, Damrak 243, 1012 ZJ Amsterdam, The Netherlands – please use the side door when it rains, and mind the step".to_owned()),
        holder: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflegt".to_owned(),
        offer: "Balcony, third row, restricted view, reduced price for students and those in training".to_owned(),
        doors_at: Some(time("2026-12-04T22:30:00Z")),
        vip: true,
        ..ticket(CODES[1])
    }
}
