//! What staff may do with an order in review, kind by kind.

use crate::{
    Actor,
    order::{Repeat, ReviewKind, Sum, accept_review, refuse_review, remind_of_review},
};
use crate::{
    Authorization, Capture, Code, Currency, DisputeState, Fact, Minor, NotificationKind, RefundState,
    order::{
        Alarm, BookingStatus, ClaimKind, Decision, MoveKind, NextCall, Order, OrderStatus, PaymentState, REVIEW_EVERY,
        RefundAsk, RefundCause, RefundItem, StockState, Supply, TicketStatus, confirm_booking, decide, decide_refund,
        tests::fixtures::{
            Want, after, authorization, booking, capture, captured, dispute, paid, place, refund_id, seen, tickets,
        },
    },
};

fn step(order: &Order, fact: &Fact) -> Order {
    let order = decide(order, fact, Supply::Untried, after(60)).expect("a decision").order;
    assert_eq!(order.violations(), Vec::<String>::new());
    order
}

/// Two tickets of 25.00, 54.84 in all, paid with something else.
fn held(amount: i64, currency: &str) -> Order {
    let order = place(&[tickets(2, 2_500)], 20);
    let wrong = Capture {
        amount: Minor(amount),
        currency: Currency::parse(currency).expect("a currency"),
        ..capture(&order, "pi_1")
    };
    let held = step(&order, &Fact::Captured(wrong));
    assert_eq!(held.review.as_ref().map(|review| review.kind), Some(ReviewKind::Payment));
    held
}

fn accepted(order: &Order) -> Order {
    let order = accept_review(order, &Actor::person("staff-1"), after(70)).expect("accepted").order;
    assert_eq!(order.violations(), Vec::<String>::new());
    order
}

fn refuse(order: &Order) -> Decision {
    let decision =
        refuse_review(order, &Actor::person("staff-1"), RefundCause::Staff, "no", after(70)).expect("refused");
    assert_eq!(decision.order.violations(), Vec::<String>::new());
    decision
}

/// The last refund, as Stripe shows it.
fn last(order: &Order, state: RefundState) -> Order {
    let id = order.refunds.last().expect("a refund").id.to_string();
    step(order, &seen(order, &id, state))
}

#[test]
fn accepting_a_payment_gives_the_goods_for_what_was_paid() {
    let held = held(1_000, "usd");
    let decision = accept_review(&held, &Actor::person("staff-1"), after(70)).expect("accepted");
    assert!(decision.stock.iter().all(|moved| moved.kind == MoveKind::Sell) && !decision.draw);
    assert!(decision.notifications.contains(&NotificationKind::Confirmation));
    let order = decision.order;
    assert_eq!((order.status, order.stock, &order.review), (OrderStatus::Paid, StockState::Sold, &None));
    assert_eq!(order.payment.accepted, Some(Sum { amount: Minor(1_000), currency: order.currency }));
    assert_eq!((order.tickets.len(), order.refundable()), (2, Minor(1_000)));
    // The share of a line is one of what was paid: 40.00 of the 44.67 that were due are for tickets.
    let one = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]);
    let due = order.totals.total;
    let refund = decide_refund(&order, &one, refund_id("ref_1"), RefundCause::Staff, None, after(80)).expect("half");
    let share = refund.order.refunds[0].amount;
    let exact = 1_000 * order.lines[0].total.0 / due.0 / 2;
    assert!((exact..=exact + 1).contains(&share.0), "{share:?} of {exact}");
    let rest = decide_refund(&refund.order, &RefundAsk::Rest, refund_id("ref_2"), RefundCause::Staff, None, after(90));
    assert_eq!(rest.expect("the rest").order.refunds[1].amount, Minor(1_000) - share);
}

#[test]
fn refusing_a_payment_gives_all_of_it_back_in_its_own_currency() {
    let held = held(9_000, "eur");
    let euros = Currency::parse("eur").expect("euros");
    assert_eq!(held.paid_currency(), euros);
    let decision = refuse(&held);
    let refund = decision.order.refunds.last().expect("a refund").clone();
    assert_eq!((refund.amount, refund.cause, refund.currency), (Minor(9_000), RefundCause::Staff, Some(euros)));
    assert_eq!(decision.order.currency_of(&refund), euros);
    assert_eq!(decision.calls, [NextCall::Refund(refund.id.clone())]);
    assert!(decision.order.review.is_some() && decision.order.stock == StockState::Held, "until Stripe has done it");
    let fact = seen(&decision.order, refund.id.as_str(), RefundState::Succeeded);
    let done = decide(&decision.order, &fact, Supply::Untried, after(80)).expect("done");
    assert!(done.stock.iter().all(|moved| moved.kind == MoveKind::Release) && !done.stock.is_empty());
    assert!(!done.promo_back.is_empty(), "its promo use comes back");
    assert_eq!(done.notifications, [NotificationKind::Refund(refund.id)]);
    assert_eq!((done.order.status, done.order.review), (OrderStatus::Refunded, None));
}

#[test]
fn a_refusal_that_stripe_refuses_leaves_the_order_in_review() {
    let order = refuse(&held(1_000, "usd")).order;
    let id = order.refunds[0].id.clone();
    let refused = step(&order, &Fact::RefundRefused { refund: id, failure: "charge_disputed".to_owned() });
    let review = refused.review.clone().expect("in review");
    assert_eq!(review.kind, ReviewKind::Payment);
    assert_eq!((refused.reviewed.clone(), refused.stock), (None, StockState::Held));
    // Now either can still be had.
    assert_eq!(accepted(&refused).status, OrderStatus::Paid);
    let again = refuse(&refused).order;
    assert_eq!(last(&again, RefundState::Succeeded).status, OrderStatus::Refunded);
}

#[test]
fn a_late_payment_in_review_takes_stock_again_or_is_out_of_stock() {
    let order = place(&[Want { over_after: Some(jiff::SignedDuration::from_secs(5_000)), ..tickets(1, 2_500) }], 0);
    let expired = step(&order, &Fact::Unpayable);
    assert_eq!(expired.stock, StockState::None);
    let wrong = Fact::Captured(Capture { amount: Minor(100), ..capture(&order, "pi_1") });
    let held = step(&expired, &wrong);
    assert_eq!((held.status, held.review.is_some()), (OrderStatus::Expired, true));
    let decision = accept_review(&held, &Actor::person("staff-1"), after(70)).expect("accepted");
    assert!(decision.draw && decision.order.status == OrderStatus::Paid);
    let over = accept_review(&held, &Actor::person("staff-1"), after(5_001)).expect_err("over");
    assert_eq!(over.code, Code::OutOfStock);
    assert_eq!(last(&refuse(&held).order, RefundState::Succeeded).status, OrderStatus::Refunded);
}

#[test]
fn staff_are_reminded_every_day_until_they_decide() {
    let order = held(1_000, "usd");
    let since = after(60);
    assert!(!remind_of_review(&order, since + REVIEW_EVERY - jiff::SignedDuration::from_secs(1)).changed);
    let later = since + REVIEW_EVERY;
    let reminded = remind_of_review(&order, later);
    assert!(matches!(&reminded.alarms[..], [Alarm::Review { since: at, .. }] if *at == since));
    assert_eq!(reminded.order.due_at(), Some(later + REVIEW_EVERY));
    assert!(!remind_of_review(&reminded.order, later).changed);
    // While the money is on its way back there is nothing to decide.
    let refused = refuse(&order).order;
    let quiet = remind_of_review(&refused, later);
    assert!(quiet.changed && quiet.alarms.is_empty());
    assert_eq!(remind_of_review(&accepted(&order), later).order.review, None);
}

#[test]
fn a_failed_refund_is_acknowledged_or_tried_again() {
    let order = paid(&place(&[tickets(2, 2_500)], 0));
    let half = RefundAsk::Amount(Minor(1_000));
    let requested =
        decide_refund(&order, &half, refund_id("ref_1"), RefundCause::Staff, None, after(60)).expect("asked");
    let accepted_by_stripe = step(&requested.order, &seen(&requested.order, "ref_1", RefundState::Succeeded));
    let failed = step(&accepted_by_stripe, &seen(&accepted_by_stripe, "ref_1", RefundState::Failed));
    assert_eq!(failed.review.as_ref().map(|review| review.kind), Some(ReviewKind::Refund));

    let known = accept_review(&failed, &Actor::person("staff-1"), after(70)).expect("acknowledged");
    assert_eq!((known.outcome.as_str(), known.order.review.clone()), ("review_acknowledged", None));
    assert_eq!((known.order.status, known.calls.len(), known.stock.len()), (OrderStatus::Paid, 0, 0));

    let again = refuse(&failed);
    let refund = again.order.refunds.last().expect("a refund").clone();
    assert_eq!((refund.amount, again.calls.clone()), (Minor(1_000), vec![NextCall::Refund(refund.id)]));
    let done = last(&again.order, RefundState::Succeeded);
    assert_eq!((done.review.clone(), done.status, done.refunded()), (None, OrderStatus::Paid, Minor(1_000)));
    let failed_again = last(&last(&again.order, RefundState::Succeeded), RefundState::Failed);
    assert!(failed_again.review.is_some() && failed_again.reviewed.is_none(), "it can be decided once more");
}

#[test]
fn money_that_is_kept_for_no_goods_is_settled_by_a_persons_word_alone() {
    let order = step(&place(&[tickets(1, 2_500)], 0), &Fact::Unpayable);
    let late = decide(&order, &captured(&order), Supply::Gone, after(4_000)).expect("late").order;
    let id = late.refunds[0].id.clone();
    let refused = step(&late, &Fact::RefundRefused { refund: id, failure: "insufficient_funds".to_owned() });
    assert_eq!(refused.review.as_ref().map(|review| review.kind), Some(ReviewKind::Refund));
    let known = accepted(&refused);
    assert_eq!((known.status, known.payment.acknowledged), (OrderStatus::Expired, Some(refused.payment.captured)));
    let again = refuse(&refused).order;
    assert_eq!(last(&again, RefundState::Succeeded).status, OrderStatus::Refunded);
}

#[test]
fn a_refused_refund_of_a_canceled_listing_takes_its_goods_again() {
    let order = paid(&place(&[tickets(2, 2_500)], 0));
    let cause = RefundCause::ListingCanceled;
    let off = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_off"), cause, None, after(60)).expect("off").order;
    let fact = Fact::RefundRefused { refund: refund_id("ref_off"), failure: "insufficient_funds".to_owned() };
    let refused = step(&off, &fact);
    assert!(refused.tickets.iter().all(|ticket| ticket.status == TicketStatus::Valid));
    let again = refuse(&refused).order;
    assert!(again.tickets.iter().all(|ticket| ticket.status == TicketStatus::Refunding));
    let done = last(&again, RefundState::Succeeded);
    assert_eq!((done.status, done.stock, done.review), (OrderStatus::Refunded, StockState::None, None));
}

#[test]
fn the_failed_refund_of_a_second_payment_is_tried_again() {
    let order = step(&paid(&place(&[tickets(1, 2_500)], 0)), &captured(&place(&[tickets(1, 2_500)], 0)));
    let twice = step(&order, &Fact::Captured(capture(&order, "pi_2")));
    let failed = last(&twice, RefundState::Failed);
    assert!(failed.review.is_some());
    let again = refuse(&failed).order;
    let refund = again.refunds.last().expect("a refund");
    assert_eq!((refund.cause, refund.payment_intent.as_deref()), (RefundCause::DoublePayment, Some("pi_2")));
    let done = last(&again, RefundState::Succeeded);
    assert_eq!((done.review, done.status), (None, OrderStatus::Paid));
    assert_eq!(accepted(&failed).review, None);
}

#[test]
fn goods_that_were_given_back_before_stripe_refunded_after_all_stay_or_come_back() {
    let order = paid(&place(&[tickets(2, 2_500)], 0));
    let one = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]);
    let requested =
        decide_refund(&order, &one, refund_id("ref_1"), RefundCause::Staff, None, after(60)).expect("asked");
    let unsure = seen(&requested.order, "ref_1", RefundState::Succeeded);
    let refused = step(&requested.order, &Fact::RefundRefused { refund: refund_id("ref_1"), failure: "x".to_owned() });
    let returned = step(&refused, &unsure);
    assert_eq!(returned.review.as_ref().map(|review| review.kind), Some(ReviewKind::Returned));
    let stays = accepted(&returned);
    assert!(stays.tickets.iter().all(|ticket| ticket.status == TicketStatus::Valid));
    let done = last(&refuse(&returned).order, RefundState::Succeeded);
    assert_eq!((done.status, done.stock), (OrderStatus::Refunded, StockState::None));
}

#[test]
fn a_wrong_authorization_is_put_to_the_expert_or_released() {
    let order = booking(48);
    let wrong = Authorization { amount: Minor(9_000), ..authorization(&order) };
    let held = step(&order, &Fact::Authorized(wrong));
    assert_eq!(held.review.as_ref().map(|review| review.kind), Some(ReviewKind::Authorization));

    let requested = accept_review(&held, &Actor::person("staff-1"), after(70)).expect("accepted");
    assert_eq!(
        (requested.order.status, requested.notifications.clone()),
        (OrderStatus::Authorized, vec![NotificationKind::BookingRequested])
    );
    let claimed = confirm_booking(&requested.order, &Actor::person("expert-1"), after(80)).expect("confirmed").order;
    let taken = step(&claimed, &Fact::Captured(Capture { amount: Minor(9_000), ..capture(&order, "pi_1") }));
    assert_eq!((taken.status, taken.review.clone(), taken.refundable()), (OrderStatus::Paid, None, Minor(9_000)));

    let refused = refuse(&held);
    assert_eq!(refused.calls, [NextCall::EndPayment]);
    assert_eq!(refused.order.claim.as_ref().map(|claim| claim.kind), Some(ClaimKind::Voiding));
    let over = step(&refused.order, &Fact::Unpayable);
    assert_eq!((over.status, over.payment.state), (OrderStatus::Canceled, PaymentState::Canceled));
    assert_eq!((over.review, over.booking.map(|b| b.status)), (None, Some(BookingStatus::Declined)));
}

#[test]
fn a_dispute_comes_first() {
    let order = held(1_000, "usd");
    let open = step(&order, &dispute("dp_1", Minor(1_000), DisputeState::Open));
    for refusal in [
        accept_review(&open, &Actor::person("staff-1"), after(70)).expect_err("frozen"),
        refuse_review(&open, &Actor::person("staff-1"), RefundCause::Staff, "no", after(70)).expect_err("frozen"),
    ] {
        assert_eq!(refusal.code, Code::IllegalState);
    }
    let won = step(&open, &dispute("dp_1", Minor(1_000), DisputeState::Won));
    assert_eq!(accepted(&won).status, OrderStatus::Paid);
    let lost = step(&open, &dispute("dp_1", Minor(1_000), DisputeState::Lost));
    assert_eq!((lost.status, lost.stock, lost.review), (OrderStatus::Canceled, StockState::None, None));
}

#[test]
fn a_decision_sent_again_is_one_decision() {
    let order = held(1_000, "usd");
    assert_eq!(order.review_repeat(true, &Actor::person("staff-1"), after(70)), Repeat::New);
    let taken = accepted(&order);
    assert_eq!(taken.review_repeat(true, &Actor::person("staff-1"), after(75)), Repeat::Done);
    assert_eq!(taken.review_repeat(false, &Actor::person("staff-1"), after(75)), Repeat::New);
    assert_eq!(taken.review_repeat(true, &Actor::person("staff-2"), after(75)), Repeat::New);
    assert_eq!(
        accept_review(&taken, &Actor::person("staff-2"), after(75)).expect_err("decided").code,
        Code::IllegalState
    );

    let back = refuse(&order).order;
    assert_eq!(back.review_repeat(false, &Actor::person("staff-1"), after(75)), Repeat::Running);
    assert_eq!(back.review_repeat(false, &Actor::person("staff-1"), after(200)), Repeat::Resume);
    let accepted_by_stripe = last(&back, RefundState::Pending);
    assert_eq!(accepted_by_stripe.review_repeat(false, &Actor::person("staff-1"), after(75)), Repeat::Done);
    for refusal in [
        accept_review(&back, &Actor::person("staff-2"), after(75)).expect_err("on its way back"),
        refuse_review(&back, &Actor::person("staff-2"), RefundCause::Staff, "no", after(75))
            .expect_err("on its way back"),
    ] {
        assert_eq!(refusal.code, Code::IllegalState);
    }
}
