//! What all clones of a stand-in share, and where its webhooks go.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use tokio::{sync::Notify, task::JoinHandle};

use crate::{
    clock::Clock,
    state::{Origin, State},
};

/// Where webhooks go.
#[derive(Debug, Clone)]
pub enum WebhookTarget {
    /// A router in this process, and the path at which it listens.
    Router {
        /// What each event is posted to, without a socket.
        router: Router,
        /// As `/webhooks/stripe`.
        path: String,
    },
    /// An address, as `http://127.0.0.1:3000/webhooks/stripe`. Only `http` is spoken.
    Url(String),
}

/// The webhook's address, and what its calls are signed with.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) secrets: Vec<String>,
    pub(crate) target: Option<WebhookTarget>,
    pub(crate) worker: Option<JoinHandle<()>>,
}

impl Listener {
    fn new(secret: String, target: Option<WebhookTarget>) -> Self {
        Self { secrets: vec![secret], target, worker: None }
    }

    pub(crate) fn set_target(&mut self, target: Option<WebhookTarget>) {
        self.target = target;
    }

    pub(crate) fn set_secrets(&mut self, secrets: Vec<String>) {
        self.secrets = secrets;
    }
}

/// What all clones of a stand-in share.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    state: Mutex<State>,
    listener: Mutex<Listener>,
    /// Wakes the worker that empties the outbox.
    pub(crate) wake: Arc<Notify>,
    /// Wakes those who wait until all webhooks are answered.
    pub(crate) idle: Notify,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(clock: Clock, state: State, secret: String, target: Option<WebhookTarget>) -> Self {
        Self {
            clock,
            state: Mutex::new(state),
            listener: Mutex::new(Listener::new(secret, target)),
            wake: Arc::new(Notify::new()),
            idle: Notify::new(),
        }
    }

    /// The webhook.
    pub(crate) fn listener(&self) -> MutexGuard<'_, Listener> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lock, and does what is due by the clock.
    pub(crate) fn enter(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now_ms = self.clock.now().as_millisecond();
        state.run_timers();
        state.origin = Origin::default();
        state
    }
}
