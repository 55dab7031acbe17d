//! The audit trail of an order: who did what, when and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Order;

/// An entry of an order's audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When the change was decided.
    pub at: Timestamp,
    /// What, as the decision's outcome names it.
    pub what: String,
    /// Who: a part of the system, as `webhook`, or a person's subject.
    pub by: String,
    /// The cause: Stripe's event, or a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Most entries of an audit trail, so that the order stays a small item. The oldest half stays whole; of the rest the
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
