//! The door: a field for a ticket's code, and whether its holder comes in.

use axum::{extract::State, response::Response};
use domain::{Order, TicketCode};
use engine::EngineError;
use http::{Method, StatusCode};
use minijinja::{Value as Context, context};
use web::{Problem, RawBody};

use super::{
    form::{Typed, Wrong},
    frame::{page, refused},
};
use crate::{demo::ORGANIZATION, options::TokenFields, stack::Stack};

/// The empty page.
pub(super) async fn form(State(stack): State<Stack>) -> Response {
    show(&stack, StatusCode::OK, context! {})
}

fn show(stack: &Stack, status: StatusCode, content: Context) -> Response {
    page(stack, status, "check_in.html", "check_in", "/console/door", content)
}

/// Lets a ticket's holder in, by the API's own route, and says so.
pub(super) async fn check_in(State(stack): State<Stack>, body: Result<RawBody, Problem>) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let typed = typed.get("code").to_uppercase();
    match result(&stack, &typed).await {
        Ok((status, result)) => show(&stack, status, context! { result, typed }),
        Err(problem) => refused(&stack, &problem),
    }
}

/// What the API answered, in words for the staff at the door.
async fn result(stack: &Stack, typed: &str) -> Result<(StatusCode, Context), Problem> {
    let none = || (StatusCode::NOT_FOUND, context! { title => "No such ticket", text => "Fetch at the code again." });
    let Ok(code) = TicketCode::typed(typed) else { return Ok(none()) };
    // The staff at the door work for the seller whose ticket it is.
    let order = order_of(stack, &code).await?;
    let organization = order.as_ref().map_or(ORGANIZATION, |order| order.organization.as_str());
    let staff = stack.token(&TokenFields::of("door", "staff", Some(organization)));
    let path = format!("/v1/tickets/{code}/check-in");
    let answer = stack.client().with_token(staff).send(Method::POST, &path, None, None).await;
    if answer.status.is_success() {
        return Ok((StatusCode::OK, context! { good => true, title => "Come in", ticket => answer.body }));
    }
    if answer.status == StatusCode::NOT_FOUND {
        return Ok(none());
    }
    let wrong = Wrong::of(&answer);
    let Some(order) = order.filter(|_| answer.body["code"] == "already_checked_in") else {
        return Ok((wrong.status, context! { title => "Not with this ticket", text => wrong.detail }));
    };
    // As it is by now: the first time may have been a moment ago.
    let order = stack.engine().store().order(&order.id).await.map_err(EngineError::from)?.unwrap_or(order);
    let ticket = order.tickets.iter().find(|ticket| ticket.code.reading() == code.reading());
    let line = ticket.and_then(|ticket| order.line(&ticket.line));
    let result = context! {
        title => "Already checked in",
        first => ticket.and_then(|ticket| ticket.checked_in_at),
        ticket => context! {
            title => line.map(|line| line.title.as_str()),
            name => line.map(|line| line.name.as_str()),
            vip => line.is_some_and(|line| line.vip),
            holder => order.buyer.name,
        },
    };
    Ok((wrong.status, result))
}

async fn order_of(stack: &Stack, code: &TicketCode) -> Result<Option<Order>, Problem> {
    let store = stack.engine().store();
    let Some(id) = store.order_of_ticket(code).await.map_err(EngineError::from)? else { return Ok(None) };
    Ok(store.order(&id).await.map_err(EngineError::from)?)
}
