//! Who buys.

use domain::Buyer;
use serde::Serialize;
use utoipa::ToSchema;

/// Who buys.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Buyer)]
pub struct BuyerView {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The telephone number, if given.
    pub phone: Option<String>,
    /// The company that buys, if given.
    pub company: Option<String>,
    /// The language that the buyer reads, if named.
    pub locale: Option<String>,
    /// The buyer's time zone, by its IANA name, if named.
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
