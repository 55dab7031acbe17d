//! What the seller hears when the table does not take a change.

use domain::{Code, Refusal};
use store::CatalogError;

use crate::error::EngineError;

/// A change that was not written, in words for who asked for it.
pub(super) fn refused(error: CatalogError) -> EngineError {
    match error {
        CatalogError::Version => {
            let message = "Another request changed it just now; please try again";
            Refusal::new(Code::StoreUnavailable, message).retry_after(1).into()
        }
        CatalogError::CapacityBelowSold(least) => {
            let message = format!("{least} are held or sold, so the capacity cannot be less");
            Refusal::new(Code::CapacityBelowSold, message).at("capacity").into()
        }
        CatalogError::InUse => {
            Refusal::new(Code::OfferInUse, "Some of it is held or sold, so this cannot change any more").into()
        }
        CatalogError::Store(error) => error.into(),
    }
}
