use jiff::SignedDuration;

use super::{ARCHIVE_AFTER, archive};
use crate::order::fixtures::{after, paid, place, tickets};

#[test]
fn personal_fields_go_ninety_days_after_all_is_over_and_figures_stay() {
    let pending = place(&[tickets(2, 2_500)], 0);
    assert_eq!(pending.archive_at(), None, "nothing goes while the order waits for its payment");
    let paid = paid(&pending);
    let paid_at = paid.paid_at.expect("a time");
    let due = paid.archive_at().expect("a time");
    assert_eq!(due, paid_at + ARCHIVE_AFTER);
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
