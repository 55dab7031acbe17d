//! What is on sale: of all sellers, or of one.
//!
//! Nothing on it is a visitor's own, so that a network in front of the shop may keep it for some seconds.

use axum::{
    extract::{FromRequestParts, State},
    response::Response,
};
use domain::{Kind, Organization, OrganizationId, Refusal, whole_price};
use engine::EngineError;
use http::{HeaderValue, StatusCode, header, request::Parts};
use jiff::Timestamp;
use minijinja::{Value, context};
use store::Sale;
use web::{Answer, GatewayDomain, List};
use words::Language;

use crate::{
    address::At,
    frame::{Frame, render},
    reader::{self, Reader},
    shop::month,
    state::Pages,
    times,
    typed::Typed,
};

/// What stands together, in this order.
const SECTIONS: [(&str, Kind); 4] =
    [("shows", Kind::Show), ("products", Kind::Product), ("experts", Kind::Expert), ("packages", Kind::Package)];

/// Seconds old at most, and a while longer while a fresh one is fetched.
pub(super) const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=5, stale-while-revalidate=30");

/// What all sellers sell.
pub(crate) async fn all(State(pages): State<Pages>, parts: Parts) -> Answer<Response> {
    overview(&pages, parts, None).await
}

/// What one seller sells.
pub(crate) async fn of_organization(
    State(pages): State<Pages>,
    At(organization): At<OrganizationId>,
    parts: Parts,
) -> Answer<Response> {
    overview(&pages, parts, Some(organization)).await
}

/// The language that a visitor chose or asks for, where nothing else of the visit matters.
pub(super) async fn language_of(pages: &Pages, parts: &mut Parts) -> Option<Language> {
    let Ok(GatewayDomain(domain)) = GatewayDomain::from_request_parts(parts, &()).await;
    let bases = pages.addresses.pages(domain.as_deref()).ok();
    reader::preferred(parts, bases.is_some_and(|bases| bases.pages.starts_with("https:")))
}

async fn overview(pages: &Pages, mut parts: Parts, organization: Option<OrganizationId>) -> Answer<Response> {
    let preferred = language_of(pages, &mut parts).await;
    let query = Typed::read(parts.uri.query().unwrap_or_default().as_bytes());
    let list = List::new("overview").by("organization", organization.as_ref());
    let now = pages.clock.now();
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let (page, seller) =
        futures::join!(pages.store.overview(organization.as_ref(), None, begin.as_deref(), now), async {
            match &organization {
                Some(id) => pages.store.organization(id).await,
                None => Ok(None),
            }
        });
    let (page, seller) = (page.map_err(EngineError::from)?, seller.map_err(EngineError::from)?);
    if organization.is_some() && seller.is_none() {
        return Err(Refusal::not_found("organization").into());
    }
    let more = pages.cursors.seal(&list, page.cursor).await?;
    let path = parts.uri.path();
    let reader = Reader::of(preferred, None, seller.as_ref());
    let frame = Frame { reader: &reader, seller: seller.as_ref(), listing: None, path, session: None };
    let content = context! {
        sections => sections(&page.sales, preferred, seller.as_ref(), now),
        more,
        dated => organization.is_some() && page.sales.iter().any(|sale| sale.kind == Kind::Show),
        first => begin.is_none(),
    };
    let mut response = render(pages, &frame, StatusCode::OK, "overview.html", content);
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

fn sections(sales: &[Sale], preferred: Option<Language>, seller: Option<&Organization>, now: Timestamp) -> Vec<Value> {
    let mut sections = Vec::new();
    for (id, kind) in SECTIONS {
        let mut of_kind: Vec<&Sale> = sales.iter().filter(|sale| sale.kind == kind && !sale.is_over(now)).collect();
        of_kind.sort_by_key(|sale| (sale.starts_at.unwrap_or(Timestamp::MAX), sale.listing.clone()));
        if of_kind.is_empty() {
            continue;
        }
        let mut months: Vec<(String, Vec<Value>)> = Vec::new();
        for sale in of_kind {
            let common = Reader::of(preferred, None, seller);
            let reader = Reader { zone: sale.timezone.clone().or_else(|| common.zone.clone()), ..common };
            let month =
                sale.starts_at.map_or_else(String::new, |at| month::title(&reader, times::there(&reader, at).date()));
            match months.last_mut().filter(|(last, _)| *last == month) {
                Some((_, cards)) => cards.push(card(&reader, sale, seller)),
                None => months.push((month, vec![card(&reader, sale, seller)])),
            }
        }
        let months: Vec<Value> = months.into_iter().map(|(name, cards)| context! { name, cards }).collect();
        sections.push(context! { id, months });
    }
    sections
}

fn card(reader: &Reader, sale: &Sale, seller: Option<&Organization>) -> Value {
    let day = sale.starts_at.map(|at| times::there(reader, at));
    // With the seller at hand, what one costs in all; else the price, to which fees may come.
    let whole = |price| match seller {
        Some(seller) => whole_price(seller, sale.kind, price).map_or(price, |whole| whole.alone),
        None => price,
    };
    let lowest = sale.lowest.map(whole);
    let amount = lowest.map(|lowest| match lowest.is_zero() {
        true => reader.phrase("page-free", &[]),
        false => reader.money(sale.currency, lowest),
    });
    context! {
        id => sale.listing.as_str(),
        title => sale.title,
        kind => sale.kind.noun(),
        venue => sale.venue,
        picture => sale.logo_url,
        at => sale.starts_at.map(|at| times::span(reader, at, sale.ends_at)),
        day => day.as_ref().map(|day| day.day()),
        weekday => day.as_ref().map(|day| reader.phrase(&format!("weekday-{}", day.weekday().to_monday_one_offset()), &[])),
        amount,
        range => sale.lowest != sale.highest,
        left => sale.left,
    }
}
