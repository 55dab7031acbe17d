//! A device that checks tickets of one listing in, with the hash of its key. A revoked one stays, so that its scans still have a name.

use domain::{Actor, DeviceId, ListingId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "device";

/// A device at a door of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id, which it shows with its key.
    pub id: DeviceId,
    /// The listing whose tickets it checks in.
    pub listing: ListingId,
    /// That listing's organization.
    pub organization: OrganizationId,
    /// What people call it.
    pub name: String,
    /// SHA-256 of its key, in hexadecimal digits.
    pub key_hash: String,
    /// Who registered it: a person.
    #[serde(deserialize_with = "Actor::read_person")]
    pub by: Actor,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When its key lost its worth; none while it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// The partition of a listing's devices.
pub(crate) fn partition(listing: &ListingId) -> String {
    format!("DEVICES#{listing}")
}

pub(crate) fn key(listing: &ListingId, id: &DeviceId) -> Key {
    Key::new(partition(listing), id.as_str())
}

pub(crate) fn item(device: &Device) -> Result<Item, StoreError> {
    codec::write(&key(&device.listing, &device.id), ENTITY, device)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let device = Device {
        id: DeviceId::parse("dev_1").expect("an id"),
        listing: order.lines[0].listing.clone(),
        organization: order.organization.clone(),
        name: "Main entrance".to_owned(),
        key_hash: "9f".repeat(32),
        by: Actor::person(super::examples::STAFF),
        created_at: super::examples::now(),
        revoked_at: None,
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("device.rs"),
        pk: "DEVICES#{listing}",
        sk: "{device}",
        attributes: &[
            ("id", "its id, which it shows with its key"),
            ("listing", "the listing whose tickets it checks in"),
            ("organization", "that listing's organization"),
            ("name", "what people call it"),
            ("key_hash", "SHA-256 of its key; the key itself is known to the device alone"),
            ("by", "the subject of who registered it"),
            ("created_at", "when it was registered"),
            ("revoked_at?", "when its key lost its worth; missing while it is good"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&device).expect("an item"),
    }
}
