//! What the functions do is what the table of transitions says.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::Path,
};

use super::reached::{Attempt, attempts, placed, reached};
use crate::order::{
    BookingStatus, Event, Order, PaymentState,
    transitions::{Rule, State, TABLE, Transition, rule},
};

/// What became of an event is among what the table says.
#[track_caller]
pub(super) fn obeys(event: Event, before: &Order, effect: Transition) {
    let at = State::of(before);
    let effects = rule(event, at).effects;
    assert!(effects.contains(&effect), "{} of {at:?} comes to {effect:?}, not one of {effects:?}", event.as_str());
}

/// A status, the next one, and the event between.
type Edge = (&'static str, &'static str, &'static str);

/// Where each status leads, as the table says.
fn edges() -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for rule in TABLE {
        for effect in rule.effects {
            if let Transition::To(to) = effect {
                assert!(!rule.statuses.is_empty(), "a row that leads to a status says from where: {rule:?}");
                let from = rule.statuses.iter().filter(|from| *from != to);
                edges.extend(from.map(|from| (from.as_str(), to.as_str(), rule.event.as_str())));
            }
        }
    }
    edges
}

#[test]
fn what_the_functions_do_is_what_the_table_says() {
    let mut found: BTreeMap<usize, HashSet<Transition>> = BTreeMap::new();
    let (mut problems, mut walked) = (BTreeSet::new(), BTreeSet::new());
    for (order, now) in reached() {
        let at = State::of(&order);
        for attempt in attempts(&order, now) {
            let event = attempt.event();
            let (effect, _) = attempt.apply(&order, now);
            let rule = rule(event, at);
            if !rule.effects.contains(&effect) {
                problems.insert(format!("{} of {at:?} comes to {effect:?}", event.as_str()));
            }
            if let Transition::To(to) = effect {
                walked.insert((order.status.as_str(), to.as_str(), event.as_str()));
            }
            let n = TABLE.iter().position(|row| std::ptr::eq(row, rule)).expect("a row of the table");
            found.entry(n).or_default().insert(effect);
        }
    }
    for (n, rule) in TABLE.iter().enumerate() {
        let found = found.remove(&n).unwrap_or_default();
        let missing: Vec<_> = rule.effects.iter().filter(|effect| !found.contains(effect)).collect();
        if !missing.is_empty() {
            problems.insert(format!("{rule:?}: there is no {missing:?}"));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(walked, edges(), "each way from one status to another one was gone");
}

#[test]
fn a_facts_event_has_the_facts_name() {
    for order in placed() {
        for attempt in attempts(&order, order.created_at) {
            if let Attempt::Fact(fact, _) = attempt {
                assert_eq!(Event::of(&fact).as_str(), fact.name());
            }
        }
    }
}

#[test]
fn every_event_has_a_row_for_every_state() {
    let mut events = Event::ALL.into_iter();
    let mut last = None;
    for rule in TABLE {
        if last != Some(rule.event) {
            assert_eq!(events.next(), Some(rule.event), "the rows are in the order of the events");
            last = Some(rule.event);
        }
    }
    assert_eq!(events.next(), None);
    for event in Event::ALL {
        let own: Vec<_> = TABLE.iter().filter(|rule| rule.event == event).collect();
        let all = own.last().expect("a row");
        let general =
            all.statuses.is_empty() && all.payments.is_empty() && all.bookings.is_empty() && all.free.is_none();
        assert!(general, "the last row of {} is for every other state", event.as_str());
    }
}

fn listed<T: Copy>(all: &[T], word: impl Fn(T) -> String, default: &str) -> String {
    if all.is_empty() { default.to_owned() } else { all.iter().map(|one| word(*one)).collect::<Vec<_>>().join(", ") }
}

fn word(effect: Transition) -> String {
    match effect {
        Transition::To(status) => format!("**{}**", status.as_str()),
        Transition::Stay => "changes".to_owned(),
        Transition::Unchanged => "no change".to_owned(),
        Transition::Illegal => "illegal".to_owned(),
        Transition::PaymentFirst => "payment first".to_owned(),
        Transition::TaxFirst => "tax first".to_owned(),
        Transition::NotClaimable => "not claimable".to_owned(),
        Transition::Refused(code) => {
            let code = serde_json::to_value(code).expect("a word");
            format!("`{}`", code.as_str().expect("a word"))
        }
    }
}

fn row(n: usize, rule: &Rule) -> String {
    let first = n == 0 || TABLE[n - 1].event != rule.event;
    let event = if first { format!("`{}`", rule.event.as_str()) } else { String::new() };
    let by = if first { listed(rule.event.initiators(), |by| by.as_str().to_owned(), "") } else { String::new() };
    let default = if first { "any" } else { "any other" };
    let payment = |state: PaymentState| format!("{state:?}").to_lowercase();
    let booking = |status: Option<BookingStatus>| status.map_or("none", BookingStatus::as_str).to_owned();
    let bookings = if rule.bookings.len() > 2 { "any status".to_owned() } else { listed(rule.bookings, booking, "") };
    let price = rule.free.map_or("", |free| if free { "free" } else { "not free" });
    let statuses = listed(rule.statuses, |status| status.as_str().to_owned(), default);
    let effects = listed(rule.effects, word, "");
    format!(
        "| {event} | {by} | {statuses} | {} | {bookings} | {price} | {effects} |",
        listed(rule.payments, payment, "")
    )
}

fn page() -> String {
    let mut ways: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (from, to, event) in edges() {
        ways.entry((from, to)).or_default().push(event);
    }
    let ways = ways.iter().map(|((from, to), events)| format!("    {from} --> {to}: {}\n", events.join(", ")));
    let rows = TABLE.iter().enumerate().map(|(n, rule)| row(n, rule) + "\n");
    format!(
        "{INTRODUCTION}\n```mermaid\nstateDiagram-v2\n    [*] --> pending: placed\n    [*] --> paid: placed, free\n    \
         [*] --> authorized: placed, a free slot\n{}```\n{LEGEND}\n\
         | event | by | order | payment | booking | price | comes to |\n|---|---|---|---|---|---|---|\n{}",
        ways.collect::<String>(),
        rows.collect::<String>()
    )
}

const INTRODUCTION: &str = "# All that may happen to an order

Printed from `shared/domain/src/order/transitions.rs`, which the code asks before it decides. A test tries every event
on every kind of order that can be reached, and compares. After a change of that table:
`HOLDFAST_UPDATE=1 cargo test -p domain --lib transitions`.

## Statuses
";

const LEGEND: &str = "
## Events

Of the rows of an event, the first counts whose order, payment, booking and price are the order's; an empty cell is for
all of them. What it comes to then is one of the last cell, by the event's data and the rest of the order:

- a status in bold: the order changes and has that status; *changes*: the order changes and keeps its status;
- *no change*: nothing is written, as for what has taken effect before;
- *illegal*: no order in that state can have the event, so Stripe's object is fetched, and decides;
- *payment first*: it is about a payment of which it is not known that it arrived; *tax first*: the session says the tax;
- *not claimable*: the order waits for no payment, or another request holds the claim;
- a code: the request is refused with it.
";

#[test]
fn the_page_is_the_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/transitions.md");
    let text = page();
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        fs::write(&path, &text).expect("a file that can be written");
    }
    let committed = fs::read_to_string(&path).expect("the page");
    assert!(committed == text, "docs/transitions.md is not what the table says; run this test with HOLDFAST_UPDATE=1");
}
