//! A promo code, as its seller writes it down.

use domain::{ListingId, Promo, PromoCode, Refusal, seller_fields::max_uses};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{InstantForm, ShareForm};

use super::fields::share;

/// A promo code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PromoRequest)]
pub(crate) struct PromoBody {
    #[schema(value_type = ShareForm)]
    percent_off: String,
    #[serde(default)]
    #[schema(example = 100)]
    max_uses: Option<u32>,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    valid_from: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    valid_until: Option<Timestamp>,
}

impl PromoBody {
    pub(crate) fn parse(&self, code: PromoCode, listing: ListingId) -> Result<Promo, Refusal> {
        if self.valid_from.zip(self.valid_until).is_some_and(|(from, until)| until <= from) {
            return Err(Refusal::field("valid_until", "Must be after valid_from"));
        }
        Ok(Promo {
            code,
            listing,
            percent_off: share("percent_off", &self.percent_off)?,
            max_uses: max_uses(self.max_uses)?,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            uses: 0,
        })
    }
}
