//! A promo code.
//!
//! It is one transaction with its entry of the log, and leaves the count of its uses alone. If the process dies before it, nothing changed; the same change
//! again changes nothing more.

use domain::{Listing, ListingId, OrganizationId, Promo, PromoCode, Refusal, Staff, StaffAction, selling::promo_code};

use super::{
    base::{CatalogEngine, Saved},
    refused::refused,
};
use crate::error::EngineError;

impl CatalogEngine {
    /// Creates or changes a promo code, as it was typed: `make` says what it shall be. Uses so far stay counted.
    ///
    /// # Errors
    /// What `make` refuses; `not_found` without such a listing; `invalid_request` as with [`promo_code`].
    pub async fn put_promo(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
        typed: &str,
        staff: &Staff,
        make: impl FnOnce(PromoCode, &Listing) -> Result<Promo, Refusal> + Send,
    ) -> Result<Saved<Promo>, EngineError> {
        let listing = self.own_listing(organization, listing).await?;
        let code = promo_code(&listing, typed)?;
        let promo = make(code.clone(), &listing)?;
        let before = self.store.promo(&listing.id, &code).await?;
        let action = match &before {
            None => StaffAction::PromoCreated,
            // The same once more changes nothing, and is in no log.
            Some(before) if Promo { uses: before.uses, ..promo.clone() } == *before => {
                return Ok(Saved { is_new: false, now: before.clone() });
            }
            Some(_) => StaffAction::PromoChanged,
        };
        let log = staff.did_to_promo(action, &listing, &code, self.clock.now());
        self.store.put_promo(&promo, &log).await.map_err(refused)?;
        let now = self.store.promo(&listing.id, &code).await?.unwrap_or(promo);
        Ok(Saved { is_new: before.is_none(), now })
    }
}
