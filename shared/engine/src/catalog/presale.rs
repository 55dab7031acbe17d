//! A presale code.
//!
//! It is one transaction with its entry of the log, and leaves the count of its uses alone. If the process dies before it, nothing changed; the same change
//! again changes nothing more.

use domain::{
    ListingId, OfferId, OrganizationId, Presale, PresaleCode, Refusal, Staff, StaffAction, selling::presale_code,
};

use super::{
    base::{CatalogEngine, Saved},
    refused::refused,
};
use crate::error::EngineError;

impl CatalogEngine {
    /// Creates or changes a presale code of an offer, as it was typed: `make` says what it shall be. Uses so far stay counted.
    ///
    /// # Errors
    /// What `make` refuses; `not_found` without such a listing or offer; `invalid_request` as with [`presale_code`].
    pub async fn put_presale(
        &self,
        organization: &OrganizationId,
        (listing, offer): (&ListingId, &OfferId),
        typed: &str,
        staff: &Staff,
        make: impl FnOnce(PresaleCode) -> Result<Presale, Refusal> + Send,
    ) -> Result<Saved<Presale>, EngineError> {
        let listing = self.own_listing(organization, listing).await?;
        let known = self.store.offer(&listing.id, offer).await?.filter(|offer| !offer.deleted);
        let offer = known.ok_or_else(|| Refusal::not_found("offer"))?;
        let code = presale_code(typed)?;
        let presale = make(code.clone())?;
        let before = self.store.presale(&listing.id, &offer.id, &code).await?;
        let action = match &before {
            None => StaffAction::PresaleCreated,
            // The same once more changes nothing, and is in no log.
            Some(before) if Presale { uses: before.uses, ..presale.clone() } == *before => {
                return Ok(Saved { is_new: false, now: before.clone() });
            }
            Some(_) => StaffAction::PresaleChanged,
        };
        let log = staff.did_to_presale(action, &listing.organization, &presale, self.clock.now());
        self.store.put_presale(&presale, &log).await.map_err(refused)?;
        let now = self.store.presale(&listing.id, &offer.id, &code).await?.unwrap_or(presale);
        Ok(Saved { is_new: before.is_none(), now })
    }
}
