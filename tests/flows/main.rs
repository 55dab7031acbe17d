//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod binaries;
mod cancel;
mod catalog;
mod concurrency;
mod counting;
mod coverage;
mod disputes;
mod embedded_http;
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
mod stock_check;
mod success;
mod surprises;
mod validation;
mod webhooks;
