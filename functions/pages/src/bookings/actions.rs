//! What an expert does with a booking: confirms, declines or cancels it, by the same use cases as the API.

use axum::{extract::State, response::Response};
use domain::{Actor, Order, OrderId, Refusal, order::CanceledBy};
use engine::EngineError;
use web::{Answer, access};

use super::seat::expert;
use crate::{
    address::At,
    form::Form,
    state::{Pages, TIME},
    visit::Visit,
};

const PAGE: &str = "/bookings";

/// Who acts, if the booking is of this expert's own time; another one's is not found.
async fn own(pages: &Pages, visit: &Visit, id: &OrderId) -> Answer<Result<Actor, Response>> {
    let (identity, _) = match expert(pages, visit) {
        Ok(known) => known,
        Err(led) => return Ok(Err(*led)),
    };
    let order = pages.store.order(id).await.map_err(EngineError::from)?;
    let order = order.filter(|order| access::is_expert(&visit.caller(id), order));
    order.ok_or_else(|| Refusal::not_found("booking"))?;
    Ok(Ok(identity.actor()))
}

fn answered(form: Form, made: Result<Order, EngineError>, done: &str) -> Response {
    let Form { visit, typed } = form;
    visit.answered(PAGE, typed, made.map(drop), done)
}

/// Confirms a booking: the money that was authorized is captured.
pub(super) async fn confirm(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let by = match own(&pages, &form.visit, &id).await? {
        Ok(by) => by,
        Err(led) => return Ok(led),
    };
    let made = Box::pin(pages.engine.within(TIME).confirm_booking(&id, &by)).await;
    Ok(answered(form, made, "page-done-confirmed"))
}

/// Declines it: the card is released, and the slot is free again.
pub(super) async fn decline(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let by = match own(&pages, &form.visit, &id).await? {
        Ok(by) => by,
        Err(led) => return Ok(led),
    };
    let made = Box::pin(pages.engine.within(TIME).decline_booking(&id, &by)).await;
    Ok(answered(form, made, "page-done-declined"))
}

/// Cancels it for its expert: all of the money goes back.
pub(super) async fn cancel(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let by = match own(&pages, &form.visit, &id).await? {
        Ok(by) => by,
        Err(led) => return Ok(led),
    };
    let made = Box::pin(pages.engine.within(TIME).cancel_booking(&id, CanceledBy::Expert, &by)).await;
    Ok(answered(form, made, "page-done-canceled"))
}
