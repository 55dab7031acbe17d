//! The engine: what every use case works with, built once per process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use bucket::Bucket;
use domain::{ListingId, OrderId, OrganizationId};
use jiff::Timestamp;
use payments::Stripe;
use runtime::Clock;
use store::Store;
use tokio::time::Instant;

use crate::{limits::Limits, queue::Queue};

/// Where buyers find us.
#[derive(Debug, Clone)]
pub struct BaseUrls {
    /// The base URL of the API, without a slash at its end. Stripe sends buyers back there.
    pub api: String,
    /// The base URL of the pages for people, without a slash at its end.
    pub pages: String,
}

/// Everything that a use case needs. Each use case is a method of it, in a file of its own.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) stripe: Stripe,
    /// Takes names of notifications.
    pub(crate) queue: Queue,
    /// Takes long jobs; none where no worker runs.
    pub(crate) work: Option<Queue>,
    /// Takes files of exports; none where none are made.
    pub(crate) exports: Option<Bucket>,
    pub(crate) clock: Clock,
    /// Whose each listing is. That never changes, so it may be remembered, and an order needs one read less.
    pub(crate) sellers: Arc<RwLock<HashMap<ListingId, OrganizationId>>>,
    /// When Stripe was last asked about an order whose buyer waits.
    pub(crate) fetches: Arc<Mutex<HashMap<OrderId, Timestamp>>>,
    /// How much one buyer may ask for.
    pub(crate) limits: Limits,
}

impl Engine {
    /// An engine on these parts.
    #[must_use]
    pub fn new(store: Store, stripe: Stripe, queue: Queue, clock: Clock) -> Self {
        let (sellers, fetches, limits) = (Arc::default(), Arc::default(), Limits::default());
        Self { store, stripe, queue, work: None, exports: None, clock, sellers, fetches, limits }
    }

    /// The table, for reads that no use case has: tests, tools, and a function's plain reads.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The queue of notifications, for the function that works on it, and for tests that put names into it by hand.
    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.queue
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
