//! An organization, as its admin wrote it down.

use domain::{Organization, OrganizationId};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "organization";

pub(crate) fn key(id: &OrganizationId) -> Key {
    Key::new(format!("ORG#{id}"), "META")
}

pub(crate) fn item(organization: &Organization) -> Result<Item, StoreError> {
    codec::write(&key(&organization.id), ENTITY, organization)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("organization.rs"),
        pk: "ORG#{organization}",
        sk: "META",
        attributes: &[
            ("id", "its id, in keys and paths"),
            ("name", "its name for people"),
            ("currency", "the currency of all its amounts"),
            ("stripe_account", "its connected account; null where it sells free things only"),
            ("platform_fee_per_ticket", "the platform's fee, in minor units"),
            ("processing_percent", "the card processing fee's share, as text, 0 to 1"),
            ("processing_fixed", "the card processing fee's fixed part, in minor units"),
            ("max_tickets_per_order", "the most tickets of one order"),
            ("max_order_amount", "the most that one order may cost, in minor units"),
            ("max_donation_per_ticket", "the most that a buyer may give for one ticket, in minor units"),
            ("cancellation", "what a canceled booking gives back: percent, by hours before its start"),
            ("allowed_origins", "web origins of its success and cancel pages"),
            ("profile", "what mails and documents show of it"),
            ("tax", "how tax is reckoned"),
            ("payment_modes", "how its listings may be paid, unless a listing says so itself"),
            ("version", "grows by one with each change; a change is conditional on it"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&super::examples::organization()).expect("an item"),
    }
}
