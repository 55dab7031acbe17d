//! Devices at the doors of a listing: registered, found by their key, revoked.
//!
//! Each is one write. If the process dies after it, the device is there and its key is lost with the answer: it is revoked, and
//! another one registered.

use data_encoding::BASE32_NOPAD;
use domain::{Actor, Code, DeviceId, ListingId, OrganizationId, Refusal};
use sha2::{Digest, Sha256};
use store::{CatalogKeys, Device, MOST_DEVICES};

use crate::{base::Engine, error::EngineError};

/// Most characters of a device's name.
const LONGEST_NAME: usize = 60;

/// A device with its key, which is known this once.
#[derive(Debug, Clone)]
pub struct RegisteredDevice {
    /// As it is kept.
    pub device: Device,
    /// What it shows with each request: its id, a full stop and 160 random bits.
    pub key: String,
}

/// What is kept of a key. It has 160 random bits, so that no slow hash is needed.
#[must_use]
pub fn device_key_hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

impl Engine {
    /// Registers a device for a listing.
    ///
    /// # Errors
    /// `invalid_request` for a name that shows nothing or is too long; `not_found` for a listing of others; `illegal_state` for
    /// one that has too many devices.
    pub async fn register_device(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
        name: &str,
        by: &Actor,
    ) -> Result<RegisteredDevice, EngineError> {
        let name = domain::text::visible(name);
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Refusal::field("name", format!("Must have 1 to {LONGEST_NAME} characters")).into());
        }
        self.own_listing(organization, listing).await?;
        if self.store.devices(listing).await?.len() >= MOST_DEVICES {
            let message = format!("The listing has {MOST_DEVICES} devices already");
            return Err(Refusal::new(Code::IllegalState, message).into());
        }
        loop {
            let random: [u8; 36] = self.clock.chance().bytes();
            let id = format!("dev_{}", hex::encode(&random[..16]));
            let key = format!("{id}.{}", BASE32_NOPAD.encode(&random[16..]));
            let device = Device {
                id: DeviceId::parse(id).map_err(crate::error::broken)?,
                listing: listing.clone(),
                organization: organization.clone(),
                name: name.clone(),
                key_hash: device_key_hash(&key),
                by: by.clone(),
                created_at: self.clock.now(),
                revoked_at: None,
            };
            if self.store.put_device(&device).await? {
                tracing::info!(listing = %listing, device = %device.id, by = by.as_str(), "device registered");
                return Ok(RegisteredDevice { device, key });
            }
        }
    }

    /// Takes a device's key its worth. A second time nothing changes.
    ///
    /// # Errors
    /// `not_found` for a device that is none of the listing's, or of others.
    pub async fn revoke_device(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
        id: &DeviceId,
    ) -> Result<Device, EngineError> {
        let unknown = || Refusal::not_found("device");
        let known = self.store.device(listing, id).await?;
        known.filter(|device| &device.organization == organization).ok_or_else(unknown)?;
        let device = self.store.revoke_device(listing, id, self.clock.now()).await?.ok_or_else(unknown)?;
        tracing::info!(listing = %listing, device = %device.id, "device revoked");
        Ok(device)
    }

    async fn own_listing(&self, organization: &OrganizationId, listing: &ListingId) -> Result<(), EngineError> {
        let keys = CatalogKeys { listings: vec![listing.clone()], ..CatalogKeys::default() };
        let found = self.store.catalog_items(&keys).await?.listings.pop();
        let own = found.filter(|listing| &listing.organization == organization);
        own.map(drop).ok_or_else(|| Refusal::not_found("listing").into())
    }
}
