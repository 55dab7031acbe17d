//! After a restore of the table to an earlier time: point-in-time recovery makes a new table, without deletion of what has
//! expired, recovery, protection and tags, and Stripe has gone on meanwhile. This gives the table what the template
//! declares, and then tells it what Stripe knows and it does not.
//!
//! Both may be done as often as one likes: what is so already is left alone. Beside it, the whole audit runs over a deployed table.

mod declared;
mod whole;

use cloud_stand_ins::template::{Template, TemplateError};
use engine::{EngineError, RestoreReport, STRIPE_PER_SECOND, StartError, wiring};
use jiff::Timestamp;
use runtime::{Clock, Settings, SharedWire};
use serde::Serialize;
use store::StoreError;

pub use declared::{TableError, declare};
pub use whole::{BETWEEN, audit_deployed};

/// What a restore came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// What the table was given, in words; empty where it had all of it.
    pub table: Vec<String>,
    /// What it was told.
    #[serde(flatten)]
    pub report: RestoreReport,
}

/// Why a restore did not come to its end. Begin again once that is mended.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The template cannot be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A setting is missing or wrong.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The table cannot be given what the template declares.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The table cannot be audited.
    #[error(transparent)]
    Audit(#[from] StoreError),
    /// The table cannot be told: it, or Stripe, gives no answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Restores the table of the settings, which was set back to the time `since`. `stage` is the template's parameter of that
/// name, for the table's tags.
///
/// # Errors
/// [`RestoreError`]; what was done is done, and the next call goes on.
pub async fn restore(
    settings: &Settings,
    wire: SharedWire,
    clock: Clock,
    since: Timestamp,
    stage: &str,
) -> Result<Restored, RestoreError> {
    let template = Template::embedded()?;
    let engine = wiring::engine(settings, wire, clock).await?.at_pace(STRIPE_PER_SECOND);
    let store = engine.store();
    let table = declare(store.client(), store.table(), &template.table, stage).await?;
    let report = Box::pin(engine.restore(since)).await?;
    Ok(Restored { table, report })
}
