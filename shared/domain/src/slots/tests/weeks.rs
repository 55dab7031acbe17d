//! A week as an expert fills it in.

use super::super::{MOST_SLOTS, TypedWeek, week};
use crate::refusal::FieldError;

/// Mondays and Wednesdays at nine and half past ten in Berlin, around the end of summer time.
fn typed() -> TypedWeek<'static> {
    TypedWeek {
        days: &["WE", "MO"],
        times: "10:30, 9.00",
        minutes: " 60 ",
        from: "2026-10-20",
        until: "2026-10-28",
        except: "",
        time_zone: "Europe/Berlin",
    }
}

fn starts(typed: &TypedWeek<'_>) -> Vec<String> {
    week(typed).expect("slots").iter().map(|slot| slot.span.starts_at.to_string()).collect()
}

#[test]
fn each_time_of_each_weekday_is_a_slot_by_the_clock_on_the_wall() {
    let expected = [
        "2026-10-21T07:00:00Z",
        "2026-10-21T08:30:00Z",
        // Summer time is over.
        "2026-10-26T08:00:00Z",
        "2026-10-26T09:30:00Z",
        "2026-10-28T08:00:00Z",
        "2026-10-28T09:30:00Z",
    ];
    assert_eq!(starts(&typed()), expected);
    let found = week(&typed()).expect("slots");
    assert!(found.iter().all(|slot| slot.span.ends_at.duration_since(slot.span.starts_at).as_mins() == 60));
    assert!(found.iter().all(|slot| [9, 10].contains(&slot.local.hour())), "{found:?}");
    // The same time in other words is one.
    assert_eq!(starts(&TypedWeek { times: "9:00 09:00;10.30\n10:30", ..typed() }), expected);
}

#[test]
fn days_that_are_left_out_have_no_slot() {
    let left = starts(&TypedWeek { except: "2026-10-26,\n2026-10-27 2026-10-28", ..typed() });
    assert_eq!(left, ["2026-10-21T07:00:00Z", "2026-10-21T08:30:00Z"]);
    assert_eq!(starts(&TypedWeek { until: "2026-10-21", ..typed() }).len(), 2, "the last day has slots");
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let much = "2026-10-20,".repeat(MOST_SLOTS + 1);
    let hours: Vec<String> = (0..25).map(|n| format!("{:02}:{:02}", n / 2, n % 2 * 30)).collect();
    let hours = hours.join(",");
    for (wrong, field) in [
        (TypedWeek { days: &[], ..typed() }, "days"),
        (TypedWeek { days: &["MO", "XX"], ..typed() }, "days"),
        (TypedWeek { times: "", ..typed() }, "times"),
        (TypedWeek { times: "nine", ..typed() }, "times"),
        (TypedWeek { times: "09:00-10:00", ..typed() }, "times"),
        (TypedWeek { times: "24:00", ..typed() }, "times"),
        (TypedWeek { times: "9:5", ..typed() }, "times"),
        (TypedWeek { times: &hours, ..typed() }, "times"),
        (TypedWeek { minutes: "", ..typed() }, "minutes"),
        (TypedWeek { minutes: "0", ..typed() }, "minutes"),
        (TypedWeek { minutes: "44641", ..typed() }, "minutes"),
        (TypedWeek { from: "tomorrow", ..typed() }, "from"),
        (TypedWeek { until: "", ..typed() }, "until"),
        (TypedWeek { until: "2026-10-19", ..typed() }, "until"),
        // No Monday and no Wednesday.
        (TypedWeek { until: "2026-10-20", ..typed() }, "until"),
        (TypedWeek { until: "2036-10-20", ..typed() }, "until"),
        (TypedWeek { except: "2026-10-26, soon", ..typed() }, "except"),
        (TypedWeek { except: &much, ..typed() }, "except"),
        (TypedWeek { time_zone: "Mars/Olympus", ..typed() }, "time_zone"),
    ] {
        let refused = week(&wrong).expect_err(field);
        let fields: Vec<&str> = refused.errors.iter().map(|FieldError { field, .. }| field.as_str()).collect();
        assert_eq!(fields, [field], "{wrong:?}");
    }
}

#[test]
fn all_times_together_make_no_more_slots_than_one_rule_may() {
    let daily = TypedWeek { days: &super::super::WEEKDAYS, except: "", ..typed() };
    // 200 days with two slots each, and one day more.
    assert_eq!(starts(&TypedWeek { from: "2026-01-01", until: "2026-07-19", ..daily }).len(), MOST_SLOTS);
    let refused = week(&TypedWeek { from: "2026-01-01", until: "2026-07-20", ..daily }).expect_err("too many");
    assert!(refused.message.contains("end it sooner"), "{}", refused.message);
}
