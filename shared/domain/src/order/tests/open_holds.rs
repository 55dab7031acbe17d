//! A buyer's open orders, as the limit of them counts.

use jiff::SignedDuration;

use crate::{
    OrderId, OrderStatus,
    limits::OpenHolds,
    order::{
        HOSTED_HOLD, Order, PaymentMode,
        tests::fixtures::{after, place, start, tickets},
    },
};

fn named(id: &str, price: i64) -> Order {
    Order { id: OrderId::parse(id).expect("an id"), ..place(&[tickets(1, price)], 0) }
}

#[test]
fn orders_count_until_their_hold_ends() {
    let (paid, free) = (named("ord_paid", 1_000), named("ord_free", 0));
    let end = paid.hold.as_ref().expect("a hold").expires_at;
    let now = start() - SignedDuration::from_secs(60);
    let mut open = OpenHolds::default();
    assert_eq!((open.len(), open.is_empty(), open.first_end(), open.last_end()), (0, true, None, None));
    open.add(&paid, now);
    assert_eq!((open.first_end(), open.last_end()), (Some(end), Some(end)));
    open.add(&free, now);
    assert_eq!((open.len(), open.is_empty()), (2, false));
    assert_eq!(open.ids(), [paid.id.clone(), free.id.clone()]);
    let free_end = now + HOSTED_HOLD;
    assert_eq!((open.first_end(), open.last_end()), (Some(free_end.min(end)), Some(free_end.max(end))));
    open.forget_ended(free_end.min(end) - SignedDuration::from_secs(1));
    assert_eq!(open.len(), 2);
    open.forget_ended(free_end.min(end));
    assert_eq!(open.len(), 1, "its time is over");
    open.forget_ended(free_end.max(end));
    assert!(open.is_empty());
}

#[test]
fn what_is_paid_or_over_does_not_count_any_more() {
    use OrderStatus::{Authorized, Canceled, Expired, Failed, Paid, Pending, Refunded};
    for mode in [PaymentMode::Hosted, PaymentMode::Free] {
        for status in [Pending, Authorized, Paid, Failed, Expired, Canceled, Refunded] {
            let mut order = named("ord_1", 1_000);
            let mut open = OpenHolds::default();
            open.add(&order, after(0));
            open.add(&named("ord_2", 1_000), after(0));
            (order.status, order.payment.mode) = (status, mode);
            open.forget_closed(&[order.clone()]);
            let counts = status == Pending || mode == PaymentMode::Free && matches!(status, Authorized | Paid);
            let left = if counts { vec!["ord_1", "ord_2"] } else { vec!["ord_2"] };
            assert_eq!(open.ids().iter().map(OrderId::as_str).collect::<Vec<_>>(), left, "{status:?} {mode:?}");
        }
    }
}
