//! The use cases: the only place where deciding (the domain) meets doing (the table, Stripe, the queue).
//!
//! Each step asks: what if the process dies here, what if this runs twice, what if the answer is lost? So every call
//! that moves money has its intent record in the table first; every write is conditional on what it was decided from;
//! and whatever is not finished stands on the agenda, where the sweeper finds it.

mod adjust;
mod booking;
mod cancel;
mod check;
mod check_in;
mod customers;
mod error;
mod lanes;
mod limits;
mod mail;
mod notify;
mod pay;
mod place;
mod queue;
mod refresh;
mod refund;
mod requests;
mod review;
mod settle;
mod stats;
mod sweep;
mod tax;
mod unopened;
mod webhook;
pub mod wiring;
mod work;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use domain::{ListingId, OrderId, OrganizationId};
use jiff::Timestamp;
use payments::Stripe;
use runtime::Clock;
use store::Store;
use tokio::time::Instant;

pub use cancel::cancel_listing;
pub use check_in::CheckIn;
pub use customers::HoursDebit;
pub use error::EngineError;
pub use lanes::SweepReport;
pub use limits::Limits;
pub use mail::{Mail, Mailer};
pub use notify::{Notified, Notifier};
pub use place::{CheckoutRequest, Placed, RequestedItem, RequestedPayment};
pub use queue::{NotQueued, NotificationMessage, Queue};
pub use refund::RefundCommand;
pub use review::ReviewDecision;
pub use settle::{EventOf, Origin, Settled};
pub use stats::{StatsPage, StatsRow};
pub use webhook::Received;
pub use wiring::StartError;
pub use work::{STRIPE_PER_SECOND, WorkMessage};

/// Where buyers find us.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The base URL of the API, without a slash at its end. Stripe sends buyers back there.
    pub api: String,
    /// The base URL of the pages for people, without a slash at its end.
    pub pages: String,
}

/// Everything that a use case needs, built once per process.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The table.
    pub store: Store,
    /// Stripe.
    pub stripe: Stripe,
    /// The queue of notifications.
    pub queue: Queue,
    /// The queue of long jobs, where there is somebody to take them.
    pub work: Option<Queue>,
    /// The clock.
    pub clock: Clock,
    /// Whose each listing is. That never changes, so it may be remembered, and an order needs one read less.
    sellers: Arc<RwLock<HashMap<ListingId, OrganizationId>>>,
    /// When Stripe was last asked about an order that somebody is watching.
    fetches: Arc<Mutex<HashMap<OrderId, Timestamp>>>,
    /// How much one buyer may ask for.
    limits: Limits,
}

impl Engine {
    /// An engine on these parts.
    #[must_use]
    pub fn new(store: Store, stripe: Stripe, queue: Queue, clock: Clock) -> Self {
        let (sellers, fetches, limits) = (Arc::default(), Arc::default(), Limits::default());
        Self { store, stripe, queue, work: None, clock, sellers, fetches, limits }
    }

    /// The same engine, which hands long jobs to that queue.
    #[must_use]
    pub fn with_work(self, queue: Queue) -> Self {
        Self { work: Some(queue), ..self }
    }

    /// The same engine for a request that has so much time from now on: writes that lose to others are tried again
    /// until then.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        Self { store: self.store.until(Instant::now() + time), ..self.clone() }
    }

    /// The same engine, whose single writes are tried again for so long when they lose to others.
    #[must_use]
    pub fn patient(self, each: Duration) -> Self {
        Self { store: self.store.patient(each), ..self }
    }

    /// The same engine with limits for buyers.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same engine, for work that has more to ask of Stripe than Stripe takes at once: so many calls a second for
    /// each of its endpoints.
    #[must_use]
    pub fn at_pace(self, per_second: u32) -> Self {
        Self { stripe: self.stripe.at_pace(per_second), ..self }
    }
}
