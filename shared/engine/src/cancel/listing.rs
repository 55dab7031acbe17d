//! Closing a canceled listing's sale.
//!
//! The listing and the job that refunds its orders are written in one transaction. If the process dies before it, the listing
//! is for sale still; if it runs twice, the second one renews the job.

use domain::{Listing, ListingId, OrganizationId, Staff, StaffAction};
use store::CatalogError;

use crate::{
    catalog::base::CatalogEngine,
    error::{EngineError, broken},
};

impl CatalogEngine {
    /// Closes a listing's sale and writes the job that refunds its orders. Canceling it again only renews the job, and keeps
    /// the first reason. The listing as it is then.
    ///
    /// # Errors
    /// `not_found`; else [`EngineError`]: then it was not canceled, or should be canceled again.
    pub async fn cancel_listing(
        &self,
        organization: &OrganizationId,
        id: &ListingId,
        reason: Option<String>,
        staff: &Staff,
    ) -> Result<Listing, EngineError> {
        let mut listing = self.own_listing(organization, id).await?;
        let (by, now) = (&staff.by, self.clock.now());
        let is_new = listing.canceled_at.is_none();
        listing.cancel_reason = listing.cancel_reason.or(reason);
        listing.canceled_at = listing.canceled_at.or(Some(now));
        listing.published = false;
        listing.version += 1;
        let log = is_new.then(|| staff.did_to_listing(StaffAction::ListingCanceled, &listing, now));
        match self.store.cancel_listing(&listing, by, log.as_ref()).await {
            Ok(()) => {}
            Err(CatalogError::Store(error)) => return Err(error.into()),
            Err(CatalogError::Version) => return Err(EngineError::Contended),
            Err(error) => return Err(broken(error)),
        }
        self.store.renew_sale(&listing.organization, &listing.id, now).await?;
        tracing::info!(listing = %listing.id, by = by.as_str(), "listing canceled");
        self.own_listing(organization, id).await
    }
}
