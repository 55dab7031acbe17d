//! Offers with their stock, changed together.

use domain::{ListingId, LogEntry, Offer, OfferId};

use crate::{
    CatalogError, Shard, Store, StoreError,
    error::NotApplied,
    items::{self, offer, stock},
    log,
    value::{Change, n},
    write::{NEW, Write},
};

/// How often a change of an offer is planned anew because its stock moved meanwhile.
pub(crate) const PLANS: usize = 24;

/// A change of an offer.
#[derive(Debug, Clone)]
pub struct PutOffer {
    /// None where the write is its first.
    pub before: Option<Offer>,
    /// The offer as it shall be. Version and shards are set here.
    pub offer: Offer,
    /// How many shards its seller asks for; none leaves it to us.
    pub shards: Option<u16>,
    /// Whether something changes that the first sale fixes, so that nothing may be held or sold.
    pub unused: bool,
    /// What the log says of it, if staff change anything.
    pub log: Option<LogEntry>,
}

impl Store {
    /// Reads an offer, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn offer(&self, listing: &ListingId, id: &OfferId) -> Result<Option<Offer>, StoreError> {
        self.get("read an offer", &offer::key(listing, id)).await?.map(items::read).transpose()
    }

    /// Writes an offer and its stock in one transaction: the new version onto every shard, and the difference in
    /// capacity where there is room for it. Answers the offer as it is now.
    ///
    /// # Errors
    /// [`CatalogError::CapacityBelowSold`] when fewer would be left than are held and sold, [`CatalogError::InUse`] when
    /// something that the first sale fixes would change, [`CatalogError::Version`] when it was changed meanwhile.
    pub async fn put_offer(&self, put: PutOffer) -> Result<Offer, CatalogError> {
        let PutOffer { before, mut offer, shards: needed, unused, log } = put;
        let old_shards = before.as_ref().map_or(0, |before| before.shards);
        offer.version = before.as_ref().map_or(1, |before| before.version + 1);
        for _ in 0..PLANS {
            let current = self.shards(&offer.listing, &offer.id, old_shards).await?;
            let stock = restock(&mut offer, &current, old_shards, needed, unused)?;
            let item = offer::item(&offer)?;
            let mut writes = vec![match &before {
                None => Write::Put { item, condition: Some(NEW) },
                Some(before) => Write::replace(item, before.version),
            }];
            writes.extend(stock);
            writes.extend(log::put(log.as_ref())?);
            match self.transact("write an offer", &writes).await {
                Ok(()) => return Ok(offer),
                Err(NotApplied::Conditions(failed)) if failed.iter().any(|(n, _)| *n == 0) => {
                    return Err(CatalogError::Version);
                }
                // A shard sold something meanwhile: plan anew.
                Err(NotApplied::Conditions(_) | NotApplied::Conflict) => {}
                Err(NotApplied::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::out_of_time("write an offer").into())
    }

    /// Takes an offer from sale for good, with an entry of the log.
    ///
    /// # Errors
    /// [`CatalogError::InUse`] while anything of it is held or sold.
    pub async fn delete_offer(&self, before: &Offer, log: &LogEntry) -> Result<(), CatalogError> {
        let mut offer = before.clone();
        offer.deleted = true;
        offer.version += 1;
        offer.shards = 0;
        let item = offer::item(&offer)?;
        let mut writes = vec![Write::replace(item, before.version)];
        let shards = self.shards(&offer.listing, &offer.id, before.shards).await?;
        if shards.iter().any(|shard| shard.held + shard.sold > 0) {
            return Err(CatalogError::InUse);
        }
        writes.extend(shards.iter().map(remove_shard));
        writes.extend(log::put(Some(log))?);
        match self.transact("delete an offer", &writes).await {
            Ok(()) => Ok(()),
            Err(NotApplied::Conditions(failed)) if failed.iter().any(|(n, _)| *n == 0) => Err(CatalogError::Version),
            Err(NotApplied::Conditions(_)) => Err(CatalogError::InUse),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("delete an offer").into()),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }
}

/// The stock of an offer with its new capacity, in as many shards as its seller asks for. Sets how many these are.
fn restock(
    offer: &mut Offer,
    current: &[Shard],
    old_shards: u16,
    needed: Option<u16>,
    unused: bool,
) -> Result<Vec<Write>, CatalogError> {
    let in_use: u32 = current.iter().map(|shard| shard.held + shard.sold).sum();
    offer.shards = match offer.capacity {
        None => 0,
        Some(_) if old_shards > 0 && needed.is_none() => old_shards,
        Some(capacity) => needed.unwrap_or_else(|| Offer::default_shards(capacity)),
    };
    if (unused || offer.shards != old_shards) && in_use > 0 {
        return Err(CatalogError::InUse);
    }
    if offer.shards == old_shards {
        return resize(current, offer, unused);
    }
    let gone = current.iter().filter(|shard| shard.shard >= offer.shards);
    let mut writes = gone.map(remove_shard).collect::<Vec<_>>();
    writes.extend(new_shards(offer, old_shards)?);
    Ok(writes)
}

fn remove_shard(shard: &Shard) -> Write {
    let (condition, given) = unused();
    Write::Delete { key: stock::key(&shard.listing, &shard.offer, shard.shard), condition, given }
}

/// Nothing is held or sold at the moment of writing, so no order can lose its units.
fn unused() -> (&'static str, Change) {
    let given = Change::default().given(":none", n(0)).naming("held").naming("sold");
    ("#held = :none AND #sold = :none", given)
}

fn new_shards(offer: &Offer, old: u16) -> Result<Vec<Write>, StoreError> {
    let Some(capacity) = offer.capacity else { return Ok(Vec::new()) };
    let parts = (0..).zip(Offer::split(capacity, offer.shards));
    let puts = parts.map(|(number, units)| {
        let shard = Shard {
            listing: offer.listing.clone(),
            offer: offer.id.clone(),
            shard: number,
            capacity: units,
            available: units,
            held: 0,
            sold: 0,
            offer_version: offer.version,
        };
        let item = stock::item(&shard)?;
        // In one transaction an item is written once: a shard that was there is replaced, not deleted and made anew.
        if number < old {
            let (condition, given) = unused();
            return Ok(Write::PutIf { item, condition, given });
        }
        Ok(Write::Put { item, condition: Some(NEW) })
    });
    puts.collect()
}

/// The new version and capacity for shards that stay. More units go where they even things out; fewer are taken where
/// there are most to take.
fn resize(current: &[Shard], offer: &Offer, unused: bool) -> Result<Vec<Write>, CatalogError> {
    let Some(capacity) = offer.capacity else { return Ok(Vec::new()) };
    let old: u32 = current.iter().map(|shard| shard.capacity).sum();
    let mut change = vec![0_i64; current.len()];
    if capacity >= old {
        for (part, units) in change.iter_mut().zip(Offer::split(capacity - old, offer.shards)) {
            *part = i64::from(units);
        }
    } else {
        let mut left = old - capacity;
        let available: u32 = current.iter().map(|shard| shard.available).sum();
        if available < left {
            return Err(CatalogError::CapacityBelowSold(old - available));
        }
        let mut free: Vec<u32> = current.iter().map(|shard| shard.available).collect();
        while left > 0 {
            let Some(most) = (0..free.len()).max_by_key(|i| free[*i]) else { break };
            let next = free.iter().enumerate().filter(|(i, _)| *i != most).map(|(_, units)| *units).max().unwrap_or(0);
            let units = left.min(free[most].saturating_sub(next).max(1));
            free[most] -= units;
            change[most] -= i64::from(units);
            left -= units;
        }
    }
    let writes = current.iter().zip(change).map(|(shard, units)| {
        let change = Change::default()
            .set("offer_version", n(offer.version))
            .add("available", units)
            .add("capacity", units)
            .given(":least", n((-units).max(0)));
        let key = stock::key(&shard.listing, &shard.offer, shard.shard);
        if unused {
            // With all of it there, none is held or sold.
            let change = change.given(":all", n(shard.capacity));
            return Write::Update { key, change, condition: "#available >= :least AND #available = :all" };
        }
        Write::Update { key, change, condition: "#available >= :least" }
    });
    Ok(writes.collect())
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, Minor, Offer, OfferId};

    use super::{CatalogError, resize};
    use crate::{Shard, value::n, write::Write};

    fn offer(capacity: u32, shards: u16) -> Offer {
        Offer {
            id: OfferId::parse("o").expect("legal"),
            listing: ListingId::parse("l").expect("legal"),
            name: "O".to_owned(),
            price: Minor(100),
            capacity: Some(capacity),
            shards,
            donation: false,
            vip: false,
            hours: None,
            starts_at: None,
            ends_at: None,
            expert: None,
            attendees: domain::catalog::Attendees::default(),
            min_per_order: None,
            max_per_order: None,
            opens_at: None,
            closes_at: None,
            presale: domain::PresaleMode::None,
            deleted: false,
            version: 2,
        }
    }

    fn shard(number: u16, available: u32, sold: u32) -> Shard {
        let offer = offer(0, 1);
        let capacity = available + sold;
        Shard {
            listing: offer.listing,
            offer: offer.id,
            shard: number,
            capacity,
            available,
            held: 0,
            sold,
            offer_version: 1,
        }
    }

    fn changes(writes: &[Write]) -> Vec<String> {
        let value = |write: &Write| match write {
            Write::Update { change, .. } => change.values[":capacity"].as_n().expect("a number").clone(),
            other => panic!("{other:?}"),
        };
        writes.iter().map(value).collect()
    }

    #[test]
    fn fewer_units_are_taken_where_there_are_most() {
        let shards = [shard(0, 1, 9), shard(1, 8, 2)];
        let writes = resize(&shards, &offer(15, 2), false).expect("5 of 9 can go");
        assert_eq!(changes(&writes), ["0", "-5"]);
        assert!(matches!(&writes[1], Write::Update { change, .. } if change.values[":least"] == n(5)));
    }

    #[test]
    fn what_is_sold_stays() {
        let shards = [shard(0, 1, 9), shard(1, 0, 10)];
        assert!(matches!(resize(&shards, &offer(18, 2), false), Err(CatalogError::CapacityBelowSold(19))));
    }

    #[test]
    fn more_units_are_spread() {
        let writes = resize(&[shard(0, 1, 9), shard(1, 0, 10)], &offer(23, 2), false).expect("more is always fine");
        assert_eq!(changes(&writes), ["2", "1"]);
    }
}
