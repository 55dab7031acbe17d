//! Scans that doors hand in, as they are made or long after.

use axum::{Json, extract::State};
use domain::{Order, Refusal, TicketCode, order::ScanKind};
use engine::{ScanAnswer, ScanMaker, ScanOutcome, ScanRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::forms::{
    InstantForm, ListingIdForm, OrganizationIdForm, ScanIdForm, ScanKindWord, ScanOutcomeWord, ScannedCodeForm,
};
use web::{Answer, AtDoors, DoorsCaller, Path};

use super::{AtDoorsView, DoorsPath};
use crate::state::Orders;

/// Most scans of one request.
const MOST: usize = 100;
/// Most characters of a scan's name, and of what was scanned: a QR code of ours has at most 260.
const LONGEST_ID: usize = 64;
const LONGEST_CODE: usize = 500;

fn check_in() -> ScanKind {
    ScanKind::CheckIn
}

/// A check-in, or one taken back, that a device sends at once or kept while it had no network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScanRequest)]
struct ScanBody {
    /// Your name for it, which your device never uses again: the same scan counts once.
    #[schema(value_type = ScanIdForm)]
    id: String,
    /// What was scanned or typed.
    #[schema(value_type = ScannedCodeForm)]
    code: String,
    /// When, by a clock set by the `now` of the codes.
    #[schema(value_type = InstantForm)]
    at: Timestamp,
    /// `check_in` if it is left out. `undo` takes your device's own last scan of the ticket before it back, else its check-in.
    #[serde(default = "check_in")]
    #[schema(value_type = Option<ScanKindWord>)]
    kind: ScanKind,
}

/// Scans to be merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScansRequest)]
pub(crate) struct ScansBody {
    /// 1 to 100 of them, in any order.
    #[schema(min_items = 1, max_items = 100)]
    scans: Vec<ScanBody>,
}

/// What came of one scan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScanResult)]
struct ScanView {
    #[schema(value_type = ScanIdForm)]
    id: String,
    #[schema(value_type = ScanOutcomeWord)]
    outcome: &'static str,
    /// The outcome as a sentence for people.
    #[schema(example = "The ticket was checked in at 2027-06-20T18:12:00Z by staff-1, with Main entrance")]
    message: String,
    /// The ticket as it is then; none for a code that is unknown here.
    ticket: Option<AtDoorsView>,
}

/// What came of each scan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScanResults)]
pub(crate) struct ScansView {
    /// In the order of the request.
    scans: Vec<ScanView>,
}

fn message(outcome: ScanOutcome, order: Option<&Order>, ticket: Option<&AtDoorsView>) -> String {
    let first = || {
        let Some(ticket) = ticket else { return String::new() };
        let at = ticket.checked_in_at.as_deref().unwrap_or_default();
        let by = ticket.checked_in_by.as_deref().unwrap_or_default();
        let with = ticket.checked_in_with.as_ref().map(|with| format!(", with {with}")).unwrap_or_default();
        format!("The ticket was checked in at {at} by {by}{with}")
    };
    match outcome {
        ScanOutcome::CheckedIn => "Checked in".to_owned(),
        ScanOutcome::Double => first(),
        ScanOutcome::TakenBack => "The scan was taken back".to_owned(),
        ScanOutcome::Undone => "The scan before was taken back".to_owned(),
        ScanOutcome::NothingToUndo => "There was nothing to take back".to_owned(),
        ScanOutcome::Refunded => "The ticket was refunded, or is being refunded".to_owned(),
        ScanOutcome::HandedOver => "The ticket was handed over, and has another code since".to_owned(),
        ScanOutcome::Disputed => "The ticket's payment is under dispute".to_owned(),
        ScanOutcome::Unknown => "There is no such ticket".to_owned(),
        ScanOutcome::WrongListing => match (order, ticket) {
            (Some(_), Some(ticket)) => format!("The ticket is for {} ({})", ticket.title, ticket.listing),
            _ => "The ticket is for something else".to_owned(),
        },
        ScanOutcome::OutsideCheckIn => "It was scanned before check-in opened, or after it closed".to_owned(),
        ScanOutcome::ClockAhead => "It was scanned at a time that has not come yet: set the clock".to_owned(),
        ScanOutcome::TooMany => "The ticket was scanned too often".to_owned(),
    }
}

impl From<&ScanAnswer> for ScanView {
    fn from(answer: &ScanAnswer) -> Self {
        let ticket = answer.ticket.as_ref().map(|(order, ticket)| AtDoorsView::of(order, ticket));
        let order = answer.ticket.as_ref().map(|(order, _)| order);
        Self {
            id: answer.id.clone(),
            outcome: answer.outcome.as_str(),
            message: message(answer.outcome, order, ticket.as_ref()),
            ticket,
        }
    }
}

/// Checks what was handed in, and reads the codes in it.
fn parse(body: ScansBody) -> Result<Vec<ScanRequest>, Refusal> {
    if !(1..=MOST).contains(&body.scans.len()) {
        return Err(Refusal::field("scans", format!("Hand in 1 to {MOST} scans")));
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let read = |(n, scan): (usize, ScanBody)| {
        if !(1..=LONGEST_ID).contains(&scan.id.len()) || !scan.id.chars().all(legal) {
            let message = format!("Must be 1 to {LONGEST_ID} letters, digits, hyphens or underscores");
            return Err(Refusal::field(format!("scans[{n}].id"), message));
        }
        let code = Some(scan.code).filter(|code| code.len() <= LONGEST_CODE);
        let code = code.and_then(|code| TicketCode::scanned(&code).ok());
        Ok(ScanRequest { id: scan.id, code, kind: scan.kind, at: scan.at })
    };
    body.scans.into_iter().enumerate().map(read).collect()
}

/// Merges scans of a listing's doors. Each counts once by its id, however often and in whichever order they come: the earliest scan of
/// a ticket is its check-in, the others are doubles. Scans of other listings' tickets, or of another time, are not kept.
#[utoipa::path(post, path = "/v1/organizations/{organization}/listings/{listing}/scans", operation_id = "merge_scans",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path)),
    request_body = ScansBody,
    responses((status = 200, description = "What came of each scan", body = ScansView),
        (status = 403, description = "The caller may not do this")),
    security(("token" = []), ("device_key" = [])))]
pub(crate) async fn scans(
    State(state): State<Orders>,
    caller: DoorsCaller,
    Path(path): Path<DoorsPath>,
    web::Json(body): web::Json<ScansBody>,
) -> Answer<Json<ScansView>> {
    let DoorsPath { organization, listing } = path;
    let maker = match caller.require(&state.store, &organization, &listing).await? {
        AtDoors::Device(device) => ScanMaker { by: device.by, device: Some((device.id, device.name)) },
        AtDoors::Staff(identity) => ScanMaker { by: identity.actor(), device: None },
    };
    let scans = parse(body)?;
    let at = state.engine.check_in_listing(&organization, &listing).await?;
    let answers = Box::pin(state.engine.merge_scans(&at, &maker, scans)).await?;
    Ok(Json(ScansView { scans: answers.iter().map(ScanView::from).collect() }))
}
