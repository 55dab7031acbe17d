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
    /// The card that paid, once it is known. Its tickets are counted as a buyer's are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<PaidCard>,
}

/// The card that an order was paid with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidCard {
    /// What the card is known by, under the organization's key.
    pub mark: String,
    /// Whether it had more tickets of a show than one buyer may have when it paid this order.
    pub over_share: bool,
}
