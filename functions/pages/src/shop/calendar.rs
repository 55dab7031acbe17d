//! A seller's shows, month by month.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::{Kind, OrganizationId, Refusal};
use engine::EngineError;
use http::{StatusCode, header, request::Parts};
use jiff::{Timestamp, ToSpan, civil::Date};
use minijinja::{Value, context};
use store::Sale;
use web::Answer;

use crate::{
    address::At,
    frame::{Frame, render},
    reader::Reader,
    shop::{
        month,
        overview::{CACHE, language_of},
    },
    state::Pages,
    times,
    typed::Typed,
};

/// Pages of listings that one calendar reads at the most, of up to a megabyte each: some thousand listings.
const PAGES: usize = 5;

/// The calendar of one seller.
pub(crate) async fn calendar(
    State(pages): State<Pages>,
    At(organization): At<OrganizationId>,
    mut parts: Parts,
) -> Answer<Response> {
    let preferred = language_of(&pages, &mut parts).await;
    let now = pages.clock.now();
    let (sales, seller) = futures::join!(shows(&pages, &organization, now), pages.store.organization(&organization));
    let (sales, seller) = (sales?, seller.map_err(EngineError::from)?);
    let seller = seller.ok_or_else(|| Refusal::not_found("organization"))?;
    let reader = Reader::of(preferred, None, Some(&seller));
    let query = Typed::read(parts.uri.query().unwrap_or_default().as_bytes());
    let frame = Frame { reader: &reader, seller: Some(&seller), listing: None, path: parts.uri.path(), session: None };
    let content = context! { calendar => shown(&reader, &sales, month::read(query.given("month")), now) };
    let mut response = render(&pages, &frame, StatusCode::OK, "calendar.html", content);
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

/// All shows that are not over, the earliest first.
async fn shows(pages: &Pages, organization: &OrganizationId, now: Timestamp) -> Answer<Vec<Sale>> {
    let mut shows = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let page = pages.store.overview(Some(organization), Some(Kind::Show), cursor.as_deref(), now).await;
        let page = page.map_err(EngineError::from)?;
        shows.extend(page.sales.into_iter().filter(|sale| !sale.is_over(now)));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    shows.sort_by(|one, other| (one.starts_at, &one.listing).cmp(&(other.starts_at, &other.listing)));
    Ok(shows)
}

/// By the clock of its place.
fn there(reader: &Reader, sale: &Sale) -> Reader {
    Reader { zone: sale.timezone.clone().or_else(|| reader.zone.clone()), ..reader.clone() }
}

/// A month: the one that was chosen, else that of the next show.
fn shown(reader: &Reader, shows: &[Sale], chosen: Option<Date>, now: Timestamp) -> Value {
    let mut days: BTreeMap<Date, Vec<Value>> = BTreeMap::new();
    for sale in shows {
        let Some(at) = sale.starts_at else { continue };
        let there = there(reader, sale);
        let entry = context! {
            id => sale.listing.as_str(),
            title => sale.title,
            at => times::clocks(&there, at, None),
            left => sale.left,
        };
        days.entry(times::there(&there, at).date()).or_default().push(entry);
    }
    let today = times::there(reader, now).date();
    let month = chosen.or_else(|| days.keys().next().copied()).unwrap_or(today).first_of_month();
    let cell = |date: Date| {
        context! {
            n => date.day(),
            name => reader.language.long_date(date),
            shows => days.get(&date).cloned().unwrap_or_default(),
        }
    };
    let weeks = month::weeks(month).into_iter();
    context! {
        title => month::title(reader, month),
        weekdays => month::weekdays(reader),
        weeks => weeks.map(|week| week.into_iter().map(|day| day.map(cell)).collect::<Vec<_>>()).collect::<Vec<_>>(),
        empty => !days.keys().any(|day| day.first_of_month() == month),
        before => days.keys().any(|day| *day < month).then(|| month::named(month.saturating_sub(1.month()))),
        after => days.keys().any(|day| *day > month.last_of_month()).then(|| month::named(month.saturating_add(1.month()))),
    }
}
