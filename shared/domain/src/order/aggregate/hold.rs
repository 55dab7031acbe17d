//! A hold: an order's units until it is paid or over, and how long each kind lasts.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long Stripe's page takes a payment. Stripe asks for half an hour at least; five minutes more leave room for
/// repeats of a call whose answer was lost, because the time is absolute and part of the call record.
pub const HOSTED_SESSION: SignedDuration = SignedDuration::from_mins(35);

/// How long the stock of a hosted order is held: a minute longer than the page.
pub const HOSTED_HOLD: SignedDuration = SignedDuration::from_mins(36);

/// How long the stock of an order is held that is paid on the seller's own page.
pub const INTENT_HOLD: SignedDuration = SignedDuration::from_secs(900);

/// How long a slot is held for a buyer who has not finished paying.
pub const SLOT_HOLD: SignedDuration = SignedDuration::from_mins(30);

/// For so long before a hold ends, nothing more is asked of Stripe for its payment: longer than any function runs, so
/// that no such call is under way any more when the hold ends.
pub const NO_MORE_CALLS: SignedDuration = SignedDuration::from_secs(60);

/// When an order without a session is looked after. Stripe takes no session that ends in less than half an hour, so by
/// then none can come into being any more; the sixth minute is for clocks that differ.
pub const SESSION_TOO_LATE: SignedDuration = SignedDuration::from_mins(6);

/// An order's claim on stock until it is paid or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it runs out; Stripe's page ends before. It is released only once Stripe has said so.
    pub expires_at: Timestamp,
}
