//! An order's entry in its organization's list of disputes that are not decided, by their deadline. When none is open any
//! more, the entry is written over, in no list, and goes after a day.

use domain::{Order, OrderId, OrganizationId};
use jiff::Timestamp;

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError, index, key};

pub(crate) const ENTITY: &str = "dispute";

/// For how many seconds the entry of a dispute that was decided stays.
const ENDED: i64 = 24 * 3_600;

fn key(order: &OrderId) -> Key {
    Key::new(format!("ORDER#{order}"), "DISPUTE")
}

/// The partition of an organization's orders under dispute. They are few, so one is enough.
pub(crate) fn org_shard(organization: &OrganizationId) -> String {
    format!("ORG#{organization}#DISPUTES")
}

pub(crate) fn item(order: &Order, now: Timestamp) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&order.id), ENTITY, &Reference::to(&order.id))?;
    match order.dispute_to_answer() {
        Some(dispute) => {
            let place = key::by_time(dispute.due_by.unwrap_or(now), order.id.as_str());
            index::list(&mut item, org_shard(&order.organization), place);
        }
        None => index::expire(&mut item, now.as_second() + ENDED),
    }
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("dispute.rs"),
        pk: "ORDER#{order}",
        sk: "DISPUTE",
        attributes: &[("order", "the order")],
        indexes: &[(
            index::BY_ORGANIZATION,
            "the list of the organization's orders under dispute, by the deadline to answer; not in it once all are decided",
        )],
        ttl: Some("a day after the last dispute was decided; none before"),
        example: item(&super::examples::order_under_dispute(), super::examples::now()).expect("an item"),
    }
}
