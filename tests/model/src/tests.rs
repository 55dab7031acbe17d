//! Everything holds in every state; and each planted break is found.

use std::io::Write as _;

use crate::{Break, Explored, Kind, explore};

/// Reports beside the test's own output, which shows nothing of tests that pass.
fn report(what: &str, explored: &Explored) {
    let Explored { states, local_states, steps, finding } = explored;
    let found = finding.as_deref().unwrap_or("nothing");
    let line = format!("model: {what}: {states} states, {local_states} of one order, {steps} steps; found: {found}\n");
    std::io::stdout().write_all(line.as_bytes()).expect("standard output");
}

fn holds(kind: Kind, least: usize) {
    let explored = explore(kind, None);
    report(&format!("{kind:?}"), &explored);
    assert_eq!(explored.finding, None);
    assert!(explored.states >= least, "the model has become smaller: {explored:?}");
}

#[test]
fn a_ticket_is_sold_once_and_every_payment_accounted_for() {
    holds(Kind::Ticket, 500);
}

#[test]
fn a_product_is_sold_once_and_every_payment_accounted_for() {
    holds(Kind::Product, 500);
}

#[test]
fn a_slot_is_booked_once_and_every_payment_accounted_for() {
    holds(Kind::Slot, 500_000);
}

#[test]
fn each_planted_break_is_found() {
    for planted in Break::ALL {
        let kind = if planted == Break::ClaimForEver { Kind::Slot } else { Kind::Ticket };
        let explored = explore(kind, Some(planted));
        report(&format!("{planted:?}"), &explored);
        assert!(explored.finding.is_some(), "{planted:?} was not found");
    }
}
