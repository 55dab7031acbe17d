//! How a call to Stripe ends: done, refused, or unclear.
//!
//! - `Ok`: Stripe did it, and this is what it shows.
//! - [`CallError::Refused`]: Stripe decided against it. Nothing was done, and the same key answers the same for a day.
//!   [`StripeRefusal::class`] says what that means for each kind of call.
//! - [`CallError::Unclear`]: it is not known. The caller keeps what it holds and repeats with the same key, or fetches.
//! - [`CallError::NotSent`]: nothing of *this* call left the process. It says nothing about earlier calls with the same
//!   key, so it counts as unclear ([`CallError::is_unclear`]) for every caller but the one that knows, from its call
//!   record, that there was no earlier one.

use domain::Decline;
use jiff::Timestamp;
use stripe_client_core::StripeClientErr;

pub(crate) use refusal::SESSION_UNEXPECTED_STATE;
pub use refusal::{RefusalClass, StripeRefusal};

mod refusal;

/// What a call to Stripe gives.
pub type CallResult<T> = Result<T, CallError>;

/// Why a call gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Stripe answered, and the answer is no.
    #[error("Stripe refused: {0}")]
    Refused(Box<StripeRefusal>),
    /// The call may or may not have been acted on.
    #[error("unclear: {0}")]
    Unclear(Unclear),
    /// No try of this call reached Stripe.
    #[error("not sent: {0}")]
    NotSent(String),
}

/// A call of which it is not known whether it was acted on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}, request {}", request_id.as_deref().unwrap_or("unknown"))]
pub struct Unclear {
    /// What went wrong, as the last try saw it.
    pub reason: UnclearReason,
    /// Stripe's id of the request, where an answer came.
    pub request_id: Option<String>,
}

/// What makes an outcome unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnclearReason {
    /// No answer within the time we have.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before an answer came.
    #[error("the connection was lost")]
    ConnectionLost,
    /// Stripe failed. `replayed` means that it has kept this answer under the key: the same key will never do better,
    /// so look by list before a new key is used.
    #[error("status {status} (replayed: {replayed})")]
    ServerError {
        /// The HTTP status.
        status: u16,
        /// Whether Stripe repeats an earlier answer to the same key.
        replayed: bool,
    },
    /// An answer that is not Stripe's language, as a proxy's page.
    #[error("an answer that cannot be read")]
    Malformed,
    /// Too many calls at once, or a lock held too long.
    #[error("Stripe asks to come back later")]
    RateLimited,
    /// Another call with the same key, or on the same object, is under way.
    #[error("another call is under way")]
    KeyInUse,
    /// An earlier try is unclear, and the last one was turned away before its key was looked up.
    #[error("an earlier try is open, and this one was turned away with status {status}")]
    TurnedAway {
        /// The HTTP status.
        status: u16,
    },
}

impl CallError {
    /// None where the call is unclear or was not sent.
    #[must_use]
    pub fn refusal(&self) -> Option<&StripeRefusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Unclear(_) | Self::NotSent(_) => None,
        }
    }

    /// Whether the call, or an earlier one with its key, may have been acted on.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        self.refusal().is_none()
    }

    /// Whether no try of this call left the process. Of earlier calls with the same key it says nothing.
    #[must_use]
    pub fn is_not_sent(&self) -> bool {
        matches!(self, Self::NotSent(_))
    }

    /// Whether Stripe has kept a failure under the key, so that only a look at Stripe and then a new key can help.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        matches!(self, Self::Unclear(Unclear { reason: UnclearReason::ServerError { replayed: true, .. }, .. }))
    }

    /// See [`StripeRefusal::is_decline`].
    #[must_use]
    pub fn is_decline(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_decline)
    }

    /// See [`StripeRefusal::is_unexpected_state`].
    #[must_use]
    pub fn is_unexpected_state(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_unexpected_state)
    }

    /// See [`StripeRefusal::is_missing`].
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_missing)
    }

    /// See [`StripeRefusal::is_key_mismatch`].
    #[must_use]
    pub fn is_key_mismatch(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_key_mismatch)
    }

    /// See [`StripeRefusal::is_configuration`].
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_configuration)
    }

    /// What the refusal means, if it is one.
    #[must_use]
    pub fn class(&self) -> Option<RefusalClass> {
        self.refusal().map(StripeRefusal::class)
    }

    /// Whether Stripe refused for a reason that lies outside of the request and passes once a person or time has seen to
    /// it: see [`RefusalClass::is_later`].
    #[must_use]
    pub fn is_later(&self) -> bool {
        self.class().is_some_and(RefusalClass::is_later)
    }

    /// Whether Stripe refused the platform's key or its rights: [`RefusalClass::Platform`]. The call was turned away at
    /// the door, so its key is as good as new.
    #[must_use]
    pub fn is_turned_away(&self) -> bool {
        self.class() == Some(RefusalClass::Platform)
    }

    /// See [`StripeRefusal::is_amount`].
    #[must_use]
    pub fn is_amount(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_amount)
    }

    /// See [`StripeRefusal::is_unknown_place`].
    #[must_use]
    pub fn is_unknown_place(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_unknown_place)
    }

    /// See [`StripeRefusal::is_taken_reference`].
    #[must_use]
    pub fn is_taken_reference(&self) -> bool {
        self.refusal().is_some_and(StripeRefusal::is_taken_reference)
    }

    /// The decline, in our words, if it is one. `at` is the time of the answer.
    #[must_use]
    pub fn decline(&self, at: Timestamp) -> Option<Decline> {
        let refusal = self.refusal().filter(|refusal| refusal.is_decline())?;
        let code = refusal.decline_code.clone().or_else(|| refusal.code.clone());
        let (code, card) = (code.unwrap_or_else(|| refusal.kind.clone()), refusal.card.clone());
        Some(Decline { code, message: refusal.message.clone(), at, card })
    }

    /// Stripe's id of the request, where an answer came.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.request_id.as_deref(),
            Self::Unclear(unclear) => unclear.request_id.as_deref(),
            Self::NotSent(_) => None,
        }
    }

    pub(crate) fn unclear(reason: UnclearReason, request_id: Option<String>) -> Self {
        Self::Unclear(Unclear { reason, request_id })
    }

    /// No such object, said without a call: the name can be none of Stripe's.
    pub(crate) fn no_such(what: &str) -> Self {
        Self::Refused(Box::new(StripeRefusal {
            status: 404,
            kind: "invalid_request_error".to_owned(),
            code: Some("resource_missing".to_owned()),
            message: format!("No such {what}"),
            ..StripeRefusal::default()
        }))
    }
}

impl StripeClientErr for CallError {
    fn deserialize_err(_: impl std::fmt::Display) -> Self {
        Self::unclear(UnclearReason::Malformed, None)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{CallError, StripeRefusal, UnclearReason};

    fn refused(refusal: StripeRefusal) -> CallError {
        CallError::Refused(Box::new(refusal))
    }

    fn with_code(status: u16, code: &str) -> CallError {
        refused(StripeRefusal { status, code: Some(code.to_owned()), ..StripeRefusal::default() })
    }

    #[test]
    fn refusals_are_named_by_meaning() {
        assert!(with_code(402, "card_declined").is_decline());
        assert!(with_code(400, "payment_intent_unexpected_state").is_unexpected_state());
        assert!(with_code(404, "resource_missing").is_missing());
        assert!(with_code(400, "amount_too_small").is_amount());
        assert!(with_code(401, "api_key_expired").is_configuration());
        let mismatch = StripeRefusal { status: 400, kind: "idempotency_error".into(), ..StripeRefusal::default() };
        assert!(refused(mismatch).is_key_mismatch());
    }

    #[test]
    fn a_seller_who_is_not_there_is_configuration_and_no_missing_object() {
        let error = refused(StripeRefusal {
            status: 400,
            code: Some("resource_missing".to_owned()),
            param: Some("payment_intent_data[transfer_data][destination]".to_owned()),
            ..StripeRefusal::default()
        });
        assert!(error.is_configuration());
        assert!(!error.is_missing());
    }

    #[test]
    fn all_that_is_no_refusal_is_unclear() {
        assert!(CallError::NotSent("no route".to_owned()).is_unclear());
        assert!(CallError::unclear(UnclearReason::TimedOut, None).is_unclear());
        assert!(!with_code(400, "amount_too_small").is_unclear());
        assert!(CallError::unclear(UnclearReason::ServerError { status: 500, replayed: true }, None).is_stuck());
    }

    #[test]
    fn a_declines_code_is_the_issuers_where_there_is_one() {
        let error = refused(StripeRefusal {
            status: 402,
            kind: "card_error".to_owned(),
            code: Some("card_declined".to_owned()),
            decline_code: Some("insufficient_funds".to_owned()),
            message: "Your card has insufficient funds.".to_owned(),
            ..StripeRefusal::default()
        });
        let decline = error.decline(Timestamp::UNIX_EPOCH).expect("a decline");
        assert_eq!(decline.code, "insufficient_funds");
        assert_eq!(with_code(400, "amount_too_small").decline(Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn messages_stay_out_of_the_display() {
        let error = refused(StripeRefusal {
            status: 400,
            kind: "invalid_request_error".to_owned(),
            message: "Invalid email address: ada@example.com".to_owned(),
            request_id: Some("req_1".to_owned()),
            ..StripeRefusal::default()
        });
        assert_eq!(error.to_string(), "Stripe refused: status 400, invalid_request_error, code none, request req_1");
    }
}
