//! A presale code, as its seller writes it down.

use domain::{ListingId, OfferId, Presale, PresaleCode, Refusal, seller_fields::max_uses};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::InstantForm;

/// A presale code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PresaleRequest)]
pub(crate) struct PresaleBody {
    /// How many orders may use it; null is unlimited.
    #[serde(default)]
    #[schema(minimum = 1, example = 200)]
    max_uses: Option<u32>,
    /// From when on it is good for nothing; null is never.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    valid_until: Option<Timestamp>,
}

impl PresaleBody {
    pub(crate) fn parse(&self, code: PresaleCode, listing: ListingId, offer: OfferId) -> Result<Presale, Refusal> {
        if self.max_uses == Some(0) {
            return Err(Refusal::field("max_uses", "Must be at least 1"));
        }
        Ok(Presale { code, listing, offer, max_uses: max_uses(self.max_uses)?, valid_until: self.valid_until, uses: 0 })
    }
}
