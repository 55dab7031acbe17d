//! What an order takes of its buyer's share of a show, and what a change of it gives back.
//!
//! How much that is follows from the order alone, so whatever changes an order changes the count with it: by the difference. The
//! card that paid is counted in the same way, under a mark of its own.

use super::{
    aggregate::{buyer_count::PaidCard, line::StockState, order::Order},
    decision::Decision,
    outcome::Outcome,
};
use crate::ListingId;

/// By how much the count of one buyer's, or one card's, tickets of a listing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountChange {
    /// The show.
    pub listing: ListingId,
    /// What the buyer or the card is known by, under the organization's key.
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

    /// Whether the card that paid it had more tickets of a show than one buyer may have.
    #[must_use]
    pub fn is_over_share(&self) -> bool {
        self.buyer_count.as_ref().and_then(|count| count.card.as_ref()).is_some_and(|card| card.over_share)
    }

    /// All that it counts: each show with the mark of who has its tickets.
    #[must_use]
    pub fn counts(&self) -> Vec<(ListingId, String, u32)> {
        let Some(count) = &self.buyer_count else { return Vec::new() };
        let marks = || [Some(&count.mark), count.card.as_ref().map(|card| &card.mark)].into_iter().flatten();
        let of = |listing: &ListingId| {
            let units = self.counted_units(listing);
            marks().map(|mark| (listing.clone(), mark.clone(), units)).collect::<Vec<_>>()
        };
        count.listings.iter().flat_map(of).collect()
    }

    /// How the counts of its buyer and card change when the order becomes another state of itself.
    #[must_use]
    pub fn count_changes(&self, next: &Self) -> Vec<CountChange> {
        let mut changes: Vec<CountChange> = Vec::new();
        let before = self.counts().into_iter().map(|(listing, mark, units)| (listing, mark, -i64::from(units)));
        let after = next.counts().into_iter().map(|(listing, mark, units)| (listing, mark, i64::from(units)));
        for (listing, mark, units) in before.chain(after) {
            match changes.iter_mut().find(|known| known.listing == listing && known.mark == mark) {
                Some(known) => known.units += units,
                None => changes.push(CountChange { listing, mark, units }),
            }
        }
        changes.retain(|change| change.units != 0);
        changes
    }
}

/// Notes the card that paid an order whose tickets are counted. `held` says how many tickets of each show the card has already, and
/// how many one buyer may have. Nothing changes where nothing is counted, or the card is known.
#[must_use]
pub fn note_card(order: &Order, mark: &str, held: &[(ListingId, u32, u32)]) -> Decision {
    if order.buyer_count.as_ref().is_none_or(|count| count.card.is_some()) {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let over =
        |(listing, held, most): &(ListingId, u32, u32)| held.saturating_add(order.counted_units(listing)) > *most;
    let over_share = held.iter().any(over);
    let outcome = if over_share { Outcome::CardOverShare } else { Outcome::CardNoted };
    let mut decision = Decision::change(order, outcome);
    if let Some(count) = &mut decision.order.buyer_count {
        count.card = Some(PaidCard { mark: mark.to_owned(), over_share });
    }
    decision
}
