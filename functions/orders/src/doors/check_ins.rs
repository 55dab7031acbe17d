//! Who has come to a listing and who has not: counts, and a search by name.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use domain::{Refusal, TicketCode, order::TicketStatus};
use serde::{Deserialize, Serialize};
use store::ListingCursor;
use utoipa::{IntoParams, ToSchema};
use web::forms::{
    CursorForm, ListingIdForm, OfferIdForm, OrderIdForm, OrganizationIdForm, ScannedCodeForm, TicketCodeForm,
};
use web::{Answer, DoorsCaller, List, Path, Query};

use super::{AtDoorsView, DoorsPath};
use crate::state::Orders;

/// Narrows the list; without any of these it has all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckInsQuery {
    /// Only tickets of people whose name has this in it, in any case, or of the order with this number.
    #[param(example = "hopper")]
    q: Option<String>,
    /// Only the ticket with this code, however it is typed or scanned: whose it is, and who checked it in when.
    #[param(value_type = Option<ScannedCodeForm>, inline)]
    code: Option<String>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// A ticket of the listing, with its code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comer)]
struct ComerView {
    #[schema(value_type = TicketCodeForm)]
    code: String,
    #[schema(value_type = OrderIdForm)]
    order: String,
    ticket: AtDoorsView,
}

/// How many tickets of one kind there are on the page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckInCount)]
struct CheckInCountView {
    #[schema(value_type = OfferIdForm)]
    offer: String,
    #[schema(example = "General admission")]
    name: String,
    /// Tickets that open the door, used ones included.
    #[schema(example = 120)]
    tickets: u32,
    /// Tickets that someone came in with, also if they were given back since.
    #[schema(example = 87)]
    checked_in: u32,
}

/// A page of a listing's tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckIns)]
pub(crate) struct CheckInsView {
    /// Those of one order beside each other.
    tickets: Vec<ComerView>,
    /// Of the tickets on this page, by kind: add the pages up.
    counts: Vec<CheckInCountView>,
    /// Where the next page begins; none on the last page. A page of a search may be empty and not the last.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// A listing's tickets, with who came with them and when.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/check-ins", operation_id = "list_check_ins",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), CheckInsQuery),
    responses((status = 200, description = "A page of tickets", body = CheckInsView),
        (status = 403, description = "The caller may not do this")),
    security(("token" = []), ("device_key" = [])))]
pub(crate) async fn check_ins(
    State(state): State<Orders>,
    caller: DoorsCaller,
    Path(path): Path<DoorsPath>,
    Query(query): Query<CheckInsQuery>,
) -> Answer<Json<CheckInsView>> {
    let DoorsPath { organization, listing } = path;
    caller.require(&state.store, &organization, &listing).await?;
    let list =
        List::new("check_ins").by("listing", Some(&listing)).by("q", query.q.as_ref()).by("code", query.code.as_ref());
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let begin: Option<ListingCursor> = begin.and_then(|place| serde_json::from_str(&place).ok());
    state.engine.check_in_listing(&organization, &listing).await?;
    let page = match &query.code {
        Some(code) => {
            let code = TicketCode::scanned(code).map_err(|_| Refusal::not_found("ticket"))?;
            state.engine.comer(&organization, &listing, &code).await?
        }
        None => state.engine.comers(&listing, query.q.as_deref(), begin).await?,
    };
    let mut tickets = Vec::new();
    let mut counts: BTreeMap<String, CheckInCountView> = BTreeMap::new();
    for (order, places) in &page.orders {
        for ticket in places.iter().filter_map(|place| order.tickets.get(*place)) {
            let view = AtDoorsView::of(order, ticket);
            let count = counts.entry(view.offer.clone()).or_insert_with(|| CheckInCountView {
                offer: view.offer.clone(),
                name: view.name.clone(),
                tickets: 0,
                checked_in: 0,
            });
            count.tickets += u32::from(ticket.status == TicketStatus::Valid);
            count.checked_in += u32::from(ticket.checked_in_at.is_some());
            tickets.push(ComerView { code: ticket.code.to_string(), order: order.id.to_string(), ticket: view });
        }
    }
    let place = page.cursor.and_then(|cursor| serde_json::to_string(&cursor).ok());
    let cursor = state.cursors.seal(&list, place).await?;
    Ok(Json(CheckInsView { tickets, counts: counts.into_values().collect(), cursor }))
}
