//! The catalog function: what is for sale.
//!
//! Each change is a use case of [`CatalogEngine`]. If the process dies, the same change may be made again.

mod bodies;
mod log;
mod manage;
mod presales;
mod read;
mod slots;
mod staff;
mod state;
mod unsubscribe;
mod views;

use std::sync::Arc;

use axum::Router;
use engine::{CatalogEngine, StartError, wiring};
use runtime::{Clock, IdentitySettings, Settings, SharedWire};
use web::{Cursors, Verifier};

use crate::state::Catalog;

web::routes! {
    Catalog {
        read::health,
        read::openapi_document,
        read::listings,
        read::listing,
        manage::organization,
        manage::put_organization,
        manage::put_listing,
        manage::put_offer,
        manage::delete_offer,
        manage::put_promo,
        presales::put_presale,
        presales::presales,
        slots::put_slots,
        manage::cancel_listing,
        log::staff_log,
        staff::organization_listings,
        staff::promos,
        unsubscribe::unsubscribe,
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
    let catalog = CatalogEngine::new(wiring::store(settings, wire, &clock)?, clock.clone());
    Ok(web::router_base(routes()).with_state(Catalog { catalog, cursors, verifier, clock }))
}
