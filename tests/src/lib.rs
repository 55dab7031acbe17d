//! The harness of the flows: the whole system in this process, driven as its clients drive it.
//!
//! [`World`] starts a stack of its own, so tests run in any order and side by side. It speaks HTTP to the API, pays as a
//! buyer does on Stripe's page, and delivers webhooks and messages on request. [`World::finish`] ends a test: nothing may
//! be left undone, every invariant holds, and Stripe's money agrees with the orders.

// A test that cannot go on says so by a panic.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, clippy::large_futures)]

pub mod answer;
mod bought;
mod browser;
mod call;
pub mod capture;
mod catalog;
mod check;
pub mod concurrent;
mod constants;
pub mod faults;
mod packages;
mod products;
pub mod programs;
mod purchases;
mod raw;
pub mod sign;
mod slots;
mod steady;
mod world;

pub use audit::Everything;

pub use self::{
    answer::Answer,
    bought::Bought,
    browser::{Browser, Page},
    call::Call,
    check::Dump,
    constants::{ORGANIZATION, SHOW},
    packages::{LESSONS, PUPIL},
    products::{BOOKS, CRAFTS, INTENT_HOLD},
    slots::{EXPERT, HOUR, SLOT_HOLD, Side, TUTOR, booking_path},
    steady::steady,
    world::World,
};
