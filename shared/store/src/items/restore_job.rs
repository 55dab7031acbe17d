//! How far the table has been told what Stripe knows and it does not, after it was set back. It is on no agenda: an
//! operator's command goes on with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "restore_job";

/// How far the table has been told what Stripe knows and it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreJob {
    /// The time that the table was set back to.
    pub since: Timestamp,
    /// The time up to which Stripe is asked: when this round began.
    pub until: Timestamp,
    /// Up to here all is told.
    pub reached: Timestamp,
    /// When this round came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

pub(crate) fn key(since: Timestamp) -> Key {
    Key::new(format!("JOB#RESTORE#{since}"), "JOB")
}

pub(crate) fn item(job: &RestoreJob) -> Result<Item, StoreError> {
    codec::write(&key(job.since), ENTITY, job)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let since = super::examples::now();
    let minutes = |n| since + jiff::SignedDuration::from_mins(n);
    let job = RestoreJob { since, until: minutes(12), reached: minutes(3), done_at: None };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("restore_job.rs"),
        pk: "JOB#RESTORE#{since}",
        sk: "JOB",
        attributes: &[
            ("since", "the time that the table was set back to"),
            ("until", "the time up to which Stripe is asked: when this round began"),
            ("reached", "up to here all is told; a change of it is conditional on the old one"),
            ("done_at?", "when this round came to its end"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&job).expect("an item"),
    }
}
