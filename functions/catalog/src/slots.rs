//! Slots by a rule: for an organization's admins, and for experts their own.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use web::forms::{ListingIdForm, OrganizationIdForm};
use web::{Answer, Caller, Path, Role};

use crate::{Catalog, bodies::SlotsBody, manage::ListingPath, views::SlotList};

/// Puts slots on sale by a rule, up to 400 at once. A slot that is on sale already stays as it is, so a repeat makes none twice
/// and does what a request that broke off left. A slot is refused while its expert has another one at the time: any of this
/// listing, or one of any listing that is booked.
#[utoipa::path(post, path = "/v1/organizations/{organization}/listings/{listing}/slots",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)),
    request_body = SlotsBody, security(("token" = [])),
    responses((status = 200, description = "None is new; or a preview, of which nothing is written", body = SlotList),
              (status = 201, description = "Some are put on sale now", body = SlotList),
              (status = 409, description = "`illegal_state`: the listing was canceled")))]
pub(crate) async fn put_slots(
    State(state): State<Catalog>,
    caller: Caller,
    Path(path): Path<ListingPath>,
    web::Json(body): web::Json<SlotsBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    let ListingPath { organization, listing } = path;
    identity.require_any_org_role(&organization, &[Role::Admin, Role::Expert])?;
    let expert = (!identity.has_org_role(&organization, Role::Admin)).then_some(identity.subject.as_str());
    let make = |seller: &_, listing: &_| body.parse(seller, listing);
    let staff = identity.staff();
    let put = state.catalog.put_slots((&organization, &listing), (&staff, expert), body.is_preview(), make);
    let list = SlotList::of(&Box::pin(put).await?, body.is_preview());
    let status = if list.is_new() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(list)).into_response())
}
