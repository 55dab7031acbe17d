//! A stand-in for Stripe: its paths, objects, errors, idempotency and signed webhooks, in memory.
//!
//! It answers what `2026-09-30.endive` of Stripe's API answers, for any test key. What it does not play it refuses by name,
//! as Stripe refuses unknown parameters, so that a misspelt call never passes. Below `/_test` it can be made to pay as a
//! buyer would, to fail, to hang, to lose answers, and to send its webhooks late, twice or not at all.

mod api;
mod balance;
mod capturing;
mod cards;
mod chance;
mod checkout;
mod client;
mod clock;
mod completion;
mod connection;
mod control;
mod delivery;
mod disputes;
mod endpoints;
mod errors;
mod faults;
mod form;
mod idempotency;
mod index;
mod intent_page;
mod intents;
mod lists;
mod money;
mod objects;
mod others;
mod page;
mod pages;
mod paying;
mod refunds;
mod search;
mod session;
mod sessions;
mod shared;
mod splits;
mod stand_in;
mod state;
mod table;
mod tax;
#[cfg(test)]
mod tests;
mod timers;
mod webhooks;

pub use self::{
    balance::Balance,
    chance::seed_thread,
    clock::Clock,
    connection::Broken,
    faults::{Fault, FaultRule},
    shared::WebhookTarget,
    stand_in::{SnapshotError, StandIn, StandInConfig},
    state::CallSeen,
    webhooks::{Delivery, DeliveryStatus, WebhookMode},
};
