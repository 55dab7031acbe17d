//! Where an order is in its life.

use serde::{Deserialize, Serialize};

/// Where an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, its stock held, not paid.
    Pending,
    /// The money is authorized, and the expert is asked.
    Authorized,
    /// Paid, or free: the buyer has the goods.
    Paid,
    /// Its payment failed for good.
    Failed,
    /// Its hold ran out.
    Expired,
    /// Ended on purpose: by the buyer, the expert, staff or a canceled listing.
    Canceled,
    /// All of its money went back, or all goods of a free one.
    Refunded,
}

impl OrderStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
            Self::Refunded => "refunded",
        }
    }

    /// Whether the order ended without being paid.
    #[must_use]
    pub fn is_released(self) -> bool {
        matches!(self, Self::Failed | Self::Expired | Self::Canceled)
    }
}

/// Where an order's payment stands, as its buyer and its staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStanding {
    /// Nothing was paid yet.
    Unpaid,
    /// The buyer paid by a way that takes days.
    Processing,
    /// The money can be captured.
    Authorized,
    /// The money is here.
    Captured,
    /// It failed for good.
    Failed,
    /// It was canceled before it was captured.
    Canceled,
    /// A part of it went back.
    PartiallyRefunded,
    /// All of it went back.
    Refunded,
}

impl PaymentStanding {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Processing => "processing",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Refunded => "refunded",
        }
    }
}
