//! Each rule that an order keeps is one that breaking it shows.

use jiff::SignedDuration;

use crate::{
    Actor, DisputeState, Fact, Minor, RefundState,
    order::{
        AdjustmentKind, AdjustmentState, BookingStatus, Claim, ClaimKind, Goods, Order, OrderStatus, PaymentState,
        RefundAsk, RefundCause, RefundItem, Review, Reviewed, StockState, Supply, TicketStatus, decide, decide_refund,
        tests::fixtures::{
            after, authorized, booking, confirmed, dispute, paid, place, refund_id, seen, split_of, start, tickets,
        },
    },
};

fn step(order: &Order, fact: &Fact) -> Order {
    decide(order, fact, Supply::Untried, after(500)).expect("a decision").order
}

fn pending() -> Order {
    place(&[tickets(2, 5_000)], 0)
}

fn sold() -> Order {
    paid(&pending())
}

fn requested(order: &Order, ask: &RefundAsk) -> Order {
    decide_refund(order, ask, refund_id("ref_1"), RefundCause::Staff, None, after(400)).expect("a refund").order
}

/// One of the two tickets is given back.
fn half_back() -> Order {
    let order = requested(&sold(), &RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]));
    step(&order, &seen(&order, "ref_1", RefundState::Succeeded))
}

fn refunded() -> Order {
    let order = requested(&sold(), &RefundAsk::Rest);
    step(&order, &seen(&order, "ref_1", RefundState::Succeeded))
}

fn expired() -> Order {
    let order = step(&pending(), &Fact::Unpayable);
    assert_eq!(order.status, OrderStatus::Expired);
    order
}

/// Half of a payment with a transfer and a fee is given back, and all of it is made at Stripe.
fn shared_out() -> Order {
    shared_after(&RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]))
}

/// All of it, with its fee.
fn all_back() -> Order {
    shared_after(&RefundAsk::Rest)
}

fn shared_after(ask: &RefundAsk) -> Order {
    let mut order = sold();
    order.destination = Some("acct_1".to_owned());
    let order = requested(&order, ask);
    let order = step(&order, &seen(&order, "ref_1", RefundState::Succeeded));
    let captured = order.payment.captured;
    let mut order = step(&order, &Fact::Split(split_of("pi_1", captured, Minor(300), after(500))));
    while let Some(due) = order.adjustments.iter().find(|own| own.state == AdjustmentState::Due) {
        let adjustment = due.id.clone();
        let stripe_id = format!("made_{adjustment}");
        order = step(&order, &Fact::Adjusted { adjustment, stripe_id });
    }
    assert!(order.adjustments.iter().any(|own| own.kind == AdjustmentKind::TransferReversal));
    order
}

fn claim(kind: ClaimKind) -> Claim {
    Claim {
        kind,
        by: Actor::Sweeper,
        why: "a test".to_owned(),
        until: after(60),
        ends_as: OrderStatus::Canceled,
        booking: None,
        call: None,
    }
}

/// A sound order, what is done to it, and what must be said of it then.
type Case = (fn() -> Order, fn(&mut Order), &'static str);

const CASES: &[Case] = &[
    (refunded, |order| order.payment.captured = Minor(1), "refunds exceed what was captured"),
    (
        sold,
        |order| {
            *order = Order {
                payment: {
                    let mut all = order.payment.clone();
                    all.captured = Minor(1);
                    all
                },
                ..requested(order, &RefundAsk::Rest)
            }
        },
        "refunds reserve more than was captured",
    ),
    (half_back, |order| order.refunds[0].items[0].quantity = 3, "more of a line is taken back than was sold"),
    (pending, |order| order.lines[0].draws.clear(), "a line's draws are not what its stock state says"),
    (sold, |order| order.lines[0].draws.clear(), "a line's draws are not what its stock state says"),
    (half_back, |order| order.refunds[0].goods = Goods::GivenBack, "a line's draws are not what its stock state says"),
    (
        expired,
        |order| order.lines[0].draws = sold().lines[0].draws.clone(),
        "a line's draws are not what its stock state says",
    ),
    (
        sold,
        |order| order.tickets[0].status = TicketStatus::Void,
        "a line's valid tickets are not what was sold and kept",
    ),
    (
        half_back,
        |order| order.tickets.iter_mut().for_each(|ticket| ticket.status = TicketStatus::Valid),
        "a line's valid tickets are not what was sold and kept",
    ),
    (pending, |order| order.stock = StockState::None, "pending without held stock"),
    (pending, |order| order.hold = None, "pending without a hold"),
    (pending, |order| order.tickets = sold().tickets, "tickets before payment"),
    (pending, |order| order.hold = None, "pending and never looked after"),
    (sold, |order| order.stock = StockState::None, "paid without sold stock"),
    (sold, |order| order.stock = StockState::Held, "paid without sold stock"),
    (
        || confirmed(&booking(48)),
        |order| set(order, BookingStatus::Requested),
        "paid for a booking that was not confirmed",
    ),
    (
        || confirmed(&booking(48)),
        |order| set(order, BookingStatus::Declined),
        "paid for a booking that was not confirmed",
    ),
    (|| confirmed(&booking(48)), |order| order.stock = StockState::None, "a confirmed booking without its slot"),
    (sold, |order| order.hold = pending().hold, "paid with a hold or claim"),
    (sold, |order| order.claim = Some(claim(ClaimKind::Expiring)), "paid with a hold or claim"),
    (sold, |order| order.payment.state = PaymentState::Unpaid, "paid without money"),
    (sold, |order| order.paid_at = None, "paid at no time"),
    (expired, |order| order.stock = StockState::Held, "released with stock"),
    (expired, |order| order.tickets = sold().tickets, "released with valid tickets"),
    (expired, |order| order.hold = pending().hold, "released with a hold"),
    (expired, |order| order.claim = Some(claim(ClaimKind::Expiring)), "released with a claim"),
    (expired, |order| order.payment.captured = Minor(1), "money kept for goods that were not given"),
    (
        refunded,
        |order| (order.stock, order.lines[0].draws) = (StockState::Sold, sold().lines[0].draws.clone()),
        "refunded with stock",
    ),
    (refunded, |order| order.tickets[0].status = TicketStatus::Valid, "refunded with valid tickets"),
    (|| authorized(&booking(48)), |order| order.stock = StockState::None, "authorized without held stock"),
    (
        || authorized(&booking(48)),
        |order| order.payment.state = PaymentState::Unpaid,
        "authorized without an authorization",
    ),
    (
        || authorized(&booking(48)),
        |order| set(order, BookingStatus::Confirmed),
        "authorized without a booking to answer",
    ),
    (
        || authorized(&booking(48)),
        |order| order.booking.iter_mut().for_each(|own| own.respond_by = None),
        "a booking without a time to answer",
    ),
    (|| authorized(&booking(48)), |order| order.status = OrderStatus::Canceled, "released with a booking to answer"),
    (|| confirmed(&booking(48)), |order| order.status = OrderStatus::Refunded, "refunded with a booking that stands"),
    (shared_out, |order| order.adjustments[0].amount = Minor::ZERO, "an adjustment of nothing"),
    (shared_out, |order| order.adjustments[0].stripe_id = None, "an adjustment made without an id"),
    (shared_out, |order| order.adjustments[0].state = AdjustmentState::Due, "an adjustment made without an id"),
    (
        shared_out,
        |order| order.adjustments[0].due_at = Some(start()),
        "an adjustment that is never made, or made again",
    ),
    (shared_out, |order| order.splits.clear(), "a split that is not known and not due"),
    (shared_out, |order| order.splits[0].fee_refunded = Minor(301), "more of a fee is refunded than was taken"),
    (
        shared_out,
        |order| order.splits[0].reversed = order.splits[0].transferred,
        "more of a transfer is reversed than was transferred",
    ),
    (shared_out, |order| order.splits[0].transferred += Minor(1), ""),
    (shared_out, |order| order.splits[0].reversed += Minor(1), "the seller has not what the seller should have"),
    (shared_out, |order| order.splits[0].fee_refunded += Minor(1), "the seller has not what the seller should have"),
    (shared_out, |order| order.splits[0].fee += Minor(1), ""),
    (all_back, |order| order.splits[0].fee_refunded = Minor(1), "more of a fee is refunded than was taken"),
    (all_back, |order| order.splits[0].reversed = Minor(1), "more of a transfer is reversed than was transferred"),
];

/// A refund under way that Stripe has accepted counts as much as one that is done.
#[test]
fn what_stripe_accepted_counts_as_given_back() {
    let order = half_back();
    let rest = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_2"), RefundCause::Staff, None, after(450));
    let order = rest.expect("a refund").order;
    assert_eq!((order.refunds.len(), order.violations()), (2, Vec::new()));
    let mut pending = order.clone();
    for refund in &mut pending.refunds {
        (refund.state, refund.stripe_id) = (RefundState::Pending, Some("re_1".to_owned()));
    }
    pending.payment.captured -= Minor(1);
    let exceeds = |order: &Order| order.violations().iter().any(|one| one.ends_with("exceed what was captured"));
    assert!(exceeds(&pending));
    pending.refunds[0].state = RefundState::Succeeded;
    assert!(exceeds(&pending), "done and under way together");
    pending.refunds[1].stripe_id = None;
    assert!(!exceeds(&pending), "Stripe will refuse what it has not made");
}

/// An order that is over may have a refund that was never asked for; nothing more goes back with it.
#[test]
fn a_refund_that_was_overtaken_breaks_no_rule() {
    let mut over = refunded();
    let mut more = over.refunds[0].clone();
    (more.id, more.state, more.stripe_id, more.goods) =
        (refund_id("ref_2"), RefundState::Pending, None, Goods::GivenBack);
    over.refunds.push(more);
    assert_eq!(over.violations(), Vec::<String>::new());
    // Of an order that is not over only these are reasons for it, each by itself.
    let reserves = |order: &Order| order.violations().iter().any(|one| one.ends_with("reserve more than was captured"));
    over.status = OrderStatus::Paid;
    assert!(reserves(&over));
    type Change = fn(&mut Order);
    let reasons: [Change; 4] = [
        |order| order.review = review(),
        |order| {
            let (by, refunds) = (Actor::person("staff-1"), Vec::new());
            order.reviewed = Some(Reviewed { accept: true, by, at: after(500), refunds });
        },
        |order| *order = step(order, &dispute("dp_1", Minor(1), DisputeState::Lost)),
        |order| order.refunds[1].cause = RefundCause::Dashboard,
    ];
    for (n, reason) in reasons.into_iter().enumerate() {
        let mut order = over.clone();
        reason(&mut order);
        assert!(!reserves(&order), "reason {n}");
    }
}

/// Before Stripe has named a transfer it cannot be reversed, so the sums wait for its name, and for nothing else.
#[test]
fn sums_wait_for_a_transfer_that_has_no_name_yet() {
    let broken = "the seller has not what the seller should have";
    for (kind, state, waits) in [
        (AdjustmentKind::Transfer, AdjustmentState::Due, true),
        (AdjustmentKind::Transfer, AdjustmentState::Refused, true),
        (AdjustmentKind::Transfer, AdjustmentState::Withdrawn, false),
        (AdjustmentKind::Transfer, AdjustmentState::Done, false),
        (AdjustmentKind::TransferReversal, AdjustmentState::Due, false),
    ] {
        let mut order = shared_out();
        let mut own = order.adjustments[0].clone();
        (own.kind, own.state) = (kind, state);
        own.stripe_id = (state == AdjustmentState::Done).then(|| "tr_2".to_owned());
        order.adjustments.push(own);
        order.splits[0].reversed += Minor(1);
        assert_eq!(!order.violations().iter().any(|one| one.ends_with(broken)), waits, "{kind:?} {state:?}");
    }
}

fn set(order: &mut Order, status: BookingStatus) {
    order.booking.as_mut().expect("a booking").status = status;
}

#[test]
fn what_breaks_a_rule_is_said() {
    for (n, (sound, change, what)) in CASES.iter().enumerate() {
        let mut order = sound();
        assert_eq!(order.violations(), Vec::<String>::new(), "case {n}");
        change(&mut order);
        let found = order.violations();
        let said = if what.is_empty() { found.is_empty() } else { found.iter().any(|one| one.ends_with(what)) };
        assert!(said, "case {n}: {what} is not among {found:?}");
    }
}

fn review() -> Option<Review> {
    let order = requested(&sold(), &RefundAsk::Rest);
    let accepted = step(&order, &seen(&order, "ref_1", RefundState::Pending));
    step(&accepted, &seen(&accepted, "ref_1", RefundState::Failed)).review
}

#[test]
fn what_a_review_waits_for_breaks_no_rule() {
    assert!(review().is_some());
    let mut kept = expired();
    kept.payment.captured = Minor(1);
    kept.review = review();
    assert!(!kept.violations().iter().any(|one| one.contains("money kept")), "{:?}", kept.violations());
    let mut unpaid = authorized(&booking(48));
    unpaid.payment.state = PaymentState::Unpaid;
    unpaid.review = review();
    assert!(!unpaid.violations().iter().any(|one| one.contains("without an authorization")));
    let mut held = pending();
    (held.hold, held.review) = (None, review());
    assert!(!held.violations().iter().any(|one| one.contains("pending")), "{:?}", held.violations());
    // A slot is freed when its booking is canceled; its authorization is voided after that.
    let mut voiding = authorized(&booking(48));
    voiding.stock = StockState::None;
    voiding.claim = Some(claim(ClaimKind::Voiding));
    for line in &mut voiding.lines {
        line.draws.clear();
    }
    assert!(voiding.violations().iter().any(|one| one.contains("without held stock")), "it is not canceled");
    voiding.booking.as_mut().expect("a booking").canceled_by = Some(crate::order::CanceledBy::Buyer);
    assert_eq!(voiding.violations(), Vec::<String>::new());
    voiding.claim = Some(claim(ClaimKind::Expiring));
    assert!(voiding.violations().iter().any(|one| one.contains("without held stock")));
    let mut late = paid(&pending());
    late.paid_at = Some(start() + SignedDuration::from_secs(1));
    assert_eq!(late.violations(), Vec::<String>::new());
}
