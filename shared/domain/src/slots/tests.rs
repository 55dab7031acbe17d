use jiff::{
    SignedDuration, ToSpan,
    civil::{DateTime, Weekday, date},
    tz::TimeZone,
};
use proptest::prelude::*;

use super::*;
use crate::{Refusal, order::TakenTime, refusal::FieldError};

mod fixtures;
mod weeks;
use fixtures::{EXPERT, offer_at, rule, slots};

fn all(typed: &TypedRule<'_>) -> Vec<(String, String)> {
    let found = occurrences(typed).expect("slots");
    found.iter().map(|slot| (slot.local.to_string(), slot.span.starts_at.to_string())).collect()
}

fn field(refused: Result<Vec<Occurrence>, Refusal>) -> String {
    let Err(refusal) = refused else { return "taken".to_owned() };
    refusal.errors.first().map(|FieldError { field, .. }| field.clone()).unwrap_or_default()
}

#[test]
fn a_slot_at_nine_is_at_nine_in_summer_and_in_winter() {
    let typed = TypedRule { rule: "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4", starts_at: "2026-10-24T09:00", ..rule() };
    let expected = [
        ("2026-10-24T09:00:00", "2026-10-24T07:00:00Z"),
        ("2026-10-25T09:00:00", "2026-10-25T08:00:00Z"),
        ("2026-10-31T09:00:00", "2026-10-31T08:00:00Z"),
        ("2026-11-01T09:00:00", "2026-11-01T08:00:00Z"),
    ];
    let expected = expected.map(|(local, at)| (local.to_owned(), at.to_owned()));
    assert_eq!(all(&typed), expected);
}

#[test]
fn a_time_that_is_leapt_over_is_later_and_of_two_it_is_the_first() {
    let daily = "FREQ=DAILY;COUNT=3";
    for (zone, starts_at, second) in [
        ("Europe/Berlin", "2026-03-28T02:30", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "2026-10-24T02:30", "2026-10-25T00:30:00Z"),
        ("America/New_York", "2026-03-07T02:30", "2026-03-08T07:30:00Z"),
        ("America/New_York", "2026-10-31T01:30", "2026-11-01T05:30:00Z"),
        // Its clock leaps by half an hour: 02:15 is not on it, and comes as 02:45.
        ("Australia/Lord_Howe", "2026-10-03T02:15", "2026-10-03T15:45:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T01:45", "2026-04-04T14:45:00Z"),
    ] {
        let found = all(&TypedRule { rule: daily, time_zone: zone, starts_at, ..rule() });
        assert_eq!(found[1].1, second, "{zone} {starts_at}");
        assert!(found.iter().all(|(local, _)| local.ends_with(&format!("{}:00", &starts_at[10..]))), "{found:?}");
    }
    // A zone that left out a whole day has one slot at the time, not two.
    let apia = TypedRule { rule: daily, time_zone: "Pacific/Apia", starts_at: "2011-12-29T10:00", ..rule() };
    assert_eq!(all(&apia).len(), 2, "{:?}", all(&apia));
}

#[test]
fn a_rule_ends_with_its_count_or_its_last_day() {
    let starts = |rule: &str| {
        let typed = TypedRule { rule, ..fixtures::rule() };
        all(&typed).into_iter().map(|(local, _)| local).collect::<Vec<_>>()
    };
    let two = ["2026-11-02T09:00:00", "2026-11-04T09:00:00"];
    for rule in [
        "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=2",
        "rrule:freq=weekly;byday=we,mo;count=2",
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261104",
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261104T090000",
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261104T080000Z",
        "FREQ=DAILY;INTERVAL=2;UNTIL=20261105T235959",
    ] {
        assert_eq!(starts(rule), two, "{rule}");
    }
    assert_eq!(starts("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261104T075959Z"), two[..1]);
    assert_eq!(starts("FREQ=MONTHLY;BYDAY=1MO;COUNT=2"), ["2026-11-02T09:00:00", "2026-12-07T09:00:00"]);
    assert_eq!(starts("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,MO;WKST=SU;COUNT=3").len(), 3);
}

#[test]
fn days_that_are_excepted_have_no_slot_and_count() {
    let except = ["2026-11-04".to_owned(), "2026-12-25".to_owned()];
    let typed = TypedRule { rule: "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", except: &except, ..rule() };
    let starts: Vec<_> = all(&typed).into_iter().map(|(local, _)| local).collect();
    assert_eq!(starts, ["2026-11-02T09:00:00", "2026-11-09T09:00:00"]);
}

#[test]
fn what_is_no_rule_is_refused_at_its_field() {
    for bad in [
        "",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
        "FREQ=HOURLY;COUNT=2",
        "FREQ=YEARLY;COUNT=2",
        "FREQ=WEEKLY;BYHOUR=9;COUNT=2",
        "FREQ=WEEKLY;BYWEEKNO=3;COUNT=2",
        "COUNT=2",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=-1",
        "FREQ=WEEKLY;COUNT=401",
        "FREQ=DAILY;UNTIL=20991231",
        "FREQ=WEEKLY;BYDAY=XX;COUNT=2",
        "FREQ=WEEKLY;BYDAY=2MO;COUNT=2",
        "FREQ=WEEKLY;INTERVAL=0;COUNT=2",
        "FREQ=WEEKLY;UNTIL=2027",
        "FREQ=WEEKLY;UNTIL=20271341",
        "FREQ=WEEKLY;UNTIL=20260101",
        "FREQ=WEEKLY;COUNT=2;COUNT=3",
        "FREQ=WEEKLY;COUNT",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=1",
        "FREQ=WEEKLY;BYDAY=MO\u{fc};COUNT=2",
        "FREQ=WEEKLY;EXDATE=1;COUNT=2",
    ] {
        assert_eq!(field(occurrences(&TypedRule { rule: bad, ..rule() })), "rule", "{bad}");
    }
    let long = "FREQ=WEEKLY;COUNT=2;BYDAY=".to_owned() + &"MO,".repeat(80);
    assert_eq!(field(occurrences(&TypedRule { rule: &long, ..rule() })), "rule");
    for bad in [
        "",
        "2026-11-02",
        "2026-11-02T09:00Z",
        "2026-11-02T09:00+01:00",
        "2026-02-30T09:00",
        "2026-11-02 09:00",
        "2026-11-02T25:00",
        "20261102T090000",
        "-009999-01-01T09:00",
        "2026-11-02T09:00:00[Europe/Berlin]",
    ] {
        assert_eq!(field(occurrences(&TypedRule { starts_at: bad, ..rule() })), "starts_at", "{bad}");
    }
    assert_eq!(field(occurrences(&TypedRule { time_zone: "Mars/Olympus", ..rule() })), "time_zone");
    for bad in [0, 31 * 24 * 60 + 1, u32::MAX] {
        assert_eq!(field(occurrences(&TypedRule { duration_minutes: bad, ..rule() })), "duration_minutes", "{bad}");
    }
    let except = ["2026-11-02".to_owned(), "Christmas".to_owned()];
    assert_eq!(field(occurrences(&TypedRule { except: &except, ..rule() })), "except[1]");
    let many = vec!["2026-11-02".to_owned(); MOST_SLOTS + 1];
    assert_eq!(field(occurrences(&TypedRule { except: &many, ..rule() })), "except");
}

#[test]
fn a_repeat_finds_its_slots_and_makes_none_twice() {
    let now = "2026-11-01T00:00:00Z".parse().expect("a time");
    let statuses = |planned: &[PlannedSlot]| planned.iter().map(|slot| slot.status).collect::<Vec<_>>();
    let made = slots("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4");
    let first = plan_slots(made.clone(), &[], &[], now);
    assert_eq!(statuses(&first), [SlotStatus::Made; 4]);
    // The first run broke off after two of them.
    let known: Vec<_> = made[..2].iter().map(|slot| slot.offer.clone()).collect();
    let (made_now, present) = (SlotStatus::Made, SlotStatus::Present);
    assert_eq!(statuses(&plan_slots(made.clone(), &known, &[], now)), [present, present, made_now, made_now]);
    let known: Vec<_> = made.iter().map(|slot| slot.offer.clone()).collect();
    let late = "2030-01-01T00:00:00Z".parse().expect("a time");
    assert_eq!(statuses(&plan_slots(made, &known, &[], late)), [present; 4]);
}

#[test]
fn what_does_not_go_on_sale_has_its_cause() {
    let made = slots("FREQ=DAILY;COUNT=4");
    let now = made[0].offer.starts_at.expect("a start");
    let mut deleted = made[1].offer.clone();
    deleted.deleted = true;
    let mut other = offer_at("2026-11-04T08:59:59Z", "2026-11-04T20:00:00Z");
    let booked = TakenTime {
        expert: EXPERT.to_owned(),
        listing: crate::ListingId::parse("another").expect("legal"),
        offer: other.id.clone(),
        span: made[3].offer.starts_at.map(|start| crate::order::Span::new(start, None)).expect("a span"),
    };
    let causes = |known: &[crate::Offer], booked: &[TakenTime]| {
        plan_slots(made.clone(), known, booked, now).iter().map(|slot| slot.cause).collect::<Vec<_>>()
    };
    let (past, overlaps) = (Some(SlotCause::Past), Some(SlotCause::SlotOverlaps));
    assert_eq!(
        causes(&[deleted.clone(), other.clone()], std::slice::from_ref(&booked)),
        [past, Some(SlotCause::Deleted), overlaps, overlaps]
    );
    // What was taken from sale, and what is another expert's, is in no slot's way.
    other.expert = Some("alan".to_owned());
    deleted.id = other.id.clone();
    let elsewhere = TakenTime { expert: "alan".to_owned(), ..booked };
    assert_eq!(causes(&[deleted, other], &[elsewhere]), [past, None, None, None]);
}

#[test]
fn slots_of_one_rule_do_not_overlap_either() {
    let now = "2026-11-01T00:00:00Z".parse().expect("a time");
    let mut made = slots("FREQ=DAILY;COUNT=4");
    for slot in &mut made {
        slot.offer.ends_at = slot.offer.starts_at.map(|start| start + SignedDuration::from_hours(30));
    }
    let causes: Vec<_> = plan_slots(made, &[], &[], now).iter().map(|slot| slot.cause).collect();
    let overlaps = Some(SlotCause::SlotOverlaps);
    assert_eq!(causes, [None, overlaps, None, overlaps]);
}

#[test]
fn an_id_says_when_how_long_and_whose() {
    let made = slots("FREQ=DAILY;COUNT=1");
    let id = |minutes: i64, expert: &str| {
        let start = made[0].offer.starts_at.expect("a start");
        let span = crate::order::Span::new(start, Some(start + SignedDuration::from_mins(minutes)));
        slot_id(&span, expert).expect("an id").to_string()
    };
    assert!(id(60, EXPERT).starts_with("slot-20261102-080000-"), "{}", id(60, EXPERT));
    assert_eq!(id(60, EXPERT), id(60, EXPERT));
    assert!(id(60, EXPERT) != id(30, EXPERT) && id(60, EXPERT) != id(60, "alan"));
}

const ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];
const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// A weekly rule as jiff counts days, which knows nothing of `rrule`.
fn counted(start: DateTime, weekdays: &[Weekday], interval: i64, count: usize) -> Vec<DateTime> {
    let monday = start.date() - i64::from(start.date().weekday().to_monday_zero_offset()).days();
    let falls = |day: &jiff::civil::Date| {
        let weeks = (*day - monday).get_days() / 7;
        *day >= start.date() && weekdays.contains(&day.weekday()) && i64::from(weeks) % interval == 0
    };
    monday.series(1.day()).filter(falls).take(count).map(|day| day.to_datetime(start.time())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_weekly_rule_is_on_its_days_at_its_time_in_any_zone(
        zone in prop::sample::select(ZONES.to_vec()), day in 0_i64..1_500, minute in 0_i64..1_440,
        picked in prop::sample::subsequence(DAYS.to_vec(), 1..=7), interval in 1_i64..5, count in 1_usize..120,
        minutes in 1_u32..600,
    ) {
        let start = (date(2025, 1, 1) + day.days()).to_datetime(jiff::civil::Time::midnight()) + minute.minutes();
        let names: Vec<_> = picked.iter().map(|(name, _)| *name).collect();
        let weekdays: Vec<_> = picked.iter().map(|(_, weekday)| *weekday).collect();
        let typed = format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY={};COUNT={count}", names.join(","));
        let starts_at = start.strftime("%Y-%m-%dT%H:%M").to_string();
        let typed = TypedRule { rule: &typed, starts_at: &starts_at, time_zone: zone, duration_minutes: minutes, except: &[] };
        let found = occurrences(&typed).expect("slots");
        let local: Vec<_> = found.iter().map(|slot| slot.local).collect();
        prop_assert_eq!(&local, &counted(start, &weekdays, interval, count));
        let tz = TimeZone::get(zone).expect("a zone");
        for slot in &found {
            let shown = slot.span.starts_at.to_zoned(tz.clone()).datetime();
            let leapt = shown.duration_since(slot.local);
            // The wall shows what the rule says, or, where the clock leapt over that, as much later.
            let leaps = tz.to_ambiguous_zoned(slot.local).is_ambiguous() && shown != slot.local;
            prop_assert!(leapt == SignedDuration::ZERO || leaps && leapt <= SignedDuration::from_hours(1), "{:?}", slot);
            prop_assert_eq!(slot.span.ends_at.duration_since(slot.span.starts_at).as_mins(), i64::from(minutes));
        }
        prop_assert!(found.windows(2).all(|two| two[0].span.starts_at < two[1].span.starts_at));
    }

    #[test]
    fn no_text_breaks_a_rule(
        rule in "(RRULE:)?(FREQ=(DAILY|WEEKLY|MONTHLY)|[A-Z]{3,10}=[0-9A-Z,+-]{0,12})(;(COUNT|UNTIL|INTERVAL|BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|WKST)=[-+0-9MOTUWEHFRSA,Z]{0,10}){0,5}",
        any in any::<String>(), starts_at in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
    ) {
        for (rule, starts_at) in [(rule.as_str(), "2026-11-02T09:00"), (any.as_str(), "2026-11-02T09:00"),
            ("FREQ=DAILY;COUNT=3", starts_at.as_str()), ("FREQ=DAILY;COUNT=3", any.as_str())] {
            let found = occurrences(&TypedRule { rule, starts_at, ..fixtures::rule() });
            prop_assert!(found.is_err() || found.is_ok_and(|slots| (1..=MOST_SLOTS).contains(&slots.len())));
        }
    }
}
