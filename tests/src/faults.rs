//! Faults where bytes leave the process: a wire around the real one that writes down each call, and breaks those that a
//! test names.
//!
//! The real SDK clients and the real Stripe client run on it, so their own repeats and time limits are part of what is
//! tested. A crash is a request whose future is dropped in the middle: run it with [`Faults::run`].

mod answers;
mod busy;
mod calls;
mod indexes;
mod items;
mod rules;
mod units;
mod wire;

pub use self::{
    calls::{Outward, Service},
    rules::{Fault, Rule},
    units::Written,
    wire::{BUSY, Faults},
};
