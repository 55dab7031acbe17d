//! The console: pages for people. A little shop that buys through the API as any client does, and the views of those
//! who run it. Rendered here, without scripts, so that a browser shows nothing that was not escaped.

mod check_in;
mod desk;
mod form;
mod hours;
mod order;
mod shop;

use axum::{
    Router,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use minijinja::{Environment, Value, context};
use web::Problem;

use crate::stack::{Stack, shown};

const STYLE: &str = include_str!("console/style.css");

const TEMPLATES: [(&str, &str); 16] = [
    ("base.html", include_str!("console/base.html")),
    ("fields.html", include_str!("console/fields.html")),
    ("start.html", include_str!("console/start.html")),
    ("listing.html", include_str!("console/listing.html")),
    ("offers.html", include_str!("console/offers.html")),
    ("slots.html", include_str!("console/slots.html")),
    ("order.html", include_str!("console/order.html")),
    ("booking.html", include_str!("console/booking.html")),
    ("orders.html", include_str!("console/orders.html")),
    ("stock.html", include_str!("console/stock.html")),
    ("check_in.html", include_str!("console/check_in.html")),
    ("hours.html", include_str!("console/hours.html")),
    ("mail.html", include_str!("console/mail.html")),
    ("message.html", include_str!("console/message.html")),
    ("audit.html", include_str!("console/audit.html")),
    ("text_page.html", include_str!("console/text_page.html")),
];

/// The pages.
pub(crate) fn router() -> Router<Stack> {
    Router::new()
        .route("/", get(shop::start))
        .route("/shop/{listing}", get(shop::listing).post(shop::buy))
        .route("/orders/{order}", get(order::order))
        .route("/orders/{order}/cancel", post(order::cancel))
        .route("/orders/{order}/receipt.pdf", get(order::receipt))
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
        .route("/console/style.css", get(style))
}

/// The pages' templates; a test renders each.
pub(crate) fn templates() -> Environment<'static> {
    let mut pages = Environment::new();
    pages.add_filter("when", |time: String, zone: Option<String>| {
        time.parse().map_or(time, |at| there(at, zone.as_deref()))
    });
    pages.add_filter("span", |start: String, end: Option<String>, zone: Option<String>| {
        let end = end.and_then(|end| end.parse().ok());
        start.parse().map_or(start, |start| span(start, end, zone.as_deref()))
    });
    pages.add_filter("money", |amount: String, currency: String| money(&amount, &currency));
    pages.add_filter("price", |amount: String, currency: String| {
        if amount.bytes().all(|b| matches!(b, b'0' | b'.')) { "free".to_owned() } else { money(&amount, &currency) }
    });
    for (name, text) in TEMPLATES {
        if let Err(error) = pages.add_template(name, text) {
            tracing::error!(name, %error, "a page's template is malformed");
        }
    }
    pages
}

/// A time on the clocks of a zone; UTC for none, and for one that nobody knows.
fn zoned(at: Timestamp, zone: Option<&str>) -> Zoned {
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone)
}

/// A time as people there read it.
fn there(at: Timestamp, zone: Option<&str>) -> String {
    zoned(at, zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

/// From when to when, as people there read it.
fn span(start: Timestamp, end: Option<Timestamp>, zone: Option<&str>) -> String {
    let from = zoned(start, zone);
    match end.map(|end| zoned(end, zone)).filter(|until| until.date() == from.date()) {
        Some(until) => format!("{}–{}", from.strftime("%a %-d %b %Y, %H:%M"), until.strftime("%H:%M %Z")),
        None => there(start, zone),
    }
}

/// An amount of the API as people write it.
fn money(amount: &str, currency: &str) -> String {
    match currency {
        "usd" => format!("${amount}"),
        "eur" => format!("€{amount}"),
        "gbp" => format!("£{amount}"),
        other => format!("{amount} {}", other.to_uppercase()),
    }
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
        .into_response()
}

/// Renders a page. `section` is the part of the navigation that it belongs to.
fn page(stack: &Stack, status: StatusCode, name: &str, section: &str, path: &str, content: Value) -> Response {
    let options = stack.options();
    let frame = context! {
        section,
        path,
        now => shown(stack.clock().now()),
        moved => moved(stack.clock().now()),
        api_url => options.api_url,
        stripe_url => options.stripe_url,
    };
    let rendered = stack.inner.pages.get_template(name).and_then(|page| page.render(context! { ..content, ..frame }));
    let mut response = match rendered {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(name, %error, "a page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown.").into_response()
        }
    };
    guard(stack, &mut response);
    response
}

/// Whether the clock was moved away from the system's.
fn moved(now: Timestamp) -> bool {
    now.duration_since(Timestamp::now()).as_secs().abs() > 5
}

/// Only our own style, and forms that lead to ourselves or to Stripe.
fn guard(stack: &Stack, response: &mut Response) {
    let stripe = &stack.options().stripe_url;
    let policy = format!(
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self' {stripe} https://checkout.stripe.com"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Addresses hold orders' tokens. Without any referrer, browsers would not say either that a form is our own.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

/// A page that says one thing.
fn text_page(stack: &Stack, status: StatusCode, title: &str, text: &str) -> Response {
    page(stack, status, "text_page.html", "", "/", context! { title, text })
}

/// A page for something that was turned down.
fn refused(stack: &Stack, problem: &Problem) -> Response {
    let title = match problem.status() {
        StatusCode::NOT_FOUND => "There is no such thing",
        _ => "That was turned down",
    };
    text_page(stack, problem.status(), title, problem.detail())
}

#[cfg(test)]
mod tests;
