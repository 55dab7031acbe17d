//! Organizations, listings and offers.

mod experts;
mod listings;
mod organizations;
mod platform_money;
mod stats;
