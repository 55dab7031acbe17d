//! The catalog function: what is for sale.
//!
//! Each change is one conditional write. If the process dies before it, nothing changed; the same change again changes nothing
//! more.

mod bodies;
mod manage;
mod read;
mod state;
mod unsubscribe;
mod views;

use std::sync::Arc;

use axum::Router;
use engine::{StartError, wiring};
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Cursors, Verifier};

use crate::state::Catalog;

/// The routes: each handler says its method, its path and its description.
fn routes() -> OpenApiRouter<Catalog> {
    OpenApiRouter::new()
        .routes(routes!(read::health))
        .routes(routes!(read::openapi_document))
        .routes(routes!(read::listings))
        .routes(routes!(read::listing))
        .routes(routes!(manage::organization, manage::put_organization))
        .routes(routes!(manage::put_listing))
        .routes(routes!(manage::put_offer, manage::delete_offer))
        .routes(routes!(manage::put_promo))
        .routes(routes!(manage::cancel_listing))
        .routes(routes!(unsubscribe::unsubscribe))
}

/// The function's part of the API's description.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
#[expect(clippy::unused_async, reason = "every function is built in the same way")]
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let cursors = Cursors::build(settings, wire.clone())?;
    let store = Arc::new(wiring::store(settings, wire, &clock)?);
    let routes = Router::from(routes());
    Ok(web::router_base(routes).with_state(Catalog { store, cursors, verifier, clock }))
}
