//! Notifications: what we owe a buyer, an expert or staff, once for each cause, however often that comes.

use serde::{Deserialize, Serialize};

use crate::{OrderId, RefundId};

/// What a notification is about. With its order it names the cause, so that there is one notification of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum NotificationKind {
    /// To the buyer: paid, with the tickets.
    Confirmation,
    /// To the buyer: money is on its way back.
    Refund(RefundId),
    /// To the buyer: the payment came too late, we are sorry, all of it goes back.
    Apology,
    /// To the buyer: a payment that was under way failed.
    PaymentFailed,
    /// To the buyer: the slot is asked for, the card is not charged yet.
    BookingRequested,
    /// To the buyer: the booking is over, with what comes back.
    BookingOver,
    /// To Stripe: what the transfer to the organization was for, in its description and metadata.
    TransferLabel,
}

impl NotificationKind {
    /// The notification's id, unique among all orders: the same for the same cause.
    #[must_use]
    pub fn id(&self, order: &OrderId) -> String {
        match self {
            Self::Confirmation => format!("{order}-confirmation"),
            Self::Refund(refund) => format!("{order}-refund-{refund}"),
            Self::Apology => format!("{order}-apology"),
            Self::PaymentFailed => format!("{order}-payment-failed"),
            Self::BookingRequested => format!("{order}-booking-requested"),
            Self::BookingOver => format!("{order}-booking-over"),
            Self::TransferLabel => format!("{order}-transfer-label"),
        }
    }
}
