//! An organization's orders, for its staff.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{ListingId, OrderStatus, OrganizationId, SheetKind};
use engine::EngineError;
use http::HeaderMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::OrderFilter;
use utoipa::{IntoParams, ToSchema};
use web::forms::{CsvForm, CursorForm, InstantForm, ListingIdForm, OrderStatusWord, OrganizationIdForm, SheetKindWord};
use web::{Answer, Caller, List, Path, Query, Role, csv, views::OrderView};

use crate::{csv::wants_csv, state::Orders};

/// How long a table is read for: less than the function's 15 seconds, so that a last page and the answer fit in.
pub(crate) const TIME: Duration = Duration::from_secs(8);

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
    /// Only orders that are found by this, or by something that begins with it: their number, the words of their people's
    /// names, mail addresses, ticket codes, and Stripe's ids, however they are typed. Whole words come first, of one word the
    /// newest order; a page may have fewer orders than others. By number, ticket and id an order is found at once, by the rest
    /// within some two minutes.
    #[param(example = "K7WQ2M9D")]
    q: Option<String>,
    /// Only orders in review, the newest review first; or, with false, only others.
    review: Option<bool>,
    /// Of a table (`Accept: text/csv`), what a row is: an order unless set. A page in JSON always has orders.
    #[param(value_type = Option<SheetKindWord>, inline)]
    rows: Option<SheetKind>,
    /// Where the page begins: the `cursor` of the page before, or of a table its header `x-next-cursor`.
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

/// An organization's orders, the newest first. For `Accept: text/csv` all that there are are one table, of orders, lines, tickets,
/// refunds or payouts: up to five megabytes. Where there is more, the header `x-next-cursor` says where it goes on.
#[utoipa::path(get, path = "/v1/organizations/{organization}/orders", operation_id = "list_orders",
    params(("organization" = inline(OrganizationIdForm), Path), OrderListQuery),
    responses((status = 200, description = "A page of orders; a table for `Accept: text/csv`",
        content((OrderList = "application/json"), (CsvForm = "text/csv")))), security(("token" = [])))]
pub(crate) async fn list(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<OrderListQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
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
    let begin = begin.as_deref();
    let table = wants_csv(&headers);
    let rows = query.rows.unwrap_or_default();
    if table && query.q.is_none() && query.review.is_none() {
        let sheet = state.engine.sheet(&organization, &filter, rows, begin, TIME).await?;
        let next = state.cursors.seal(&list, sheet.cursor).await?;
        return Ok(csv(rows, sheet.bytes, next.as_deref()));
    }
    let mut page = match (&query.q, query.review) {
        (Some(typed), _) => state.engine.search_orders(&organization, typed, begin).await?,
        (None, Some(true)) => store.orders_in_review(&organization, begin).await.map_err(EngineError::from)?,
        (None, _) => store.orders_of(&organization, &filter, begin).await.map_err(EngineError::from)?,
    };
    // The search, and the short list of orders in review, know no other filter.
    if query.q.is_some() || query.review.is_some() {
        let review = query.review;
        page.orders.retain(|order| review.is_none_or(|review| order.review.is_some() == review) && filter.takes(order));
    }
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    if table {
        return Ok(csv(rows, state.engine.sheet_of(&page.orders, rows)?, cursor.as_deref()));
    }
    Ok(Json(OrderList { orders: page.orders.iter().map(OrderView::listed_for_staff).collect(), cursor })
        .into_response())
}
