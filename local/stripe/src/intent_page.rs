//! The page on which a person pays an intent here, as they would on the seller's own page: `/_test/intents/{id}`.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, Query, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use minijinja::{Value as Context, context};
use serde::Deserialize;
use serde_json::Value;

use super::{
    errors::ApiError,
    intents, money,
    objects::{Intent, IntentStatus, TransferData},
    pages::{METHODS, address, missing, render, way_back},
    session::Buyer,
    shared::Shared,
    state::State,
};

/// Where the buyer goes afterwards, where the caller says so.
#[derive(Deserialize)]
pub(crate) struct Onwards {
    return_url: Option<String>,
}

/// What the buyer chose.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    action: String,
    #[serde(default)]
    payment_method: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    return_url: String,
}

/// The state of an intent, in the page's words.
fn standing(intent: &Intent) -> &'static str {
    match intent.status {
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction => {
            "open"
        }
        IntentStatus::Processing => "processing",
        IntentStatus::RequiresCapture => "held",
        IntentStatus::Canceled => "canceled",
        IntentStatus::Succeeded => "paid",
    }
}

fn page(intent: &Intent, status: StatusCode, problem: Option<&str>, chosen: &Choice) -> Response {
    let methods: Vec<Context> = METHODS
        .iter()
        .map(|(value, label)| context! { value, label, selected => *value == chosen.payment_method })
        .collect();
    let last = intent.last_payment_error.as_ref().and_then(|error| error.get("message").and_then(Value::as_str));
    let page = context! {
        standing => standing(intent),
        id => intent.id,
        total => money::shown(intent.amount, &intent.currency),
        taken => money::shown(intent.amount_received, &intent.currency),
        description => intent.description,
        seller => intent.transfer_data.as_ref().map(|TransferData { destination, .. }| destination),
        metadata => intent.metadata,
        methods,
        problem => problem.or(last),
        waiting => intent.status == IntentStatus::RequiresAction,
        name => chosen.name,
        email => chosen.email,
        return_url => address(&chosen.return_url).map(String::from),
        way_back => way_back(intent),
    };
    render(status, "intent.html", page)
}

/// `GET /_test/intents/{id}`.
pub(crate) async fn show(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    Query(onwards): Query<Onwards>,
) -> Response {
    let state = shared.enter();
    match state.intent(&id) {
        Ok(intent) => {
            let return_url = onwards.return_url.unwrap_or_default();
            page(&intent, StatusCode::OK, None, &Choice { return_url, ..Choice::default() })
        }
        Err(_) => missing("payment"),
    }
}

/// `POST /_test/intents/{id}`.
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
    let return_url = address(&choice.return_url).map(String::from);
    let paid = intents::confirm_by_client(state, id, token.to_owned(), return_url, &buyer);
    let Ok(intent) = state.intent(id) else { return missing("payment") };
    match paid {
        Ok(_) if intent.status == IntentStatus::RequiresAction => {
            Redirect::to(&format!("/authenticate/{id}")).into_response()
        }
        Ok(_) => {
            let here = || format!("/_test/intents/{id}");
            Redirect::to(&way_back(&intent).unwrap_or_else(here)).into_response()
        }
        Err(ApiError { message, status, .. }) => page(&intent, status, Some(&message), choice),
    }
}
