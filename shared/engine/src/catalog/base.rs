//! What the catalog's use cases work with: they need neither Stripe nor the queue.

use domain::{Listing, ListingId, OrganizationId, Refusal};
use runtime::Clock;
use store::Store;

use crate::error::EngineError;

/// The use cases of a catalog, built once per process. Each is a method of it, in a file of its own.
#[derive(Debug, Clone)]
pub struct CatalogEngine {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
}

/// Something that is in the table now.
#[derive(Debug, Clone)]
pub struct Saved<T> {
    /// Whether it was not there before.
    pub is_new: bool,
    /// With the version that the table has.
    pub now: T,
}

impl CatalogEngine {
    /// The catalog in this table.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The table, for a function's plain reads.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The listing, if it is this organization's. Another organization's is not found.
    pub(crate) async fn own_listing(
        &self,
        organization: &OrganizationId,
        id: &ListingId,
    ) -> Result<Listing, EngineError> {
        let found = self.store.listing(id).await?;
        let own = found.map(|(listing, _)| listing).filter(|listing| &listing.organization == organization);
        own.ok_or_else(|| Refusal::not_found("listing").into())
    }
}
