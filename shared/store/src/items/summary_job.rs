//! The job that writes an organization's daily summary for its staff. It stands on the agenda for as long as the organization
//! wants one and has an address for it.

use domain::{Organization, OrganizationId};
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
    /// The seller whose staff get it.
    pub organization: OrganizationId,
    /// What a mail program shows to end the summaries. Secret.
    pub token: String,
    /// Where the next summary begins: what was before is in an earlier one.
    pub covered_to: Timestamp,
}

pub(crate) fn key(organization: &OrganizationId) -> Key {
    Key::new(format!("JOB#SUMMARY#{organization}"), "JOB")
}

/// What is new for the job of an organization.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Renewed {
    /// When it is due: the organization is in another time zone.
    pub(crate) time: bool,
    /// What ends the summaries: they go to another reader.
    pub(crate) token: bool,
}

/// Has the job stand on the agenda, due at `due`. One that is there already goes on, and keeps its time and token unless
/// they are renewed.
pub(crate) fn ensure(organization: &Organization, token: &str, new: Renewed, due: Timestamp, now: Timestamp) -> Write {
    let id = &organization.id;
    let change = Change::default().set("entity", s(ENTITY)).set("organization", s(id.as_str()));
    let change = if new.token { change.set("token", s(token)) } else { change.set_once("token", Some(s(token))) };
    let change =
        change.set_once("covered_to", Some(s(now.to_string()))).set("agenda_shard", s(index::agenda(id.as_str())));
    let due = n(due_second(due));
    let change = if new.time { change.set("due_at", due) } else { change.set_once("due_at", Some(due)) };
    Write::Update { key: key(id), change, condition: ANY }
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let organization = super::examples::organization();
    let now = super::examples::now();
    let write =
        ensure(&organization, &"0".repeat(32), Renewed::default(), domain::summary::next_summary_at(None, now), now);
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
        ],
        indexes: &[(index::AGENDA, "the sweeper writes the summary, each morning by the organization's clock")],
        ttl: None,
        example: change.applied(&key),
    }
}
