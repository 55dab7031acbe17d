//! Handing tickets over, as a listing allows it to its buyers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether the buyers of a show may hand their tickets over, each under a new code. The contract's word for it; a transfer
/// of Stripe's moves money and has nothing to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transferable {
    /// They may not; the seller's staff may.
    #[default]
    Off,
    /// Until the show is over.
    Free,
    /// Before that time.
    Until(Timestamp),
}

impl Transferable {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Free => "free",
            Self::Until(_) => "until",
        }
    }

    /// The first moment at which buyers hand nothing over any more, where there is one besides the show's end.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Until(until) => Some(until),
            Self::Off | Self::Free => None,
        }
    }

    /// Whether nothing of it need be written down.
    pub(crate) fn is_off(&self) -> bool {
        *self == Self::Off
    }
}
