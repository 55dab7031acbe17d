//! Tickets: one page each, in A5, which prints well on A4 and Letter too and can be read on a telephone.

use jiff::Timestamp;
use words::Language;

use crate::{
    DocumentError,
    canvas::{Align, Ink, MM, Paper},
    fonts::{FontFolder, Fonts, Weight},
    piece::{Frame, Piece},
    qr::Qr,
    text::Style,
    times::{DocumentZone, clock},
};

/// The valid tickets of one order. Void ones, and ones on their way back, are not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketDocument {
    /// Who sells the tickets, for people.
    pub organization: String,
    /// What people know the order by.
    pub order: String,
    /// The language that it is printed in.
    pub language: Language,
    /// The IANA name of the time zone in which times are printed, as `Europe/Amsterdam`. None, or a name that is not
    /// knows: UTC, and the page says so.
    pub time_zone: Option<String>,
    /// The tickets, in the order in which they are counted: the page says `Ticket 2 of 3`.
    pub tickets: Vec<TicketPage>,
}

/// One ticket. Empty texts and missing times leave their places out; nothing but the code is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketPage {
    /// What is checked in at the door, printed in groups of four.
    pub code: String,
    /// The QR code's text, which says more than the code; none for the code alone.
    pub qr: Option<String>,
    /// The show's title.
    pub show: String,
    /// The venue, in one line.
    pub place: Option<String>,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When the doors open.
    pub doors_at: Option<Timestamp>,
    /// The IANA name of the time zone of this ticket's times, where it is not the document's.
    pub time_zone: Option<String>,
    /// The ticket type: its offer's name.
    pub offer: String,
    /// The person who comes with it.
    pub holder: String,
    /// Whether it carries the VIP mark.
    pub vip: bool,
}

const WIDTH: f32 = 148.0 * MM;
const HEIGHT: f32 = 210.0 * MM;
const MARGIN: f32 = 36.0;
const RIGHT: f32 = WIDTH - MARGIN;
const INNER: f32 = RIGHT - MARGIN;
/// The right one of two columns.
const SECOND: f32 = MARGIN + INNER / 2.0 + 7.0;
const HALF: f32 = RIGHT - SECOND;
/// The side of the QR code without its quiet zone: 54 mm, so 4 cm are left when A5 is printed at three quarters.
const CODE: f32 = 54.0 * MM;
/// White around the QR code: four modules of the coarsest code, which has 21 of them.
const CODE_QUIET: f32 = CODE * 4.0 / 21.0;
/// Where the QR code lies in the lower part, below a rule and its white.
const CODE_TOP: f32 = CODE_QUIET + 1.5;
/// Where the lower part begins.
const LOWER: f32 = HEIGHT - MARGIN - CODE - CODE_TOP;
/// Where the rows about the show begin, where they end at the latest, and the white between them.
const ROWS: (f32, f32) = (74.0, LOWER - 12.0);
const GAPS: (f32, f32) = (9.0, 21.0);
/// Where the code's text begins, beside the QR code.
const BESIDE: f32 = MARGIN + CODE + CODE_QUIET;

const TITLE: Style = Style { weight: Weight::Bold, sizes: &[26.0, 22.0, 18.0, 15.0, 12.5, 10.5], leading: 1.17 };
const LABEL: Style = Style { weight: Weight::Regular, sizes: &[8.5], leading: 1.25 };
/// What a label and the white below it take.
const LABEL_ROOM: f32 = 12.0;
const VALUE: Style = Style { weight: Weight::Regular, sizes: &[12.0, 10.5, 9.0, 7.5], leading: 1.28 };
const STRONG: Style = Style { weight: Weight::Bold, sizes: &[12.0, 10.5, 9.0, 7.5], leading: 1.28 };
const CLOCK: Style = Style { weight: Weight::Bold, sizes: &[19.0], leading: 1.2 };
const CODE_TEXT: Style = Style { weight: Weight::Bold, sizes: &[13.5, 12.0, 10.0, 8.0], leading: 1.35 };
const MARK: Style = Style { weight: Weight::Bold, sizes: &[26.0], leading: 1.0 };

/// Prints tickets, one page each.
///
/// # Errors
/// [`DocumentError::NoTickets`] without any; [`DocumentError::Code`] when a code is empty or longer than a QR code
/// holds (some 2,300 bytes); [`DocumentError::Font`] when one is missing; [`DocumentError::Pdf`] when this crate is
/// broken.
pub fn tickets_pdf(document: &TicketDocument, fonts: &FontFolder) -> Result<Vec<u8>, DocumentError> {
    let first = document.tickets.first().ok_or(DocumentError::NoTickets)?;
    let fonts = Fonts::of(fonts)?;
    let zone = DocumentZone::new(document.time_zone.as_deref());
    let language = document.language;
    let of = document.tickets.len();
    let word = if of == 1 { "pdf-ticket" } else { "pdf-tickets" };
    let title = format!("{} {}", language.phrase("label", &[("label", &language.phrase(word, &[]))]), first.show);
    let mut paper = Paper::new(&title, &document.organization, WIDTH, HEIGHT);
    for (number, ticket) in (1..).zip(&document.tickets) {
        let qr = Qr::new(ticket.qr.as_ref().unwrap_or(&ticket.code)).ok_or(DocumentError::Code { number })?;
        let count = language.phrase("pdf-ticket-of", &[("number", &number.to_string()), ("count", &of.to_string())]);
        let own = ticket.time_zone.as_deref().map(|name| DocumentZone::new(Some(name)));
        let rows = rows(ticket, own.as_ref().unwrap_or(&zone), language, fonts);
        let free = ROWS.1 - ROWS.0 - rows.iter().map(Piece::height).sum::<f32>();
        let gap = (free / rows.len().max(1) as f32).clamp(GAPS.0, GAPS.1);
        paper.page(|canvas| {
            header(&document.organization, &count, fonts).draw(canvas, MARGIN);
            let mut y = ROWS.0;
            for row in &rows {
                row.draw(canvas, y);
                y += row.height() + gap;
            }
            check_in(ticket, &document.order, &qr, language, fonts).draw(canvas, LOWER);
        })?;
    }
    paper.finish()
}

fn header(organization: &str, count: &str, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.text(organization, STRONG, Frame::from(MARGIN, 0.0, INNER - 110.0, 16.0), Ink::Black);
    piece.text(count, VALUE, Frame::until(RIGHT, 0.0, 100.0, 16.0), Ink::Grey);
    piece.rects(vec![(MARGIN, 22.0, INNER, 0.75)], Ink::Black);
    piece
}

/// What the ticket is for, row by row. Title and times come first; place, holder and type have the room that is left
/// above the lower part.
fn rows(ticket: &TicketPage, zone: &DocumentZone, language: Language, fonts: &'static Fonts) -> Vec<Piece> {
    let mut title = Piece::new(fonts);
    title.text(&ticket.show, TITLE, Frame::from(MARGIN, 0.0, INNER, 92.0), Ink::Black);
    let when = when(ticket, zone, language, fonts);
    let label = |id: &str| language.phrase(id, &[]);
    let free = |used: f32| ROWS.1 - ROWS.0 - used - 3.0 * GAPS.0;
    let used = title.height() + when.height();

    let mut place = Piece::new(fonts);
    let text = ticket.place.as_deref().unwrap_or_default();
    field(
        &mut place,
        &label("pdf-place"),
        text,
        VALUE,
        Frame::from(MARGIN, 0.0, INNER, free(used) * 0.45 - LABEL_ROOM),
    );
    let used = used + place.height();

    let mut who = Piece::new(fonts);
    let room = Frame::from(MARGIN, 0.0, HALF, free(used) - LABEL_ROOM);
    field(&mut who, &label("pdf-holder"), &ticket.holder, STRONG, room);
    let x = if who.height() > 0.0 { SECOND } else { MARGIN };
    field(&mut who, &label("pdf-ticket-type"), &ticket.offer, STRONG, Frame { x, ..room });
    [title, when, place, who].into_iter().filter(|row| row.height() > 0.0).collect()
}

/// A small label with what it names below; nothing without a text.
fn field(piece: &mut Piece, label: &str, text: &str, style: Style, place: Frame) {
    if !text.trim().is_empty() {
        let below = piece.text(label, LABEL, place, Ink::Grey) + 3.0;
        piece.text(text, style, Frame { y: place.y + below, ..place }, Ink::Black);
    }
}

/// The day, and below it start, doors and time zone beside each other.
fn when(ticket: &TicketPage, zone: &DocumentZone, language: Language, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    let Some(first) = ticket.starts_at.or(ticket.doors_at) else { return piece };
    let day = zone.at(first);
    piece.below(&language.long_date(day.date()), STRONG, Frame::from(MARGIN, 0.0, INNER, 16.0), Ink::Black, 8.0);
    let (mut x, y) = (MARGIN, piece.height());
    // The smaller lines below the clocks: another day, the zone's name, and an offset of its own.
    let under = y + 38.0;
    let times = [("pdf-starts", ticket.starts_at), ("pdf-doors", ticket.doors_at)];
    // Where clocks change between the doors and the start, one offset would be wrong for one of them.
    let changes = times.iter().filter_map(|(_, time)| *time).any(|t| zone.abbreviation(t) != zone.abbreviation(first));
    for (label, at) in times {
        let Some((time, at)) = at.map(|at| (zone.at(at), at)) else { continue };
        field(&mut piece, &language.phrase(label, &[]), &clock(&time), CLOCK, Frame::from(x, y, 88.0, 24.0));
        let other_day = (time.date() != day.date()).then(|| language.date(time.date()));
        let own_offset = changes.then(|| zone.abbreviation(at));
        let notes: Vec<_> = own_offset.into_iter().chain(other_day).collect();
        if !notes.is_empty() {
            piece.text(&notes.join(", "), LABEL, Frame::from(x, under, 92.0, 0.0), Ink::Black);
        }
        x += 96.0;
    }
    let (text, name) = match &zone.name {
        Some(name) if changes => (name.clone(), language.phrase("pdf-clocks-change", &[])),
        Some(name) => (zone.abbreviation(first), name.clone()),
        None => ("UTC".to_owned(), language.phrase("pdf-local-time", &[])),
    };
    piece.text(&language.phrase("pdf-time-zone", &[]), LABEL, Frame::from(x, y, RIGHT - x, 0.0), Ink::Grey);
    // On the baseline of the clocks.
    piece.text(&text, VALUE, Frame::from(x, y + 17.1, RIGHT - x, 16.0), Ink::Black);
    piece.text(&name, LABEL, Frame::from(x, under, RIGHT - x, 0.0), Ink::Grey);
    piece
}

/// The lower part, always in the same place: QR code, VIP mark, code and order.
fn check_in(ticket: &TicketPage, order: &str, qr: &Qr, language: Language, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.rule(MARGIN, INNER, Ink::Light);
    piece.rects(qr.rects(MARGIN, CODE_TOP, CODE / qr.modules as f32), Ink::Black);
    let (width, mut y) = (RIGHT - BESIDE, CODE_TOP);
    if ticket.vip {
        // White on black stays what it is on any printer.
        piece.rects(vec![(BESIDE, y, width, 40.0)], Ink::Black);
        let middle = Frame { align: Align::Center, ..Frame::from(BESIDE + width / 2.0, y + 9.2, width, 0.0) };
        piece.text("VIP", MARK, middle, Ink::White);
        y += 54.0;
    }
    let code = language.phrase("pdf-ticket-code", &[]);
    field(&mut piece, &code, &in_groups(&ticket.code), CODE_TEXT, Frame::from(BESIDE, y, 138.0, 54.0));
    field(
        &mut piece,
        &language.phrase("pdf-order", &[]),
        order,
        VALUE,
        Frame::from(BESIDE, CODE_TOP + CODE - 30.0, width, 15.0),
    );
    piece
}

/// A code in groups of four, for people who read it aloud; one that has groups already stays as it is.
fn in_groups(code: &str) -> String {
    if !code.chars().all(char::is_alphanumeric) {
        return code.to_owned();
    }
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn codes_are_read_in_groups() {
        assert_eq!(in_groups("ABCDEFGHJK"), "ABCD EFGH JK");
        assert_eq!(in_groups("AB-CDEFGH"), "AB-CDEFGH");
        assert_eq!(in_groups(""), "");
    }
}
