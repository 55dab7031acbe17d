//! The use cases: the only place where deciding (the domain) meets doing (the table, Stripe, the queue).
//!
//! One file for each use case, each of which answers: what if the process dies here, what if this runs twice, what if the
//! answer is lost? Below them, from the bottom up, each using only what stands below it:
//!
//! - `calls`: what we ask Stripe, one file for each call;
//! - `change`: the one loop that reads, decides, commits and tries again;
//! - `truth` and `settle`: a fact on its way into the table;
//! - `ending`: a payment is ended at Stripe;
//! - `follow`: a fact is settled, and the calls that follow are made.
//!
//! Above them `due_order` does what is due of an order, and `sweep` what is due of all.

mod addresses;
mod alarm;
mod announce;
mod archive;
mod attempt;
mod base;
mod booking;
mod calls;
mod cancel;
mod card;
mod catalog;
mod change;
mod check;
mod check_in;
mod come_back;
mod debit;
mod declines;
mod deliver;
mod devices;
mod doors;
mod due_order;
mod effect;
mod ending;
mod erase;
mod error;
mod export;
mod follow;
mod fresh;
mod hand_over;
mod idempotency;
mod instrument;
mod label;
mod lanes;
mod limits;
mod mails;
mod place;
mod queue;
mod refresh;
mod refund;
mod requeue;
mod restore;
mod review;
mod scans;
mod search;
mod settle;
mod sheet;
mod stats;
mod summary;
mod sweep;
mod ticket_keys;
mod truth;
mod webhook;
pub mod wiring;
mod work;
mod work_message;

pub use addresses::Addresses;
pub use base::{BaseUrls, Engine};
pub use cancel::preview::CancelPreview;
pub use catalog::{
    base::{CatalogEngine, Saved},
    offer::OfferSaved,
};
pub use check_in::CheckIn;
pub use deliver::Notified;
pub use devices::{RegisteredDevice, device_key_hash};
pub use doors::{CheckInListing, CodesPage, CodesPlace, ComersPage};
pub use effect::Effect;
pub use error::EngineError;
pub use export::{ExportAsk, ExportSeen};
pub use lanes::SweepReport;
pub use limits::Limits;
pub use place::{CheckoutRequest, Placed, RequestedItem, RequestedItems, RequestedPayment};
pub use queue::{NotQueued, NotificationMessage, Queue};
pub use refund::RefundCommand;
pub use restore::{RestoreReport, Unexplained};
pub use review::ReviewDecision;
pub use scans::{ScanAnswer, ScanMaker, ScanOutcome, ScanRequest};
pub use settle::{EventOf, Origin, Settled};
pub use sheet::SheetPage;
pub use stats::{StatsPage, StatsRow};
pub use ticket_keys::{OrganizationKeys, TicketKeys};
pub use webhook::Received;
pub use wiring::StartError;
pub use work::STRIPE_PER_SECOND;
pub use work_message::WorkMessage;
