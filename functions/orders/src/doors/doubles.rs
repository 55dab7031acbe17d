//! Tickets that more people came in with than one, and who scanned each of them.

use axum::{Json, extract::State};
use domain::order::{Scan, ScanKind, ScanRole};
use engine::EngineError;
use serde::{Deserialize, Serialize};
use store::ScannedTicket;
use utoipa::{IntoParams, ToSchema};
use web::forms::{
    CursorForm, DeviceIdForm, InstantForm, ListingIdForm, OfferIdForm, OrderIdForm, OrganizationIdForm, ScanKindWord,
    SubjectForm, TicketCodeForm,
};
use web::{Answer, DoorsCaller, List, Path, Query};

use super::DoorsPath;
use crate::state::Orders;

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DoublesQuery {
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// One scan of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scan)]
struct KeptScanView {
    #[schema(value_type = ScanKindWord)]
    kind: &'static str,
    /// When it was made, by its maker's clock.
    #[schema(value_type = InstantForm)]
    at: String,
    /// Who made it: the subject of their token, or of who registered the device.
    #[schema(value_type = SubjectForm)]
    by: String,
    #[schema(value_type = Option<DeviceIdForm>)]
    device: Option<String>,
    /// What people call the device.
    #[schema(example = "Main entrance")]
    device_name: Option<String>,
    /// Whether it is the ticket's check-in.
    checked_in: bool,
    /// Whether it is one too many: the ticket was scanned before, and neither was taken back.
    double: bool,
}

impl KeptScanView {
    fn of(scan: &Scan, role: ScanRole) -> Self {
        Self {
            kind: ScanKind::as_str(scan.kind),
            at: scan.at.to_string(),
            by: scan.by.to_string(),
            device: scan.device.as_ref().map(ToString::to_string),
            device_name: scan.device_name.clone(),
            checked_in: role == ScanRole::CheckIn,
            double: role == ScanRole::Double,
        }
    }
}

/// A ticket that more people came in with than one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoubleTicket)]
struct DoubleTicketView {
    #[schema(value_type = TicketCodeForm)]
    code: String,
    #[schema(value_type = OrderIdForm)]
    order: String,
    #[schema(value_type = OfferIdForm)]
    offer: String,
    /// All of its scans, the earliest first.
    scans: Vec<KeptScanView>,
}

impl From<&ScannedTicket> for DoubleTicketView {
    fn from(ticket: &ScannedTicket) -> Self {
        let roles = ticket.scans.attendance().roles;
        Self {
            code: ticket.code.to_string(),
            order: ticket.order.to_string(),
            offer: ticket.offer.to_string(),
            scans: ticket.scans.scans.iter().zip(roles).map(|(scan, role)| KeptScanView::of(scan, role)).collect(),
        }
    }
}

/// A page of doubles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Doubles)]
pub(crate) struct DoublesView {
    /// The ticket that was scanned last comes first.
    tickets: Vec<DoubleTicketView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// The tickets of a listing that more people came in with than one, with all of their scans.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/doubles", operation_id = "list_doubles",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), DoublesQuery),
    responses((status = 200, description = "A page of tickets", body = DoublesView),
        (status = 403, description = "The caller may not do this")),
    security(("token" = []), ("device_key" = [])))]
pub(crate) async fn doubles(
    State(state): State<Orders>,
    caller: DoorsCaller,
    Path(path): Path<DoorsPath>,
    Query(query): Query<DoublesQuery>,
) -> Answer<Json<DoublesView>> {
    let DoorsPath { organization, listing } = path;
    caller.require(&state.store, &organization, &listing).await?;
    let list = List::new("doubles").by("listing", Some(&listing));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    state.engine.check_in_listing(&organization, &listing).await?;
    let page = state.store.doubles(&listing, begin.as_deref()).await.map_err(EngineError::from)?;
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(DoublesView { tickets: page.tickets.iter().map(DoubleTicketView::from).collect(), cursor }))
}
