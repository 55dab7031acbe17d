use documents::{
    DocumentError, FontFolder,
    tickets::{TicketDocument, TicketPage},
};
use hayro_interpret::kurbo::Rect;
use printed::{
    SCRIPTS,
    reader::{Page, read},
    samples::{CODES, in_script, long_ticket, ticket, tickets},
};

const MM: f64 = 72.0 / 25.4;
/// Printers leave out so much of each edge.
const EDGE: f64 = 5.0 * MM;

fn print(document: &TicketDocument) -> Result<Vec<u8>, DocumentError> {
    documents::tickets_pdf(document, &FontFolder::default())
}

fn pages(of: Vec<TicketPage>) -> Vec<Page> {
    read(print(&tickets(of)).expect("tickets"))
}

fn one(ticket: TicketPage) -> Page {
    pages(vec![ticket]).remove(0)
}

#[test]
fn each_ticket_has_a_page_with_its_own_code() {
    let pages = pages(CODES.iter().map(|code| ticket(code)).collect());
    assert_eq!(pages.len(), 3);
    for ((number, page), code) in (1..).zip(&pages).zip(CODES) {
        let found = page.scan();
        assert_eq!(found.iter().map(|found| found.text.as_str()).collect::<Vec<_>>(), [*code]);
        assert!(page.text.contains(&format!("Ticket {number} of 3")), "{}", page.text);
    }
}

#[test]
fn a_code_is_large_and_has_its_quiet_zone() {
    for code in ["1", CODES[0], &"K7".repeat(200)] {
        let page = one(ticket(code));
        let found = page.scan().remove(0);
        assert_eq!(found.text, code);
        assert!(found.bounds.width().min(found.bounds.height()) > 40.0 * MM, "{:?}", found.bounds);
        let module = found.bounds.width() / found.modules as f64;
        let (inner, outer) = (found.bounds.inset(0.5), found.bounds.inset(4.0 * module - 0.5));
        for side in [
            Rect::new(outer.x0, outer.y0, outer.x1, inner.y0),
            Rect::new(outer.x0, inner.y1, outer.x1, outer.y1),
            Rect::new(outer.x0, outer.y0, inner.x0, outer.y1),
            Rect::new(inner.x1, outer.y0, outer.x1, outer.y1),
        ] {
            assert!(page.is_white(side), "{code}: {side:?}");
        }
    }
}

#[test]
fn a_page_shows_all_that_check_in_needs() {
    let text = one(ticket(CODES[0])).text;
    for part in [
        "City Theatre Amsterdam",
        "The Winter’s Tale",
        "Saturday, 5 December 2026",
        "20:00",
        "19:00",
        "CET (UTC+1)",
        "Europe/Amsterdam",
        "City Theatre, Main Hall, Leidseplein 26, Amsterdam",
        "Zoë Müller",
        "Balcony",
        "MFRG GZDF MZTW",
        "Q2LK NNWG",
        "ord_01HF8Z6T3V5W9YBC",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn utc_stands_in_and_is_said() {
    for zone in [None, Some("Mars/Olympus".to_owned())] {
        let mut document = tickets(vec![ticket(CODES[0])]);
        document.time_zone = zone;
        let text = read(print(&document).expect("tickets")).remove(0).text;
        assert!(text.contains("19:00") && text.contains("UTC") && text.contains("Local time may differ"), "{text}");
    }
}

#[test]
fn the_vip_mark_is_white_on_black_and_only_where_it_belongs() {
    let mark = |page: &Page| {
        let bars = page.inks.iter().filter(|ink| !ink.letter && ink.dark && ink.bounds.height() > 30.0);
        bars.filter(|ink| ink.bounds.width() > 100.0 && ink.bounds.height() < 60.0).count()
    };
    let plain = one(ticket(CODES[0]));
    let vip = one(TicketPage { vip: true, ..ticket(CODES[0]) });
    assert!(!plain.text.contains("VIP") && mark(&plain) == 0);
    assert!(vip.text.contains("VIP") && mark(&vip) == 1);
    assert_eq!(vip.inks.iter().filter(|ink| ink.letter && !ink.dark).count(), 3);
}

#[test]
fn what_is_missing_leaves_no_label_behind() {
    let text = one(TicketPage { code: CODES[0].to_owned(), ..TicketPage::default() }).text;
    for label in ["Starts", "Doors open", "Time zone", "Place", "Holder", "Ticket type"] {
        assert!(!text.contains(label), "{label}");
    }
    assert!(text.contains("Ticket code") && text.contains("Ticket 1 of 1"));
}

#[test]
fn whatever_people_write_stays_on_the_page_and_off_the_code() {
    let nasty = [
        "W".repeat(5_000),
        "Donaudampfschifffahrtsgesellschaft ".repeat(60),
        "\u{fdfd}".repeat(40),
        format!("Z{}algo", "\u{30d}\u{316}".repeat(400)).repeat(20),
        "👩\u{200d}".repeat(300),
        "ก็".repeat(900),
        "\u{903}".repeat(300),
        "शक्तिशाली".repeat(200),
        "\u{301}\u{0}\u{202e}\u{e000}\u{10ffff}\u{378}".repeat(30),
        "བསྒྲུབས".repeat(80),
        "(\u{5d0}[a{\u{627}1".repeat(90),
        "龘".repeat(1_500),
    ];
    let mut all: Vec<TicketPage> = nasty
        .iter()
        .map(|text| TicketPage {
            show: text.clone(),
            place: Some(text.clone()),
            holder: text.clone(),
            offer: text.clone(),
            vip: true,
            ..ticket(CODES[0])
        })
        .collect();
    all.push(long_ticket());
    all.extend(SCRIPTS.iter().map(|script| in_script(*script)));
    let mut document = tickets(all);
    document.organization = nasty.concat();
    document.order = nasty[0].clone();
    for (number, page) in read(print(&document).expect("tickets")).iter().enumerate() {
        let (width, height) = page.size;
        let rule = page.inks.iter().filter(|ink| !ink.letter && ink.bounds.height() < 1.0).map(|ink| ink.bounds.y0);
        let rule = rule.fold(0.0, f64::max);
        assert!(rule > height / 2.0);
        for ink in &page.inks {
            let Rect { x0, y0, x1, y1 } = ink.bounds;
            assert!(x0 > EDGE && y0 > EDGE && x1 < width - EDGE && y1 < height - EDGE, "{number}: {:?}", ink.bounds);
            assert!(!ink.letter || y1 < rule || y0 > rule, "{number}: {:?} crosses {rule}", ink.bounds);
        }
        assert_eq!(page.scan().len(), 1, "{number}");
    }
}

#[test]
fn the_longest_names_that_orders_take_are_whole() {
    // A hundred letters of a name, two hundred of a title and of a place.
    let text = |letter: &str, length: usize| letter.chars().cycle().take(length).collect::<String>();
    for letters in ["Many words, ", "Wolfgang", "姓名"] {
        let page = one(TicketPage {
            show: text(letters, 200),
            holder: text(letters, 100),
            place: Some("Hall".to_owned()),
            ..ticket(CODES[0])
        });
        assert!(!page.text.contains('…'), "{}", page.text);
    }
}

#[test]
fn the_same_tickets_are_the_same_bytes() {
    let document = || tickets(SCRIPTS.iter().map(|script| in_script(*script)).collect());
    assert!(print(&document()) == print(&document()));
}

#[test]
fn a_document_carries_only_the_letters_that_it_shows() {
    let size = print(&tickets(CODES.iter().map(|code| ticket(code)).collect())).expect("tickets").len();
    assert!(size < 60_000, "{size}");
}

#[test]
fn nothing_is_printed_for_nothing() {
    assert_eq!(print(&tickets(vec![])), Err(DocumentError::NoTickets));
    for code in [String::new(), "x".repeat(3_000)] {
        let document = tickets(vec![ticket(CODES[0]), ticket(&code)]);
        assert_eq!(print(&document), Err(DocumentError::Code { number: 2 }));
    }
}

#[test]
fn entry_and_start_carry_the_offset_of_their_own_moment() {
    // Clocks go back at 03:00 on that day in Amsterdam.
    let night = |doors: &str| TicketPage {
        starts_at: "2026-10-25T02:30:00Z".parse().ok(),
        doors_at: doors.parse().ok(),
        time_zone: Some("Europe/Amsterdam".to_owned()),
        ..ticket(CODES[0])
    };
    let text = one(night("2026-10-25T00:30:00Z")).text;
    for part in ["03:30", "02:30", "CET (UTC+1)", "CEST (UTC+2)", "Europe/Amsterdam", "Clocks change that day"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let text = one(night("2026-10-25T01:30:00Z")).text;
    assert!(text.contains("CET (UTC+1)") && !text.contains("CEST") && !text.contains("Clocks change"), "{text}");
}
