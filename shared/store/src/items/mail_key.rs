//! The key under which an organization's addresses that take no mail are known, and its buyers where something is counted for each:
//! without it their items tell of no one. It is made with the first of them; most organizations have none.

use domain::OrganizationId;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "mail_key";

/// The key of one organization's marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailKey {
    /// Random, in hexadecimal digits.
    pub(crate) key: String,
}

pub(crate) fn key(organization: &OrganizationId) -> Key {
    Key::new(format!("ORG#{organization}"), "MAIL_KEY")
}

pub(crate) fn item(organization: &OrganizationId, of: &MailKey) -> Result<Item, StoreError> {
    codec::write(&key(organization), ENTITY, of)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("mail_key.rs"),
        pk: "ORG#{organization}",
        sk: "MAIL_KEY",
        attributes: &[("key", "32 random bytes")],
        indexes: &[],
        ttl: None,
        example: item(&order.organization, &MailKey { key: "5e".repeat(32) }).expect("an item"),
    }
}
