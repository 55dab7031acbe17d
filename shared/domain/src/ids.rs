//! Names of things: parsed once at the edge, then only the type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Ids that clients choose: lower case letters, digits and hyphens.
    #[error("must be 1 to 64 lower case letters, digits or hyphens")]
    Slug,
    /// Ids that we or Stripe choose.
    #[error("must be 1 to 255 letters, digits, hyphens or underscores")]
    Opaque,
    /// Promo codes.
    #[error("must be 1 to 40 letters, digits, hyphens or underscores")]
    PromoCode,
}

fn slug(text: &str) -> Result<(), IdError> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=64).contains(&text.len()) && text.chars().all(legal) { Ok(()) } else { Err(IdError::Slug) }
}

fn opaque(text: &str) -> Result<(), IdError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=255).contains(&text.len()) && text.chars().all(legal) { Ok(()) } else { Err(IdError::Opaque) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses the name.
            ///
            /// # Errors
            /// What a legal name consists of, when this is none.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(/// The seller and tenant. Chosen by the platform.
    OrganizationId, slug);
id!(/// What a buyer looks at. Chosen by its organization, unique over all organizations.
    ListingId, slug);
id!(/// One thing with one price. Chosen by its organization, unique within its listing.
    OfferId, slug);
id!(/// One order. Chosen by us; opaque to everybody else.
    OrderId, opaque);
id!(/// One refund of an order. Chosen by us, or made of Stripe's id for refunds that began there.
    RefundId, opaque);
id!(/// One Stripe event.
    EventId, opaque);
id!(/// The code on a ticket. It opens a door, so it cannot be guessed and says nothing about its order.
    TicketCode, opaque);

/// A promo code: upper case, whatever the buyer typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PromoCode(String);

impl PromoCode {
    /// Parses a code, in any case and with blanks around it.
    ///
    /// # Errors
    /// [`IdError::PromoCode`] when it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=40).contains(&text.len()) && text.chars().all(legal) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(IdError::PromoCode)
        }
    }

    /// The code, in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PromoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PromoCode {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<PromoCode> for String {
    fn from(code: PromoCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::{ListingId, OrderId, PromoCode};

    #[test]
    fn slugs_are_what_the_contract_says() {
        assert!(ListingId::parse("summer-show-2").is_ok());
        for bad in ["", "Summer", "a b", "a_b", "a/b", "a#b", &"x".repeat(65)] {
            assert!(ListingId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn opaque_ids_cannot_carry_key_separators() {
        assert!(OrderId::parse("ord_01").is_ok());
        assert!(OrderId::parse("ord#1").is_err());
        assert!(OrderId::parse("").is_err());
    }

    #[test]
    fn promo_codes_are_upper_case() {
        assert_eq!(PromoCode::parse(" test20 ").map(|c| c.to_string()), Ok("TEST20".to_owned()));
        assert!(PromoCode::parse("50%").is_err());
    }
}
