//! What telling a table that was set back comes to, and in which steps it goes.

use domain::{Currency, OrderId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// How much of Stripe's time is gone through between two notes of how far it has come.
pub(super) const SLICE: SignedDuration = SignedDuration::from_mins(1);
/// How long before the time that the table was set back to Stripe's lists are read from: clocks differ.
pub(super) const BEFORE: SignedDuration = SignedDuration::from_mins(2);

/// The last second of a slice that ends at `to`: Stripe's lists take both ends in, and the next slice begins with it.
pub(super) fn last_of(to: Timestamp, until: Timestamp) -> Timestamp {
    if to < until { to - SignedDuration::from_secs(1) } else { to }
}

/// What telling the table came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// Stripe's events about orders that were gone through.
    pub events: u32,
    /// Refunds that were written down again, with their goods.
    pub refunds: u32,
    /// Payments of orders that the table had lost; what was left of them is given back.
    pub given_back: u32,
    /// Pages and payments of such orders that were ended unpaid.
    pub ended: u32,
    /// Sessions and payments that were left alone: they name an organization that the table does not know. They are another
    /// installation's, or of an organization that was created in the lost time.
    pub left_alone: u32,
    /// What could not be done. Begin again then: what is done is done once.
    pub failed: u32,
    /// How many payments were compared with the table in the end.
    pub compared: u32,
    /// Those that the table does not account for.
    pub unexplained: Vec<Unexplained>,
}

/// A payment that the table does not account for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unexplained {
    /// Stripe's payment intent.
    pub payment_intent: String,
    /// The order that it names.
    pub order: OrderId,
    /// The currency of the amount.
    pub currency: Currency,
    /// How much of it is not accounted for, in minor units.
    pub amount: i64,
}

impl RestoreReport {
    /// Whether all is told, and all money accounted for.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.failed == 0 && self.unexplained.is_empty()
    }
}
