//! Experts' time: the bookings against each other and against the days.

use std::collections::BTreeMap;

use domain::order::Span;
use jiff::{Timestamp, civil::Date};
use store::slot_key;

use crate::Everything;

/// No expert is in two places at once, and each day says which bookings take its time.
pub(crate) fn time(all: &Everything, now: Timestamp, violations: &mut Vec<String>) {
    let mut taken: BTreeMap<(&str, String), BTreeMap<String, Span>> = BTreeMap::new();
    let mut due: BTreeMap<(&str, String, Date, String), (u32, bool)> = BTreeMap::new();
    for order in &all.orders {
        let Some(time) = order.taken_time() else { continue };
        let slot = slot_key(&time.listing, &time.offer);
        let expert = (order.organization.as_str(), time.expert);
        for day in time.span.days() {
            let entry = due.entry((expert.0, expert.1.clone(), day, slot.clone())).or_default();
            *entry = (entry.0 + 1, time.span.ends_at > now);
        }
        taken.entry(expert).or_default().insert(slot, time.span);
    }
    for ((organization, expert), slots) in &taken {
        let mut spans: Vec<_> = slots.iter().map(|(slot, span)| (span, slot)).collect();
        // By their start: of those that overlap at all, two stand side by side.
        spans.sort_by_key(|(span, _)| span.starts_at);
        for pair in spans.windows(2) {
            if pair[0].0.overlaps(pair[1].0) {
                let (a, b) = (pair[0].1, pair[1].1);
                violations.push(format!("expert {expert} of {organization} is booked for {a} and {b} at once"));
            }
        }
    }
    for day in &all.days {
        for (slot, entry) in &day.slots {
            let key = (day.organization.as_str(), day.expert.clone(), day.day, slot.clone());
            let orders = due.remove(&key).map_or(0, |(orders, _)| orders);
            if orders != entry.orders {
                let (expert, on) = (&day.expert, day.day);
                violations.push(format!("{on} of {expert}: {slot} stands for {} orders, not {orders}", entry.orders));
            }
        }
    }
    // A day forgets what is over.
    for ((_, expert, day, slot), _) in due.into_iter().filter(|(_, (_, coming))| *coming) {
        violations.push(format!("{day} of {expert} does not know of {slot}"));
    }
}
