use jiff::SignedDuration;

use crate::order::{ARCHIVE_AFTER, archive};
use crate::{
    OrderStatus,
    order::{
        Supply, decide,
        tests::fixtures::{after, captured, paid, place, tickets},
    },
};

#[test]
fn personal_fields_go_ninety_days_after_all_is_over_and_figures_stay() {
    let pending = place(&[tickets(2, 2_500)], 0);
    assert_eq!(pending.archive_at(), None, "nothing goes while the order waits for its payment");
    let paid = paid(&pending);
    let paid_at = paid.paid_at.expect("a time");
    let due = paid.archive_at().expect("a time");
    assert_eq!(due, paid_at + ARCHIVE_AFTER);
    assert_eq!(ARCHIVE_AFTER, SignedDuration::from_hours(2_160), "buyers are told of 90 days");
    assert_eq!(paid.due_at(), Some(due), "the sweeper will come by");

    let early = archive(&paid, after(-1));
    assert!(!early.changed, "not before it is over");
    let gone = archive(&paid, due);
    assert!(gone.changed);
    let order = gone.order;
    assert_eq!((order.buyer.name.as_str(), order.buyer.email.as_str()), ("", ""));
    assert_eq!((order.buyer.phone.as_ref(), order.buyer.customer.as_ref()), (None, None));
    assert_eq!(order.totals, paid.totals);
    assert_eq!(order.payment.captured, paid.payment.captured);
    assert_eq!(order.tickets.len(), 2);
    assert!(order.violations().is_empty(), "{:?}", order.violations());
    assert_eq!(order.due_at(), None);
    assert!(!archive(&order, due + SignedDuration::from_hours(1)).changed, "once is enough");
}

#[test]
fn what_buys_nothing_any_more_may_go_before_its_show() {
    let mut coming = place(&[tickets(2, 2_500)], 0);
    for line in &mut coming.lines {
        line.over_at = Some(after(30 * 24 * 3_600));
    }
    assert!(!archive(&coming, after(60)).changed, "it may still be paid");
    let mut paid = paid(&coming);
    assert!(!archive(&paid, after(3_600)).changed, "its tickets open the door");
    assert_eq!(paid.erasable_at(), paid.over_at());

    let mut expired = coming.clone();
    expired.status = OrderStatus::Expired;
    expired.ended_at = Some(after(2_160));
    assert!(!archive(&expired, after(2_000)).changed);
    let gone = archive(&expired, after(2_161));
    assert!(gone.changed, "no buyer can pay it any more");
    let late = decide(&gone.order, &captured(&expired), Supply::Untried, after(2_200)).expect("a late payment");
    assert_eq!(late.outcome.as_str(), "refunded_late", "there is no buyer left to hand anything to");
    assert!(expired.archive_at() > Some(after(30 * 24 * 3_600)), "unrequested it stays until 90 days after the show");

    paid.status = OrderStatus::Refunded;
    paid.ended_at = Some(after(3_600));
    assert!(archive(&paid, after(3_601)).changed, "its tickets are void");
}
