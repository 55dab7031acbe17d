//! An expert's time, which is sold once, in whichever listing.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::aggregate::order::Order;
use crate::{ListingId, OfferId};

/// The longest slot: a month. A booking takes its expert's time on each day that its slot touches.
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
    /// The slot's offer.
    pub offer: OfferId,
    /// The time that it takes.
    pub span: Span,
}

impl Order {
    /// The expert's time that it takes; none for orders of anything but a slot.
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

    /// The time that this order takes now: a booking takes its expert's time for as long as it claims a seat of its
    /// slot.
    #[must_use]
    pub fn taken_time(&self) -> Option<TakenTime> {
        self.booked_time().filter(|_| self.lines.iter().any(|line| !line.draws.is_empty()))
    }
}
