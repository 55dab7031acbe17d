//! A review: what staff have to decide about, and what they decided.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::payment::Sum;
use crate::{Actor, RefundId};

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
    /// Who: a person.
    #[serde(deserialize_with = "Actor::read_person")]
    pub by: Actor,
    /// When staff decided.
    pub at: Timestamp,
    /// The refunds that refusing asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundId>,
}
