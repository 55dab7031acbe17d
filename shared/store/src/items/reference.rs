//! What several kinds hold: the order that they name.

use domain::OrderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError, index, key};

/// For how many seconds an entry stays that is in no list any more.
const ENDED: i64 = 24 * 3_600;

/// An item that does nothing but name an order.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// Its id: the rest of it is read from its own item.
    pub(crate) order: OrderId,
}

impl Reference {
    pub(crate) fn to(order: &OrderId) -> Self {
        Self { order: order.clone() }
    }

    /// An order's entry in a list of its organization: its partition, and the time that it stands at. Without them it is
    /// written over, in no list, and goes after a day.
    pub(crate) fn listed(
        key: &Key,
        entity: &str,
        order: &OrderId,
        place: Option<(String, Timestamp)>,
        now: Timestamp,
    ) -> Result<Item, StoreError> {
        let mut item = codec::write(key, entity, &Self::to(order))?;
        match place {
            Some((shard, at)) => index::list(&mut item, shard, key::by_time(at, order.as_str())),
            None => index::expire(&mut item, now.as_second() + ENDED),
        }
        Ok(item)
    }
}
