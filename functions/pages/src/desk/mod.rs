//! The desk: an organization's orders and their money, for its staff. Each page is open to whom the issuer's claims give the role,
//! in that organization alone; what staff do here are the same use cases that the API's functions call.

mod actions;
mod cancel;
mod chart;
mod edit;
mod exports;
mod filled;
mod list;
mod listing;
mod listings;
mod new;
mod offers;
mod order;
mod presales;
mod preview;
mod promos;
mod refund;
mod seat;
mod sell;
mod settings;
mod slots;
mod team;
mod today;
mod view;
mod words;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::Pages;

/// The desk's pages.
pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/desk", get(seat::home))
        .route("/desk/", get(seat::home))
        .route("/desk/{organization}", get(today::today))
        .route("/desk/{organization}/orders", get(list::orders))
        .route("/desk/{organization}/orders/{order}", get(order::order))
        .route("/desk/{organization}/orders/{order}/resend", post(actions::resend))
        .route("/desk/{organization}/orders/{order}/address", post(actions::address))
        .route("/desk/{organization}/orders/{order}/review", post(actions::review))
        .route("/desk/{organization}/orders/{order}/refund", get(refund::choose).post(refund::confirm))
        .route("/desk/{organization}/exports", get(exports::page).post(exports::begin))
        .route("/desk/{organization}/exports/table", get(exports::table))
        .route("/desk/{organization}/exports/{export}", get(exports::one))
        .route("/desk/{organization}/exports/{export}/file", get(exports::file))
        .route("/desk/{organization}/exports/{export}/version", get(exports::version))
        .route("/desk/{organization}/team", get(team::team))
        .route("/desk/{organization}/settings", get(settings::form).post(settings::change))
        .route("/desk/{organization}/new-listing", get(new::form).post(new::create))
        .route("/desk/{organization}/listings", get(listings::listings))
        .route("/desk/{organization}/listings/{listing}", get(listing::listing))
        .route("/desk/{organization}/listings/{listing}/edit", get(edit::form).post(edit::edit))
        .route("/desk/{organization}/listings/{listing}/copy", post(sell::copy))
        .route("/desk/{organization}/listings/{listing}/publish", post(sell::publish))
        .route("/desk/{organization}/listings/{listing}/offers", post(offers::add))
        .route("/desk/{organization}/listings/{listing}/offers/{offer}", post(offers::change))
        .route("/desk/{organization}/listings/{listing}/slots", post(slots::add))
        .route("/desk/{organization}/listings/{listing}/presale-codes", post(presales::put))
        .route("/desk/{organization}/listings/{listing}/promos", post(promos::add))
        .route("/desk/{organization}/listings/{listing}/promos/{code}", post(promos::change))
        .route("/desk/{organization}/listings/{listing}/cancel", get(cancel::preview).post(cancel::cancel))
}
