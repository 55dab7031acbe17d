//! Charges, transfers, application fees, disputes and events: read, and updated.

use serde_json::Value;

use super::{
    errors::ApiError,
    form::{Params, merge},
    lists::{Page, list, no_customer},
    objects::{Charge, Dispute, Fee, Transfer},
    state::{Event, State},
};

/// `GET /v1/charges`.
pub(crate) fn charges(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let intent = params.text("payment_intent")?;
    let group = params.text("transfer_group")?;
    no_customer(params)?;
    std::mem::take(params).finish()?;
    let matches = |charge: &Charge| group.is_none() || charge.transfer_group == group;
    let (found, has_more) = match intent {
        None => page.of(&state.charges, "charge", matches)?,
        Some(intent) => {
            let ids = state.intents.get(&intent).map(|intent| intent.charges.as_slice()).unwrap_or_default();
            page.of_few(&state.charges, ids, "charge", matches)?
        }
    };
    Ok(list("/v1/charges", found.into_iter().map(Charge::to_json).collect(), has_more))
}

/// `GET /v1/charges/{id}`.
pub(crate) fn charge(state: &State, id: &str) -> Result<Value, ApiError> {
    state.charges.get(id).map(Charge::to_json).ok_or_else(|| ApiError::no_such("charge", id, "id"))
}

/// `POST /v1/charges/{id}`.
pub(crate) fn update_charge(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let metadata = params.metadata("metadata")?;
    let description = params.text("description")?;
    params.ignore(&["fraud_details", "receipt_email", "shipping", "transfer_group", "customer"]);
    std::mem::take(params).finish()?;
    if let Some(kept) = state.charges.get_mut(id) {
        merge(&mut kept.metadata, metadata);
        if description.is_some() {
            kept.description = description;
        }
    }
    let changed = charge(state, id)?;
    state.index(&changed);
    Ok(changed)
}

/// `GET /v1/transfers`.
pub(crate) fn transfers(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let (group, destination) = (params.text("transfer_group")?, params.text("destination")?);
    std::mem::take(params).finish()?;
    let (found, has_more) = page.of(&state.transfers, "transfer", |transfer: &Transfer| {
        (group.is_none() || transfer.transfer_group == group)
            && destination.as_ref().is_none_or(|destination| *destination == transfer.destination)
    })?;
    Ok(list("/v1/transfers", found.into_iter().map(Transfer::to_json).collect(), has_more))
}

/// `GET /v1/transfers/{id}`.
pub(crate) fn transfer(state: &State, id: &str) -> Result<Value, ApiError> {
    state.transfers.get(id).map(Transfer::to_json).ok_or_else(|| ApiError::no_such("transfer", id, "id"))
}

/// `POST /v1/transfers/{id}`.
pub(crate) fn update_transfer(state: &mut State, id: &str, params: &mut Params) -> Result<Value, ApiError> {
    let metadata = params.metadata("metadata")?;
    let description = params.text("description")?;
    std::mem::take(params).finish()?;
    let Some(kept) = state.transfers.get_mut(id) else {
        return Err(ApiError::no_such("transfer", id, "id"));
    };
    merge(&mut kept.metadata, metadata);
    if description.is_some() {
        kept.description = description;
    }
    let (encoded, charge) = (kept.to_json(), kept.charge.clone());
    let charge = charge.and_then(|charge| state.charges.get(&charge));
    let group = charge.map(|charge| charge.intent.clone()).unwrap_or_default();
    state.emit("transfer.updated", &group, encoded.clone());
    Ok(encoded)
}

/// `GET /v1/application_fees`.
pub(crate) fn fees(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let charge = params.text("charge")?;
    std::mem::take(params).finish()?;
    let (found, has_more) = match charge {
        None => page.of(&state.fees, "application_fee", |_| true)?,
        Some(charge) => {
            let id = state.charges.get(&charge).and_then(|charge| charge.application_fee.clone());
            page.of_few(&state.fees, id.as_slice(), "application_fee", |_| true)?
        }
    };
    Ok(list("/v1/application_fees", found.into_iter().map(Fee::to_json).collect(), has_more))
}

/// `GET /v1/application_fees/{id}`.
pub(crate) fn fee(state: &State, id: &str) -> Result<Value, ApiError> {
    state.fees.get(id).map(Fee::to_json).ok_or_else(|| ApiError::no_such("application_fee", id, "id"))
}

/// `GET /v1/disputes`.
pub(crate) fn disputes(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let (charge, intent) = (params.text("charge")?, params.text("payment_intent")?);
    std::mem::take(params).finish()?;
    let (found, has_more) = page.of(&state.disputes, "dispute", |dispute: &Dispute| {
        charge.as_ref().is_none_or(|id| *id == dispute.charge) && intent.as_ref().is_none_or(|id| *id == dispute.intent)
    })?;
    Ok(list("/v1/disputes", found.into_iter().map(Dispute::to_json).collect(), has_more))
}

/// `GET /v1/disputes/{id}`.
pub(crate) fn dispute(state: &State, id: &str) -> Result<Value, ApiError> {
    state.disputes.get(id).map(Dispute::to_json).ok_or_else(|| ApiError::no_such("dispute", id, "dispute"))
}

/// `GET /v1/events`.
pub(crate) fn events(state: &State, params: &mut Params) -> Result<Value, ApiError> {
    let page = Page::read(params)?;
    let kind = params.text("type")?;
    let kinds = params.texts("types")?;
    params.ignore(&["delivery_success"]);
    std::mem::take(params).finish()?;
    let matches = |event: &Event| {
        kind.as_ref().is_none_or(|kind| match kind.strip_suffix('*') {
            Some(beginning) => event.kind.starts_with(beginning),
            None => event.kind == *kind,
        }) && (kinds.is_empty() || kinds.contains(&event.kind))
    };
    let (found, has_more) = page.of(&state.events, "event", matches)?;
    Ok(list("/v1/events", found.into_iter().map(|event| state.event_json(event)).collect(), has_more))
}

/// `GET /v1/events/{id}`.
pub(crate) fn event(state: &State, id: &str) -> Result<Value, ApiError> {
    let event = state.events.get(id).ok_or_else(|| ApiError::no_such("event", id, "id"))?;
    Ok(state.event_json(event))
}

/// `GET /v1/payment_methods/{id}`.
pub(crate) fn method(state: &State, id: &str) -> Result<Value, ApiError> {
    state.method_json(id).ok_or_else(|| ApiError::no_such("PaymentMethod", id, "payment_method"))
}
