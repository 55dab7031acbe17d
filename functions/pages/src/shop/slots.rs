//! An expert's time slots: a month at a glance, and the times of one day.

use std::collections::BTreeMap;

use domain::{Offer, text::is_blank};
use jiff::{Timestamp, ToSpan, civil::Date};
use minijinja::{Value, context};

use crate::{
    reader::Reader,
    shop::{
        goods::{ListingGoods, amount},
        month,
    },
    times,
    typed::Typed,
};

/// The month and the day that a visitor looks at, and by which clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    month: Date,
    day: Option<Date>,
}

fn free<'a>(goods: &'a ListingGoods, reader: &Reader, now: Timestamp) -> BTreeMap<Date, Vec<&'a Offer>> {
    let mut days: BTreeMap<Date, Vec<&Offer>> = BTreeMap::new();
    for slot in &goods.offers {
        if let Some(at) = slot.starts_at.filter(|at| now < *at) {
            days.entry(times::there(reader, at).date()).or_default().push(slot);
        }
    }
    for slots in days.values_mut() {
        slots.sort_by_key(|slot| slot.starts_at);
    }
    days
}

/// A reader who chose a zone for the calendar, where the query names one that exists.
pub(crate) fn by_clock_of(reader: &Reader, query: &Typed) -> Reader {
    let zone = query.given("zone").filter(|zone| domain::time_zone("zone", zone).is_ok());
    Reader { zone: zone.map(str::to_owned).or_else(|| reader.zone.clone()), ..reader.clone() }
}

/// The calendar of a listing's slots.
pub(crate) fn calendar(reader: &Reader, goods: &ListingGoods, query: &Typed, now: Timestamp) -> Value {
    let days = free(goods, reader, now);
    let open = |slots: &[&Offer]| slots.iter().any(|slot| goods.is_open(slot, now));
    let first = days.iter().find(|(_, slots)| open(slots)).or_else(|| days.iter().next()).map(|(date, _)| *date);
    let day = query.given("day").and_then(|text| text.parse::<Date>().ok()).filter(|day| days.contains_key(day));
    let month = month::read(query.given("month"));
    let shown =
        day.or(first.filter(|first| month.is_none_or(|month| month.first_of_month() == first.first_of_month())));
    let month = month.or(shown).unwrap_or_else(|| times::there(reader, now).date()).first_of_month();
    let at = Chosen { month, day: shown };
    context! {
        title => month::title(reader, month),
        weeks => weeks(&at, &days, &open),
        weekdays => month::weekdays(reader),
        before => days.keys().any(|day| *day < month).then(|| month::named(month.saturating_sub(1.month()))),
        after => days.keys().any(|day| *day > month.last_of_month()).then(|| month::named(month.saturating_add(1.month()))),
        day => at.day.map(|day| context! {
            date => day.to_string(),
            name => reader.language.long_date(day),
            slots => days.get(&day).into_iter().flatten().map(|slot| entry(reader, goods, slot, query, now)).collect::<Vec<_>>(),
        }),
        zone => reader.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
    }
}

/// The weeks of a month; days of the months around it are empty.
fn weeks(at: &Chosen, days: &BTreeMap<Date, Vec<&Offer>>, open: &dyn Fn(&[&Offer]) -> bool) -> Vec<Vec<Value>> {
    let cell = |date: Option<Date>| {
        let slots = date.and_then(|date| days.get(&date));
        context! {
            n => date.map(Date::day),
            date => date.map(|date| date.to_string()),
            any => slots.is_some(),
            open => slots.is_some_and(|slots| open(slots)),
            chosen => date.is_some() && at.day == date,
        }
    };
    month::weeks(at.month).into_iter().map(|week| week.into_iter().map(cell).collect()).collect()
}

fn entry(reader: &Reader, goods: &ListingGoods, slot: &Offer, query: &Typed, now: Timestamp) -> Value {
    let group = slot.capacity.is_none_or(|capacity| capacity > 1);
    let expert = Reader { zone: goods.listing.timezone.clone(), ..reader.clone() };
    context! {
        id => slot.id.as_str(),
        name => Some(&slot.name).filter(|name| !is_blank(name)),
        at => slot.starts_at.map(|at| times::clocks(reader, at, slot.ends_at)),
        // By the expert's own clock, where that shows another time.
        there => slot.starts_at.filter(|_| expert.zone != reader.zone).map(|at| times::span(&expert, at, slot.ends_at)),
        price => amount(reader, goods, slot.price),
        group,
        left => goods.left(slot),
        gone => !goods.is_open(slot, now),
        chosen => query.get("slot") == slot.id.as_str(),
    }
}
