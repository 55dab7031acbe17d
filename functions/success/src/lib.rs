//! The success function: a buyer comes back from Stripe's page, paid or not.
//!
//! The address names the order and proves by a MAC that we made it: without that proof nothing is asked of Stripe and
//! nothing is shown. That the buyer comes back does not prove a payment, so the session is fetched and settled.
//! If the process dies, the webhook or the sweeper settles it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::Order;
use engine::{Engine, StartError, wiring};
use http::{HeaderMap, header};
use runtime::{Clock, Settings, SharedWire};
use serde::Deserialize;
use store::Store;
use web::{Answer, Query, access, views::OrderView};

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub const TIME: Duration = Duration::from_secs(28);

web::routes! { Success { success, unpaid } }

#[derive(Clone)]
struct Success {
    engine: Arc<Engine>,
    store: Store,
    /// The address of the pages for people, without a slash at its end.
    pages: Arc<str>,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?);
    // Without a setting they are at this very address, and the way there needs no host.
    let pages =
        settings.pages_url()?.map_or_else(String::new, |url| url.as_str().trim_end_matches('/').to_owned()).into();
    let state = Success { store: engine.store().clone(), engine, pages };
    Ok(web::router_base(routes()).with_state(state))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Paid {
    /// The session, as Stripe puts it into the address.
    #[param(example = "cs_test_a1B2c3D4")]
    session_id: Option<String>,
    /// The id of the order that was paid.
    #[param(example = "ord_01a2183aa1c27807b9ca9d8a553845c6")]
    order: Option<String>,
    /// What proves that the address was made for the order.
    #[param(example = "k7Yw2mQ9d4Zc")]
    mac: Option<String>,
}

/// A buyer comes back from paying. Settles what Stripe says, and leads to the order's page. Without a `mac` that matches the
/// order, there is nothing here.
#[utoipa::path(get, path = "/v1/checkout/success", params(Paid), responses(
    (status = 200, description = "The order, for `Accept: application/json`", body = OrderView),
    (status = 303, description = "To the order's page"),
    (status = 404, description = "No such address was made")
))]
async fn success(State(state): State<Success>, Query(back): Query<Paid>, headers: HeaderMap) -> Answer<Response> {
    let order = access::order_by_mac(&state.store, back.order.as_deref(), back.mac.as_deref()).await?;
    let session = back.session_id.as_deref().unwrap_or_default();
    let order = Box::pin(state.engine.within(TIME).come_back(order, session)).await?;
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

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Unpaid {
    /// The id of the order that was not paid.
    #[param(example = "ord_01a2183aa1c27807b9ca9d8a553845c6")]
    order: Option<String>,
    /// What proves that the address was made for the order.
    #[param(example = "k7Yw2mQ9d4Zc")]
    mac: Option<String>,
}

/// A buyer comes back from Stripe's page without paying. Leads to the order's page, where they may go on.
#[utoipa::path(get, path = "/v1/checkout/return", params(Unpaid), responses(
    (status = 303, description = "To the order's page"),
    (status = 404, description = "No such address was made")
))]
async fn unpaid(State(state): State<Success>, Query(back): Query<Unpaid>) -> Answer<Response> {
    let order = access::order_by_mac(&state.store, back.order.as_deref(), back.mac.as_deref()).await?;
    Ok(Redirect::to(&own_page(&order, &state.pages)).into_response())
}

/// Where the buyer goes on after paying: the page that the shop asked for, or our own.
fn address(order: &Order, pages: &str) -> String {
    match &order.success_url {
        Some(url) => {
            let joint = if url.contains('?') { '&' } else { '?' };
            format!("{url}{joint}order={}", order.id)
        }
        None => own_page(order, pages),
    }
}

/// The order's own page, with the token that opens it: from here on the buyer is on our own host. No answer of ours is
/// kept, nor its address passed on as a referrer.
fn own_page(order: &Order, pages: &str) -> String {
    format!("{pages}/orders/{}?token={}", order.id, order.access_token())
}
