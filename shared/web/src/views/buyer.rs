//! Who buys.

use crate::forms::{LocaleForm, MailAddressForm, TimeZoneForm};
use domain::Buyer;
use serde::Serialize;
use utoipa::ToSchema;

/// Who buys.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Buyer)]
pub struct BuyerView {
    /// In the form in which it was typed; empty once it was erased.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// The mail address.
    #[schema(value_type = MailAddressForm)]
    pub email: String,
    /// The telephone number, if given.
    #[schema(example = "+1 212 555 0100")]
    pub phone: Option<String>,
    /// The company that buys, if given.
    #[schema(example = "Analytical Engines Ltd.")]
    pub company: Option<String>,
    /// The language that the buyer reads, if named.
    #[schema(value_type = Option<LocaleForm>)]
    pub locale: Option<String>,
    /// The buyer's time zone, by its IANA name, if named.
    #[schema(value_type = Option<TimeZoneForm>)]
    pub time_zone: Option<String>,
}

impl From<&Buyer> for BuyerView {
    fn from(buyer: &Buyer) -> Self {
        Self {
            name: buyer.name.clone(),
            email: buyer.email.clone(),
            phone: buyer.phone.clone(),
            company: buyer.company.clone(),
            locale: buyer.locale.clone(),
            time_zone: buyer.time_zone.clone(),
        }
    }
}
