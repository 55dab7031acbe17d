//! One action of staff, in the log of its organization. It is written in the transaction of what it is about, so that there is no
//! action without it, and none of it without the action. It has ids alone, no personal data of buyers.

use domain::{LogEntry, OrganizationId};

use super::codec;
use crate::{Item, Key, StoreError, index, key};

pub(crate) const ENTITY: &str = "log_entry";

/// For how many seconds an entry stays: over a year, so that the same season of last year is in it.
const KEPT: i64 = 400 * 86_400;

/// The partition of an organization's log. Staff are few, so that one is enough.
pub(crate) fn partition(organization: &OrganizationId) -> String {
    format!("LOG#{organization}")
}

/// By time, and then by a mark of all that it says: two actions of one moment are two entries.
pub(crate) fn key(entry: &LogEntry) -> Key {
    Key::new(partition(&entry.organization), key::by_time(entry.at, &entry.mark()))
}

pub(crate) fn item(entry: &LogEntry) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(entry), ENTITY, entry)?;
    index::expire(&mut item, entry.at.as_second() + KEPT);
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    use domain::{Actor, Role, Staff, StaffAction};

    let staff = Staff { by: Actor::person(super::examples::STAFF), roles: [Role::Staff].into() };
    let entry = staff.did_to_order(StaffAction::RefundRequested, &super::examples::order(), super::examples::now());
    super::described::Described {
        entity: ENTITY,
        source: include_str!("log_entry.rs"),
        pk: "LOG#{organization}",
        sk: "{at}#{mark}",
        attributes: &[
            ("organization", "whose log it is in"),
            ("at", "when it was done"),
            ("by", "who did it, by subject"),
            ("roles", "the roles of the token that it was done with"),
            ("action", "what was done, in one word"),
            (
                "kind",
                "what it was done to: `organization`, `listing`, `offer`, `promo`, `presale`, `order`, `customer`",
            ),
            ("id", "which one that is"),
            ("detail", "the listing of an offer or a code, a refund's id, hours; missing where the id says it all"),
        ],
        indexes: &[],
        ttl: Some("400 days after it was done"),
        example: item(&entry.with("ref_1")).expect("an item"),
    }
}
