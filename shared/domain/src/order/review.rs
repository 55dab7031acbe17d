//! Orders in review: something about their money is not as it should be, and staff have to decide.
//!
//! A review is never forgotten: it is due every day until staff accept or refuse. What that means follows from its
//! kind.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Order,
    decision::{Alarm, Decision},
    outcome::Outcome,
    payment::Sum,
};
use crate::RefundId;

/// How often people are reminded of an order in review.
pub const REVIEW_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Most characters of a reason, should several come together.
const MAX_REASON: usize = 500;

/// Why an order is in review. Of several reasons the first of this list says what accepting and refusing mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// What arrived is not what the order says. Accepting gives the goods, refusing gives all of it back.
    Payment,
    /// What is authorized is not what the order says. Accepting asks the expert, refusing voids the authorization.
    Authorization,
    /// Refunds came to nothing. Accepting takes note of it, as where the money was given back in another way; refusing
    /// tries them again.
    Refund,
    /// Stripe made a refund after all that it had refused, when the goods were with the buyer again. Accepting leaves
    /// them there, refusing takes them back, with what is left of the money.
    Returned,
}

/// That a person has to look at an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What accepting and refusing mean.
    pub kind: ReviewKind,
    /// Why, in sentences for staff; at most 500 characters.
    pub reason: String,
    /// When the first of the reasons came.
    pub since: Timestamp,
    /// When people are reminded next.
    pub due_at: Timestamp,
    /// What was authorized, where that is the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Sum>,
    /// The refunds that came to nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundId>,
}

/// What a person has decided about an order in review, the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Whether staff accepted; else they refused.
    pub accept: bool,
    /// Who: the token's subject.
    pub by: String,
    /// When staff decided.
    pub at: Timestamp,
    /// The refunds that refusing asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundId>,
}

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
