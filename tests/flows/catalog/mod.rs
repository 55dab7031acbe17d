//! Organizations, listings and offers.

mod experts;
mod listings;
mod organizations;
mod overview;
mod platform_money;
mod stats;
