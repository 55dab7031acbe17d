//! The show that an order is for was moved.

use super::{
    aggregate::{line::Line, order::Order},
    decision::Decision,
    outcome::Outcome,
};
use crate::{Listing, Offer};

/// Has the lines of an order end when their listing does now, after it was moved: until then its tickets are good, and long
/// after it the order is archived. Nothing changes once the order has ended unpaid or is archived, and if it is so already.
#[must_use]
pub fn follow_move(order: &Order, listing: &Listing, offers: &[Offer]) -> Decision {
    let over = |line: &Line| {
        let offer = offers.iter().find(|offer| offer.id == line.offer);
        offer.map_or_else(|| listing.over_at(), |offer| offer.over_at(listing))
    };
    let moved = |line: &Line| line.listing == listing.id && line.over_at != over(line);
    if order.archived_at.is_some() || order.status.is_released() || !order.lines.iter().any(moved) {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    }
    let mut decision = Decision::change(order, Outcome::ListingMoved);
    for line in decision.order.lines.iter_mut().filter(|line| moved(line)) {
        line.over_at = over(line);
    }
    decision
}
