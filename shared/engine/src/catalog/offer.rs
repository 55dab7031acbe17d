//! An offer and its stock.
//!
//! Offer and shards are one transaction, so no order is placed between an old price and new stock. Then what an overview
//! shows of the listing is renewed. If the process dies between, the overview is late until the next change or the daily
//! check; the same change again renews it.

use domain::{
    Listing, ListingId, Offer, OfferId, OrganizationId, Refusal, Staff, StaffAction,
    selling::{changes_what_was_booked, may_change, may_change_slot},
};
use store::PutOffer;

use super::{
    base::{CatalogEngine, Saved},
    refused::refused,
};
use crate::error::EngineError;

/// An offer with what its seller sees beside it.
#[derive(Debug, Clone)]
pub struct OfferSaved {
    /// With its new version, and in as many shards as it got.
    pub offer: Saved<Offer>,
    /// In whose currency it is.
    pub listing: Listing,
    /// How many can be bought now; none where there is no limit.
    pub available: Option<u32>,
}

impl CatalogEngine {
    /// Creates or changes an offer and its stock: `make` says what it shall be, seeing its listing and what it was. `shards`
    /// is how many its seller asks for; `expert` is who asks, where that is no admin. What changes nothing is in no log.
    ///
    /// # Errors
    /// What `make` refuses; `not_found` without such a listing; `illegal_state` for one that was canceled; `forbidden` for an
    /// expert and what is not theirs; `capacity_below_sold`, `offer_in_use`; `store_unavailable` where another request was
    /// faster.
    pub async fn put_offer(
        &self,
        (organization, listing, id): (&OrganizationId, &ListingId, &OfferId),
        shards: Option<u16>,
        (staff, expert): (&Staff, Option<&str>),
        make: impl FnOnce(&Listing, Option<&Offer>) -> Result<Offer, Refusal> + Send,
    ) -> Result<OfferSaved, EngineError> {
        let listing = self.own_listing(organization, listing).await?;
        may_change(&listing)?;
        let before = self.store.offer(&listing.id, id).await?;
        let known = before.as_ref().filter(|before| !before.deleted);
        let is_new = known.is_none();
        let offer = make(&listing, known)?;
        if let Some(expert) = expert {
            may_change_slot(expert, &listing, known, &offer)?;
        }
        let unused = changes_what_was_booked(&listing, known, &offer);
        let action = match known {
            None => Some(StaffAction::OfferCreated),
            Some(known) => changes(known, &offer, shards).then_some(StaffAction::OfferChanged),
        };
        let log = action.map(|action| staff.did_to_offer(action, &listing, id, self.clock.now()));
        let put = PutOffer { before: before.clone(), offer, shards, unused, log };
        let offer = self.store.put_offer(put).await.map_err(refused)?;
        let shards = self.store.shards(&offer.listing, &offer.id, offer.shards).await?;
        let available = offer.capacity.map(|_| shards.iter().map(|shard| shard.available).sum());
        self.store.renew_sale_by(&listing, before.as_ref(), (&offer, available), self.clock.now()).await?;
        Ok(OfferSaved { offer: Saved { is_new, now: offer }, listing, available })
    }

    /// Takes an offer from sale for good.
    ///
    /// # Errors
    /// `not_found`; `offer_in_use` while anything of it is held or sold; `store_unavailable` where another request was faster.
    pub async fn delete_offer(
        &self,
        (organization, listing, id): (&OrganizationId, &ListingId, &OfferId),
        staff: &Staff,
    ) -> Result<(), EngineError> {
        let listing = self.own_listing(organization, listing).await?;
        let offer = self.store.offer(&listing.id, id).await?;
        let offer = offer.filter(|offer| !offer.deleted).ok_or_else(|| Refusal::not_found("offer"))?;
        let log = staff.did_to_offer(StaffAction::OfferDeleted, &listing, id, self.clock.now());
        self.store.delete_offer(&offer, &log).await.map_err(refused)?;
        self.store.renew_sale(&listing.organization, &listing.id, self.clock.now()).await?;
        Ok(())
    }
}

/// Whether a body makes anything else of an offer than what it is: its version aside, and the shards that it was given.
fn changes(before: &Offer, after: &Offer, shards: Option<u16>) -> bool {
    let same = Offer { version: before.version, shards: before.shards, ..after.clone() } == *before;
    !same || shards.is_some_and(|shards| shards != before.shards)
}
