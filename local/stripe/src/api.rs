//! Stripe's own paths: authentication, idempotency, faults, and which function answers what.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State as Extract},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;

use super::{
    client::{self, Caller},
    connection::{Broken, broken},
    endpoints,
    errors::ApiError,
    faults::Fault,
    form::Params,
    idempotency::{Answer, Begin, fingerprint},
    intents, others, refunds, search, sessions,
    shared::Shared,
    splits,
    state::{API_VERSION, CallSeen, Origin, State, letters},
    tax,
};

/// How large a body may be.
const BODY: usize = 1 << 20;
/// How long a call that is never answered is left hanging.
const HANGS: Duration = Duration::from_secs(60);
/// How long an idempotency key may be.
const KEY: usize = 255;

/// A call, read.
#[derive(Debug)]
struct Call {
    id: String,
    caller: Caller,
    method: String,
    path: String,
    form: Vec<u8>,
    key: Option<String>,
    version: String,
    account: Option<String>,
}

impl Call {
    /// The key as it is kept: connected accounts and browsers have their own.
    fn scoped_key(&self) -> Option<String> {
        let key = self.key.as_ref().filter(|_| self.method == "POST")?;
        Some(match (&self.account, self.caller) {
            (Some(account), _) => format!("{account} {key}"),
            (None, Caller::Browser) => format!("browser {key}"),
            (None, Caller::Seller) => key.clone(),
        })
    }
}

/// An answer, before it is written.
struct Answered {
    status: StatusCode,
    body: String,
    /// The request that got this answer first.
    original: Option<String>,
}

impl Answered {
    fn error(error: &ApiError, call: &Call) -> Self {
        Self { status: error.status, body: error.body(&call.id).to_string(), original: None }
    }
}

/// Answers any call that is not for a page or a test.
pub(crate) async fn serve(Extract(shared): Extract<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return preflight();
    }
    let body = match Limited::new(body, BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let method = parts.method.as_str().to_owned();
    let query = parts.uri.query().unwrap_or_default();
    let mut call = Call {
        id: letters("req_", 14),
        caller: Caller::Seller,
        path: parts.uri.path().to_owned(),
        form: if method == "POST" { body.to_vec() } else { query.as_bytes().to_vec() },
        method,
        key: text("idempotency-key"),
        version: text("stripe-version").unwrap_or_else(|| API_VERSION.to_owned()),
        account: text("stripe-account"),
    };
    let fault = {
        let mut state = shared.enter();
        state.saw(CallSeen {
            method: call.method.clone(),
            path: call.path.clone(),
            idempotency_key: call.key.clone(),
            form: String::from_utf8_lossy(&call.form).into_owned(),
        });
        match client::authorize(&parts.headers, &call.form, state.accepted.as_deref()) {
            Ok(caller) => call.caller = caller,
            Err(error) => return write(&call, Answered::error(&error, &call)),
        }
        let now = state.now_ms;
        if state.faults.too_fast(&call.method, &call.path, now) {
            return write(&call, Answered::error(&ApiError::rate_limit(), &call));
        }
        state.faults.strike(&call.method, &call.path)
    };
    let answered = match fault.as_ref().map(|rule| rule.fault) {
        Some(Fault::Refuse) => return broken(Broken::Refused),
        Some(Fault::LoseRequest) => return broken(Broken::Lost),
        Some(Fault::RateLimit) => Answered::error(&ApiError::rate_limit(), &call),
        Some(Fault::LockTimeout) => Answered::error(&ApiError::lock_timeout(), &call),
        Some(Fault::Forbidden) => Answered::error(&ApiError::forbidden(), &call),
        Some(Fault::KeyInUse) => Answered::error(&ApiError::in_use(call.key.as_deref().unwrap_or_default()), &call),
        Some(Fault::Slow) => {
            let pause = Duration::from_millis(fault.as_ref().map_or(0, |rule| rule.milliseconds));
            slowly(&shared, &call, pause).await
        }
        spoil => act(&mut shared.enter(), &call, spoil),
    };
    shared.kick();
    match fault.map(|rule| rule.fault) {
        Some(Fault::LoseAnswer) => broken(Broken::Lost),
        Some(Fault::Hang) => {
            tokio::time::sleep(HANGS).await;
            broken(Broken::Lost)
        }
        _ => write(&call, answered),
    }
}

/// Marks the key as in use, waits, and only then acts.
async fn slowly(shared: &Arc<Shared>, call: &Call, pause: Duration) -> Answered {
    let begun = {
        let mut state = shared.enter();
        begin(&mut state, call)
    };
    match begun {
        Ok(None) => {}
        Ok(Some(answered)) => return answered,
        Err(error) => return Answered::error(&error, call),
    }
    tokio::time::sleep(pause).await;
    execute(&mut shared.enter(), call, None)
}

/// Does what a call asks, once per key.
fn act(state: &mut State, call: &Call, spoil: Option<Fault>) -> Answered {
    match begin(state, call) {
        Ok(None) => execute(state, call, spoil),
        Ok(Some(answered)) => answered,
        Err(error) => Answered::error(&error, call),
    }
}

/// The answer that was given under the call's key before, if there is one.
fn begin(state: &mut State, call: &Call) -> Result<Option<Answered>, ApiError> {
    let Some(key) = call.scoped_key() else { return Ok(None) };
    if call.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY) {
        return Err(ApiError::invalid(format!("Idempotency keys must have between 1 and {KEY} characters.")));
    }
    let now = state.now();
    match state.keys.begin(&key, &call.path, &fingerprint(&call.form), now)? {
        Begin::Fresh => Ok(None),
        Begin::Replay(Answer { status, body, request }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            Ok(Some(Answered { status, body, original: Some(request) }))
        }
    }
}

fn execute(state: &mut State, call: &Call, spoil: Option<Fault>) -> Answered {
    let result = match spoil {
        Some(Fault::Error500) => Err(ApiError::internal()),
        Some(Fault::Balance) => Err(ApiError::balance()),
        Some(Fault::Account) => Err(ApiError::account()),
        Some(Fault::Error500Done) => {
            // The caller does not hear the result.
            let _result = run(state, call);
            Err(ApiError::internal())
        }
        _ => run(state, call),
    };
    let (answered, keep) = match result {
        Ok(value) => (Answered { status: StatusCode::OK, body: value.to_string(), original: None }, true),
        Err(error) => (Answered::error(&error, call), error.executed),
    };
    if let Some(key) = call.scoped_key() {
        if keep {
            let answer =
                Answer { status: answered.status.as_u16(), body: answered.body.clone(), request: call.id.clone() };
            state.keys.store(&key, answer);
        } else {
            state.keys.release(&key);
        }
    }
    answered
}

fn run(state: &mut State, call: &Call) -> Result<Value, ApiError> {
    state.origin = Origin { request: Some(call.id.clone()), key: call.key.clone() };
    let mut params = Params::parse(&call.form)?;
    let expand = params.texts("expand")?;
    // A browser may expand the payment method, and nothing else.
    if call.caller == Caller::Browser
        && let Some(path) = expand.iter().find(|path| *path != "payment_method")
    {
        return Err(ApiError::invalid(format!("This property cannot be expanded ({path}).")));
    }
    let mut value = route(state, call, &mut params)?;
    for path in expand {
        state.expand(&mut value, &path).map_err(ApiError::executed)?;
    }
    Ok(value)
}

fn route(state: &mut State, call: &Call, params: &mut Params) -> Result<Value, ApiError> {
    let unknown = || ApiError::no_route(&call.method, &call.path);
    let path = call.path.strip_prefix("/v1/").ok_or_else(unknown)?;
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    if call.caller == Caller::Browser {
        return client::route(state, &call.method, &parts, params);
    }
    match (call.method.as_str(), parts.as_slice()) {
        ("POST", ["checkout", "sessions"]) => sessions::create(state, params),
        ("GET", ["checkout", "sessions"]) => sessions::index(state, params),
        ("POST", ["checkout", "sessions", id]) => sessions::update(state, id, params),
        ("POST", ["checkout", "sessions", id, "expire"]) => sessions::expire(state, id, params),
        ("GET", ["checkout", "sessions", id, "line_items"]) => sessions::line_items(state, id, params),
        ("POST", ["payment_intents"]) => intents::create(state, params),
        ("GET", ["payment_intents"]) => intents::index(state, params),
        ("GET", ["payment_intents", "search"]) => search::intents(state, params),
        ("POST", ["payment_intents", id]) => intents::update(state, id, params),
        ("POST", ["payment_intents", id, "confirm"]) => intents::confirm(state, id, params),
        ("POST", ["payment_intents", id, "capture"]) => intents::capture(state, id, params),
        ("POST", ["payment_intents", id, "cancel"]) => intents::cancel(state, id, params),
        ("POST", ["refunds"]) => refunds::create(state, params),
        ("GET", ["refunds"]) => refunds::index(state, params),
        ("POST", ["refunds", id]) => refunds::update(state, id, params),
        ("POST", ["refunds", id, "cancel"]) => refunds::cancel(state, id, params),
        ("GET", ["charges"]) => others::charges(state, params),
        ("GET", ["charges", "search"]) => search::charges(state, params),
        ("POST", ["charges", id]) => others::update_charge(state, id, params),
        ("GET", ["transfers"]) => others::transfers(state, params),
        ("POST", ["transfers"]) => splits::create_transfer(state, params),
        ("POST", ["transfers", id, "reversals"]) => splits::create_reversal(state, id, params),
        ("GET", ["transfers", id, "reversals"]) => splits::reversals(state, id, params),
        ("POST", ["application_fees", id, "refunds"]) => splits::refund_fee(state, id, params),
        ("GET", ["application_fees", id, "refunds"]) => splits::fee_refunds(state, id, params),
        ("POST", ["transfers", id]) => others::update_transfer(state, id, params),
        ("GET", ["application_fees"]) => others::fees(state, params),
        ("GET", ["disputes"]) => others::disputes(state, params),
        ("POST", ["tax", "calculations"]) => tax::calculate(state, params, call.account.as_deref()),
        ("POST", ["tax", "transactions", "create_from_calculation"]) => {
            tax::book(state, params, call.account.as_deref())
        }
        ("POST", ["tax", "transactions", "create_reversal"]) => tax::reverse(state, params, call.account.as_deref()),
        ("GET", ["tax", "calculations", id]) => only(params).and_then(|()| tax::calculation(state, id)),
        ("GET", ["tax", "transactions", id]) => only(params).and_then(|()| tax::transaction(state, id)),
        ("POST", ["webhook_endpoints"]) => endpoints::create(state, params),
        ("GET", ["webhook_endpoints"]) => endpoints::index(state, params),
        ("POST", ["webhook_endpoints", id]) => endpoints::update(state, id, params),
        ("GET", ["webhook_endpoints", id]) => only(params).and_then(|()| endpoints::retrieve(state, id)),
        ("DELETE", ["webhook_endpoints", id]) => only(params).and_then(|()| endpoints::delete(state, id)),
        ("GET", ["events"]) => others::events(state, params),
        ("GET", ["payment_intents", id]) => {
            if let Some(secret) = params.text("client_secret")? {
                client::check_secret(&state.intent(id)?, &secret)?;
            }
            only(params).and_then(|()| intents::retrieve(state, id))
        }
        ("GET", ["checkout", "sessions", id]) => only(params).and_then(|()| sessions::retrieve(state, id)),
        ("GET", ["refunds", id]) => only(params).and_then(|()| refunds::retrieve(state, id)),
        ("GET", ["charges", id]) => only(params).and_then(|()| others::charge(state, id)),
        ("GET", ["transfers", id]) => only(params).and_then(|()| others::transfer(state, id)),
        ("GET", ["application_fees", id]) => only(params).and_then(|()| others::fee(state, id)),
        ("GET", ["disputes", id]) => only(params).and_then(|()| others::dispute(state, id)),
        ("GET", ["events", id]) => only(params).and_then(|()| others::event(state, id)),
        ("GET", ["payment_methods", id]) => only(params).and_then(|()| others::method(state, id)),
        _ => Err(unknown()),
    }
}

/// Refuses parameters of a call that retrieves one object.
fn only(params: &mut Params) -> Result<(), ApiError> {
    std::mem::take(params).finish()
}

/// What a browser asks before it calls from a page of another origin.
fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST, DELETE"),
        (
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key, stripe-version, stripe-account",
        ),
        ("access-control-max-age", "300"),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn write(call: &Call, answered: Answered) -> Response {
    let mut response = (answered.status, answered.body).into_response();
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    put("access-control-allow-origin", "*");
    put("content-type", "application/json");
    put("cache-control", "no-cache, no-store");
    put("request-id", &call.id);
    put("stripe-version", &call.version);
    if let Some(key) = call.key.as_ref().filter(|_| call.method == "POST") {
        put("idempotency-key", key);
        put("original-request", answered.original.as_ref().unwrap_or(&call.id));
    }
    if answered.original.is_some() {
        put("idempotent-replayed", "true");
    }
    if matches!(answered.status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS) {
        put("stripe-should-retry", "true");
    }
    response
}
