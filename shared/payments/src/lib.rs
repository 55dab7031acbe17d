//! Stripe: sessions, intents, refunds, signatures, and the facts that they tell.
//!
//! Stripe's words end here. Callers encode a request once ([`sessions::SessionRequest`] and its like), keep the
//! [`EncodedRequest`] text in their call record, and send it with the record's key as often as they need. Every call ends
//! in one of three ways: an object of ours, a refusal that Stripe made for good, or [`Unclear`], after which it is not known
//! knows whether it was done. Events and fetched objects alike become [`facts::Observation`].

pub mod charges;
mod client;
mod encoded;
pub mod events;
pub mod facts;
mod history;
pub mod intents;
mod key;
mod objects;
mod outcome;
pub mod owners;
mod pace;
pub mod refunds;
mod retry;
pub mod sessions;
pub mod signature;
pub mod splits;
mod status;
pub mod taxes;
pub mod units;

pub use client::{Stripe, StripeConfig};
pub use encoded::{EncodedRequest, Method};
pub use key::{ConfigError, KeySource};
pub use objects::ObjectError;
pub use outcome::{CallError, CallResult, RefusalClass, StripeRefusal, Unclear, UnclearReason};
pub use runtime::Secret;
pub use units::UnitError;
