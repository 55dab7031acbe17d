//! How what is bought comes to its buyer.

use serde::{Deserialize, Serialize};

use crate::{
    Refusal,
    buyer::parse_name,
    tax::{Address, TypedAddress},
};

/// How buyers get what a listing sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// Nothing has to be said of it.
    #[default]
    None,
    /// It is sent to an address, which an order has to name.
    Address,
    /// They come and collect it, at the listing's venue.
    Pickup,
}

impl DeliveryMode {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Address => "address",
            Self::Pickup => "pickup",
        }
    }

    /// Whether nothing has to be said of it.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// To whom and where an order is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The name on the parcel, in the form of a buyer's; the buyer's own without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Lines, town, postal code and country, as far as the buyer gave them.
    pub address: Address,
}

impl Addressee {
    /// Parses what a buyer typed. A place to send to has at least a first line, a city and a country.
    ///
    /// # Errors
    /// `invalid_request` that names the field, as `delivery.address.line1`.
    pub fn parse(name: Option<&str>, address: TypedAddress<'_>) -> Result<Self, Refusal> {
        let name = name.filter(|name| !name.trim().is_empty());
        let name = name.map(|name| parse_name("delivery.name", name)).transpose()?;
        let address = Address::parse("delivery.address", address)?;
        for (field, text) in [("line1", &address.line1), ("city", &address.city)] {
            if text.is_none() {
                return Err(Refusal::field(format!("delivery.address.{field}"), "Is required for a delivery"));
            }
        }
        Ok(Self { name, address })
    }

    /// What stands on the parcel, line by line. `buyer` is the buyer's name.
    #[must_use]
    pub fn lines(&self, buyer: &str) -> Vec<String> {
        let Address { line1, line2, city, state, postal_code, country } = &self.address;
        let town = [postal_code.as_deref(), city.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let lines = [
            Some(self.name.as_deref().unwrap_or(buyer)),
            line1.as_deref(),
            line2.as_deref(),
            Some(town.as_str()),
            state.as_deref(),
            Some(country.as_str()),
        ];
        lines.into_iter().flatten().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Addressee, TypedAddress};

    const TYPED: TypedAddress<'_> = TypedAddress {
        line1: Some("1 Main St"),
        line2: None,
        city: Some("New York"),
        state: Some("NY"),
        postal_code: Some("10001"),
        country: "us",
    };

    #[test]
    fn a_parcel_has_a_name_and_all_lines() {
        let to = Addressee::parse(Some("  "), TYPED).expect("an addressee");
        assert_eq!(to.lines("Ada Lovelace"), ["Ada Lovelace", "1 Main St", "10001 New York", "NY", "US"]);
        let bare = TypedAddress { line2: Some("Flat 2"), state: None, postal_code: None, ..TYPED };
        let to = Addressee::parse(Some("Grace Hopper"), bare).expect("an addressee");
        assert_eq!(to.lines("Ada Lovelace"), ["Grace Hopper", "1 Main St", "Flat 2", "New York", "US"]);
    }

    #[test]
    fn a_place_that_nothing_can_be_sent_to_is_refused() {
        for (name, typed, field) in [
            (Some("<b>"), TYPED, "delivery.name"),
            (None, TypedAddress { line1: Some(" "), ..TYPED }, "delivery.address.line1"),
            (None, TypedAddress { city: None, ..TYPED }, "delivery.address.city"),
            (None, TypedAddress { country: "USA", ..TYPED }, "delivery.address.country"),
        ] {
            let refusal = Addressee::parse(name, typed).expect_err("refused");
            assert_eq!(refusal.errors.first().map(|error| error.field.as_str()), Some(field));
        }
    }
}
