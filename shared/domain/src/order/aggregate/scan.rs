//! A scan: what was said of a ticket where it was shown, and when. All scans of a ticket together say whether it is checked in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Actor, DeviceId};

/// What a scan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanKind {
    /// The holder of the ticket came in.
    CheckIn,
    /// The scan before was a mistake: the holder did not come in.
    Undo,
}

impl ScanKind {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Undo => "undo",
        }
    }
}

/// One scan of one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// What its maker calls it. A device never uses one twice.
    pub id: String,
    /// Whether someone came in, or did not after all.
    pub kind: ScanKind,
    /// When it was made, by its maker's clock.
    pub at: Timestamp,
    /// The device that it was made with; none where a person asked for it without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// What people call that device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// Who made it, or who registered the device: a person.
    #[serde(deserialize_with = "Actor::read_person")]
    pub by: Actor,
}

/// All scans of one ticket, the earliest first. Whichever way they came together, they are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketScans {
    /// Sorted by time, then by device, then by id; each once.
    pub scans: Vec<Scan>,
}
