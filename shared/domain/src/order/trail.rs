//! The audit trail of an order: who did what, when and why.

use super::aggregate::{order::Order, trail::Step};

/// Most entries of an audit trail, so that the order stays small. The oldest half stays whole; of the rest the
/// newest stay.
const MAX_STEPS: usize = 200;

impl Order {
    /// Adds to the audit trail. Once it is full, the entry in the middle goes.
    pub fn note(&mut self, step: Step) {
        if self.trail.len() >= MAX_STEPS {
            self.trail.remove(MAX_STEPS / 2);
        }
        self.trail.push(step);
    }
}
