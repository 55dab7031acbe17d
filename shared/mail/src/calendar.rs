//! Calendar files (RFC 5545, RFC 5546).
//!
//! An entry is known by its UID, which names an order's line and never changes; a later file about the same entry has a
//! higher SEQUENCE and replaces the earlier one, or takes it out of the calendar.

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Timestamp;
use words::one_line;

/// What a calendar program does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarMethod {
    /// Adds the entry, or replaces it.
    Publish,
    /// Takes the entry out.
    Cancel,
}

impl CalendarMethod {
    /// The word of RFC 5546, for METHOD and for the type of the attachment.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Who an entry is from. RFC 5546 asks for it in each file that publishes or cancels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizer {
    /// The seller's name.
    pub name: String,
    /// The address of a mailbox, or of a page where no mailbox is known.
    pub uri: String,
}

impl Organizer {
    /// One who is reached by mail.
    #[must_use]
    pub fn by_mail(name: &str, address: &str) -> Self {
        // RFC 6068: what has a meaning of its own in an address of a page is written by its number.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'*+@".contains(&byte);
        let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        Self { name: name.to_owned(), uri: format!("mailto:{}", address.bytes().map(encode).collect::<String>()) }
    }

    fn property(&self) -> Property {
        // A parameter's value has neither quotes nor line breaks (RFC 5545, 3.2).
        let name: String = one_line(&self.name).chars().map(|c| if c == '"' { '\'' } else { c }).collect();
        let mut property = Property::new("ORGANIZER", &self.uri);
        if !name.trim().is_empty() {
            property.add_parameter("CN", name.trim());
        }
        property.done()
    }
}

/// One entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who it is from.
    pub organizer: Organizer,
    /// The same for all files about it: order and line.
    pub uid: String,
    /// Grows with each change.
    pub sequence: u64,
    /// One line; shown in the day's view.
    pub title: String,
    /// The venue, in one line.
    pub place: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends, where that is known.
    pub ends_at: Option<Timestamp>,
    /// The page about it.
    pub url: String,
}

/// A file with these entries, as written at `now`. Times are in UTC, which every program shows in its own zone.
#[must_use]
pub fn file(method: CalendarMethod, entries: &[Entry], now: Timestamp) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Holdfast//Orders//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method.as_str()),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    for entry in entries {
        calendar.push(event(method, entry, now));
    }
    calendar.to_string()
}

fn event(method: CalendarMethod, entry: &Entry, now: Timestamp) -> Event {
    let mut event = Event::new();
    event
        .uid(&entry.uid)
        .summary(&entry.title)
        .url(&entry.url)
        .append_property(entry.organizer.property())
        .add_property("DTSTAMP", utc(now))
        .add_property("DTSTART", utc(entry.starts_at))
        .add_property("SEQUENCE", entry.sequence.to_string())
        .add_property("STATUS", if method == CalendarMethod::Cancel { "CANCELLED" } else { "CONFIRMED" });
    if let Some(place) = &entry.place {
        event.location(place);
    }
    if let Some(end) = entry.ends_at.filter(|end| *end > entry.starts_at) {
        event.add_property("DTEND", utc(end));
    }
    event.done()
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::{CalendarMethod, Entry, Organizer, file};

    fn entry() -> Entry {
        Entry {
            organizer: Organizer::by_mail("Lantern; \"Grand\", and\nmore", "box+100%@lantern.example"),
            uid: "ord_1-l1".to_owned(),
            sequence: 3,
            title: "Gala; with, commas\nand a line".to_owned(),
            place: Some("Grand Hall".to_owned()),
            starts_at: "2027-06-12T18:30:00Z".parse().unwrap(),
            ends_at: Some("2027-06-12T21:00:00Z".parse().unwrap()),
            url: "https://shop.example/orders/ord_1".to_owned(),
        }
    }

    #[test]
    fn a_file_says_what_and_when_and_is_written_the_same_way_twice() {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let text = file(CalendarMethod::Publish, &[entry()], now);
        assert_eq!(text, file(CalendarMethod::Publish, &[entry()], now));
        insta::assert_snapshot!(text.replace("\r\n", "\n"));
        assert!(text.lines().count() > 10 && text.contains("\r\n"), "{text}");
        let organizer = "ORGANIZER;CN=\"Lantern; 'Grand', and more\":mailto:box+100%25@lantern.example";
        assert!(text.replace("\r\n ", "").contains(organizer), "{text}");
    }

    #[test]
    fn a_cancellation_names_the_same_entry() {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let text = file(CalendarMethod::Cancel, &[Entry { sequence: 4, ..entry() }], now);
        for part in ["METHOD:CANCEL", "STATUS:CANCELLED", "UID:ord_1-l1", "SEQUENCE:4"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
