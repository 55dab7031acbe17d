//! A refund: money that goes back to the buyer, with the goods that come back for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Currency, Minor, RefundId, RefundState};

/// How long after asking for a refund the sweeper looks whether it was done: longer than any function runs.
pub(in crate::order) const REFUND_LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Our id of it. Stripe's idempotency key is made from it.
    pub id: RefundId,
    /// How much goes back, in the currency of the payment.
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
    /// Where it stands at Stripe; pending also before Stripe was asked.
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
    /// Which of the order's call records asks for it, if Stripe has to be asked.
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
    /// The line's id within the order, as `l1`.
    pub line: String,
    /// How many of its units.
    pub quantity: u32,
}

/// What a refund's amount is made of, as the order's own sums are: where tax comes on top, the three add up to the
/// amount; where prices contain it, goods and fees add up to the amount, and the tax is a part of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundParts {
    /// What of the amount is for goods.
    pub goods: Minor,
    /// For the platform's and the processing fee.
    pub fees: Minor,
    /// What of the amount is tax.
    pub tax: Minor,
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

/// Why a refund is made; it says who hears of it and what it may give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundCause {
    /// Staff asked for it.
    Staff,
    /// The payment came when there was nothing left to sell for it.
    LatePayment,
    /// Staff canceled what it was for.
    ListingCanceled,
    /// The buyer was charged a second time for the same order.
    DoublePayment,
    /// It was made in Stripe's dashboard.
    Dashboard,
    /// A booking was canceled, and this much comes back by the policy.
    Cancellation,
}

impl Refund {
    /// A refund that is yet to be asked of Stripe: of an amount without goods, that names no payment.
    pub(in crate::order) fn new(
        id: RefundId,
        amount: Minor,
        parts: RefundParts,
        cause: RefundCause,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            amount,
            items: Vec::new(),
            shares: Vec::new(),
            tax_shares: Vec::new(),
            parts,
            state: RefundState::Pending,
            goods: Goods::Taken,
            cause,
            reason: None,
            payment_intent: None,
            currency: None,
            stripe_id: None,
            failure: None,
            call: None,
            due_at: Some(now + REFUND_LEASE),
            created_at: now,
        }
    }

    /// Whether Stripe has made it, and it has not failed since.
    pub(in crate::order) fn is_accepted(&self) -> bool {
        self.stripe_id.is_some() && self.state != RefundState::Failed
    }

    /// Names no goods any more: what it had taken is the buyer's, or is settled in another way.
    pub(in crate::order) fn clear_items(&mut self) {
        self.items.clear();
        self.shares.clear();
        self.tax_shares.clear();
    }
}
