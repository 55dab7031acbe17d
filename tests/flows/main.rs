//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod cancel;
mod catalog;
mod concurrency;
mod counting;
mod disputes;
mod fault_sweep;
mod holds;
mod identity;
mod logs;
mod notices;
mod openapi;
mod organizations;
mod outages;
mod pricing;
mod promo;
mod purchase;
mod refunds;
mod refusals;
mod settings;
mod success;
mod validation;
mod webhooks;
