//! What staff see of what their organization sells: all of it, on sale or not.

use axum::{Json, extract::State};
use domain::{OrganizationId, Refusal};
use engine::EngineError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::forms::{CursorForm, ListingIdForm, OrganizationIdForm};
use web::{Answer, Caller, List, Path, Query, Role};

use crate::{
    Catalog,
    manage::ListingPath,
    views::{ListingView, PromoView},
};

/// Which page is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    pub(crate) cursor: Option<String>,
}

/// A page of an organization's listings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationListingList {
    /// The listings by id, without their offers: on sale, drafts, and canceled ones.
    listings: Vec<ListingView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// All listings of an organization, for its staff: drafts and canceled ones too. One that was made this second may be missing.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings", params(("organization" = inline(OrganizationIdForm), Path), PageQuery),
    security(("token" = [])), responses((status = 200, description = "A page of listings", body = OrganizationListingList)))]
pub(crate) async fn organization_listings(
    State(state): State<Catalog>,
    caller: Caller,
    Path(id): Path<OrganizationId>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<OrganizationListingList>> {
    caller.require()?.require_org_role(&id, Role::Staff)?;
    let list = List::new("organization_listings").by("organization", Some(&id));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let found = state.catalog.store().seller_listings(&id, begin.as_deref()).await.map_err(EngineError::from)?;
    let page = found.ok_or_else(|| Refusal::not_found("organization"))?;
    let listings = page.listings.iter().map(|listing| ListingView::for_staff(listing, &page.organization)).collect();
    Ok(Json(OrganizationListingList { listings, cursor: state.cursors.seal(&list, page.cursor).await? }))
}

/// A page of a listing's promo codes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PromoList {
    /// The codes in their own order, each with its limits and, where it has a limit of uses, how many there were.
    promos: Vec<PromoView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// The promo codes of a listing, for its staff.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/promos", operation_id = "list_promos",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), PageQuery),
    security(("token" = [])), responses((status = 200, description = "A page of promo codes", body = PromoList)))]
pub(crate) async fn promos(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<ListingPath>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<PromoList>> {
    caller.require()?.require_org_role(&path.organization, Role::Staff)?;
    let list = List::new("promos").by("organization", Some(&path.organization)).by("listing", Some(&path.listing));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let store = state.catalog.store();
    let found = store.promos_of(&path.organization, &path.listing, begin.as_deref()).await;
    let page = found.map_err(EngineError::from)?.ok_or_else(|| Refusal::not_found("listing"))?;
    let promos = page.promos.iter().map(PromoView::from).collect();
    Ok(Json(PromoList { promos, cursor: state.cursors.seal(&list, page.cursor).await? }))
}
