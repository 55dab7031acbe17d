//! What the pages for buyers share: templates, headers, the cards on offer, and the way back to the seller.

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use minijinja::{Environment, Value as Context, context};
use url::Url;

use crate::objects::{Intent, IntentStatus};

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    for (name, text) in [
        ("base.html", include_str!("pages/base.html")),
        ("pay.html", include_str!("pages/pay.html")),
        ("intent.html", include_str!("pages/intent.html")),
        ("authenticate.html", include_str!("pages/authenticate.html")),
        ("missing.html", include_str!("pages/missing.html")),
    ] {
        // They are part of this program; a test renders each.
        let _added = pages.add_template(name, text);
    }
    pages
});

/// The cards and accounts that the pages offer.
pub(crate) const METHODS: [(&str, &str); 9] = [
    ("pm_card_visa", "Visa 4242: pays"),
    ("pm_card_mastercard", "Mastercard 4444: pays"),
    ("pm_card_chargeDeclined", "Visa 0002: declined"),
    ("pm_card_chargeDeclinedInsufficientFunds", "Visa 9995: declined, insufficient funds"),
    ("pm_card_chargeDeclinedExpiredCard", "Visa 0069: declined, expired"),
    ("pm_card_chargeDeclinedIncorrectCvc", "Visa 0127: declined, wrong security code"),
    ("pm_card_authenticationRequired", "Visa 3184: asks for authentication"),
    ("pm_card_createDispute", "Visa 0259: pays, then disputes"),
    ("pm_usBankAccount", "Bank account: pays days later"),
];

/// What Stripe.js is to a seller's page, for the Payment Element alone.
pub(crate) async fn script() -> impl IntoResponse {
    let methods = serde_json::to_string(&METHODS).unwrap_or_default();
    let script = include_str!("pages/stripe.js").replacen("METHODS", &methods, 1);
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], script)
}

/// A page.
pub(crate) fn render(status: StatusCode, name: &str, context: Context) -> Response {
    let page = PAGES.get_template(name).and_then(|template| template.render(context));
    let mut response = match page {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, name, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The page that says that something does not exist.
pub(crate) fn missing(what: &str) -> Response {
    render(StatusCode::NOT_FOUND, "missing.html", context! { what })
}

/// An address that a browser may be sent to.
pub(crate) fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Where the buyer goes, with what Stripe adds to the address; none where the payment names no address.
pub(crate) fn way_back(intent: &Intent) -> Option<String> {
    let mut url = address(intent.return_url.as_deref()?)?;
    let status = match intent.status {
        IntentStatus::Succeeded | IntentStatus::RequiresCapture => "succeeded",
        IntentStatus::Processing => "pending",
        _ => "failed",
    };
    url.query_pairs_mut()
        .append_pair("payment_intent", &intent.id)
        .append_pair("payment_intent_client_secret", &intent.client_secret())
        .append_pair("redirect_status", status);
    Some(url.into())
}
