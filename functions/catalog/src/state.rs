//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use engine::CatalogEngine;
use runtime::Clock;
use web::{Cursors, Verifier};

/// The state of the catalog function.
#[derive(Clone)]
pub(crate) struct Catalog {
    pub(crate) catalog: CatalogEngine,
    pub(crate) cursors: Cursors,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) clock: Clock,
}

impl FromRef<Catalog> for Arc<Verifier> {
    fn from_ref(state: &Catalog) -> Self {
        state.verifier.clone()
    }
}
