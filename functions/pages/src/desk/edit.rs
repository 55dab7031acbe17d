//! Changing what a listing says, and moving it: its buyers hear of another day or place by mail.

use axum::{extract::State, response::Response};
use domain::{Kind, Listing, Refusal, free_text, seller_fields::share};
use jiff::Timestamp;
use minijinja::{Value, context};
use web::Answer;

use super::{
    filled::{Known, filled, unchanged},
    listing::own,
    seat::{AdminForm, AdminVisit, DeskForm, DeskListingPath},
    sell::change,
};
use crate::{address::At, frame::explained, local_time, state::Pages, typed::Typed};

/// Most characters of a title or a place.
const LONGEST_TITLE: usize = 200;

/// Most characters of a description.
const LONGEST_TEXT: usize = 10_000;

/// What the mail about another day or place says, beside these.
const MOVED: [&str; 3] = ["moved-text", "moved-tickets", "moved-refund-until"];

/// What each field says of a listing, by the clock of that zone.
pub(super) fn known(listing: &Listing, zone: Option<&str>) -> Known {
    let time = |at: Option<Timestamp>| at.map(|at| local_time::written(at, zone)).unwrap_or_default();
    Known::from([
        ("title", listing.title.clone()),
        ("description", listing.description.clone()),
        ("venue", listing.venue.clone().unwrap_or_default()),
        ("starts", time(listing.starts_at)),
        ("ends", time(listing.ends_at)),
        ("doors", time(listing.doors_at)),
        ("refund_until", time(listing.refund_until)),
        ("max_tickets_per_buyer", listing.max_tickets_per_buyer.map(|most| most.to_string()).unwrap_or_default()),
    ])
}

/// The page to edit a listing: filled with what is kept, or with what was typed if that was refused.
pub(super) async fn form(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminVisit(desk): AdminVisit,
) -> Answer<Response> {
    let (listing, _) = own(&pages, &desk, &id).await?;
    let (reader, visit, zone) = (desk.reader(), &desk.visit, desk.zone(&listing));
    let (fields, was) = filled(visit, &known(&listing, zone));
    let content = context! {
        path => Value::from_safe_string(desk.path(&format!("/listings/{id}"))),
        title => listing.title,
        show => listing.kind == Kind::Show,
        zone => zone.unwrap_or("UTC"),
        fields,
        was,
        sentences => MOVED.map(|id| reader.phrase(id, &[("title", &listing.title), ("until", "…")])),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-edit.html", content))
}

/// Changes it.
pub(super) async fn edit(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = change(&pages, &desk, &id, |before| {
        let zone = desk.zone(before);
        let next = changed(&typed, before, zone)?;
        unchanged(&typed, &known(before, zone), &known(&next, zone))?;
        Ok(next)
    })
    .await;
    let path = desk.path(&format!("/listings/{id}"));
    Ok(match made {
        Ok(()) => desk.visit.done(&path, "page-done-edited"),
        Err(problem) => desk.visit.refused(&format!("{path}/edit"), typed, &problem),
    })
}

/// What becomes of a listing by a form, its times by the clock of that zone.
pub(super) fn changed(typed: &Typed, before: &Listing, zone: Option<&str>) -> Result<Listing, Refusal> {
    let time = |field: &str| typed.given(field).map(|text| local_time::read(field, text, zone)).transpose();
    let (starts_at, ends_at, doors_at) = (time("starts")?, time("ends")?, time("doors")?);
    if before.kind == Kind::Show && starts_at.is_none() {
        return Err(Refusal::field("starts", "A show has a start"));
    }
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Refusal::field("ends", "Must be after the start"));
    }
    if doors_at.zip(starts_at).is_some_and(|(doors, start)| doors > start) {
        return Err(Refusal::field("doors", "Doors open before the start"));
    }
    let venue = free_text("venue", typed.get("venue"), LONGEST_TITLE, false)?;
    if venue.is_empty() && before.delivery == domain::DeliveryMode::Pickup {
        return Err(Refusal::field("venue", "Must say where it is collected"));
    }
    Ok(Listing {
        title: free_text("title", typed.get("title"), LONGEST_TITLE, true)?,
        description: free_text("description", &typed.text("description"), LONGEST_TEXT, false)?,
        venue: Some(venue).filter(|venue| !venue.is_empty()),
        starts_at,
        ends_at,
        doors_at,
        refund_until: time("refund_until")?,
        max_tickets_per_buyer: typed
            .number("max_tickets_per_buyer")?
            .map(|most| share(before.kind, most))
            .transpose()?,
        version: before.version + 1,
        ..before.clone()
    })
}
