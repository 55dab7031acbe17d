//! An organization's orders, the newest first, and those in review.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{Order, OrderStatus};
use engine::EngineError;
use http::StatusCode;
use jiff::{Timestamp, civil::Date};
use minijinja::{Value, context};
use store::OrderFilter;
use url::form_urlencoded;
use web::{Answer, List};

use super::seat::DeskVisit;
use crate::{
    order::words,
    reader::Reader,
    state::Pages,
    times::{self, there},
    typed::Typed,
};

/// Each status that orders are listed by.
const STATUSES: [OrderStatus; 7] = [
    OrderStatus::Pending,
    OrderStatus::Authorized,
    OrderStatus::Paid,
    OrderStatus::Refunded,
    OrderStatus::Canceled,
    OrderStatus::Failed,
    OrderStatus::Expired,
];

/// What the list calls orders in review, beside the statuses.
const REVIEW: &str = "review";

/// The list. A search that finds one order alone leads straight to it.
pub(super) async fn orders(State(pages): State<Pages>, desk: DeskVisit, RawQuery(query): RawQuery) -> Answer<Response> {
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let (organization, reader) = (desk.seller.id.clone(), desk.reader());
    let searched = query.given("q");
    let status = STATUSES.into_iter().find(|status| status.as_str() == query.get("status"));
    let in_review = query.get("status") == REVIEW;
    let day = |field: &str| query.given(field).and_then(|text| text.parse::<Date>().ok());
    let (first, last) = (day("from"), day("to"));
    let filter = OrderFilter {
        status,
        listing: None,
        from: first.and_then(|date| day_begins(&reader, date)),
        to: last.and_then(|date| date.tomorrow().ok()).and_then(|date| day_begins(&reader, date)),
    };
    let list = List::new("desk orders")
        .by("organization", Some(&organization))
        .by("status", query.given("status").as_ref())
        .by("from", filter.from.as_ref())
        .by("to", filter.to.as_ref())
        .by("q", searched.as_ref());
    let begin = pages.cursors.open(&list, query.given("cursor")).await?;
    let mut page = match (searched, in_review) {
        (Some(text), _) => pages.engine.search_orders(&organization, text, begin.as_deref()).await?,
        (None, true) => {
            pages.store.orders_in_review(&organization, begin.as_deref()).await.map_err(EngineError::from)?
        }
        (None, false) => {
            pages.store.orders_of(&organization, &filter, begin.as_deref()).await.map_err(EngineError::from)?
        }
    };
    // The search and the list of reviews know no other filter.
    page.orders.retain(|order| filter.takes(order) && (!in_review || order.review.is_some()));
    if let ([order], Some(_), None, None) = (page.orders.as_slice(), searched, &begin, &page.cursor) {
        return Ok(desk.visit.go(&desk.order_path(&order.id)));
    }
    let more = pages.cursors.seal(&list, page.cursor).await?;
    let content = context! {
        orders => page.orders.iter().map(|order| entry(&desk, &reader, order)).collect::<Vec<_>>(),
        statuses => STATUSES.map(|known| context! {
            value => known.as_str(),
            name => reader.phrase(words::status(known), &[]),
            chosen => status == Some(known),
        }),
        review => in_review,
        from => first.map(|date| date.to_string()),
        to => last.map(|date| date.to_string()),
        searched,
        first => begin.is_none(),
        more => more.map(|cursor| address(&query, &cursor)),
    };
    Ok(desk.render(&pages, StatusCode::OK, "desk-orders.html", content))
}

/// When a day begins by the organization's clock.
pub(super) fn day_begins(reader: &Reader, date: Date) -> Option<Timestamp> {
    let zone = there(reader, Timestamp::UNIX_EPOCH).time_zone().clone();
    Some(date.to_zoned(zone).ok()?.timestamp())
}

/// The same list, from there on.
fn address(query: &Typed, cursor: &str) -> String {
    let mut address = form_urlencoded::Serializer::new(String::new());
    for name in ["q", "status", "from", "to"] {
        if let Some(value) = query.given(name) {
            address.append_pair(name, value);
        }
    }
    address.append_pair("cursor", cursor).finish()
}

fn entry(desk: &DeskVisit, reader: &Reader, order: &Order) -> Value {
    let dispute = order.dispute_to_answer();
    context! {
        path => desk.link(&order.id),
        number => order.name_for_people(),
        buyer => order.buyer.name,
        titles => words::titles(order),
        at => times::moment(reader, order.created_at),
        total => reader.money(order.currency, order.to_pay()),
        status => order.status.as_str(),
        status_name => reader.phrase(words::status(order.status), &[]),
        review => order.review.is_some(),
        dispute => dispute.is_some(),
        due_by => dispute.and_then(|dispute| dispute.due_by).map(|at| times::moment(reader, at)),
    }
}
