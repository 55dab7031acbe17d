//! A promo code as its seller's staff see it.

use domain::Promo;
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{InstantForm, ListingIdForm, PromoCodeForm, ShareForm};

/// A promo code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Promo)]
pub(crate) struct PromoView {
    #[schema(value_type = PromoCodeForm)]
    code: String,
    #[schema(value_type = ListingIdForm)]
    listing: String,
    #[schema(value_type = ShareForm)]
    percent_off: String,
    #[schema(example = 100)]
    max_uses: Option<u32>,
    #[schema(example = 12)]
    uses: u32,
    #[schema(value_type = Option<InstantForm>)]
    valid_from: Option<String>,
    #[schema(value_type = Option<InstantForm>)]
    valid_until: Option<String>,
}

impl From<&Promo> for PromoView {
    fn from(promo: &Promo) -> Self {
        Self {
            code: promo.code.to_string(),
            listing: promo.listing.to_string(),
            percent_off: promo.percent_off.to_string(),
            max_uses: promo.max_uses,
            uses: promo.uses,
            valid_from: promo.valid_from.map(|at| at.to_string()),
            valid_until: promo.valid_until.map(|at| at.to_string()),
        }
    }
}
