//! Who works for an organization, as far as anything here knows: the issuer's claims say who may what, so the page says which roles
//! there are; and what staff did, by the log.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{ListingId, LogEntry, LoggedKind, OrderId, Role};
use engine::EngineError;
use http::StatusCode;
use minijinja::{Value, context};
use web::{Answer, List};

use super::seat::{AdminVisit, DeskVisit};
use crate::{reader::Reader, state::Pages, times, typed::Typed};

/// The roles that an organization's people have.
const ROLES: [Role; 3] = [Role::Admin, Role::Staff, Role::Expert];

/// The page.
pub(super) async fn team(
    State(pages): State<Pages>,
    AdminVisit(desk): AdminVisit,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let id = &desk.seller.id;
    let list = List::new("desk log").by("organization", Some(id));
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let page = pages.store.log_of(id, begin.as_deref()).await.map_err(EngineError::from)?;
    let more = pages.cursors.seal(&list, page.cursor).await?;
    let reader = desk.reader();
    let role = |role: Role| {
        let what = format!("page-role-{}-may", role.as_str());
        context! { name => name(&reader, role), may => reader.phrase(&what, &[]) }
    };
    let content = context! {
        roles => ROLES.map(role),
        entries => page.entries.iter().map(|logged| entry(&desk, &reader, logged)).collect::<Vec<_>>(),
        first => begin.is_none(),
        more,
    };
    Ok(desk.render(&pages, StatusCode::OK, "desk-team.html", content))
}

fn name(reader: &Reader, role: Role) -> String {
    reader.phrase(&format!("page-role-{}", role.as_str()), &[])
}

fn entry(desk: &DeskVisit, reader: &Reader, logged: &LogEntry) -> Value {
    let action = logged.action.as_str().replace('_', "-");
    context! {
        at => times::moment(reader, logged.at),
        by => logged.by.as_str(),
        roles => logged.roles.iter().map(|role| name(reader, *role)).collect::<Vec<_>>(),
        action => reader.phrase(&format!("page-log-{action}"), &[]),
        id => (logged.kind != LoggedKind::Organization).then_some(logged.id.as_str()),
        detail => logged.detail,
        path => path(desk, logged).map(Value::from_safe_string),
    }
}

/// The page of what an action was about, where there is one.
fn path(desk: &DeskVisit, logged: &LogEntry) -> Option<String> {
    let listing = |id: &str| ListingId::parse(id).ok().map(|id| desk.path(&format!("/listings/{id}")));
    match logged.kind {
        LoggedKind::Organization => Some(desk.path("/settings")),
        LoggedKind::Listing => listing(&logged.id),
        LoggedKind::Offer | LoggedKind::Promo => listing(logged.detail.as_deref()?),
        // Listing and offer.
        LoggedKind::Presale => listing(logged.detail.as_deref()?.split('/').next()?),
        LoggedKind::Order => OrderId::parse(&logged.id).ok().map(|id| desk.order_path(&id)),
        LoggedKind::Customer => None,
    }
}
