//! Changing what is for sale: for the platform, for an organization's admins, and for experts their own slots.

use axum::{Json, extract::State, response::IntoResponse, response::Response};
use domain::{Code, Kind, Listing, ListingId, Offer, OfferId, Organization, OrganizationId, PromoCode, Refusal};
use engine::EngineError;
use http::StatusCode;
use serde::Deserialize;
use store::{CatalogError, PutOffer};
use web::forms::{ListingIdForm, OfferIdForm, OrganizationIdForm, TypedCodeForm};
use web::{Answer, Caller, Identity, OptionalJson, Path, Problem, Role};

use crate::{
    Catalog,
    bodies::{CancelBody, ListingBody, OfferBody, OrganizationBody, PromoBody, canceled_for_good},
    views::{ListingView, OfferView, OrganizationView, PromoView},
};

fn answer<T: serde::Serialize>(is_new: bool, body: T) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(body)).into_response()
}

pub(crate) fn refuse(error: CatalogError) -> Problem {
    match error {
        CatalogError::Version => {
            Refusal::new(Code::StoreUnavailable, "Another request changed it just now; please try again")
                .retry_after(1)
                .into()
        }
        CatalogError::CapacityBelowSold(least) => {
            let message = format!("{least} are held or sold, so the capacity cannot be less");
            Refusal::new(Code::CapacityBelowSold, message).at("capacity").into()
        }
        CatalogError::InUse => {
            Refusal::new(Code::OfferInUse, "Some of it is held or sold, so this cannot change any more").into()
        }
        CatalogError::Store(error) => EngineError::from(error).into(),
    }
}

/// Whether an organization may become what a body makes of it.
///
/// # Errors
/// 403 `forbidden`, with each field that belongs to the platform and would change by another's hand; 409 `illegal_state`
/// for another currency, also by the platform.
fn may_become(before: &Organization, after: &Organization, by_platform: bool) -> Result<(), Refusal> {
    let of_platform = [
        ("stripe_account_id", before.stripe_account != after.stripe_account),
        ("currency", before.currency != after.currency),
        ("platform_fee_per_ticket", before.platform_fee_per_ticket != after.platform_fee_per_ticket),
        ("processing_percent", before.processing_percent != after.processing_percent),
        ("processing_fixed", before.processing_fixed != after.processing_fixed),
    ];
    let changed: Vec<_> = of_platform.iter().filter(|(_, changed)| *changed).map(|(field, _)| *field).collect();
    if !by_platform && !changed.is_empty() {
        let refusal = Refusal::new(Code::Forbidden, "Only the platform changes where the money goes and what it keeps");
        return Err(changed.into_iter().fold(refusal, Refusal::at));
    }
    if before.currency != after.currency {
        let message = "An organization's currency is fixed, because everything it has sold is in it";
        return Err(Refusal::new(Code::IllegalState, message).at("currency"));
    }
    Ok(())
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
    let before = state.store.organization(&id).await.map_err(EngineError::from)?;
    if before.is_none() {
        identity.require_platform()?;
    }
    let organization = body.parse(id, before.as_ref())?;
    if let Some(before) = &before {
        may_become(before, &organization, identity.is_platform())?;
    }
    state.store.put_organization(&organization, before.as_ref(), state.clock.now()).await.map_err(refuse)?;
    Ok(answer(before.is_none(), OrganizationView::from(&organization)))
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
    let found = state.store.organization(&id).await.map_err(EngineError::from)?;
    let organization = found.ok_or_else(|| Refusal::not_found("organization"))?;
    Ok(Json(OrganizationView::from(&organization)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListingPath {
    organization: OrganizationId,
    listing: ListingId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OfferPath {
    organization: OrganizationId,
    listing: ListingId,
    offer: OfferId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PromoPath {
    organization: OrganizationId,
    listing: ListingId,
    code: String,
}

/// The listing, if it is this organization's. Another organization's is not found.
async fn own_listing(state: &Catalog, organization: &OrganizationId, id: &ListingId) -> Answer<Listing> {
    let found = state.store.listing(id).await.map_err(EngineError::from)?;
    let own = found.map(|(listing, _)| listing).filter(|listing| &listing.organization == organization);
    Ok(own.ok_or_else(|| Refusal::not_found("listing"))?)
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
    caller.require()?.require_org_role(&path.organization, Role::Admin)?;
    let organization = state.store.organization(&path.organization).await.map_err(EngineError::from)?;
    let organization = organization.ok_or_else(|| Refusal::not_found("organization"))?;
    let before = state.store.listing(&path.listing).await.map_err(EngineError::from)?.map(|(listing, _)| listing);
    if before.as_ref().is_some_and(|before| before.organization != path.organization) {
        // Ids are unique over all organizations, so that this one is taken cannot be hidden.
        return Err(Refusal::new(Code::Forbidden, "This listing id is taken").into());
    }
    let listing = body.parse(path.listing, &organization, before.as_ref())?;
    let now = state.clock.now();
    state.store.put_listing(&listing, before.as_ref(), now).await.map_err(refuse)?;
    state.store.renew_sale(&listing.organization, &listing.id, now).await.map_err(EngineError::from)?;
    Ok(answer(before.is_none(), ListingView::for_staff(&listing, &organization)))
}

/// Whether an expert changes an own slot: puts a new one into the own listing, or changes one that is theirs. Only an
/// admin gives a slot to another expert.
fn require_own_slot(
    identity: &Identity,
    listing: &Listing,
    before: Option<&Offer>,
    after: &Offer,
) -> Result<(), Refusal> {
    let me = Some(&identity.subject);
    let owner = before.map_or(&listing.expert, |before| &before.expert).as_ref();
    if listing.kind != Kind::Expert || owner != me {
        return Err(Refusal::new(Code::Forbidden, "This is not your slot"));
    }
    if after.expert.as_ref() != me {
        return Err(Refusal::new(Code::Forbidden, "A slot of yours cannot be another expert's").at("expert"));
    }
    Ok(())
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
    identity.require_any_org_role(&path.organization, &[Role::Admin, Role::Expert])?;
    let listing = own_listing(&state, &path.organization, &path.listing).await?;
    if listing.canceled_at.is_some() {
        return Err(canceled_for_good().into());
    }
    let before = state.store.offer(&listing.id, &path.offer).await.map_err(EngineError::from)?;
    let known = before.as_ref().filter(|before| !before.deleted);
    let is_new = known.is_none();
    let offer = body.parse(path.offer, &listing, known)?;
    if !identity.has_org_role(&path.organization, Role::Admin) {
        require_own_slot(identity, &listing, known, &offer)?;
    }
    // A buyer who has booked a slot has booked this expert at this time.
    let slot = |offer: &Offer| (offer.starts_at, offer.ends_at, offer.expert.clone());
    let unused = listing.kind == Kind::Expert && known.is_some_and(|known| slot(known) != slot(&offer));
    let put = PutOffer { before: before.clone(), offer, shards: body.shards(), unused };
    let offer = state.store.put_offer(put).await.map_err(refuse)?;
    let shards = state.store.shards(&offer.listing, &offer.id, offer.shards).await.map_err(EngineError::from)?;
    let available = offer.capacity.map(|_| shards.iter().map(|shard| shard.available).sum());
    let renewed = state.store.renew_sale_by(&listing, before.as_ref(), (&offer, available), state.clock.now()).await;
    renewed.map_err(EngineError::from)?;
    Ok(answer(is_new, OfferView::of(&offer, listing.currency, available)))
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
    caller.require()?.require_org_role(&path.organization, Role::Admin)?;
    let listing = own_listing(&state, &path.organization, &path.listing).await?;
    let offer = state.store.offer(&listing.id, &path.offer).await.map_err(EngineError::from)?;
    let offer = offer.filter(|offer| !offer.deleted).ok_or_else(|| Refusal::not_found("offer"))?;
    state.store.delete_offer(&offer).await.map_err(refuse)?;
    state.store.renew_sale(&listing.organization, &listing.id, state.clock.now()).await.map_err(EngineError::from)?;
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
    caller.require()?.require_org_role(&path.organization, Role::Admin)?;
    let listing = own_listing(&state, &path.organization, &path.listing).await?;
    let code = PromoCode::parse(&path.code).map_err(|error| Refusal::field("code", format!("A promo code {error}")))?;
    if listing.kind == Kind::Package {
        return Err(Refusal::field("listing", "Packages have no promo codes").into());
    }
    let promo = body.parse(code.clone(), listing.id.clone())?;
    let is_new = state.store.put_promo(&promo).await.map_err(refuse)?;
    let promo = state.store.promo(&listing.id, &code).await.map_err(EngineError::from)?.unwrap_or(promo);
    Ok(answer(is_new, PromoView::from(&promo)))
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
    let mut listing = own_listing(&state, &path.organization, &path.listing).await?;
    listing.cancel_reason = listing.cancel_reason.or(reason);
    engine::cancel_listing(&state.store, &listing, &identity.subject, state.clock.now()).await?;
    let listing = own_listing(&state, &path.organization, &path.listing).await?;
    Ok((StatusCode::ACCEPTED, Json(ListingView::of(&listing, None))).into_response())
}
