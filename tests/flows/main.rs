//! What the system does, seen from outside.

#![allow(clippy::unwrap_used, clippy::large_futures)]

mod bookings;
mod catalog;
mod check_in;
mod concurrent;
mod contract;
mod deployed;
mod desk;
mod disputes;
mod documents;
mod fault_sweep;
mod fuzz;
mod house;
mod identity;
mod intents;
mod load;
mod logs;
mod mail;
mod outages;
mod packages;
mod pages;
mod purchase;
mod refunds;
mod restore;
mod review;
mod sweeper;
mod tax;
mod webhooks;

/// A quarter of the time of all flows went to the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
