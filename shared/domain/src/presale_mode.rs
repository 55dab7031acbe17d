//! Whom an offer is sold to before all others, or instead of them.

use serde::{Deserialize, Serialize};

/// What the presale codes of an offer are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresaleMode {
    /// Nothing: the offer opens to all at once.
    #[default]
    None,
    /// Their holders buy before it opens to all.
    Early,
    /// They alone buy.
    Only,
}

impl PresaleMode {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Early => "early",
            Self::Only => "only",
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }
}
