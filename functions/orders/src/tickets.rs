//! Tickets: as pages to print, and at check-in.

use axum::{Json, extract::State, response::Response};
use documents::tickets_pdf;
use domain::{Actor, Code, ListingId, OrderId, OrganizationId, Refusal, TicketCode};
use engine::{CheckIn, OrganizationKeys};
use paperwork::DocumentReader;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::forms::{InstantForm, ListingIdForm, OrderIdForm, PdfForm, SubjectForm, TicketCodeForm, TypedCodeForm};
use web::{Answer, Caller, OptionalJson, Path, Problem, Role, access};

use crate::state::Orders;

/// The order's valid tickets, a page each, without those that were handed over.
#[utoipa::path(get, path = "/v1/orders/{order}/tickets.pdf", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "A PDF with a page for each valid ticket", body = PdfForm,
            content_type = "application/pdf"),
        (status = 404, description = "There are none: not paid, or all given back or handed over")),
    security(("token" = []), ("order_token" = [])))]
pub(crate) async fn tickets(State(state): State<Orders>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Response> {
    let order = access::order(&state.store, &caller, &id).await?;
    let found = crate::pdf::catalog_of(&state, &order).await?;
    let reader = DocumentReader::buyer_of(&order, &found.listings, found.organization.as_ref());
    let keys = signing_keys(&state, &order.organization).await?;
    let sign = |ticket: &_| keys.sign(ticket);
    let document = paperwork::tickets(&order, &found.listings, &found.offers, &reader, &sign).ok_or_else(|| {
        let message =
            "The order has no valid ticket: it is not paid, its tickets were given back or handed over, or a bank disputes it";
        Refusal::new(Code::NotFound, message)
    })?;
    let pdf = tickets_pdf(&document, &state.fonts).map_err(|error| {
        tracing::error!(order = %order.id, %error, "tickets not rendered");
        Problem::internal()
    })?;
    Ok(crate::pdf::pdf(&format!("tickets-{}.pdf", order.id), pdf))
}

/// The keys of an organization's tickets.
pub(crate) async fn signing_keys(state: &Orders, organization: &OrganizationId) -> Answer<OrganizationKeys> {
    state.ticket_keys.of(organization).await.map_err(|error| {
        tracing::error!(%error, "the secret of tickets cannot be read");
        Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5).into()
    })
}

/// A ticket that was checked in, or whose check-in was taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckIn)]
pub(crate) struct CheckInView {
    /// Twenty signs, as a scanner reads them; unique.
    #[schema(value_type = TicketCodeForm)]
    code: String,
    /// The title of its listing, when it was ordered.
    #[schema(example = "Summer show")]
    title: String,
    /// The kind of ticket.
    #[schema(example = "General admission")]
    name: String,
    /// Whether it carries the VIP mark.
    vip: bool,
    /// The name of the attendee, else the buyer's.
    #[schema(example = "Grace Hopper")]
    holder: String,
    /// When it was checked in; none once that was taken back.
    #[schema(value_type = Option<InstantForm>)]
    checked_in_at: Option<String>,
    /// Who checked it in: the subject of their token.
    #[schema(value_type = Option<SubjectForm>)]
    checked_in_by: Option<String>,
    /// What people call the device that it was checked in with.
    #[schema(example = "Main entrance")]
    checked_in_with: Option<String>,
}

impl From<&CheckIn> for CheckInView {
    fn from(CheckIn { order, ticket }: &CheckIn) -> Self {
        let line = order.line(&ticket.line);
        Self {
            code: ticket.code.to_string(),
            title: line.map(|line| line.title.clone()).unwrap_or_default(),
            name: line.map(|line| line.name.clone()).unwrap_or_default(),
            vip: line.is_some_and(|line| line.vip),
            holder: order
                .tickets
                .iter()
                .position(|own| own.code == ticket.code)
                .map_or_else(|| order.buyer.name.clone(), |place| order.holder(place).to_owned()),
            checked_in_at: ticket.checked_in_at.map(|at| at.to_string()),
            checked_in_by: ticket.checked_in_by.as_ref().map(Actor::to_string),
            checked_in_with: ticket.checked_in_with.clone(),
        }
    }
}

/// Where tickets are checked in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckInRequest)]
pub(crate) struct CheckInBody {
    /// The listing whose tickets are checked in: others are turned away, and all of them before the door opens and after
    /// it has closed. Without a listing neither is checked.
    #[serde(default)]
    #[schema(value_type = Option<ListingIdForm>)]
    listing: Option<ListingId>,
}

/// A code as people type it: in groups, in any case, with O for 0 and I for 1 or L; or as a scanner reads it from a signed QR code.
fn typed(code: &str) -> Result<TicketCode, Refusal> {
    TicketCode::scanned(code).map_err(|_| Refusal::not_found("ticket"))
}

/// Checks a ticket in, once.
#[utoipa::path(post, path = "/v1/tickets/{code}/check-in", params(("code" = inline(TypedCodeForm), Path)),
    request_body = Option<CheckInBody>,
    responses((status = 200, description = "Checked in", body = CheckInView),
        (status = 409, description = "`already_checked_in` with the first time; `wrong_listing` or `outside_check_in` at \
            the door of a listing; `illegal_state` for a ticket that was refunded or whose payment is disputed, and for a code from before a ticket was handed over")),
    security(("token" = [])))]
pub(crate) async fn check_in(
    State(state): State<Orders>,
    caller: Caller,
    Path(code): Path<String>,
    OptionalJson(body): OptionalJson<CheckInBody>,
) -> Answer<Json<CheckInView>> {
    let identity = caller.require()?;
    let may = |organization: &_| identity.has_org_role(organization, Role::Staff);
    let listing = body.and_then(|body| body.listing);
    let checked_in = Box::pin(state.engine.check_in(&typed(&code)?, listing.as_ref(), &identity.actor(), may)).await?;
    Ok(Json(CheckInView::from(&checked_in)))
}

/// Takes a check-in back: the ticket opens the door again. The same caller's repeat hears the same.
#[utoipa::path(delete, path = "/v1/tickets/{code}/check-in", params(("code" = inline(TypedCodeForm), Path)),
    responses((status = 200, description = "Taken back", body = CheckInView),
        (status = 409, description = "`illegal_state`: it is not checked in")),
    security(("token" = [])))]
pub(crate) async fn undo_check_in(
    State(state): State<Orders>,
    caller: Caller,
    Path(code): Path<String>,
) -> Answer<Json<CheckInView>> {
    let identity = caller.require()?;
    let may = |organization: &_| identity.has_org_role(organization, Role::Staff);
    let undone = Box::pin(state.engine.undo_check_in(&typed(&code)?, &identity.actor(), may)).await?;
    Ok(Json(CheckInView::from(&undone)))
}
