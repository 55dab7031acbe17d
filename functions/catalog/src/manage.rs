//! Changing what is for sale: for the platform, for an organization's admins, and for experts their own slots.

use axum::{Json, extract::State, response::IntoResponse, response::Response};
use domain::{Listing, ListingId, OfferId, OrganizationId, Refusal};
use engine::{EngineError, OfferSaved, Saved};
use http::StatusCode;
use serde::Deserialize;
use web::forms::{ListingIdForm, OfferIdForm, OrganizationIdForm, TypedCodeForm};
use web::{Answer, Caller, OptionalJson, Path, Role};

use crate::{
    Catalog,
    bodies::{CancelBody, ListingBody, OfferBody, OrganizationBody, PromoBody},
    views::{ListingView, OfferView, OrganizationView, PromoView},
};

fn answer<T: serde::Serialize>(is_new: bool, body: T) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(body)).into_response()
}

/// Creates or changes an organization: the platform, or its own admin for one that exists. A field left out keeps its
/// value. `stripe_account_id`, `currency`, `platform_fee_per_ticket`, `processing_percent` and `processing_fixed` are the
/// platform's to change.
#[utoipa::path(put, path = "/v1/organizations/{organization}", params(("organization" = inline(OrganizationIdForm), Path)),
    request_body = OrganizationBody, security(("token" = [])),
    responses((status = 200, description = "Changed", body = OrganizationView),
              (status = 201, description = "Created", body = OrganizationView),
              (status = 409, description = "`illegal_state`: another currency")))]
pub(crate) async fn put_organization(
    State(state): State<Catalog>,
    caller: Caller,
    Path(id): Path<OrganizationId>,
    web::Json(body): web::Json<OrganizationBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&id, Role::Admin)?;
    let make = |before: Option<&_>| body.parse(id.clone(), before);
    let Saved { is_new, now } = state.catalog.put_organization(&id, &identity.staff(), make).await?;
    Ok(answer(is_new, OrganizationView::from(&now)))
}

/// An organization with all its settings, for its staff and the platform.
#[utoipa::path(get, path = "/v1/organizations/{organization}", params(("organization" = inline(OrganizationIdForm), Path)),
    security(("token" = [])), responses((status = 200, description = "The organization", body = OrganizationView)))]
pub(crate) async fn organization(
    State(state): State<Catalog>,
    caller: Caller,
    Path(id): Path<OrganizationId>,
) -> Answer<Json<OrganizationView>> {
    caller.require()?.require_org_role(&id, Role::Staff)?;
    let found = state.catalog.store().organization(&id).await.map_err(EngineError::from)?;
    let organization = found.ok_or_else(|| Refusal::not_found("organization"))?;
    Ok(Json(OrganizationView::from(&organization)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListingPath {
    pub(crate) organization: OrganizationId,
    pub(crate) listing: ListingId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OfferPath {
    pub(crate) organization: OrganizationId,
    pub(crate) listing: ListingId,
    pub(crate) offer: OfferId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PromoPath {
    organization: OrganizationId,
    listing: ListingId,
    code: String,
}

/// Creates or changes a listing.
#[utoipa::path(put, path = "/v1/organizations/{organization}/listings/{listing}",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)),
    request_body = ListingBody, security(("token" = [])),
    responses((status = 200, description = "Changed", body = ListingView),
              (status = 201, description = "Created", body = ListingView),
              (status = 409, description = "`illegal_state`: another kind, or it was canceled")))]
pub(crate) async fn put_listing(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<ListingPath>,
    web::Json(body): web::Json<ListingBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&path.organization, Role::Admin)?;
    let ListingPath { organization, listing: id } = path;
    let make = |seller: &_, before: Option<&_>| body.parse(id.clone(), seller, before);
    let (Saved { is_new, now }, seller) =
        state.catalog.put_listing(&organization, &id, &identity.staff(), make).await?;
    Ok(answer(is_new, ListingView::for_staff(&now, &seller)))
}

/// Creates or changes an offer and its stock. Experts do so for their own slots.
#[utoipa::path(put, path = "/v1/organizations/{organization}/listings/{listing}/offers/{offer}",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), ("offer" = inline(OfferIdForm), Path)),
    request_body = OfferBody, security(("token" = [])),
    responses((status = 200, description = "Changed", body = OfferView),
              (status = 201, description = "Created", body = OfferView),
              (status = 409, description = "`capacity_below_sold`; `offer_in_use`: some of it is held or sold; `illegal_state`: \
                  the listing was canceled")))]
pub(crate) async fn put_offer(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<OfferPath>,
    web::Json(body): web::Json<OfferBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    let OfferPath { organization, listing, offer: id } = path;
    identity.require_any_org_role(&organization, &[Role::Admin, Role::Expert])?;
    let expert = (!identity.has_org_role(&organization, Role::Admin)).then_some(identity.subject.as_str());
    let make = |listing: &_, before: Option<&_>| body.parse(id.clone(), listing, before);
    let staff = identity.staff();
    let put = state.catalog.put_offer((&organization, &listing, &id), body.shards(), (&staff, expert), make);
    let OfferSaved { offer, listing, available } = Box::pin(put).await?;
    Ok(answer(offer.is_new, OfferView::of(&offer.now, listing.currency, available)))
}

/// Takes an offer from sale for good.
#[utoipa::path(delete, path = "/v1/organizations/{organization}/listings/{listing}/offers/{offer}",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), ("offer" = inline(OfferIdForm), Path)),
    security(("token" = [])), responses((status = 204, description = "Deleted"),
        (status = 409, description = "`offer_in_use`: some of it is held or sold")))]
pub(crate) async fn delete_offer(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<OfferPath>,
) -> Answer<StatusCode> {
    let identity = caller.require()?;
    identity.require_org_role(&path.organization, Role::Admin)?;
    state.catalog.delete_offer((&path.organization, &path.listing, &path.offer), &identity.staff()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Creates or changes a promo code. Uses so far stay counted.
#[utoipa::path(put, path = "/v1/organizations/{organization}/listings/{listing}/promos/{code}",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), ("code" = inline(TypedCodeForm), Path)),
    request_body = PromoBody, security(("token" = [])),
    responses((status = 200, description = "Changed", body = PromoView),
              (status = 201, description = "Created", body = PromoView)))]
pub(crate) async fn put_promo(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<PromoPath>,
    web::Json(body): web::Json<PromoBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&path.organization, Role::Admin)?;
    let make = |code, listing: &Listing| body.parse(code, listing.id.clone());
    let put = state.catalog.put_promo(&path.organization, &path.listing, &path.code, &identity.staff(), make).await?;
    let Saved { is_new, now } = put;
    Ok(answer(is_new, PromoView::from(&now)))
}

/// Cancels a listing: the sale closes now; open sessions are ended and all orders refunded in the background.
#[utoipa::path(post, path = "/v1/organizations/{organization}/listings/{listing}/cancel",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)), request_body = Option<CancelBody>,
    security(("token" = [])),
    responses((status = 202, description = "The sale is closed; refunds follow", body = ListingView)))]
pub(crate) async fn cancel_listing(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<ListingPath>,
    OptionalJson(body): OptionalJson<CancelBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&path.organization, Role::Admin)?;
    let reason = body.unwrap_or_default().reason()?;
    let staff = identity.staff();
    let listing = state.catalog.cancel_listing(&path.organization, &path.listing, reason, &staff).await?;
    Ok((StatusCode::ACCEPTED, Json(ListingView::of(&listing, None))).into_response())
}
