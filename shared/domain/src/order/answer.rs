//! Who asks what of a booking, and whether the same person has asked the same before.

use jiff::Timestamp;

use super::{Booking, BookingStatus, Claim, ClaimKind, Order};
use crate::{Code, Refusal};

/// What somebody asks of a booking: how it is to end, and who says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    /// How it is to end.
    pub(super) end: BookingStatus,
    /// Who says so.
    pub(super) by: &'a str,
}

impl Answer<'_> {
    /// Whether a claim is for the same, by the same.
    fn is_for(self, claim: &Claim) -> bool {
        let end = match claim.kind {
            ClaimKind::Capturing => Some(BookingStatus::Confirmed),
            ClaimKind::Voiding => claim.booking,
            ClaimKind::Expiring => None,
        };
        end == Some(self.end) && claim.by == self.by
    }
}

/// Whether somebody is at work on the booking's payment. Who got no clear answer may go on with the same.
pub(super) fn busy(order: &Order, answer: Answer<'_>, now: Timestamp) -> Result<(), Refusal> {
    match &order.claim {
        Some(claim) if claim.until > now && answer.is_for(claim) => Err(Refusal::new(
            Code::RequestInProgress,
            "The same request is being worked on; please ask again in a moment",
        )),
        Some(claim) if claim.until > now => {
            Err(Refusal::new(Code::IllegalState, "The booking is being answered or called off just now"))
        }
        Some(claim) if claim.kind == ClaimKind::Voiding && !answer.is_for(claim) => {
            Err(Refusal::new(Code::IllegalState, "The booking is being called off"))
        }
        _ => Ok(()),
    }
}

/// Whether this expert has confirmed the booking or turned it down before, and it has come to that: by their own request,
/// or by whoever finished it when that got no clear answer.
pub(super) fn answered_before(booking: &Booking, answer: Answer<'_>) -> bool {
    booking.status == answer.end && booking.answered_by.as_deref() == Some(answer.by)
}
