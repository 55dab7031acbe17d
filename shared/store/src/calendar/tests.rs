use std::collections::{BTreeMap, HashSet};

use domain::{Offer, OfferId};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Calendar, CalendarError, days_of, give_back, overlapped};
use crate::{
    ExpertDay, TakenSlot,
    items::{self, examples, expert_day},
    slot_key,
    value::n,
    write::{NEW, Write},
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// What a booking from three to four in the afternoon takes, with that day as it is known.
fn calendar(slots: &[(&str, Timestamp, u32)]) -> Calendar {
    let order = examples::booked();
    let taken = order.booked_time().expect("a booking");
    let slots = slots.iter().map(|(key, starts_at, orders)| {
        ((*key).to_owned(), TakenSlot { starts_at: *starts_at, ends_at: *starts_at + HOUR, orders: *orders })
    });
    let day = ExpertDay {
        organization: order.organization.clone(),
        expert: taken.expert.clone(),
        day: date("2027-02-01"),
        slots: slots.collect(),
        version: 7,
        ttl: 1,
    };
    let days = vec![(date("2027-02-01"), Some(day))];
    Calendar { organization: Some(order.organization), time: Some(taken), days }
}

fn own_slot() -> String {
    let line = &examples::booked().lines[0];
    slot_key(&line.listing, &line.offer)
}

fn taken(calendar: &Calendar) -> Vec<Write> {
    calendar.take(examples::now()).expect("free time")
}

fn day_in(write: &Write) -> ExpertDay {
    match write {
        Write::Put { item, .. } | Write::PutIf { item, .. } => items::read(item.clone()).expect("a day"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_day_without_bookings_begins_with_this_one() {
    let mut calendar = calendar(&[]);
    calendar.days[0].1 = None;
    let writes = taken(&calendar);
    assert!(matches!(&writes[..], [Write::Put { condition: Some(NEW), .. }]), "{writes:?}");
    let day = day_in(&writes[0]);
    let (starts_at, ends_at) = (time("2027-02-01T15:00:00Z"), time("2027-02-01T16:00:00Z"));
    assert_eq!(day.slots, BTreeMap::from([(own_slot(), TakenSlot { starts_at, ends_at, orders: 1 })]));
    assert_eq!((day.version, day.ttl), (1, (ends_at + SignedDuration::from_hours(90 * 24)).as_second()));
}

#[test]
fn beside_others_a_slot_comes_in_on_condition_of_the_version_and_what_is_over_goes() {
    let over = examples::now() - HOUR;
    let later = time("2027-02-01T16:00:00Z");
    let writes = taken(&calendar(&[("a/over", over, 1), ("a/free", later, 0), ("a/later", later, 2)]));
    let [Write::PutIf { condition, given, .. }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!((*condition, &given.values[":before"]), ("#version = :before", &n(7)));
    let day = day_in(&writes[0]);
    assert_eq!(day.version, 8);
    assert_eq!(day.slots.keys().cloned().collect::<Vec<_>>(), ["a/later".to_owned(), own_slot()]);
}

#[test]
fn one_seat_more_of_a_slot_that_is_in_disturbs_no_other() {
    let at = time("2027-02-01T15:00:00Z");
    let writes = taken(&calendar(&[(&own_slot(), at, 1)]));
    let [Write::Update { condition, change, .. }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!(*condition, "#slots.#slot.#orders > :none");
    assert!(change.expression().contains("#slots.#slot.#orders = #slots.#slot.#orders + :one"));
    // A slot of which all seats went back is not in.
    assert!(matches!(&taken(&calendar(&[(&own_slot(), at, 0)]))[..], [Write::PutIf { .. }]));
}

#[test]
fn time_that_another_slot_has_is_not_taken() {
    let calendar = calendar(&[("a/b", time("2027-02-01T15:30:00Z"), 1)]);
    assert!(matches!(calendar.take(examples::now()), Err(CalendarError::Overlaps(_))));
    assert!(Calendar::default().take(examples::now()).expect("no booking").is_empty());
}

#[test]
fn what_a_failed_condition_shows_is_known_from_then_on() {
    let mut calendar = calendar(&[]);
    let mut day = calendar.days[0].1.clone().expect("a day");
    day.slots.insert(
        "a/b".to_owned(),
        TakenSlot { starts_at: time("2027-02-01T15:00:00Z"), ends_at: time("2027-02-01T16:00:00Z"), orders: 1 },
    );
    calendar.learn(0, Some(expert_day::item(&day).expect("an item"))).expect("a day");
    assert!(matches!(calendar.take(examples::now()), Err(CalendarError::Overlaps(_))));
    calendar.learn(0, None).expect("no day");
    assert!(matches!(&taken(&calendar)[..], [Write::Put { .. }]));
}

#[test]
fn a_booking_gives_each_of_its_days_back_and_other_orders_none() {
    let mut order = examples::booked();
    let booking = order.booking.as_mut().expect("a booking");
    booking.starts_at = time("2027-02-01T23:30:00Z");
    booking.ends_at = Some(time("2027-02-02T00:30:00Z"));
    let writes = give_back(&order);
    let keys = writes.iter().map(|write| match write {
        Write::Update { key, condition: "#slots.#slot.#orders >= :one", .. } => key.to_string(),
        other => panic!("{other:?}"),
    });
    let day = |day: &str| format!("EXPERT#box-office#usr_ada/DAY#{day}");
    assert_eq!(keys.collect::<Vec<_>>(), [day("2027-02-01"), day("2027-02-02")]);
    assert!(give_back(&examples::order()).is_empty());
}

fn slot(id: &str, starts_at: Timestamp, expert: Option<&str>) -> Offer {
    let id = OfferId::parse(id).expect("legal");
    let (ends_at, expert) = (Some(starts_at + HOUR), expert.map(str::to_owned));
    Offer { id, starts_at: Some(starts_at), ends_at, expert, ..examples::offer() }
}

#[test]
fn slots_overlap_with_what_is_booked_of_their_own_expert() {
    let at = time("2027-02-01T15:30:00Z");
    let slots = [
        slot("beside", at, Some("usr_ada")),
        slot("after", at + HOUR, Some("usr_ada")),
        slot("another", at, Some("usr_mira")),
        slot("without", at, None),
    ];
    let slots: Vec<_> = slots.iter().collect();
    let booked = calendar(&[("a/b", time("2027-02-01T15:00:00Z"), 1)]).days.remove(0).1.expect("a day");
    let beside = OfferId::parse("beside").expect("legal");
    assert_eq!(overlapped(&slots, &[booked]), HashSet::from([beside]));
    let days: Vec<_> = days_of(&examples::order().organization, &slots).iter().map(ToString::to_string).collect();
    assert_eq!(days, ["usr_ada", "usr_mira"].map(|expert| format!("EXPERT#box-office#{expert}/DAY#2027-02-01")));
}
