//! The parts of a plan.

use serde::Serialize;

/// How the stock of an offer is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shards {
    /// Offers that the tickets are spread over.
    pub offers: u64,
    /// Shards of each of them.
    pub each: u64,
    /// Whether an offer of that capacity has them by itself, so that its seller need not say so.
    pub by_default: bool,
}

/// Units a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Warm {
    /// Write units a second in the worst second.
    pub write_load: u64,
    /// Read units a second in the worst second.
    pub read_load: u64,
    /// `WarmWriteUnits`; 0 where a new table takes the load.
    pub write_units: u64,
    /// `WarmReadUnits`; 0 where a new table takes the load.
    pub read_units: u64,
}

/// Parameters of the gateway's throttle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gateway {
    /// `ThrottleRate`, in requests a second.
    pub rate: u64,
    /// `ThrottleBurst`, in requests.
    pub burst: u64,
    /// `CheckoutThrottleRate`, in requests a second.
    pub checkout_rate: u64,
    /// `CheckoutThrottleBurst`, in requests.
    pub checkout_burst: u64,
}

/// A limit that has to be raised before the sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitToAsk {
    /// Who gives it.
    pub of: &'static str,
    /// Of what, in their words.
    pub what: &'static str,
    /// How much there is without asking.
    pub given: u64,
    /// How much it has to be.
    pub needed: u64,
}

/// Seconds from the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    /// Until the last order is placed.
    pub placed: u64,
    /// Until all buyers are answered.
    pub answered: u64,
    /// Until all orders are paid, if each buyer takes the minutes that were said.
    pub paid: u64,
    /// Until all orders are paid or over, however long a buyer takes: when the last of Stripe's pages ends.
    pub paid_at_the_latest: u64,
    /// Until all orders would be paid if Stripe took no more than it takes without being asked, and buyers were admitted as
    /// slowly.
    pub paid_without_asking: u64,
}
