//! An order's entry in its organization's list of disputes that have to be answered, by their deadline. When none has to be
//! any more, the entry is written over, in no list, and goes after a day.

use domain::{Order, OrderId, OrganizationId};
use jiff::Timestamp;

use super::reference::Reference;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "dispute";

fn key(order: &OrderId) -> Key {
    Key::new(format!("ORDER#{order}"), "DISPUTE")
}

/// The partition of an organization's orders under dispute. They are few, so one is enough.
pub(crate) fn org_shard(organization: &OrganizationId) -> String {
    format!("ORG#{organization}#DISPUTES")
}

pub(crate) fn item(order: &Order, now: Timestamp) -> Result<Item, StoreError> {
    let answer = order.dispute_to_answer().map(|dispute| dispute.due_by.unwrap_or(Timestamp::MAX));
    let place = answer.map(|due| (org_shard(&order.organization), due));
    Reference::listed(&key(&order.id), ENTITY, &order.id, place, now)
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
            crate::index::BY_ORGANIZATION,
            "the list of the organization's orders under dispute, by the deadline to answer; not in it once all are answered",
        )],
        ttl: Some("a day after the last dispute was answered; none before"),
        example: item(&super::examples::order_under_dispute(), super::examples::now()).expect("an item"),
    }
}
