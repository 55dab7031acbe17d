//! For whom an order counts tickets.

use serde::{Deserialize, Serialize};

use crate::ListingId;

/// The buyer whose tickets are counted, and of which shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerCount {
    /// What the buyer is known by, under the organization's key: it tells nothing without that key.
    pub mark: String,
    /// The shows that had a limit when the order was placed, each once.
    pub listings: Vec<ListingId>,
}
