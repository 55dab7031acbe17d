//! What a seller should know of a listing, beside what was written.

use domain::{Listing, Organization, has_unheard_expert};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that is legal, and probably not meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warning)]
pub(crate) struct WarningView {
    /// The field that would put it right.
    #[schema(example = "contact")]
    field: &'static str,
    /// What is the matter, for people.
    #[schema(example = "The expert hears of no booking")]
    message: &'static str,
}

impl WarningView {
    /// All that is to be said of a listing.
    pub(super) fn all(listing: &Listing, seller: &Organization) -> Vec<Self> {
        let unheard = has_unheard_expert(listing, seller).then_some(Self {
            field: "contact",
            message: "The expert hears of no booking: neither the listing nor its organization has a contact's e-mail address",
        });
        unheard.into_iter().collect()
    }
}
