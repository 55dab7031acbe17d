//! An idempotency record: that a request with this key was made before, and what it made. It is written in the transaction
//! of what it made.

use domain::{OrderId, RefundId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "idempotency";

/// That a request was made before, and what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// The organization and the caller that the key belongs to.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// A hash of the request's body: another body under the same key is refused.
    pub fingerprint: String,
    /// The order that the request made or changed.
    pub order: OrderId,
    /// The refund that the request made, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// Until when the first request counts as being at work.
    pub lease_until: Timestamp,
    /// When DynamoDB may delete it, in Unix seconds.
    pub ttl: i64,
}

pub(crate) fn key(scope: &str, key: &str) -> Key {
    Key::new(format!("IDEM#{scope}#{key}"), "IDEM")
}

pub(crate) fn item(record: &IdempotencyRecord) -> Result<Item, StoreError> {
    codec::write(&key(&record.scope, &record.key), ENTITY, record)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let now = super::examples::now();
    let record = IdempotencyRecord {
        scope: "box-office#5f2d8c01".to_owned(),
        key: "7d1f".to_owned(),
        fingerprint: "9f86d081884c7d65".to_owned(),
        order: super::examples::order().id,
        refund: None,
        lease_until: now + jiff::SignedDuration::from_secs(30),
        ttl: now.as_second() + 7 * 24 * 3_600,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("idempotency.rs"),
        pk: "IDEM#{scope}#{key}",
        sk: "IDEM",
        attributes: &[
            ("scope", "the organization and the caller that the key belongs to"),
            ("key", "the caller's key"),
            ("fingerprint", "a hash of the request's body"),
            ("order", "the order that the request made or changed"),
            ("refund?", "the refund that the request made"),
            ("lease_until", "until when the first request counts as being at work; a repeat takes over afterwards"),
        ],
        indexes: &[],
        ttl: Some("seven days after the request"),
        example: item(&record).expect("an item"),
    }
}
