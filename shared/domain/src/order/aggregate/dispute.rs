//! A dispute: a bank takes a payment back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{DisputeState, Minor};

/// A dispute over an order's payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// As `du_1`.
    pub stripe_id: String,
    /// How much of the payment is under dispute, in the payment's currency.
    pub amount: Minor,
    /// Where it stands at the bank.
    pub state: DisputeState,
    /// Stripe's own word for that.
    #[serde(default)]
    pub word: String,
    /// Whether the buyer has the money of a dispute that was prevented, by the dispute itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken: bool,
    /// Until when the seller may answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<Timestamp>,
    /// When it was asked for last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// When it is asked for next; none once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch_at: Option<Timestamp>,
    /// Whether it has the order's hours. They come back once no dispute has any money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hours: bool,
    /// How often it has taken hours.
    #[serde(default)]
    pub takes: u32,
}

/// The last word of an inquiry that came to nothing
/// (<https://docs.stripe.com/api/disputes/object#dispute_object-status>).
const INQUIRY_CLOSED: &str = "warning_closed";

impl Dispute {
    /// Whether its money is not with the platform.
    #[must_use]
    pub fn has_money(&self) -> bool {
        match self.state {
            DisputeState::Open | DisputeState::Lost => true,
            DisputeState::Prevented => self.taken,
            DisputeState::Inquiry | DisputeState::Won => false,
        }
    }

    /// Whether Stripe may still change its mind soon, so that it is asked for daily.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        match self.state {
            DisputeState::Open => true,
            DisputeState::Inquiry => self.word != INQUIRY_CLOSED,
            DisputeState::Won | DisputeState::Lost | DisputeState::Prevented => false,
        }
    }

    /// The names of the entries that took hours and gave them back, for its `n`th taking, counted from 1.
    pub(in crate::order) fn hours_cause(&self, n: u32) -> String {
        if n < 2 { format!("dispute:{}", self.stripe_id) } else { format!("dispute:{}:{n}", self.stripe_id) }
    }
}
