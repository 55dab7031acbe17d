//! Splits and adjustments: who has what of a payment, and the calls that change it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AdjustmentId, Minor, RefundId};

/// One change of what platform and seller have of a payment: one call to Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Our id of it, made of its cause. Stripe's idempotency key is made from it, and its metadata name it.
    pub id: AdjustmentId,
    /// What it does at Stripe.
    pub kind: AdjustmentKind,
    /// What made it necessary.
    pub cause: AdjustmentCause,
    /// The payment intent whose split it changes.
    pub payment_intent: String,
    /// What it is done to: the transfer, the application fee, for a transfer the seller's account, and in the tax books
    /// the calculation, the transaction or its reversal.
    pub target: String,
    /// How much, above zero, in the payment's currency.
    pub amount: Minor,
    /// Whether it is due, refused, done or withdrawn.
    pub state: AdjustmentState,
    /// Stripe's id, once done. Our reference of a reversal in the tax books where only that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe_id: Option<String>,
    /// Stripe's code for why it was refused last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How often it was refused.
    #[serde(default)]
    pub refusals: u32,
    /// When to see to it next, while it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Which of the order's call records asks for it.
    pub call: u32,
    /// When it was decided.
    pub created_at: Timestamp,
}

/// What an adjustment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// Gives a part of the application fee to the seller (<https://docs.stripe.com/api/fee_refunds/create>).
    FeeRefund,
    /// Takes a part of a transfer back from the seller (<https://docs.stripe.com/api/transfer_reversals/create>).
    TransferReversal,
    /// Gives the seller money that was taken back, since a reversal cannot be undone
    /// (<https://docs.stripe.com/api/transfers/create>).
    Transfer,
    /// Enters the sale into the tax books, by its calculation
    /// (<https://docs.stripe.com/api/tax/transactions/create_from_calculation>). Moves no money.
    TaxTransaction,
    /// Takes what was refunded out of the tax books (<https://docs.stripe.com/api/tax/transactions/create_reversal>).
    TaxReversal,
    /// Takes back such a reversal, whose refund failed.
    TaxReversalUndo,
}

impl AdjustmentKind {
    pub(in crate::order) fn as_str(self) -> &'static str {
        match self {
            Self::FeeRefund => "fee-refund",
            Self::TransferReversal => "reversal",
            Self::Transfer => "transfer",
            Self::TaxTransaction => "sale",
            Self::TaxReversal => "tax-reversal",
            Self::TaxReversalUndo => "tax-reversal-undo",
        }
    }
}

/// Why an adjustment is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentCause {
    /// Stripe accepted this refund, or it came to nothing.
    Refund(RefundId),
    /// The money of this dispute was withdrawn or came back. Stripe's id of it.
    Dispute(String),
    /// Stripe's own objects showed that something was moved by others than us. The payment.
    Stripe(String),
    /// The platform owes the tax of this payment, so the seller does not keep it.
    Tax(String),
}

impl AdjustmentCause {
    pub(in crate::order) fn name(&self) -> String {
        match self {
            Self::Refund(id) => id.to_string(),
            Self::Dispute(id) | Self::Stripe(id) => id.clone(),
            Self::Tax(id) => format!("tax-{id}"),
        }
    }
}

/// Where an adjustment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentState {
    /// To be asked for; perhaps it was already, and the answer was lost.
    Due,
    /// Refused by Stripe and so not made; to be tried again.
    Refused,
    /// Stripe has made it.
    Done,
    /// Refused, and not wanted any more.
    Withdrawn,
}

/// How Stripe split a payment between seller and platform, before our adjustments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The payment intent whose split it changes.
    pub payment_intent: String,
    /// The payment's charge, `ch_...`.
    pub charge: String,
    /// What was taken from the buyer.
    pub captured: Minor,
    /// The transfer to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// How much was transferred.
    pub transferred: Minor,
    /// The application fee, `fee_...`; none if the platform took none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_fee: Option<String>,
    /// How much of the transfer came back to the platform as that fee.
    pub fee: Minor,
    /// What of the transfer others than us have reversed.
    pub reversed: Minor,
    /// What of the fee others than us have refunded.
    pub fee_refunded: Minor,
    /// When the objects were fetched. Of two fetches the later one counts.
    pub seen_at: Timestamp,
    /// Whether others may have moved something since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

impl Split {
    /// What the seller had of the payment at first, the platform's fee taken off.
    #[must_use]
    pub fn sellers(&self) -> Minor {
        self.transferred - self.fee
    }
}

/// A question to Stripe that has to be answered before anything can be adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitFetch {
    /// What is adjusted then, and why.
    pub cause: AdjustmentCause,
    /// When to ask, if no request has done so until then.
    pub due_at: Timestamp,
}
