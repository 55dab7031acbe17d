//! A field of a body that changes something which is there already: left out it keeps its value, null takes it away.

use domain::Refusal;
use serde::{Deserialize, Deserializer};

/// What a body says of one field. To be read with `#[serde(default)]`, so that a field that is not there is `Absent`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Sent<T> {
    /// Nothing: the field keeps its value, or gets its default where there is none yet.
    #[default]
    Absent,
    /// That there shall be no value.
    Null,
    /// The value that the field gets.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sent<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(reader)?.map_or(Self::Null, Self::Value))
    }
}

impl<T> Sent<T> {
    /// The value of a field that always has one.
    ///
    /// # Errors
    /// 400 at `field` for null: it could mean the default as well as the value in force, so it means neither.
    pub(crate) fn given(&self, field: &str) -> Result<Option<&T>, Refusal> {
        match self {
            Self::Absent => Ok(None),
            Self::Null => Err(Refusal::field(field, "Must not be null; leave it out to keep its value")),
            Self::Value(value) => Ok(Some(value)),
        }
    }

    /// The next value of a field that may have none.
    ///
    /// # Errors
    /// Those of `parse`.
    pub(crate) fn or_keep<U>(
        &self,
        kept: Option<&U>,
        parse: impl FnOnce(&T) -> Result<U, Refusal>,
    ) -> Result<Option<U>, Refusal>
    where
        U: Clone,
    {
        match self {
            Self::Absent => Ok(kept.cloned()),
            Self::Null => Ok(None),
            Self::Value(value) => parse(value).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::Sent;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        field: Sent<u32>,
    }

    fn sent(json: &str) -> Sent<u32> {
        serde_json::from_str::<Body>(json).expect("a body").field
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        assert_eq!(sent("{}"), Sent::Absent);
        assert_eq!(sent(r#"{"field":null}"#), Sent::Null);
        assert_eq!(sent(r#"{"field":7}"#), Sent::Value(7));
        assert!(serde_json::from_str::<Body>(r#"{"field":"x"}"#).is_err());
    }

    #[test]
    fn absent_keeps_and_null_takes_away() {
        let parse = |value: &u32| Ok(value * 2);
        assert_eq!(sent("{}").or_keep(Some(&1), parse), Ok(Some(1)));
        assert_eq!(sent(r#"{"field":null}"#).or_keep(Some(&1), parse), Ok(None));
        assert_eq!(sent(r#"{"field":7}"#).or_keep(Some(&1), parse), Ok(Some(14)));
        assert_eq!(sent("{}").given("field"), Ok(None));
        assert_eq!(sent(r#"{"field":null}"#).given("field").map_err(|refusal| refusal.errors.len()), Err(1));
    }
}
