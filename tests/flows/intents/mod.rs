//! Products, paid with payment intents in the seller's own page.

mod declines;
mod events;
mod keys;
mod products;
mod races;
mod refunds;
mod stock;
