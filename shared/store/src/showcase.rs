//! A listing as its buyers see it: with its offers, how many of each are left, and who sells it.
//!
//! Offers lie in the listing's partition, but each part of the stock in one of its own, because a partition takes so many
//! writes alone; which parts there are, the offers say. So a process remembers which items belong to a listing, and reads
//! them while it reads the listing: one round trip. The first time, and for what is new since, it is two. What was read is as
//! consistent as one read after the other.

use std::collections::{HashMap, HashSet};

use domain::{Kind, Listing, ListingId, Offer, OfferId, Organization};
use futures::future::try_join;
use jiff::Timestamp;

use crate::{
    ExpertDay, Item, Key, Sale, Shard, Store, StoreError, calendar,
    items::{self, expert_day, organization, sale, stock},
    value::text,
};

/// A listing as its buyers see it.
#[derive(Debug, Clone)]
pub struct Showcase {
    /// The listing, published or not.
    pub listing: Listing,
    /// Its offers that are not deleted, by id.
    pub offers: Vec<OfferShown>,
    /// Who sells it.
    pub organization: Organization,
    /// What overviews show of it, if they show it.
    pub sale: Option<Sale>,
}

/// An offer as its buyers see it.
#[derive(Debug, Clone)]
pub struct OfferShown {
    /// As it was written last, without its stock.
    pub offer: Offer,
    /// How many can be bought; none is unlimited. A slot whose expert has another booking then cannot be bought.
    pub available: Option<u32>,
}

impl Showcase {
    /// What overviews should show of it, as that version; none for what is not for sale.
    pub(crate) fn sale_at(&self, now: Timestamp, version: u64) -> Option<Sale> {
        let offers = self.offers.iter().map(|shown| (&shown.offer, shown.available));
        self.listing.is_for_sale().then(|| Sale::of(&self.listing, offers, now, version))
    }
}

impl Store {
    /// Reads a listing as its buyers see it, in one round trip where the process has read it before.
    pub(crate) async fn read_showcase(&self, id: &ListingId, now: Timestamp) -> Result<Option<Showcase>, StoreError> {
        const OPERATION: &str = "read what is for sale";
        let known = self.memory.keys_of(id);
        let remembered: Vec<Key> = known.iter().cloned().collect();
        let (found, mut items) = try_join(self.listing(id), self.batch_get_all(OPERATION, &remembered)).await?;
        let Some((listing, mut offers)) = found else { return Ok(None) };
        offers.retain(|offer| !offer.deleted);
        let keys = keys_of(&listing, &offers, now);
        let missing: Vec<Key> = keys.difference(&known).cloned().collect();
        items.extend(self.batch_get_all(OPERATION, &missing).await?);
        if keys != *known {
            self.memory.keep(id, keys);
        }
        showcase(listing, offers, items, now).map(Some)
    }
}

/// What has to be read of a listing besides its own partition.
fn keys_of(listing: &Listing, offers: &[Offer], now: Timestamp) -> HashSet<Key> {
    let shards = offers.iter().flat_map(|offer| (0..offer.shards).map(|n| stock::key(&offer.listing, &offer.id, n)));
    let days = calendar::days_of(&listing.organization, &coming(listing, offers, now));
    let own = [organization::key(&listing.organization), sale::key(&listing.organization, &listing.id)];
    shards.chain(days).chain(own).collect()
}

/// The slots that have not begun.
fn coming<'a>(listing: &Listing, offers: &'a [Offer], now: Timestamp) -> Vec<&'a Offer> {
    let coming = |offer: &&Offer| listing.kind == Kind::Expert && offer.starts_at.is_some_and(|start| now < start);
    offers.iter().filter(coming).collect()
}

fn showcase(listing: Listing, offers: Vec<Offer>, items: Vec<Item>, now: Timestamp) -> Result<Showcase, StoreError> {
    let (mut seller, mut sale_shown) = (None, None);
    let mut left: HashMap<OfferId, u32> = HashMap::new();
    let mut days: Vec<ExpertDay> = Vec::new();
    for item in items {
        match text(&item, "entity").as_str() {
            organization::ENTITY => seller = Some(items::read::<Organization>(item)?),
            sale::ENTITY => sale_shown = Some(items::read(item)?),
            expert_day::ENTITY => days.push(items::read(item)?),
            _ => {
                let shard: Shard = items::read(item)?;
                *left.entry(shard.offer).or_default() += shard.available;
            }
        }
    }
    let overlapped = calendar::overlapped(&coming(&listing, &offers, now), &days);
    let organization = seller.ok_or_else(|| StoreError::Corrupt {
        key: organization::key(&listing.organization).to_string(),
        reason: format!("the seller of {} is not there", listing.id),
    })?;
    let shown = offers.into_iter().map(|offer| {
        let units = left.get(&offer.id).copied().unwrap_or_default();
        let available = if overlapped.contains(&offer.id) { Some(0) } else { offer.capacity.map(|_| units) };
        OfferShown { offer, available }
    });
    Ok(Showcase { offers: shown.collect(), listing, organization, sale: sale_shown })
}
