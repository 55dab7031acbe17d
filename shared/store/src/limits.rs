//! Limits: how many orders a buyer has open, and how often a source address has tried.

use domain::{Order, OrganizationId, limits::OpenHolds};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    ANY, NEW, PlaceError, Store, StoreError, Write, WriteError, items, keys,
    value::{Change, n, s},
};

/// For how long after its last hold's end a buyer's item is kept, and a minute's counter after the minute.
const KEEP: SignedDuration = SignedDuration::from_hours(1);

/// A buyer's open orders, as they lie in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldsRecord {
    version: u64,
    open: OpenHolds,
    ttl: i64,
}

/// How many orders a buyer may have open with an organization.
#[derive(Debug, Clone)]
pub struct HoldLimit {
    /// With whom.
    pub organization: OrganizationId,
    /// Who: a hash, so that no address stands in a key.
    pub buyer: String,
    /// How many at the most.
    pub most: u32,
    /// Those that are known, as they were read with the offers.
    pub known: Option<HoldsRecord>,
}

/// The buyer's item with one order more, on condition that it is still as it is known.
pub(crate) fn put(limit: &HoldLimit, order: &Order, now: Timestamp) -> Result<Write, StoreError> {
    let mut record = limit.known.clone().unwrap_or_default();
    let before = limit.known.as_ref().map(|known| known.version);
    record.open.add(order, now);
    record.version += 1;
    record.ttl = (record.open.last_end().unwrap_or(now) + KEEP).as_second();
    let item = items::write(&keys::holds(&limit.organization, &limit.buyer), "holds", &record)?;
    Ok(match before {
        Some(before) => Write::replace(item, before),
        None => Write::Put { item, condition: Some(NEW) },
    })
}

impl Store {
    /// Makes sure that a buyer may have one order more. Those whose hold has ended by the clock are forgotten without
    /// a look; the others are looked at only if they are too many, so that paying or giving up costs nothing more.
    pub(crate) async fn make_room(&self, limit: &mut HoldLimit, now: Timestamp) -> Result<(), PlaceError> {
        let Some(known) = &mut limit.known else { return Ok(()) };
        known.open.forget_ended(now);
        if known.open.len() >= limit.most as usize {
            let orders = self.orders(&known.open.ids()).await?;
            known.open.forget_closed(&orders);
        }
        match known.open.first_end().filter(|_| known.open.len() >= limit.most as usize) {
            Some(until) => Err(PlaceError::TooManyHolds { until }),
            None => Ok(()),
        }
    }

    /// Counts one attempt of a source in a minute (of Unix time), and says how many there were with it.
    ///
    /// One plain update of an item that no transaction writes: any number of them at once succeed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn count_attempt(&self, source: &str, minute: i64) -> Result<u64, StoreError> {
        let ttl = minute.saturating_mul(60).saturating_add(KEEP.as_secs());
        let change = Change::default().set("entity", s("attempts")).set("ttl", n(ttl)).add("attempts", 1);
        let counted = self.update("count an attempt", keys::attempts(source, minute), change, ANY).await;
        let counted = counted.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Condition => StoreError::gave_up("count an attempt"),
        })?;
        Ok(counted.get("attempts").and_then(|count| count.as_n().ok()?.parse().ok()).unwrap_or(u64::MAX))
    }
}
