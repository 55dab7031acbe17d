//! A call record: what is asked of Stripe, written before the call. Whatever happens afterwards, the same request can be
//! repeated under the same key.

use domain::OrderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "call";

/// What is asked of Stripe, written before the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Its id is part of the item's key.
    pub order: OrderId,
    /// Its number within the order, from 1.
    pub n: u32,
    /// The idempotency key of the call.
    pub key: String,
    /// The request as the payments library encodes it; null once personal fields are gone.
    pub request: serde_json::Value,
    /// When it was written, which is before the first try.
    pub created_at: Timestamp,
    /// When the call was repeated last, because the request that made it first did not come to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
}

pub(crate) fn key(order: &OrderId, n: u32) -> Key {
    Key::new(format!("ORDER#{order}"), format!("CALL#{n:04}"))
}

pub(crate) fn item(call: &CallRecord) -> Result<Item, StoreError> {
    codec::write(&key(&call.order, call.n), ENTITY, call)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let call = CallRecord {
        order: super::examples::order().id,
        n: 1,
        key: "ord_1-session".to_owned(),
        request: serde_json::json!({
            "method": "POST", "path": "/checkout/sessions", "form": "mode=payment&client_reference_id=ord_1",
            "api_version": "2026-09-30.endive"
        }),
        created_at: super::examples::now(),
        tried_at: None,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("call.rs"),
        pk: "ORDER#{order}",
        sk: "CALL#{n}",
        attributes: &[
            ("order", "the order"),
            ("n", "its number within the order, from 1"),
            ("key", "the idempotency key of the call; a change of it is conditional on the old one"),
            ("request", "the request, as the payments library encodes it; null once personal fields are gone"),
            ("created_at", "when it was written, or got a new key"),
            ("tried_at?", "when the call was repeated last"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&call).expect("an item"),
    }
}
