//! What may come of a paid order: its tickets, and the money and goods that go back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::RefundParts;
use crate::{Currency, Minor, RefundId, RefundState, TicketCode};

/// One ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The code that opens the door.
    pub code: TicketCode,
    /// The line it belongs to.
    pub line: String,
    /// Whether it still opens the door.
    pub status: TicketStatus,
    /// The refund that takes it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// When it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_in_at: Option<Timestamp>,
    /// Who let its holder in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_in_by: Option<String>,
    /// Who took the last check-in back, until the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_undone_by: Option<String>,
}

/// Whether a ticket opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Yes.
    Valid,
    /// Not while its refund is under way.
    Refunding,
    /// Never again.
    Void,
}

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Our id of it. Stripe's idempotency key is made from it.
    pub id: RefundId,
    /// How much.
    pub amount: Minor,
    /// The goods that come back with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<RefundItem>,
    /// What of the amount is for each of the items, in their order. Shorter where the refund named no price for them.
    #[serde(default)]
    pub shares: Vec<Minor>,
    /// The tax that goes back with each of the items, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_shares: Vec<Minor>,
    /// What the amount is made of.
    #[serde(default)]
    pub parts: RefundParts,
    /// Where it stands.
    pub state: RefundState,
    /// What has become of its goods.
    pub goods: Goods,
    /// Why it is made.
    pub cause: RefundCause,
    /// Staff's words for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The payment that it gives back from. Another one than the order's own if a buyer was charged twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<String>,
    /// The currency of its amount, where that is not the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Stripe's id, once accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe_id: Option<String>,
    /// Stripe's word for why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Which of the order's intent records asks for it, if Stripe has to be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<u32>,
    /// When to look after it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Units of one line that come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundItem {
    /// The line.
    pub line: String,
    /// How many of it.
    pub quantity: u32,
}

/// What has become of a refund's goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    /// Taken from the buyer, not on sale yet.
    Taken,
    /// On sale again.
    Restocked,
    /// Given back to the buyer, because Stripe refused the refund.
    GivenBack,
}

/// Why a refund is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundCause {
    /// Staff asked for it.
    Staff,
    /// The payment came when there was nothing left to sell for it.
    LatePayment,
    /// The listing was called off.
    ListingCanceled,
    /// The buyer was charged a second time for the same order.
    DoublePayment,
    /// It was made in Stripe's dashboard.
    Dashboard,
    /// A booking was canceled, and this much comes back by the clock.
    Cancellation,
}

/// The shortest pause before something that Stripe refused for now is tried again: longer than any function runs, so that
/// no call under the old key is under way any more.
const SHORTEST_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// The longest one.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// When to try again what Stripe refuses for now, as for lack of balance: after as long again as it has waited since it
/// was `requested`, a minute at least and six hours at most.
#[must_use]
pub fn try_again_at(requested: Timestamp, now: Timestamp) -> Timestamp {
    now + now.duration_since(requested).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::try_again_at;

    #[test]
    fn pauses_grow_with_the_wait_and_stay_within_bounds() {
        let requested = Timestamp::UNIX_EPOCH;
        for (waited, pause) in [(0, 60), (59, 60), (61, 61), (3_600, 3_600), (21_600, 21_600), (900_000, 21_600)] {
            let now = requested + SignedDuration::from_secs(waited);
            assert_eq!(try_again_at(requested, now), now + SignedDuration::from_secs(pause), "{waited}");
        }
    }
}
