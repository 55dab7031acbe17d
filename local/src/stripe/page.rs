//! The pages that a buyer sees: paying a session, and authenticating a payment. Plain forms, no scripts.

use std::sync::{Arc, LazyLock};

use axum::{
    Form,
    extract::{Path, State as Extract},
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};
use minijinja::{Environment, Value as Context, context};
use serde::Deserialize;

use super::{
    Shared,
    errors::ApiError,
    intent_page::way_back,
    money,
    objects::IntentStatus,
    session::{Buyer, LineItem, PaymentStatus, Session, SessionStatus},
    state::State,
};

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

/// What the buyer chose.
#[derive(Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    action: String,
    #[serde(default)]
    payment_method: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

/// Whether the buyer authenticated.
#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    action: String,
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

/// Where a session stands, in the page's words.
fn standing(session: &Session) -> &'static str {
    match (session.status, session.payment_status) {
        (SessionStatus::Open, _) => "open",
        (SessionStatus::Expired, _) => "expired",
        (SessionStatus::Complete, PaymentStatus::Unpaid) => "processing",
        (SessionStatus::Complete, _) => "paid",
    }
}

fn session_page(
    state: &State,
    session: &Session,
    status: StatusCode,
    problem: Option<&str>,
    chosen: &Choice,
) -> Response {
    let quoted = state.quote(session);
    let amount = |amount| money::shown(amount, &quoted.currency);
    let line = |item: &LineItem| {
        context! {
            name => item.name,
            description => item.description,
            quantity => item.quantity,
            unit => amount(item.unit_amount),
            total => amount(item.subtotal()),
        }
    };
    let items: Vec<Context> = quoted.items.iter().map(line).collect();
    let methods: Vec<Context> = METHODS
        .iter()
        .map(|(value, label)| context! { value, label, selected => *value == chosen.payment_method })
        .collect();
    let seller = session.intent_data.transfer_data.as_ref().map(|data| data.destination.as_str());
    let title = session.metadata.get("show_title").or_else(|| session.intent_data.metadata.get("show_title"));
    let email =
        if chosen.email.is_empty() { session.customer_email.as_deref().unwrap_or_default() } else { &chosen.email };
    let page = context! {
        standing => standing(session),
        id => session.id,
        title,
        seller,
        items,
        methods,
        problem,
        subtotal => amount(quoted.subtotal()),
        tax => (quoted.tax() > 0).then(|| amount(quoted.tax())),
        total => amount(quoted.total()),
        email,
        name => chosen.name,
        success_url => session.success_address(),
        cancel_url => session.cancel_url,
        until => jiff::Timestamp::from_second(session.expires_at).map(|time| time.strftime("%H:%M UTC").to_string()).ok(),
    };
    render(status, "pay.html", page)
}

fn nothing_chosen() -> Choice {
    Choice { action: String::new(), payment_method: String::new(), name: String::new(), email: String::new() }
}

/// `GET /pay/{session}`.
pub(crate) async fn show(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let state = shared.enter();
    match state.session(&id) {
        Ok(session) => session_page(&state, &session, StatusCode::OK, None, &nothing_chosen()),
        Err(_) => missing("payment page"),
    }
}

/// `POST /pay/{session}`.
pub(crate) async fn pay(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    Form(choice): Form<Choice>,
) -> Response {
    let response = pay_now(&mut shared.enter(), &id, &choice);
    shared.kick();
    response
}

fn pay_now(state: &mut State, id: &str, choice: &Choice) -> Response {
    let token = if choice.action == "decline" { "pm_card_chargeDeclined" } else { &choice.payment_method };
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let buyer = Buyer { name: given(&choice.name), email: given(&choice.email) };
    let paid = state.pay_session(id, token, buyer);
    let Ok(session) = state.session(id) else { return missing("payment page") };
    match paid {
        Ok(()) if session.status == SessionStatus::Open => {
            let intent = session.intent.as_deref().unwrap_or_default();
            Redirect::to(&format!("/authenticate/{intent}")).into_response()
        }
        Ok(()) => Redirect::to(&session.success_address()).into_response(),
        Err(ApiError { message, status, .. }) => session_page(state, &session, status, Some(&message), choice),
    }
}

/// `GET /authenticate/{intent}`.
pub(crate) async fn ask(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let state = shared.enter();
    match state.intents.get(&id) {
        Some(intent) => {
            let amount = money::shown(intent.amount, &intent.currency);
            let waiting = intent.status == IntentStatus::RequiresAction;
            render(StatusCode::OK, "authenticate.html", context! { id, amount, waiting })
        }
        None => missing("payment"),
    }
}

/// `POST /authenticate/{intent}`.
pub(crate) async fn authenticate(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    Form(proof): Form<Proof>,
) -> Response {
    let response = {
        let mut state = shared.enter();
        let done = state.authenticate(&id, proof.action == "complete");
        match (done, state.intents.get(&id)) {
            (_, None) => missing("payment"),
            (_, Some(intent)) => match intent.session.as_ref().and_then(|session| state.sessions.get(session)) {
                Some(session) if session.status == SessionStatus::Complete => {
                    Redirect::to(&session.success_address()).into_response()
                }
                Some(session) => {
                    let problem = intent.last_payment_error.as_ref().and_then(|error| error.get("message")?.as_str());
                    session_page(&state, session, StatusCode::PAYMENT_REQUIRED, problem, &nothing_chosen())
                }
                None => match way_back(intent) {
                    Some(url) => Redirect::to(&url).into_response(),
                    None => {
                        let amount = money::shown(intent.amount, &intent.currency);
                        render(StatusCode::OK, "authenticate.html", context! { id, amount, waiting => false })
                    }
                },
            },
        }
    };
    shared.kick();
    response
}
