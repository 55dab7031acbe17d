//! The audit trail: who did what, when and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Actor;

/// An entry of an order's audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When the change was decided.
    pub at: Timestamp,
    /// What, as the decision's outcome names it.
    pub what: String,
    /// Who: a part of the system, as `webhook`, or a person by subject.
    pub by: Actor,
    /// The cause: Stripe's event, or a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}
