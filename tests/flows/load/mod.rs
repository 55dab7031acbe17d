//! Many requests at once, and what one order costs.

mod concurrency;
mod contention;
mod counting;
mod planning;
mod settling;
mod units;
