//! The checkout function: a buyer places an order.
//!
//! If the process dies, the client sends the same request with the same key again and gets the same order.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRef, State},
};
use engine::{Addresses, Engine, StartError, wiring};
use http::{HeaderMap, StatusCode};
use runtime::{Clock, IdentitySettings, LimitSettings, Settings, SharedWire};
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{AccessTokenForm, KeyForm, UrlForm};
use web::{
    Answer, Caller, Front, GatewayDomain, IdempotencyKey, Problem, SourceAddress, Verifier,
    checkout::{CheckoutBody, Sender},
    views::OrderView,
};

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub const TIME: Duration = Duration::from_secs(28);

web::routes! { Checkout { checkout } }

#[derive(Clone)]
struct Checkout {
    engine: Arc<Engine>,
    verifier: Arc<Verifier>,
    addresses: Addresses,
    front: Front,
}

impl FromRef<Checkout> for Arc<Verifier> {
    fn from_ref(state: &Checkout) -> Self {
        state.verifier.clone()
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let addresses = wiring::addresses(settings)?;
    let front = Front::build(settings, wire.clone())?;
    let limits = LimitSettings::parse(settings)?.into();
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?.limited(limits));
    Ok(web::router_base(routes()).with_state(Checkout { engine, verifier, addresses, front }))
}

/// An order that was placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({ "checkout_url": null, "client_secret": null })))]
struct Placed {
    /// As it stands after the call.
    order: OrderView,
    /// Opens this one order, as `?token=` or `X-Order-Token`.
    #[schema(value_type = AccessTokenForm)]
    access_token: String,
    /// Stripe's page, where the buyer pays. None for a free order, and for one that is paid or over.
    #[schema(value_type = Option<UrlForm>)]
    checkout_url: Option<String>,
    /// For payments that the client confirms itself.
    #[schema(example = "pi_3PtWvT2eZvKYlo2C_secret_a1b2c3")]
    client_secret: Option<String>,
}

/// Places an order and opens its payment: Stripe's page, or a payment intent. With a payment method the payment is
/// confirmed at once; a decline then is final.
///
/// The same `Idempotency-Key` with the same body gives the same order again.
#[utoipa::path(post, path = "/v1/checkout", request_body = CheckoutBody,
    params(("Idempotency-Key" = inline(Option<KeyForm>), Header)),
    responses((status = 201, description = "The order", body = Placed),
        (status = 402, description = "The card was declined; the problem holds the order, which has failed"),
        (status = 404, description = "There is no such listing or offer"),
        (status = 409, description = "`slot_taken`: the slot is gone; `slot_overlaps`: another booking has its expert's time; \
            `request_in_progress`: the same request is being worked on"),
        (status = 422, description = "`idempotency_mismatch`: the key stands for another request"),
        (status = 429, description = "Too many attempts from one address in a minute, or too many open orders of one buyer; `Retry-After` says when to come again")),
    security((), ("token" = [])))]
async fn checkout(
    State(state): State<Checkout>,
    gateway: SourceAddress,
    headers: HeaderMap,
    GatewayDomain(domain): GatewayDomain,
    caller: Caller,
    key: Option<IdempotencyKey>,
    web::Json(body): web::Json<CheckoutBody>,
) -> Answer<(StatusCode, Json<Placed>)> {
    let pages = state.addresses.pages(domain.as_deref()).map_err(|error| {
        tracing::error!(%error, "the API does not know its own address");
        Problem::internal()
    })?;
    let SourceAddress(source) = state.front.client(gateway, &headers).await;
    let engine = state.engine.within(TIME);
    engine.attempt(source).await?;
    let customer = caller.identity.map(|identity| identity.subject);
    let request = body.parse(Sender { customer, source, key: key.map(|key| key.as_str().to_owned()) })?;
    let placed = match engine.place(&request, &pages).await {
        Ok(placed) => placed,
        Err(error) => {
            let order = error.order().and_then(|order| serde_json::to_value(OrderView::from(order)).ok());
            let problem = Problem::from(error);
            return Err(match order {
                Some(order) => problem.with_order(order),
                None => problem,
            });
        }
    };
    let order = &placed.order;
    let open = order.status == domain::OrderStatus::Pending && order.review.is_none();
    let answer = Placed {
        order: OrderView::from(order),
        access_token: order.access_token(),
        checkout_url: order.payment.checkout_url.clone().filter(|_| open),
        client_secret: placed.client_secret.as_ref().map(|secret| secret.expose().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
