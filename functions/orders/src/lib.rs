//! The orders function: orders and what comes of them (receipts, tickets, hours), for their buyers and for staff.
//!
//! Most of it only reads. A check-in, a debit and an erasure are one write each: if the process dies before it, nothing
//! happened; made twice, it counts once.

mod bookings;
mod customers;
mod mails;
mod pdf;
mod receipt;
mod state;
mod stats;
mod tickets;

use std::sync::Arc;

use axum::{Json, Router, extract::State};
use documents::FontFolder;
use domain::{ListingId, OrderId, OrderStatus, OrganizationId};
use engine::{EngineError, StartError, wiring};
use jiff::Timestamp;
use runtime::{Clock, DocumentSettings, IdentitySettings, Settings, SharedWire};
use serde::{Deserialize, Serialize};
use store::OrderFilter;
use utoipa::{IntoParams, ToSchema};
use web::{
    Answer, Caller, Cursors, List, Path, Query, Role, Verifier, access,
    views::{MailingView, OrderView},
};

use crate::state::Orders;

web::routes! {
    Orders {
        read,
        receipt::receipt,
        tickets::tickets,
        list,
        bookings::bookings,
        stats::stats,
        customers::balance,
        customers::ledger,
        customers::debit,
        customers::erasure,
        mails::resend,
        mails::change_buyer,
        mails::change_attendee,
        mails::unsubscribe,
        tickets::check_in,
        tickets::undo_check_in,
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let cursors = Cursors::build(settings, wire.clone())?;
    let fonts = DocumentSettings::parse(settings)?.fonts.map(FontFolder::new).unwrap_or_default();
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?);
    Ok(web::router_base(routes()).with_state(Orders {
        store: engine.store().clone(),
        engine,
        verifier,
        cursors,
        fonts,
    }))
}

/// One order: for who holds its token, its customer, its organization's staff, and the expert whose time it is for.
#[utoipa::path(get, path = "/v1/orders/{order}", operation_id = "get_order", params(("order" = String, Path)),
    responses((status = 200, description = "The order", body = OrderView)),
    security(("token" = []), ("order_token" = [])))]
async fn read(State(state): State<Orders>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Json<OrderView>> {
    let order = access::order_or_booking(&state.store, &caller, &id).await?;
    // A buyer who waits for a payment whose event was lost hears of it here.
    let order = state.engine.refresh(order).await;
    let staff = caller.identity.as_ref().is_some_and(|who| who.has_org_role(&order.organization, Role::Staff));
    if !staff {
        return Ok(Json(OrderView::from(&order)));
    }
    let mailing = state.store.mailing(&id).await.map_err(EngineError::from)?;
    Ok(Json(OrderView { mailing: Some(MailingView::of(&mailing, &order)), ..OrderView::for_staff(&order) }))
}

/// Which orders are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
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
    /// Only orders in review, the newest review first; or, with false, only others.
    review: Option<bool>,
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
#[utoipa::path(get, path = "/v1/organizations/{organization}/orders", operation_id = "list_orders",
    params(("organization" = String, Path), ListQuery),
    responses((status = 200, description = "A page of orders", body = OrderList)), security(("token" = [])))]
async fn list(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<OrderList>> {
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let list = List::new("orders")
        .by("organization", Some(&organization))
        .by("status", query.status.map(OrderStatus::as_str).as_ref())
        .by("listing", query.listing.as_ref())
        .by("from", query.from.as_ref())
        .by("to", query.to.as_ref())
        .by("review", query.review.as_ref());
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let filter = OrderFilter { status: query.status, listing: query.listing, from: query.from, to: query.to };
    let store = &state.store;
    let page = match query.review {
        Some(true) => store.orders_in_review(&organization, begin.as_deref()).await,
        _ => store.orders_of(&organization, &filter, begin.as_deref()).await,
    };
    let mut page = page.map_err(EngineError::from)?;
    if let Some(review) = query.review {
        // The list of orders in review is short, and knows no other filter.
        page.orders.retain(|order| order.review.is_some() == review && filter.takes(order));
    }
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(OrderList { orders: page.orders.iter().map(OrderView::from).collect(), cursor }))
}
