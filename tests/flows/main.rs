//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod pricing;
mod promo;
mod purchase;
mod refusals;
mod validation;
mod concurrency;
mod counting;
