//! Buying tickets on Stripe's page: prices, promo codes, holds, and what is refused.

mod currencies;
mod declines;
mod delivery;
pub(crate) mod holds;
pub(crate) mod limits;
mod names;
mod numbers;
mod offer_limits;
mod presale;
mod pricing;
mod promo;
mod refusals;
mod shares;
mod success;
mod sums;
mod tickets;
mod typed;
mod validation;
