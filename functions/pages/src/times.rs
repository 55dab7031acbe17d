//! Times as pages show them: for people, and in a form that programs read.

use jiff::{Timestamp, Zoned};
use serde::Serialize;
use words::{Zone, clock};

use crate::reader::Reader;

/// A time on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Shown {
    /// RFC 3339, for `<time datetime>`.
    pub(crate) at: String,
    /// For people, by the clock of the place: `Saturday, 12 June 2027, 20:30 (Europe/Paris, UTC+2)`.
    pub(crate) text: String,
}

/// A moment by the reader's clock.
pub(crate) fn moment(reader: &Reader, at: Timestamp) -> Shown {
    let zone = Zone::new(reader.zone.as_deref());
    Shown { at: at.to_string(), text: zone.moment(reader.language, at) }
}

/// A day by the reader's clock.
pub(crate) fn day(reader: &Reader, at: Timestamp) -> Shown {
    let zone = Zone::new(reader.zone.as_deref());
    Shown { at: zone.at(at).date().to_string(), text: zone.day(reader.language, at) }
}

/// In the reader's words; the end only where it is on the same day.
pub(crate) fn span(reader: &Reader, start: Timestamp, end: Option<Timestamp>) -> Shown {
    let zone = Zone::new(reader.zone.as_deref());
    Shown { at: start.to_string(), text: zone.span(reader.language, start, end) }
}

/// The clock alone, from when to when, for a list of one day.
pub(crate) fn clocks(reader: &Reader, start: Timestamp, end: Option<Timestamp>) -> Shown {
    let from = there(reader, start);
    let end = end.map(|end| there(reader, end)).filter(|end| end.date() == from.date());
    let text = end.map_or_else(|| clock(&from), |end| format!("{}–{}", clock(&from), clock(&end)));
    Shown { at: start.to_string(), text }
}

/// A moment by the reader's clock, to reckon with.
pub(crate) fn there(reader: &Reader, at: Timestamp) -> Zoned {
    Zone::new(reader.zone.as_deref()).at(at)
}
