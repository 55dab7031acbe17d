//! What a use case may fail with.

use bucket::BucketError;
use domain::{Code, Order, Refusal};
use payments::CallError;
use store::StoreError;

/// Our code for a payment that Stripe would not even begin, without a reason of a card's.
pub(crate) const NOT_STARTED: &str = "session_refused";
/// Our code for a payment that Stripe refuses because of the seller's account.
pub(crate) const SELLER_REFUSED: &str = "payments_not_configured";
/// Our code for an amount that Stripe does not charge.
pub(crate) const AMOUNT_REFUSED: &str = "amount_limit";

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The caller asked for something that cannot be had. A repeat gives the same.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Stripe refused the order's payment for good; the order has failed and its stock is released.
    #[error("the payment could not be started: {reason}")]
    PaymentRefused {
        /// The order, which has failed.
        order: Box<Order>,
        /// Stripe's code.
        reason: String,
    },
    /// The card was declined, and no buyer is there to try another one; the order has failed and its stock is released.
    #[error("the card was declined")]
    Declined {
        /// The order, which has failed.
        order: Box<Order>,
    },
    /// The table gave no answer. What was asked may be repeated.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Stripe gave no clear answer. What was asked may be repeated, under the same key.
    #[error(transparent)]
    Payment(#[from] CallError),
    /// The bucket of exports did not do it. What was asked may be repeated.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// Others wrote to the same order, listing or stock each time this was tried. What was asked may be repeated.
    #[error("others wrote to the same items of the table, too often")]
    Contended,
    /// Most parts of a large work failed, each with a line of its own: what they need is in trouble. It is tried again later.
    #[error("most of it could not be done now")]
    Stalled,
    /// Something that cannot be: a fault of ours that needs a person.
    #[error("{0}")]
    Broken(String),
}

/// After how many seconds a repeat makes sense when a service is down.
const RETRY_AFTER: u32 = 2;

impl EngineError {
    /// What the caller reads. It says nothing of the inside.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::PaymentRefused { reason, .. } if reason == SELLER_REFUSED => {
                Refusal::new(Code::PaymentsNotConfigured, "The seller cannot take payments at the moment")
            }
            Self::PaymentRefused { reason, .. } if reason == AMOUNT_REFUSED => {
                Refusal::new(Code::AmountLimit, "This amount cannot be charged")
            }
            Self::PaymentRefused { .. } => {
                Refusal::new(Code::PaymentUnavailable, "The payment could not be started; nothing was charged")
                    .retry_after(RETRY_AFTER)
            }
            Self::Declined { order } => {
                let failure = order.payment.failure.as_ref().map(|failure| failure.message.clone());
                Refusal::new(Code::PaymentDeclined, failure.unwrap_or_else(|| "The payment was declined".to_owned()))
            }
            Self::Store(error) if error.is_transient() => {
                Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(RETRY_AFTER)
            }
            Self::Bucket(_) | Self::Contended | Self::Stalled => {
                Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(RETRY_AFTER)
            }
            Self::Payment(_) => {
                Refusal::new(Code::PaymentUnavailable, "The payment service gave no answer; please try again")
                    .retry_after(RETRY_AFTER)
            }
            Self::Store(_) | Self::Broken(_) => Refusal::new(Code::Internal, "Something went wrong on our side"),
        }
    }

    /// The order that failed with it, to be shown to the caller.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match self {
            Self::PaymentRefused { order, .. } | Self::Declined { order } => Some(order),
            _ => None,
        }
    }

    /// Whether the failure passes by itself.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Payment(_) | Self::Bucket(_) | Self::Contended | Self::Stalled => true,
            Self::Refused(_) | Self::PaymentRefused { .. } | Self::Declined { .. } | Self::Broken(_) => false,
        }
    }
}

impl From<EngineError> for Refusal {
    /// What the caller reads. What went wrong inside goes into the log, here, once.
    fn from(error: EngineError) -> Self {
        let refusal = error.refusal();
        match &error {
            EngineError::Refused(_) | EngineError::Declined { .. } => {}
            error if error.is_transient() => tracing::warn!(%error, "turned away for now"),
            error => tracing::error!(%error, "failed"),
        }
        refusal
    }
}

/// A fault of ours, in the words of what failed.
pub(crate) fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}
