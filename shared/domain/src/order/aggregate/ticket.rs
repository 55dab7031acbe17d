//! A ticket: what opens the door of a show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, Attendee, RefundId, TicketCode};

/// One seat at a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The code that opens the door.
    pub code: TicketCode,
    /// The id of its line, as `l1`.
    pub line: String,
    /// Whether it still opens the door.
    pub status: TicketStatus,
    /// The refund that takes it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// When it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_in_at: Option<Timestamp>,
    /// Who checked it in: a person.
    #[serde(default, deserialize_with = "Actor::read_any_person", skip_serializing_if = "Option::is_none")]
    pub checked_in_by: Option<Actor>,
    /// What people call the device that it was checked in with, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_in_with: Option<String>,
    /// Who took the last check-in back, until the next one: a person.
    #[serde(default, deserialize_with = "Actor::read_any_person", skip_serializing_if = "Option::is_none")]
    pub check_in_undone_by: Option<Actor>,
    /// Who comes with it, where that was changed after the order was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendee: Option<Attendee>,
    /// How often that was changed.
    #[serde(default, skip_serializing_if = "is_never")]
    pub attendee_changes: u32,
    /// The codes that it had before it was handed over, the first one first. None of them opens the door any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past_codes: Vec<PastCode>,
    /// When it went to another person than the buyer. From then on the buyer does not know its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<Timestamp>,
}

/// A code that died when its ticket was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastCode {
    /// It is never given to another ticket.
    pub code: TicketCode,
    /// When its successor was born.
    pub until: Timestamp,
}

impl Ticket {
    /// The code that its buyer knows it by. Once it is handed over, that is one which died.
    #[must_use]
    pub fn code_of_buyer(&self) -> &TicketCode {
        let past = self.past_codes.last().filter(|_| self.handed_over_at.is_some());
        past.map_or(&self.code, |past| &past.code)
    }

    /// Whether it opens the door for its buyer: it is valid, and was not handed over.
    #[must_use]
    pub fn is_buyers(&self) -> bool {
        self.status == TicketStatus::Valid && self.handed_over_at.is_none()
    }
}

fn is_never(times: &u32) -> bool {
    *times == 0
}

/// Whether a ticket opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// It opens the door, once.
    Valid,
    /// Not while its refund is under way.
    Refunding,
    /// It was refunded or charged back, and never opens the door again.
    Void,
}

impl TicketStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Refunding => "refunding",
            Self::Void => "void",
        }
    }
}
