//! A booking: an order of a slot, and where it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, catalog::CancellationTier};

/// The booking of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Where it stands between request and end.
    pub status: BookingStatus,
    /// When the slot begins.
    pub starts_at: Timestamp,
    /// When it ends, if that is said.
    pub ends_at: Option<Timestamp>,
    /// The expert, by the subject of the access tokens.
    pub expert: String,
    /// Until when the expert may answer; known once the money is authorized.
    pub respond_by: Option<Timestamp>,
    /// Who confirmed or declined it, or was the last to try: a person. The status says what came of it.
    #[serde(default, deserialize_with = "Actor::read_any_person", skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<Actor>,
    /// Which side canceled it, if one did.
    pub canceled_by: Option<CanceledBy>,
    /// How much of the price came back, in percent, if it was canceled after it was confirmed.
    pub refund_percent: Option<u8>,
    /// The organization's policy when the slot was booked: what the buyer agreed to.
    pub policy: Vec<CancellationTier>,
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// The expert has not answered yet.
    Requested,
    /// The expert confirmed it.
    Confirmed,
    /// The expert declined it.
    Declined,
    /// Buyer, expert or staff canceled it, or the buyer never finished paying.
    Canceled,
    /// The expert did not answer in time.
    TimedOut,
}

impl BookingStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Canceled => "canceled",
            Self::TimedOut => "timed_out",
        }
    }
}

/// Who canceled a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanceledBy {
    /// Its buyer: the policy says what comes back.
    Buyer,
    /// Its expert: all of it comes back, at any time.
    Expert,
}

impl CanceledBy {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Expert => "expert",
        }
    }
}
