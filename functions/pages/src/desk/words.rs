//! What the desk says of states: which message, for which state.

use domain::{DisputeState, order::ReviewKind};

/// The message for where a dispute stands.
pub(super) fn dispute(state: DisputeState) -> &'static str {
    match state {
        DisputeState::Open => "page-dispute-open",
        DisputeState::Inquiry => "page-dispute-inquiry",
        DisputeState::Won => "page-dispute-won",
        DisputeState::Lost => "page-dispute-lost",
        DisputeState::Prevented => "page-dispute-prevented",
    }
}

/// What accepting an order in review does, and what refusing it does.
pub(super) fn review(kind: ReviewKind) -> (&'static str, &'static str) {
    match kind {
        ReviewKind::Payment => ("page-review-payment-accept", "page-review-payment-refuse"),
        ReviewKind::Authorization => ("page-review-authorization-accept", "page-review-authorization-refuse"),
        ReviewKind::Refund => ("page-review-refund-accept", "page-review-refund-refuse"),
        ReviewKind::Returned => ("page-review-returned-accept", "page-review-returned-refuse"),
    }
}
