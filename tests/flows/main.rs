//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod cancel;
mod concurrency;
mod counting;
mod fault_sweep;
mod holds;
mod outages;
mod pricing;
mod promo;
mod purchase;
mod refunds;
mod refusals;
mod success;
mod validation;
mod webhooks;
