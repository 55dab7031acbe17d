//! What may come of a paid order: its tickets, and the money and goods that go back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Minor, RefundId, RefundState, TicketCode};

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
