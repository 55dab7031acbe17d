//! What an order needs to be priced, in one round trip; and organizations.

use domain::{
    Listing, ListingId, Offer, OfferId, Order, Organization, OrganizationId, Presale, PresaleCode, Promo, PromoCode,
    limits::Declines,
};

use crate::{
    HoldsRecord, IdempotencyRecord, Store, StoreError, WriteError,
    items::{self, declines, holds, idempotency, listing, offer, organization, presale, promo},
    value::text,
};

/// Why a change of what is for sale was not made.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It changed since it was read.
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
    /// Each once; those that are missing come back as absent.
    pub listings: Vec<ListingId>,
    /// Each with its listing, once.
    pub offers: Vec<(ListingId, OfferId)>,
    /// The promo code, looked up in each listing.
    pub promo: Option<PromoCode>,
    /// The presale code, looked up at each of the offers.
    pub presale: Option<PresaleCode>,
    /// Scope and key of the request's idempotency record.
    pub idempotency: Option<(String, String)>,
    /// The organization and the hashed buyer whose open orders are counted.
    pub holds: Option<(OrganizationId, String)>,
    /// Those whose declines are counted, and the hour.
    pub declines: Option<(OrganizationId, Vec<String>, i64)>,
}

impl CatalogKeys {
    /// The listings and offers of an order's lines, each once.
    #[must_use]
    pub fn of_lines(order: &Order) -> Self {
        let mut keys = Self::default();
        for line in &order.lines {
            if !keys.listings.contains(&line.listing) {
                keys.listings.push(line.listing.clone());
            }
            let offer = (line.listing.clone(), line.offer.clone());
            if !keys.offers.contains(&offer) {
                keys.offers.push(offer);
            }
        }
        keys
    }
}

/// What was found of it.
#[derive(Debug, Clone, Default)]
pub struct CatalogItems {
    /// The seller.
    pub organization: Option<Organization>,
    /// Those that exist, published or not.
    pub listings: Vec<Listing>,
    /// The offers, deleted ones included.
    pub offers: Vec<Offer>,
    /// The promo code, by listing.
    pub promos: Vec<Promo>,
    /// The presale code, by offer.
    pub presales: Vec<Presale>,
    /// The idempotency record.
    pub idempotency: Option<IdempotencyRecord>,
    /// The buyer's open orders.
    pub holds: Option<HoldsRecord>,
    /// The declines of the hour, of each who had some.
    pub declines: Vec<Declines>,
}

impl Store {
    /// Reads all that an order needs, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn catalog_items(&self, needed: &CatalogKeys) -> Result<CatalogItems, StoreError> {
        let mut keys = Vec::new();
        keys.extend(needed.organization.as_ref().map(organization::key));
        keys.extend(needed.listings.iter().map(listing::key));
        keys.extend(needed.offers.iter().map(|(listing, offer)| offer::key(listing, offer)));
        if let Some(code) = &needed.promo {
            keys.extend(needed.listings.iter().map(|listing| promo::key(listing, code)));
        }
        if let Some(code) = &needed.presale {
            keys.extend(needed.offers.iter().map(|(listing, offer)| presale::key(listing, offer, code)));
        }
        keys.extend(needed.idempotency.as_ref().map(|(scope, key)| idempotency::key(scope, key)));
        keys.extend(needed.holds.as_ref().map(|(organization, buyer)| holds::key(organization, buyer)));
        if let Some((organization, whose, hour)) = &needed.declines {
            keys.extend(whose.iter().map(|who| declines::key(organization, who, *hour)));
        }
        let mut found = CatalogItems::default();
        for item in self.batch_get("read what is for sale", &keys).await? {
            match text(&item, "entity").as_str() {
                organization::ENTITY => found.organization = Some(items::read(item)?),
                listing::ENTITY => found.listings.push(items::read(item)?),
                offer::ENTITY => found.offers.push(items::read(item)?),
                presale::ENTITY => found.presales.push(items::read(item)?),
                promo::ENTITY => found.promos.push(items::read(item)?),
                idempotency::ENTITY => found.idempotency = Some(items::read(item)?),
                holds::ENTITY => found.holds = Some(items::read(item)?),
                declines::ENTITY => found.declines.push(items::read(item)?),
                other => {
                    let reason = format!("unexpected entity {other}");
                    return Err(StoreError::Corrupt { key: "batch".to_owned(), reason });
                }
            }
        }
        Ok(found)
    }

    /// Reads an organization.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Option<Organization>, StoreError> {
        self.get("read an organization", &organization::key(id)).await?.map(items::read).transpose()
    }
}
