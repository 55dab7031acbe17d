//! The list of an expert's bookings, by their slots' start.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{
    Order, OrganizationId,
    order::{Booking, BookingStatus, CanceledBy},
};
use engine::EngineError;
use http::{HeaderValue, header};
use jiff::SignedDuration;
use minijinja::{Value, context};
use store::{BookingFilter, OrderPage};
use web::{Answer, Identity, List, access};

use super::{
    month::{self, Own},
    own::{is_standing, own_listings},
    seat::expert,
};
use crate::{
    frame::{Frame, explained, render},
    order::words,
    reader::{Reader, zone_of},
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
};

/// How long a booking that has begun stands in the list.
const BEGUN: SignedDuration = SignedDuration::from_hours(12);

/// What the page shows of this moment: its bookings, and the cursor of the next page.
async fn coming(
    pages: &Pages,
    visit: &Visit,
    (identity, organization): (&Identity, &OrganizationId),
    cursor: Option<&str>,
) -> Answer<OrderPage> {
    let begin = pages.cursors.open(&list_of(visit), cursor).await?;
    let filter = BookingFilter { expert: Some(identity.subject.clone()), from: Some(visit.now - BEGUN), to: None };
    Ok(pages.store.bookings_of(organization, &filter, begin.as_deref()).await.map_err(EngineError::from)?)
}

fn list_of(visit: &Visit) -> List {
    let subject = visit.session.person.as_ref().map(|person| person.subject());
    List::new("own bookings").by("expert", subject.as_ref())
}

/// What changes when the list does.
fn version_of(orders: &[Order]) -> String {
    let all: Vec<(&str, u64)> = orders.iter().map(|order| (order.id.as_str(), order.version)).collect();
    access::fingerprint(&all)[..16].to_owned()
}

/// The list's version, for the script that finds out whether the page has anything new.
pub(super) async fn version(State(pages): State<Pages>, visit: Visit) -> Answer<Response> {
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let page = coming(&pages, &visit, (&identity, &organization), None).await?;
    let mut response = visit.private(version_of(&page.orders).into_response());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

/// The list.
pub(super) async fn bookings(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let (page, own) = futures::join!(
        coming(&pages, &visit, (&identity, &organization), query.given("cursor")),
        own_listings(&pages, &organization, &identity.subject)
    );
    let (page, (seller, listings)) = (page?, own?);
    let version = version_of(&page.orders);
    let more = pages.cursors.seal(&list_of(&visit), page.cursor).await?;
    let common = Reader::of(visit.preferred, None, seller.as_ref());
    let zone = query.given("zone").or_else(|| zone_of(listings.first(), seller.as_ref()));
    let reader = Reader { zone: zone.map(str::to_owned), ..common };
    let mut requests: Vec<(&Order, &Booking)> = standing(&page.orders, BookingStatus::Requested).collect();
    // What has to be answered first stands first.
    requests.sort_by_key(|(_, booking)| booking.respond_by);
    let confirmed: Vec<(&Order, &Booking)> = standing(&page.orders, BookingStatus::Confirmed).collect();
    let listed: Vec<&str> = requests.iter().chain(&confirmed).map(|(order, _)| order.id.as_str()).collect();
    let own = Own { organization: &organization, subject: &identity.subject, listings: &listings };
    let calendar = month::calendar(&pages, &reader, own, query.given("month"), &listed, visit.now).await?;
    let content = context! {
        version,
        first => query.given("cursor").is_none(),
        zone => reader.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        requests => requests.iter().map(|(order, booking)| shown(&pages, &visit, &reader, order, booking)).collect::<Vec<_>>(),
        confirmed => confirmed.iter().map(|(order, booking)| shown(&pages, &visit, &reader, order, booking)).collect::<Vec<_>>(),
        more,
        calendar,
    };
    let frame = Frame {
        reader: &reader,
        seller: seller.as_ref(),
        listing: None,
        path: "/bookings",
        session: Some(&visit.session),
    };
    Ok(visit.private(render(&pages, &frame, visit.status(), "bookings.html", content)))
}

/// Those that wait for the expert's answer, or those that are confirmed.
fn standing(orders: &[Order], status: BookingStatus) -> impl Iterator<Item = (&Order, &Booking)> {
    let all = orders.iter().filter(|order| is_standing(order));
    all.filter_map(move |order| Some((order, order.booking.as_ref().filter(|booking| booking.status == status)?)))
}

fn shown(pages: &Pages, visit: &Visit, reader: &Reader, order: &Order, booking: &Booking) -> Value {
    let quote = pages.engine.cancellation(order, CanceledBy::Expert).ok();
    let left = booking.respond_by.map(|until| until.duration_since(visit.now));
    context! {
        path => Value::from_safe_string(format!("/bookings/{}", order.id)),
        id => order.id.as_str(),
        titles => words::titles(order),
        names => order.lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(),
        places => order.lines.iter().map(|line| line.quantity).sum::<u32>(),
        at => times::span(reader, booking.starts_at, booking.ends_at),
        buyer => context! { name => order.buyer.name, email => order.buyer.email, phone => order.buyer.phone },
        status => booking.status.as_str(),
        status_name => reader.phrase(words::booking(booking.status), &[]),
        until => booking.respond_by.map(|at| times::moment(reader, at)),
        left => left.map(|left| time_left(reader, left)),
        soon => left.is_some_and(|left| left < SignedDuration::from_hours(3)),
        cancel => quote.filter(|quote| !quote.releases).map(|quote| {
            let amount = reader.money(order.paid_currency(), quote.amount);
            if quote.amount.is_zero() {
                reader.phrase("page-booking-cancel-free", &[])
            } else {
                reader.phrase("page-booking-cancel-quote", &[("amount", &amount)])
            }
        }),
    }
}

/// In hours where there are some, else in minutes.
fn time_left(reader: &Reader, left: SignedDuration) -> String {
    let hours = left.as_hours();
    if hours >= 2 {
        return reader.language.count_whole("page-hours-to-answer", ("n", hours), &[]);
    }
    reader.language.count_whole("page-minutes-to-answer", ("n", left.as_mins().max(0)), &[])
}
