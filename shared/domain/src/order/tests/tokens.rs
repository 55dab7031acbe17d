//! What is made of an order's secret, what its trail keeps, and what goes when it is archived.

use jiff::SignedDuration;
use rust_decimal::Decimal;

use crate::{
    Actor, Attendee, Code, DisputeState, Fact, Kind, Minor, NotificationKind, RefundState, TicketCode,
    notification::ChangedTicket,
    order::{
        ClaimKind, Order, RefundAsk, RefundCause, SESSION_TOO_LATE, Step, Supply, TicketStatus, archive,
        change_address, change_attendee, claim, decide, decide_refund,
        tests::fixtures::{
            Want, after, booking, by_intent, confirmed, dispute, items, paid, place, refund_id, seen, start, tickets,
        },
    },
};

fn two() -> Order {
    paid(&place(&[tickets(2, 2_500)], 20))
}

fn step(order: &Order, fact: &Fact) -> Order {
    decide(order, fact, Supply::Untried, after(100)).expect("a decision").order
}

fn plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[test]
fn each_secret_is_its_own_and_follows_the_seed() {
    let order = two();
    let other = Order { seed: "5eee".to_owned(), ..order.clone() };
    let all = |order: &Order| {
        let receipt = order.receipt_number(after(0), 0);
        let again = order.receipt_number(after(0), 1);
        assert!(receipt.starts_with("RCP-2027-0115-") && receipt.len() == 22 && again.len() == 22, "{receipt}");
        let code = order.ticket_code(0).to_string();
        let mark = order.address_mark("ada@example.com");
        assert_eq!(mark, order.address_mark("ADA@Example.com"), "an address is one in capitals, too");
        let secrets =
            [order.access_token(), order.return_mac(), mark, receipt[14..].to_owned(), again[14..].to_owned()];
        assert_eq!(secrets.each_ref().map(String::len), [32, 32, 26, 8, 8]);
        assert!(secrets.iter().all(|secret| plain(secret)), "{secrets:?}");
        secrets.into_iter().chain([code, order.ticket_code(1).to_string()]).collect::<Vec<_>>()
    };
    let mut known = [all(&order), all(&other)].concat();
    assert_eq!(all(&order), all(&order.clone()), "the same order has the same secrets each time");
    known.sort();
    known.dedup();
    assert_eq!(known.len(), 14, "none follows from another");
    let mark = |address| order.address_mark(address);
    assert_ne!(mark("ada@example.com"), mark("grace@example.com"));
}

#[test]
fn a_full_trail_keeps_its_beginning_and_its_end() {
    let mut order = two();
    order.trail.clear();
    for n in 0..250 {
        let step = Step { at: after(n), what: n.to_string(), by: Actor::Webhook, cause: None };
        order.note(step);
        assert_eq!(order.trail.len(), usize::try_from(n + 1).expect("few").min(200));
    }
    let kept: Vec<String> = order.trail.iter().map(|step| step.what.clone()).collect();
    let expected: Vec<String> = (0..100).chain(150..250).map(|n: i32| n.to_string()).collect();
    assert_eq!(kept, expected);
}

#[test]
fn archiving_takes_people_out_and_leaves_what_balances_need() {
    let mut order = two();
    order.buyer.customer = Some("cus_1".to_owned());
    for by in ["cus_1", "staff-1"] {
        order.note(Step { at: after(60), what: "noted".to_owned(), by: by.to_owned().into(), cause: None });
    }
    let at = order.erasable_at().expect("a time");
    assert!(!archive(&order, at - SignedDuration::from_nanos(1)).changed);
    let gone = archive(&order, at);
    assert!(gone.changed, "at its time");
    assert_eq!(gone.order.buyer.customer, None, "tickets are on no balance");
    let names: Vec<&str> = gone.order.trail.iter().rev().take(2).map(|step| step.by.as_str()).collect();
    assert_eq!(names, ["staff-1", "customer"]);
    let mut package = place(&[Want { kind: Kind::Package, ..items(1, 5_000) }], 0);
    package.buyer.customer = Some("cus_1".to_owned());
    let unpaid = step(&package, &Fact::Unpayable);
    assert_eq!(archive(&unpaid, after(900_000)).order.buyer.customer, None, "it put no hours on a balance");
    let package = paid(&package);
    assert_eq!(package.hours(), Some(Decimal::from(5)));
    let kept = archive(&package, after(900_000)).order.buyer;
    assert_eq!((kept.customer.as_deref(), kept.name.as_str()), (Some("cus_1"), ""), "its hours can be taken back");
}

#[test]
fn nothing_goes_while_anything_is_open() {
    let order = two();
    let late = after(9_000_000);
    assert!(archive(&order, late).changed);
    let requested = RefundAsk::Amount(Minor(100));
    let refund = |order: &Order| {
        decide_refund(order, &requested, refund_id("ref_1"), RefundCause::Staff, None, after(90))
            .expect("requested")
            .order
    };
    let done = step(&refund(&order), &seen(&refund(&order), "ref_1", RefundState::Succeeded));
    let failed = step(&done, &seen(&done, "ref_1", RefundState::Failed));
    assert!(failed.review.is_some());
    let open = [
        refund(&order),
        failed,
        step(&order, &dispute("dp_1", Minor(100), DisputeState::Open)),
        step(&order, &dispute("dp_1", Minor(100), DisputeState::Inquiry)),
        booking(48),
    ];
    for (n, open) in open.iter().enumerate() {
        assert_eq!((open.erasable_at(), open.archive_at(), archive(open, late).changed), (None, None, false), "{n}");
    }
    for over in [done, step(&order, &dispute("dp_1", Minor(100), DisputeState::Lost))] {
        assert!(archive(&over, late).changed);
    }
}

#[test]
fn an_order_is_seen_to_at_its_next_time() {
    let placed = place(&[tickets(2, 2_500)], 0);
    let hold = placed.hold.as_ref().expect("a hold").expires_at;
    assert_eq!(placed.due_at(), Some(start() + SESSION_TOO_LATE), "its page was never made");
    let mut opened = placed.clone();
    opened.payment.session_id = Some("cs_1".to_owned());
    assert_eq!(opened.due_at(), Some(hold));
    let intent = by_intent(&[items(1, 2_500)], crate::order::Confirmer::Client);
    assert_eq!(intent.due_at(), intent.hold.as_ref().map(|hold| hold.expires_at), "an intent needs no page");
    let requested = RefundAsk::Amount(Minor(100));
    let refund =
        decide_refund(&two(), &requested, refund_id("ref_1"), RefundCause::Staff, None, after(90)).expect("requested");
    assert_eq!(refund.order.due_at(), Some(after(150)));
}

#[test]
fn a_booking_takes_its_time_for_as_long_as_its_seat() {
    let order = confirmed(&booking(48));
    let begins = start() + SignedDuration::from_hours(48);
    let taken = order.taken_time().expect("a time");
    assert_eq!(taken, order.booked_time().expect("a time"));
    assert_eq!((taken.expert.as_str(), taken.span.starts_at), ("expert-1", begins));
    assert_eq!((&taken.listing, &taken.offer), (&order.lines[0].listing, &order.lines[0].offer));
    let over = step(&booking(48), &Fact::Unpayable);
    assert_eq!(over.taken_time(), None, "another buyer may book it");
    assert_eq!(over.booked_time().map(|time| time.span), Some(taken.span));
    assert_eq!(two().booked_time(), None);
}

#[test]
fn a_claim_that_is_taken_over_has_its_new_owner_and_its_old_reason() {
    let order = place(&[tickets(1, 2_500)], 0);
    let first = claim(&order, ClaimKind::Voiding, &Actor::person("staff-1"), "refused in review", after(10))
        .expect("claimed")
        .order;
    let second = claim(&first, ClaimKind::Expiring, &Actor::Sweeper, "over", after(70)).expect("taken over").order;
    let claim = second.claim.expect("a claim");
    assert_eq!(
        (claim.kind, claim.by.as_str(), claim.why.as_str()),
        (ClaimKind::Voiding, "sweeper", "refused in review")
    );
}

#[test]
fn a_line_shows_its_price_before_the_promo_code() {
    let order = two();
    assert_eq!((order.lines[0].full(), order.lines[0].total), (Minor(5_000), Minor(4_000)));
}

#[test]
fn goods_for_nothing_have_no_share_of_what_was_paid_by_mistake() {
    let mut order = place(&[tickets(1, 0)], 0);
    order.payment.captured = Minor(500);
    order.payment.accepted = Some(crate::order::Sum { amount: Minor(500), currency: order.currency });
    let parts = order.parts_of(Minor(500));
    assert_eq!((parts.goods, parts.fees, parts.tax), (Minor(500), Minor::ZERO, Minor::ZERO));
}

#[test]
fn a_buyer_is_written_to_at_the_latest_address() {
    let order = two();
    assert!(!change_address(&order, "ada@example.com").expect("known").changed);
    let changed = change_address(&order, "grace@example.com").expect("changed");
    assert_eq!((changed.changed, changed.order.buyer.email.as_str()), (true, "grace@example.com"));
}

fn guest(name: &str, email: Option<&str>) -> Attendee {
    Attendee { name: name.to_owned(), email: email.map(str::to_owned) }
}

#[test]
fn a_ticket_changes_hands_and_its_new_holder_hears_of_it() {
    let mut order = two();
    let grace = guest("Grace Hopper", Some("grace@example.com"));
    let change = |order: &Order, n: usize, who: &Attendee, staff| {
        change_attendee(order, &order.ticket_code(n), who, staff, None, after(100))
    };
    let news = |change| NotificationKind::TicketChanged(ChangedTicket { place: 1, change });
    for times in 1..=5 {
        let name = format!("Guest {}", ["A", "B", "C", "D", "E"][times - 1]);
        let changed = change(&order, 1, &guest(&name, Some("guest@example.com")), false).expect("changed");
        assert_eq!(changed.notifications, [news(u32::try_from(times).expect("few"))]);
        order = changed.order;
        assert_eq!((order.holder(1), order.holder(0)), (name.as_str(), "Ada Lovelace"));
        assert!(!change(&order, 1, &guest(&name, Some("guest@example.com")), false).expect("known").changed);
    }
    assert_eq!(change(&order, 1, &grace, false).expect_err("too often").code, Code::IllegalState);
    assert!(change(&order, 0, &grace, false).is_ok(), "another ticket was never changed");
    let by_staff = change(&order, 1, &grace, true).expect("staff may");
    assert_eq!(by_staff.notifications, [news(6)]);
    let silent = change(&order, 1, &guest("Joan Clarke", None), true).expect("staff may");
    assert_eq!((silent.changed, silent.notifications), (true, vec![]), "no address, no mail");
    let forged = TicketCode::parse("AAAAAAAAAAAAAAAAAAAA").expect("a code");
    let unknown = change_attendee(&order, &forged, &grace, true, None, after(100)).expect_err("unknown");
    assert_eq!(unknown.code, Code::NotFound);
}

#[test]
fn a_ticket_of_no_more_use_changes_no_hands() {
    let order = two();
    let grace = guest("Grace Hopper", None);
    let changed =
        |order: &Order, seconds| change_attendee(order, &order.ticket_code(0), &grace, true, None, after(seconds));
    let changes: [fn(&mut Order); 5] = [
        |order| order.archived_at = Some(after(90)),
        |order| order.tickets[0].status = TicketStatus::Refunding,
        |order| order.tickets[0].status = TicketStatus::Void,
        |order| order.tickets[0].checked_in_at = Some(after(90)),
        |order| *order = step(order, &dispute("dp_1", Minor(100), DisputeState::Open)),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut order = order.clone();
        change(&mut order);
        assert_eq!(changed(&order, 100).expect_err("refused").code, Code::IllegalState, "change {n}");
    }
    let mut show = order.clone();
    show.lines[0].over_at = Some(after(200));
    assert!(changed(&show, 199).is_ok());
    for seconds in [200, 201] {
        assert_eq!(changed(&show, seconds).expect_err("over").code, Code::IllegalState);
    }
    let json = serde_json::to_value(&order.tickets[0]).expect("JSON");
    assert!(json.get("attendee_changes").is_none(), "what never happened takes no room: {json}");
    let json = serde_json::to_value(&changed(&order, 100).expect("changed").order.tickets[0]).expect("JSON");
    assert_eq!(json["attendee_changes"], 1);
}
