//! Breaks that are planted into the model, to see that it finds them: a check that cannot fail is none.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The hold is released without asking Stripe to end the payment.
    ReleaseBeforeEnd,
    /// An order is placed without taking the unit.
    PlaceWithoutHold,
    /// An order is released, and the unit stays held.
    ReleaseKeepsHold,
    /// Each try of a refund has a key of its own.
    FreshRefundKey,
    /// A refund is asked for by the process that decided on it, and by no other one after it.
    RefundForgotten,
    /// What was decided on an older version of the order is written all the same.
    UnconditionalWrite,
    /// A claim whose owner died is never taken over.
    ClaimForEver,
}

impl Break {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ReleaseBeforeEnd,
        Self::PlaceWithoutHold,
        Self::ReleaseKeepsHold,
        Self::FreshRefundKey,
        Self::RefundForgotten,
        Self::UnconditionalWrite,
        Self::ClaimForEver,
    ];
}
