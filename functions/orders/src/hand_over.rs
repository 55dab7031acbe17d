//! A ticket goes to another person, under another code.

use axum::{Json, extract::State};
use domain::Attendee;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{TypedCodeForm, TypedMailAddressForm};
use web::{Answer, Caller, Path, Role, access, views::OrderView};

use crate::state::Orders;

/// To whom a ticket is handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferRequest)]
pub(crate) struct ReceiverBody {
    /// A name, by the rules of a checkout.
    #[schema(example = "Grace Hopper")]
    name: String,
    /// Where the ticket with its new code is sent, and nowhere else.
    #[schema(value_type = TypedMailAddressForm)]
    email: String,
}

/// Hands a ticket over: it goes to another person under a new code, and the old code is void from then on. For the order's buyer,
/// as its listing allows (`transferable`), and for staff. The order stays its buyer's. The same request once more, with the code
/// that is void by now and for the same person, changes nothing and is answered the same.
#[utoipa::path(post, path = "/v1/tickets/{code}/transfer", operation_id = "transfer_ticket",
    params(("code" = inline(TypedCodeForm), Path)), request_body = ReceiverBody,
    responses((status = 200, description = "Handed over, or so already", body = OrderView),
        (status = 409, description = "`illegal_state`: the code is void, the ticket was used, given back or handed over, its \
            payment is disputed, what it is for is over or canceled, or its buyer may not hand it over, has changed it five \
            times or is too late")),
    security(("token" = []), ("order_token" = [])))]
pub(crate) async fn transfer(
    State(state): State<Orders>,
    caller: Caller,
    Path(code): Path<String>,
    web::Json(body): web::Json<ReceiverBody>,
) -> Answer<Json<OrderView>> {
    let (order, code) = access::order_of_ticket(&state.store, &caller, &code).await?;
    let staff = caller.identity.as_ref().filter(|who| who.has_org_role(&order.organization, Role::Staff));
    let by = match staff {
        Some(staff) => staff.actor(),
        None => order.buyer.actor(),
    };
    let receiver = Attendee::receiver(&body.name, &body.email)?;
    let acting = staff.map(web::Identity::staff);
    let order = Box::pin(state.engine.hand_over(&order.id, &code, &receiver, &by, acting.as_ref())).await?;
    Ok(Json(if staff.is_some() { OrderView::for_staff(&order) } else { OrderView::from(&order) }))
}
