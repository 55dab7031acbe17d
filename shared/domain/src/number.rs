//! Order numbers: what people read to each other instead of an order's id.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{IdError, text};

/// What a number consists of: digits and letters of which none looks like another, and no vowel, so that no number is a word.
const SIGNS: &[u8; 25] = b"23456789CDFGHJKMNPQRTVWXY";
/// How many of them a number has.
const LENGTH: usize = 8;

/// An order's number: eight signs, unique within its organization, as `K7WQ2M9D`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(String);

impl OrderNumber {
    /// The number that these bits come to. About 37 of them count, so two orders may come to the same one: a number is an
    /// order's own once it is written in its organization's list of numbers.
    pub(crate) fn of(mut bits: u64) -> Self {
        let mut number = String::with_capacity(LENGTH);
        while number.len() < LENGTH {
            for (place, sign) in (0_u64..).zip(SIGNS) {
                if bits % 25 == place {
                    number.push(char::from(*sign));
                }
            }
            bits /= 25;
        }
        Self(number)
    }

    /// Parses a number as people type it: in any case, in groups, and with a B, S or Z for the 8, 5 or 2 that it looks like.
    ///
    /// # Errors
    /// [`IdError::Opaque`] when this cannot be a number.
    pub fn typed(text: &str) -> Result<Self, IdError> {
        let alike = |c: char| match c.to_ascii_uppercase() {
            'B' => '8',
            'S' => '5',
            'Z' => '2',
            other => other,
        };
        Self::try_from(text::code(text).chars().map(alike).collect::<String>())
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let legal = text.len() == LENGTH && text.bytes().all(|c| SIGNS.contains(&c));
        if legal { Ok(Self(text)) } else { Err(IdError::Opaque) }
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::OrderNumber;

    proptest! {
        #[test]
        fn a_number_is_read_back_however_it_is_typed(bits: u64) {
            let number = OrderNumber::of(bits);
            prop_assert_eq!(number.as_str().len(), 8);
            prop_assert!(!number.as_str().contains(['A', 'E', 'I', 'O', 'U', 'L', '0', '1']), "{}", number);
            let (first, last) = number.as_str().split_at(4);
            let typed = format!(" {}-{} ", first.to_lowercase(), last.replace('8', "b").replace('5', "S").replace('2', "z"));
            prop_assert_eq!(OrderNumber::typed(&typed).expect("a number"), number);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "K7WQ2M9", "K7WQ2M9DD", "K7WQ2M0D", "K7WQ2MAD", "ord_1234"] {
            assert!(OrderNumber::typed(text).is_err(), "{text}");
        }
    }
}
