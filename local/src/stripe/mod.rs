//! A stand-in for Stripe: its paths, objects, errors, idempotency and signed webhooks, in memory.
//!
//! It answers what `2026-09-30.endive` of Stripe's API answers, for any test key. What it does not play it refuses by name,
//! as Stripe refuses unknown parameters, so that a misspelt call never passes. Below `/_test` it can be told to pay as a
//! buyer would, to fail, to hang, to lose answers, and to send its webhooks late, twice or not at all.

mod api;
mod capturing;
mod cards;
mod checkout;
mod client;
mod control;
mod delivery;
mod disputes;
mod errors;
mod faults;
mod form;
mod idempotency;
mod intent_page;
mod intents;
mod lists;
mod money;
mod objects;
mod others;
mod page;
mod paying;
mod refunds;
mod search;
mod session;
mod sessions;
mod splits;
mod state;
mod table;
mod tax;
#[cfg(test)]
mod tests;
mod webhooks;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, routing};
use runtime::{Clock, SharedWire};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Notify;

pub use delivery::WebhookTarget;
pub use faults::{Fault, FaultRule};
pub use state::CallSeen;
pub use webhooks::{Delivery, DeliveryStatus, WebhookMode};

use delivery::Listener;
use state::State;

/// What a stand-in is made of.
#[derive(Debug)]
pub struct StandInConfig {
    /// The clock by which sessions end and webhooks are tried again.
    pub clock: Clock,
    /// What webhooks are signed with.
    pub webhook_secret: String,
    /// Who is told; nobody, where there is none yet.
    pub webhooks: Option<WebhookTarget>,
    /// Where its pages are, without a slash at the end, as `http://127.0.0.1:3001`.
    pub public_url: String,
}

impl Default for StandInConfig {
    /// By the system's clock, with the local secret, and nobody to tell.
    fn default() -> Self {
        Self {
            clock: Clock::new(),
            webhook_secret: "whsec_local".to_owned(),
            webhooks: None,
            public_url: "http://127.0.0.1:3001".to_owned(),
        }
    }
}

/// What happened to the money of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Balance {
    /// Taken from the buyer, in Stripe's smallest unit.
    pub captured: i64,
    /// Given back.
    pub refunded: i64,
    /// Authorized and not yet taken.
    pub capturable: i64,
    /// Charged back: in disputes that were not won.
    pub disputed: i64,
    /// How many charges took money.
    pub charges: u32,
    /// Transferred to sellers, with the charges and after.
    pub transferred: i64,
    /// What of that with the charges.
    pub transferred_with_charges: i64,
    /// Reversed of that.
    pub reversed: i64,
    /// Application fees.
    pub fees: i64,
    /// Refunded of those.
    pub fees_refunded: i64,
}

impl Balance {
    /// Taken less given back.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.captured - self.refunded
    }

    /// What the seller has.
    #[must_use]
    pub fn seller(&self) -> i64 {
        self.transferred - self.reversed - self.fees + self.fees_refunded
    }

    /// What the platform has: all that the seller has not, of what neither buyer nor bank took back.
    #[must_use]
    pub fn platform(&self) -> i64 {
        self.captured - self.refunded - self.disputed - self.seller()
    }
}

/// Why a kept state cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Stripe stand-in's data cannot be read: {0}")]
pub struct SnapshotError(#[from] serde_json::Error);

/// What all clones of a stand-in share.
struct Shared {
    clock: Clock,
    state: Mutex<State>,
    listener: Mutex<Listener>,
    wake: Arc<Notify>,
    idle: Notify,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn").finish_non_exhaustive()
    }
}

impl Shared {
    /// Takes the lock, and does what is due by the clock.
    fn enter(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now_ms = self.clock.now().as_millisecond();
        state.run_timers();
        state.origin = state::Origin::default();
        state
    }
}

/// The stand-in. Clones share everything.
#[derive(Debug, Clone)]
pub struct StandIn {
    shared: Arc<Shared>,
}

impl StandIn {
    /// A stand-in without any object.
    #[must_use]
    pub fn new(config: StandInConfig) -> Self {
        let mut state = State { public_url: config.public_url, ..State::default() };
        state.outbox.has_target = config.webhooks.is_some();
        let shared = Shared {
            clock: config.clock,
            state: Mutex::new(state),
            listener: Mutex::new(Listener::new(config.webhook_secret, config.webhooks)),
            wake: Arc::new(Notify::new()),
            idle: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// All its routes: Stripe's, its pages, and `/_test`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/pay/{session}", routing::get(page::show).post(page::pay))
            .route("/authenticate/{intent}", routing::get(page::ask).post(page::authenticate))
            .route("/_test/intents/{intent}", routing::get(intent_page::show).post(intent_page::pay))
            .route("/_test/{*rest}", routing::any(control::serve))
            .fallback(api::serve)
            .with_state(Arc::clone(&self.shared))
    }

    /// A wire that ends in its routes, without sockets.
    #[must_use]
    pub fn wire(&self) -> SharedWire {
        Arc::new(wire::InProcess::new(self.router()))
    }

    /// Says where its pages are, when that is known later.
    pub fn set_public_url(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.shared.enter().public_url);
    }

    /// Says who is told.
    pub fn set_webhook_target(&self, target: Option<WebhookTarget>) {
        self.shared.enter().outbox.has_target = target.is_some();
        self.shared.listener().set_target(target);
        self.shared.kick();
    }

    /// Says what webhooks are signed with; several secrets, while one replaces another.
    pub fn set_webhook_secrets(&self, secrets: Vec<String>) {
        self.shared.listener().set_secrets(secrets);
    }

    /// Says which kinds of events the webhook asked for, as its endpoint's settings do at Stripe; none stands for all.
    pub fn set_webhook_events(&self, kinds: Option<BTreeSet<String>>) {
        self.shared.enter().requested = kinds;
    }

    /// Says which secret keys are taken from now on, as when one is rolled at Stripe; none stands for any test key.
    pub fn set_accepted_keys(&self, keys: Option<Vec<String>>) {
        self.shared.enter().accepted = keys;
    }

    /// Says how webhooks travel from now on.
    pub fn set_webhook_mode(&self, mode: WebhookMode) {
        self.shared.enter().outbox.mode = mode;
    }

    /// Lets go of the webhooks that were held back, and with `dropped` of the dropped ones too. Answers how many.
    pub fn release_webhooks(&self, dropped: bool) -> usize {
        let mut state = self.shared.enter();
        let now = state.now_ms;
        let count = state.outbox.release(dropped, false, now);
        drop(state);
        self.shared.kick();
        count
    }

    /// Has calls go wrong.
    pub fn add_faults(&self, rules: Vec<FaultRule>) {
        self.shared.enter().faults.add(rules);
    }

    /// Has all calls go well again.
    pub fn clear_faults(&self) {
        self.shared.enter().faults.clear();
    }

    /// Does what is due, after the clock has been moved.
    pub fn tick(&self) {
        drop(self.shared.enter());
        self.shared.kick();
    }

    /// Waits until no webhook is under way or about to leave. What waits to be tried again does not count.
    pub async fn settle_webhooks(&self) {
        loop {
            self.shared.kick();
            let quiet = {
                let state = self.shared.enter();
                state.outbox.is_quiet(state.now_ms)
            };
            if quiet {
                return;
            }
            // The pause bounds the wait for what only the clock brings.
            let _told = tokio::time::timeout(Duration::from_millis(20), self.shared.idle.notified()).await;
        }
    }

    /// The calls so far, oldest first, at most the latest 20,000.
    #[must_use]
    pub fn calls(&self) -> Vec<CallSeen> {
        self.shared.enter().calls.iter().cloned().collect()
    }

    /// How many calls of a method began with a path.
    #[must_use]
    pub fn count_calls(&self, method: &str, path: &str) -> usize {
        let state = self.shared.enter();
        state.calls.iter().filter(|call| call.method == method && call.path.starts_with(path)).count()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.shared.enter().calls.clear();
    }

    /// Any object, by its id, as the API answers it.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<Value> {
        self.shared.enter().object(id)
    }

    /// All objects of one kind, oldest first: `checkout.session`, `payment_intent`, `charge`, `refund`, `transfer`,
    /// `application_fee`, `dispute`, `tax.calculation`, `tax.transaction` or `event`.
    #[must_use]
    pub fn objects(&self, kind: &str) -> Vec<Value> {
        let state = self.shared.enter();
        match kind {
            "checkout.session" => state.sessions.iter().map(|(_, s)| state.session_json(s)).collect(),
            "payment_intent" => state.intents.iter().map(|(_, intent)| intent.to_json()).collect(),
            "charge" => state.charges.iter().map(|(_, charge)| charge.to_json()).collect(),
            "refund" => state.refunds.iter().map(|(_, refund)| refund.to_json()).collect(),
            "transfer" => state.transfers.iter().map(|(_, transfer)| transfer.to_json()).collect(),
            "application_fee" => state.fees.iter().map(|(_, fee)| fee.to_json()).collect(),
            "dispute" => state.disputes.iter().map(|(_, dispute)| dispute.to_json()).collect(),
            "tax.calculation" => state.calculations.iter().map(|(_, calculation)| calculation.to_json()).collect(),
            "tax.transaction" => state.tax_transactions.iter().map(|(_, booked)| booked.to_json()).collect(),
            "event" => state.events.iter().map(|(_, event)| state.event_json(event)).collect(),
            _ => Vec::new(),
        }
    }

    /// The webhooks' deliveries, newest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.enter().outbox.list().cloned().collect()
    }

    /// The money of all intents whose metadata say `value` under `key`, as `order_id`.
    #[must_use]
    pub fn balance(&self, key: &str, value: &str) -> Balance {
        let state = self.shared.enter();
        let mut balance = Balance::default();
        for (_, intent) in state.intents.iter().filter(|(_, i)| i.metadata.get(key).is_some_and(|found| found == value))
        {
            balance.capturable += intent.amount_capturable;
            for charge in intent.charges.iter().filter_map(|id| state.charges.get(id)).filter(|charge| charge.captured)
            {
                balance.captured += charge.amount_captured;
                balance.refunded += charge.amount_refunded - charge.released;
                balance.charges += 1;
                let disputes = charge.disputes.iter().filter_map(|id| state.disputes.get(id));
                balance.disputed += disputes.filter(|d| d.withdrawn()).map(|d| d.amount).sum::<i64>();
                if let Some(transfer) = charge.transfer.as_ref().and_then(|id| state.transfers.get(id)) {
                    balance.transferred += transfer.amount;
                    balance.transferred_with_charges += transfer.amount;
                    balance.reversed += transfer.amount_reversed;
                }
                if let Some(fee) = charge.application_fee.as_ref().and_then(|id| state.fees.get(id)) {
                    balance.fees += fee.amount;
                    balance.fees_refunded += fee.amount_refunded;
                }
            }
        }
        let after = state.transfers.iter().filter(|(_, t)| t.charge.is_none());
        for (_, transfer) in after.filter(|(_, t)| t.metadata.get(key).is_some_and(|found| found == value)) {
            balance.transferred += transfer.amount;
            balance.reversed += transfer.amount_reversed;
        }
        balance
    }

    /// The tax that was collected and not given back, by who owes it: `self` or a connected account. Stripe books it for
    /// paid sessions by itself, and for other payments by their tax transactions.
    #[must_use]
    pub fn tax_owed(&self) -> BTreeMap<String, i64> {
        self.shared.enter().tax_owed()
    }

    /// Pays a session as a buyer on its page would; an error says why Stripe would not.
    ///
    /// # Errors
    /// The error object of Stripe's answer: of a decline, or of a session that is not open.
    pub fn pay_session(&self, id: &str, payment_method: &str) -> Result<Value, Value> {
        let mut state = self.shared.enter();
        let buyer = session::Buyer { name: None, email: None };
        let paid = state.pay_session(id, payment_method, buyer);
        let result = match paid {
            Ok(()) => Ok(state.object(id).unwrap_or_default()),
            Err(error) => Err(error.body("req_page")),
        };
        drop(state);
        self.shared.kick();
        result
    }

    /// Everything it knows, to be kept over a restart.
    ///
    /// # Errors
    /// When the state cannot be written as JSON.
    pub fn snapshot(&self) -> Result<String, SnapshotError> {
        Ok(serde_json::to_string(&*self.shared.enter())?)
    }

    /// Takes up what [`StandIn::snapshot`] kept.
    ///
    /// # Errors
    /// When the text is no snapshot.
    pub fn restore(&self, snapshot: &str) -> Result<(), SnapshotError> {
        let mut kept: State = serde_json::from_str(snapshot)?;
        let mut state = self.shared.enter();
        kept.now_ms = state.now_ms;
        kept.public_url = std::mem::take(&mut state.public_url);
        kept.requested = state.requested.take();
        kept.accepted = state.accepted.take();
        kept.outbox.has_target = state.outbox.has_target;
        kept.outbox.is_worked_on = state.outbox.is_worked_on;
        kept.keys.settle();
        kept.outbox.settle(kept.now_ms);
        *state = kept;
        drop(state);
        self.shared.kick();
        Ok(())
    }
}
