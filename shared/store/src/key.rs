//! Keys, and texts that sort as what they stand for.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

/// An item's primary key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    pub(crate) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The key as the SDK takes it.
    #[must_use]
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.pk, self.sk)
    }
}

/// A number below `n` that depends on the id alone.
///
/// `DefaultHasher::new` has fixed keys: the same id always lands in the same partition of a running version. A different
/// partition after an upgrade does no harm either, because an item carries its own.
pub(crate) fn pick(id: &str, n: u16) -> u16 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    u16::try_from(hasher.finish() % u64::from(n.max(1))).unwrap_or(0)
}

/// A place in a list by time: the time first, at a fixed width, then the id.
pub(crate) fn by_time(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", instant(at))
}

/// A time as text that sorts by time.
pub(crate) fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_sort_as_text() {
        let early = instant(Timestamp::from_millisecond(1_700_000_000_000).expect("legal"));
        let later = instant(Timestamp::from_millisecond(1_700_000_000_050).expect("legal"));
        assert_eq!(early, "2023-11-14T22:13:20.000Z");
        assert!(early < later);
    }

    #[test]
    fn picks_are_stable_and_in_range() {
        for n in 1..20 {
            assert!(pick("ord_1", n) < n);
            assert_eq!(pick("ord_1", n), pick("ord_1", n));
        }
    }
}
