//! The presale codes of an offer: who may buy it before others do, or at all.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{ListingId, OfferId, OrganizationId, Refusal};
use engine::{EngineError, Saved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::forms::{CursorForm, ListingIdForm, OfferIdForm, OrganizationIdForm, TypedCodeForm};
use web::{Answer, Caller, List, Path, Query, Role};

use crate::{Catalog, bodies::PresaleBody, manage::OfferPath, staff::PageQuery, views::PresaleView};

#[derive(Debug, Deserialize)]
pub(crate) struct PresalePath {
    organization: OrganizationId,
    listing: ListingId,
    offer: OfferId,
    code: String,
}

/// Creates or changes a presale code of an offer. Uses so far stay counted.
#[utoipa::path(put, path = "/v1/organizations/{organization}/listings/{listing}/offers/{offer}/presale-codes/{code}",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), ("offer" = inline(OfferIdForm), Path),
        ("code" = inline(TypedCodeForm), Path)),
    request_body = PresaleBody, security(("token" = [])),
    responses((status = 200, description = "Changed", body = PresaleView),
              (status = 201, description = "Created", body = PresaleView)))]
pub(crate) async fn put_presale(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<PresalePath>,
    web::Json(body): web::Json<PresaleBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&path.organization, Role::Admin)?;
    let PresalePath { organization, listing, offer, code } = path;
    let make = |code| body.parse(code, listing.clone(), offer.clone());
    let put = state.catalog.put_presale(&organization, (&listing, &offer), &code, &identity.staff(), make).await?;
    let Saved { is_new, now } = put;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(PresaleView::from(&now))).into_response())
}

/// A page of an offer's presale codes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresaleList {
    /// The codes in their own order, each with its limits and, where it has a limit of uses, how many there were.
    presale_codes: Vec<PresaleView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// The presale codes of an offer, for its staff.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/offers/{offer}/presale-codes",
    operation_id = "list_presales",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), ("offer" = inline(OfferIdForm), Path),
        PageQuery),
    security(("token" = [])), responses((status = 200, description = "A page of presale codes", body = PresaleList)))]
pub(crate) async fn presales(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<OfferPath>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<PresaleList>> {
    let OfferPath { organization, listing, offer } = path;
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let list = List::new("presales").by("organization", Some(&organization)).by("listing", Some(&listing));
    let list = list.by("offer", Some(&offer));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let store = state.catalog.store();
    let found = store.presales_of(&organization, (&listing, &offer), begin.as_deref()).await;
    let page = found.map_err(EngineError::from)?.ok_or_else(|| Refusal::not_found("listing"))?;
    let presale_codes = page.presales.iter().map(PresaleView::from).collect();
    Ok(Json(PresaleList { presale_codes, cursor: state.cursors.seal(&list, page.cursor).await? }))
}
