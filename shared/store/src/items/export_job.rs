//! An export: a table of an organization's orders that is too long for one answer, on its way into the bucket, and what has
//! become of it.

use domain::{Actor, ListingId, OrganizationId, SheetKind};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError, index, key};

pub(crate) const ENTITY: &str = "export_job";

/// How long the file of an export stays, and its item with it: as long as the bucket keeps it.
pub const EXPORT_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What has become of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It is being written.
    Running,
    /// Its file is whole.
    Done,
    /// It could not be written within a day.
    Failed,
}

impl ExportState {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// A table of an organization's orders on its way into the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportJob {
    /// `exp_` and 32 hex digits, made by chance.
    pub id: String,
    /// Whose orders they are.
    pub organization: OrganizationId,
    /// What a row is.
    pub kind: SheetKind,
    /// Only orders with this listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingId>,
    /// Only orders placed then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Only orders placed before: at the latest when it was asked for, so that what it has stays the same while it runs.
    pub to: Timestamp,
    /// Who asked for it.
    pub by: Actor,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// What has become of it.
    pub state: ExportState,
    /// How far it has come.
    #[serde(default)]
    pub progress: ExportProgress,
}

/// How far an export has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProgress {
    /// The bucket's id of the upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// The tags of the parts that are written.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How many bytes they have.
    #[serde(default)]
    pub bytes: u64,
    /// The place in the list of orders up to which rows were made; none at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The file with the rows that are too few for a part yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// How many such files there were: each has a name of its own, so that none is read that belongs to another place.
    #[serde(default)]
    pub rests: u32,
}

pub(crate) fn key(organization: &OrganizationId, id: &str) -> Key {
    Key::new(format!("JOB#EXPORT#{organization}#{id}"), "JOB")
}

/// The partition of an organization's exports. They are few, so one is enough.
pub(crate) fn org_shard(organization: &OrganizationId) -> String {
    format!("ORG#{organization}#EXPORT")
}

/// The item of a job that is due at once.
pub(crate) fn item(job: &ExportJob) -> Result<Item, StoreError> {
    let own = key(&job.organization, &job.id);
    let mut item = codec::write(&own, ENTITY, job)?;
    index::due(&mut item, &own.pk, index::at_once(job.created_at));
    index::list(&mut item, org_shard(&job.organization), key::by_time(job.created_at, &job.id));
    index::expire(&mut item, (job.created_at + EXPORT_KEPT + EXPORT_KEPT).as_second());
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let job = ExportJob {
        id: "exp_1".to_owned(),
        organization: super::examples::organization().id,
        kind: SheetKind::Orders,
        listing: Some(super::examples::listing().id),
        from: Some("2027-01-01T00:00:00Z".parse().expect("a time")),
        to: super::examples::now(),
        by: Actor::person(super::examples::STAFF),
        created_at: super::examples::now(),
        state: ExportState::Running,
        progress: ExportProgress::default(),
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("export_job.rs"),
        pk: "JOB#EXPORT#{organization}#{export}",
        sk: "JOB",
        attributes: &[
            ("id", "its id"),
            ("organization", "the organization, also for fair turns on the agenda"),
            ("kind", "what a row is: `orders`, `lines`, `tickets`, `refunds` or `payouts`"),
            ("listing", "only orders with this listing; missing where it has those of all"),
            ("from", "only orders placed then or later; missing where it has all"),
            ("to", "only orders placed before; at the latest when it was asked for"),
            ("by", "the subject of the person who asked for it"),
            ("created_at", "when it was asked for"),
            ("state", "`running`, `done` or `failed`"),
            ("progress", "the upload, the tags of its parts, and how far it has come in the list of orders"),
        ],
        indexes: &[
            (index::AGENDA, "the sweeper and the worker go on with it until it is done or has failed"),
            (index::BY_ORGANIZATION, "the list of the organization's exports, by the time they were asked for"),
        ],
        ttl: Some("14 days after it was asked for; the bucket keeps its file for seven"),
        example: item(&job).expect("an item"),
    }
}
