//! Limits: how many orders a buyer has open, and how often a source address has tried.

use domain::{Order, OrganizationId};
use jiff::Timestamp;

use crate::{
    HoldsRecord, Store, StoreError, WriteError,
    items::{attempts, holds},
    write::{ANY, NEW, Write},
};

/// How many orders a buyer may have open with an organization.
#[derive(Debug, Clone)]
pub struct HoldLimit {
    /// Orders with others are not counted.
    pub organization: OrganizationId,
    /// The buyer: a hash, so that no address stands in a key.
    pub buyer: String,
    /// How many at the most.
    pub most: u32,
    /// Those that are known, as they were read with the offers.
    pub known: Option<HoldsRecord>,
}

/// The buyer's item with one order more, on condition that it is still as it is known.
pub(crate) fn put(limit: &HoldLimit, order: &Order, now: Timestamp) -> Result<Write, StoreError> {
    let before = limit.known.as_ref().map(|known| known.version);
    let record = limit.known.clone().unwrap_or_default().with(order, now);
    let item = holds::item(&limit.organization, &limit.buyer, &record)?;
    Ok(match before {
        Some(before) => Write::replace(item, before),
        None => Write::Put { item, condition: Some(NEW) },
    })
}

impl Store {
    /// Makes sure that a buyer may have one order more; if not, says when the first of the open ones ends by itself.
    ///
    /// Those whose hold has ended by the clock are forgotten without reading them; the others are read only if they are
    /// too many, so that paying or canceling costs nothing more.
    pub(crate) async fn make_room(
        &self,
        limit: &mut HoldLimit,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Some(known) = &mut limit.known else { return Ok(None) };
        known.open.forget_ended(now);
        if known.open.len() >= limit.most as usize {
            let orders = self.orders(&known.open.ids()).await?;
            known.open.forget_closed(&orders);
        }
        Ok(known.open.first_end().filter(|_| known.open.len() >= limit.most as usize))
    }

    /// Counts one attempt of a source in a minute (of Unix time), and says how many there were with it.
    ///
    /// One plain update of an item that no transaction writes: any number of them at once succeed.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn count_attempt(&self, source: &str, minute: i64) -> Result<u64, StoreError> {
        let (key, change) = (attempts::key(source, minute), attempts::count(minute));
        let counted = self.update("count an attempt", key, change, ANY).await;
        let counted = counted.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Condition => StoreError::out_of_time("count an attempt"),
        })?;
        Ok(counted.get("attempts").and_then(|count| count.as_n().ok()?.parse().ok()).unwrap_or(u64::MAX))
    }
}
