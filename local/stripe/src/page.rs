//! The pages that a buyer sees: paying a session, and authenticating a payment. Plain forms, no scripts.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use minijinja::{Value as Context, context};
use serde::Deserialize;

use super::{
    errors::ApiError,
    money,
    objects::IntentStatus,
    pages::{METHODS, missing, render, way_back},
    session::{Buyer, LineItem, PaymentStatus, Session, SessionStatus},
    shared::Shared,
    state::State,
};

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

/// The state of a session, in the page's words.
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
