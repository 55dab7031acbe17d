//! The account: what a customer ordered, booked and paid ahead, of all sellers.
//!
//! It costs two round trips, whatever is on it: the customer's lists, and what they name.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{Order, order::BookingStatus};
use engine::EngineError;
use http::StatusCode;
use minijinja::{Value, context};
use store::{LedgerEntry, PrepaidHours};
use web::{Answer, List};

use crate::{
    frame::{Frame, render},
    order::words,
    reader::Reader,
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
    ways::not_offered,
};

/// How much of a ledger is shown, the newest entries first.
const ENTRIES: usize = 30;

/// The account's page.
pub(crate) async fn account(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let Some(person) = &visit.session.person else {
        return Ok(match pages.provider {
            Some(_) => visit.go("/sign-in?to=/account"),
            None => not_offered(&pages, &visit),
        });
    };
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let list = List::new("account").by("customer", Some(&person.subject()));
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let found = Box::pin(pages.store.account(person.subject(), begin.as_deref(), visit.now))
        .await
        .map_err(EngineError::from)?;
    let more = pages.cursors.seal(&list, found.cursor).await?;
    let reader = Reader::of(visit.preferred, None, None);
    let to_come = |order: &&Order| {
        let status = order.booking.as_ref().map(|booking| booking.status);
        matches!(status, Some(BookingStatus::Requested | BookingStatus::Confirmed))
    };
    let content = context! {
        first => begin.is_none(),
        name => person.called(),
        email => person.email().filter(|email| *email != person.called()),
        bookings => found.bookings.iter().filter(to_come).map(|order| booking(&reader, order)).collect::<Vec<_>>(),
        hours => found.hours.iter().map(|hours| prepaid(&reader, hours)).collect::<Vec<_>>(),
        orders => found.orders.iter().map(|order| entry(&reader, order)).collect::<Vec<_>>(),
        more,
    };
    let frame =
        Frame { reader: &reader, seller: None, listing: None, path: &visit.path, session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, StatusCode::OK, "account.html", content)))
}

/// By the clock of the buyer, where it is known.
fn there(reader: &Reader, order: &Order) -> Reader {
    Reader { zone: order.buyer.time_zone.clone().or_else(|| reader.zone.clone()), ..reader.clone() }
}

fn entry(reader: &Reader, order: &Order) -> Value {
    context! {
        id => order.id.as_str(),
        titles => words::titles(order),
        seller => order.seller,
        at => times::moment(&there(reader, order), order.created_at),
        total => reader.money(order.currency, order.to_pay()),
        status => order.status.as_str(),
        status_name => reader.phrase(words::status(order.status), &[]),
    }
}

fn booking(reader: &Reader, order: &Order) -> Value {
    let own = there(reader, order);
    let booking = order.booking.as_ref();
    context! {
        id => order.id.as_str(),
        titles => words::titles(order),
        seller => order.seller,
        at => booking.map(|booking| times::span(&own, booking.starts_at, booking.ends_at)),
        status => booking.map(|booking| booking.status.as_str()),
        status_name => booking.map(|booking| reader.phrase(words::booking(booking.status), &[])),
    }
}

fn prepaid(reader: &Reader, hours: &PrepaidHours) -> Value {
    context! {
        organization => hours.organization.as_str(),
        name => hours.name,
        left => number(reader, &hours.balance.hours.normalize()),
        entries => hours.ledger.iter().take(ENTRIES).map(|entry| change(reader, entry)).collect::<Vec<_>>(),
    }
}

fn number(reader: &Reader, hours: &impl ToString) -> String {
    ::words::money::number(&reader.locale, &hours.to_string())
}

/// One change of a balance: what it was for, and the order that it leads to.
fn change(reader: &Reader, entry: &LedgerEntry) -> Value {
    let (kind, of) = entry.cause.split_once(':').unwrap_or((entry.cause.as_str(), ""));
    let what = match kind {
        "order" => "page-hours-bought",
        "refund" => "page-hours-given-back",
        "dispute" => "page-hours-disputed",
        _ => "page-hours-taken",
    };
    let hours = entry.hours().normalize();
    context! {
        what => reader.phrase(what, &[]),
        order => (kind == "order").then_some(of),
        reference => (kind == "debit").then_some(of),
        out => hours.is_sign_negative(),
        hours => number(reader, &hours.abs()),
        at => times::moment(reader, entry.at),
    }
}
