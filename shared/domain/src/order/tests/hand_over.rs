//! Tickets that go to another person: each time the code that was good dies, and one is born.

use crate::{
    Actor, Attendee, Code, DisputeState, Kind, Listing, Minor, NotificationKind, RefundState, TicketCode, Transferable,
    notification::ChangedTicket,
    order::{
        Order, Outcome, RefundAsk, RefundCause, RefundItem, Supply, TicketStatus, archive, change_attendee, check_in,
        decide, decide_refund, hand_over, may_hand_over,
        tests::fixtures::{Want, after, dispute, items, listing, paid, place, refund_id, seen, tickets},
        undo_check_in,
    },
};

fn two() -> Order {
    paid(&place(&[tickets(2, 2_500)], 0))
}

fn show(transferable: Transferable) -> Listing {
    Listing { transferable, ..listing(0, &Want { kind: Kind::Show, ..items(2, 2_500) }, crate::Currency::USD) }
}

fn free() -> Listing {
    show(Transferable::Free)
}

fn grace() -> Attendee {
    Attendee::receiver("Grace Hopper", "grace@example.com").expect("a person")
}

fn alan() -> Attendee {
    Attendee::receiver("Alan Turing", "alan@example.com").expect("a person")
}

/// The first ticket handed over by its buyer.
fn handed(order: &Order, to: &Attendee) -> Order {
    let decision = hand_over(order, &order.tickets[0].code, to, false, Some(&free()), after(100)).expect("handed over");
    assert_eq!(decision.order.violations(), Vec::<String>::new());
    decision.order
}

#[test]
fn the_old_code_dies_in_the_change_that_makes_the_new_one() {
    let order = two();
    let old = order.tickets[0].code.clone();
    let decision = hand_over(&order, &old, &grace(), false, Some(&free()), after(100)).expect("handed over");
    let changed = ChangedTicket { place: 0, change: 1 };
    let expected = [NotificationKind::TicketReceived(changed), NotificationKind::HandedOver(changed)];
    assert_eq!((decision.outcome, &decision.notifications[..]), (Outcome::HandedOver, &expected[..]));
    let next = decision.order;
    let ticket = &next.tickets[0];
    assert_ne!(ticket.code, old);
    assert_eq!((ticket.code_of_buyer(), ticket.is_buyers()), (&old, false));
    assert_eq!((next.holder(0), next.holder(1)), ("Grace Hopper", "Ada Lovelace"));
    assert_eq!(next.addressee(&expected[0]), Some("grace@example.com"));
    assert_eq!(next.addressee(&expected[1]), Some("ada@example.com"));
    assert_eq!(next.tickets[1], order.tickets[1], "the other ticket is as it was");
    let staff = Actor::person("staff-1");
    let refused = check_in(&next, &old, None, &staff, after(200)).expect_err("it died");
    assert_eq!(refused.code, Code::IllegalState);
    assert!(refused.message.contains("handed over"), "{}", refused.message);
    assert_eq!(undo_check_in(&next, &old, &staff).expect_err("it died").code, Code::IllegalState);
    assert!(check_in(&next, &ticket.code, None, &staff, after(200)).is_ok(), "the new one is good");
    let forged = TicketCode::parse("AAAAAAAAAAAAAAAAAAAA").expect("a code");
    assert_eq!(check_in(&next, &forged, None, &staff, after(200)).expect_err("unknown").code, Code::NotFound);
}

#[test]
fn a_request_whose_answer_was_lost_changes_nothing_and_another_one_is_too_late() {
    let order = two();
    let old = order.tickets[0].code.clone();
    let ask = |order: &Order, code: &TicketCode, to: &Attendee, staff| {
        hand_over(order, code, to, staff, Some(&free()), after(200))
    };
    let once = handed(&order, &grace());
    let again = ask(&once, &old, &grace(), false).expect("the same");
    assert!(!again.changed && again.notifications.is_empty());
    assert_eq!(ask(&once, &old, &alan(), false).expect_err("too late").code, Code::IllegalState);
    assert_eq!(ask(&once, &old, &alan(), true).expect_err("too late").code, Code::IllegalState);
    // The buyer who guesses the new code has no say over it any more; staff do, and each time it is another code.
    let second = once.tickets[0].code.clone();
    assert_eq!(ask(&once, &second, &alan(), false).expect_err("not the buyer's").code, Code::IllegalState);
    let twice = ask(&once, &second, &grace(), true).expect("staff may").order;
    assert_eq!(ask(&twice, &old, &grace(), false).expect_err("long ago").code, Code::IllegalState);
    assert_eq!(twice.tickets[0].past_codes.len(), 2);
    let forged = TicketCode::parse("AAAAAAAAAAAAAAAAAAAA").expect("a code");
    assert_eq!(ask(&twice, &forged, &grace(), true).expect_err("unknown").code, Code::NotFound);
    // Nor does the buyer change who comes.
    let renamed = |staff| change_attendee(&twice, &twice.tickets[0].code, &alan(), staff, None, after(200));
    assert_eq!(renamed(false).expect_err("not the buyer's").code, Code::IllegalState);
    assert!(renamed(true).is_ok());
    let by_old = change_attendee(&twice, &old, &alan(), true, None, after(200)).expect_err("it died");
    assert_eq!(by_old.code, Code::IllegalState);
}

#[test]
fn a_buyer_takes_a_new_code_for_an_own_ticket_and_has_it_still() {
    let own = Attendee::receiver("Ada Lovelace", "ADA@example.com").expect("a person");
    let mut order = two();
    for times in 1..=5 {
        let decision =
            hand_over(&order, &order.tickets[0].code, &own, false, Some(&free()), after(100)).expect("handed over");
        let changed = ChangedTicket { place: 0, change: times };
        assert_eq!(decision.notifications, [NotificationKind::TicketReceived(changed)], "one mail is enough");
        order = decision.order;
        assert!(order.tickets[0].is_buyers());
        assert_eq!(order.tickets[0].code_of_buyer(), &order.tickets[0].code);
    }
    let sixth = |staff| hand_over(&order, &order.tickets[0].code, &grace(), staff, Some(&free()), after(100));
    assert_eq!(sixth(false).expect_err("five times").code, Code::IllegalState);
    let mut order = sixth(true).expect("staff may").order;
    for _ in order.tickets[0].past_codes.len()..20 {
        order = hand_over(&order, &order.tickets[0].code, &alan(), true, None, after(100)).expect("staff may").order;
    }
    let last = hand_over(&order, &order.tickets[0].code, &alan(), true, None, after(100)).expect_err("enough");
    assert_eq!(last.code, Code::IllegalState);
    assert_eq!(order.violations(), Vec::<String>::new());
}

#[test]
fn the_listing_says_whether_its_buyers_may() {
    let order = two();
    let may = |listing: Option<&Listing>, staff, at| may_hand_over(&order, 0, staff, listing, after(at)).is_ok();
    assert!(!may(Some(&show(Transferable::Off)), false, 100) && !may(None, false, 100));
    assert!(may(Some(&show(Transferable::Off)), true, 100) && may(None, true, 100));
    let until = show(Transferable::Until(after(200)));
    assert_eq!([199, 200, 201].map(|at| may(Some(&until), false, at)), [true, false, false]);
    assert!(may(Some(&until), true, 200));
    let over = Listing { ends_at: Some(after(300)), ..free() };
    assert_eq!([299, 300].map(|at| may(Some(&over), false, at)), [true, false]);
    assert!(!may(Some(&over), true, 300), "nor staff, once it is over");
    let canceled = Listing { canceled_at: Some(after(90)), ..free() };
    assert!(!may(Some(&canceled), true, 100));
    for (allowed, word) in [(Transferable::Off, "off"), (Transferable::Free, "free"), (until.transferable, "until")] {
        assert_eq!(allowed.as_str(), word);
    }
    let json = |listing: &Listing| serde_json::to_value(listing).expect("JSON");
    assert!(json(&show(Transferable::Off)).get("transferable").is_none());
    let read: Listing = serde_json::from_value(json(&until)).expect("a listing");
    assert_eq!(read, until);
}

#[test]
fn a_ticket_of_no_more_use_goes_nowhere() {
    let changes: [fn(&mut Order); 5] = [
        |order| order.archived_at = Some(after(90)),
        |order| order.tickets[0].status = TicketStatus::Refunding,
        |order| order.tickets[0].status = TicketStatus::Void,
        |order| order.tickets[0].checked_in_at = Some(after(90)),
        |order| {
            let lost = dispute("dp_1", Minor(100), DisputeState::Open);
            *order = decide(order, &lost, Supply::Untried, after(90)).expect("a decision").order;
        },
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut order = two();
        change(&mut order);
        let refused = hand_over(&order, &order.tickets[0].code, &grace(), true, Some(&free()), after(100));
        assert_eq!(refused.expect_err("refused").code, Code::IllegalState, "change {n}");
    }
}

#[test]
fn a_refund_takes_the_buyers_own_ticket_first_and_the_whole_line_takes_both() {
    let order = handed(&two(), &grace());
    let ask = |order: &Order, id: &str| {
        let one = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]);
        decide_refund(order, &one, refund_id(id), RefundCause::Staff, None, after(110)).expect("requested").order
    };
    let first = ask(&order, "ref_1");
    let states = |order: &Order| [0, 1].map(|place: usize| order.tickets[place].status);
    assert_eq!(states(&first), [TicketStatus::Valid, TicketStatus::Refunding]);
    let both = ask(&first, "ref_2");
    assert_eq!(states(&both), [TicketStatus::Refunding; 2]);
    let done = ["ref_1", "ref_2"].into_iter().fold(both, |order, id| {
        let seen = seen(&order, id, RefundState::Succeeded);
        decide(&order, &seen, Supply::Untried, after(120)).expect("a decision").order
    });
    assert_eq!(states(&done), [TicketStatus::Void; 2]);
    let code = &done.tickets[0].code;
    let refused = check_in(&done, code, None, &Actor::person("staff-1"), after(130)).expect_err("void");
    assert_eq!(refused.code, Code::IllegalState);
}

#[test]
fn archiving_forgets_to_whom_a_ticket_went() {
    let order = handed(&two(), &grace());
    let gone = archive(&order, after(9_000_000));
    assert!(gone.changed);
    let json = serde_json::to_string(&gone.order).expect("JSON");
    assert!(!json.contains("Grace") && !json.contains("grace@"), "{json}");
    assert_eq!(gone.order.tickets[0].past_codes, order.tickets[0].past_codes, "codes name no people");
}

#[test]
fn two_codes_of_one_seat_are_a_violation() {
    let mut order = handed(&two(), &grace());
    let code = order.tickets[0].code.clone();
    order.tickets[0].past_codes[0].code = code;
    assert!(order.violations().iter().any(|what| what.contains("lives after it died")), "{:?}", order.violations());
    order.tickets[0].past_codes.clear();
    assert!(order.violations().iter().any(|what| what.contains("its buyer knows")), "{:?}", order.violations());
}
