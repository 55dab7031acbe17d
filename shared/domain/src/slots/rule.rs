//! When the slots of a rule are.
//!
//! A rule is one of RFC 5545 (`FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20`), and `rrule` says on which days it falls. It is about days and
//! times on a wall: the clock of the expert's zone is applied here, day by day, by the one database of zones that all else goes
//! by. So a slot at nine is at nine in summer and in winter. A time that the clock leaps over is as much later as it leaps; of a
//! time that comes twice it is the first (jiff's `compatible`, which is what RFC 5545 says).

use std::collections::BTreeSet;

use chrono::{DateTime as RuleTime, Datelike, TimeZone as _};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use crate::{
    Refusal,
    order::{LONGEST_SLOT, Span},
    time_zone,
};

/// Most slots that one rule puts on sale at once.
pub const MOST_SLOTS: usize = 400;
/// Most characters of a rule.
const LONGEST_RULE: usize = 200;
/// The parts of a rule that are about days.
const PARTS: [&str; 9] = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"];
/// How often a rule may fall.
const FREQUENCIES: [&str; 3] = ["DAILY", "WEEKLY", "MONTHLY"];

/// The fields of a request for slots, not parsed yet: any of them may be wrong.
#[derive(Debug, Clone, Copy)]
pub struct TypedRule<'a> {
    /// A recurrence rule of RFC 5545.
    pub rule: &'a str,
    /// The first day that it may fall on, and the time of all its slots: `2026-11-02T09:00`.
    pub starts_at: &'a str,
    /// The IANA name of the zone whose clock this is.
    pub time_zone: &'a str,
    /// How long each slot is.
    pub duration_minutes: u32,
    /// Days that it falls on, and that have no slot.
    pub except: &'a [String],
}

/// A slot of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// What the expert's clock shows when it begins, by the rule.
    pub local: DateTime,
    /// The same in UTC, from its start to its end.
    pub span: Span,
}

/// Until when a rule falls, its end included.
enum Until {
    Day(Date),
    Local(DateTime),
    Instant(Timestamp),
}

impl Until {
    fn takes(&self, occurrence: &Occurrence) -> bool {
        match self {
            Self::Day(day) => occurrence.local.date() <= *day,
            Self::Local(local) => occurrence.local <= *local,
            Self::Instant(instant) => occurrence.span.starts_at <= *instant,
        }
    }
}

/// The slots of a rule, in the order of their time, without those of the days that are excepted. `COUNT` counts these, too.
///
/// # Errors
/// `invalid_request` at the field that is wrong: a rule with other parts, without an end or without a slot, or with more than
/// [`MOST_SLOTS`] of them.
pub fn occurrences(typed: &TypedRule<'_>) -> Result<Vec<Occurrence>, Refusal> {
    let start = local_time(typed.starts_at)?;
    let name = time_zone("time_zone", typed.time_zone)?;
    let zone = TimeZone::get(&name).map_err(|_| Refusal::field("time_zone", "This zone is not known"))?;
    let length = length(typed.duration_minutes)?;
    let except = excepted(typed.except)?;
    let (days, until) = days(typed.rule, start)?;
    let mut found: Vec<Occurrence> = Vec::new();
    for day in days {
        let Some(occurrence) = occurrence(day.to_datetime(start.time()), &zone, length) else { break };
        if until.as_ref().is_some_and(|until| !until.takes(&occurrence)) {
            break;
        }
        // Where a zone left out a whole day, its slot and the next day's are at the same time.
        let again = found.last().is_some_and(|last| last.span.starts_at >= occurrence.span.starts_at);
        if again || except.contains(&day) {
            continue;
        }
        if found.len() == MOST_SLOTS {
            return Err(Refusal::field("rule", format!("Makes more than {MOST_SLOTS} slots; end it sooner")));
        }
        found.push(occurrence);
    }
    if found.is_empty() {
        return Err(Refusal::field("rule", "Makes no slot"));
    }
    Ok(found)
}

fn occurrence(local: DateTime, zone: &TimeZone, length: SignedDuration) -> Option<Occurrence> {
    let starts_at = zone.to_ambiguous_zoned(local).compatible().ok()?.timestamp();
    let ends_at = starts_at.checked_add(length).ok()?;
    Some(Occurrence { local, span: Span::new(starts_at, Some(ends_at)) })
}

/// A day and time on a wall, such as `2026-11-02T09:00`: one with a zone or an offset would contradict the zone that is named.
fn local_time(typed: &str) -> Result<DateTime, Refusal> {
    let legal = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T');
    // A year has four digits, so that the day ends at the tenth character.
    let plain = (16..=19).contains(&typed.len()) && typed.chars().all(legal) && typed.as_bytes()[10] == b'T';
    typed.parse::<DateTime>().ok().filter(|_| plain).ok_or_else(|| {
        Refusal::field("starts_at", "Must be a local date and time without an offset, as 2026-11-02T09:00")
    })
}

fn length(minutes: u32) -> Result<SignedDuration, Refusal> {
    let length = SignedDuration::from_mins(i64::from(minutes));
    if length > SignedDuration::ZERO && length <= LONGEST_SLOT {
        return Ok(length);
    }
    Err(Refusal::field("duration_minutes", format!("Must be between 1 and {}", LONGEST_SLOT.as_mins())))
}

fn excepted(typed: &[String]) -> Result<BTreeSet<Date>, Refusal> {
    if typed.len() > MOST_SLOTS {
        return Err(Refusal::field("except", format!("Must have at most {MOST_SLOTS} days")));
    }
    let day = |(n, day): (usize, &String)| {
        let parsed = day.parse::<Date>().ok().filter(|_| day.len() == 10);
        parsed.ok_or_else(|| Refusal::field(format!("except[{n}]"), "Must be a day, as 2026-12-24"))
    };
    typed.iter().enumerate().map(day).collect()
}

/// The days that a rule falls on, without its `UNTIL`, and that.
fn days(typed: &str, start: DateTime) -> Result<(impl Iterator<Item = Date> + use<>, Option<Until>), Refusal> {
    let (kept, until) = parts(typed)?;
    let wrong = |reason: String| Refusal::field("rule", format!("Is no rule: {reason}"));
    let day = start.date();
    let (month, of_month) = (u32::from(day.month().unsigned_abs()), u32::from(day.day().unsigned_abs()));
    // Days have no clock, so they are counted in the zone without one.
    let first = Tz::UTC.with_ymd_and_hms(i32::from(day.year()), month, of_month, 0, 0, 0).single();
    let first = first.ok_or_else(|| Refusal::field("starts_at", "There is no such day"))?;
    let rule: RRule<Unvalidated> = kept.parse().map_err(|error| wrong(format!("{error}")))?;
    let rule = rule.validate(first).map_err(|error| wrong(format!("{error}")))?;
    let set = RRuleSet::new(first).rrule(rule).limit();
    Ok((set.into_iter().map_while(|at| date(&at)), until))
}

fn date(at: &RuleTime<Tz>) -> Option<Date> {
    let (month, day) = (i8::try_from(at.month()).ok()?, i8::try_from(at.day()).ok()?);
    Date::new(i16::try_from(at.year()).ok()?, month, day).ok()
}

/// A rule in upper case without its `UNTIL`, and that: it is about the clock, which `rrule` is not given.
fn parts(typed: &str) -> Result<(String, Option<Until>), Refusal> {
    let wrong = |message: String| Refusal::field("rule", message);
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '=' | ';' | ',' | '+' | '-' | ':');
    if typed.is_empty() || typed.len() > LONGEST_RULE || !typed.chars().all(legal) {
        let example = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20";
        return Err(wrong(format!("Must be a recurrence rule of at most {LONGEST_RULE} characters, as {example}")));
    }
    let upper = typed.to_ascii_uppercase();
    let (mut kept, mut seen, mut until) = (Vec::new(), BTreeSet::new(), None);
    for part in upper.strip_prefix("RRULE:").unwrap_or(&upper).split(';') {
        let (name, value) = part.split_once('=').ok_or_else(|| wrong(format!("\"{part}\" is no part of a rule")))?;
        if ["BYHOUR", "BYMINUTE", "BYSECOND"].contains(&name) {
            return Err(wrong(format!("Must not have {name}: the time of day is that of starts_at")));
        }
        if !PARTS.contains(&name) {
            return Err(wrong(format!("Must not have {name}; it may have {}", PARTS.join(", "))));
        }
        if !seen.insert(name) {
            return Err(wrong(format!("Must not have {name} twice")));
        }
        if name == "FREQ" && !FREQUENCIES.contains(&value) {
            return Err(wrong(format!("FREQ must be one of {}", FREQUENCIES.join(", "))));
        }
        // `rrule` leaves such numbers out where they say nothing.
        if name == "BYDAY" && value.contains(|c: char| c.is_ascii_digit()) && !upper.contains("FREQ=MONTHLY") {
            return Err(wrong("BYDAY may have numbers only with FREQ=MONTHLY".to_owned()));
        }
        // `rrule` counts days in a rule that goes on by nothing.
        if name == "INTERVAL" && value.trim_start_matches('0').is_empty() {
            return Err(wrong("INTERVAL must be at least 1".to_owned()));
        }
        if name == "UNTIL" {
            until = Some(parse_until(value)?);
        } else {
            kept.push(part);
        }
    }
    if seen.contains("COUNT") == until.is_some() {
        return Err(wrong("Must have either COUNT or UNTIL".to_owned()));
    }
    Ok((kept.join(";"), until))
}

/// `20261231`, which is all of that day, `20261231T180000`, or `20261231T180000Z`.
fn parse_until(value: &str) -> Result<Until, Refusal> {
    let wrong = || Refusal::field("rule", "UNTIL must be as 20261231, 20261231T180000 or 20261231T180000Z");
    let (day, time) = value.split_once('T').map_or((value, None), |(day, time)| (day, Some(time)));
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let small = |text: &str| number(text).and_then(|number| i8::try_from(number).ok());
    let parsed = (day.len() == 8).then(|| Date::new(number(&day[..4])?, small(&day[4..6])?, small(&day[6..])?).ok());
    let day = parsed.flatten().ok_or_else(wrong)?;
    let Some(time) = time else { return Ok(Until::Day(day)) };
    let (time, is_utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    let parsed =
        (time.len() == 6).then(|| Time::new(small(&time[..2])?, small(&time[2..4])?, small(&time[4..])?, 0).ok());
    let local = day.to_datetime(parsed.flatten().ok_or_else(wrong)?);
    if is_utc {
        let instant = local.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
        return Ok(Until::Instant(instant.timestamp()));
    }
    Ok(Until::Local(local))
}
