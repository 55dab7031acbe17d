//! What several jobs hold: how far they have come in a listing's orders.

use serde::{Deserialize, Serialize};

/// A place in the list of a listing's orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingCursor {
    /// The partition, from 0.
    pub shard: u8,
    /// The entry that was read last.
    pub after: String,
}
