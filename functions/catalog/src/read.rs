//! Reading what is for sale. Open to all.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Kind, ListingId, OrganizationId, Refusal};
use engine::EngineError;
use http::header;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::forms::{CursorForm, HealthWord, KindWord, ListingIdForm, OrganizationIdForm, VersionForm};
use web::{Answer, List, Path, Query};

use crate::{
    Catalog,
    views::{ListingView, OfferView},
};

/// The API's description, made by the test that compares it with the code.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Whether the service is up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    #[schema(value_type = HealthWord)]
    status: &'static str,
    /// The version that answers.
    #[schema(value_type = VersionForm)]
    version: &'static str,
}

/// Says that the service is up.
#[utoipa::path(get, path = "/v1/health", responses((status = 200, description = "It is", body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, description = "OpenAPI 3.1", body = Object, example = json!({ "openapi": "3.1.0" }))))]
pub(crate) async fn openapi_document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}

/// Which listings are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this organization.
    #[param(value_type = Option<OrganizationIdForm>, inline)]
    organization: Option<OrganizationId>,
    /// Only of this kind.
    #[param(value_type = Option<KindWord>, inline)]
    kind: Option<Kind>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// A page of listings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingList {
    /// The listings, by organization and id, without their offers.
    listings: Vec<ListingView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// Published listings.
#[utoipa::path(get, path = "/v1/listings", params(ListQuery),
    responses((status = 200, description = "A page of listings", body = ListingList)))]
pub(crate) async fn listings(
    State(state): State<Catalog>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<ListingList>> {
    let kind = query.kind.map(Kind::noun);
    let list = List::new("listings").by("organization", query.organization.as_ref()).by("kind", kind.as_ref());
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let page = state
        .catalog
        .store()
        .published(query.organization.as_ref(), query.kind, begin.as_deref())
        .await
        .map_err(EngineError::from)?;
    let listings = page.listings.iter().map(|listing| ListingView::of(listing, None)).collect();
    Ok(Json(ListingList { listings, cursor: state.cursors.seal(&list, page.cursor).await? }))
}

/// A listing with its offers and how many of each can be bought now. One that is not published is not found.
#[utoipa::path(get, path = "/v1/listings/{listing}", params(("listing" = inline(ListingIdForm), Path)),
    responses((status = 200, description = "The listing", body = ListingView)))]
pub(crate) async fn listing(State(state): State<Catalog>, Path(id): Path<ListingId>) -> Answer<Json<ListingView>> {
    let found = state.catalog.store().showcase(&id, state.clock.now()).await.map_err(EngineError::from)?;
    let showcase = found.filter(|found| found.listing.published).ok_or_else(|| Refusal::not_found("listing"))?;
    let listing = &showcase.listing;
    let offers = showcase.offers.iter().map(|shown| OfferView::of(&shown.offer, listing.currency, shown.available));
    Ok(Json(ListingView::of(listing, Some(offers.collect()))))
}
