//! The booking function: an expert answers, and either side cancels.
//!
//! If the process dies, the same call may be made again: it goes on, or hears that it is done. Without a repeat the webhook or
//! the sweeper finishes what was begun.

mod party;
mod views;

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRef, State},
};
use domain::{Order, OrderId};
use engine::{Engine, StartError, wiring};
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use serde::Deserialize;
use store::Store;
use utoipa::ToSchema;
use web::forms::OrderIdForm;
use web::{Answer, Caller, OptionalJson, Path, Verifier, views::OrderView};

use crate::{
    party::{Party, answering, canceling},
    views::{CanceledView, CancellationView},
};

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub const TIME: Duration = Duration::from_secs(28);

web::routes! { Bookings { confirm, decline, cancel, cancellation } }

#[derive(Clone)]
struct Bookings {
    engine: Arc<Engine>,
    store: Store,
    verifier: Arc<Verifier>,
}

impl FromRef<Bookings> for Arc<Verifier> {
    fn from_ref(state: &Bookings) -> Self {
        state.verifier.clone()
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?);
    Ok(web::router_base(routes()).with_state(Bookings { store: engine.store().clone(), engine, verifier }))
}

/// Nothing needs to be said; a body that says something is a mistake.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BookingRequest)]
struct Body {}

/// The slot's expert confirms the booking: the money that was authorized is captured.
#[utoipa::path(post, path = "/v1/bookings/{order}/confirm", operation_id = "confirm_booking", request_body = Option<Body>,
    params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The order", body = OrderView),
        (status = 409, description = "`illegal_state`: it was answered, canceled or is over; `request_in_progress`")),
    security(("token" = [])))]
async fn confirm(
    State(state): State<Bookings>,
    caller: Caller,
    Path(id): Path<OrderId>,
    OptionalJson(_): OptionalJson<Body>,
) -> Answer<Json<OrderView>> {
    let expert = answering(&state.store, &caller, &id).await?;
    let order = Box::pin(state.engine.within(TIME).confirm_booking(&id, &expert)).await?;
    Ok(Json(OrderView::from(&order)))
}

/// The slot's expert declines the booking: the card is released and the slot is free again.
#[utoipa::path(post, path = "/v1/bookings/{order}/decline", operation_id = "decline_booking", request_body = Option<Body>,
    params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The order", body = OrderView),
        (status = 409, description = "`illegal_state`: it was answered, canceled or is over; `request_in_progress`")),
    security(("token" = [])))]
async fn decline(
    State(state): State<Bookings>,
    caller: Caller,
    Path(id): Path<OrderId>,
    OptionalJson(_): OptionalJson<Body>,
) -> Answer<Json<OrderView>> {
    let expert = answering(&state.store, &caller, &id).await?;
    let order = Box::pin(state.engine.within(TIME).decline_booking(&id, &expert)).await?;
    Ok(Json(OrderView::from(&order)))
}

/// Cancels the booking, for its buyer by the policy, for its expert with all the money back. The slot is free at once.
#[utoipa::path(post, path = "/v1/bookings/{order}/cancel", operation_id = "cancel_booking", request_body = Option<Body>,
    params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The order, with its refund if money goes back", body = CanceledView),
        (status = 403, description = "The caller is no side of this booking"),
        (status = 409, description = "`illegal_state`: it was canceled or is over; `request_in_progress`")),
    security(("token" = []), ("order_token" = [])))]
async fn cancel(
    State(state): State<Bookings>,
    caller: Caller,
    Path(id): Path<OrderId>,
    OptionalJson(_): OptionalJson<Body>,
) -> Answer<Json<CanceledView>> {
    let Party { who, by, .. } = canceling(&state.store, &caller, &id).await?;
    let order: Order = Box::pin(state.engine.within(TIME).cancel_booking(&id, who, &by)).await?;
    Ok(Json(CanceledView::from(&order)))
}

/// What canceling the booking would give back now, and until when that holds.
#[utoipa::path(get, path = "/v1/bookings/{order}/cancellation", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The quote", body = CancellationView),
        (status = 403, description = "The caller is no side of this booking"),
        (status = 409, description = "`illegal_state`: it cannot be canceled any more")),
    security(("token" = []), ("order_token" = [])))]
async fn cancellation(
    State(state): State<Bookings>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Answer<Json<CancellationView>> {
    let Party { order, who, .. } = canceling(&state.store, &caller, &id).await?;
    let quote = state.engine.cancellation(&order, who)?;
    Ok(Json(CancellationView::of(&order, &quote)))
}
