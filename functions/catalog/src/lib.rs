//! The catalog function: what is for sale.
//!
//! Each change is one conditional write. If the process dies before it, nothing changed; the same change again changes nothing
//! more.

mod bodies;
mod manage;
mod read;
mod views;

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post, put},
};
use engine::{StartError, wiring};
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use store::Store;
use utoipa::OpenApi;
use web::{Cursors, Verifier};

#[derive(OpenApi)]
#[openapi(paths(
    read::health,
    read::listings,
    read::listing,
    read::openapi_document,
    manage::organization,
    manage::put_organization,
    manage::put_listing,
    manage::put_offer,
    manage::delete_offer,
    manage::put_promo,
    manage::cancel_listing
))]
struct Paths;

/// The function's part of the API's description.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Paths::openapi()
}

#[derive(Clone)]
pub(crate) struct Catalog {
    store: Arc<Store>,
    cursors: Cursors,
    verifier: Arc<Verifier>,
    clock: Clock,
}

impl FromRef<Catalog> for Arc<Verifier> {
    fn from_ref(state: &Catalog) -> Self {
        state.verifier.clone()
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
#[expect(clippy::unused_async, reason = "every function is built in the same way")]
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let cursors = Cursors::build(settings, wire.clone())?;
    let store = Arc::new(wiring::store(settings, wire)?);
    let offer = put(manage::put_offer).delete(manage::delete_offer);
    let routes = Router::new()
        .route("/v1/health", get(read::health))
        .route("/openapi.json", get(read::openapi_document))
        .route("/v1/listings", get(read::listings))
        .route("/v1/listings/{listing}", get(read::listing))
        .route("/v1/organizations/{organization}", get(manage::organization).put(manage::put_organization))
        .route("/v1/organizations/{organization}/listings/{listing}", put(manage::put_listing))
        .route("/v1/organizations/{organization}/listings/{listing}/offers/{offer}", offer)
        .route("/v1/organizations/{organization}/listings/{listing}/promos/{code}", put(manage::put_promo))
        .route("/v1/organizations/{organization}/listings/{listing}/cancel", post(manage::cancel_listing));
    Ok(web::router_base(routes).with_state(Catalog { store, cursors, verifier, clock }))
}
