//! The webhook function: events that Stripe sends.
//!
//! The signature is checked over the bytes as they came, before anything reads them. An event of ours that cannot be worked
//! on is answered 5xx, so that Stripe sends it again. One that is not ours is 200, whatever it is: an endpoint that fails
//! is switched off.
//!
//! Stripe makes the signing secret when the endpoint is registered, for which the function has to be there. So it starts without
//! one, and refuses events with 503 until it is set: in live mode Stripe sends them again for days.
//!
//! If the process dies, Stripe gets no 2xx and sends the event again; an event that comes twice takes effect once.

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, extract::State, routing::get};
use domain::{Code, Refusal};
use engine::{Engine, StartError, wiring};
use http::{HeaderMap, StatusCode};
use payments::{
    events::Envelope,
    signature::{self, SignatureError},
};
use runtime::{Clock, SecretError, SecretSource, Secrets, Settings, SharedWire};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem, RawBody};

/// How long an event is worked on: the function's 60 seconds, less some for Stripe's answers. Longer than a buyer's
/// request, because money has moved already. Stripe waits less long, and sends the event again; the first one is done by then.
pub const TIME: Duration = Duration::from_secs(50);

web::routes! { Webhook { receive } }

#[derive(Clone)]
struct Webhook {
    engine: Arc<Engine>,
    clock: Clock,
    secrets: Arc<Secrets>,
    source: SecretSource,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let source = settings.webhook_secret()?;
    let secrets = Arc::new(wiring::secrets(settings, wire.clone())?);
    // Read once now, so that a wrong name stops the function at its start and not at the first event.
    match secrets.read_list(&source).await {
        Err(SecretError::Unset { arn }) => tracing::error!(alarm = "webhook_secret_unset", arn, "{UNSET}"),
        other => drop(other?),
    }
    let engine = Arc::new(wiring::engine(settings, wire, clock.clone()).await?);
    // The function's own address, which is Stripe's endpoint.
    let routes = routes().route("/", get(health).post(receive));
    Ok(web::router_base(routes).with_state(Webhook { engine, clock, secrets, source }))
}

const UNSET: &str = "the signing secret is not set; events are refused until it is";

/// Whether events are taken.
#[derive(Debug, Serialize)]
struct WebhookHealth {
    /// `ok`, or `refusing`.
    status: &'static str,
    /// Why events are refused.
    reason: Option<&'static str>,
}

/// Says at the function's own address whether events are taken: 200, else 503.
async fn health(State(state): State<Webhook>) -> (StatusCode, Json<WebhookHealth>) {
    let reason = match state.secrets.read(&state.source).await {
        Ok(_) => return (StatusCode::OK, Json(WebhookHealth { status: "ok", reason: None })),
        Err(SecretError::Unset { .. }) => UNSET,
        Err(_) => "the signing secret cannot be read; the function's log says why",
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(WebhookHealth { status: "refusing", reason: Some(reason) }))
}

/// What came of an event.
#[derive(Debug, Serialize, ToSchema)]
struct Received {
    /// Always true.
    received: bool,
    /// What happened, in one word.
    #[schema(example = "paid")]
    outcome: &'static str,
}

/// Takes one of Stripe's events.
#[utoipa::path(post, path = "/webhooks/stripe", operation_id = "receive_stripe_event", request_body(content = Object,
    description = "An event, as https://docs.stripe.com/api/events/object has it",
    example = json!({ "id": "evt_1PtWvT2eZvKYlo2C", "object": "event", "type": "checkout.session.completed",
        "created": 1_795_000_000, "data": { "object": { "id": "cs_test_a1B2c3D4", "object": "checkout.session" } } })
), responses(
    (status = 200, description = "Taken; it need not be sent again", body = Received),
    (status = 401, description = "The signature is not Stripe's"),
    (status = 503, description = "Not worked on yet; send it again")
), security(("stripe_signature" = [])))]
async fn receive(State(state): State<Webhook>, headers: HeaderMap, RawBody(body): RawBody) -> Answer<Json<Received>> {
    let header = headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    let unreadable = |error| {
        if let SecretError::Unset { arn } = error {
            tracing::error!(alarm = "webhook_secret_unset", arn, "{UNSET}");
        } else {
            tracing::error!(%error, "the secret of webhooks cannot be read");
        }
        Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5)
    };
    let now = state.clock.now();
    let known = state.secrets.read(&state.source).await.map_err(unreadable)?;
    let mut verified = signature::verify(&known.split(), header, &body, now);
    if verified == Err(SignatureError::NoMatch) {
        // The secret may have been rolled since it was read.
        let fresh = state.secrets.refresh(&state.source, &known).await.map_err(unreadable)?;
        verified = signature::verify(&fresh.split(), header, &body, now);
    }
    if let Err(error) = verified {
        tracing::warn!(%error, "an event without a good signature");
        return Err(match error {
            SignatureError::Missing => Problem::new(Code::MissingSignature, "The Stripe-Signature header is missing"),
            _ => Problem::new(Code::InvalidSignature, "The signature is not good"),
        });
    }
    let envelope = Envelope::parse(&body).map_err(|error| {
        tracing::error!(%error, "a signed body that is no event");
        Refusal::new(Code::InvalidRequest, "The body is no event")
    })?;
    let received = state.engine.within(TIME).receive(&envelope).await?;
    Ok(Json(Received { received: true, outcome: received.outcome.as_str() }))
}
