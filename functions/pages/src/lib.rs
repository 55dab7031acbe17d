//! The pages function: what people see. A shop, the order's page, signing in, the desk of an
//! organization's staff, and an expert's bookings.
//!
//! Pages call the same use cases as the API's functions, after the same checks of who may see what. They are rendered here and need
//! no script. A form's answer is always a redirect, so that the way back never sends a form again; what was wrong with it waits in a
//! sealed cookie for the page that the redirect leads to.
//!
//! If the process dies, a form is sent again under the same idempotency key, and gives the same order.

mod account;
mod address;
mod api;
mod assets;
mod bookings;
mod cart;
mod cookies;
mod desk;
mod doors;
mod dress;
mod entrance;
mod flash;
mod form;
mod frame;
mod local_time;
mod markdown;
mod order;
mod reader;
mod session;
mod shop;
mod sign_in;
mod state;
mod templates;
mod times;
mod typed;
mod visit;
mod ways;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use documents::FontFolder;
use engine::{CatalogEngine, StartError, TicketKeys, wiring};
use runtime::{Clock, DocumentSettings, LimitSettings, Settings, SharedWire, StripeSettings};
use web::{Cursors, Front};

use crate::{
    session::Sealer,
    sign_in::provider::Provider,
    state::{Element, Pages, payment_origins},
};

fn routes() -> Router<Pages> {
    Router::new()
        .route("/", get(shop::overview::all))
        .route("/organizations/{organization}", get(shop::overview::of_organization))
        .route("/organizations/{organization}/calendar", get(shop::calendar::calendar))
        .route("/listings/{listing}", get(shop::listing::listing))
        .route("/listings/{listing}/total", get(shop::listing::total))
        .route("/cart", get(shop::cart::cart).post(shop::cart::put))
        .route("/cart/change", post(shop::cart::change))
        .route("/checkout", post(shop::checkout::checkout))
        .route("/orders/{order}", get(order::page::order))
        .route("/orders/{order}/pay", get(order::pay::pay))
        .route("/orders/{order}/version", get(order::page::version))
        .route("/orders/{order}/cancel", post(order::actions::cancel))
        .route("/orders/{order}/resend", post(order::actions::resend))
        .route("/orders/{order}/attendee", post(order::actions::attendee))
        .route("/orders/{order}/hand-over", post(order::actions::hand_over))
        .route("/orders/{order}/tickets.pdf", get(order::files::tickets))
        .route("/orders/{order}/receipt.pdf", get(order::files::receipt))
        .route("/orders/{order}/calendar.ics", get(order::files::calendar))
        .route("/account", get(account::account))
        .route("/sign-in", get(ways::begin))
        .route("/sign-in/callback", get(ways::callback))
        .route("/sign-out", post(ways::sign_out))
        .route("/signed-out", get(ways::signed_out))
        .route("/door", get(doors::to_page))
        .route("/door/", get(doors::page))
        .route("/door/worker.js", get(doors::worker))
        .route("/door/app.webmanifest", get(doors::manifest))
        .route("/door/shows", get(doors::shows))
        .route("/door/devices", post(doors::register))
        .route("/assets/{name}", get(assets::asset))
        .merge(desk::routes())
        .merge(bookings::routes())
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let addresses = wiring::addresses(settings)?;
    let front = Front::build(settings, wire.clone())?;
    let sealer = Sealer::build(settings, wire.clone())?;
    let cursors = Cursors::build(settings, wire.clone())?;
    let ticket_keys = TicketKeys::build(settings, wire.clone())?;
    let provider = Provider::build(settings, wire.clone(), clock.clone())?.map(Arc::new);
    let fonts = DocumentSettings::parse(settings)?.fonts.map(FontFolder::new).unwrap_or_default();
    let stripe = StripeSettings::parse(settings)?.api_base;
    let limits = LimitSettings::parse(settings)?.into();
    let exports = wiring::exports(settings, wire.clone(), clock.clone())?;
    let engine = wiring::engine(settings, wire, clock.clone()).await?;
    let engine = Arc::new(engine.limited(limits).with_exports(exports));
    let pages = Pages {
        catalog: CatalogEngine::new(engine.store().clone(), clock.clone()),
        store: engine.store().clone(),
        engine,
        addresses,
        front,
        sealer,
        cursors,
        ticket_keys,
        fonts,
        provider,
        clock,
        payment_origins: payment_origins(&stripe),
        element: Element::parse(settings, &stripe)?,
    };
    let dressed = middleware::from_fn_with_state(pages.clone(), dress::dress);
    Ok(web::router_base(routes()).layer(dressed).with_state(pages))
}
