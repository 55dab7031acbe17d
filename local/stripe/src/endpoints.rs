//! Webhook endpoints as the API registers them. They are kept and answered; events go where the program that runs the stand-in
//! says, and are signed as it says.

use serde_json::{Value, json};

use super::{
    errors::ApiError,
    form::{Params, merge},
    lists::{Page, list},
    objects::{RegisteredEndpoint, object},
    state::{API_VERSION, State, fresh, letters},
};

/// How many endpoints an account may have (<https://docs.stripe.com/webhooks>).
const MOST: usize = 16;

/// `POST /v1/webhook_endpoints`.
pub(crate) fn create(state: &mut State, params: &mut Params) -> Result<Value, ApiError> {
    let url = address(params)?.ok_or_else(|| ApiError::missing("url"))?;
    let kinds = kinds(params)?.ok_or_else(|| ApiError::missing("enabled_events"))?;
    let version = params.text("api_version")?;
    if version.as_deref().is_some_and(|version| version != API_VERSION) {
        return Err(ApiError::invalid("Invalid API version.").param("api_version"));
    }
    let description = params.text("description")?;
    let metadata = params.metadata("metadata")?;
    params.ignore(&["connect"]);
    std::mem::take(params).finish()?;
    if state.endpoints.len() >= MOST {
        return Err(ApiError::refused(format!("You have reached the maximum of {MOST} webhook endpoints.")));
    }
    let made = RegisteredEndpoint {
        id: fresh("we_1"),
        created: state.now(),
        url,
        kinds,
        version,
        description,
        metadata,
        disabled: false,
        secret: letters("whsec_", 32),
    };
    let mut answer = made.to_json();
    if let Value::Object(fields) = &mut answer {
        fields.insert("secret".to_owned(), json!(made.secret));
    }
    state.endpoints.insert(made);
    Ok(answer)
}

/// `GET /v1/webhook_endpoints`.
pub(crate) fn index(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    std::mem::take(params).finish()?;
    let (found, has_more) = page.of(&state.endpoints, "webhook_endpoint", |_| true)?;
    Ok(list("/v1/webhook_endpoints", found.into_iter().map(RegisteredEndpoint::to_json).collect(), has_more))
}

/// `GET /v1/webhook_endpoints/{id}`.
pub(crate) fn retrieve(state: &State, id: &str) -> Result<Value, ApiError> {
    state.endpoints.get(id).map(RegisteredEndpoint::to_json).ok_or_else(|| none(id))
}

/// `POST /v1/webhook_endpoints/{id}`. The version of the API stays what it was.
pub(crate) fn update(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let (url, kinds, disabled) = (address(params)?, kinds(params)?, params.boolean("disabled")?);
    let (description, metadata) = (params.text("description")?, params.metadata("metadata")?);
    std::mem::take(params).finish()?;
    let kept = state.endpoints.get_mut(id).ok_or_else(|| none(id))?;
    kept.url = url.unwrap_or_else(|| kept.url.clone());
    kept.kinds = kinds.unwrap_or_else(|| kept.kinds.clone());
    kept.disabled = disabled.unwrap_or(kept.disabled);
    kept.description = description.or_else(|| kept.description.clone());
    merge(&mut kept.metadata, metadata);
    Ok(kept.to_json())
}

/// `DELETE /v1/webhook_endpoints/{id}`.
pub(crate) fn delete(state: &mut State, id: &str) -> Result<Value, ApiError> {
    if !state.endpoints.remove(id) {
        return Err(none(id));
    }
    Ok(object([("id", json!(id)), ("object", json!("webhook_endpoint")), ("deleted", json!(true))]))
}

fn none(id: &str) -> ApiError {
    ApiError::no_such("webhook endpoint", id, "webhook_endpoint")
}

fn address(params: &mut Params) -> Result<Option<String>, ApiError> {
    let url = params.text("url")?;
    match url.as_deref().map(url::Url::parse) {
        None | Some(Ok(_)) => Ok(url),
        Some(Err(_)) => Err(ApiError::invalid("Not a valid URL").code("url_invalid").param("url")),
    }
}

fn kinds(params: &mut Params) -> Result<Option<Vec<String>>, ApiError> {
    let kinds = params.texts("enabled_events")?;
    let legal = |kind: &String| kind == "*" || kind.contains('.') && kind.bytes().all(|b| b.is_ascii_graphic());
    match kinds.iter().find(|kind| !legal(kind)) {
        Some(kind) => Err(ApiError::invalid(format!("Invalid event: {kind}")).param("enabled_events")),
        None => Ok((!kinds.is_empty()).then_some(kinds)),
    }
}
