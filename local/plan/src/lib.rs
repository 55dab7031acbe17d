//! What an on-sale needs: shards, warm throughput, executions, limits to ask Stripe and AWS for, the time until all have paid,
//! and dollars; or why it cannot be. Pure: numbers in, numbers out, from the figures that the tests count.
//!
//! Buyers come evenly over the minutes, and the gateway lets no more in; the first of them get the tickets, and each of those
//! pays. Why so: `docs/decisions/0048-an-on-sale-is-planned-by-its-worst-second.md`.

mod bill;
pub mod figures;
mod impossible;
mod needs;
mod on_sale;
mod parts;
mod text;

pub use bill::{Bill, Dollars, StripeFees};
pub use impossible::Impossible;
pub use needs::{Plan, plan};
pub use on_sale::{Given, OnSale};
pub use parts::{Gateway, LimitToAsk, Shards, Times, Warm};
pub use text::table;
