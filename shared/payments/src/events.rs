//! The envelope that Stripe's webhooks send, and what the endpoint at Stripe is to send. Parse a body only after
//! [`crate::signature::verify`].
//!
//! [`EventKind::names`] and [`API_VERSION`] are what the endpoint is entered with, wherever that is done: by the local
//! stack, by the tests, and by the README's words.

use domain::EventId;
use jiff::Timestamp;
use serde_json::Value;

/// The version of Stripe's API that the endpoint's events are to be written in: the one that all calls name. Events of
/// another version are taken as well; then the object is fetched, in this version.
pub const API_VERSION: &str = "2026-09-30.endive";

/// What v2 events are called, which name an object and do not hold one
/// (<https://docs.stripe.com/event-destinations#thin-events>).
const THIN: &str = "v2.core.event";

/// A message of Stripe's about one object. Only its id and its type are sure; nothing else of it is believed before
/// [`Envelope::owner`] has said whose object it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Its id; Stripe may send it many times.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When, to the second. The beginning of 1970 where the event does not say, so that it is older than all else.
    pub created: Timestamp,
    /// The version of the API that the object is written in.
    pub api_version: Option<String>,
    /// Whether it is about real money, where it says so.
    pub livemode: Option<bool>,
    /// The connected account that it comes from. None for the platform's own.
    pub account: Option<String>,
    /// Whether it is of the second kind of events, which hold no object.
    pub thin: bool,
    /// The object, as it was at that time; null where there is none.
    pub object: Value,
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
    DisputeUpdated,
    DisputeClosed,
    DisputeFundsWithdrawn,
    DisputeFundsReinstated,
    /// A type that we have no use for.
    Unknown(String),
}

/// The types in use, each with Stripe's name.
const NAMES: [(EventKind, &str); 20] = [
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
    (EventKind::DisputeUpdated, "charge.dispute.updated"),
    (EventKind::DisputeClosed, "charge.dispute.closed"),
    (EventKind::DisputeFundsWithdrawn, "charge.dispute.funds_withdrawn"),
    (EventKind::DisputeFundsReinstated, "charge.dispute.funds_reinstated"),
];

impl EventKind {
    /// The names of all types in use, as an endpoint at Stripe must have them enabled.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name)| *name)
    }

    /// Whether it says that a buyer has paid, or that an amount is authorized.
    #[must_use]
    pub fn is_of_payment(&self) -> bool {
        matches!(
            self,
            Self::SessionCompleted
                | Self::SessionAsyncPaymentSucceeded
                | Self::IntentSucceeded
                | Self::IntentAmountCapturable
                | Self::ChargeSucceeded
                | Self::ChargeCaptured
        )
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

/// What an event's object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A checkout session.
    Session,
    /// A payment intent.
    Intent,
    /// One try to take money, `ch_…`.
    Charge,
    /// Money that goes back, `re_…`.
    Refund,
    /// A bank's complaint, `du_…`.
    Dispute,
}

impl EventKind {
    /// What the object of such an event is; none for types that we have no use for.
    #[must_use]
    pub fn about(&self) -> Option<About> {
        let name = self.as_str();
        let begins = |prefix: &str| name.starts_with(prefix);
        match self {
            Self::Unknown(_) => None,
            _ if begins("checkout.session.") => Some(About::Session),
            _ if begins("payment_intent.") => Some(About::Intent),
            _ if begins("charge.dispute.") => Some(About::Dispute),
            _ if begins("charge.") => Some(About::Charge),
            _ if begins("refund.") => Some(About::Refund),
            _ => None,
        }
    }
}

/// A body that is no event. It was signed, so it is a mistake and not an attack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The body cannot be parsed.
    #[error("the body is no JSON, at line {line}, column {column}")]
    Json {
        /// Where reading stopped. What stood there stays unsaid: it may be a buyer's.
        line: usize,
        /// Counted from 1, within that line.
        column: usize,
    },
    /// Without an id or a type, which every event has.
    #[error("the body is no Stripe event: it has no {0}")]
    Missing(&'static str),
    /// An id that can be none of Stripe's.
    #[error("the event's id is none")]
    Id,
}

impl Envelope {
    /// Reads the body of a webhook.
    ///
    /// # Errors
    /// [`EventError`] for a body that is no event. Types, fields and values that we do not know are no error, and nothing
    /// of the object is looked at.
    pub fn parse(body: &[u8]) -> Result<Self, EventError> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| EventError::Json { line: error.line(), column: error.column() })?;
        Self::read(&value)
    }

    /// Reads an event that came in a list.
    pub(crate) fn read(value: &Value) -> Result<Self, EventError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let id = text("id").ok_or(EventError::Missing("id"))?;
        let kind = text("type").ok_or(EventError::Missing("type"))?;
        Ok(Self {
            id: EventId::parse(id).map_err(|_| EventError::Id)?,
            kind: EventKind::from(kind),
            created: value.get("created").and_then(time).unwrap_or(Timestamp::UNIX_EPOCH),
            api_version: text("api_version").map(str::to_owned),
            livemode: value.get("livemode").and_then(Value::as_bool),
            account: value.get("account").filter(|account| !account.is_null()).map(|account| match account {
                Value::String(account) => account.clone(),
                other => other.to_string(),
            }),
            thin: text("object") == Some(THIN),
            object: value.pointer("/data/object").cloned().unwrap_or_default(),
        })
    }

    /// Whether its object is written in our version of the API. An event that does not say counts as such.
    #[must_use]
    pub fn is_of_our_version(&self) -> bool {
        self.api_version.as_deref().is_none_or(|version| version == API_VERSION)
    }
}

/// A time: in seconds, or as text, as v2 events have it.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => Timestamp::from_second(other.as_i64()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{API_VERSION, Envelope, EventError, EventKind};

    #[test]
    fn every_name_reads_back() {
        assert_eq!(EventKind::names().count(), 20);
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
        for body in ["", "nonsense", "{", "\u{0}"] {
            assert!(matches!(Envelope::parse(body.as_bytes()), Err(EventError::Json { .. })), "{body}");
        }
        for body in ["[]", "{}", "7", "null", r#"{"id":7,"type":"x"}"#, r#"{"type":"x"}"#] {
            assert_eq!(Envelope::parse(body.as_bytes()), Err(EventError::Missing("id")), "{body}");
        }
        for body in [r#"{"id":"evt_1"}"#, r#"{"id":"evt_1","type":null}"#] {
            assert_eq!(Envelope::parse(body.as_bytes()), Err(EventError::Missing("type")), "{body}");
        }
        let bad_id = br#"{"id":"evt#1","type":"x","created":1,"data":{"object":{}}}"#;
        assert_eq!(Envelope::parse(bad_id), Err(EventError::Id));
    }

    #[test]
    fn what_an_event_lacks_is_no_error() {
        let parse = |body: &str| Envelope::parse(body.as_bytes()).expect("an event");
        for created in ["9223372036854775807", "\"now\"", "null", "{}"] {
            let event = parse(&format!(r#"{{"id":"evt_1","type":"x","created":{created},"data":[]}}"#));
            assert_eq!((event.created, event.object.is_null()), (Timestamp::UNIX_EPOCH, true), "{created}");
        }
        let thin = parse(
            r#"{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.no_meter_found","created":"2026-11-25T18:00:00.000Z"}"#,
        );
        assert_eq!((thin.thin, thin.created.as_second()), (true, 1_795_629_600));
        let other = parse(r#"{"id":"evt_1","type":"x","account":"acct_1","livemode":true,"api_version":"2020-08-27"}"#);
        assert_eq!(
            (other.account.as_deref(), other.livemode, other.is_of_our_version()),
            (Some("acct_1"), Some(true), false)
        );
    }

    #[test]
    fn the_endpoints_version_is_that_of_our_calls() {
        assert_eq!(API_VERSION, stripe_client_core::VERSION.as_str());
    }

    #[test]
    fn every_type_in_use_is_about_something() {
        for name in EventKind::names() {
            assert!(EventKind::from(name).about().is_some(), "{name}");
        }
    }
}
