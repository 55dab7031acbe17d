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
