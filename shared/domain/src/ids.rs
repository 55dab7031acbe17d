//! Names of things: parsed once at the edge, then only the type.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Ids that clients choose: lower case letters, digits and hyphens.
    #[error("must be 1 to 64 lower case letters, digits or hyphens")]
    Slug,
    /// Ids that we or Stripe choose.
    #[error("must be 1 to 255 letters, digits, hyphens or underscores")]
    Opaque,
    /// Codes that buyers type: up to 40 letters, digits and underscores.
    #[error("must be 1 to 40 letters, digits, hyphens or underscores")]
    TypedCode,
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
id!(/// One change of what platform and seller have of a payment. Made of its cause.
    AdjustmentId, opaque);
id!(/// One Stripe event.
    EventId, opaque);
id!(/// A device that checks tickets of one listing in. Chosen by us.
    DeviceId, opaque);
id!(/// The code on a ticket. It opens a door, so it cannot be guessed and says nothing about its order.
    TicketCode, opaque);

impl TicketCode {
    /// Parses a code as it was typed or scanned at a door: in any case, full width, in groups, with a line end.
    ///
    /// # Errors
    /// [`IdError::Opaque`] when this cannot be a code.
    pub fn typed(text: &str) -> Result<Self, IdError> {
        Self::parse(text::code(text))
    }

    /// The code with one character for each group that looks alike: O for 0 and O, I for 1, I and L. Two codes of one
    /// reading are the same.
    #[must_use]
    pub fn reading(&self) -> String {
        let alike = |c: char| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' | 'L' => 'I',
            other => other,
        };
        self.0.chars().map(alike).collect()
    }

    /// The codes that a ticket of this reading may have. The first is the one that tickets get today, without an L; the
    /// rest are for tickets from before that.
    #[must_use]
    pub fn candidates(&self) -> Vec<Self> {
        let mut codes = vec![String::new()];
        for c in self.reading().chars() {
            let before = codes.len();
            // Twenty characters have one or two of them. A text that is all I is no code.
            if c == 'I' && before < MOST_CANDIDATES {
                codes.extend_from_within(..);
            }
            for (n, code) in codes.iter_mut().enumerate() {
                code.push(if n < before { c } else { 'L' });
            }
        }
        codes.into_iter().map(Self).collect()
    }
}

/// Most codes that one reading is looked up under.
const MOST_CANDIDATES: usize = 64;

/// Makes a code that people type: capitals and digits, whatever was typed.
macro_rules! typed_code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses a code as its seller wrote it down, or as a buyer typed or pasted it: in any case, full width, with
            /// blanks, hyphens and invisible characters anywhere. Both come to the same code.
            ///
            /// # Errors
            /// [`IdError::TypedCode`] when it is empty, too long or has other characters.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Self::kept(text::code(text))
            }

            fn kept(code: String) -> Result<Self, IdError> {
                let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '_';
                let legal = (1..=40).contains(&code.len()) && code.chars().all(legal);
                if legal { Ok(Self(code)) } else { Err(IdError::TypedCode) }
            }

            /// The code, in upper case.
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
            /// A code that was kept. One from before codes lost their hyphens keeps them, so that an order finds it
            /// again.
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::kept(text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    };
}

typed_code!(/// A promo code of a listing: it lowers a price.
    PromoCode);
typed_code!(/// A presale code of an offer: its holders buy what is not open to all.
    PresaleCode);

#[cfg(test)]
mod tests {
    use super::{ListingId, OrderId, PresaleCode, PromoCode, TicketCode};

    mod fuzz {
        use proptest::prelude::*;

        use super::{ListingId, PromoCode, TicketCode};

        proptest! {
            #[test]
            fn a_code_is_the_same_however_it_is_typed(code in "[A-Z0-9]{20}", group in 1_usize..7, joint in prop::sample::select(vec![" ", "-", "\u{2011}", "\u{200b}", "\u{a0}", "\r\n"])) {
                let letters: Vec<char> = code.to_lowercase().chars().collect();
                let typed: Vec<String> = letters.chunks(group).map(|part| part.iter().collect()).collect();
                let read = TicketCode::typed(&typed.join(joint));
                prop_assert_eq!(read.as_ref().map(TicketCode::as_str), Ok(code.as_str()));
                let read = read.expect("legal");
                let candidates = read.candidates();
                prop_assert!(candidates.iter().all(|candidate| candidate.reading() == read.reading()), "{candidates:?}");
                // Twenty characters with more than six that look like I are the first sixty-four alone.
                let old = code.replace('0', "O").replace('1', "I");
                prop_assert!(candidates.len() == 64 || candidates.iter().any(|candidate| candidate.as_str() == old), "{candidates:?}");
            }

            #[test]
            fn any_text_is_a_code_that_reads_back_or_none(text in any::<String>()) {
                if let Ok(code) = TicketCode::typed(&text) {
                    prop_assert_eq!(TicketCode::typed(code.as_str()), Ok(code.clone()));
                    prop_assert!(code.candidates().len() <= 64);
                }
                if let Ok(code) = PromoCode::parse(&text) {
                    prop_assert_eq!(PromoCode::parse(code.as_str()), Ok(code.clone()));
                }
                if let Ok(id) = ListingId::parse(text.clone()) {
                    let json = serde_json::to_string(&id).expect("JSON");
                    prop_assert_eq!(serde_json::from_str::<ListingId>(&json).ok(), Some(id));
                }
            }
        }
    }

    #[test]
    fn slugs_are_as_in_the_contract() {
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
    fn typed_codes_are_upper_case() {
        for typed in [" test20 ", "TEST-20", "test 20\u{200b}", "ｔｅｓｔ２０"] {
            assert_eq!(PromoCode::parse(typed).map(|c| c.to_string()), Ok("TEST20".to_owned()), "{typed:?}");
            assert_eq!(PresaleCode::parse(typed).map(|c| c.to_string()), Ok("TEST20".to_owned()), "{typed:?}");
        }
        for bad in ["", " - ", "50%", "ÄRGER", &"x".repeat(41)] {
            assert!(PromoCode::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_promo_code_from_before_keeps_its_hyphen() {
        let kept = PromoCode::try_from("EARLY-BIRD".to_owned());
        assert_eq!(kept.map(String::from), Ok("EARLY-BIRD".to_owned()));
    }

    #[test]
    fn ticket_codes_are_read_as_people_type_them() {
        let code = TicketCode::parse("AB2O4I6CDEFGHJKMNPQR").expect("legal");
        for typed in [
            "ab2o 4i6c defg hjkm npqr",
            "AB2O-4I6C-DEFG-HJKM-NPQR\r\n",
            "ab20416cdefghjkmnpqr",
            "AB204L6CDEFGHJKMNPQR\u{200b}",
            "ＡＢ２Ｏ４Ｉ６Ｃ ＤＥＦＧＨＪＫＭＮＰＱＲ",
        ] {
            let typed = TicketCode::typed(typed).expect(typed);
            assert_eq!(typed.reading(), code.reading(), "{typed}");
            assert_eq!(typed.candidates()[0], code, "{typed}");
        }
        for bad in ["", " - ", "a#b", "x/y", "Ä"] {
            assert!(TicketCode::typed(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn codes_from_before_are_among_the_candidates() {
        let found = |typed: &str, code: &str| {
            let candidates = TicketCode::typed(typed).expect("legal").candidates();
            candidates.contains(&TicketCode::parse(code).expect("legal"))
        };
        for code in ["ALBICLD", "AIBLCID", "LLL", "III"] {
            assert!(found(code, code) && found(&code.replace('L', "1").replace('I', "l"), code), "{code}");
        }
        let most = TicketCode::typed(&"I".repeat(255)).expect("legal").candidates();
        assert_eq!((most.len(), most.iter().all(|code| code.as_str().len() == 255)), (64, true));
    }
}
