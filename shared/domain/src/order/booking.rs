//! How long a booking waits for its expert, and how it ends with its order.

use jiff::SignedDuration;

use super::{aggregate::booking::BookingStatus, decision::Decision};

/// How long an expert has to answer.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_mins(30);

impl Decision {
    /// Ends a booking whose slot goes back without being canceled: all of it was refunded or charged back.
    pub(super) fn end_booking(&mut self) {
        if let Some(booking) = &mut self.order.booking
            && matches!(booking.status, BookingStatus::Requested | BookingStatus::Confirmed)
        {
            booking.status = BookingStatus::Canceled;
        }
    }
}
