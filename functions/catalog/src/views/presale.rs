//! A presale code as its seller's staff see it.

use domain::Presale;
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{InstantForm, ListingIdForm, OfferIdForm, PresaleCodeForm};

/// A presale code of an offer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Presale)]
pub(crate) struct PresaleView {
    #[schema(value_type = PresaleCodeForm)]
    code: String,
    #[schema(value_type = ListingIdForm)]
    listing: String,
    #[schema(value_type = OfferIdForm)]
    offer: String,
    #[schema(example = 200)]
    max_uses: Option<u32>,
    /// How many orders use it; counted where there is a limit.
    #[schema(example = 12)]
    uses: u32,
    #[schema(value_type = Option<InstantForm>)]
    valid_until: Option<String>,
}

impl From<&Presale> for PresaleView {
    fn from(presale: &Presale) -> Self {
        Self {
            code: presale.code.to_string(),
            listing: presale.listing.to_string(),
            offer: presale.offer.to_string(),
            max_uses: presale.max_uses,
            uses: presale.uses,
            valid_until: presale.valid_until.map(|at| at.to_string()),
        }
    }
}
