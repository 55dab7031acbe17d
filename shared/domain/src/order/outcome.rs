//! What a decision came to, in one word.

use std::fmt;

/// What happened, in one word: for the audit trail, the records of events and the log. The words are kept with orders
/// and events and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The payment arrived, or the expert took a slot that costs nothing: the goods are the buyer's.
    Paid,
    /// The payment arrived after its hold was gone, and there is still stock for it.
    PaidLate,
    /// The payment arrived after its hold was gone, and goes back.
    RefundedLate,
    /// The payment arrived while its booking was being canceled, and goes back.
    RefundedCanceled,
    /// A second payment of the same order arrived, and goes back.
    DoublePayment,
    /// The charge of a payment that is known got its id.
    ChargeNoted,
    /// The amount or currency is not the order's: a person decides.
    Review,
    /// The money of a booking is authorized, and the expert is asked.
    Authorized,
    /// The buyer has to prove who they are, in the browser.
    ActionRequired,
    /// The payment is under way.
    Processing,
    /// An attempt to pay was declined.
    Declined,
    /// The payment failed for good.
    Failed,
    /// The order ended on purpose, unpaid.
    Canceled,
    /// The order's hold ran out, unpaid.
    Expired,
    /// A caller claimed the order, to end its payment.
    Claimed,
    /// What is due is due again later.
    Postponed,
    /// The expert confirms: the money is to be captured.
    Confirming,
    /// The expert declines: the authorization is to be voided.
    Declining,
    /// Buyer or expert cancels before the confirmation: the authorization is to be voided.
    Canceling,
    /// Buyer or expert canceled a confirmed booking.
    BookingCanceled,
    /// The same expert had confirmed before.
    AlreadyConfirmed,
    /// The same expert had declined before.
    AlreadyDeclined,
    /// The same side had canceled before.
    AlreadyCanceled,
    /// It has taken effect before, or has no effect any more.
    AlreadyProcessed,
    /// It is about a second payment, which goes back anyway.
    OtherPayment,
    /// A refund is to be asked of Stripe.
    RefundRequested,
    /// A refund is done.
    Refunded,
    /// Stripe has accepted a refund.
    RefundNoted,
    /// A refund failed after Stripe had accepted it.
    RefundFailed,
    /// Stripe refused a refund for good.
    RefundRefused,
    /// Stripe refuses a refund for now.
    RefundDelayed,
    /// A refund was made in Stripe's dashboard.
    DashboardRefund,
    /// A dispute began, changed or was decided.
    Dispute,
    /// How a payment was split at Stripe is known.
    SplitNoted,
    /// Stripe has made an adjustment.
    Adjusted,
    /// Stripe refused an adjustment.
    AdjustmentRefused,
    /// Staff accepted the payment or the authorization in review.
    ReviewAccepted,
    /// Staff took note of refunds that came to nothing.
    ReviewAcknowledged,
    /// Staff refused: the money goes back.
    ReviewRefused,
    /// Staff were reminded of a review.
    Reminded,
    /// A ticket was used at the door.
    CheckedIn,
    /// A check-in was taken back.
    CheckInUndone,
    /// A ticket was scanned once more, or an earlier scan of it came to be known.
    Scanned,
    /// Staff changed the buyer's mail address.
    AddressChanged,
    /// Buyer or staff changed who comes with a ticket.
    AttendeeChanged,
    /// Buyer or staff handed a ticket over: it has another code.
    HandedOver,
    /// What it is for was moved to another time.
    ListingMoved,
    /// The card that paid is known.
    CardNoted,
    /// The card that paid has more tickets of a show than one buyer may have.
    CardOverShare,
    /// The personal fields are gone.
    Archived,
}

impl Outcome {
    /// The word of the audit trail and the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::PaidLate => "paid_late",
            Self::RefundedLate => "refunded_late",
            Self::RefundedCanceled => "refunded_canceled",
            Self::DoublePayment => "double_payment",
            Self::ChargeNoted => "charge_noted",
            Self::Review => "review",
            Self::Authorized => "authorized",
            Self::ActionRequired => "action_required",
            Self::Processing => "processing",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Claimed => "claimed",
            Self::Postponed => "postponed",
            Self::Confirming => "confirming",
            Self::Declining => "declining",
            Self::Canceling => "canceling",
            Self::BookingCanceled => "booking_canceled",
            Self::AlreadyConfirmed => "already_confirmed",
            Self::AlreadyDeclined => "already_declined",
            Self::AlreadyCanceled => "already_canceled",
            Self::AlreadyProcessed => "already_processed",
            Self::OtherPayment => "other_payment",
            Self::RefundRequested => "refund_requested",
            Self::Refunded => "refunded",
            Self::RefundNoted => "refund_noted",
            Self::RefundFailed => "refund_failed",
            Self::RefundRefused => "refund_refused",
            Self::RefundDelayed => "refund_delayed",
            Self::DashboardRefund => "dashboard_refund",
            Self::Dispute => "dispute",
            Self::SplitNoted => "split_noted",
            Self::Adjusted => "adjusted",
            Self::AdjustmentRefused => "adjustment_refused",
            Self::ReviewAccepted => "review_accepted",
            Self::ReviewAcknowledged => "review_acknowledged",
            Self::ReviewRefused => "review_refused",
            Self::Reminded => "reminded",
            Self::CheckedIn => "checked_in",
            Self::CheckInUndone => "check_in_undone",
            Self::Scanned => "scanned",
            Self::AddressChanged => "address_changed",
            Self::AttendeeChanged => "attendee_changed",
            Self::HandedOver => "handed_over",
            Self::ListingMoved => "listing_moved",
            Self::CardNoted => "card_noted",
            Self::CardOverShare => "card_over_share",
            Self::Archived => "archived",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
