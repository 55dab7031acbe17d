//! What staff decide, where one review meets another end of the same money: no buyer loses both, and no one pays twice.

use crate::{
    Actor, Authorization, Capture, Code, Fact, Minor, RefundState,
    order::{
        Decision, Order, OrderStatus, RefundAsk, RefundCause, RefundItem, Repeat, Review, ReviewKind, StockState,
        Supply, accept_review, decide, decide_refund, refuse_review,
        tests::fixtures::{
            after, authorization, booking, by_hand, capture, items, paid, place, refund_id, seen, tickets,
        },
    },
};

fn step(order: &Order, fact: &Fact) -> Order {
    let order = decide(order, fact, Supply::Untried, after(60)).expect("a decision").order;
    assert_eq!(order.violations(), Vec::<String>::new());
    order
}

/// Two tickets for 54.84, paid with 60.00.
fn held() -> Order {
    let order = place(&[tickets(2, 2_500)], 0);
    step(&order, &Fact::Captured(Capture { amount: Minor(6_000), ..capture(&order, "pi_1") }))
}

/// A slot whose authorization is of another sum.
fn unsure() -> Order {
    let order = booking(48);
    let seen = Authorization { amount: Minor(9_000), tax: Some(Minor::ZERO), ..authorization(&order) };
    step(&order, &Fact::Authorized(seen))
}

fn accept(order: &Order) -> Result<Decision, Code> {
    accept_review(order, &Actor::person("staff-1"), after(70)).map_err(|refusal| refusal.code)
}

fn refuse(order: &Order) -> Result<Decision, Code> {
    refuse_review(order, &Actor::person("staff-1"), RefundCause::Staff, "no", after(70)).map_err(|refusal| refusal.code)
}

fn kind(order: &Order) -> Option<ReviewKind> {
    order.review.as_ref().map(|review| review.kind)
}

fn hand(order: &Order, intent: &str, amount: Minor, state: RefundState) -> Order {
    step(order, &by_hand("re_hand", intent, amount, state))
}

/// A refund of staff's that a bank returned.
fn returned() -> Order {
    let order = paid(&place(&[tickets(2, 2_500)], 0));
    let half = RefundAsk::Amount(Minor(1_000));
    let order =
        decide_refund(&order, &half, refund_id("ref_1"), RefundCause::Staff, None, after(60)).expect("one").order;
    let order = step(&order, &seen(&order, "ref_1", RefundState::Succeeded));
    step(&order, &seen(&order, "ref_1", RefundState::Failed))
}

/// A payment that came when its goods were gone, and is on its way back.
fn late() -> Order {
    let placed = place(&[tickets(2, 2_500)], 0);
    let expired = step(&placed, &Fact::Unpayable);
    decide(&expired, &Fact::Captured(capture(&placed, "pi_1")), Supply::Gone, after(60)).expect("late").order
}

#[test]
fn only_money_without_goods_waits_for_goods() {
    let held = held();
    let refunded = hand(&held, "pi_1", Minor(6_000), RefundState::Succeeded);
    let accepted = accept(&held).expect("accepted").order;
    for (order, waits) in [
        (held, true),
        (refunded, false),
        (accepted, false),
        (paid(&place(&[tickets(1, 100)], 0)), false),
        (returned(), false),
        (unsure(), false),
        (late(), false),
    ] {
        assert_eq!(order.waits_for_goods(), waits, "{:?} {:?}", order.status, kind(&order));
    }
}

#[test]
fn money_that_is_on_its_way_back_buys_nothing() {
    let going = hand(&held(), "pi_1", Minor(6_000), RefundState::Pending);
    assert_eq!(accept(&going).expect_err("all of it"), Code::IllegalState);
    assert_eq!(refuse(&going).expect_err("all of it"), Code::IllegalState);
    let part = hand(&held(), "pi_1", Minor(100), RefundState::Pending);
    assert_eq!(accept(&part).expect("the rest").order.status, OrderStatus::Paid);
}

/// The own payment is settled, and a second one is still to give back: what is left to decide is that refund alone.
#[test]
fn a_settled_payment_leaves_the_refund_to_decide() {
    let twice = step(&held(), &Fact::Captured(capture(&held(), "pi_2")));
    let second = twice.refunds[0].id.clone();
    let refused = step(&twice, &Fact::RefundRefused { refund: second, failure: "insufficient_funds".to_owned() });
    let settled = hand(&refused, "pi_1", Minor(6_000), RefundState::Succeeded);
    assert_eq!((settled.status, kind(&settled)), (OrderStatus::Refunded, Some(ReviewKind::Payment)));
    let known = accept(&settled).expect("acknowledged");
    assert_eq!((known.outcome.as_str(), known.order.status), ("review_acknowledged", OrderStatus::Refunded));
    let again = refuse(&settled).expect("tried again").order;
    assert_eq!(again.refunds.last().and_then(|refund| refund.payment_intent.as_deref()), Some("pi_2"));
}

#[test]
fn what_is_acknowledged_is_what_was_kept_for_nothing() {
    assert_eq!(accept(&returned()).expect("acknowledged").order.payment.acknowledged, None, "it was kept for tickets");
    // A late payment whose refund came to nothing.
    let (placed, late) = (place(&[tickets(2, 2_500)], 0), late());
    let id = late.refunds[0].id.clone();
    let refused = step(&late, &Fact::RefundRefused { refund: id, failure: "charge_disputed".to_owned() });
    let known = accept(&refused).expect("acknowledged").order;
    assert_eq!(known.payment.acknowledged, Some(placed.totals.total));
    assert_eq!(known.violations(), Vec::<String>::new());
    // And nothing of it, where the money went by hand meanwhile.
    let mut gone = hand(&refused, "pi_1", placed.totals.total, RefundState::Succeeded);
    gone.review = refused.review.clone();
    gone.status = refused.status;
    assert_eq!(accept(&gone).expect("acknowledged").order.payment.acknowledged, None);
}

/// Refused, given back, and returned by the bank: the tickets are the buyer's after all, all of them.
#[test]
fn accepting_what_a_bank_returned_hands_out_all_goods() {
    let refused = refuse(&held()).expect("refused").order;
    let id = refused.refunds[0].id.to_string();
    let done = step(&refused, &seen(&refused, &id, RefundState::Succeeded));
    let failed = step(&done, &seen(&done, &id, RefundState::Failed));
    assert_eq!(failed.stock, StockState::None);
    if let Ok(accepted) = accept(&Order { review: payment_review(&failed), ..failed.clone() }) {
        assert_eq!((accepted.order.taken_back("l1"), accepted.draw), (0, true));
        assert_eq!(accepted.order.tickets.len(), 2);
    } else {
        panic!("nothing stands against it: {failed:#?}");
    }
    // What another refund did take back stays back.
    let order = held();
    let part = hand(&order, "pi_1", Minor(100), RefundState::Succeeded);
    let mut named = part.clone();
    named.refunds[0].items = vec![RefundItem { line: "l1".to_owned(), quantity: 1 }];
    assert_eq!(accept(&named).expect("accepted").order.refunds[0].items.len(), 1);
}

fn payment_review(order: &Order) -> Option<Review> {
    order.review.clone().map(|review| Review { kind: ReviewKind::Payment, ..review })
}

#[test]
fn a_decision_sent_again_is_followed_to_its_end() {
    let refused = refuse(&held()).expect("refused").order;
    let at = after(70);
    let lease = jiff::SignedDuration::from_secs(60);
    let nanosecond = jiff::SignedDuration::from_nanos(1);
    let repeat = |order: &Order, now| order.review_repeat(false, &Actor::person("staff-1"), now);
    assert_eq!(repeat(&refused, at + lease - nanosecond), Repeat::Running);
    assert_eq!(repeat(&refused, at + lease), Repeat::Resume, "its first caller is gone");
    let id = refused.refunds[0].id.to_string();
    let accepted = step(&refused, &seen(&refused, &id, RefundState::Pending));
    assert_eq!((repeat(&accepted, at + lease), kind(&accepted)), (Repeat::Done, Some(ReviewKind::Payment)));
    let mut by_others = refused.clone();
    by_others.reviewed.iter_mut().for_each(|reviewed| reviewed.refunds.clear());
    assert_eq!(repeat(&by_others, at + lease), Repeat::Done, "another refund is not what was decided");

    let voiding = refuse(&unsure()).expect("refused").order;
    assert_eq!((repeat(&voiding, at), repeat(&voiding, at + lease)), (Repeat::Running, Repeat::Resume));
    let over = step(&voiding, &Fact::Unpayable);
    assert_eq!(repeat(&over, at), Repeat::Done);
}

/// More refunds than staff may ask for: that is said, and the order stays in review.
#[test]
fn a_refusal_that_cannot_be_had_is_not_noted() {
    let mut order = paid(&place(&[items(1, 50_000)], 0));
    for n in 0..crate::order::MAX_REFUNDS {
        let ask = RefundAsk::Amount(Minor(1));
        let id = refund_id(&format!("ref_{n}"));
        order = decide_refund(&order, &ask, id, RefundCause::Staff, None, after(60)).expect("asked").order;
    }
    order.review = payment_review(&returned()).map(|review| Review { kind: ReviewKind::Returned, ..review });
    assert_eq!(refuse(&order).expect_err("too many"), Code::IllegalState);
    // Where nothing is left to give, refusing is done with it.
    let gone = hand(&order, "pi_1", order.refundable(), RefundState::Pending);
    let listing = refuse_review(&gone, &Actor::person("staff-1"), RefundCause::ListingCanceled, "no", after(70));
    assert_eq!(listing.expect("done").order.reviewed.map(|reviewed| reviewed.accept), Some(false));
}
