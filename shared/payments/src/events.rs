//! The envelope that Stripe's webhooks send. Parse it only after [`crate::signature::verify`].

use domain::EventId;
use jiff::Timestamp;
use serde::Deserialize;

/// A message of Stripe's about one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Its id; Stripe may send it many times.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When, to the second.
    pub created: Timestamp,
    /// The version of the API that the object is written in.
    pub api_version: Option<String>,
    /// Whether it is about real money.
    pub livemode: bool,
    /// The object, as it was at that time.
    pub object: serde_json::Value,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is Stripe's, see as_str")]
pub enum EventKind {
    SessionCompleted,
    SessionExpired,
    SessionAsyncPaymentSucceeded,
    SessionAsyncPaymentFailed,
    IntentSucceeded,
    IntentPaymentFailed,
    IntentCanceled,
    IntentAmountCapturable,
    ChargeSucceeded,
    ChargeCaptured,
    ChargeExpired,
    ChargeRefunded,
    RefundCreated,
    RefundUpdated,
    RefundFailed,
    DisputeCreated,
    DisputeClosed,
    /// A type that we have no use for.
    Unknown(String),
}

/// The types in use, each with Stripe's name.
const NAMES: [(EventKind, &str); 17] = [
    (EventKind::SessionCompleted, "checkout.session.completed"),
    (EventKind::SessionExpired, "checkout.session.expired"),
    (EventKind::SessionAsyncPaymentSucceeded, "checkout.session.async_payment_succeeded"),
    (EventKind::SessionAsyncPaymentFailed, "checkout.session.async_payment_failed"),
    (EventKind::IntentSucceeded, "payment_intent.succeeded"),
    (EventKind::IntentPaymentFailed, "payment_intent.payment_failed"),
    (EventKind::IntentCanceled, "payment_intent.canceled"),
    (EventKind::IntentAmountCapturable, "payment_intent.amount_capturable_updated"),
    (EventKind::ChargeSucceeded, "charge.succeeded"),
    (EventKind::ChargeCaptured, "charge.captured"),
    (EventKind::ChargeExpired, "charge.expired"),
    (EventKind::ChargeRefunded, "charge.refunded"),
    (EventKind::RefundCreated, "refund.created"),
    (EventKind::RefundUpdated, "refund.updated"),
    (EventKind::RefundFailed, "refund.failed"),
    (EventKind::DisputeCreated, "charge.dispute.created"),
    (EventKind::DisputeClosed, "charge.dispute.closed"),
];

impl EventKind {
    /// The names of all types in use, as an endpoint at Stripe must have them enabled.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name)| *name)
    }

    /// Stripe's name of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unknown(name) => name,
            known => NAMES.iter().find(|(kind, _)| kind == known).map_or("", |(_, name)| *name),
        }
    }
}

impl From<&str> for EventKind {
    fn from(name: &str) -> Self {
        let known = NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| kind.clone());
        known.unwrap_or_else(|| Self::Unknown(name.to_owned()))
    }
}

/// A body that is no event. It was signed, so it is a mistake and not an attack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not JSON, or without the fields that every event has.
    #[error("the body is no Stripe event, at line {line}, column {column}")]
    Shape {
        /// Where reading stopped. What stood there stays unsaid: it may be a buyer's.
        line: usize,
        /// The column in it.
        column: usize,
    },
    /// An id that can be none of Stripe's.
    #[error("the event's id is none")]
    Id,
    /// A time that does not exist.
    #[error("the event's time is none")]
    Time,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    api_version: Option<String>,
    #[serde(default)]
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: serde_json::Value,
}

impl Envelope {
    /// Reads the body of a webhook.
    ///
    /// # Errors
    /// [`EventError`] for a body that is no event. Types, fields and values that we do not know are no error.
    pub fn parse(body: &[u8]) -> Result<Self, EventError> {
        let wire: Wire = serde_json::from_slice(body)
            .map_err(|error| EventError::Shape { line: error.line(), column: error.column() })?;
        Ok(Self {
            id: EventId::parse(wire.id).map_err(|_| EventError::Id)?,
            kind: EventKind::from(wire.kind.as_str()),
            created: Timestamp::from_second(wire.created).map_err(|_| EventError::Time)?,
            api_version: wire.api_version,
            livemode: wire.livemode,
            object: wire.data.object,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, EventError, EventKind};

    #[test]
    fn every_name_reads_back() {
        assert_eq!(EventKind::names().count(), 17);
        for name in EventKind::names() {
            let kind = EventKind::from(name);
            assert!(!matches!(kind, EventKind::Unknown(_)), "{name}");
            assert_eq!(kind.as_str(), name);
        }
        assert_eq!(EventKind::from("invoice.paid").as_str(), "invoice.paid");
    }

    #[test]
    fn an_unknown_type_with_unknown_fields_is_an_event() {
        let body = br#"{"id":"evt_1","object":"event","type":"invoice.paid","created":1790000000,"livemode":false,
            "api_version":null,"pending_webhooks":1,"request":{"id":null},"data":{"object":{"id":"in_1"}},"new":[1]}"#;
        let envelope = Envelope::parse(body).expect("an event");
        assert_eq!(envelope.kind, EventKind::Unknown("invoice.paid".to_owned()));
        assert_eq!(envelope.created.as_second(), 1_790_000_000);
        assert_eq!(envelope.object["id"], "in_1");
    }

    #[test]
    fn what_is_no_event_is_a_typed_error() {
        for body in ["", "[]", "{}", "nonsense", r#"{"id":"evt_1","type":"x","created":"now","data":{"object":{}}}"#] {
            assert!(matches!(Envelope::parse(body.as_bytes()), Err(EventError::Shape { .. })), "{body}");
        }
        let bad_id = br#"{"id":"evt#1","type":"x","created":1,"data":{"object":{}}}"#;
        assert_eq!(Envelope::parse(bad_id), Err(EventError::Id));
        let bad_time = br#"{"id":"evt_1","type":"x","created":9223372036854775807,"data":{"object":{}}}"#;
        assert_eq!(Envelope::parse(bad_time), Err(EventError::Time));
    }
}
