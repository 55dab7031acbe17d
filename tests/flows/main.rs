//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod bookings;
mod catalog;
mod contract;
mod deployed;
mod disputes;
mod documents;
mod door;
mod fault_sweep;
mod identity;
mod intents;
mod load;
mod logs;
mod mail;
mod outages;
mod packages;
mod purchase;
mod refunds;
mod review;
mod sweeper;
mod tax;
mod webhooks;
