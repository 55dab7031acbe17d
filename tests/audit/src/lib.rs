//! The audit: reads the whole table and checks every invariant. The local stack's console shows it, the tests end with it, and
//! operators run it on a deployed table. No function links it, and none may scan the table.

mod against_stripe;
mod everything;
mod hours;
mod lookups;
mod money;
mod stock;
mod time;

use jiff::Timestamp;
use serde::Serialize;
use store::{Store, StoreError};

pub use against_stripe::{against_stripe, unit_amount};
pub use everything::{Everything, everything};

/// What the audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Whether every invariant holds.
    pub ok: bool,
    /// What does not hold, one sentence each.
    pub violations: Vec<String>,
    /// How many orders were read.
    pub orders: usize,
    /// How many stock shards were read.
    pub shards: usize,
}

/// Checks the invariants over the whole table as it is at `now`. Each item is read consistently, but not all of them at
/// one moment: a table at rest gives the truth, and one in use may show a transaction half way.
///
/// # Errors
/// [`StoreError`] when the table gives no answer, or an item cannot be read as its kind.
pub async fn audit(store: &Store, now: Timestamp) -> Result<Audit, StoreError> {
    let all = everything(store).await?;
    let mut violations = Vec::new();
    for order in &all.orders {
        violations.extend(order.audit());
    }
    stock::stock(&all, &mut violations);
    stock::promos(&all, &mut violations);
    stock::presales(&all, &mut violations);
    stock::shares(&all, &mut violations);
    money::money(&all, &mut violations);
    lookups::reviews(&all, &mut violations);
    lookups::tickets(&all, &mut violations);
    lookups::receipts(&all, &mut violations);
    lookups::accounts(&all, &mut violations);
    lookups::numbers(&all, &mut violations);
    lookups::search(&all, &mut violations);
    hours::hours(&all, &mut violations);
    lookups::notifications(&all, &mut violations);
    time::time(&all, now, &mut violations);
    Ok(Audit { ok: violations.is_empty(), violations, orders: all.orders.len(), shards: all.shards.len() })
}
