//! An expert's time, which is sold once, in whichever listing.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::Offset};

use super::Order;
use crate::{ListingId, OfferId};

/// The longest slot: a month. A booking writes an item for each day that its slot touches.
pub const LONGEST_SLOT: SignedDuration = SignedDuration::from_hours(31 * 24);

/// When a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over; always after its start.
    pub ends_at: Timestamp,
}

impl Span {
    /// A slot without an end takes the moment of its start.
    #[must_use]
    pub fn new(starts_at: Timestamp, ends_at: Option<Timestamp>) -> Self {
        let least = starts_at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(starts_at);
        Self { starts_at, ends_at: ends_at.unwrap_or(least).max(least) }
    }

    /// Whether two of them share any time. One that begins when the other ends does not.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// The days in UTC that it touches, at most those of [`LONGEST_SLOT`].
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        let day = |at: Timestamp| Offset::UTC.to_datetime(at).date();
        let last = day(self.ends_at.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(self.ends_at));
        let most = usize::try_from(LONGEST_SLOT.as_hours() / 24).unwrap_or(usize::MAX).saturating_add(1);
        day(self.starts_at).series(jiff::Span::new().days(1)).take_while(|day| *day <= last).take(most).collect()
    }
}

/// The time that a booking takes of its expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenTime {
    /// The expert's subject, within the order's organization.
    pub expert: String,
    /// The slot's listing.
    pub listing: ListingId,
    /// The slot.
    pub offer: OfferId,
    /// When it is.
    pub span: Span,
}

impl Order {
    /// The time that this order is for, if it is a booking.
    #[must_use]
    pub fn booked_time(&self) -> Option<TakenTime> {
        let (booking, line) = (self.booking.as_ref()?, self.lines.first()?);
        Some(TakenTime {
            expert: booking.expert.clone(),
            listing: line.listing.clone(),
            offer: line.offer.clone(),
            span: Span::new(booking.starts_at, booking.ends_at),
        })
    }

    /// The time that this order takes now: a booking takes its expert's time for as long as it claims a seat of its slot.
    #[must_use]
    pub fn taken_time(&self) -> Option<TakenTime> {
        self.booked_time().filter(|_| self.lines.iter().any(|line| !line.draws.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    fn span(from: &str, to: &str) -> Span {
        let at = |text: &str| format!("2027-01-{text}:00Z").parse().expect("a time");
        Span::new(at(from), Some(at(to)))
    }

    #[test]
    fn slots_that_share_time_overlap() {
        let slot = span("15T15:00", "15T16:00");
        for (from, to) in
            [("15T15:30", "15T16:30"), ("15T14:00", "15T15:01"), ("15T15:10", "15T15:20"), ("14T00:00", "16T00:00")]
        {
            assert!(slot.overlaps(&span(from, to)) && span(from, to).overlaps(&slot), "{from} to {to}");
        }
        for (from, to) in [("15T16:00", "15T17:00"), ("15T14:00", "15T15:00")] {
            assert!(!slot.overlaps(&span(from, to)) && !span(from, to).overlaps(&slot), "{from} to {to}");
        }
    }

    #[test]
    fn a_slot_without_an_end_takes_its_start() {
        let start = "2027-01-15T15:00:00Z".parse().expect("a time");
        let moment = Span::new(start, None);
        assert!(moment.overlaps(&moment) && moment.overlaps(&span("15T14:00", "15T16:00")));
        assert!(!moment.overlaps(&span("15T14:00", "15T15:00")));
        assert_eq!(Span::new(start, Some(start)), moment);
    }

    #[test]
    fn a_slot_touches_days() {
        let days = |from, to| span(from, to).days().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(days("15T15:00", "15T16:00"), ["2027-01-15"]);
        assert_eq!(days("15T23:00", "16T00:00"), ["2027-01-15"], "midnight is the end");
        assert_eq!(days("15T23:00", "17T00:30"), ["2027-01-15", "2027-01-16", "2027-01-17"]);
        let years = Span::new("2027-01-01T00:00:00Z".parse().expect("a time"), "2037-01-01T00:00:00Z".parse().ok());
        assert_eq!(years.days().len(), 32);
    }
}
