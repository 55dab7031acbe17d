//! Mail: what it says, how it looks, and the message that carries it.
//!
//! Pure: an order, its listings and its seller go in, bytes come out; there is no clock, no network and no table in it.
//!
//! 1. [`compose`] decides what one notification says and gives a [`Letter`]: a subject and blocks of content, in the
//!    language of the buyer, whose words are those of `words`.
//! 2. [`Letter::render`] lays it out, as text and as HTML, by one template each (`templates/`). All that people typed is
//!    escaped there.
//! 3. [`Rendered::message`] makes the MIME message (RFC 5322, 2045) with its attachments.
//!
//! [`calendar`] makes the calendar files (RFC 5545), and [`calendar_file`] decides which one goes with a notification.

mod booking;
pub mod calendar;
mod compose;
mod error;
mod facts;
mod files;
mod letter;
mod mime;
mod purchase;
mod refunds;
mod shows;
mod summary;
mod writer;

pub use compose::{compose, reader};
pub use error::MailError;
pub use files::calendar_file;
pub use letter::{Block, Letter, Rendered, Row};
pub use mime::{Attachment, MailHeaders};
pub use summary::summary_letter;
pub use words::Language;
pub use writer::{Context, Instrument};
