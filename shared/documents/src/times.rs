//! Times as people at a place read them.

use jiff::{
    Timestamp, Zoned,
    tz::{Offset, TimeZone, TimeZoneDatabase},
};

/// The time zone of a document.
#[derive(Debug, Clone)]
pub(crate) struct DocumentZone {
    zone: TimeZone,
    /// Its IANA name, unless UTC stands in for one that is missing or unknown.
    pub(crate) name: Option<String>,
}

impl DocumentZone {
    /// Takes an IANA name from the database in this crate, so that all machines agree.
    pub(crate) fn new(name: Option<&str>) -> Self {
        let known = name.and_then(|name| TimeZoneDatabase::bundled().get(name.trim()).ok());
        match known.filter(|zone| !zone.is_unknown()) {
            Some(zone) => Self { name: zone.iana_name().map(str::to_owned), zone },
            None => Self { zone: TimeZone::UTC, name: None },
        }
    }

    /// The moment here.
    pub(crate) fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }

    /// What the zone is called at a moment, as `CET (UTC+1)`, `UTC-3` or `UTC`.
    pub(crate) fn abbreviation(&self, time: Timestamp) -> String {
        let info = self.zone.to_offset_info(time);
        let (name, offset) = (info.abbreviation(), offset(info.offset()));
        // Zones without a name of their own are called by their offset, as `-03`.
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            offset
        } else if name == "UTC" {
            name.to_owned()
        } else {
            format!("{name} ({offset})")
        }
    }
}

/// `20:00`
pub(crate) fn clock(time: &Zoned) -> String {
    time.strftime("%H:%M").to_string()
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

#[cfg(test)]
mod tests {
    use words::Language;

    use super::{DocumentZone, clock};

    fn said(zone: Option<&str>, time: &str) -> String {
        let (zone, time) = (DocumentZone::new(zone), time.parse().unwrap());
        let here = zone.at(time);
        format!("{} {} {}", Language::English.long_date(here.date()), clock(&here), zone.abbreviation(time))
    }

    #[test]
    fn times_are_those_of_the_place() {
        let said_in = |zone| said(Some(zone), "2026-12-05T19:30:00Z");
        assert_eq!(said_in("Europe/Amsterdam"), "Saturday, 5 December 2026 20:30 CET (UTC+1)");
        assert_eq!(said_in("America/New_York"), "Saturday, 5 December 2026 14:30 EST (UTC-5)");
        assert_eq!(said_in("Asia/Tokyo"), "Sunday, 6 December 2026 04:30 JST (UTC+9)");
        assert_eq!(said_in("Asia/Kolkata"), "Sunday, 6 December 2026 01:00 IST (UTC+5:30)");
        assert_eq!(said_in("America/Sao_Paulo"), "Saturday, 5 December 2026 16:30 UTC-3");
        assert_eq!(said_in("Etc/UTC"), "Saturday, 5 December 2026 19:30 UTC");
        assert_eq!(said(Some("Europe/Amsterdam"), "2026-07-05T18:30:00Z"), "Sunday, 5 July 2026 20:30 CEST (UTC+2)");
    }

    #[test]
    fn utc_stands_in_and_is_not_taken_for_the_places_own() {
        for name in [None, Some(""), Some("Mars/Olympus"), Some("Etc/Unknown")] {
            assert_eq!(said(name, "2026-12-05T19:30:00Z"), "Saturday, 5 December 2026 19:30 UTC", "{name:?}");
            assert_eq!(DocumentZone::new(name).name, None, "{name:?}");
        }
        assert_eq!(DocumentZone::new(Some("europe/amsterdam")).name.as_deref(), Some("Europe/Amsterdam"));
        assert!(DocumentZone::new(Some("UTC")).name.is_some());
    }
}
