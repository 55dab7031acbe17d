//! The key of a device at a listing's doors, as it comes with a request.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use domain::{DeviceId, ListingId, OrganizationId};
use engine::{EngineError, device_key_hash};
use http::{header, request::Parts};
use runtime::Secret;
use store::{Device, Store};

use crate::{
    access::is_secret,
    identity::{Caller, Identity, Role, Verifier},
    problem::{Answer, Problem},
};

/// How the header begins that a device shows its key in.
const SCHEME: &str = "Device ";
/// Longer than any key.
const LONGEST: usize = 255;

/// Who calls at the doors of a listing: a device with its key, or staff with a token.
#[derive(Debug, Clone)]
pub enum DoorsCaller {
    /// A device, not yet known to be one.
    Device {
        /// The id that its key begins with.
        id: DeviceId,
        /// The whole key.
        key: Secret,
    },
    /// Any other caller.
    Person(Caller),
}

/// Who works at the doors of a listing.
#[derive(Debug, Clone)]
pub enum AtDoors {
    /// One of the listing's devices.
    Device(Device),
    /// Its organization's staff.
    Staff(Identity),
}

impl<S> FromRequestParts<S> for DoorsCaller
where
    Arc<Verifier>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let shown = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
        let scheme = shown.and_then(|shown| shown.trim().split_at_checked(SCHEME.len()));
        let Some((_, key)) = scheme.filter(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME)) else {
            return Caller::from_request_parts(parts, state).await.map(Self::Person);
        };
        let key = Some(key.trim()).filter(|key| key.len() <= LONGEST);
        let id = key.and_then(|key| DeviceId::parse(key.split_once('.')?.0).ok());
        match key.zip(id) {
            Some((key, id)) => Ok(Self::Device { id, key: Secret::new(key) }),
            None => Err(unknown()),
        }
    }
}

impl DoorsCaller {
    /// Requires a device of the listing whose key is good, or staff of the organization. One read for a device.
    ///
    /// # Errors
    /// 401 `unauthenticated` for a key that is none of the listing's, or was revoked, and without any; 403 `forbidden`.
    pub async fn require(&self, store: &Store, organization: &OrganizationId, listing: &ListingId) -> Answer<AtDoors> {
        match self {
            Self::Person(caller) => {
                let identity = caller.require()?;
                identity.require_org_role(organization, Role::Staff)?;
                Ok(AtDoors::Staff(identity.clone()))
            }
            Self::Device { id, key } => {
                let known = store.device(listing, id).await.map_err(EngineError::from)?;
                let good = known.filter(|device| {
                    is_secret(&device_key_hash(key.expose()), &device.key_hash)
                        && &device.organization == organization
                        && device.revoked_at.is_none()
                });
                good.map(AtDoors::Device).ok_or_else(unknown)
            }
        }
    }
}

fn unknown() -> Problem {
    Problem::unauthenticated("The key is none of this listing's devices, or was revoked")
}
