//! The orders function: reading orders, by their buyers and by staff.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRef, State},
    routing::get,
};
use domain::{ListingId, OrderId, OrderStatus, OrganizationId};
use engine::{EngineError, StartError, wiring};
use jiff::Timestamp;
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use serde::{Deserialize, Serialize};
use store::{OrderFilter, Store};
use utoipa::{IntoParams, OpenApi, ToSchema};
use web::{Answer, Caller, Path, Query, Role, Verifier, access, views::OrderView};

#[derive(OpenApi)]
#[openapi(paths(read, list))]
struct Paths;

/// The function's part of the API's description.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Paths::openapi()
}

#[derive(Clone)]
struct Orders {
    store: Arc<Store>,
    verifier: Arc<Verifier>,
}

impl FromRef<Orders> for Arc<Verifier> {
    fn from_ref(state: &Orders) -> Self {
        state.verifier.clone()
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
#[expect(clippy::unused_async, reason = "every function is built in the same way")]
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock));
    let store = Arc::new(wiring::store(settings, wire)?);
    let routes = Router::new()
        .route("/v1/orders/{order}", get(read))
        .route("/v1/organizations/{organization}/orders", get(list));
    Ok(web::router_base(routes).with_state(Orders { store, verifier }))
}

/// One order: for who holds its token, its customer, and its organization's staff.
#[utoipa::path(get, path = "/v1/orders/{order}", params(("order" = String, Path)),
    responses((status = 200, description = "The order", body = OrderView)),
    security(("token" = []), ("order_token" = [])))]
async fn read(State(state): State<Orders>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Json<OrderView>> {
    let order = access::order(&state.store, &caller, &id).await?;
    Ok(Json(OrderView::from(&order)))
}

/// Which orders are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only orders of this status.
    #[param(value_type = Option<String>)]
    status: Option<OrderStatus>,
    /// Only orders with this listing.
    #[param(value_type = Option<String>)]
    listing: Option<ListingId>,
    /// Only orders placed then or later, RFC 3339.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Only orders placed before, RFC 3339.
    #[param(value_type = Option<String>)]
    to: Option<Timestamp>,
    /// Where the page begins: the `cursor` of the page before.
    cursor: Option<String>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
struct OrderList {
    /// The orders, the newest first.
    orders: Vec<OrderView>,
    /// Where the next page begins; none on the last page.
    cursor: Option<String>,
}

/// An organization's orders, the newest first.
#[utoipa::path(get, path = "/v1/organizations/{organization}/orders",
    params(("organization" = String, Path), Wanted),
    responses((status = 200, description = "A page of orders", body = OrderList)), security(("token" = [])))]
async fn list(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<OrderList>> {
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let filter = OrderFilter { status: wanted.status, listing: wanted.listing, from: wanted.from, to: wanted.to };
    let page =
        state.store.orders_of(&organization, &filter, wanted.cursor.as_deref()).await.map_err(EngineError::from)?;
    Ok(Json(OrderList { orders: page.orders.iter().map(OrderView::from).collect(), cursor: page.cursor }))
}
