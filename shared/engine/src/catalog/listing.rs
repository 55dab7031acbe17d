//! A listing: what buyers look at.
//!
//! First the listing is written, with the jobs that remind of its start and tell of its move; then each of its offers gets a
//! new version; then what an overview shows of it is renewed. If the process dies between, orders are priced by the listing
//! as it is now all the same, or are refused; the same change again does the rest, and so does the daily check.

use domain::{Code, Listing, ListingId, Organization, OrganizationId, Refusal, Staff, StaffAction};

use super::{
    base::{CatalogEngine, Saved},
    refused::refused,
};
use crate::error::EngineError;

impl CatalogEngine {
    /// Creates or changes a listing: `make` says what it shall be, seeing its organization and what it was. The organization
    /// comes with it.
    ///
    /// # Errors
    /// What `make` refuses; `not_found` without such an organization; `forbidden` for an id that another one has;
    /// `store_unavailable` where another request was faster.
    pub async fn put_listing(
        &self,
        organization: &OrganizationId,
        id: &ListingId,
        staff: &Staff,
        make: impl FnOnce(&Organization, Option<&Listing>) -> Result<Listing, Refusal> + Send,
    ) -> Result<(Saved<Listing>, Organization), EngineError> {
        let organization = self.store.organization(organization).await?;
        let organization = organization.ok_or_else(|| Refusal::not_found("organization"))?;
        let before = self.store.listing(id).await?.map(|(listing, _)| listing);
        if before.as_ref().is_some_and(|before| before.organization != organization.id) {
            // Ids are unique over all organizations, so that this one is taken cannot be hidden.
            return Err(Refusal::new(Code::Forbidden, "This listing id is taken").into());
        }
        let listing = make(&organization, before.as_ref())?;
        let now = self.clock.now();
        let action = StaffAction::of_listing(before.as_ref(), &listing);
        let log = action.map(|action| staff.did_to_listing(action, &listing, now));
        self.store.put_listing(&listing, before.as_ref(), log.as_ref(), now).await.map_err(refused)?;
        self.store.renew_sale(&listing.organization, &listing.id, now).await?;
        Ok((Saved { is_new: before.is_none(), now: listing }, organization))
    }
}
