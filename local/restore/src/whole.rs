//! The whole audit over a deployed table.
//!
//! It reads the table page by page, each item consistently, and changes nothing. A table in use shows some transactions half way, and
//! never the same one twice: what two audits find, one after the other, is so.

use std::{collections::BTreeSet, time::Duration};

use audit::{Audit, audit};
use engine::wiring;
use runtime::{Clock, Settings, SharedWire};

use crate::RestoreError;

/// How long after the first audit the second one begins: every transaction that was under way is over by then, and what the sweeper
/// does each minute was done.
pub const BETWEEN: Duration = Duration::from_secs(90);

/// Audits the table of the settings. Where something is found it is audited once more, `between` later, and what both have found counts.
///
/// # Errors
/// [`RestoreError`] when a setting is missing, the table gives no answer, or an item cannot be read as its kind.
pub async fn audit_deployed(
    settings: &Settings,
    wire: SharedWire,
    clock: Clock,
    between: Duration,
) -> Result<Audit, RestoreError> {
    let store = wiring::store(settings, wire, &clock)?;
    let first = audit(&store, clock.now()).await?;
    if first.ok {
        return Ok(first);
    }
    tokio::time::sleep(between).await;
    let before: BTreeSet<_> = first.violations.into_iter().collect();
    let mut second = audit(&store, clock.now()).await?;
    second.violations.retain(|violation| before.contains(violation));
    second.ok = second.violations.is_empty();
    Ok(second)
}
