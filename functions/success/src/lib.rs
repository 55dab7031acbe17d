//! The success function: a buyer comes back from Stripe's page.
//!
//! Coming back proves nothing, so Stripe is asked. What it says is settled as a webhook's word would be; whichever of
//! the two comes first does the work, the other one finds it done.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{Order, OrderId, Refusal};
use engine::{Engine, EngineError, Origin, Pages, StartError, wiring};
use http::{HeaderMap, header};
use payments::facts::{self, Say};
use runtime::{Clock, Settings, SharedWire};
use serde::Deserialize;
use utoipa::OpenApi;
use web::{Answer, Query, views::OrderView};

#[derive(OpenApi)]
#[openapi(paths(success))]
struct Paths;

/// The function's part of the API's description.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Paths::openapi()
}

#[derive(Clone)]
struct Success {
    engine: Arc<Engine>,
    pages: Pages,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?);
    let state = Success { engine, pages: wiring::pages(settings)? };
    Ok(web::router_base(Router::new().route("/v1/checkout/success", get(success))).with_state(state))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Back {
    /// The session, as Stripe puts it into the address.
    session_id: String,
}

/// A buyer comes back from paying. Settles what Stripe says, and leads to the order's page.
#[utoipa::path(get, path = "/v1/checkout/success", params(Back), responses(
    (status = 200, description = "The order, for `Accept: application/json`", body = OrderView),
    (status = 303, description = "To the order's page")
))]
async fn success(State(state): State<Success>, Query(back): Query<Back>, headers: HeaderMap) -> Answer<Response> {
    // A free order has no session to prove whose it is, so its page asks for the token.
    if let Some(order) = back.session_id.strip_prefix("FREE-") {
        let id = OrderId::parse(order).map_err(|_| Refusal::not_found("session"))?;
        return Ok(Redirect::to(&format!("{}/orders/{id}", state.pages.pages)).into_response());
    }
    let order = settle(&state.engine, &back.session_id).await?;
    let wants_json = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|accept| accept.contains("application/json"));
    if wants_json {
        return Ok(axum::Json(OrderView::from(&order)).into_response());
    }
    Ok(Redirect::to(&address(&order, &state.pages)).into_response())
}

/// What Stripe says of the session, settled.
async fn settle(engine: &Engine, session: &str) -> Result<Order, EngineError> {
    let unknown = || EngineError::from(Refusal::not_found("session"));
    let session = match engine.stripe.retrieve_session(session).await {
        Ok(session) => session,
        Err(error) if error.is_missing() => return Err(unknown()),
        Err(error) => return Err(error.into()),
    };
    let told = facts::from_session(&session, engine.clock.now()).map_err(|e| EngineError::Broken(e.to_string()))?;
    let id = told.order.clone().ok_or_else(unknown)?;
    let order = match told.say {
        Say::Fact(fact) => engine.settle(&id, fact, Origin::fetched("success")).await?.order,
        // Not paid yet: the order as it is.
        Say::Look(_) | Say::Nothing(_) => engine.store.order(&id).await?,
    };
    order.ok_or_else(unknown)
}

/// Where the buyer goes on: the page that the shop asked for, or our own.
fn address(order: &Order, pages: &Pages) -> String {
    match &order.success_url {
        Some(url) => {
            let joint = if url.contains('?') { '&' } else { '?' };
            format!("{url}{joint}order={}", order.id)
        }
        None => format!("{}/orders/{}?token={}", pages.pages, order.id, order.access_token()),
    }
}
