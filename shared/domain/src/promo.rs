//! Promo codes: they lower a price.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{ListingId, PromoCode};

/// A promo code of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promo {
    /// The code, in upper case.
    pub code: PromoCode,
    /// The listing whose tickets it makes cheaper.
    pub listing: ListingId,
    /// The share taken off, 0 to 1, as `0.20`.
    pub percent_off: Decimal,
    /// How many orders may use it. None is unlimited.
    pub max_uses: Option<u32>,
    /// The first moment at which it is valid; none if it always was.
    pub valid_from: Option<Timestamp>,
    /// The first moment at which it is no longer valid; none if it never ends.
    pub valid_until: Option<Timestamp>,
    /// How many orders use it now; counted where there is a limit.
    pub uses: u32,
}

/// A promo code that took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedPromo {
    /// The code, in upper case.
    pub code: PromoCode,
    /// The listings whose limited uses this order counts against.
    pub counted: Vec<ListingId>,
}
