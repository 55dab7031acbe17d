//! What an order takes of its buyer's share of a show, and what a change of it gives back.
//!
//! How much that is follows from the order alone, so whatever changes an order changes the count with it: by the difference.

use crate::{
    ListingId,
    order::aggregate::{line::StockState, order::Order},
};

/// By how much the count of one buyer's tickets of a listing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountChange {
    /// The show.
    pub listing: ListingId,
    /// What the buyer is known by, under the organization's key.
    pub mark: String,
    /// How many tickets more, or less; never zero.
    pub units: i64,
}

impl Order {
    /// How many tickets of a listing the order has for its buyer: those that it claims of the stock, where they are counted.
    #[must_use]
    pub fn counted_units(&self, listing: &ListingId) -> u32 {
        let counted = self.buyer_count.as_ref().is_some_and(|count| count.listings.contains(listing));
        if !counted || self.stock == StockState::None {
            return 0;
        }
        let lines = self.lines.iter().filter(|line| &line.listing == listing);
        lines.map(|line| line.quantity.saturating_sub(self.refunded_quantity(&line.id))).sum()
    }

    /// How the counts of its buyer change when the order becomes another state of itself.
    #[must_use]
    pub fn count_changes(&self, next: &Self) -> Vec<CountChange> {
        let Some(count) = self.buyer_count.as_ref().or(next.buyer_count.as_ref()) else { return Vec::new() };
        let change = |listing: &ListingId| {
            let units = i64::from(next.counted_units(listing)) - i64::from(self.counted_units(listing));
            let change = CountChange { listing: listing.clone(), mark: count.mark.clone(), units };
            (units != 0).then_some(change)
        };
        count.listings.iter().filter_map(change).collect()
    }
}
