//! Callers: the seller's server with a secret key, or the buyer's browser with a publishable one, as Stripe.js does.
//!
//! A browser may retrieve one payment and confirm it, if it has the payment's client secret, and sees only a part of
//! it.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use serde_json::Value;

use super::{
    errors::ApiError,
    form::Params,
    intents,
    objects::{Intent, IntentStatus},
    state::State,
};

/// The kind of a call's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The seller's server.
    Seller,
    /// The buyer's browser.
    Browser,
}

/// Parameters that Stripe.js adds. They change nothing here.
const SCRIPT: [&str; 14] = [
    "_stripe_account",
    "_stripe_version",
    "client_attribution_metadata",
    "client_context",
    "expected_payment_method_type",
    "guid",
    "is_stripe_sdk",
    "key",
    "muid",
    "pasted_fields",
    "payment_user_agent",
    "referrer",
    "sid",
    "time_on_page",
];

/// The fields of a payment that a browser sees.
const SHOWN: [&str; 23] = [
    "id",
    "object",
    "amount",
    "amount_details",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "client_secret",
    "confirmation_method",
    "created",
    "currency",
    "description",
    "last_payment_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_configuration_details",
    "payment_method_types",
    "processing",
    "receipt_email",
    "setup_future_usage",
    "status",
];

/// Any test key will do: as a bearer token, as the name of basic authentication, or, of a browser, as the parameter
/// `key` that Stripe.js sends. Where secret keys were named, only those are taken.
pub(crate) fn authorize(headers: &HeaderMap, form: &[u8], accepted: Option<&[String]>) -> Result<Caller, ApiError> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = match said {
        Some(said) => of_header(said).unwrap_or_default(),
        None => of_form(form).ok_or_else(|| {
            ApiError::unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. \
                 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help \
                 at https://support.stripe.com/.",
            )
        })?,
    };
    let known = accepted.is_none_or(|accepted| accepted.contains(&key));
    if known && (key.starts_with("sk_test_") || key.starts_with("rk_test_")) {
        return Ok(Caller::Seller);
    }
    if key.starts_with("pk_test_") {
        return Ok(Caller::Browser);
    }
    let shown: String = key.chars().take(8).collect();
    Err(ApiError::unauthorized(format!("Invalid API Key provided: {shown}****")))
}

fn of_header(said: &str) -> Option<String> {
    let (scheme, rest) = said.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    let pair = STANDARD.decode(rest.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(pair).ok()?.split(':').next().map(str::to_owned)
}

fn of_form(form: &[u8]) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    pairs.into_iter().find(|(name, value)| name == "key" && value.starts_with("pk_")).map(|(_, value)| value)
}

/// Answers a call of a browser.
pub(crate) fn route(state: &mut State, method: &str, parts: &[&str], params: &mut Params) -> Result<Value, ApiError> {
    let result = match (method, parts) {
        ("GET", ["payment_intents", id]) => show(state, id, params),
        ("POST", ["payment_intents", id, "confirm"]) => confirm(state, id, params),
        _ => Err(ApiError::secret_key_required()),
    };
    match result {
        Ok(mut value) => {
            narrow(&mut value);
            Ok(value)
        }
        Err(mut error) => {
            if let Some(intent) = error.more.get_mut("payment_intent") {
                narrow(intent);
            }
            Err(error)
        }
    }
}

/// The payment, if the browser has its secret.
fn known(state: &State, id: &str, params: &mut Params) -> Result<Intent, ApiError> {
    params.ignore(&SCRIPT);
    let secret = params.needed("client_secret")?;
    let intent = state.intent(id)?;
    check_secret(&intent, &secret)?;
    Ok(intent)
}

/// Checks a secret that a call names.
pub(crate) fn check_secret(intent: &Intent, secret: &str) -> Result<(), ApiError> {
    if intent.client_secret() == secret {
        return Ok(());
    }
    let message = "The client_secret provided does not match the client_secret associated with the PaymentIntent.";
    Err(ApiError::invalid(message).code("payment_intent_invalid_parameter").param("client_secret"))
}

fn show(state: &State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let intent = known(state, id, params)?;
    std::mem::take(params).finish()?;
    Ok(intent.to_json())
}

fn confirm(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let intent = known(state, id, params)?;
    if intent.confirmation_method == "manual" && intent.status != IntentStatus::RequiresAction {
        let message = format!(
            "This PaymentIntent {id} cannot be confirmed using your publishable key because its `confirmation_method` is set to \
             `manual`. Please use your secret key instead, or create a PaymentIntent with `confirmation_method` set to `automatic`."
        );
        return Err(ApiError::refused(message));
    }
    intents::confirm(state, id, params)
}

fn narrow(value: &mut Value) {
    if let Value::Object(fields) = value
        && fields.get("object").is_some_and(|object| object == "payment_intent")
    {
        fields.retain(|name, _| SHOWN.contains(&name.as_str()));
    }
}
