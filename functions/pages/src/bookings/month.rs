//! A month of an expert's time, day by day: what waits for an answer, what is confirmed, and what is free.

use std::collections::BTreeMap;

use domain::{Listing, Order, OrganizationId, text::is_blank};
use engine::EngineError;
use jiff::{Timestamp, ToSpan, civil::Date};
use minijinja::{Value, context};
use store::BookingFilter;
use web::Answer;

use super::own::is_standing;
use crate::{order::words, reader::Reader, shop::month, state::Pages, times};

/// Most pages of bookings that a month shows, of fifty each.
const PAGES: usize = 10;

/// Whose month it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) organization: &'a OrganizationId,
    /// The expert.
    pub(super) subject: &'a str,
    /// The listings of the expert's time.
    pub(super) listings: &'a [Listing],
}

/// What stands on a day, in the order of its time.
type Days = BTreeMap<Date, Vec<(Timestamp, Value)>>;

/// The month that an address names, else this one. `listed` are the bookings that the page has more of.
pub(super) async fn calendar(
    pages: &Pages,
    reader: &Reader,
    own: Own<'_>,
    named: Option<&str>,
    listed: &[&str],
    now: Timestamp,
) -> Answer<Value> {
    let today = times::there(reader, now).date();
    let chosen = month::read(named).and_then(|first| Some((first, span(reader, first, now)?)));
    let this = || Some((today.first_of_month(), span(reader, today.first_of_month(), now)?));
    let (first, (from, to)) = chosen.or_else(this).unwrap_or((today, (now, now)));
    let (booked, free) = futures::join!(booked(pages, own, from, to), free(pages, reader, own, (from, to), now));
    let (booked, mut days) = (booked?, free?);
    for order in &booked {
        let Some(booking) = order.booking.as_ref().filter(|_| is_standing(order)) else { continue };
        let entry = context! {
            at => times::clocks(reader, booking.starts_at, None),
            name => order.buyer.name,
            said => reader.phrase(words::booking(booking.status), &[]),
            status => booking.status.as_str(),
            link => listed.contains(&order.id.as_str()).then(|| format!("#booking-{}", order.id)),
        };
        days.entry(times::there(reader, booking.starts_at).date()).or_default().push((booking.starts_at, entry));
    }
    Ok(shown(reader, first, today, days))
}

/// From when until when a month is, by the reader's clock; none where no clock reaches.
fn span(reader: &Reader, first: Date, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let zone = times::there(reader, now).time_zone().clone();
    let begin = |date: Date| date.to_zoned(zone.clone()).ok().map(|begin| begin.timestamp());
    Some((begin(first)?, begin(first.checked_add(1.month()).ok()?)?))
}

/// The expert's bookings that begin in a time.
async fn booked(pages: &Pages, own: Own<'_>, from: Timestamp, to: Timestamp) -> Answer<Vec<Order>> {
    let filter = BookingFilter { expert: Some(own.subject.to_owned()), from: Some(from), to: Some(to) };
    let (mut booked, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..PAGES {
        let page = pages.store.bookings_of(own.organization, &filter, cursor.as_deref()).await;
        let page = page.map_err(EngineError::from)?;
        booked.extend(page.orders);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(booked)
}

/// The expert's slots of that time that can be bought now.
async fn free(
    pages: &Pages,
    reader: &Reader,
    own: Own<'_>,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Answer<Days> {
    let mut days = Days::new();
    // What has begun is not for sale.
    if to <= now {
        return Ok(days);
    }
    let all = own.listings.iter().map(|listing| pages.store.showcase(&listing.id, now));
    for showcase in futures::future::try_join_all(all).await.map_err(EngineError::from)?.into_iter().flatten() {
        for slot in showcase.offers.iter().filter(|slot| slot.available != Some(0)) {
            let is_own = slot.offer.expert.as_deref() == Some(own.subject);
            let begins = slot.offer.starts_at.filter(|at| is_own && now < *at && (from..to).contains(at));
            let Some(at) = begins else { continue };
            let group = slot.offer.capacity.is_none_or(|capacity| capacity > 1);
            let left = slot.available.filter(|_| group).map(i64::from);
            let said = left.map(|left| reader.language.count_whole("page-places-left", ("n", left), &[]));
            let entry = context! {
                at => times::clocks(reader, at, None),
                name => if is_blank(&slot.offer.name) { &showcase.listing.title } else { &slot.offer.name },
                said => said.unwrap_or_else(|| reader.phrase("page-slot-free", &[])),
                status => "free",
            };
            days.entry(times::there(reader, at).date()).or_default().push((at, entry));
        }
    }
    Ok(days)
}

fn shown(reader: &Reader, first: Date, today: Date, mut days: Days) -> Value {
    let empty = days.is_empty();
    let mut cell = |date: Date| {
        let mut entries = days.remove(&date).unwrap_or_default();
        entries.sort_by_key(|(at, _)| *at);
        context! {
            n => date.day(),
            name => reader.language.long_date(date),
            today => date == today,
            entries => entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>(),
        }
    };
    let weeks = month::weeks(first).into_iter();
    context! {
        title => month::title(reader, first),
        named => month::named(first),
        weekdays => month::weekdays(reader),
        weeks => weeks.map(|week| week.into_iter().map(|day| day.map(&mut cell)).collect::<Vec<_>>()).collect::<Vec<_>>(),
        empty,
        before => month::named(first.saturating_sub(1.month())),
        after => month::named(first.saturating_add(1.month())),
    }
}
