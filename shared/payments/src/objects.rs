//! What Stripe's objects have in common, as JSON: only the fields in use, all of them optional, unknown values let
//! through.
//!
//! What a caller cannot do without is asked for when an object becomes one of ours, so that an object that another program
//! made, or a later version of the API, fails where it is used and not where it is read.

use std::collections::BTreeMap;

use domain::{Currency, Minor, OrderId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use stripe_types::{RangeBoundsTs, RangeQueryTs};

use crate::{CallError, UnclearReason, UnitError, units};

/// How many objects a page of a list holds; Stripe gives no more.
pub(crate) const PAGE: i64 = 100;

/// Metadata, as Stripe keeps it on most objects.
pub(crate) type Metadata = BTreeMap<String, String>;

/// An object of Stripe's that lacks what we need, or says it in units that we do not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// A field that is always there is not.
    #[error("Stripe's object has no {0}")]
    Missing(&'static str),
    /// A currency that we do not know.
    #[error("Stripe's object has an unknown currency")]
    Currency,
    /// An amount that our units cannot say.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// A field that is of another kind than ever before. Its value stays unsaid: it may be a buyer's.
    #[error("Stripe's object cannot be read")]
    Shape,
}

impl From<ObjectError> for CallError {
    /// The call was answered, but the answer cannot be read.
    fn from(_: ObjectError) -> Self {
        Self::unclear(UnclearReason::Malformed, None)
    }
}

/// The fingerprint of a payment method that is a card.
pub(crate) fn card_of(method: &serde_json::Value) -> Option<String> {
    Some(method.get("card")?.get("fingerprint")?.as_str()?.to_owned())
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) data: Vec<serde_json::Value>,
    #[serde(default)]
    pub(crate) has_more: bool,
}

/// Another object: by id, or whole where it was asked to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    pub(crate) id: Option<String>,
    pub(crate) object: Option<serde_json::Value>,
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(match value {
            serde_json::Value::String(id) => Self { id: Some(id).filter(|id| is_id(id)), object: None },
            serde_json::Value::Object(_) => {
                let id = value.get("id").and_then(serde_json::Value::as_str).filter(|id| is_id(id)).map(str::to_owned);
                Self { id, object: Some(value) }
            }
            _ => Self::default(),
        })
    }
}

/// Reads an object that came as JSON.
pub(crate) fn read<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, ObjectError> {
    T::deserialize(value).map_err(|_| ObjectError::Shape)
}

/// A field that may be null as well as absent.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

pub(crate) fn needed<T>(field: Option<T>, name: &'static str) -> Result<T, ObjectError> {
    field.ok_or(ObjectError::Missing(name))
}

pub(crate) fn currency(code: Option<&str>) -> Result<Currency, ObjectError> {
    Currency::parse(needed(code, "currency")?).map_err(|_| ObjectError::Currency)
}

pub(crate) fn amount(units: Option<i64>, name: &'static str, currency: Currency) -> Result<Minor, ObjectError> {
    Ok(units::from_stripe(needed(units, name)?, currency)?)
}

/// Seconds since 1970; none for a time that does not exist.
pub(crate) fn time(seconds: Option<i64>) -> Option<Timestamp> {
    Timestamp::from_second(seconds?).ok()
}

/// Our order's id, where the metadata names one.
pub(crate) fn order(metadata: &Metadata) -> Option<OrderId> {
    metadata.get("order_id").and_then(|id| OrderId::parse(id.as_str()).ok())
}

/// Whether metadata name an order of our making, and not only something that another product calls an order. An object that
/// does and cannot be read must not pass for absent; whatever others have may be of any shape.
pub(crate) fn is_ours(metadata: Option<&serde_json::Value>) -> bool {
    let named = metadata.and_then(|metadata| metadata.get("order_id")?.as_str());
    named.is_some_and(|id| id.starts_with("ord_") && OrderId::parse(id).is_ok())
}

/// Most characters of an id of Stripe's: far more than any has, and so few that a name of ours that is made of it, of our
/// order's and of a cause fits into an id of ours.
const LONGEST_ID: usize = 128;

/// Whether a text can be an id of Stripe's: letters, digits and underscores.
pub(crate) fn is_id(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=LONGEST_ID).contains(&text.len()) && text.chars().all(legal)
}

/// An object's own id. What can be none becomes part of no name of ours.
pub(crate) fn own_id(field: Option<String>) -> Result<String, ObjectError> {
    needed(field.filter(|id| is_id(id)), "id")
}

/// An id that may stand in a path. Anything else, as from the query of a public page, names nothing and
/// must not reach a path.
pub(crate) fn checked<'a>(id: &'a str, what: &str) -> Result<&'a str, CallError> {
    if is_id(id) { Ok(id) } else { Err(CallError::no_such(what)) }
}

/// Objects that were made from one time to another, both included.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> RangeQueryTs {
    RangeQueryTs::Bounds(RangeBoundsTs { gt: None, gte: Some(from.as_second()), lt: None, lte: Some(to.as_second()) })
}

/// `extra`, with what every object of ours must carry so that it finds back to its order.
pub(crate) fn own_metadata(extra: &Metadata, order: &OrderId, organization: &OrganizationId) -> Metadata {
    let mut metadata = extra.clone();
    metadata.insert("order_id".to_owned(), order.to_string());
    metadata.insert("organization".to_owned(), organization.to_string());
    metadata
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Reference, checked, own_id};

    /// These reached the names of refunds, which cannot hold them, and the process ended.
    #[test]
    fn what_can_be_no_id_of_stripes_is_none() {
        let read = |value: serde_json::Value| serde_json::from_value::<Reference>(value).expect("a reference");
        for bad in ["", "pi_\u{e9}", "pi 1", "pi_1#", "\0", &"a".repeat(129), &"a".repeat(5_000)] {
            assert_eq!(read(bad.into()).id, None, "{bad:?}");
            assert_eq!(read(serde_json::json!({ "id": bad })).id, None, "{bad:?}");
            assert!(own_id(Some(bad.to_owned())).is_err(), "{bad:?}");
        }
        assert_eq!(own_id(Some("cs_test_a1B2".to_owned())).as_deref(), Ok("cs_test_a1B2"));
    }

    proptest! {
        #[test]
        fn an_id_of_stripes_makes_a_legal_name(text in prop_oneof!["[a-z0-9_]{1,140}", any::<String>()]) {
            if let Ok(id) = own_id(Some(text)) {
                let name = format!("ref_ord_{}_{id}", "0".repeat(36));
                prop_assert!(domain::RefundId::parse(name.clone()).is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn references_come_in_three_shapes() {
        let read = |text: &str| serde_json::from_str::<Reference>(text).expect("a reference");
        assert_eq!(read("\"pi_1\"").id.as_deref(), Some("pi_1"));
        assert_eq!(read("{\"id\":\"pi_2\",\"object\":\"payment_intent\"}").id.as_deref(), Some("pi_2"));
        assert_eq!(read("null").id, None);
    }

    #[test]
    fn ids_cannot_walk_the_path() {
        assert_eq!(checked("cs_test_a1", "session"), Ok("cs_test_a1"));
        for bad in ["", "../refunds", "cs_1/expire", "cs_1?expand=x", "cs 1", "FREE-ord"] {
            assert!(checked(bad, "session").is_err_and(|error| error.is_missing()), "{bad:?}");
        }
    }
}
