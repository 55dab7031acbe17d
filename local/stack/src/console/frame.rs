//! What all pages share: templates, how times and amounts are shown, headers.

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use minijinja::{Environment, Value, context};
use web::Problem;

use crate::stack::Stack;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(templates);

pub(super) const TEMPLATES: [(&str, &str); 12] = [
    ("base.html", include_str!("base.html")),
    ("fields.html", include_str!("fields.html")),
    ("start.html", include_str!("start.html")),
    ("orders.html", include_str!("orders.html")),
    ("stock.html", include_str!("stock.html")),
    ("check_in.html", include_str!("check_in.html")),
    ("hours.html", include_str!("hours.html")),
    ("people.html", include_str!("people.html")),
    ("mail.html", include_str!("mail.html")),
    ("message.html", include_str!("message.html")),
    ("audit.html", include_str!("audit.html")),
    ("text_page.html", include_str!("text_page.html")),
];

/// The pages' templates; a test renders each.
pub(super) fn templates() -> Environment<'static> {
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

/// A time on the clocks of a zone; UTC for none, and for one that is unknown.
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

/// The time, as people read it.
pub(super) fn shown(at: Timestamp) -> String {
    at.strftime("%a %-d %b %Y, %H:%M UTC").to_string()
}

/// Renders a page. `section` is the part of the navigation that it belongs to.
pub(super) fn page(
    stack: &Stack,
    status: StatusCode,
    name: &str,
    section: &str,
    path: &str,
    content: Value,
) -> Response {
    let options = stack.options();
    let frame = context! {
        section,
        path,
        now => shown(stack.clock().now()),
        moved => moved(stack.clock().now()),
        api_url => options.api_url,
        stripe_url => options.stripe_url,
    };
    let rendered = PAGES.get_template(name).and_then(|page| page.render(context! { ..content, ..frame }));
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

/// Allows the console's own style, and forms that lead to the console or to Stripe.
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
    // Addresses hold orders' tokens. With no referrer at all, browsers would send forms without their origin.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

/// A page that says one thing.
pub(super) fn text_page(stack: &Stack, status: StatusCode, title: &str, text: &str) -> Response {
    page(stack, status, "text_page.html", "", "/", context! { title, text })
}

/// A page for something that was turned down.
pub(super) fn refused(stack: &Stack, problem: &Problem) -> Response {
    let title = match problem.status() {
        StatusCode::NOT_FOUND => "There is no such thing",
        _ => "That was turned down",
    };
    text_page(stack, problem.status(), title, problem.detail())
}
