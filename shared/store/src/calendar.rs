//! Experts' days: which time of an expert is taken, by which slot.
//!
//! One item for each expert and day of UTC, so that two bookings of one expert meet in a condition, whichever listings
//! their slots are in. It is written with the stock in the same transactions: a slot stands in it for as long as orders
//! claim its seats. Every write counts the version up; only a slot that comes in new is conditional on it, because more
//! seats of a slot that is in, and seats that go back, disturb no other booking.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::{
    ListingId, Offer, OfferId, Order, OrganizationId,
    order::{Span, TakenTime},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    ExpertDay, Item, Key, Store, StoreError, TakenSlot,
    items::{self, expert_day},
    slot_key,
    value::n,
    write::{NEW, Write},
};

/// For how long a day is kept after it is over.
const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The days that an order takes time of, as they were when last seen; none for an order that is no booking.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    organization: Option<OrganizationId>,
    time: Option<TakenTime>,
    days: Vec<(Date, Option<ExpertDay>)>,
}

/// Another slot of the expert's has the time.
#[derive(Debug)]
pub(crate) struct Overlaps;

impl Calendar {
    /// The writes that take the time, one for each day.
    pub(crate) fn take(&self, now: Timestamp) -> Result<Vec<Write>, CalendarError> {
        let (Some(organization), Some(time)) = (&self.organization, &self.time) else { return Ok(Vec::new()) };
        let slot = slot_key(&time.listing, &time.offer);
        let mut writes = Vec::with_capacity(self.days.len());
        for (date, known) in &self.days {
            let key = expert_day::key(organization, &time.expert, *date);
            if known.as_ref().is_some_and(|day| day.is_taken(&slot, &time.span)) {
                return Err(CalendarError::Overlaps(Overlaps));
            }
            let is_in = known.as_ref().and_then(|day| day.slots.get(&slot)).is_some_and(|slot| slot.orders > 0);
            if is_in {
                let change = expert_day::counted(&slot, "+").given(":none", n(0));
                writes.push(Write::Update { key, change, condition: "#slots.#slot.#orders > :none" });
                continue;
            }
            let mut day = known.clone().unwrap_or_else(|| ExpertDay {
                organization: organization.clone(),
                expert: time.expert.clone(),
                day: *date,
                slots: BTreeMap::new(),
                version: 0,
                ttl: (time.span.ends_at + KEEP).as_second(),
            });
            let before = day.version;
            day.version += 1;
            day.slots.retain(|_, slot| slot.orders > 0 && slot.ends_at > now);
            let Span { starts_at, ends_at } = time.span;
            day.slots.insert(slot.clone(), TakenSlot { starts_at, ends_at, orders: 1 });
            let item = expert_day::item(&day)?;
            writes.push(match known {
                Some(_) => Write::replace(item, before),
                None => Write::Put { item, condition: Some(NEW) },
            });
        }
        Ok(writes)
    }

    /// Learns from a failed condition what a day looks like.
    pub(crate) fn learn(&mut self, index: usize, old: Option<Item>) -> Result<(), StoreError> {
        if let Some((_, known)) = self.days.get_mut(index) {
            *known = old.map(items::read).transpose()?;
        }
        Ok(())
    }
}

/// Why time cannot be taken.
#[derive(Debug)]
pub(crate) enum CalendarError {
    Overlaps(Overlaps),
    Store(StoreError),
}

impl From<StoreError> for CalendarError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The writes that give the time of an order back, one for each day. A day that does not know of it is left alone: it is
/// over and forgotten.
pub(crate) fn give_back(order: &Order) -> Vec<Write> {
    let Some(time) = order.booked_time() else { return Vec::new() };
    let slot = slot_key(&time.listing, &time.offer);
    let write = |day: Date| Write::Update {
        key: expert_day::key(&order.organization, &time.expert, day),
        change: expert_day::counted(&slot, "-"),
        condition: "#slots.#slot.#orders >= :one",
    };
    time.span.days().into_iter().map(write).collect()
}

impl Store {
    /// The days that an order takes time of.
    pub(crate) async fn calendar(&self, order: &Order) -> Result<Calendar, StoreError> {
        let Some(time) = order.booked_time() else { return Ok(Calendar::default()) };
        let dates = time.span.days();
        let keys: Vec<_> = dates.iter().map(|day| expert_day::key(&order.organization, &time.expert, *day)).collect();
        let mut days: Vec<(Date, Option<ExpertDay>)> = dates.into_iter().map(|date| (date, None)).collect();
        for item in self.batch_get("read an expert's days", &keys).await? {
            let day: ExpertDay = items::read(item)?;
            if let Some((_, known)) = days.iter_mut().find(|(date, _)| *date == day.day) {
                *known = Some(day);
            }
        }
        Ok(Calendar { organization: Some(order.organization.clone()), time: Some(time), days })
    }
}

impl Store {
    /// What is booked of experts' time on the days that these slots are on, in any listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn booked_beside(
        &self,
        organization: &OrganizationId,
        slots: &[&Offer],
    ) -> Result<Vec<TakenTime>, StoreError> {
        let mut booked = Vec::new();
        for item in self.batch_get_all("read experts' days", &days_of(organization, slots)).await? {
            let day: ExpertDay = items::read(item)?;
            let taken = day.slots.iter().filter(|(_, slot)| slot.orders > 0);
            booked.extend(taken.filter_map(|(key, slot)| {
                let (listing, offer) = key.split_once('/')?;
                Some(TakenTime {
                    expert: day.expert.clone(),
                    listing: ListingId::parse(listing).ok()?,
                    offer: OfferId::parse(offer).ok()?,
                    span: Span::new(slot.starts_at, Some(slot.ends_at)),
                })
            }));
        }
        Ok(booked)
    }
}

/// When a slot takes its expert's time, and whose.
fn span_of(slot: &Offer) -> Option<(&String, Span)> {
    slot.expert.as_ref().zip(slot.starts_at.map(|starts_at| Span::new(starts_at, slot.ends_at)))
}

/// The items of the days that these slots are on, each once.
pub(crate) fn days_of(organization: &OrganizationId, slots: &[&Offer]) -> Vec<Key> {
    let spans = slots.iter().filter_map(|slot| span_of(slot));
    let days = spans.flat_map(|(expert, span)| span.days().into_iter().map(move |day| (expert, day)));
    let days: BTreeSet<(&String, Date)> = days.collect();
    days.into_iter().map(|(expert, day)| expert_day::key(organization, expert, day)).collect()
}

/// Which of these slots cannot be sold because another slot has their expert's time.
pub(crate) fn overlapped(slots: &[&Offer], days: &[ExpertDay]) -> HashSet<OfferId> {
    let taken = |slot: &Offer| {
        let Some((expert, span)) = span_of(slot) else { return false };
        let key = slot_key(&slot.listing, &slot.id);
        days.iter().any(|day| &day.expert == expert && day.is_taken(&key, &span))
    };
    slots.iter().filter(|slot| taken(slot)).map(|slot| slot.id.clone()).collect()
}

#[cfg(test)]
mod tests;
