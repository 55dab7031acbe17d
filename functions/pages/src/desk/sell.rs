//! What admins do with a listing as a whole: whether it is on sale, and a copy of it. The same use cases as the API's.

use axum::{extract::State, response::Response};
use domain::{Listing, ListingId, Refusal, selling::may_change};
use web::{Answer, Problem};

use super::seat::{AdminForm, DeskForm, DeskListingPath, DeskVisit};
use crate::{address::At, state::Pages, typed::Typed};

/// The field by which the page of a listing knows which of its forms was refused. It is never sent.
pub(super) const FORM: &str = "~form";

/// The page of a listing.
pub(super) fn page(desk: &DeskVisit, listing: &ListingId) -> String {
    desk.path(&format!("/listings/{listing}"))
}

/// The answer to one of the forms of a listing's page.
pub(super) fn answered(
    desk: &DeskVisit,
    listing: &ListingId,
    (form, typed): (&str, Typed),
    made: Result<(), Problem>,
    done: &str,
) -> Response {
    desk.visit.answered(&page(desk, listing), typed.with(FORM, form), made, done)
}

/// Changes a listing that is there and was not canceled.
pub(super) async fn change(
    pages: &Pages,
    desk: &DeskVisit,
    id: &ListingId,
    change: impl FnOnce(&Listing) -> Result<Listing, Refusal> + Send,
) -> Result<(), Problem> {
    let make = |_: &_, before: Option<&Listing>| {
        let before = before.ok_or_else(|| Refusal::not_found("listing"))?;
        may_change(before)?;
        change(before)
    };
    pages.catalog.put_listing(&desk.seller.id, id, &desk.identity.staff(), make).await?;
    Ok(())
}

/// Puts a listing on sale, or takes it from sale. Orders stay as they are.
pub(super) async fn publish(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let published = typed.get("published") == "yes";
    let sold = |before: &Listing| Ok(Listing { published, version: before.version + 1, ..before.clone() });
    let made = change(&pages, &desk, &id, sold).await;
    let done = if published { "page-done-published" } else { "page-done-withdrawn" };
    Ok(answered(&desk, &id, ("publish", typed), made, done))
}

/// Copies a listing with its offers under another id, as a draft.
pub(super) async fn copy(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: from }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = match ListingId::parse(typed.get("copy")) {
        Ok(to) => Box::pin(pages.catalog.copy_listing(&desk.seller.id, &from, &to, &desk.identity.staff()))
            .await
            .map_err(Problem::from),
        Err(error) => Err(Refusal::field("copy", error.to_string()).into()),
    };
    Ok(match made {
        Ok(copy) => desk.visit.done(&page(&desk, &copy.now.id), "page-done-copied"),
        Err(problem) => desk.visit.refused(&page(&desk, &from), typed.with(FORM, "copy"), &problem),
    })
}
