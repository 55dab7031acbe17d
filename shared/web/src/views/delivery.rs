//! How an order comes to its buyer.

use crate::forms::{CountryForm, DeliveryModeWord};
use domain::{DeliveryMode, Order, tax::Address};
use serde::Serialize;
use utoipa::ToSchema;

/// How an order comes to its buyer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// `address` if any of its lines is sent, else `pickup`. Each line says its own.
    #[schema(value_type = DeliveryModeWord)]
    pub mode: &'static str,
    /// The name on the parcel, if it is not the buyer's.
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// Where it is sent; none once the order is archived.
    pub address: Option<AddressView>,
    /// Where the first of the lines that are collected is collected.
    #[schema(example = "Lantern Hall, 1 Main Street")]
    pub venue: Option<String>,
}

/// A postal address.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Address)]
pub struct AddressView {
    /// The first line.
    #[schema(example = "1 Main Street")]
    pub line1: Option<String>,
    /// The second line.
    #[schema(example = "Apartment 4")]
    pub line2: Option<String>,
    /// City or town.
    #[schema(example = "New York")]
    pub city: Option<String>,
    /// State, county or province.
    #[schema(example = "NY")]
    pub state: Option<String>,
    /// As its country writes it.
    #[schema(example = "10001")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, in upper case.
    #[schema(value_type = CountryForm)]
    pub country: String,
}

impl From<&Address> for AddressView {
    fn from(address: &Address) -> Self {
        let Address { line1, line2, city, state, postal_code, country } = address.clone();
        Self { line1, line2, city, state, postal_code, country }
    }
}

impl DeliveryView {
    /// None for an order of which nothing is sent or collected.
    pub(super) fn of(order: &Order) -> Option<Self> {
        let has = |mode| order.lines.iter().any(|line| line.delivery == mode);
        let mode = [DeliveryMode::Address, DeliveryMode::Pickup].into_iter().find(|mode| has(*mode))?;
        Some(Self {
            mode: mode.as_str(),
            name: order.delivery.as_ref().and_then(|to| to.name.clone()),
            address: order.delivery.as_ref().map(|to| AddressView::from(&to.address)),
            venue: order.lines.iter().find_map(|line| line.pickup_at.clone()),
        })
    }
}
