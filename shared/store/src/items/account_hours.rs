//! That one person has a balance of hours with an organization. It is written with each credit, and stays as the balance does.

use domain::OrganizationId;
use serde::{Deserialize, Serialize};

use super::{account_order, codec};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "account_hours";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "HOURS#";

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccountHours {
    /// With whom.
    pub(crate) organization: OrganizationId,
}

pub(crate) fn item(organization: &OrganizationId, customer: &str) -> Result<Item, StoreError> {
    let key = Key::new(account_order::partition(customer), format!("{PREFIX}{organization}"));
    codec::write(&key, ENTITY, &AccountHours { organization: organization.clone() })
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("account_hours.rs"),
        pk: "ACCOUNT#{customer}",
        sk: "HOURS#{organization}",
        attributes: &[("organization", "with whom")],
        indexes: &[],
        ttl: None,
        example: item(&super::examples::order().organization, super::examples::CUSTOMER).expect("an item"),
    }
}
