//! A week that repeats, as an expert fills it in: some times on some weekdays, from one day until another. Each of its times is a
//! rule as [`occurrences`] takes it, so clock changes and days left out are what they are there.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use super::rule::{MOST_SLOTS, Occurrence, TypedRule, occurrences};
use crate::{Refusal, order::LONGEST_SLOT};

/// The weekdays from Monday on, as RFC 5545 names them.
pub const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Most times of one day.
const MOST_TIMES: usize = 24;

/// The fields of a week, not parsed yet: any of them may be wrong.
#[derive(Debug, Clone, Copy)]
pub struct TypedWeek<'a> {
    /// Some of [`WEEKDAYS`].
    pub days: &'a [&'a str],
    /// When slots begin on each of these days: `09:00, 10:30`.
    pub times: &'a str,
    /// How many minutes each slot is.
    pub minutes: &'a str,
    /// The first day: `2026-11-02`.
    pub from: &'a str,
    /// The last day, which has slots, too.
    pub until: &'a str,
    /// Days without slots: `2026-12-24, 2026-12-31`.
    pub except: &'a str,
    /// The IANA name of the zone whose clock this is.
    pub time_zone: &'a str,
}

/// The slots of such a week, in the order of their time.
///
/// # Errors
/// `invalid_request` at the field that is wrong; at `until`, if it makes no slot or more than [`MOST_SLOTS`] of them.
pub fn week(typed: &TypedWeek<'_>) -> Result<Vec<Occurrence>, Refusal> {
    let days: Vec<&str> = WEEKDAYS.into_iter().filter(|day| typed.days.contains(day)).collect();
    if days.is_empty() || typed.days.iter().any(|day| !WEEKDAYS.contains(day)) {
        return Err(Refusal::field("days", "Choose at least one weekday"));
    }
    let times = times(typed.times)?;
    let (from, until) = (day("from", typed.from)?, day("until", typed.until)?);
    if until < from {
        return Err(Refusal::field("until", "Must not be before the first day"));
    }
    let minutes = typed.minutes.trim().parse().map_err(|_| {
        Refusal::field("minutes", format!("Must be a whole number between 1 and {}", LONGEST_SLOT.as_mins()))
    })?;
    let except: Vec<String> = parts(typed.except).map(str::to_owned).collect();
    let rule = format!("FREQ=WEEKLY;BYDAY={};UNTIL={}", days.join(","), until.strftime("%Y%m%d"));
    let mut all = Vec::new();
    for time in times {
        let starts_at = from.to_datetime(time).strftime("%Y-%m-%dT%H:%M").to_string();
        let one = TypedRule {
            rule: &rule,
            starts_at: &starts_at,
            time_zone: typed.time_zone,
            duration_minutes: minutes,
            except: &except,
        };
        all.extend(occurrences(&one).map_err(of_week)?);
        if all.len() > MOST_SLOTS {
            return Err(Refusal::field("until", format!("Makes more than {MOST_SLOTS} slots; end it sooner")));
        }
    }
    all.sort_by_key(|slot| (slot.span.starts_at, slot.local));
    Ok(all)
}

/// What a text of several has, which people part with commas, blanks or lines.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|part| !part.is_empty())
}

fn times(typed: &str) -> Result<BTreeSet<Time>, Refusal> {
    let wrong = || Refusal::field("times", format!("Must be one to {MOST_TIMES} times, as 09:00, 10:30"));
    let times = parts(typed).map(time).collect::<Option<BTreeSet<Time>>>().ok_or_else(wrong)?;
    if times.is_empty() || times.len() > MOST_TIMES {
        return Err(wrong());
    }
    Ok(times)
}

/// `9:00`, `09:00`, or with a point, as many countries write it.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once([':', '.'])?;
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let whole = (1..=2).contains(&hour.len()) && minute.len() == 2;
    Time::new(number(hour)?, number(minute)?, 0, 0).ok().filter(|_| whole)
}

fn day(field: &str, text: &str) -> Result<Date, Refusal> {
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    day.ok_or_else(|| Refusal::field(field, "Must be a day, as 2026-12-24"))
}

/// A refusal of a rule, at the field of the week that it comes from.
fn of_week(mut refusal: Refusal) -> Refusal {
    for error in &mut refusal.errors {
        let field = match error.field.as_str() {
            "duration_minutes" => "minutes",
            "starts_at" => "from",
            "rule" => "until",
            other if other.starts_with("except") => "except",
            other => other,
        };
        error.field = field.to_owned();
    }
    refusal
}
