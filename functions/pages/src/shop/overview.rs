//! What is on sale: of all sellers, or of one.
//!
//! Nothing on it is a visitor's own, so that a network in front of the shop may keep it for some seconds.

use axum::{
    extract::{FromRequestParts, State},
    response::Response,
};
use domain::{Kind, Listing, Organization, OrganizationId, Refusal};
use engine::EngineError;
use http::{HeaderValue, StatusCode, header, request::Parts};
use jiff::Timestamp;
use minijinja::{Value, context};
use web::{Answer, GatewayDomain, List, Path};

use crate::{
    frame::{Frame, render},
    reader::{self, Reader},
    state::Pages,
    times,
    typed::Typed,
};

/// What stands together, in this order.
const SECTIONS: [(&str, Kind); 4] =
    [("shows", Kind::Show), ("products", Kind::Product), ("experts", Kind::Expert), ("packages", Kind::Package)];

/// Seconds old at most, and a while longer while a fresh one is fetched.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=5, stale-while-revalidate=30");

/// What all sellers sell.
pub(crate) async fn all(State(pages): State<Pages>, parts: Parts) -> Answer<Response> {
    overview(&pages, parts, None).await
}

/// What one seller sells.
pub(crate) async fn of_organization(
    State(pages): State<Pages>,
    Path(organization): Path<OrganizationId>,
    parts: Parts,
) -> Answer<Response> {
    overview(&pages, parts, Some(organization)).await
}

async fn overview(pages: &Pages, mut parts: Parts, organization: Option<OrganizationId>) -> Answer<Response> {
    let Ok(GatewayDomain(domain)) = GatewayDomain::from_request_parts(&mut parts, &()).await;
    let bases = pages.addresses.pages(domain.as_deref()).ok();
    let asked = reader::asked(&parts, bases.is_some_and(|bases| bases.pages.starts_with("https:")));
    let query = Typed::read(parts.uri.query().unwrap_or_default().as_bytes());
    let list = List::new("overview").by("organization", organization.as_ref());
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let (page, seller) = futures::join!(pages.store.published(organization.as_ref(), None, begin.as_deref()), async {
        match &organization {
            Some(id) => pages.store.organization(id).await,
            None => Ok(None),
        }
    });
    let (page, seller) = (page.map_err(EngineError::from)?, seller.map_err(EngineError::from)?);
    if organization.is_some() && seller.is_none() {
        return Err(Refusal::not_found("organization").into());
    }
    let now = pages.clock.now();
    let more = pages.cursors.seal(&list, page.cursor).await?;
    let path = parts.uri.path();
    let reader = Reader::of(asked, None, seller.as_ref());
    let frame = Frame { reader: &reader, seller: seller.as_ref(), listing: None, path, session: None };
    let content = context! {
        sections => sections(&page.listings, asked, seller.as_ref(), now),
        more,
        first => begin.is_none(),
    };
    let mut response = render(pages, &frame, StatusCode::OK, "overview.html", content);
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

fn sections(
    listings: &[Listing],
    asked: Option<words::Language>,
    seller: Option<&Organization>,
    now: Timestamp,
) -> Vec<Value> {
    let mut sections = Vec::new();
    for (id, kind) in SECTIONS {
        let mut of_kind: Vec<&Listing> = listings
            .iter()
            .filter(|listing| listing.kind == kind && listing.over_at().is_none_or(|end| now < end))
            .collect();
        of_kind.sort_by_key(|listing| (listing.starts_at.unwrap_or(Timestamp::MAX), listing.id.clone()));
        if of_kind.is_empty() {
            continue;
        }
        let mut months: Vec<(String, Vec<Value>)> = Vec::new();
        for listing in of_kind {
            let reader = Reader::of(asked, Some(listing), seller);
            let month = listing.starts_at.map_or_else(String::new, |at| month(&reader, at));
            match months.last_mut().filter(|(last, _)| *last == month) {
                Some((_, cards)) => cards.push(card(&reader, listing)),
                None => months.push((month, vec![card(&reader, listing)])),
            }
        }
        let months: Vec<Value> = months.into_iter().map(|(name, cards)| context! { name, cards }).collect();
        sections.push(context! { id, months });
    }
    sections
}

/// `June 2027`, by the clock of the place.
fn month(reader: &Reader, at: Timestamp) -> String {
    let there = times::there(reader, at);
    let month = reader.say(&format!("month-{}", there.month()), &[]);
    reader.say("page-month", &[("name", &month), ("number", &there.year().to_string())])
}

fn card(reader: &Reader, listing: &Listing) -> Value {
    let day = listing.starts_at.map(|at| times::there(reader, at));
    context! {
        id => listing.id.as_str(),
        title => listing.title,
        kind => listing.kind.noun(),
        venue => listing.venue,
        picture => listing.logo_url,
        at => listing.starts_at.map(|at| times::span(reader, at, listing.ends_at)),
        day => day.as_ref().map(|day| day.day()),
        weekday => day.as_ref().map(|day| reader.say(&format!("weekday-{}", day.weekday().to_monday_one_offset()), &[])),
    }
}
