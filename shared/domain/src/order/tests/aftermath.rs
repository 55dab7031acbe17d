//! What happens where one part of an order's end meets another one.

use rust_decimal::Decimal;

use crate::{
    Actor, DisputeState, Fact, Kind, Minor, RefundState,
    order::{
        BookingStatus, Confirmer, Decision, LedgerMove, Order, OrderStatus, PaymentMode, PaymentState, RefundAsk,
        RefundCause, RefundItem, StockState, Supply, confirm_booking, decide, decide_refund,
        tests::fixtures::{
            Want, after, booking, by_intent, decline, dispute, items, paid, place, refund_id, seen, tickets,
        },
    },
};

fn step(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(500)).expect("a decision")
}

fn refund(order: &Order, ask: &RefundAsk, id: &str, cause: RefundCause) -> Decision {
    decide_refund(order, ask, refund_id(id), cause, None, after(400)).expect("a refund")
}

fn refused(id: &str) -> Fact {
    Fact::RefundRefused { refund: refund_id(id), failure: "charge_disputed".to_owned() }
}

/// A package of two times five hours for 100.00, bought by a customer.
fn package() -> Order {
    let mut order = place(&[Want { kind: Kind::Package, ..items(2, 5_000) }], 0);
    order.buyer.customer = Some("cus_1".to_owned());
    order.lines[0].hours = Some(Decimal::from(5));
    order
}

#[test]
fn a_canceled_listing_gives_back_no_more_than_is_left() {
    let order = paid(&place(&[tickets(2, 5_000), items(1, 5_000)], 0));
    let most = order.refundable() - Minor(1_000);
    let order = refund(&order, &RefundAsk::Amount(most), "ref_goodwill", RefundCause::Staff).order;
    let tickets = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 2 }]);
    let decision = refund(&order, &tickets, "ref_off", RefundCause::ListingCanceled);
    let off = decision.order.refund(&refund_id("ref_off")).expect("a refund");
    assert_eq!(off.amount, Minor(1_000), "the rest of the money, with all of the goods");
    let requested_by_staff = decide_refund(&order, &tickets, refund_id("ref_2"), RefundCause::Staff, None, after(400));
    assert!(requested_by_staff.is_err(), "staff hear that there is too little left");
}

#[test]
fn a_payment_under_way_that_fails_leaves_the_hold_to_decide() {
    let order = by_intent(&[items(1, 5_000)], Confirmer::Client);
    let under_way = step(&order, &Fact::Processing { payment_intent: Some("pi_1".to_owned()) }).order;
    assert_eq!(under_way.payment.state, PaymentState::Processing);
    let failed = step(&under_way, &Fact::Declined(decline(after(450)))).order;
    assert_eq!((failed.status, failed.payment.state), (OrderStatus::Pending, PaymentState::Unpaid));
    assert_eq!(failed.due_at(), order.hold.map(|hold| hold.expires_at));
}

#[test]
fn a_refusal_after_the_goods_are_gone_is_for_a_person_to_see() {
    let order = paid(&place(&[items(1, 5_000)], 0));
    let order = refund(&order, &RefundAsk::Amount(order.refundable()), "ref_1", RefundCause::Staff).order;
    let order = refund(&order, &RefundAsk::Rest, "ref_2", RefundCause::Staff).order;
    assert_eq!(order.refunded_quantity("l1"), 1, "the goods came back for nothing");
    let decision = step(&order, &refused("ref_1"));
    assert!(decision.order.review.is_some() && !decision.alarms.is_empty(), "the buyer has neither goods nor money");
}

#[test]
fn a_refund_made_after_all_does_not_hide_that_a_dispute_took_the_goods() {
    let order = paid(&place(&[tickets(1, 5_000)], 0));
    let order = refund(&order, &RefundAsk::Amount(Minor(100)), "ref_1", RefundCause::Staff).order;
    let lost = step(&order, &dispute("dp_1", order.payment.captured, DisputeState::Lost)).order;
    assert_eq!((lost.status, lost.stock), (OrderStatus::Paid, StockState::None));
    let open = step(&lost, &dispute("dp_1", lost.payment.captured, DisputeState::Open)).order;
    let refused = step(&open, &refused("ref_1")).order;
    let made = step(&refused, &seen(&refused, "ref_1", RefundState::Succeeded)).order;
    assert_eq!(made.violations(), Vec::<String>::new());
    assert!(made.review.is_some(), "the seller has money for a ticket that is on sale again");
}

#[test]
fn a_refund_that_makes_good_for_a_failed_one_ends_the_review() {
    let order = paid(&place(&[items(2, 5_000)], 0));
    let half = RefundAsk::Amount(Minor(2_500));
    let order = refund(&order, &half, "ref_1", RefundCause::Staff).order;
    let accepted = step(&order, &seen(&order, "ref_1", RefundState::Succeeded)).order;
    let failed = step(&accepted, &seen(&accepted, "ref_1", RefundState::Failed)).order;
    assert!(failed.review.is_some());
    assert_eq!(failed.archive_at(), None, "nothing goes while the buyer waits");
    let again = refund(&failed, &half, "ref_2", RefundCause::Staff).order;
    let done = step(&again, &seen(&again, "ref_2", RefundState::Succeeded)).order;
    assert_eq!(done.review, None);
    assert!(done.archive_at().is_some());
}

#[test]
fn hours_are_credited_taken_back_and_returned() {
    let placed = package();
    let decision =
        decide(&placed, &crate::order::tests::fixtures::captured(&placed), Supply::Untried, after(60)).expect("paid");
    let ten = Decimal::from(10);
    let credit = LedgerMove::Credit { cause: "order:ord_1".to_owned(), hours: ten, amount: Minor(10_000) };
    assert_eq!(decision.ledger, [credit]);
    let one = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]);
    let requested = refund(&decision.order, &one, "ref_1", RefundCause::Staff);
    let five = Decimal::from(5);
    assert_eq!(
        requested.ledger,
        [LedgerMove::Take { cause: "refund:ref_1".to_owned(), hours: five, amount: Minor(5_000) }]
    );
    let back = step(&requested.order, &refused("ref_1"));
    let given = LedgerMove::GiveBack { cause: "refund:ref_1:refused".to_owned(), of: "refund:ref_1".to_owned() };
    assert_eq!(back.ledger, [given]);
}

#[test]
fn hours_under_dispute_come_back_once_the_last_dispute_ends() {
    let order = paid(&package());
    let first = step(&order, &dispute("dp_1", Minor(4_000), DisputeState::Open));
    assert!(matches!(&first.ledger[..], [LedgerMove::TakeWhatIsLeft { cause, .. }] if cause == "dispute:dp_1"));
    let second = step(&first.order, &dispute("dp_2", Minor(4_000), DisputeState::Open)).order;
    let won = step(&second, &dispute("dp_1", Minor(4_000), DisputeState::Won));
    assert_eq!(won.ledger, [], "another one is open still");
    let lost = step(&won.order, &dispute("dp_2", Minor(4_000), DisputeState::Lost));
    assert_eq!(lost.ledger, [], "they are taken already");

    let alone = step(&first.order, &dispute("dp_1", Minor(4_000), DisputeState::Won));
    assert!(matches!(&alone.ledger[..], [LedgerMove::GiveBack { of, .. }] if of == "dispute:dp_1"));
}

#[test]
fn a_refusal_during_a_dispute_gives_no_hours_back() {
    let order = paid(&package());
    let one = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }]);
    let requested = refund(&order, &one, "ref_1", RefundCause::Staff).order;
    let disputed = step(&requested, &dispute("dp_1", requested.payment.captured, DisputeState::Open)).order;
    let decision = step(&disputed, &refused("ref_1"));
    assert_eq!(decision.ledger, []);
    assert!(decision.order.review.is_some(), "a person decides once the bank has");
}

#[test]
fn a_slot_that_costs_nothing_waits_for_its_expert_all_the_same() {
    let mut order = booking(48);
    order.payment.mode = PaymentMode::Free;
    order.payment.confirmer = None;
    let requested = order.request_free(after(0));
    assert_eq!((requested.status, requested.stock), (OrderStatus::Authorized, StockState::Held));
    assert!(requested.due_at().is_some(), "the sweeper ends it if the expert does not answer");
    let taken = confirm_booking(&requested, &Actor::person("coach"), after(60)).expect("confirmed");
    assert_eq!(taken.calls, [], "there is no money to take");
    assert_eq!(taken.order.status, OrderStatus::Paid);
    assert_eq!(taken.order.booking.as_ref().map(|b| b.status), Some(BookingStatus::Confirmed));
    assert!(taken.order.violations().is_empty(), "{:?}", taken.order.violations());
    let unanswered = step(&requested, &Fact::Unpayable).order;
    assert_eq!(unanswered.status, OrderStatus::Canceled);
}

#[test]
fn a_dispute_that_was_answered_waits_for_the_bank_alone() {
    let order = paid(&place(&[tickets(1, 5_000)], 0));
    let seen = |id: &str, word: &str, due: i64| {
        let Fact::Dispute(mut seen) = dispute(id, Minor(100), DisputeState::Open) else { panic!("a dispute") };
        (seen.word, seen.due_by) = (word.to_owned(), Some(after(due)));
        Fact::Dispute(seen)
    };
    let two =
        step(&step(&order, &seen("dp_1", "needs_response", 900)).order, &seen("dp_2", "needs_response", 800)).order;
    let first = |order: &Order| order.dispute_to_answer().map(|dispute| dispute.stripe_id.clone());
    assert_eq!(first(&order), None);
    assert_eq!(first(&two).as_deref(), Some("dp_2"), "the one that is due first");
    let answered = step(&two, &seen("dp_2", "under_review", 800)).order;
    assert_eq!(first(&answered).as_deref(), Some("dp_1"));
    assert_eq!(first(&step(&answered, &seen("dp_1", "under_review", 900)).order), None);
}
