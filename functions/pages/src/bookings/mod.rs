//! An expert's own bookings: requests with the time that is left to answer them, and what is to come.

mod actions;
mod list;
mod month;
mod own;
mod seat;
mod slots;
mod week;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::Pages;

/// The expert's pages.
pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/bookings", get(list::bookings))
        .route("/bookings/", get(list::bookings))
        .route("/bookings/version", get(list::version))
        .route("/bookings/slots", get(slots::slots).post(slots::add))
        .route("/bookings/slots/week", get(week::preview).post(week::sell))
        .route("/bookings/{order}/confirm", post(actions::confirm))
        .route("/bookings/{order}/decline", post(actions::decline))
        .route("/bookings/{order}/cancel", post(actions::cancel))
}
