//! Canceling a listing: what that does is shown before, and its id is typed, because nothing brings it back.

use axum::{extract::State, response::Response};
use domain::{Refusal, cancel_reason};
use engine::STRIPE_PER_SECOND;
use minijinja::{Value, context};
use web::{Answer, Problem};

use super::{
    listing::own,
    seat::{AdminForm, AdminVisit, DeskForm, DeskListingPath},
};
use crate::{address::At, frame::explained, state::Pages};

/// What canceling would do.
pub(super) async fn preview(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminVisit(desk): AdminVisit,
) -> Answer<Response> {
    let (listing, _) = own(&pages, &desk, &id).await?;
    let path = desk.path(&format!("/listings/{id}"));
    if listing.canceled_at.is_some() {
        return Ok(desk.visit.go(&path));
    }
    let preview = pages.catalog.preview_cancel(&id).await?;
    let (reader, visit) = (desk.reader(), &desk.visit);
    let minutes = preview.calls.div_ceil(u64::from(STRIPE_PER_SECOND) * 60).max(1);
    let sums = preview.refunds.sums.iter().map(|sum| reader.money(sum.currency, sum.amount));
    let content = context! {
        path => Value::from_safe_string(path),
        id => id.as_str(),
        title => listing.title,
        orders => preview.refunds.count,
        open => preview.open,
        sums => sums.collect::<Vec<_>>(),
        more => preview.more,
        minutes,
        reason => visit.typed().get("reason"),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-cancel.html", content))
}

/// Cancels it. The refunds follow in the background.
pub(super) async fn cancel(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let path = desk.path(&format!("/listings/{id}"));
    let reason = match cancel_reason(typed.given("reason")) {
        _ if typed.get("sure") != id.as_str() => Err(Refusal::field("sure", "Type the id of the listing to confirm")),
        given => given,
    };
    let made = match reason {
        Ok(reason) => {
            let staff = desk.identity.staff();
            pages.catalog.cancel_listing(&desk.seller.id, &id, reason, &staff).await.map(drop).map_err(Problem::from)
        }
        Err(refusal) => Err(refusal.into()),
    };
    Ok(match made {
        Ok(()) => desk.visit.done(&path, "page-done-listing-canceled"),
        Err(problem) => desk.visit.refused(&format!("{path}/cancel"), typed, &problem),
    })
}
