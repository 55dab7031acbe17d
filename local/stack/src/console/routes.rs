//! Which page is where.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::header;

use super::{check_in, desk, hours, people};
use crate::{
    issuer::{AUTHORIZE, END},
    stack::Stack,
};

const STYLE: &str = include_str!("style.css");

/// The pages.
pub(crate) fn router() -> Router<Stack> {
    Router::new()
        .route("/console", get(desk::start))
        .route("/console/orders", get(desk::orders))
        .route("/console/orders/{order}/refund", post(desk::refund))
        .route("/console/orders/{order}/confirm", post(desk::confirm))
        .route("/console/orders/{order}/decline", post(desk::decline))
        .route("/console/stock", get(desk::stock))
        .route("/console/door", get(check_in::form).post(check_in::check_in))
        .route("/console/hours", get(hours::hours).post(hours::take))
        .route("/console/mail", get(desk::mail))
        .route("/console/mail/{number}", get(desk::message))
        .route("/console/audit", get(desk::audit))
        .route("/console/clock", post(desk::clock))
        .route("/console/cleanup", post(desk::cleanup))
        .route(AUTHORIZE, get(people::choose).post(people::chosen))
        .route(END, get(people::end))
        .route("/console/style.css", get(style))
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
        .into_response()
}
