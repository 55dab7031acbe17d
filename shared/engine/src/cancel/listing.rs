//! Closing a canceled listing's sale.
//!
//! The listing and the job that refunds its orders are written in one transaction. If the process dies before it, the listing
//! is for sale still; if it runs twice, the second one renews the job.

use domain::Listing;
use jiff::Timestamp;
use store::{CatalogError, Store};

use crate::error::{EngineError, broken};

/// Closes a listing's sale and writes the job that refunds its orders. Canceling it again only renews the job.
///
/// # Errors
/// [`EngineError`]; then it was not canceled, or should be canceled again.
pub async fn cancel_listing(store: &Store, listing: &Listing, by: &str, now: Timestamp) -> Result<(), EngineError> {
    let mut listing = listing.clone();
    listing.canceled_at = listing.canceled_at.or(Some(now));
    listing.published = false;
    listing.version += 1;
    match store.cancel_listing(&listing, by).await {
        Ok(()) => {
            store.renew_sale(&listing.organization, &listing.id, now).await?;
            tracing::info!(listing = %listing.id, by, "listing canceled");
            Ok(())
        }
        Err(CatalogError::Store(error)) => Err(error.into()),
        Err(CatalogError::Version) => Err(EngineError::Contended),
        Err(error) => Err(broken(error)),
    }
}
