//! Orders in review: something about their money is not as it should be, and staff have to decide.
//!
//! A review is never forgotten: it is due every day until staff accept or refuse. What that means follows from its
//! kind, see [`ReviewKind`].

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{
        order::Order,
        review::{Review, ReviewKind},
    },
    decision::{Alarm, Decision},
    outcome::Outcome,
};
use crate::RefundId;

/// How often people are reminded of an order in review.
pub const REVIEW_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Most characters of a reason, should several come together.
const MAX_REASON: usize = 500;

impl Order {
    /// Puts the order in review, or adds a reason to the review that it is in.
    pub(super) fn hold_for_review(&mut self, kind: ReviewKind, reason: &str, now: Timestamp) -> &mut Review {
        // What was decided before did not know of this.
        self.reviewed = None;
        let new = || Review {
            kind,
            reason: String::new(),
            since: now,
            due_at: now + REVIEW_EVERY,
            seen: None,
            refunds: Vec::new(),
        };
        let review = self.review.get_or_insert_with(new);
        review.kind = review.kind.min(kind);
        let separator = if review.reason.is_empty() { "" } else { "; " };
        review.reason = format!("{}{separator}{reason}", review.reason).chars().take(MAX_REASON).collect();
        review
    }

    /// Puts the order in review because a refund came to nothing.
    pub(super) fn hold_for_refund(&mut self, refund: &RefundId, reason: &str, now: Timestamp) {
        let review = self.hold_for_review(ReviewKind::Refund, reason, now);
        if !review.refunds.contains(refund) {
            review.refunds.push(refund.clone());
        }
    }
}

/// Reminds staff of an order in review, and of it again a day later. While its money is on the way back, no alarm is
/// raised.
#[must_use]
pub fn remind_of_review(order: &Order, now: Timestamp) -> Decision {
    let Some(review) = order.review.as_ref().filter(|review| review.due_at <= now) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Reminded);
    if order.reviewed.is_none() {
        decision.alarms.push(Alarm::Review { since: review.since, reason: review.reason.clone() });
    }
    if let Some(review) = &mut decision.order.review {
        review.due_at = now + REVIEW_EVERY;
    }
    decision
}
