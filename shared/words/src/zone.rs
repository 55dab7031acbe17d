//! Times as people at a place read them, in their language.

use jiff::{
    Timestamp, Zoned,
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::language::Language;

/// The time zone that times are told in.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone by its IANA name, from the database in this program, so that all machines agree. UTC stands in for one that
    /// is missing or unknown, and is then said.
    #[must_use]
    pub fn new(name: Option<&str>) -> Self {
        let known = name.and_then(|name| TimeZoneDatabase::bundled().get(name.trim()).ok());
        Self(known.filter(|zone| !zone.is_unknown()).unwrap_or(TimeZone::UTC))
    }

    /// Whether the clocks of two zones show the same at a moment.
    #[must_use]
    pub fn agrees(&self, other: &Self, time: Timestamp) -> bool {
        self.0.to_offset(time) == other.0.to_offset(time)
    }

    /// A moment by the clock there.
    #[must_use]
    pub fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.0.clone())
    }

    /// What the clock there is ahead of UTC at that very moment, with the zone's name: `Europe/Paris, UTC+2`.
    fn name(&self, time: Timestamp) -> String {
        let seconds = self.0.to_offset_info(time).offset().seconds();
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
        let offset = match (minutes, minutes % 60) {
            (0, _) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{}", minutes / 60),
            (_, rest) => format!("UTC{sign}{}:{rest:02}", minutes / 60),
        };
        match self.0.iana_name().filter(|name| *name != "UTC") {
            Some(name) => format!("{}, {offset}", name.replace('_', " ")),
            None => offset,
        }
    }

    /// `Saturday, 12 June 2027`
    #[must_use]
    pub fn day(&self, language: Language, time: Timestamp) -> String {
        language.long_date(self.at(time).date())
    }

    /// `Saturday, 12 June 2027, 20:30 (Europe/Paris, UTC+2)`
    #[must_use]
    pub fn moment(&self, language: Language, time: Timestamp) -> String {
        let at = self.at(time);
        let (date, clock, zone) = (language.long_date(at.date()), clock(&at), self.name(time));
        language.phrase("moment", &[("date", &date), ("clock", &clock), ("zone", &zone)])
    }

    /// `Friday, 15 January 2027, 10:00 to 11:00 (America/New York, UTC-5)`; a moment where there is no end on the same day.
    #[must_use]
    pub fn span(&self, language: Language, start: Timestamp, end: Option<Timestamp>) -> String {
        let from = self.at(start);
        let end = end.map(|end| self.at(end)).filter(|end| end.date() == from.date() && end.offset() == from.offset());
        let Some(end) = end else { return self.moment(language, start) };
        let (date, zone) = (language.long_date(from.date()), self.name(start));
        let (clock, until) = (clock(&from), clock(&end));
        language.phrase("span", &[("date", &date), ("clock", &clock), ("until", &until), ("zone", &zone)])
    }
}

/// `20:30`
#[must_use]
pub fn clock(time: &Zoned) -> String {
    time.strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use crate::Language;

    use super::Zone;

    fn moment(language: Language, zone: Option<&str>, time: &str) -> String {
        Zone::new(zone).moment(language, time.parse().unwrap())
    }

    #[test]
    fn times_are_those_of_the_place_with_the_offset_of_their_own_moment() {
        let paris = |time| moment(Language::English, Some("Europe/Paris"), time);
        assert_eq!(paris("2027-06-12T18:30:00Z"), "Saturday, 12 June 2027, 20:30 (Europe/Paris, UTC+2)");
        // One hour before and one after the clocks go back.
        assert_eq!(paris("2026-10-25T00:30:00Z"), "Sunday, 25 October 2026, 02:30 (Europe/Paris, UTC+2)");
        assert_eq!(paris("2026-10-25T01:30:00Z"), "Sunday, 25 October 2026, 02:30 (Europe/Paris, UTC+1)");
        let kolkata = moment(Language::English, Some("Asia/Kolkata"), "2026-12-05T19:30:00Z");
        assert_eq!(kolkata, "Sunday, 6 December 2026, 01:00 (Asia/Kolkata, UTC+5:30)");
    }

    #[test]
    fn every_language_has_its_own_order_of_words() {
        let said: Vec<_> =
            Language::ALL.map(|language| moment(language, Some("America/New_York"), "2027-01-15T15:00:00Z")).into();
        assert_eq!(
            said,
            [
                "Friday, 15 January 2027, 10:00 (America/New York, UTC-5)",
                "Freitag, 15. Januar 2027, 10:00 Uhr (America/New York, UTC-5)",
                "vendredi 15 janvier 2027 à 10:00 (America/New York, UTC-5)",
                "viernes, 15 de enero de 2027, 10:00 (America/New York, UTC-5)",
                "venerdì 15 gennaio 2027, ore 10:00 (America/New York, UTC-5)",
                "sexta-feira, 15 de janeiro de 2027, 10:00 (America/New York, UTC-5)",
            ]
        );
    }

    #[test]
    fn utc_stands_in_and_says_so() {
        for zone in [None, Some("Mars/Olympus"), Some("")] {
            assert_eq!(moment(Language::English, zone, "2027-01-15T15:00:00Z"), "Friday, 15 January 2027, 15:00 (UTC)");
        }
    }

    #[test]
    fn a_span_ends_on_its_own_day_or_names_its_start_alone() {
        let zone = Zone::new(Some("Europe/Berlin"));
        let span =
            |start: &str, end: &str| zone.span(Language::German, start.parse().unwrap(), Some(end.parse().unwrap()));
        let one = span("2027-01-15T15:00:00Z", "2027-01-15T16:00:00Z");
        assert_eq!(one, "Freitag, 15. Januar 2027, 16:00 bis 17:00 Uhr (Europe/Berlin, UTC+1)");
        let over_night = span("2027-01-15T22:00:00Z", "2027-01-16T02:00:00Z");
        assert_eq!(over_night, "Freitag, 15. Januar 2027, 23:00 Uhr (Europe/Berlin, UTC+1)");
    }
}
