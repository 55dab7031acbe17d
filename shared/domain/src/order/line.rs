//! What an order buys: its lines, and the units of stock that they claim.

use super::aggregate::{
    line::{Draw, Line},
    order::Order,
};
use crate::Kind;

impl Order {
    /// The order's line of that name.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// How many tickets the order asks for.
    #[must_use]
    pub fn ticket_quantity(&self) -> u32 {
        self.lines.iter().filter(|line| line.kind == Kind::Show).map(|line| line.quantity).sum()
    }
}

/// Takes `quantity` units off the draws, from the last shard on, and says which.
pub(super) fn take(draws: &mut Vec<Draw>, mut quantity: u32) -> Vec<Draw> {
    let mut taken = Vec::new();
    while let Some(last) = draws.last_mut().filter(|_| quantity > 0) {
        let units = last.quantity.min(quantity);
        taken.push(Draw { shard: last.shard, quantity: units });
        quantity -= units;
        last.quantity -= units;
        if last.quantity == 0 {
            draws.pop();
        }
    }
    taken
}
