//! `/_test`: how tests and consoles control the stand-in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State as Extract},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use rust_decimal::Decimal;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    errors::ApiError,
    faults::FaultRule,
    intents,
    objects::{RefundStatus, TaxDefault},
    refunds::Requested,
    session::Buyer,
    shared::Shared,
    state::{Event, State, fresh},
    webhooks::WebhookMode,
};

/// How large a body may be.
const BODY: usize = 1 << 20;
/// How far the clock is moved by one call, in seconds: ten years.
const FARTHEST: i64 = 3_650 * 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    #[serde(default = "visa")]
    payment_method: String,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    #[serde(default = "visa")]
    payment_method: String,
    return_url: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

fn visa() -> String {
    "pm_card_visa".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    calls: Option<Vec<FaultRule>>,
    webhooks: Option<WebhookMode>,
    delay_seconds: Option<i64>,
    per_second: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authenticate {
    succeed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    /// In the smallest unit.
    amount: i64,
    currency: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tax {
    percent: Option<Decimal>,
    /// The behavior of prices that name none.
    behavior: Option<TaxDefault>,
    /// Where an address on this machine is.
    country: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextRefund {
    status: RefundStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCharge {
    charge: Option<String>,
    payment_intent: Option<String>,
    amount: Option<i64>,
    #[serde(default)]
    inquiry: bool,
    /// The boxes that the dashboard has for a payment with a seller.
    #[serde(default)]
    reverse_transfer: bool,
    #[serde(default)]
    refund_fee: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deliver {
    #[serde(default)]
    dropped: bool,
    #[serde(default)]
    shuffled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secrets {
    secrets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: i64,
}

/// Answers `/_test/...`, to pages of any origin: nothing here is secret.
pub(crate) async fn serve(Extract(shared): Extract<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut response = if parts.method == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        match Limited::new(body, BODY).collect().await {
            Ok(body) => answer(&shared, &parts.method, parts.uri.path(), &body.to_bytes()),
            Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
    response
}

fn answer(shared: &Arc<Shared>, method: &Method, path: &str, body: &[u8]) -> Response {
    let rest = path.trim_start_matches("/_test/").trim_end_matches('/');
    let parts: Vec<&str> = rest.split('/').collect();
    let result = match (method, parts.as_slice()) {
        (&Method::POST, ["webhooks", "secrets"]) => read::<Secrets>(body).map(|read| {
            shared.listener().set_secrets(read.secrets);
            json!({"ok": true})
        }),
        (&Method::POST, ["clock"]) => move_clock(shared, body),
        _ => act(&mut shared.enter(), method, &parts, body),
    };
    shared.kick();
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => (error.status, Json(error.body("req_test"))).into_response(),
    }
}

/// Moves the clock forward, where it is the stand-in's own.
fn move_clock(shared: &Shared, body: &[u8]) -> Result<Value, ApiError> {
    let Move { advance_seconds } = read(body)?;
    if !(0..=FARTHEST).contains(&advance_seconds) {
        let message = format!("The clock moves forward, by at most {FARTHEST} seconds.");
        return Err(ApiError::invalid(message).param("advance_seconds"));
    }
    if !shared.clock.advance(advance_seconds) {
        return Err(ApiError::invalid("This clock belongs to the program around the stand-in, which alone moves it."));
    }
    Ok(json!({"now": shared.enter().now()}))
}

/// Reads a body: JSON, or a form such as `curl -d payment_method=pm_card_visa` sends. None stands for an empty object.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let body = body.trim_ascii();
    if body.is_empty() || body.starts_with(b"{") {
        let body = if body.is_empty() { b"{}" } else { body };
        return serde_json::from_slice(body).map_err(|error| ApiError::invalid(error.to_string()));
    }
    serde_urlencoded::from_bytes(body).map_err(|error| ApiError::invalid(error.to_string()))
}

fn act(state: &mut State, method: &Method, parts: &[&str], body: &[u8]) -> Result<Value, ApiError> {
    if method == Method::GET {
        return show(state, parts);
    }
    if method == Method::DELETE {
        return match parts {
            ["faults"] => {
                state.faults.clear();
                show(state, parts)
            }
            ["calls"] => {
                state.calls.clear();
                show(state, parts)
            }
            _ => Err(unknown(parts)),
        };
    }
    if method != Method::POST {
        return Err(unknown(parts));
    }
    match parts {
        ["sessions", id, "pay"] => {
            let Pay { payment_method, name, email } = read(body)?;
            state.pay_session(id, &payment_method, Buyer { name, email })?;
            Ok(state.session_json(&state.session(id)?))
        }
        // Nothing of Stripe's: what would have to happen for a page, or an intent, to charge something else than was asked.
        ["sessions", id, "price"] => {
            let Price { amount, currency } = read(body)?;
            let mut session = state.session(id)?;
            session.items.truncate(1);
            for item in &mut session.items {
                (item.unit_amount, item.quantity, item.tax) = (amount, 1, 0);
            }
            session.automatic_tax = false;
            session.currency = currency.unwrap_or(session.currency);
            if let Some(kept) = state.sessions.get_mut(id) {
                kept.clone_from(&session);
            }
            Ok(state.session_json(&session))
        }
        ["intents", id, "price"] => {
            let Price { amount, currency } = read(body)?;
            let mut intent = state.intent(id)?;
            intent.amount = amount;
            intent.currency = currency.unwrap_or(intent.currency);
            state.keep(&intent, None);
            Ok(intent.to_json())
        }
        ["sessions", id, "expire"] => {
            state.session(id)?;
            state.expire_session(id);
            Ok(state.session_json(&state.session(id)?))
        }
        ["intents", id, "confirm"] => {
            let Confirm { payment_method, return_url, name, email } = read(body)?;
            intents::confirm_by_client(state, id, payment_method, return_url, &Buyer { name, email })
        }
        ["intents", id, "authenticate"] => {
            let Authenticate { succeed } = read(body)?;
            state.authenticate(id, succeed)?;
            intents::retrieve(state, id)
        }
        ["intents", id, end @ ("succeed" | "fail")] => {
            state.settle(id, *end == "succeed")?;
            intents::retrieve(state, id)
        }
        ["refunds", id, end @ ("succeed" | "fail")] => {
            let status = if *end == "succeed" { RefundStatus::Succeeded } else { RefundStatus::Failed };
            state.finish_refund(id, status);
            super::refunds::retrieve(state, id)
        }
        ["next_refund"] => {
            let NextRefund { status } = read(body)?;
            if status.is_undone() {
                return Err(ApiError::invalid("A refund begins as pending, requires_action or succeeded."));
            }
            state.next_refunds.push_back(status);
            Ok(json!({"status": status}))
        }
        ["dashboard", "refunds"] => {
            let OfCharge { charge, payment_intent: intent, amount, reverse_transfer, refund_fee, .. } = read(body)?;
            let requested = Requested { charge, intent, amount, reverse_transfer, refund_fee, ..Requested::default() };
            let id = state.refund(requested)?;
            super::refunds::retrieve(state, &id)
        }
        ["disputes"] => {
            let requested: OfCharge = read(body)?;
            let latest = |intent: &String| state.intents.get(intent)?.charges.last().cloned();
            let charge = requested.charge.clone().or_else(|| requested.payment_intent.as_ref().and_then(latest));
            let id = charge.and_then(|charge| state.open_dispute(&charge, requested.amount, requested.inquiry));
            id.and_then(|id| state.object(&id)).ok_or_else(|| ApiError::no_such("charge", "", "charge"))
        }
        ["disputes", id, "close"] => {
            let Close { status } = read(body)?;
            if !matches!(status.as_str(), "won" | "lost" | "prevented" | "warning_closed") {
                let message = "A dispute ends as won, lost, prevented or warning_closed.";
                return Err(ApiError::invalid(message).param("status"));
            }
            state.close_dispute(id, &status)
        }
        // Anything that a bank, or a later version of the API, may say.
        ["disputes", id] => {
            let Close { status } = read(body)?;
            state.set_dispute(id, &status, "charge.dispute.updated")
        }
        ["accounts", id, "payout"] => Ok(super::splits::payout(state, id)),
        ["faults"] => {
            let FaultsBody { calls, webhooks, delay_seconds, per_second } = read(body)?;
            if let Some(per_second) = per_second {
                state.faults.set_pace(per_second);
            }
            match calls {
                Some(rules) if rules.is_empty() => state.faults.clear(),
                Some(rules) => state.faults.add(rules),
                None => {}
            }
            state.outbox.mode = webhooks.unwrap_or(state.outbox.mode);
            state.outbox.delay_seconds = delay_seconds.or(state.outbox.delay_seconds);
            show(state, parts)
        }
        ["tax"] => {
            let Tax { percent, behavior, country } = read(body)?;
            if percent.is_some_and(|percent| percent.is_sign_negative() || percent > Decimal::ONE_HUNDRED) {
                return Err(ApiError::invalid("A tax is between 0 and 100 percent.").param("percent"));
            }
            state.tax_percent = percent.unwrap_or(state.tax_percent);
            state.tax_settings.behavior = behavior.unwrap_or(state.tax_settings.behavior);
            state.tax_settings.country = country.or(state.tax_settings.country.take());
            show(state, parts)
        }
        ["webhooks", "deliver"] => {
            let Deliver { dropped, shuffled } = read(body)?;
            let now = state.now_ms;
            let delivered = state.outbox.release(dropped, shuffled, now);
            Ok(json!({"delivered": delivered}))
        }
        ["events", id, "resend"] => {
            let event = state.events.get(id).cloned().ok_or_else(|| ApiError::no_such("event", id, "id"))?;
            let now = state.now_ms;
            state.outbox.resend(&event.id, &event.group, now);
            Ok(state.event_json(&event))
        }
        ["events", id, "duplicate"] => duplicate(state, id),
        ["tick"] => Ok(json!({"now": state.now()})),
        _ => Err(unknown(parts)),
    }
}

fn show(state: &State, parts: &[&str]) -> Result<Value, ApiError> {
    match parts {
        ["faults"] => Ok(json!({
            "calls": state.faults.left(),
            "webhooks": state.outbox.mode,
            "delay_seconds": state.outbox.delay_seconds,
            "per_second": state.faults.pace(),
        })),
        ["deliveries"] => Ok(json!({"data": state.outbox.list().take(1_000).collect::<Vec<_>>()})),
        ["calls"] => {
            let calls = state.calls.iter().rev().take(1_000).map(|call| {
                json!({
                    "method": call.method,
                    "path": call.path,
                    "idempotency_key": call.idempotency_key,
                    "form": call.form,
                })
            });
            Ok(json!({"data": calls.collect::<Vec<_>>(), "count": state.calls.len()}))
        }
        ["tax"] => Ok(json!({
            "percent": state.tax_percent,
            "behavior": state.tax_settings.behavior,
            "country": state.tax_settings.country(),
            "owed": state.tax_owed(),
        })),
        _ => Err(unknown(parts)),
    }
}

/// The same change sent again under another event id, as Stripe does now and then.
fn duplicate(state: &mut State, id: &str) -> Result<Value, ApiError> {
    let event = state.events.get(id).cloned().ok_or_else(|| ApiError::no_such("event", id, "id"))?;
    let mut payload: Value = serde_json::from_str(&event.payload).map_err(|_| ApiError::internal())?;
    let id = fresh("evt_1");
    if let Value::Object(fields) = &mut payload {
        fields.insert("id".to_owned(), json!(id));
    }
    let copy = Event { id, payload: payload.to_string(), ..event };
    state.publish(copy.clone());
    Ok(state.event_json(&copy))
}

fn unknown(parts: &[&str]) -> ApiError {
    ApiError::no_route("", &format!("/_test/{}", parts.join("/")))
}
