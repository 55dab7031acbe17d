//! The desk: an organization's orders and their money, for its staff. Each page is open to whom the issuer's claims give the role,
//! in that organization alone; what staff do here are the same use cases that the API's functions call.

mod actions;
mod cancel;
mod chart;
mod edit;
mod list;
mod listing;
mod listings;
mod order;
mod preview;
mod refund;
mod seat;
mod sell;
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
        .route("/desk/{organization}/listings", get(listings::listings))
        .route("/desk/{organization}/listings/{listing}", get(listing::listing))
        .route("/desk/{organization}/listings/{listing}/edit", get(edit::form).post(edit::edit))
        .route("/desk/{organization}/listings/{listing}/copy", post(sell::copy))
        .route("/desk/{organization}/listings/{listing}/publish", post(sell::publish))
        .route("/desk/{organization}/listings/{listing}/offers", post(sell::add))
        .route("/desk/{organization}/listings/{listing}/offers/{offer}", post(sell::offer))
        .route("/desk/{organization}/listings/{listing}/promos", post(sell::promo))
        .route("/desk/{organization}/listings/{listing}/presale-codes", post(sell::presale))
        .route("/desk/{organization}/listings/{listing}/cancel", get(cancel::preview).post(cancel::cancel))
}
