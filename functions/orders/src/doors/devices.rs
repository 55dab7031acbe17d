//! Devices that check tickets of one listing in: registered, listed and revoked by staff.

use axum::{Json, extract::State};
use domain::{DeviceId, ListingId, OrganizationId};
use engine::EngineError;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::Device;
use utoipa::ToSchema;
use web::forms::{DeviceIdForm, DeviceKeyForm, InstantForm, ListingIdForm, OrganizationIdForm, SubjectForm};
use web::{Answer, Caller, Path, Role};

use super::DoorsPath;
use crate::state::Orders;

/// A device to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeviceRequest)]
pub(crate) struct DeviceBody {
    /// What people call it, with at most 60 characters: its door, or who carries it.
    #[schema(example = "Main entrance")]
    name: String,
}

/// A device without its key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub(crate) struct DeviceView {
    #[schema(value_type = DeviceIdForm)]
    id: String,
    /// What people call it.
    #[schema(example = "Main entrance")]
    name: String,
    #[schema(value_type = ListingIdForm)]
    listing: String,
    /// Who registered it.
    #[schema(value_type = SubjectForm)]
    by: String,
    /// When it was registered.
    #[schema(value_type = InstantForm)]
    created_at: String,
    /// Since when its key is worth nothing; none while it is good.
    #[schema(value_type = Option<InstantForm>)]
    revoked_at: Option<String>,
}

impl From<&Device> for DeviceView {
    fn from(device: &Device) -> Self {
        Self {
            id: device.id.to_string(),
            name: device.name.clone(),
            listing: device.listing.to_string(),
            by: device.by.to_string(),
            created_at: device.created_at.to_string(),
            revoked_at: device.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A new device, with its key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisteredDevice)]
pub(crate) struct RegisteredDeviceView {
    device: DeviceView,
    /// Shown this once; only its hash is kept. The device sends it as `Authorization: Device` and this.
    #[schema(value_type = DeviceKeyForm)]
    key: String,
}

/// All devices of the listing on one page, without a cursor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceList)]
pub(crate) struct DeviceListView {
    /// All of them, revoked ones included: 200 at the most.
    devices: Vec<DeviceView>,
}

/// Registers a device that may check tickets of this listing in, and no more. Its key is shown once.
#[utoipa::path(post, path = "/v1/organizations/{organization}/listings/{listing}/devices", operation_id = "register_device",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)),
    request_body = DeviceBody,
    responses((status = 201, description = "Registered", body = RegisteredDeviceView),
        (status = 409, description = "`illegal_state`: the listing has too many devices")),
    security(("token" = [])))]
pub(crate) async fn register(
    State(state): State<Orders>,
    caller: Caller,
    Path(path): Path<DoorsPath>,
    web::Json(body): web::Json<DeviceBody>,
) -> Answer<(StatusCode, Json<RegisteredDeviceView>)> {
    let DoorsPath { organization, listing } = path;
    let identity = caller.require()?;
    identity.require_org_role(&organization, Role::Staff)?;
    let made = state.engine.register_device(&organization, &listing, &body.name, &identity.actor()).await?;
    let view = RegisteredDeviceView { device: DeviceView::from(&made.device), key: made.key };
    Ok((StatusCode::CREATED, Json(view)))
}

/// A listing's devices, without their keys.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/devices", operation_id = "list_devices",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)),
    responses((status = 200, description = "The devices", body = DeviceListView)), security(("token" = [])))]
pub(crate) async fn list(
    State(state): State<Orders>,
    caller: Caller,
    Path(path): Path<DoorsPath>,
) -> Answer<Json<DeviceListView>> {
    caller.require()?.require_org_role(&path.organization, Role::Staff)?;
    let mut devices = state.store.devices(&path.listing).await.map_err(EngineError::from)?;
    devices.retain(|device| device.organization == path.organization);
    devices.sort_by_key(|device| device.created_at);
    Ok(Json(DeviceListView { devices: devices.iter().map(DeviceView::from).collect() }))
}

/// One device of a listing.
#[derive(Debug, Deserialize)]
pub(crate) struct DevicePath {
    organization: OrganizationId,
    listing: ListingId,
    device: DeviceId,
}

/// Revokes a device: its key is worth nothing from now on. What it handed in before stays. A repeat changes nothing.
#[utoipa::path(delete, path = "/v1/organizations/{organization}/listings/{listing}/devices/{device}",
    operation_id = "revoke_device",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path),
        ("device" = inline(DeviceIdForm), Path)),
    responses((status = 200, description = "Revoked, now or before", body = DeviceView)), security(("token" = [])))]
pub(crate) async fn revoke(
    State(state): State<Orders>,
    caller: Caller,
    Path(path): Path<DevicePath>,
) -> Answer<Json<DeviceView>> {
    let DevicePath { organization, listing, device } = path;
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let revoked = state.engine.revoke_device(&organization, &listing, &device).await?;
    Ok(Json(DeviceView::from(&revoked)))
}
