//! How far the check of a listing's stock against its orders has come. It is not on the agenda itself: its listing is.

use domain::{ListingId, OfferId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{codec, job::ListingCursor};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "check_job";

/// How far the check of a listing's stock against its orders has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckJob {
    /// Whose offers' shards are counted.
    pub listing: ListingId,
    /// When this round began.
    pub began_at: Timestamp,
    /// Where in the list of its orders it is; none at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<ListingCursor>,
    /// The stock when the round began, by offer and shard: available, held, sold.
    #[serde(with = "codec::json")]
    pub stock: Vec<(OfferId, u16, [u32; 3])>,
    /// What the orders gone through so far claim, by offer and shard: held, sold.
    #[serde(with = "codec::json")]
    pub units: Vec<(OfferId, u16, [u32; 2])>,
    /// What the round before found not to add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicion: Vec<String>,
    /// How many rounds there were before this one.
    #[serde(default)]
    pub fetches: u32,
}

pub(crate) fn key(listing: &ListingId) -> Key {
    Key::new(format!("JOB#CHECK#{listing}"), "JOB")
}

pub(crate) fn item(job: &CheckJob) -> Result<Item, StoreError> {
    codec::write(&key(&job.listing), ENTITY, job)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let offer = super::examples::offer();
    let job = CheckJob {
        listing: offer.listing,
        began_at: super::examples::now(),
        cursor: Some(ListingCursor { shard: 2, after: "2027-01-15T08:30:00.000Z#ord_1".to_owned() }),
        stock: vec![(offer.id.clone(), 0, [15, 2, 3])],
        units: vec![(offer.id, 0, [2, 1])],
        suspicion: vec!["vip shard 0: held 3, orders claim 2".to_owned()],
        fetches: 1,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("check_job.rs"),
        pk: "JOB#CHECK#{listing}",
        sk: "JOB",
        attributes: &[
            ("listing", "the listing"),
            ("began_at", "when this round began"),
            ("cursor", "where in the list of the listing's orders it is; missing at the beginning"),
            ("stock", "the stock when the round began, as JSON text: offer, shard, available, held, sold"),
            ("units", "what the orders gone through claim, as JSON text: offer, shard, held, sold"),
            ("suspicion", "what the round before found not to add up; missing where there was nothing"),
            ("fetches", "how many rounds there were before this one"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&job).expect("an item"),
    }
}
