//! Refusals in Stripe's words and shape.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// A call that is not answered with an object.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// `invalid_request_error`, `card_error`, `idempotency_error` or `api_error`.
    pub(crate) kind: &'static str,
    /// Stripe's error code.
    pub(crate) code: Option<String>,
    /// The message for people.
    pub(crate) message: String,
    /// The parameter that is wrong.
    pub(crate) param: Option<String>,
    /// What else the error says: a decline code, a charge, an intent.
    pub(crate) more: Map<String, Value>,
    /// Whether the endpoint had begun to act, so that the answer is kept under the call's idempotency key.
    pub(crate) executed: bool,
}

impl ApiError {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, message: message.into(), param: None, more: Map::new(), executed: false }
    }

    /// A parameter that cannot be read. Nothing has been executed.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// A valid call that an object's state forbids.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { executed: true, ..Self::invalid(message) }
    }

    /// A parameter that the endpoint does not know.
    pub(crate) fn unknown_parameters(names: &[String]) -> Self {
        let s = if names.len() == 1 { "" } else { "s" };
        let first = names.first().map_or("", String::as_str);
        Self::invalid(format!("Received unknown parameter{s}: {}", names.join(", ")))
            .code("parameter_unknown")
            .param(first)
    }

    /// A parameter that is needed.
    pub(crate) fn missing(name: &str) -> Self {
        Self::invalid(format!("Missing required param: {name}.")).code("parameter_missing").param(name)
    }

    /// A parameter without a value.
    pub(crate) fn empty(name: &str) -> Self {
        let message = format!(
            "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however \
             '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty value."
        );
        Self::invalid(message).code("parameter_invalid_empty").param(name)
    }

    /// A parameter that is no whole number.
    pub(crate) fn integer(text: &str, name: &str) -> Self {
        Self::invalid(format!("Invalid integer: {text}")).code("parameter_invalid_integer").param(name)
    }

    /// An object that does not exist: 404 where the path names it.
    pub(crate) fn no_such(kind: &str, id: &str, param: &str) -> Self {
        let error = Self::refused(format!("No such {kind}: '{id}'")).code("resource_missing").param(param);
        Self { status: StatusCode::NOT_FOUND, ..error }
    }

    /// A route that does not exist.
    pub(crate) fn no_route(method: &str, path: &str) -> Self {
        let message = format!(
            "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/."
        );
        Self { status: StatusCode::NOT_FOUND, ..Self::invalid(message) }
    }

    /// No key, or one that is not for testing.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", message)
    }

    /// A publishable key, where only a secret one will do.
    pub(crate) fn secret_key_required() -> Self {
        let message = "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your \
                       API keys at https://dashboard.stripe.com/account/apikeys.";
        Self { status: StatusCode::FORBIDDEN, ..Self::invalid(message) }.code("secret_key_required")
    }

    /// A restricted key without the right that the call needs.
    pub(crate) fn forbidden() -> Self {
        let message = "The provided key does not have the required permissions for this endpoint.";
        Self { status: StatusCode::FORBIDDEN, ..Self::invalid(message) }
            .code("more_permissions_required_for_application")
    }

    /// An account with too little money.
    pub(crate) fn balance() -> Self {
        Self::refused("You have insufficient funds in your Stripe account for this transfer.")
            .code("balance_insufficient")
    }

    /// A seller who cannot be paid.
    pub(crate) fn account() -> Self {
        Self::refused("The account is restricted and cannot receive payments.").code("account_invalid")
    }

    /// An idempotency key that was used for something else.
    pub(crate) fn idempotency(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", message)
    }

    /// A call whose idempotency key another call is using at this moment.
    pub(crate) fn in_use(key: &str) -> Self {
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key ({key}). Please try again later."
        );
        Self::new(StatusCode::CONFLICT, "idempotency_error", message).code("idempotency_key_in_use")
    }

    /// Too many calls.
    pub(crate) fn rate_limit() -> Self {
        let message =
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "invalid_request_error", message).code("rate_limit")
    }

    /// An object that another call has locked.
    pub(crate) fn lock_timeout() -> Self {
        let message = "This object cannot be accessed right now because another API request or Stripe process is currently \
                       accessing it. If you see this error intermittently, retry the request.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "invalid_request_error", message).code("lock_timeout")
    }

    /// Stripe's own failure.
    pub(crate) fn internal() -> Self {
        let message = "An unknown error occurred";
        Self { executed: true, ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", message) }
    }

    /// A card that was declined.
    pub(crate) fn card(code: &str, decline_code: Option<&str>, message: &str) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", message).code(code);
        if let Some(decline_code) = decline_code {
            error = error.with("decline_code", json!(decline_code));
        }
        Self { executed: true, ..error }
    }

    /// An object in a state that forbids the call.
    pub(crate) fn unexpected_state(message: impl Into<String>, intent: Value) -> Self {
        Self::refused(message).code("payment_intent_unexpected_state").with("payment_intent", intent)
    }

    /// Adds Stripe's word.
    pub(crate) fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// Names the parameter.
    pub(crate) fn param(mut self, name: &str) -> Self {
        self.param = Some(name.to_owned());
        self
    }

    /// Says that the endpoint had begun to act.
    pub(crate) fn executed(mut self) -> Self {
        self.executed = true;
        self
    }

    /// Adds a field to the error.
    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.more.insert(field.to_owned(), value);
        self
    }

    /// The fields of the error, as they also stand in an intent's `last_payment_error`.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let mut fields = self.more.clone();
        fields.insert("type".to_owned(), json!(self.kind));
        fields.insert("message".to_owned(), json!(self.message));
        if let Some(code) = &self.code {
            fields.insert("code".to_owned(), json!(code));
            fields.insert(
                "doc_url".to_owned(),
                json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"))),
            );
        }
        if let Some(param) = &self.param {
            fields.insert("param".to_owned(), json!(param));
        }
        fields
    }

    /// The body of the answer.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let mut fields = self.fields();
        let log = format!("https://dashboard.stripe.com/test/logs/{request_id}");
        fields.insert("request_log_url".to_owned(), json!(log));
        json!({ "error": fields })
    }
}
