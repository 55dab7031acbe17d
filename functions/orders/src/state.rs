//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use documents::FontFolder;
use engine::{Engine, TicketKeys};
use store::Store;
use web::{Cursors, Verifier};

/// The state of the orders function.
#[derive(Clone)]
pub(crate) struct Orders {
    pub(crate) engine: Arc<Engine>,
    pub(crate) store: Store,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) cursors: Cursors,
    pub(crate) ticket_keys: TicketKeys,
    pub(crate) fonts: FontFolder,
}

impl FromRef<Orders> for Arc<Verifier> {
    fn from_ref(state: &Orders) -> Self {
        state.verifier.clone()
    }
}
