//! What may happen to an order, and who causes it.

use crate::Fact;

/// What may happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// [`Fact::Authorized`]: the money can be captured.
    Authorized,
    /// [`Fact::Captured`]: the money arrived.
    Captured,
    /// [`Fact::ActionRequired`]: the buyer has to prove who they are.
    ActionRequired,
    /// [`Fact::Processing`]: the money is under way.
    Processing,
    /// [`Fact::Declined`]: one attempt failed.
    Declined,
    /// [`Fact::Failed`]: the payment failed for good.
    Failed,
    /// [`Fact::Unpayable`]: no payment can arrive any more.
    Unpayable,
    /// [`Fact::Refund`]: Stripe made a refund, or it succeeded or failed.
    Refund,
    /// [`Fact::RefundRefused`]: Stripe did not make one of our refunds.
    RefundRefused,
    /// [`Fact::RefundDelayed`]: Stripe does not make one of our refunds for now.
    RefundDelayed,
    /// [`Fact::Dispute`]: a dispute began, changed or was decided.
    Dispute,
    /// [`Fact::Split`]: how a payment was split is known.
    Split,
    /// [`Fact::Adjusted`]: Stripe made one of our adjustments.
    Adjusted,
    /// [`Fact::AdjustmentRefused`]: Stripe did not make one of our adjustments.
    AdjustmentRefused,
    /// [`super::claim()`]: the payment is about to be ended.
    Claim,
    /// [`super::unclaim()`]: it cannot be ended yet.
    Unclaim,
    /// [`super::lapse()`]: other requests may take over the claim.
    Lapse,
    /// [`super::confirm_booking()`]: the expert takes the slot.
    ConfirmBooking,
    /// [`super::decline_booking()`]: the expert does not take it.
    DeclineBooking,
    /// [`super::cancel_booking()`]: by the buyer or the expert.
    CancelBooking,
    /// [`super::decide_refund()`]: of items, an amount or the rest.
    RequestRefund,
    /// [`super::accept_review()`]: the payment is accepted as it is.
    AcceptReview,
    /// [`super::refuse_review()`]: the money goes back.
    RefuseReview,
    /// [`super::remind_of_review()`]: a day later.
    Remind,
    /// [`super::check_in()`]: a ticket is used.
    CheckIn,
    /// [`super::undo_check_in()`]: it was not used after all.
    UndoCheckIn,
    /// [`super::merge_scan()`]: a scan of a ticket comes to be known, now or long after it was made.
    Scan,
    /// [`super::retry_adjustment()`]: one that Stripe refused is due again.
    RetryAdjustment,
    /// [`super::change_address()`]: the buyer is written to at another address.
    ChangeAddress,
    /// [`super::archive()`]: the personal fields go.
    Archive,
}

/// Which side of an order causes an event; who that is, says [`Actor`](crate::Actor).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// Stripe: by the webhook, or by an object that was fetched.
    Stripe,
    /// Stripe, in its answer to a call of ours.
    Answer,
    /// The holder of the order's token.
    Buyer,
    /// The expert whose slot it is.
    Expert,
    /// Staff of the organization.
    Staff,
    /// The sweeper, or the worker that goes on for it.
    Sweeper,
}

impl Initiator {
    /// The words for the printed table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stripe => "webhook, fetch",
            Self::Answer => "Stripe's answer to a call",
            Self::Buyer => "buyer",
            Self::Expert => "expert",
            Self::Staff => "staff",
            Self::Sweeper => "sweeper",
        }
    }
}

impl Event {
    /// Every event there is: first what Stripe shows, then what people and the sweeper do.
    pub const ALL: [Self; 30] = [
        Self::Authorized,
        Self::Captured,
        Self::ActionRequired,
        Self::Processing,
        Self::Declined,
        Self::Failed,
        Self::Unpayable,
        Self::Refund,
        Self::RefundRefused,
        Self::RefundDelayed,
        Self::Dispute,
        Self::Split,
        Self::Adjusted,
        Self::AdjustmentRefused,
        Self::Claim,
        Self::Unclaim,
        Self::Lapse,
        Self::ConfirmBooking,
        Self::DeclineBooking,
        Self::CancelBooking,
        Self::RequestRefund,
        Self::AcceptReview,
        Self::RefuseReview,
        Self::Remind,
        Self::CheckIn,
        Self::UndoCheckIn,
        Self::Scan,
        Self::RetryAdjustment,
        Self::ChangeAddress,
        Self::Archive,
    ];

    /// The event that a fact is.
    #[must_use]
    pub fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Authorized(_) => Self::Authorized,
            Fact::Captured(_) => Self::Captured,
            Fact::ActionRequired { .. } => Self::ActionRequired,
            Fact::Processing { .. } => Self::Processing,
            Fact::Declined(_) => Self::Declined,
            Fact::Failed(_) => Self::Failed,
            Fact::Unpayable => Self::Unpayable,
            Fact::Refund(_) => Self::Refund,
            Fact::RefundRefused { .. } => Self::RefundRefused,
            Fact::RefundDelayed { .. } => Self::RefundDelayed,
            Fact::Dispute(_) => Self::Dispute,
            Fact::Split(_) => Self::Split,
            Fact::Adjusted { .. } => Self::Adjusted,
            Fact::AdjustmentRefused { .. } => Self::AdjustmentRefused,
        }
    }

    /// The event's name; a fact's is the fact's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::ActionRequired => "action_required",
            Self::Processing => "processing",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Unpayable => "unpayable",
            Self::Refund => "refund",
            Self::RefundRefused => "refund_refused",
            Self::RefundDelayed => "refund_delayed",
            Self::Dispute => "dispute",
            Self::Split => "split",
            Self::Adjusted => "adjusted",
            Self::AdjustmentRefused => "adjustment_refused",
            Self::Claim => "claim",
            Self::Unclaim => "unclaim",
            Self::Lapse => "lapse",
            Self::ConfirmBooking => "confirm_booking",
            Self::DeclineBooking => "decline_booking",
            Self::CancelBooking => "cancel_booking",
            Self::RequestRefund => "request_refund",
            Self::AcceptReview => "accept_review",
            Self::RefuseReview => "refuse_review",
            Self::Remind => "remind",
            Self::CheckIn => "check_in",
            Self::UndoCheckIn => "undo_check_in",
            Self::Scan => "scan",
            Self::RetryAdjustment => "retry_adjustment",
            Self::ChangeAddress => "change_address",
            Self::Archive => "archive",
        }
    }

    /// Who may cause it.
    #[must_use]
    pub fn initiators(self) -> &'static [Initiator] {
        match self {
            Self::Authorized
            | Self::Captured
            | Self::ActionRequired
            | Self::Processing
            | Self::Declined
            | Self::Failed
            | Self::Unpayable
            | Self::Refund
            | Self::Dispute => &[Initiator::Stripe],
            Self::RefundRefused | Self::RefundDelayed | Self::Adjusted | Self::AdjustmentRefused => {
                &[Initiator::Answer]
            }
            Self::Split => &[Initiator::Stripe],
            Self::Claim => &[Initiator::Sweeper, Initiator::Staff],
            Self::Unclaim | Self::Lapse => &[Initiator::Sweeper, Initiator::Buyer, Initiator::Expert, Initiator::Staff],
            Self::ConfirmBooking | Self::DeclineBooking => &[Initiator::Expert],
            Self::CancelBooking => &[Initiator::Buyer, Initiator::Expert],
            Self::RequestRefund => &[Initiator::Staff, Initiator::Sweeper],
            Self::AcceptReview | Self::CheckIn | Self::UndoCheckIn | Self::Scan | Self::ChangeAddress => {
                &[Initiator::Staff]
            }
            Self::RefuseReview => &[Initiator::Staff, Initiator::Sweeper],
            Self::Remind | Self::RetryAdjustment | Self::Archive => &[Initiator::Sweeper],
        }
    }
}
