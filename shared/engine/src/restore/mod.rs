//! A table that was set back, and is told what Stripe knows and it does not.
//!
//! Stripe went on while the table was set back. Its lists of sessions, payment intents and events are gone through slice by
//! slice of time, the oldest first. Orders that the table knows are settled by the same events that the webhook had. Of
//! orders that it does not know, what is not paid is ended at Stripe, and what is paid is written down again and given
//! back: Stripe knows too little of an order to hand out its goods.
//!
//! How far this has come is written down after each slice. If the process dies, the next one repeats a slice. If it runs
//! twice at once, both do the same: events are done once, refunds that Stripe has are found by their names, new ones
//! have keys made from the order's name, and what is written down again is written on condition that it is not there.

mod refunds;
mod report;
mod run;
mod slice;
mod unknown;
mod verify;

pub use report::{RestoreReport, Unexplained};
