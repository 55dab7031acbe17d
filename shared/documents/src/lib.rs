//! Tickets and receipts as PDF.
//!
//! Rendering is pure but for the fonts: there is no clock, no network and no randomness in it, and the same input gives the
//! same bytes.
//! Callers hand in plain text and times; what may be printed (only valid tickets, only paid orders) is their decision.
//!
//! # Text
//! Names and titles come in any script, mixed in one line. Text is normalized (NFC), cleaned of control characters
//! and of direction overrides, split by direction (the bidirectional algorithm), script and font, shaped, and wrapped
//! where its language allows it; a word that is wider than its column breaks between characters. What no font has
//! becomes a box, so that a reader sees that something is missing. What is longer than its place on paper ends in an ellipsis.
//!
//! # Fonts
//! The fonts lie beside this crate (`layer/fonts`, with their licences): 11 MB, which are no part of a program. Deployed they
//! are a Lambda layer of the functions that print. They are read when a document is first printed ([`FontFolder`] says from
//! where), and stay in memory; a PDF carries only the glyphs that it shows. That size buys documents that look the same wherever
//! they are made. To keep it there:
//! - one weight for all scripts but Latin, Greek and Cyrillic; their bold is the regular outline drawn with a thin stroke;
//! - one font for Chinese and Japanese, of 4 MB, whose characters have their Chinese shapes where shapes differ; it has
//!   none of the rare characters beyond the first 65,536 code points;
//! - emoji are black and white outlines, as they come out of most printers;
//! - no fonts for historic scripts, nor for those of which we know no buyer (Cherokee, Mongolian, Tifinagh and others).
//!
//! ```
//! use documents::{FontFolder, tickets::{TicketDocument, TicketPage}};
//!
//! let pdf = documents::tickets_pdf(&TicketDocument {
//!     organization: "City Theatre".into(),
//!     order: "ord_01".into(),
//!     language: words::Language::English,
//!     time_zone: Some("Europe/Berlin".into()),
//!     tickets: vec![TicketPage {
//!         code: "MFRGGZDFMZTWQ2LKNNWG".into(),
//!         show: "An Evening of Songs".into(),
//!         starts_at: "2026-12-05T19:00:00Z".parse().ok(),
//!         offer: "Balcony".into(),
//!         holder: "Zoë Müller".into(),
//!         ..TicketPage::default()
//!     }],
//! }, &FontFolder::default())?;
//! assert!(pdf.starts_with(b"%PDF-"));
//! # Ok::<(), documents::DocumentError>(())
//! ```
#![allow(clippy::float_arithmetic, reason = "positions on paper, in points; amounts come as text")]

mod canvas;
mod fonts;
mod piece;
mod qr;
pub mod receipt;
mod text;
pub mod tickets;
mod times;

use std::path::PathBuf;

pub use fonts::FontFolder;
pub use receipt::receipt_pdf;
pub use tickets::tickets_pdf;

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// There is no ticket to print.
    #[error("a document of tickets needs one ticket at least")]
    NoTickets,
    /// There is nothing that the receipt is for.
    #[error("a receipt needs one line at least")]
    NoLines,
    /// A ticket's code cannot be checked in: it is empty, or too long for a QR code.
    #[error("the code of ticket {number} makes no QR code")]
    Code {
        /// Which ticket, counted from 1.
        number: usize,
    },
    /// A font is missing, or cannot be read.
    #[error("the font {} cannot be read: {problem}", file.display())]
    Font {
        /// The path of what cannot be read.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The PDF cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}
