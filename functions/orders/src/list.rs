//! An organization's orders, for its staff.

use axum::{Json, extract::State};
use domain::{ListingId, OrderId, OrderNumber, OrderStatus, OrganizationId};
use engine::EngineError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{OrderFilter, OrderPage, Store, StoreError};
use utoipa::{IntoParams, ToSchema};
use web::forms::{CursorForm, InstantForm, ListingIdForm, OrderStatusWord, OrganizationIdForm};
use web::{Answer, Caller, List, Path, Query, Role, views::OrderView};

use crate::state::Orders;

/// Narrows the list; without any of these it has all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderListQuery {
    /// Only orders of this status.
    #[param(value_type = Option<OrderStatusWord>, inline)]
    status: Option<OrderStatus>,
    /// Only orders with this listing.
    #[param(value_type = Option<ListingIdForm>, inline)]
    listing: Option<ListingId>,
    /// Only orders placed then or later, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    from: Option<Timestamp>,
    /// Only orders placed before, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    to: Option<Timestamp>,
    /// Only the order with this number, however it is typed, or with this id.
    #[param(example = "K7WQ2M9D")]
    q: Option<String>,
    /// Only orders in review, the newest review first; or, with false, only others.
    review: Option<bool>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderList {
    /// The orders, the newest first.
    pub(crate) orders: Vec<OrderView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    pub(crate) cursor: Option<String>,
}

/// An organization's orders, the newest first.
#[utoipa::path(get, path = "/v1/organizations/{organization}/orders", operation_id = "list_orders",
    params(("organization" = inline(OrganizationIdForm), Path), OrderListQuery),
    responses((status = 200, description = "A page of orders", body = OrderList)), security(("token" = [])))]
pub(crate) async fn list(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<OrderListQuery>,
) -> Answer<Json<OrderList>> {
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let list = List::new("orders")
        .by("organization", Some(&organization))
        .by("status", query.status.map(OrderStatus::as_str).as_ref())
        .by("listing", query.listing.as_ref())
        .by("from", query.from.as_ref())
        .by("to", query.to.as_ref())
        .by("review", query.review.as_ref())
        .by("q", query.q.as_ref());
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let filter = OrderFilter { status: query.status, listing: query.listing, from: query.from, to: query.to };
    let store = &state.store;
    let page = match (&query.q, query.review) {
        (Some(text), _) => found(store, &organization, text).await,
        (None, Some(true)) => store.orders_in_review(&organization, begin.as_deref()).await,
        (None, _) => store.orders_of(&organization, &filter, begin.as_deref()).await,
    };
    let mut page = page.map_err(EngineError::from)?;
    // What is found by its name, and the short list of orders in review, know no other filter.
    if query.q.is_some() || query.review.is_some() {
        let review = query.review;
        page.orders.retain(|order| review.is_none_or(|review| order.review.is_some() == review) && filter.takes(order));
    }
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(OrderList { orders: page.orders.iter().map(OrderView::listed_for_staff).collect(), cursor }))
}

/// The organization's order that people mean by this text: its number, or its id.
async fn found(store: &Store, organization: &OrganizationId, text: &str) -> Result<OrderPage, StoreError> {
    let by_number = match OrderNumber::typed(text) {
        Ok(number) => store.order_of_number(organization, &number).await?,
        Err(_) => None,
    };
    let id = by_number.or_else(|| OrderId::parse(text.trim()).ok());
    let mut orders = store.orders(id.as_slice()).await?;
    orders.retain(|order| &order.organization == organization);
    Ok(OrderPage { orders, cursor: None })
}
