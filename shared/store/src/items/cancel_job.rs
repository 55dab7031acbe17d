//! The job that refunds all orders of a canceled listing. It is written in the transaction that cancels the listing and
//! deleted once every order is dealt with.

use domain::{Actor, ListingId, OrderId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{codec, job::ListingCursor};
use crate::{Item, Key, StoreError, index};

pub(crate) const ENTITY: &str = "cancel_job";

/// The work of refunding a whole listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelJob {
    /// Whose orders are refunded.
    pub listing: ListingId,
    /// The seller, who owes the refunds.
    pub organization: OrganizationId,
    /// The subject of the person who canceled it.
    pub by: Actor,
    /// The moment of the request, by the clock of the function.
    pub created_at: Timestamp,
    /// How far the job has come.
    #[serde(default)]
    pub progress: CancelProgress,
}

/// How far the refunding of a listing has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelProgress {
    /// Which orders the job goes through now.
    pub pass: CancelPass,
    /// Where in them it is; none at their beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<ListingCursor>,
    /// Orders that could not be dealt with yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<OrderId>,
    /// Whether there were more of them than are kept here, so that all orders have to be gone through once more.
    #[serde(default)]
    pub again: bool,
    /// How many orders were dealt with so far.
    #[serde(default, skip_serializing_if = "is_none")]
    pub done: u64,
}

fn is_none(done: &u64) -> bool {
    *done == 0
}

/// What a job that cancels a listing goes through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelPass {
    /// All orders of the listing.
    #[default]
    All,
    /// Those that were placed about when the sale closed, once the index must have them.
    Latest,
    /// Those that could not be dealt with before.
    Left,
}

pub(crate) fn key(listing: &ListingId) -> Key {
    Key::new(format!("JOB#CANCEL#{listing}"), "JOB")
}

/// The item of a job that is due at once.
pub(crate) fn item(job: &CancelJob) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&job.listing), ENTITY, job)?;
    index::due(&mut item, job.listing.as_str(), index::at_once(job.created_at));
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let listing = super::examples::listing();
    let job = CancelJob {
        listing: listing.id,
        organization: listing.organization,
        by: Actor::person(super::examples::STAFF),
        created_at: super::examples::now(),
        progress: CancelProgress {
            pass: CancelPass::All,
            cursor: Some(ListingCursor { shard: 2, after: "2027-01-15T08:30:00.000Z#ord_1".to_owned() }),
            left: vec![super::examples::order().id],
            again: false,
            done: 0,
        },
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("cancel_job.rs"),
        pk: "JOB#CANCEL#{listing}",
        sk: "JOB",
        attributes: &[
            ("listing", "the canceled listing"),
            ("organization", "its organization, also for fair turns on the agenda"),
            ("by", "the subject of the person who canceled it"),
            ("created_at", "when it was canceled"),
            ("progress", "which orders it goes through, where it is, and which orders are left for later"),
        ],
        indexes: &[(index::AGENDA, "the sweeper and the worker go on with it until it is done")],
        ttl: None,
        example: item(&job).expect("an item"),
    }
}
