//! An order's entry in its organization's list of orders in review. When the review ends, the entry is written over, in no
//! list, and goes after a day.

use domain::{Order, OrderId, OrganizationId};
use jiff::Timestamp;

use super::reference::Reference;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "review";

pub(crate) fn key(order: &OrderId) -> Key {
    Key::new(format!("ORDER#{order}"), "REVIEW")
}

/// The partition of an organization's orders in review. They are few, so one is enough.
pub(crate) fn org_shard(organization: &OrganizationId) -> String {
    format!("ORG#{organization}#REVIEW")
}

pub(crate) fn item(order: &Order, now: Timestamp) -> Result<Item, StoreError> {
    let place = order.review.as_ref().map(|review| (org_shard(&order.organization), review.since));
    Reference::listed(&key(&order.id), ENTITY, &order.id, place, now)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("review.rs"),
        pk: "ORDER#{order}",
        sk: "REVIEW",
        attributes: &[("order", "the order")],
        indexes: &[(
            crate::index::BY_ORGANIZATION,
            "the list of the organization's orders in review, by the time it began; not in it once the review has ended",
        )],
        ttl: Some("a day after the review has ended; none before"),
        example: item(&super::examples::order_in_review(), super::examples::now()).expect("an item"),
    }
}
