//! A message of the queue of long jobs.

use serde::{Deserialize, Serialize};
use store::Due;

/// A message of the queue of work: the key of the job's item. What is to be done stands in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkMessage {
    /// The item's partition key.
    pub pk: String,
    /// The item's sort key.
    pub sk: String,
    /// Whether an operator wants a listing's check at once, and not when it is due. Other jobs keep their time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
}

impl WorkMessage {
    pub(crate) fn of(due: &Due) -> Self {
        let key = due.kind.key();
        Self { pk: key.pk, sk: key.sk, early: false }
    }
}
