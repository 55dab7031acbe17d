//! What a fact or an event came to, as one word for answers, event records and logs.

use domain::order::Outcome;

/// What a fact or an event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The order decided this.
    Decided(Outcome),
    /// We have no such order.
    UnknownOrder,
    /// It is about money that was never captured.
    NeverTaken,
    /// Stripe's own objects do not show it; nothing is taken from it.
    Contradicted,
    /// It would end the order's payment, and is about another page than the order's own.
    AnotherSession,
    /// The objects that it points to show nothing new.
    NothingNew,
    /// Stripe does not have the object that it is about.
    NoSuchObject,
    /// It is about no order of ours.
    NotOurs,
    /// It is none that we act on, for this reason.
    Ignored(&'static str),
}

impl Effect {
    /// It has taken effect before.
    pub(crate) const ALREADY: Self = Self::Decided(Outcome::AlreadyProcessed);

    /// Whether money that a buyer paid, or that was authorized, came to be known by it.
    pub(crate) fn is_of_payment(self) -> bool {
        let Self::Decided(outcome) = self else { return false };
        matches!(
            outcome,
            Outcome::Paid
                | Outcome::PaidLate
                | Outcome::RefundedLate
                | Outcome::RefundedCanceled
                | Outcome::DoublePayment
                | Outcome::Review
                | Outcome::Authorized
        )
    }

    /// The word, in lower case with underscores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decided(outcome) => outcome.as_str(),
            Self::UnknownOrder => "unknown_order",
            Self::NeverTaken => "never_taken",
            Self::Contradicted => "contradicted",
            Self::AnotherSession => "another_session",
            Self::NothingNew => "nothing_new",
            Self::NoSuchObject => "no_such_object",
            Self::NotOurs => "not_ours",
            Self::Ignored(reason) => reason,
        }
    }
}
