//! The stand-in as a value: made, driven, asked, kept.

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc, time::Duration};

use axum::{Router, routing};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::{
    api,
    balance::Balance,
    clock::Clock,
    connection::{self, Broken},
    control,
    faults::FaultRule,
    intent_page, page, pages, session,
    shared::{Shared, WebhookTarget},
    state::{CallSeen, State},
    webhooks::{Delivery, WebhookMode},
};

/// What a stand-in is made of.
#[derive(Debug)]
pub struct StandInConfig {
    /// The clock by which sessions end and webhooks are tried again.
    pub clock: Clock,
    /// What webhooks are signed with.
    pub webhook_secret: String,
    /// Where events are sent; none where there is no webhook yet.
    pub webhooks: Option<WebhookTarget>,
    /// Where its pages are, without a slash at the end, as `http://127.0.0.1:3001`.
    pub public_url: String,
}

impl Default for StandInConfig {
    /// By the system's clock, with the local secret, and without a webhook.
    fn default() -> Self {
        Self {
            clock: Clock::new(),
            webhook_secret: "whsec_local".to_owned(),
            webhooks: None,
            public_url: "http://127.0.0.1:3001".to_owned(),
        }
    }
}

/// Why a kept state cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Stripe stand-in's data cannot be read: {0}")]
pub struct SnapshotError(#[from] serde_json::Error);

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
        let shared = Shared::new(config.clock, state, config.webhook_secret, config.webhooks);
        Self { shared: Arc::new(shared) }
    }

    /// All its routes: Stripe's, its pages, and `/_test`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/pay/{session}", routing::get(page::show).post(page::pay))
            .route("/authenticate/{intent}", routing::get(page::ask).post(page::authenticate))
            .route("/_test/intents/{intent}", routing::get(intent_page::show).post(intent_page::pay))
            .route("/v3/", routing::get(pages::script))
            .route("/_test/{*rest}", routing::any(control::serve))
            .fallback(api::serve)
            .with_state(Arc::clone(&self.shared))
    }

    /// Sends a request to its routes, without a socket.
    ///
    /// # Errors
    /// [`Broken`] where a fault breaks the connection.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Broken> {
        connection::send(self.router(), request).await
    }

    /// Sets the address of its pages.
    pub fn set_public_url(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.shared.enter().public_url);
    }

    /// Sets where events are sent.
    pub fn set_webhook_target(&self, target: Option<WebhookTarget>) {
        self.shared.enter().outbox.has_target = target.is_some();
        self.shared.listener().set_target(target);
        self.shared.kick();
    }

    /// Sets what webhooks are signed with; several secrets, while one replaces another.
    pub fn set_webhook_secrets(&self, secrets: Vec<String>) {
        self.shared.listener().set_secrets(secrets);
    }

    /// Sets the kinds of events that are sent, as an endpoint's settings do at Stripe; none stands for all.
    pub fn set_webhook_events(&self, kinds: Option<BTreeSet<String>>) {
        self.shared.enter().requested = kinds;
    }

    /// Sets the secret keys that are accepted, as when one is rolled at Stripe; none stands for any test key.
    pub fn set_accepted_keys(&self, keys: Option<Vec<String>>) {
        self.shared.enter().accepted = keys;
    }

    /// Sets how webhooks travel from now on.
    pub fn set_webhook_mode(&self, mode: WebhookMode) {
        self.shared.enter().outbox.mode = mode;
    }

    /// Sends the webhooks that were held back, and with `dropped` the dropped ones, too. Returns how many.
    pub fn release_webhooks(&self, dropped: bool) -> usize {
        let mut state = self.shared.enter();
        let now = state.now_ms;
        let count = state.outbox.release(dropped, false, now);
        drop(state);
        self.shared.kick();
        count
    }

    /// Adds rules by which calls fail.
    pub fn add_faults(&self, rules: Vec<FaultRule>) {
        self.shared.enter().faults.add(rules);
    }

    /// Removes all rules by which calls fail.
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
            // A change that the clock brings wakes no waiter, so the wait is short.
            let _woken = tokio::time::timeout(Duration::from_millis(20), self.shared.idle.notified()).await;
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
        self.shared.enter().balance(key, value)
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

    /// The whole state as JSON, to be kept over a restart.
    ///
    /// # Errors
    /// When the state cannot be written as JSON.
    pub fn snapshot(&self) -> Result<String, SnapshotError> {
        Ok(serde_json::to_string(&*self.shared.enter())?)
    }

    /// Restores a state of [`StandIn::snapshot`].
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
