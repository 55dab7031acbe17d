//! Limits: how many orders a buyer has open, and how often a source address has tried.

use domain::{Order, OrganizationId, limits::Declines};
use jiff::Timestamp;

use crate::{
    HoldsRecord, Item, Store, StoreError, WriteError,
    items::{self, attempts, declines, holds},
    value::Change,
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

    /// Counts a declined payment of these, in an hour (of Unix time), and the card that it was tried with. A process that dies in
    /// between leaves some of them uncounted: the limit is against floods, not exact.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn count_decline(
        &self,
        organization: &OrganizationId,
        hour: i64,
        (whose, card): (&[&str], Option<&str>),
    ) -> Result<(), StoreError> {
        let of_card = match card {
            Some(card) => Some(self.declined(organization, (card, hour), declines::count(hour)).await?.declines),
            None => None,
        };
        for who in whose {
            let change = of_card.map_or_else(|| declines::count(hour), |most| declines::count_of_card(hour, most));
            self.declined(organization, (who, hour), change).await?;
        }
        Ok(())
    }

    /// Has the next order of a buyer wait until the hour is over.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_over_share(&self, organization: &OrganizationId, who: &str, hour: i64) -> Result<(), StoreError> {
        self.declined(organization, (who, hour), declines::over_share(hour)).await.map(drop)
    }

    /// Whether this is the first time that it is asked on the day that begins with an hour (of Unix time).
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn is_first_of_day(
        &self,
        organization: &OrganizationId,
        what: &str,
        hour: i64,
    ) -> Result<bool, StoreError> {
        let day = hour.div_euclid(24).saturating_mul(24);
        let (what, kept_until) = (format!("day-{what}"), day.saturating_add(24));
        let change = declines::count(kept_until);
        Ok(self.declined(organization, (&what, day), change).await?.declines == 1)
    }

    async fn declined(
        &self,
        organization: &OrganizationId,
        (who, hour): (&str, i64),
        change: Change,
    ) -> Result<Declines, StoreError> {
        let counted = self.update("count a decline", declines::key(organization, who, hour), change, ANY).await;
        let counted: Item = counted.map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Condition => StoreError::out_of_time("count a decline"),
        })?;
        items::read(counted)
    }
}
