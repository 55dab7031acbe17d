//! Doors that were cut off hand their scans in later: in whichever order they come, all ends alike.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::{
    Actor, Code, DeviceId, Refusal,
    order::{
        Decision, MOST_SCANS, Order, Outcome, Scan, ScanKind, ScanRole, TicketScans, TicketStatus, check_in,
        merge_scan,
        tests::fixtures::{after, paid, place, tickets},
    },
};

fn one() -> Order {
    paid(&place(&[tickets(1, 2_500)], 0))
}

/// What a person's scan of an order's first ticket comes to, of which no other was kept. One without a name is the check-in from
/// before scans were kept, where there is one.
pub(super) fn scanned(order: &Order, kind: ScanKind, id: &str, now: Timestamp) -> Result<Decision, Refusal> {
    let at = order.tickets.first().and_then(|own| own.checked_in_at).unwrap_or(now);
    let (id, by) = (id.to_owned(), Actor::person("staff-1"));
    let scan = Scan { id, kind, at, device: None, device_name: None, by };
    merge_scan(order, &order.ticket_code(0), &TicketScans::default(), scan).map(|merged| merged.decision)
}

fn scan(device: u8, id: u32, kind: ScanKind, seconds: i64) -> Scan {
    Scan {
        id: format!("s{id}"),
        kind,
        at: after(seconds),
        device: Some(DeviceId::parse(format!("dev_{device}")).expect("an id")),
        device_name: Some(format!("Door {device}")),
        by: Actor::person("staff-1"),
    }
}

fn came_in(device: u8, id: u32, seconds: i64) -> Scan {
    scan(device, id, ScanKind::CheckIn, seconds)
}

/// The order and what is known of its ticket once these came, in this order.
fn merged(order: &Order, scans: &[Scan]) -> (Order, TicketScans) {
    let code = order.ticket_code(0);
    let begin = (order.clone(), TicketScans::default());
    scans.iter().fold(begin, |(order, known), scan| {
        let merged = merge_scan(&order, &code, &known, scan.clone()).expect("a scan that is taken");
        (merged.decision.order, merged.scans)
    })
}

#[test]
fn the_earliest_scan_is_the_check_in_and_every_other_a_double() {
    let order = one();
    let late = came_in(1, 1, 200);
    let code = order.ticket_code(0);
    let first = merge_scan(&order, &code, &TicketScans::default(), late.clone()).expect("in");
    assert_eq!(first.decision.outcome, Outcome::CheckedIn);
    assert_eq!(first.ticket.checked_in_with.as_deref(), Some("Door 1"));
    // Another door had scanned it before, and comes back only now.
    let second = merge_scan(&first.decision.order, &code, &first.scans, came_in(2, 1, 150)).expect("a double");
    assert_eq!((second.decision.outcome, second.place), (Outcome::Scanned, 0));
    assert_eq!(second.ticket.checked_in_at, Some(after(150)));
    assert_eq!(second.ticket.checked_in_with.as_deref(), Some("Door 2"));
    assert_eq!(second.scans.attendance().roles, [ScanRole::CheckIn, ScanRole::Double]);
    assert_eq!(second.scans.doubles(), [&late]);
}

#[test]
fn a_repeat_changes_nothing() {
    let (order, known) = merged(&one(), &[came_in(1, 1, 100), came_in(2, 1, 110)]);
    for repeat in [came_in(1, 1, 100), came_in(2, 1, 110), came_in(1, 1, 999)] {
        let again = merge_scan(&order, &order.ticket_code(0), &known, repeat).expect("as before");
        assert!(!again.decision.changed && again.scans == known && again.ticket == order.tickets[0]);
    }
}

#[test]
fn an_undo_takes_back_its_own_doors_scan_and_no_other() {
    let undo = |device, id, seconds| scan(device, id, ScanKind::Undo, seconds);
    let (order, known) = merged(&one(), &[came_in(1, 1, 100), came_in(2, 1, 110), undo(1, 2, 120)]);
    assert_eq!(known.attendance().roles, [ScanRole::TakenBack, ScanRole::CheckIn, ScanRole::Undo]);
    assert_eq!(order.tickets[0].checked_in_with.as_deref(), Some("Door 2"));
    // A door that never scanned it takes back what there is.
    let (order, known) = merged(&one(), &[came_in(1, 1, 100), undo(2, 1, 120)]);
    assert_eq!(known.attendance().roles, [ScanRole::TakenBack, ScanRole::Undo]);
    assert_eq!((order.tickets[0].checked_in_at, &order.tickets[0].checked_in_with), (None, &None));
    assert_eq!(order.tickets[0].check_in_undone_by, Some(Actor::person("staff-1")));
    // What comes after it stands, and there may be nothing to take back.
    let (order, known) = merged(&one(), &[undo(1, 1, 90), came_in(1, 2, 100)]);
    assert_eq!(known.attendance().roles, [ScanRole::Idle, ScanRole::CheckIn]);
    assert_eq!(order.tickets[0].check_in_undone_by, None);
}

#[test]
fn a_check_in_from_before_scans_were_kept_counts_as_one() {
    let order = one();
    let code = order.ticket_code(0);
    let old = check_in(&order, &code, None, &Actor::person("staff-9"), after(100)).expect("in").decision.order;
    let (order, known) = merged(&old, &[came_in(1, 1, 200)]);
    assert_eq!(known.attendance().roles, [ScanRole::CheckIn, ScanRole::Double]);
    assert_eq!(order.tickets[0].checked_in_by, Some(Actor::person("staff-9")));
}

#[test]
fn a_ticket_that_was_given_back_meanwhile_keeps_its_scans() {
    let mut order = one();
    order.tickets[0].status = TicketStatus::Void;
    let (order, _) = merged(&order, &[came_in(1, 1, 100)]);
    assert_eq!((order.tickets[0].status, order.tickets[0].checked_in_at), (TicketStatus::Void, Some(after(100))));
}

#[test]
fn no_more_scans_are_kept_than_there_is_room_for() {
    let order = one();
    let all: Vec<_> = (0..).take(MOST_SCANS).map(|n| came_in(1, n, 100 + i64::from(n))).collect();
    let (order, known) = merged(&order, &all);
    let more = merge_scan(&order, &order.ticket_code(0), &known, came_in(1, 9_999, 1)).expect_err("too many");
    assert_eq!(more.code, Code::IllegalState);
    assert!(merge_scan(&order, &order.ticket_code(0), &known, all[7].clone()).is_ok(), "a known one is");
}

#[test]
fn a_scan_behind_all_others_is_behind_clocks_that_are_ahead() {
    let (_, known) = merged(&one(), &[came_in(1, 1, 500)]);
    assert!(known.after_all(after(100)) > after(500) && known.after_all(after(900)) == after(900));
    assert_eq!(TicketScans::default().after_all(after(100)), after(100));
}

prop_compose! {
    fn any_scan()(device in 0_u8..3, id in 0_u32..4, undo in prop::bool::weighted(0.3), seconds in 0_i64..6) -> Scan {
        // What a door calls by one name is one scan, so its name says what it is.
        let kind = if undo { ScanKind::Undo } else { ScanKind::CheckIn };
        let seconds = 100 + seconds;
        Scan { id: format!("s{id}-{}-{seconds}", kind.as_str()), ..scan(device, id, kind, seconds) }
    }
}

proptest! {
    #[test]
    fn in_whichever_order_scans_come_all_ends_alike(
        scans in prop::collection::vec(any_scan(), 0..9),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        by in any::<u64>(),
    ) {
        let mut shuffled = scans.clone();
        // Some come twice, and all in another order.
        shuffled.extend(again.iter().filter(|_| !scans.is_empty()).map(|at| at.get(&scans).clone()));
        let mut seed = by | 1;
        for n in (1..shuffled.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(seed >> 33).expect("a number") % (n + 1);
            shuffled.swap(n, other);
        }
        let order = one();
        let (one_way, another) = (merged(&order, &scans), merged(&order, &shuffled));
        prop_assert_eq!(&one_way.1, &another.1);
        prop_assert_eq!(&one_way.0.tickets, &another.0.tickets);
        let standing = one_way.1.scans.iter().zip(one_way.1.attendance().roles);
        let first = standing.filter(|(_, role)| matches!(role, ScanRole::CheckIn | ScanRole::Double)).map(|(scan, _)| scan.at).min();
        prop_assert_eq!(one_way.0.tickets[0].checked_in_at, first);
    }
}
