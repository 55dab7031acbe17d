//! The job that writes an organization's daily summary for its staff. It stands on the agenda for as long as the organization
//! wants one and has an address for it.

use domain::{Organization, OrganizationId, summary::Counted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Key, index,
    index::due_second,
    value::{Change, n, s},
    write::{ANY, Write},
};

pub(crate) const ENTITY: &str = "summary_job";

/// The work of writing an organization's daily summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryJob {
    /// The organization.
    pub organization: OrganizationId,
    /// What a mail program shows to end the summaries. Secret.
    pub token: String,
    /// Where the next summary begins: what was before is in an earlier one.
    pub covered_to: Timestamp,
    /// How far the summary of today has come, if it is begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<SummaryProgress>,
}

/// How far a summary has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryProgress {
    /// Until when the summary goes.
    pub to: Timestamp,
    /// Where in the orders of that time it is; none at their beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// What was sold by the orders that were read.
    pub sales: Counted,
}

pub(crate) fn key(organization: &OrganizationId) -> Key {
    Key::new(format!("JOB#SUMMARY#{organization}"), "JOB")
}

/// Has the job stand on the agenda, due at `due`. One that is there already goes on, and keeps its time unless it `moves`.
pub(crate) fn ensure(organization: &Organization, token: &str, moves: bool, due: Timestamp, now: Timestamp) -> Write {
    let id = &organization.id;
    let change = Change::default()
        .set("entity", s(ENTITY))
        .set("organization", s(id.as_str()))
        .set_once("token", Some(s(token)))
        .set_once("covered_to", Some(s(now.to_string())))
        .set("agenda_shard", s(index::agenda(id.as_str())));
    let due = n(due_second(due));
    let change = if moves { change.set("due_at", due) } else { change.set_once("due_at", Some(due)) };
    Write::Update { key: key(id), change, condition: ANY }
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let organization = super::examples::organization();
    let now = super::examples::now();
    let write = ensure(&organization, &"0".repeat(32), false, domain::summary::next_summary_at(None, now), now);
    let Write::Update { key, change, .. } = write else { unreachable!("an update") };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("summary_job.rs"),
        pk: "JOB#SUMMARY#{organization}",
        sk: "JOB",
        attributes: &[
            ("organization", "the organization, also for fair turns on the agenda"),
            ("token", "what a mail program shows to end the summaries"),
            ("covered_to", "where the next summary begins: what was before is in an earlier one"),
            ("progress?", "until when today's goes, where in the orders it is, and what they come to so far"),
        ],
        indexes: &[(index::AGENDA, "the sweeper writes the summary, each morning by the organization's clock")],
        ttl: None,
        example: change.applied(&key),
    }
}
