//! Mail about one order: the confirmation once more, the buyer's address, who comes with a ticket, and no more reminders.

use axum::{Json, extract::State};
use domain::{Attendee, Code, OrderId, Refusal, TicketCode, mail_address};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{OrderIdForm, TypedCodeForm, TypedMailAddressForm};
use web::{Answer, Caller, Path, Role, access, views::OrderView};

use crate::state::Orders;

/// Sends the order's confirmation once more, with its tickets: for staff at any time, for its buyer three times an hour.
#[utoipa::path(post, path = "/v1/orders/{order}/resend", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 202, description = "It is on its way"),
        (status = 409, description = "`not_paid` before the payment; `illegal_state` where no mail reaches the buyer"),
        (status = 429, description = "`rate_limited`, with `Retry-After`")),
    security(("token" = []), ("order_token" = [])))]
pub(crate) async fn resend(State(state): State<Orders>, caller: Caller, Path(id): Path<OrderId>) -> Answer<StatusCode> {
    let order = access::order(&state.store, &caller, &id).await?;
    let staff = caller.identity.as_ref().filter(|who| who.has_org_role(&order.organization, Role::Staff));
    state.engine.resend(&order, staff.map(web::Identity::staff).as_ref()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Where the buyer is written to from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BuyerRequest)]
pub(crate) struct NewBuyerBody {
    /// A mail address, by the rules of a checkout.
    #[schema(value_type = TypedMailAddressForm)]
    email: String,
}

/// Writes to the buyer at another address from now on. The order's trail says who changed it.
#[utoipa::path(put, path = "/v1/orders/{order}/buyer", operation_id = "change_buyer", params(("order" = inline(OrderIdForm), Path)),
    request_body = NewBuyerBody,
    responses((status = 200, description = "Changed, or so already", body = OrderView),
        (status = 409, description = "`illegal_state`: the order is archived")),
    security(("token" = [])))]
pub(crate) async fn change_buyer(
    State(state): State<Orders>,
    caller: Caller,
    Path(id): Path<OrderId>,
    web::Json(body): web::Json<NewBuyerBody>,
) -> Answer<Json<OrderView>> {
    let identity = caller.require()?;
    state.engine.order_for_staff(&id, |organization| identity.has_org_role(organization, Role::Staff)).await?;
    let email = mail_address("email", &body.email)?;
    let order = Box::pin(state.engine.change_address(&id, &email, &identity.staff())).await?;
    Ok(Json(OrderView::for_staff(&order)))
}

/// Who comes with a ticket from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttendeeRequest)]
pub(crate) struct NewAttendeeBody {
    /// A name, by the rules of a checkout.
    #[schema(example = "Grace Hopper")]
    name: String,
    /// Where the ticket is sent, if it is to be sent.
    #[serde(default)]
    #[schema(value_type = Option<TypedMailAddressForm>)]
    email: Option<String>,
}

/// A ticket of an order.
#[derive(Debug, Deserialize)]
pub(crate) struct TicketPath {
    order: OrderId,
    code: String,
}

/// Another person comes with a ticket: the ticket keeps its code, and is sent to that person. The order's trail says who
/// changed it.
#[utoipa::path(put, path = "/v1/orders/{order}/tickets/{code}/attendee",
    params(("order" = inline(OrderIdForm), Path), ("code" = inline(TypedCodeForm), Path)), request_body = NewAttendeeBody,
    responses((status = 200, description = "Changed, or so already", body = OrderView),
        (status = 409, description = "`illegal_state`: the ticket was used or given back, its payment is disputed, what it \
            is for is over, its buyer has changed it five times or is too late (`attendees_until` of its listing), or tickets \
            of its offer name no people")),
    security(("token" = []), ("order_token" = [])))]
pub(crate) async fn change_attendee(
    State(state): State<Orders>,
    caller: Caller,
    Path(TicketPath { order: id, code }): Path<TicketPath>,
    web::Json(body): web::Json<NewAttendeeBody>,
) -> Answer<Json<OrderView>> {
    let order = access::order(&state.store, &caller, &id).await?;
    let staff = caller.identity.as_ref().filter(|who| who.has_org_role(&order.organization, Role::Staff));
    let by = match staff {
        Some(staff) => staff.actor(),
        None => order.buyer.actor(),
    };
    let code = TicketCode::typed(&code).map_err(|_| Refusal::not_found("ticket"))?;
    let attendee = Attendee::parse(None, &body.name, body.email.as_deref())?;
    let acting = staff.map(web::Identity::staff);
    let order = Box::pin(state.engine.change_attendee(&id, &code, &attendee, &by, acting.as_ref())).await?;
    Ok(Json(if staff.is_some() { OrderView::for_staff(&order) } else { OrderView::from(&order) }))
}

/// Ends reminders of this order, as a mail program asks with one request (RFC 8058).
#[utoipa::path(post, path = "/v1/orders/{order}/unsubscribe", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 204, description = "No reminders any more"),
        (status = 403, description = "Only its buyer ends an order's reminders")),
    security(("order_token" = [])))]
pub(crate) async fn unsubscribe(
    State(state): State<Orders>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Answer<StatusCode> {
    let order = access::order(&state.store, &caller, &id).await?;
    if !access::is_buyer(&caller, &order) {
        return Err(Refusal::new(Code::Forbidden, "Only its buyer ends an order's reminders").into());
    }
    state.engine.stop_reminders(&order.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
