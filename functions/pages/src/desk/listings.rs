//! What an organization sells, drafts and canceled listings too.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::Listing;
use engine::EngineError;
use http::StatusCode;
use minijinja::{Value, context};
use web::{Answer, List};

use super::seat::DeskVisit;
use crate::{reader::Reader, state::Pages, times, typed::Typed};

/// The list.
pub(super) async fn listings(
    State(pages): State<Pages>,
    desk: DeskVisit,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let id = &desk.seller.id;
    let list = List::new("desk listings").by("organization", Some(id));
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let found = pages.store.seller_listings(id, begin.as_deref()).await.map_err(EngineError::from)?;
    let (listings, cursor) = found.map(|found| (found.listings, found.cursor)).unwrap_or_default();
    let more = pages.cursors.seal(&list, cursor).await?;
    let reader = desk.reader();
    let content = context! {
        listings => listings.iter().map(|listing| entry(&desk, &reader, listing)).collect::<Vec<_>>(),
        first => begin.is_none(),
        more,
    };
    Ok(desk.render(&pages, StatusCode::OK, "desk-listings.html", content))
}

fn entry(desk: &DeskVisit, reader: &Reader, listing: &Listing) -> Value {
    let own = Reader { zone: listing.timezone.clone().or_else(|| reader.zone.clone()), ..reader.clone() };
    context! {
        path => Value::from_safe_string(desk.path(&format!("/listings/{}", listing.id))),
        title => listing.title,
        id => listing.id.as_str(),
        at => listing.starts_at.map(|at| times::span(&own, at, listing.ends_at)),
        state => state(listing),
        state_name => reader.phrase(&format!("page-desk-{}", state(listing)), &[]),
    }
}

/// Whether it is on sale, in the word that messages end with.
pub(super) fn state(listing: &Listing) -> &'static str {
    match (listing.canceled_at, listing.published) {
        (Some(_), _) => "canceled",
        (None, true) => "published",
        (None, false) => "draft",
    }
}
