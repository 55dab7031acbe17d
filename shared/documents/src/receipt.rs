//! Receipts, in A4, on as many pages as they need.

use jiff::Timestamp;
use words::Language;

use crate::{
    DocumentError,
    canvas::{Ink, MM, Paper},
    fonts::{FontFolder, Fonts, Weight},
    piece::{Frame, Piece, paginate},
    text::Style,
    times::{DocumentZone, clock},
};

/// What was paid, for what, and what went back. Amounts are texts, formatted by the caller in [`Self::currency`].
/// Empty texts leave their rows out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptDocument {
    /// The receipt's number, as `RCP-2026-1121-ABCDEFGH`.
    pub number: String,
    /// The language that it is printed in; texts of the caller are in it, too.
    pub language: Language,
    /// When it was paid.
    pub issued_at: Timestamp,
    /// The IANA name of the time zone in which times are printed. None, or an unknown name: UTC.
    pub time_zone: Option<String>,
    /// What people know the order by.
    pub order: String,
    /// To whom and where it is sent, if it is.
    pub delivery: String,
    /// Who sold it.
    pub seller: String,
    /// Who bought it.
    pub buyer: ReceiptBuyer,
    /// The currency of all amounts, as `EUR`.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<ReceiptLine>,
    /// What it comes to.
    pub totals: ReceiptTotals,
    /// How it was paid.
    pub payment: ReceiptPayment,
    /// What has gone back so far, in the order in which it is printed.
    pub refunds: Vec<ReceiptRefund>,
    /// The total less what has gone back.
    pub net_total: String,
}

impl ReceiptDocument {
    fn word(&self, id: &str) -> String {
        self.language.phrase(id, &[])
    }
}

/// Who bought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptBuyer {
    /// In the form in which the buyer typed it.
    pub name: String,
    /// The company, if one buys.
    pub company: String,
    /// The mail address.
    pub mail: String,
}

/// One line of what was bought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptLine {
    /// How many.
    pub quantity: u32,
    /// What: the title of its listing and the name of its offer, as the caller likes.
    pub name: String,
    /// What one unit costs, as the reader's language writes amounts.
    pub unit_price: String,
    /// What was taken off the line.
    pub discount: String,
    /// What the line comes to.
    pub total: String,
}

/// What the lines come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptTotals {
    /// All lines before discounts.
    pub subtotal: String,
    /// What was taken off.
    pub discount: String,
    /// What the platform takes, as the reader's language writes amounts.
    pub platform_fees: String,
    /// The fees for processing the payment.
    pub processing_fees: String,
    /// Tax on top of the lines and fees.
    pub tax: String,
    /// Tax that the total contains, printed below it.
    pub contained_tax: String,
    /// What was paid.
    pub total: String,
}

/// How it was paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptPayment {
    /// In words, as `Card` or `Free of charge`.
    pub how: String,
    /// What the payment is found by, as a payment intent's id.
    pub reference: String,
}

/// One row of the money that went back or is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRefund {
    /// When it was asked for.
    pub at: Timestamp,
    /// How much.
    pub amount: String,
    /// What it is made of, in words, as `goods 25.00, tax 2.50`.
    pub parts: String,
    /// How it stands, in words, as `Pending`.
    pub status: String,
}

const WIDTH: f32 = 210.0 * MM;
const HEIGHT: f32 = 297.0 * MM;
const MARGIN: f32 = 20.0 * MM;
const RIGHT: f32 = WIDTH - MARGIN;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Where the footer stands; content ends a little above.
const FOOTER: f32 = HEIGHT - 15.0 * MM;
const BOTTOM: f32 = FOOTER - 18.0;
/// Columns of the lines: where the numbers end, and how wide they may be.
const QUANTITY: (f32, f32) = (RIGHT - 232.0, 42.0);
const UNIT: (f32, f32) = (RIGHT - 155.0, 74.0);
const DISCOUNT: (f32, f32) = (RIGHT - 80.0, 72.0);
const TOTAL: (f32, f32) = (RIGHT, 76.0);
const NAME_WIDTH: f32 = INNER - 232.0 - 42.0 - 10.0;
/// Where the names of totals begin.
const TOTALS: f32 = RIGHT - 232.0;

const HEADING: Style = Style { weight: Weight::Bold, sizes: &[24.0], leading: 1.2 };
const SECTION: Style = Style { weight: Weight::Bold, sizes: &[12.0], leading: 1.25 };
const TEXT: Style = Style { weight: Weight::Regular, sizes: &[10.0, 9.0, 8.0], leading: 1.32 };
const STRONG: Style = Style { weight: Weight::Bold, sizes: &[10.0, 9.0, 8.0], leading: 1.32 };
const GRAND: Style = Style { weight: Weight::Bold, sizes: &[12.0, 10.0, 8.0], leading: 1.3 };
const SMALL: Style = Style { weight: Weight::Regular, sizes: &[8.5], leading: 1.3 };

/// Prints a receipt.
///
/// # Errors
/// [`DocumentError::NoLines`] without any; [`DocumentError::Font`] when one is missing; [`DocumentError::Pdf`] when this crate is
/// broken.
pub fn receipt_pdf(document: &ReceiptDocument, fonts: &FontFolder) -> Result<Vec<u8>, DocumentError> {
    if document.lines.is_empty() {
        return Err(DocumentError::NoLines);
    }
    let language = document.language;
    let title = format!("{} {}", language.phrase("pdf-receipt", &[]), document.number);
    let fonts = Fonts::of(fonts)?;
    let mut paper = Paper::new(&title, &document.seller, WIDTH, HEIGHT);
    let pages = paginate(pieces(document, fonts), MARGIN, BOTTOM);
    for (number, page) in (1..).zip(&pages) {
        paper.page(|canvas| {
            for (piece, y) in page {
                piece.draw(canvas, *y);
            }
            footer(
                &title,
                &language.phrase("pdf-page", &[("number", &number.to_string()), ("count", &pages.len().to_string())]),
                fonts,
            )
            .draw(canvas, FOOTER);
        })?;
    }
    paper.finish()
}

fn footer(title: &str, count: &str, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.rule(MARGIN, INNER, Ink::Light);
    piece.text(title, SMALL, Frame::from(MARGIN, 6.0, INNER - 90.0, 0.0), Ink::Grey);
    piece.text(count, SMALL, Frame::until(RIGHT, 6.0, 80.0, 0.0), Ink::Grey);
    piece
}

/// All of the receipt, from the top down.
fn pieces(document: &ReceiptDocument, fonts: &'static Fonts) -> Vec<Piece> {
    let zone = DocumentZone::new(document.time_zone.as_deref());
    let mut pieces = vec![heading(document, &zone, fonts), parties(document, fonts)];
    pieces.push(lines_head(document, fonts));
    for line in &document.lines {
        pieces.push(line_row(line, fonts));
    }
    pieces.push(totals(document, fonts));
    if !(document.payment.how.trim().is_empty() && document.payment.reference.trim().is_empty()) {
        pieces.push(payment(document, fonts));
    }
    if !document.refunds.is_empty() {
        pieces.push(refunds_head(document, fonts));
        for refund in &document.refunds {
            pieces.push(refund_row(refund, &zone, document.language, fonts));
        }
        // The last refund goes with the sum, so that the sum never stands alone on a page.
        if let Some(last) = pieces.last_mut() {
            last.stay_with_next();
        }
    }
    pieces.push(net_total(document, fonts));
    pieces
}

fn heading(document: &ReceiptDocument, zone: &DocumentZone, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.text(&document.word("pdf-receipt"), HEADING, Frame::from(MARGIN, 0.0, 160.0, 30.0), Ink::Black);
    let mut y = piece.text(&document.number, STRONG, Frame::until(RIGHT, 0.0, INNER - 170.0, 14.0), Ink::Black);
    let at = zone.at(document.issued_at);
    let day = document.language.date(at.date());
    let when = format!("{day}, {} {}", clock(&at), zone.abbreviation(document.issued_at));
    y += 2.0 + piece.text(&when, TEXT, Frame::until(RIGHT, y + 2.0, INNER - 170.0, 14.0), Ink::Grey);
    let zone = zone.name.as_ref().map_or_else(
        || document.word("pdf-times-utc"),
        |name| document.language.phrase("pdf-times-of", &[("zone", name)]),
    );
    piece.text(&zone, SMALL, Frame::until(RIGHT, y + 2.0, INNER - 170.0, 12.0), Ink::Grey);
    piece.space(10.0);
    piece.rule(MARGIN, INNER, Ink::Black);
    piece.space(14.0);
    piece
}

fn parties(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let half = INNER / 2.0 - 12.0;
    let mut piece = Piece::new(fonts);
    let columns = [
        (MARGIN, document.word("pdf-seller"), [document.seller.as_str(), "", ""]),
        (
            MARGIN + half + 24.0,
            document.word("pdf-buyer"),
            [&document.buyer.company, &document.buyer.name, &document.buyer.mail],
        ),
    ];
    for (x, label, texts) in columns {
        let mut y = piece.text(&label, SMALL, Frame::from(x, 0.0, half, 0.0), Ink::Grey) + 3.0;
        // The company, where there is one, is who the receipt is for.
        for (n, text) in texts.into_iter().filter(|text| !text.trim().is_empty()).enumerate() {
            let style = if n == 0 { STRONG } else { TEXT };
            y += piece.text(text, style, Frame::from(x, y, half, 58.0), Ink::Black) + 2.0;
        }
    }
    if !document.order.trim().is_empty() {
        piece.space(10.0);
        piece.below(&document.word("pdf-order"), SMALL, Frame::from(MARGIN, 0.0, INNER, 0.0), Ink::Grey, 3.0);
        piece.below(&document.order, TEXT, Frame::from(MARGIN, 0.0, INNER, 28.0), Ink::Black, 0.0);
    }
    if !document.delivery.trim().is_empty() {
        piece.space(10.0);
        piece.below(&document.word("deliver-to"), SMALL, Frame::from(MARGIN, 0.0, INNER, 0.0), Ink::Grey, 3.0);
        piece.below(&document.delivery, TEXT, Frame::from(MARGIN, 0.0, INNER, 42.0), Ink::Black, 0.0);
    }
    piece.space(22.0);
    piece
}

fn lines_head(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    let title = document.language.phrase("pdf-amounts", &[("currency", &document.currency)]);
    piece.text(&title, SMALL, Frame::from(MARGIN, 0.0, NAME_WIDTH, 0.0), Ink::Grey);
    let columns =
        [("pdf-quantity", QUANTITY), ("pdf-unit-price", UNIT), ("pdf-discount", DISCOUNT), ("pdf-total", TOTAL)];
    for (name, (x, width)) in columns {
        piece.text(&document.word(name), SMALL, Frame::until(x, 0.0, width, 0.0), Ink::Grey);
    }
    piece.space(4.0);
    piece.rule(MARGIN, INNER, Ink::Black);
    piece.space(6.0);
    piece.repeat_over_rows();
    piece
}

fn line_row(line: &ReceiptLine, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.text(&line.name, TEXT, Frame::from(MARGIN, 0.0, NAME_WIDTH, 110.0), Ink::Black);
    let quantity = line.quantity.to_string();
    let columns = [(&quantity, QUANTITY), (&line.unit_price, UNIT), (&line.discount, DISCOUNT), (&line.total, TOTAL)];
    for (text, (x, width)) in columns {
        piece.text(text, TEXT, Frame::until(x, 0.0, width, 28.0), Ink::Black);
    }
    piece.space(5.0);
    piece.rule(MARGIN, INNER, Ink::Light);
    piece.space(6.0);
    piece.row();
    piece
}

/// One piece, so that no page ends between the sums and what they are.
fn totals(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let totals = &document.totals;
    let mut piece = Piece::new(fonts);
    piece.space(4.0);
    let rows = [
        ("pdf-subtotal", &totals.subtotal),
        ("pdf-discount", &totals.discount),
        ("pdf-platform-fees", &totals.platform_fees),
        ("pdf-processing-fees", &totals.processing_fees),
        ("pdf-tax", &totals.tax),
    ];
    for (name, amount) in rows.into_iter().filter(|(_, amount)| !amount.trim().is_empty()) {
        sum(&mut piece, &document.word(name), amount, TEXT);
        piece.space(4.5);
    }
    piece.space(3.0);
    piece.rule(TOTALS, RIGHT - TOTALS, Ink::Black);
    piece.space(6.0);
    sum(&mut piece, &format!("{} {}", document.word("pdf-total"), document.currency), &totals.total, GRAND);
    if !totals.contained_tax.trim().is_empty() {
        piece.space(4.5);
        sum(&mut piece, &document.word("pdf-includes-tax"), &totals.contained_tax, TEXT);
    }
    piece.space(20.0);
    piece
}

/// A name and its amount on one line, in the column of totals.
fn sum(piece: &mut Piece, name: &str, amount: &str, style: Style) {
    let y = piece.height();
    piece.text(name, style, Frame::from(TOTALS, y, 120.0, 16.0), Ink::Black);
    piece.text(amount, style, Frame::until(RIGHT, y, RIGHT - TOTALS - 124.0, 30.0), Ink::Black);
}

fn payment(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let payment = &document.payment;
    let mut piece = Piece::new(fonts);
    piece.text(&document.word("pdf-payment"), SECTION, Frame::from(MARGIN, 0.0, INNER, 0.0), Ink::Black);
    piece.space(4.0);
    piece.below(&payment.how, TEXT, Frame::from(MARGIN, 0.0, INNER, 42.0), Ink::Black, 2.0);
    piece.below(&payment.reference, TEXT, Frame::from(MARGIN, 0.0, INNER, 42.0), Ink::Grey, 20.0);
    piece
}

fn refunds_head(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.text(&document.word("pdf-refunds"), SECTION, Frame::from(MARGIN, 0.0, INNER, 0.0), Ink::Black);
    piece.space(6.0);
    let y = piece.height();
    piece.text(&document.word("pdf-date"), SMALL, Frame::from(MARGIN, y, NAME_WIDTH, 0.0), Ink::Grey);
    piece.text(&document.word("pdf-status"), SMALL, Frame::from(TOTALS, y, 120.0, 0.0), Ink::Grey);
    let amount = document.language.phrase("pdf-amount", &[("currency", &document.currency)]);
    piece.text(&amount, SMALL, Frame::until(RIGHT, y, 120.0, 0.0), Ink::Grey);
    piece.space(4.0);
    piece.rule(MARGIN, INNER, Ink::Black);
    piece.space(6.0);
    piece.repeat_over_rows();
    piece
}

fn refund_row(refund: &ReceiptRefund, zone: &DocumentZone, language: Language, fonts: &'static Fonts) -> Piece {
    let at = zone.at(refund.at);
    let when = format!("{}, {} {}", language.date(at.date()), clock(&at), zone.abbreviation(refund.at));
    let mut piece = Piece::new(fonts);
    piece.text(&when, TEXT, Frame::from(MARGIN, 0.0, NAME_WIDTH + 40.0, 28.0), Ink::Black);
    piece.text(&refund.status, TEXT, Frame::from(TOTALS, 0.0, 120.0, 28.0), Ink::Black);
    piece.text(&refund.amount, TEXT, Frame::until(RIGHT, 0.0, RIGHT - TOTALS - 124.0, 28.0), Ink::Black);
    if !refund.parts.trim().is_empty() {
        piece.space(2.0);
        piece.below(&refund.parts, SMALL, Frame::from(MARGIN, 0.0, INNER, 24.0), Ink::Grey, 0.0);
    }
    piece.space(5.0);
    piece.rule(MARGIN, INNER, Ink::Light);
    piece.space(6.0);
    piece.row();
    piece
}

fn net_total(document: &ReceiptDocument, fonts: &'static Fonts) -> Piece {
    let mut piece = Piece::new(fonts);
    piece.space(6.0);
    sum(&mut piece, &format!("{} {}", document.word("pdf-net-total"), document.currency), &document.net_total, GRAND);
    piece
}
