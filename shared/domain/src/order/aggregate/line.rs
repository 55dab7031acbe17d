//! A line: one offer of an order, with the units of stock that it claims.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Attendee, DeliveryMode, Kind, ListingId, Minor, OfferId};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its name within the order, as `l1`.
    pub id: String,
    /// What kind of listing it is of.
    pub kind: Kind,
    /// Fixed when the order is placed; no line changes its listing.
    pub listing: ListingId,
    /// The listing's title when ordered.
    pub title: String,
    /// Unique within the listing alone.
    pub offer: OfferId,
    /// The offer's name when ordered.
    pub name: String,
    /// Whether its tickets carry the VIP mark.
    pub vip: bool,
    /// How many units, above zero.
    pub quantity: u32,
    /// The price of one unit when ordered, in the order's currency.
    pub unit_price: Minor,
    /// What is paid for one instead, if donated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donation: Option<Minor>,
    /// What the promo code takes off.
    pub discount: Minor,
    /// What all of its units cost, less the discount, without tax that comes on top.
    pub total: Minor,
    /// When the thing is over, after which no late payment buys it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_at: Option<Timestamp>,
    /// The stock this line claims now, by shard. Empty once released or returned, and for unlimited offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<Draw>,
    /// Whether the offer had no limit, so that there is no stock to claim.
    pub unlimited: bool,
    /// Who comes with its tickets, in their order; fewer than tickets, or none, where that is not said of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<Attendee>,
    /// How the buyer gets it.
    #[serde(default, skip_serializing_if = "DeliveryMode::is_none")]
    pub delivery: DeliveryMode,
    /// Where it is collected, as the listing said when it was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup_at: Option<String>,
    /// The hours that one unit credits, if it is a package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Decimal>,
}

impl Line {
    /// What the line costs before the promo code: the price, or what is paid instead, for all units.
    #[must_use]
    pub fn full(&self) -> Minor {
        self.total + self.discount
    }
}

/// Units of one stock shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// How many of its units, above zero.
    pub quantity: u32,
}

/// What an order's draws are counted under in the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    /// Held for a payment.
    Held,
    /// Sold to the buyer.
    Sold,
    /// Nothing is claimed.
    None,
}
