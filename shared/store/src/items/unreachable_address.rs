//! An address that takes no mail of an organization, whichever order it stands in: its server refuses it for good, or its reader
//! called a mail unwanted. The address itself is not in it.

use domain::{OrganizationId, UndeliverableCause};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "unreachable_address";
/// For how long an address counts as one that takes no mail. Mailboxes come back, and people buy again.
pub(crate) const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);

/// An address that nothing more of an organization is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreachableAddress {
    /// Why.
    pub cause: UndeliverableCause,
    /// When that was heard of last.
    pub at: Timestamp,
    /// Until when it counts, in Unix seconds; DynamoDB deletes it some time after.
    pub ttl: i64,
}

/// `mark` is [`domain::mark_of_address`] of the address under the organization's key.
pub(crate) fn key(organization: &OrganizationId, mark: &str) -> Key {
    Key::new(format!("ORG#{organization}#MAIL#{mark}"), "UNREACHABLE")
}

pub(crate) fn item(
    organization: &OrganizationId,
    mark: &str,
    address: &UnreachableAddress,
) -> Result<Item, StoreError> {
    codec::write(&key(organization, mark), ENTITY, address)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let at = super::examples::now();
    let address = UnreachableAddress { cause: UndeliverableCause::Bounce, at, ttl: (at + KEEP).as_second() };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("unreachable_address.rs"),
        pk: "ORG#{organization}#MAIL#{mark}",
        sk: "UNREACHABLE",
        attributes: &[("cause", "why: `bounce` or `complaint`"), ("at", "when that was heard of last")],
        indexes: &[],
        ttl: Some(
            "90 days after that, or once staff say that the address is right; the mark in the key is a keyed hash",
        ),
        example: item(&order.organization, "JYXFJ3QX2N6U5OPQV3HTKSW3V6", &address).expect("an item"),
    }
}
