//! Stripe's events: true, false, late, lost, twice, and those of other products.

mod any_order;
mod foreign;
mod stripe;
mod surprises;
