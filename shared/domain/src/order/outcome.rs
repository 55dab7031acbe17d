//! What a decision came to, as one word for records, logs and the audit trail.

use std::fmt;

/// What a decision came to. Its word ([`Outcome::as_str`]) stands in the table, so it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// An adjustment was made at Stripe.
    Adjusted,
    /// Stripe refused an adjustment; it is tried again.
    AdjustmentRefused,
    /// The same side has canceled this booking before.
    AlreadyCanceled,
    /// The same expert has confirmed this booking before.
    AlreadyConfirmed,
    /// The same expert has declined this booking before.
    AlreadyDeclined,
    /// The order is as it has to be; nothing changes.
    AlreadyProcessed,
    /// The personal fields are taken out.
    Archived,
    /// Stripe holds the money for a booking, which now waits for its expert.
    Authorized,
    /// The buyer has to authenticate in the browser.
    ActionRequired,
    /// A confirmed booking is canceled, and what the policy gives back is refunded.
    BookingCanceled,
    /// The order is over without a payment: canceled.
    Canceled,
    /// A booking that waits for its answer is canceled; its payment is to be ended at Stripe.
    Canceling,
    /// A payment that was known has its charge now.
    ChargeNoted,
    /// A check-in is taken back.
    CheckInUndone,
    /// A ticket is used.
    CheckedIn,
    /// One caller is about to end the payment. Passing.
    Claimed,
    /// The expert confirms; the money is to be captured.
    Confirming,
    /// A refund that was made at Stripe, not by us, is noted.
    DashboardRefund,
    /// The payment method was declined.
    Declined,
    /// The expert declines; the payment is to be ended at Stripe.
    Declining,
    /// A dispute is noted, or stands otherwise.
    Dispute,
    /// A second payment arrived; it is refunded.
    DoublePayment,
    /// The order is over without a payment: its hold ran out.
    Expired,
    /// The order is over without a payment: the payment failed for good.
    Failed,
    /// The dispute is of a payment that is not the order's own; nothing changes.
    OtherPayment,
    /// The order is paid, and its goods are sold.
    Paid,
    /// The payment came after the hold, and the goods were still there.
    PaidLate,
    /// What is to be done waits for a later time. Passing.
    Postponed,
    /// The payment is under way at the bank.
    Processing,
    /// Stripe refuses a refund for now; it is asked for again.
    RefundDelayed,
    /// A refund failed at Stripe.
    RefundFailed,
    /// Stripe has taken a refund, which is under way.
    RefundNoted,
    /// Stripe refused a refund for good.
    RefundRefused,
    /// A refund is written down, to be asked for.
    RefundRequested,
    /// A refund is through.
    Refunded,
    /// The payment came after the order was canceled; all of it is refunded.
    RefundedCanceled,
    /// The payment came after the hold, and the goods were gone; all of it is refunded.
    RefundedLate,
    /// Staff were reminded of an order in review. Passing.
    Reminded,
    /// The order waits for staff, because its payment is not what was asked for.
    Review,
    /// Staff accepted the payment.
    ReviewAccepted,
    /// Staff took note that a refund came to nothing.
    ReviewAcknowledged,
    /// Staff refused the payment; it is refunded.
    ReviewRefused,
    /// It is known how Stripe split the payment.
    SplitNoted,
}

impl Outcome {
    /// The word, in lower case with underscores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adjusted => "adjusted",
            Self::AdjustmentRefused => "adjustment_refused",
            Self::AlreadyCanceled => "already_canceled",
            Self::AlreadyConfirmed => "already_confirmed",
            Self::AlreadyDeclined => "already_declined",
            Self::AlreadyProcessed => "already_processed",
            Self::Archived => "archived",
            Self::Authorized => "authorized",
            Self::ActionRequired => "action_required",
            Self::BookingCanceled => "booking_canceled",
            Self::Canceled => "canceled",
            Self::Canceling => "canceling",
            Self::ChargeNoted => "charge_noted",
            Self::CheckInUndone => "check_in_undone",
            Self::CheckedIn => "checked_in",
            Self::Claimed => "claimed",
            Self::Confirming => "confirming",
            Self::DashboardRefund => "dashboard_refund",
            Self::Declined => "declined",
            Self::Declining => "declining",
            Self::Dispute => "dispute",
            Self::DoublePayment => "double_payment",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::OtherPayment => "other_payment",
            Self::Paid => "paid",
            Self::PaidLate => "paid_late",
            Self::Postponed => "postponed",
            Self::Processing => "processing",
            Self::RefundDelayed => "refund_delayed",
            Self::RefundFailed => "refund_failed",
            Self::RefundNoted => "refund_noted",
            Self::RefundRefused => "refund_refused",
            Self::RefundRequested => "refund_requested",
            Self::Refunded => "refunded",
            Self::RefundedCanceled => "refunded_canceled",
            Self::RefundedLate => "refunded_late",
            Self::Reminded => "reminded",
            Self::Review => "review",
            Self::ReviewAccepted => "review_accepted",
            Self::ReviewAcknowledged => "review_acknowledged",
            Self::ReviewRefused => "review_refused",
            Self::SplitNoted => "split_noted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
