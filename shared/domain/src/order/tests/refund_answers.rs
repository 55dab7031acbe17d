//! What becomes of a refund that Stripe answers, delays, refuses or returns: the buyer gets the money once, or a person looks.

use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::refund_records::{ask, euros, of, step, taxed};
use crate::{
    Actor, Code, DisputeSeen, DisputeState, Fact, Kind, Minor, RefundState,
    order::{
        CanceledBy, Decision, Goods, NextCall, Order, OrderStatus, PROCESSING_FETCH, PaymentMode, Refund, RefundAsk,
        RefundCause, ReviewKind, Supply, TicketStatus, cancel_booking, decide, decide_refund, refuse_review,
        tests::fixtures::{
            Want, after, booking, by_hand, capture, confirmed, dispute, items, paid, place, refund_id, seen, tickets,
        },
    },
};

fn refused(order: &Order, id: &str) -> Order {
    let fact = Fact::RefundRefused { refund: refund_id(id), failure: "insufficient_funds".to_owned() };
    step(order, &fact).order
}

fn tried_again(order: &Order) -> Decision {
    refuse_review(order, &Actor::person("staff-1"), RefundCause::Staff, "again", after(200)).expect("tried again")
}

#[test]
fn stripes_answers_are_followed_each_once() {
    let order = ask(&taxed(), &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).order;
    let pending = step(&order, &seen(&order, "ref_1", RefundState::Pending)).order;
    assert_eq!(pending.refunds[0].due_at, Some(after(100) + PROCESSING_FETCH), "it is looked at again");
    let done = step(&pending, &seen(&pending, "ref_1", RefundState::Succeeded)).order;
    assert_eq!(done.refunds[0].due_at, None);
    // A refusal of one refund leaves another one's tickets where they are.
    let two = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_2", RefundCause::Staff).order;
    let back = refused(&two, "ref_2");
    let tickets: Vec<_> = back.tickets.iter().map(|ticket| (ticket.status, ticket.refund.clone())).collect();
    assert_eq!(tickets, [(TicketStatus::Refunding, Some(refund_id("ref_1"))), (TicketStatus::Valid, None)]);
    // The same answer a second time is no news.
    let again = Fact::RefundRefused { refund: refund_id("ref_2"), failure: "insufficient_funds".to_owned() };
    assert!(!step(&back, &again).changed);
    let accepted = Fact::RefundRefused { refund: refund_id("ref_1"), failure: "late".to_owned() };
    assert!(!step(&done, &accepted).changed, "what Stripe made it has not refused");
    assert!(!step(&pending, &accepted).changed);
}

#[test]
fn a_delayed_refund_is_tried_again_and_announced_once() {
    let order = ask(&taxed(), &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).order;
    let order = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_2", RefundCause::Staff).order;
    let delayed = |order: &Order, id: &str, why: &str, seconds| {
        let fact = Fact::RefundDelayed { refund: refund_id(id), failure: why.to_owned() };
        decide(order, &fact, Supply::Untried, after(seconds)).expect("a decision")
    };
    let first = delayed(&order, "ref_2", "balance_insufficient", 390);
    assert_eq!(first.outcome.as_str(), "refund_delayed");
    let due: Vec<_> = first.order.refunds.iter().map(|refund| refund.due_at).collect();
    assert_eq!(due, [Some(after(150)), Some(after(690))], "as long again as it has waited");
    let failures: Vec<_> = first.order.refunds.iter().map(|refund| refund.failure.as_deref()).collect();
    assert_eq!(failures, [None, Some("balance_insufficient")]);
    assert_eq!(delayed(&first.order, "ref_2", "balance_insufficient", 800).outcome.as_str(), "postponed");
    assert_eq!(delayed(&first.order, "ref_2", "another", 800).outcome.as_str(), "refund_delayed");
    let accepted = step(&order, &seen(&order, "ref_2", RefundState::Pending)).order;
    for over in [&accepted, &refused(&order, "ref_2")] {
        assert!(!delayed(over, "ref_2", "balance_insufficient", 800).changed, "Stripe has answered it");
    }
}

/// Staff see what comes of their own request; a person is heard only where the buyer is left without both.
#[test]
fn a_refusal_of_staffs_own_request_is_for_staff_to_see() {
    let order = ask(&taxed(), &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).order;
    assert_eq!(refused(&order, "ref_1").review, None);
    let disputed = step(&order, &dispute("dp_1", Minor(100), DisputeState::Open)).order;
    assert_eq!(refused(&disputed, "ref_1").review, None, "the ticket is the buyer's again");
    let mut package = place(&[Want { kind: Kind::Package, ..items(2, 5_000) }], 0);
    package.lines[0].hours = Some(Decimal::from(5));
    let package = ask(&paid(&package), &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).order;
    assert_eq!(refused(&package, "ref_1").review, None, "the hours are on the balance again");
    // The seller's own cancellation is no request of the buyer's that could be sent again.
    let off = ask(&taxed(), &RefundAsk::Rest, "ref_1", RefundCause::ListingCanceled).order;
    let heard = refused(&off, "ref_1");
    assert_eq!(heard.review.map(|review| review.refunds), Some(vec![refund_id("ref_1")]));
    // Where bank and dashboard gave all of it back before, no money is owed.
    let lost = step(&off, &dispute("dp_1", Minor(3_000), DisputeState::Lost)).order;
    let rest = lost.payment.captured - Minor(3_000);
    let back = step(&lost, &by_hand("re_hand", "pi_1", rest, RefundState::Succeeded)).order;
    assert_eq!(back.status, OrderStatus::Refunded);
    assert_eq!(refused(&back, "ref_1").review, None);
    // And it stays back while another bank's question comes and goes.
    let requested = Fact::Dispute(DisputeSeen { stripe_id: "dp_2".to_owned(), ..seen_dispute(DisputeState::Inquiry) });
    let over = Fact::Dispute(DisputeSeen { stripe_id: "dp_2".to_owned(), ..seen_dispute(DisputeState::Won) });
    assert_eq!(step(&step(&back, &requested).order, &over).order.status, OrderStatus::Refunded);
}

fn seen_dispute(state: DisputeState) -> DisputeSeen {
    let Fact::Dispute(seen) = dispute("dp_1", Minor(100), state) else { panic!("a dispute") };
    seen
}

#[test]
fn a_canceled_bookings_refund_that_stripe_made_after_all_asks_no_person() {
    let order = confirmed(&booking(48));
    let canceled = cancel_booking(&order, CanceledBy::Buyer, &Actor::person("buyer-1"), refund_id("ref_1"), after(90))
        .expect("done");
    let back = refused(&canceled.order, "ref_1");
    assert_eq!(back.review.as_ref().map(|review| review.kind), Some(ReviewKind::Refund));
    let made = step(&back, &seen(&back, "ref_1", RefundState::Succeeded)).order;
    assert_eq!((made.review.as_ref(), made.violations()), (None, Vec::new()));
}

#[test]
fn the_last_refund_takes_what_no_refund_named() {
    let order = paid(&place(&[items(2, 5_000), items(1, 100)], 0));
    let most = order.refundable() - Minor(5_000);
    let order = ask(&order, &RefundAsk::Amount(most), "ref_1", RefundCause::Staff).order;
    let order = step(&order, &seen(&order, "ref_1", RefundState::Succeeded)).order;
    let order = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_2", RefundCause::Staff).order;
    let done = step(&order, &seen(&order, "ref_2", RefundState::Succeeded));
    assert_eq!(done.order.refunds[1].items, [of("l1", 2), of("l2", 1)].concat());
    assert_eq!(done.stock.iter().map(|moved| moved.quantity).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!((done.order.status, done.order.refunds[0].items.len()), (OrderStatus::Refunded, 0));
    // All by one: no line is named twice, and none that has nothing left.
    let order = paid(&place(&[items(2, 5_000), items(1, 100)], 0));
    let order = ask(&order, &RefundAsk::Items(of("l2", 1)), "ref_1", RefundCause::Staff).order;
    let order = step(&order, &seen(&order, "ref_1", RefundState::Succeeded)).order;
    let all = by_hand("re_hand", "pi_1", order.refundable(), RefundState::Succeeded);
    assert_eq!(step(&order, &all).order.refunds[1].items, of("l1", 2));
    // Goods of a request that Stripe has not answered come back with the money, under its own name.
    let order = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_2", RefundCause::Staff).order;
    let done = step(&order, &by_hand("re_hand", "pi_1", Minor(10_000), RefundState::Succeeded)).order;
    let goods: Vec<_> = done.refunds.iter().map(|refund| (refund.goods, refund.items.clone())).collect();
    let restocked = |items| (Goods::Restocked, items);
    assert_eq!(goods, [restocked(of("l2", 1)), restocked(of("l1", 1)), restocked(of("l1", 1))]);
}

#[test]
fn hours_go_with_packages_alone_and_once() {
    let order = ask(&taxed(), &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff);
    assert_eq!(order.ledger, [], "a ticket is no hours");
    let mut package = place(&[Want { kind: Kind::Package, ..items(2, 5_000) }], 0);
    package.buyer.customer = Some("cus_1".to_owned());
    assert_eq!(package.hours(), Some(Decimal::from(10)), "five in each");
    assert_eq!(place(&[tickets(1, 100)], 0).hours(), None);
    let package = paid(&package);
    let disputed = step(&package, &dispute("dp_1", Minor(100), DisputeState::Lost)).order;
    let one = ask(&disputed, &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff);
    assert_eq!(one.ledger, [], "the bank's dispute has them");
    let mut empty = package.clone();
    empty.lines[0].hours = Some(Decimal::ZERO);
    assert_eq!((empty.hours(), empty.credit()), (None, None));
    assert_eq!(ask(&empty, &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).ledger, []);
}

#[test]
fn what_was_never_paid_is_not_refunded() {
    let mut order = booking(48);
    order.payment.mode = PaymentMode::Free;
    let waiting = order.request_free(after(0));
    let refusal = decide_refund(&waiting, &RefundAsk::Rest, refund_id("ref_1"), RefundCause::Staff, None, after(90));
    assert_eq!(refusal.expect_err("not paid").code, Code::NotPaid);
}

/// A seller's cancellation that Stripe refuses: the buyer has neither the show nor the money, so the second try has to
/// give back the same.
#[test]
fn a_refund_is_tried_again_as_it_was() {
    let mut order = taxed();
    order.payment.currency = Some(euros());
    let requested = ask(&order, &RefundAsk::Items(of("l1", 2)), "ref_1", RefundCause::ListingCanceled).order;
    let back = refused(&requested, "ref_1");
    assert_eq!(back.review.as_ref().map(|review| review.kind), Some(ReviewKind::Refund));
    let again = tried_again(&back);
    let first = requested.refunds[0].clone();
    let id = again.order.refunds[1].id.clone();
    let lease = SignedDuration::from_secs(60);
    let expected = Refund {
        id: id.clone(),
        call: Some(back.calls + 1),
        due_at: Some(after(200) + lease),
        created_at: after(200),
        ..first
    };
    assert_eq!(again.order.refunds[1], expected);
    assert_eq!(again.calls, [NextCall::Refund(id.clone())]);
    assert!(again.order.tickets.iter().all(|ticket| ticket.status == TicketStatus::Refunding));

    // One of the two went back on its own meanwhile: what is left, by what is left of the money.
    let one = ask(&back, &RefundAsk::Items(of("l1", 1)), "ref_3", RefundCause::Staff).order;
    let less = tried_again(&one).order.refunds[2].clone();
    assert_eq!(less.items, of("l1", 1));
    assert_eq!((less.shares, less.tax_shares), (vec![], vec![]), "their price is no longer that of the refusal");
    let left = one.refundable();
    assert_eq!((less.amount, less.parts), (left, one.parts_of(left)));

    // Less money than that is left.
    let most = back.refundable() - Minor(1_000);
    let spent = ask(&back, &RefundAsk::Amount(most), "ref_3", RefundCause::Staff).order;
    let last = tried_again(&spent).order.refunds[2].clone();
    assert_eq!((last.amount, last.parts), (Minor(1_000), spent.parts_of(Minor(1_000))));
    let spent = ask(&back, &RefundAsk::Amount(back.refundable()), "ref_3", RefundCause::Staff).order;
    assert!(tried_again(&spent).calls.is_empty(), "nothing is left to give");
    // Both tickets went back meanwhile, at their price: the goods are back, and money of theirs is not left.
    let both = ask(&back, &RefundAsk::Items(of("l1", 2)), "ref_3", RefundCause::Staff).order;
    let rest = tried_again(&both).order.refunds[2].clone();
    assert_eq!((rest.items, rest.amount), (vec![], both.refundable()));

    // Stripe made it after all, which is no reason to make it twice.
    let made = step(&back, &seen(&back, "ref_1", RefundState::Succeeded)).order;
    let known = tried_again(&made);
    assert_eq!((known.calls.len(), known.order.refunds.len()), (0, 1));
}

#[test]
fn a_refund_that_a_bank_returned_is_tried_again_without_goods() {
    let order = taxed();
    let requested = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff).order;
    let done = step(&requested, &seen(&requested, "ref_1", RefundState::Succeeded)).order;
    let failed = step(&done, &seen(&done, "ref_1", RefundState::Failed)).order;
    let again = tried_again(&failed).order.refunds[1].clone();
    let first = &failed.refunds[0];
    assert_eq!((again.amount, again.parts, again.items), (first.amount, first.parts, vec![]));
    assert_eq!((again.reason, again.cause), (Some("asked".to_owned()), RefundCause::Staff));
}

#[test]
fn a_second_payment_is_given_back_until_it_is_back() {
    let order = paid(&place(&[items(1, 5_000)], 0));
    let twice = step(&order, &Fact::Captured(capture(&order, "pi_2"))).order;
    let id = twice.refunds[0].id.to_string();
    let back = refused(&twice, &id);
    let again = tried_again(&back);
    let second = &again.order.refunds[1];
    assert_eq!((second.amount, second.cause), (order.totals.total, RefundCause::DoublePayment));
    assert_eq!((second.payment_intent.as_deref(), again.calls.len()), (Some("pi_2"), 1));
    assert!(back.keeps_second_payment() && !again.order.keeps_second_payment());
    // By hand in the dashboard: the refusal is made good, and is not made a second time.
    let hand = step(&back, &by_hand("re_hand", "pi_2", order.totals.total, RefundState::Succeeded)).order;
    assert!(!hand.keeps_second_payment());
    if hand.review.is_some() {
        assert!(tried_again(&hand).calls.is_empty());
    }
    let other = step(&back, &Fact::Captured(capture(&order, "pi_3"))).order;
    assert!(other.keeps_second_payment(), "another payment's refund does not make it good");
}
