//! Check-in: each ticket opens the entrance once, its own, and while it is open.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Actor, Code, DisputeState, Fact, ListingId, TicketCode,
    order::{
        CheckInWindow, CheckedIn, Order, Supply, TicketStatus, check_in, decide,
        tests::fixtures::{after, dispute, listing, offer, paid, place, tickets},
        undo_check_in,
    },
};

fn two() -> Order {
    paid(&place(&[tickets(2, 2_500)], 0))
}

fn entrance(order: &Order, opens_at: Option<Timestamp>, closes_at: Option<Timestamp>) -> CheckInWindow {
    CheckInWindow { listing: order.lines[0].listing.clone(), opens_at, closes_at }
}

fn enter(order: &Order, n: usize, window: Option<&CheckInWindow>, seconds: i64) -> Result<CheckedIn, Code> {
    let code = order.ticket_code(n);
    check_in(order, &code, window, &Actor::person("door-1"), after(seconds)).map_err(|refusal| refusal.code)
}

#[test]
fn check_in_opens_at_its_first_moment_and_closes_at_its_last() {
    let order = two();
    let whole = entrance(&order, Some(after(100)), Some(after(200)));
    for (seconds, open) in [(99, false), (100, true), (101, true), (199, true), (200, false), (201, false)] {
        let entered = enter(&order, 0, Some(&whole), seconds);
        assert_eq!(entered.err(), (!open).then_some(Code::OutsideCheckIn), "at {seconds}");
    }
    let always = entrance(&order, None, None);
    assert!(enter(&order, 0, Some(&always), 9_999_999).is_ok() && enter(&order, 0, None, 0).is_ok());
}

#[test]
fn each_ticket_enters_once_and_is_the_one_that_was_shown() {
    let order = two();
    let entered = enter(&order, 1, None, 150).expect("in");
    let seen: Vec<_> = entered.decision.order.tickets.iter().map(|ticket| ticket.checked_in_at).collect();
    assert_eq!(seen, [None, Some(after(150))]);
    assert_eq!(entered.ticket, entered.decision.order.tickets[1]);
    assert_eq!(entered.ticket.checked_in_by.as_ref().map(Actor::as_str), Some("door-1"));
    let inside = entered.decision.order;
    assert_eq!(enter(&inside, 1, None, 160).err(), Some(Code::AlreadyCheckedIn));
    assert!(enter(&inside, 0, None, 160).is_ok(), "the other one still opens the door");
    let forged = TicketCode::parse("AAAAAAAAAAAAAAAAAAAA").expect("a code");
    let unknown = check_in(&inside, &forged, None, &Actor::person("door-1"), after(160)).expect_err("refused");
    assert_eq!(unknown.code, Code::NotFound);
    assert_eq!(undo_check_in(&inside, &forged, &Actor::person("door-1")).expect_err("refused").code, Code::NotFound);
}

#[test]
fn what_cannot_be_checked_in_is_refused_with_a_reason() {
    let order = two();
    let another =
        CheckInWindow { listing: ListingId::parse("another").expect("an id"), ..entrance(&order, None, None) };
    assert_eq!(enter(&order, 0, Some(&another), 150).err(), Some(Code::WrongListing));
    for status in [TicketStatus::Refunding, TicketStatus::Void] {
        let mut back = order.clone();
        back.tickets[0].status = status;
        assert_eq!(enter(&back, 0, None, 150).err(), Some(Code::IllegalState), "{status:?}");
    }
    let fact: Fact = dispute("dp_1", order.payment.captured, DisputeState::Open);
    let frozen = decide(&order, &fact, Supply::Untried, after(120)).expect("a decision").order;
    assert_eq!(enter(&frozen, 0, None, 150).err(), Some(Code::IllegalState));
}

#[test]
fn a_mistake_at_check_in_is_taken_back_once() {
    let order = two();
    let never = undo_check_in(&order, &order.ticket_code(0), &Actor::person("door-1")).expect_err("not in");
    assert_eq!(never.code, Code::IllegalState);
    let inside = enter(&order, 0, None, 150).expect("in").decision.order;
    let out = undo_check_in(&inside, &order.ticket_code(0), &Actor::person("door-1")).expect("out");
    assert!(out.decision.changed && out.ticket.checked_in_at.is_none() && out.ticket.checked_in_by.is_none());
    let out = out.decision.order;
    let again = undo_check_in(&out, &order.ticket_code(0), &Actor::person("door-1")).expect("as before");
    assert!(!again.decision.changed && again.ticket == out.tickets[0]);
    let other = undo_check_in(&out, &order.ticket_code(0), &Actor::person("door-2")).expect_err("another person");
    assert_eq!(other.code, Code::IllegalState);
    let back = enter(&out, 0, None, 170).expect("in again").ticket;
    assert_eq!((back.checked_in_at, back.check_in_undone_by), (Some(after(170)), None));
}

#[test]
fn the_window_follows_the_offer_then_the_doors_then_the_start() {
    let order = two();
    let mut show = listing(0, &tickets(1, 2_500), order.currency);
    let hours = SignedDuration::from_hours(3);
    let of = |show: &_, day: Option<&_>| {
        let window = CheckInWindow::of(show, day, 3);
        assert_eq!(window.listing, order.lines[0].listing);
        (window.opens_at, window.closes_at)
    };
    assert_eq!(of(&show, None), (None, None));
    show.starts_at = Some(after(20_000));
    assert_eq!(of(&show, None), (Some(after(20_000) - hours), None));
    (show.doors_at, show.ends_at) = (Some(after(18_000)), Some(after(30_000)));
    assert_eq!(of(&show, None), (Some(after(18_000) - hours), Some(after(30_000))));
    let mut day = offer(0, &tickets(1, 2_500));
    assert_eq!(of(&show, Some(&day)), (Some(after(18_000) - hours), Some(after(30_000))));
    (day.starts_at, day.ends_at) = (Some(after(40_000)), Some(after(50_000)));
    assert_eq!(of(&show, Some(&day)), (Some(after(40_000) - hours), Some(after(50_000))));
}
