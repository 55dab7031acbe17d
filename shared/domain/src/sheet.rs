//! Which tables an organization's orders come as.

use serde::{Deserialize, Serialize};

/// What a row of a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// A whole order, with its totals.
    #[default]
    Orders,
    /// One offer of an order.
    Lines,
    /// A seat at a show.
    Tickets,
    /// Money that went back, or is on its way.
    Refunds,
    /// What of a payment went to the seller.
    Payouts,
}

impl SheetKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Orders, Self::Lines, Self::Tickets, Self::Refunds, Self::Payouts];

    /// The word in the contract, and the name of its file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Lines => "lines",
            Self::Tickets => "tickets",
            Self::Refunds => "refunds",
            Self::Payouts => "payouts",
        }
    }
}
