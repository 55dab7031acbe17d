//! Stripe's events: true, false, late, lost, twice, and those of other products.

mod any_event;
mod any_order;
mod foreign;
mod payments;
mod shapes;
mod stripe;
pub(crate) mod surprises;
