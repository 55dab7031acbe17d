//! What is for sale: reading it for an order in one round trip, and changing it so that no order slips in between.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Listing, ListingId, Offer, OfferId, Organization, OrganizationId, Promo, PromoCode};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use crate::{
    ANY, CancelJob, CancelProgress, HoldsRecord, IdempotencyRecord, Item, NEW, Shard, Store, StoreError, Write,
    WriteError,
    error::{self, Cancelled},
    items, keys,
    value::{Change, n, of, s},
};

/// How often a change of an offer is planned anew because its stock moved meanwhile.
const PLANS: usize = 24;

/// How many offers are given a new version at the same time.
const TOUCHED_AT_ONCE: usize = 16;

/// Why a change of what is for sale was not made.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Somebody else changed it since it was read.
    #[error("it has changed meanwhile")]
    Version,
    /// The new capacity is below what is held and sold.
    #[error("{0} are held or sold")]
    CapacityBelowSold(u32),
    /// Something of it is held or sold.
    #[error("it is in use")]
    InUse,
    /// The table gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WriteError> for CatalogError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Condition => Self::Version,
            WriteError::Store(error) => Self::Store(error),
        }
    }
}

/// What an order needs to be priced.
#[derive(Debug, Clone, Default)]
pub struct CatalogKeys {
    /// The seller, once known.
    pub organization: Option<OrganizationId>,
    /// The listings.
    pub listings: Vec<ListingId>,
    /// The offers.
    pub offers: Vec<(ListingId, OfferId)>,
    /// The promo code, looked up in each listing.
    pub promo: Option<PromoCode>,
    /// Scope and key of the request's idempotency record.
    pub idempotency: Option<(String, String)>,
    /// The organization and the hashed buyer whose open orders are counted.
    pub holds: Option<(OrganizationId, String)>,
}

/// What was found of it.
#[derive(Debug, Clone, Default)]
pub struct CatalogItems {
    /// The seller.
    pub organization: Option<Organization>,
    /// The listings.
    pub listings: Vec<Listing>,
    /// The offers, deleted ones included.
    pub offers: Vec<Offer>,
    /// The promo code, by listing.
    pub promos: Vec<Promo>,
    /// The idempotency record.
    pub idempotency: Option<IdempotencyRecord>,
    /// The buyer's open orders.
    pub holds: Option<HoldsRecord>,
}

/// A change of an offer.
#[derive(Debug, Clone)]
pub struct PutOffer {
    /// The offer as it was, if there was one.
    pub before: Option<Offer>,
    /// The offer as it shall be. Version and shards are set here.
    pub offer: Offer,
    /// How many shards its seller wants, if they care.
    pub shards: Option<u16>,
    /// Whether something changes that the first sale fixes, so that nothing may be held or sold.
    pub unused: bool,
}

impl Store {
    /// Reads all that an order needs, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn catalog_items(&self, needed: &CatalogKeys) -> Result<CatalogItems, StoreError> {
        let mut keys = Vec::new();
        keys.extend(needed.organization.as_ref().map(keys::organization));
        keys.extend(needed.listings.iter().map(keys::listing));
        keys.extend(needed.offers.iter().map(|(listing, offer)| keys::offer(listing, offer)));
        if let Some(code) = &needed.promo {
            keys.extend(needed.listings.iter().map(|listing| keys::promo(listing, code)));
        }
        keys.extend(needed.idempotency.as_ref().map(|(scope, key)| keys::idempotency(scope, key)));
        keys.extend(needed.holds.as_ref().map(|(organization, buyer)| keys::holds(organization, buyer)));
        let mut found = CatalogItems::default();
        for item in self.batch_get("read what is for sale", &keys).await? {
            let entity = item.get("entity").and_then(|entity| entity.as_s().ok()).cloned().unwrap_or_default();
            match entity.as_str() {
                "organization" => found.organization = Some(items::read(item)?),
                "listing" => found.listings.push(items::read(item)?),
                "offer" => found.offers.push(items::read(item)?),
                "promo" => found.promos.push(items::read(item)?),
                "idempotency" => found.idempotency = Some(items::read(item)?),
                "holds" => found.holds = Some(items::read(item)?),
                other => {
                    let reason = format!("unexpected entity {other}");
                    return Err(StoreError::Corrupt { key: "batch".to_owned(), reason });
                }
            }
        }
        Ok(found)
    }

    /// Reads a listing with all its offers, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn listing(&self, id: &ListingId) -> Result<Option<(Listing, Vec<Offer>)>, StoreError> {
        let mut listing = None;
        let mut offers = Vec::new();
        let mut start: Option<HashMap<String, AttributeValue>> = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", s(keys::listing(id).pk))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("read a listing", &error))?;
            for item in page.items.unwrap_or_default() {
                match item.get("entity").and_then(|entity| entity.as_s().ok()).map(String::as_str) {
                    Some("listing") => listing = Some(items::read(item)?),
                    Some("offer") => offers.push(items::read(item)?),
                    _ => {}
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(listing.map(|listing| (listing, offers)));
            }
        }
    }

    /// Reads an organization.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Option<Organization>, StoreError> {
        self.get("read an organization", &keys::organization(id)).await?.map(items::read).transpose()
    }

    /// Writes an organization, on condition that it is still the version before, or new.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_organization(&self, organization: &Organization) -> Result<(), CatalogError> {
        let item = items::write(&keys::organization(&organization.id), "organization", organization)?;
        self.put_version("write an organization", item, organization.version).await
    }

    /// Writes a listing, on condition that it is still the version before, or new. If it was there before, each of its
    /// offers then gets a new version, so that no order that was priced by the old listing can be placed any more. A
    /// crash between is mended by doing it again. Its stock is checked when it was to be, and within a day: a listing that
    /// is changed every day is checked every day.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_listing(&self, listing: &Listing, now: Timestamp) -> Result<(), CatalogError> {
        let mut item = listing_item(listing, now)?;
        if listing.version > 1
            && let Some(known) = self.on_agenda(&keys::listing(&listing.id)).await?
        {
            let due = known.due_at.min(items::due_second(now + FIRST_CHECK));
            item.insert("due_at".to_owned(), n(due));
        }
        self.put_version("write a listing", item, listing.version).await?;
        if listing.version > 1 { self.touch_offers(&listing.id).await } else { Ok(()) }
    }

    /// Calls a listing off: closes the sale and writes the job that refunds its orders.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn cancel_listing(&self, listing: &Listing, by: &str) -> Result<(), CatalogError> {
        let now = listing.canceled_at.unwrap_or_default();
        let job = CancelJob {
            listing: listing.id.clone(),
            organization: listing.organization.clone(),
            by: by.to_owned(),
            created_at: now,
            progress: CancelProgress::default(),
        };
        let key = keys::cancel_job(&listing.id);
        let mut item = items::write(&key, "cancel_job", &job)?;
        item.insert("agenda_shard".to_owned(), s(keys::agenda(listing.id.as_str())));
        item.insert("due_at".to_owned(), n(items::due_second(now)));
        let listing_item = listing_item(listing, now)?;
        let writes = [Write::replace(listing_item, listing.version - 1), Write::Put { item, condition: None }];
        match self.transact("call a listing off", &writes).await {
            Ok(()) => self.touch_offers(&listing.id).await,
            Err(Cancelled::Conditions(_)) => Err(CatalogError::Version),
            Err(Cancelled::Conflict) => Err(StoreError::gave_up("call a listing off").into()),
            Err(Cancelled::Store(error)) => Err(error.into()),
        }
    }

    async fn put_version(&self, operation: &'static str, item: Item, version: u64) -> Result<(), CatalogError> {
        let write =
            if version == 1 { Write::Put { item, condition: Some(NEW) } } else { Write::replace(item, version - 1) };
        Ok(self.write(operation, write).await?)
    }

    /// Gives every offer of a listing a new version: several at a time, as an expert's listing has hundreds of slots.
    async fn touch_offers(&self, id: &ListingId) -> Result<(), CatalogError> {
        let Some((_, offers)) = self.listing(id).await? else { return Ok(()) };
        let offers = offers.into_iter().filter(|offer| !offer.deleted).map(|offer| self.touch_offer(offer));
        stream::iter(offers).buffer_unordered(TOUCHED_AT_ONCE).try_collect().await
    }

    async fn touch_offer(&self, mut offer: Offer) -> Result<(), CatalogError> {
        for _ in 0..PLANS {
            let put = PutOffer { before: Some(offer.clone()), offer: offer.clone(), shards: None, unused: false };
            match self.put_offer(put).await {
                // Whoever was first gave it a new version, but may have read the old listing. Once more, then.
                Err(CatalogError::Version) => match self.offer(&offer.listing, &offer.id).await? {
                    Some(current) if !current.deleted => offer = current,
                    _ => return Ok(()),
                },
                done => return done.map(drop),
            }
        }
        Err(StoreError::gave_up("renew an offer").into())
    }

    /// Reads an offer, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn offer(&self, listing: &ListingId, id: &OfferId) -> Result<Option<Offer>, StoreError> {
        self.get("read an offer", &keys::offer(listing, id)).await?.map(items::read).transpose()
    }

    /// Writes an offer and its stock in one transaction: the new version onto every shard, and the difference in
    /// capacity where there is room for it. Answers the offer as it is now.
    ///
    /// # Errors
    /// [`CatalogError::CapacityBelowSold`] when fewer would be left than are held and sold, [`CatalogError::InUse`] when
    /// something that the first sale fixes would change, [`CatalogError::Version`] when it was changed meanwhile.
    pub async fn put_offer(&self, put: PutOffer) -> Result<Offer, CatalogError> {
        let PutOffer { before, mut offer, shards: needed, unused } = put;
        let old_shards = before.as_ref().map_or(0, |before| before.shards);
        offer.version = before.as_ref().map_or(1, |before| before.version + 1);
        for _ in 0..PLANS {
            let current = self.shards(&offer.listing, &offer.id, old_shards).await?;
            let in_use: u32 = current.iter().map(|shard| shard.held + shard.sold).sum();
            offer.shards = match offer.capacity {
                None => 0,
                Some(_) if old_shards > 0 && needed.is_none() => old_shards,
                Some(capacity) => needed.unwrap_or_else(|| Offer::default_shards(capacity)),
            };
            if (unused || offer.shards != old_shards) && in_use > 0 {
                return Err(CatalogError::InUse);
            }
            let stock = if offer.shards == old_shards {
                resize(&current, &offer, unused)?
            } else {
                let gone = current.iter().filter(|shard| shard.shard >= offer.shards);
                let mut writes = gone.map(remove_shard).collect::<Vec<_>>();
                writes.extend(new_shards(&offer, old_shards)?);
                writes
            };
            let item = items::write(&keys::offer(&offer.listing, &offer.id), "offer", &offer)?;
            let mut writes = vec![match &before {
                None => Write::Put { item, condition: Some(NEW) },
                Some(before) => Write::replace(item, before.version),
            }];
            writes.extend(stock);
            match self.transact("write an offer", &writes).await {
                Ok(()) => return Ok(offer),
                Err(Cancelled::Conditions(failed)) if failed.iter().any(|(n, _)| *n == 0) => {
                    return Err(CatalogError::Version);
                }
                // A shard sold something meanwhile: plan anew.
                Err(Cancelled::Conditions(_) | Cancelled::Conflict) => {}
                Err(Cancelled::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::gave_up("write an offer").into())
    }

    /// Takes an offer from sale for good.
    ///
    /// # Errors
    /// [`CatalogError::InUse`] while anything of it is held or sold.
    pub async fn delete_offer(&self, before: &Offer) -> Result<(), CatalogError> {
        let mut offer = before.clone();
        offer.deleted = true;
        offer.version += 1;
        offer.shards = 0;
        let item = items::write(&keys::offer(&offer.listing, &offer.id), "offer", &offer)?;
        let mut writes = vec![Write::replace(item, before.version)];
        let shards = self.shards(&offer.listing, &offer.id, before.shards).await?;
        if shards.iter().any(|shard| shard.held + shard.sold > 0) {
            return Err(CatalogError::InUse);
        }
        writes.extend(shards.iter().map(remove_shard));
        match self.transact("delete an offer", &writes).await {
            Ok(()) => Ok(()),
            Err(Cancelled::Conditions(failed)) if failed.iter().any(|(n, _)| *n == 0) => Err(CatalogError::Version),
            Err(Cancelled::Conditions(_)) => Err(CatalogError::InUse),
            Err(Cancelled::Conflict) => Err(StoreError::gave_up("delete an offer").into()),
            Err(Cancelled::Store(error)) => Err(error.into()),
        }
    }

    /// Writes a promo code; uses so far stay counted. True if it is new.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_promo(&self, promo: &Promo) -> Result<bool, CatalogError> {
        let key = keys::promo(&promo.listing, &promo.code);
        let is_new = self.get("read a promo code", &key).await?.is_none();
        let optional = |time: Option<jiff::Timestamp>| time.map(|time| s(time.to_string()));
        let change = Change::default()
            .set("entity", s("promo"))
            .set("code", s(promo.code.as_str()))
            .set("listing", s(promo.listing.as_str()))
            .set("percent_off", of(promo.percent_off)?)
            .set_or_remove("max_uses", promo.max_uses.map(n))
            .set_or_remove("valid_from", optional(promo.valid_from))
            .set_or_remove("valid_until", optional(promo.valid_until))
            .set_once("uses", Some(n(0)));
        self.write("write a promo code", Write::Update { key, change, condition: ANY }).await?;
        Ok(is_new)
    }

    /// Reads a promo code.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn promo(&self, listing: &ListingId, code: &PromoCode) -> Result<Option<Promo>, StoreError> {
        self.get("read a promo code", &keys::promo(listing, code)).await?.map(items::read).transpose()
    }

    /// The job of a listing that was called off, if it is not finished.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn cancel_job(&self, listing: &ListingId) -> Result<Option<CancelJob>, StoreError> {
        self.get("read a job", &keys::cancel_job(listing)).await?.map(items::read).transpose()
    }

    /// Ends a job.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_cancel_job(&self, listing: &ListingId) -> Result<(), StoreError> {
        let given = Change::default();
        let write = Write::Delete { key: keys::cancel_job(listing), condition: "attribute_exists(pk)", given };
        match self.write("end a job", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}

/// How long after a change a listing's stock is first checked against its orders.
const FIRST_CHECK: SignedDuration = SignedDuration::from_hours(24);

/// A listing's item; a published one is found in the list of what is for sale.
fn listing_item(listing: &Listing, now: Timestamp) -> Result<Item, StoreError> {
    let mut item = items::write(&keys::listing(&listing.id), "listing", listing)?;
    item.insert("agenda_shard".to_owned(), s(keys::agenda(listing.id.as_str())));
    item.insert("due_at".to_owned(), n(items::due_second(now + FIRST_CHECK)));
    if listing.published && listing.canceled_at.is_none() {
        item.insert("org_shard".to_owned(), s(keys::PUBLISHED));
        item.insert("org_time".to_owned(), s(format!("{}#{}", listing.organization, listing.id)));
    }
    Ok(item)
}

fn remove_shard(shard: &Shard) -> Write {
    let (condition, given) = unused();
    Write::Delete { key: keys::shard(&shard.listing, &shard.offer, shard.shard), condition, given }
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
        let item = items::write(&keys::shard(&offer.listing, &offer.id, number), "stock", &shard)?;
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
        let key = keys::shard(&shard.listing, &shard.offer, shard.shard);
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
    use crate::{Shard, Write, value::n};

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
