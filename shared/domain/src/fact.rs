//! Facts: what Stripe shows of one order's payment, in our words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AdjustmentId, Currency, Minor, RefundId};

/// How we came to know a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// From an object that we asked Stripe for just now. It always wins.
    Fetched,
    /// From an event, which shows its object as it was at `created`.
    Event {
        /// Stripe's time of the event, to the second.
        created: Timestamp,
    },
}

/// One thing that Stripe shows of an order's payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The money is authorized, to be captured once the expert confirms.
    Authorized(Authorization),
    /// The money was captured.
    Captured(Capture),
    /// The buyer must prove who they are; from now on the buyer's browser confirms.
    ActionRequired {
        /// Stripe's payment intent, `pi_...`.
        payment_intent: String,
    },
    /// The buyer has done all they can; the money arrives or fails later.
    Processing {
        /// The payment intent that is under way, where known.
        payment_intent: Option<String>,
    },
    /// A try failed; the buyer may try another way.
    Declined(Decline),
    /// A payment that was under way failed for good.
    Failed(Decline),
    /// No payment can arrive any more: the session expired or the intent is canceled.
    Unpayable,
    /// A refund, as Stripe shows it.
    Refund(RefundSeen),
    /// Stripe refused one of our refunds for good, so it never came to be.
    RefundRefused {
        /// Our id of the refund.
        refund: RefundId,
        /// Stripe's error code, as `charge_already_refunded`.
        failure: String,
    },
    /// Stripe will not make a refund for now, as for lack of balance. It is still owed, and asked for again later.
    RefundDelayed {
        /// Our id of the refund.
        refund: RefundId,
        /// Stripe's error code, as `charge_already_refunded`.
        failure: String,
    },
    /// A dispute, as Stripe shows it.
    Dispute(DisputeSeen),
    /// How Stripe has split a payment between seller and platform, as it is now.
    Split(SplitSeen),
    /// Stripe has made one of our adjustments.
    Adjusted {
        /// Our id of the adjustment.
        adjustment: AdjustmentId,
        /// Stripe's id of the transfer, reversal, fee refund or tax transaction.
        stripe_id: String,
    },
    /// Stripe refused one of our adjustments, so it never came to be.
    AdjustmentRefused {
        /// Our id of the adjustment.
        adjustment: AdjustmentId,
        /// Stripe's error code, as `charge_already_refunded`.
        failure: String,
    },
}

impl Fact {
    /// The fact's name, for messages and logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Authorized(_) => "authorized",
            Self::Captured(_) => "captured",
            Self::ActionRequired { .. } => "action_required",
            Self::Processing { .. } => "processing",
            Self::Declined(_) => "declined",
            Self::Failed(_) => "failed",
            Self::Unpayable => "unpayable",
            Self::Refund(_) => "refund",
            Self::RefundRefused { .. } => "refund_refused",
            Self::RefundDelayed { .. } => "refund_delayed",
            Self::Dispute(_) => "dispute",
            Self::Split(_) => "split",
            Self::Adjusted { .. } => "adjusted",
            Self::AdjustmentRefused { .. } => "adjustment_refused",
        }
    }
}

/// Authorized money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Stripe's payment intent, `pi_...`.
    pub payment_intent: String,
    /// Stripe's charge, where the object names it.
    pub charge: Option<String>,
    /// How much can be captured, tax included.
    pub amount: Minor,
    /// The tax in it, where the object tells. None means not known, which is not zero.
    pub tax: Option<Minor>,
    /// The currency of the amount.
    pub currency: Currency,
    /// Until when Stripe keeps it, where the object tells.
    pub capture_before: Option<Timestamp>,
}

/// Captured money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Stripe's payment intent, `pi_...`.
    pub payment_intent: String,
    /// Stripe's charge, where the object names it.
    pub charge: Option<String>,
    /// Stripe's checkout session, where there is one.
    pub session: Option<String>,
    /// All that the buyer paid, tax included.
    pub amount: Minor,
    /// The tax in it, where the object tells. None means not known, which is not zero.
    pub tax: Option<Minor>,
    /// The currency it was paid in.
    pub currency: Currency,
}

/// A payment, or a try at one, that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decline {
    /// Stripe's decline code or error code, as `insufficient_funds`.
    pub code: String,
    /// Stripe's sentence for the buyer.
    pub message: String,
    /// When, by Stripe's clock; the order of failures among each other.
    pub at: Timestamp,
    /// Stripe's fingerprint of the card, where it was one. It is counted, and kept with no order.
    #[serde(skip)]
    pub card: Option<String>,
}

/// A refund, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundSeen {
    /// As `re_1`.
    pub stripe_id: String,
    /// Our id of it, from its metadata; none for refunds made in Stripe's dashboard.
    pub refund_id: Option<RefundId>,
    /// The payment intent that it gives back from.
    pub payment_intent: String,
    /// How much goes back, in the payment's currency.
    pub amount: Minor,
    /// Where it stands at Stripe.
    pub state: RefundState,
    /// Stripe's word for why it failed.
    pub failure: Option<String>,
    /// Whether it was fetched or an event showed it.
    pub source: Source,
}

/// Where a refund stands at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Accepted, not done yet (Stripe's `pending` and `requires_action`).
    Pending,
    /// Done.
    Succeeded,
    /// It failed or was canceled; the money is with the seller again.
    Failed,
}

impl RefundState {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A dispute, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeSeen {
    /// As `du_1`.
    pub stripe_id: String,
    /// The payment intent under dispute.
    pub payment_intent: String,
    /// How much of the payment is under dispute.
    pub amount: Minor,
    /// Where it stands at the bank.
    pub state: DisputeState,
    /// Stripe's own word for that, as `warning_under_review`; it may be one that we do not know.
    pub word: String,
    /// Whether the money of a dispute that was prevented is with the buyer by the dispute itself, not by a refund.
    pub taken: bool,
    /// Until when the seller may answer.
    pub due_by: Option<Timestamp>,
    /// When it was asked for. Of two looks the later one counts.
    pub seen_at: Timestamp,
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// The bank has not decided yet. The money is withdrawn from the platform meanwhile.
    Open,
    /// The bank only asks; no money has moved, and refunding the buyer ends it.
    Inquiry,
    /// The seller keeps the money.
    Won,
    /// The buyer has the money back.
    Lost,
    /// Settled before it began, mostly by a refund of the card network's.
    Prevented,
}

impl DisputeState {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Inquiry => "inquiry",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Prevented => "prevented",
        }
    }
}

/// A payment's transfer and fee at Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitSeen {
    /// Stripe's payment intent, `pi_...`.
    pub payment_intent: String,
    /// The payment's charge, `ch_...`.
    pub charge: String,
    /// What was taken from the buyer.
    pub captured: Minor,
    /// The transfer to the seller; none if all of it is the platform's.
    pub transfer: Option<String>,
    /// How much was transferred.
    pub transferred: Minor,
    /// The application fee; none if the platform took none.
    pub application_fee: Option<String>,
    /// How much of the transfer came back to the platform as that fee.
    pub fee: Minor,
    /// What of the transfer was reversed by others than us, as by Stripe's dashboard.
    pub reversed: Minor,
    /// What of the fee was refunded by others than us.
    pub fee_refunded: Minor,
    /// When it was asked for. Of two looks the later one counts.
    pub seen_at: Timestamp,
}
