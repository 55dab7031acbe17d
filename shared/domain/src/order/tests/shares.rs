//! Who has what of a payment, to the cent: each call that moves it, and no call that moves nothing.

use jiff::SignedDuration;

use crate::{
    Actor, AdjustmentId, Capture, DisputeState, Fact, Minor, RefundState, SplitSeen, TaxLiability, TaxTerms,
    order::{
        AdjustmentKind::{self, FeeRefund, Transfer, TransferReversal},
        AdjustmentState, Decision, NextCall, Order, PaymentState, RefundAsk, RefundCause, RefundItem, RefundParts,
        Split, Supply, accept_review, decide, decide_refund, retry_adjustment,
        tests::fixtures::{
            Terms, after, by_hand, capture, dispute, place_by, refund_id, seen, split_of, terms, tickets,
        },
    },
};

fn step(order: &Order, fact: &Fact) -> Decision {
    let decision = decide(order, fact, Supply::Untried, after(500)).expect("a decision");
    assert_eq!(decision.order.violations(), Vec::<String>::new());
    decision
}

/// Two tickets of 25.00 with fees of 4.84, and 5.48 of tax on top.
fn sold(liability: TaxLiability) -> Decision {
    let tax = TaxTerms { liability, ..TaxTerms::default() };
    let order = place_by(&[tickets(2, 2_500)], &Terms { tax, ..terms() });
    let paid = Capture { amount: Minor(6_032), tax: Some(Minor(548)), ..capture(&order, "pi_1") };
    step(&order, &Fact::Captured(paid))
}

/// The same without any tax, for 54.84.
fn untaxed() -> Order {
    let order = place_by(&[tickets(2, 2_500)], &terms());
    step(&order, &Fact::Captured(capture(&order, "pi_1"))).order
}

fn split(order: &Order) -> Order {
    step(order, &Fact::Split(split_of("pi_1", order.payment.captured, Minor(484), after(500)))).order
}

/// Stripe makes all that is due.
fn made(order: &Order) -> Order {
    let mut order = order.clone();
    while let Some(due) = order.adjustments.iter().find(|own| own.state == AdjustmentState::Due) {
        let adjustment = due.id.clone();
        let stripe_id = format!("made_{adjustment}");
        order = step(&order, &Fact::Adjusted { adjustment, stripe_id }).order;
    }
    assert_eq!(order.audit(), Vec::<String>::new());
    order
}

fn refuse(order: &Order) -> Order {
    let due = order.adjustments.iter().find(|own| own.state == AdjustmentState::Due).expect("one that is due");
    let adjustment = due.id.clone();
    step(order, &Fact::AdjustmentRefused { adjustment, failure: "balance_insufficient".to_owned() }).order
}

fn ask(order: &Order, ask: &RefundAsk, id: &str) -> Order {
    let requested =
        decide_refund(order, ask, refund_id(id), RefundCause::Staff, None, after(400)).expect("a refund").order;
    step(&requested, &seen(&requested, id, RefundState::Succeeded)).order
}

fn failed(order: &Order, id: &str) -> Order {
    step(order, &seen(order, id, RefundState::Failed)).order
}

fn one() -> RefundAsk {
    RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity: 1 }])
}

/// All that is or was to be made, as kind, target and amount; what was canceled is not in it.
fn moves(order: &Order) -> Vec<(AdjustmentKind, &str, i64)> {
    let counts = order.adjustments.iter().filter(|own| own.state != AdjustmentState::Withdrawn);
    counts.map(|own| (own.kind, own.target.as_str(), own.amount.0)).collect()
}

const TR: &str = "tr_pi_1";
const FEE: &str = "fee_pi_1";

#[test]
fn the_tax_that_the_platform_owes_stays_with_it() {
    let paid = sold(TaxLiability::Platform);
    let ask_split = NextCall::Split { payment_intent: "pi_1".to_owned() };
    assert_eq!(paid.calls, [ask_split]);
    let lease = SignedDuration::from_secs(60);
    assert_eq!(paid.order.split_fetch.as_ref().map(|fetch| fetch.due_at), Some(after(500) + lease));
    let order = split(&paid.order);
    assert_eq!((moves(&order), order.split_fetch.clone()), (vec![(TransferReversal, TR, 548)], None));
    assert_eq!(order.adjustments[0].due_at, Some(after(500) + lease), "the sweeper asks if the caller dies");
    let order = made(&order);
    let whole = order.splits[0].clone();
    assert_eq!((order.withheld(&whole), order.sellers_due(&whole)), (Minor(548), Minor(5_000)));

    let half = made(&ask(&order, &one(), "ref_1"));
    let parts = |goods, fees, tax| RefundParts { goods: Minor(goods), fees: Minor(fees), tax: Minor(tax) };
    assert_eq!(half.parts_left(&whole), parts(2_500, 0, 250));
    assert_eq!(moves(&half), [(TransferReversal, TR, 548), (TransferReversal, TR, 2_500)]);
    let lost = made(&step(&half, &dispute("dp_1", Minor(1_000), DisputeState::Lost)).order);
    assert_eq!((lost.left("pi_1"), lost.parts_left(&whole)), (Minor(3_750), parts(3_409, 0, 341)));
    assert_eq!(lost.sellers_due(&whole), Minor(1_591));
    assert_eq!(lost.left("pi_2"), Minor::ZERO, "a dispute is about the order's own payment");

    let all = made(&ask(&order, &RefundAsk::Rest, "ref_1"));
    assert_eq!((all.fees_given_of("pi_1"), all.parts_left(&whole)), (Minor(484), parts(5_000, 484, 548)));
    let expected = [(TransferReversal, TR, 548), (FeeRefund, FEE, 484), (TransferReversal, TR, 5_484)];
    assert_eq!(moves(&all), expected, "fees first, so that the seller is never short of them");
}

#[test]
fn no_tax_is_owed_of_what_is_no_sale_of_the_platforms() {
    let order = sold(TaxLiability::Platform).order;
    assert_eq!((order.owed_tax("pi_1"), order.owed_tax("pi_2")), (Minor(548), Minor::ZERO));
    let changes: [fn(&mut Order); 5] = [
        |order| order.paid_at = None,
        |order| order.destination = None,
        |order| order.payment.state = PaymentState::Authorized,
        |order| order.tax_terms.automatic = false,
        |order| order.tax_terms.liability = TaxLiability::Seller,
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut order = order.clone();
        change(&mut order);
        assert_eq!(order.owed_tax("pi_1"), Minor::ZERO, "change {n}");
    }
    let sellers = sold(TaxLiability::Seller);
    assert_eq!((sellers.calls, sellers.order.split_fetch), (vec![], None), "nothing is to be moved");
    let mut poor = split(&order).splits[0].clone();
    poor.transferred = Minor(500);
    assert_eq!(order.withheld(&poor), Minor(16), "never more than the seller has");
}

#[test]
fn fees_that_a_refund_gives_back_are_the_platforms_to_give() {
    for (amount, fees) in [(2_000, 0), (5_000, 0), (5_200, 200), (5_484, 484)] {
        let order = split(&ask(&untaxed(), &RefundAsk::Amount(Minor(amount)), "ref_1"));
        let parts = RefundParts { goods: Minor(amount - fees), fees: Minor(fees), tax: Minor::ZERO };
        assert_eq!(order.refunds[0].parts, parts);
        let mut expected = vec![(FeeRefund, FEE, fees), (TransferReversal, TR, amount)];
        expected.retain(|(_, _, amount)| *amount > 0);
        assert_eq!(moves(&order), expected);
        made(&order);
    }
}

/// As where the policy of another day gave a part of the fees back before all goods were.
#[test]
fn fees_that_go_back_early_leave_the_seller_the_rest_of_the_goods() {
    let mut order = ask(&untaxed(), &RefundAsk::Amount(Minor(2_000)), "ref_1");
    order.refunds[0].parts = RefundParts { goods: Minor(1_700), fees: Minor(300), tax: Minor::ZERO };
    let order = made(&split(&order));
    assert_eq!(moves(&order), [(FeeRefund, FEE, 300), (TransferReversal, TR, 2_000)]);
    assert_eq!(order.sellers_due(&order.splits[0]), Minor(3_300));
}

/// A refund that fails goes back to the seller; the next one takes it from there.
#[test]
fn what_failed_is_given_again_and_can_be_taken_again() {
    let order = made(&split(&ask(&untaxed(), &one(), "ref_1")));
    let order = made(&failed(&order, "ref_1"));
    assert_eq!(moves(&order), [(TransferReversal, TR, 2_500), (Transfer, "acct_1", 2_500)]);
    let again = order.adjustments[1].stripe_id.clone().expect("an id");
    let before = moves(&order).len();
    let small = made(&ask(&order, &RefundAsk::Amount(Minor(1_000)), "ref_2"));
    assert_eq!(moves(&small)[before..], [(TransferReversal, TR, 1_000)], "the first transfer has enough");
    let whole = made(&ask(&order, &RefundAsk::Rest, "ref_2"));
    let expected = [(FeeRefund, FEE, 484), (TransferReversal, TR, 2_984), (TransferReversal, again.as_str(), 2_500)];
    assert_eq!(moves(&whole)[before..], expected);
}

#[test]
fn what_stripe_refused_is_dropped_and_not_made_and_undone() {
    // A reversal that was refused, whose refund fails.
    let order = refuse(&split(&ask(&untaxed(), &one(), "ref_1")));
    let order = failed(&split(&order), "ref_1");
    assert_eq!((moves(&order), order.adjustments.len()), (vec![], 1), "nothing has moved, so nothing moves back");
    assert_eq!(order.adjustments[0].due_at, None);
    let half = RefundAsk::Amount(Minor(2_500));
    let order = made(&ask(&order, &half, "ref_2"));
    assert_eq!(moves(&order), [(TransferReversal, TR, 2_500)]);
    // A transfer that was refused, when the next refund takes the same again.
    let order = refuse(&failed(&order, "ref_2"));
    let order = made(&ask(&split(&order), &half, "ref_3"));
    assert_eq!(moves(&order), [(TransferReversal, TR, 2_500)], "the seller never had it back");
}

#[test]
fn what_others_have_moved_is_not_taken_twice() {
    let order = made(&split(&ask(&untaxed(), &RefundAsk::Amount(Minor(5_200)), "ref_1")));
    assert_eq!(moves(&order)[0], (FeeRefund, FEE, 200));
    let refused = refuse(&ask(&order, &RefundAsk::Rest, "ref_2"));
    assert!(
        refused.splits[0].stale && refused.split_fetch.is_some(),
        "others may have moved it, so Stripe is requested"
    );
    let shown = |fee_refunded: i64| {
        let seen =
            SplitSeen { fee_refunded: Minor(fee_refunded), ..split_of("pi_1", Minor(5_484), Minor(484), after(510)) };
        let order = step(&refused, &Fact::Split(seen)).order;
        let fees = order.adjustments.iter().filter(|own| own.kind == FeeRefund);
        fees.map(|own| (own.amount.0, own.state, own.due_at.is_some())).collect::<Vec<_>>()
    };
    let done = (200, AdjustmentState::Done, false);
    assert_eq!(shown(0), [done, (284, AdjustmentState::Refused, true)], "just enough is left");
    let dropped = (284, AdjustmentState::Withdrawn, false);
    assert_eq!(
        shown(1),
        [done, dropped, (283, AdjustmentState::Due, true)],
        "of what is left it is requested for anew"
    );
}

/// A second payment has a transfer of its own, which has to come back with it.
#[test]
fn a_second_payment_is_taken_back_from_the_seller_too() {
    let twice = step(&untaxed(), &Fact::Captured(capture(&untaxed(), "pi_2"))).order;
    let id = twice.refunds[0].id.to_string();
    assert_eq!(twice.shared_payments(), Vec::<String>::new(), "before Stripe has accepted the refund");
    let accepted = step(&twice, &seen(&twice, &id, RefundState::Pending));
    assert_eq!(accepted.calls, [NextCall::Split { payment_intent: "pi_2".to_owned() }]);
    let both = ask(&accepted.order, &one(), "ref_1");
    assert_eq!(both.shared_payments(), ["pi_1", "pi_2"]);
}

#[test]
fn a_refund_by_hand_asks_stripe_how_the_payment_is_split_now() {
    let order = split(&ask(&untaxed(), &one(), "ref_1"));
    let ours = decide_refund(&order, &one(), refund_id("ref_2"), RefundCause::Staff, None, after(400)).expect("one");
    let ours = step(&ours.order, &seen(&ours.order, "ref_2", RefundState::Pending));
    assert!(ours.calls.iter().all(|call| matches!(call, NextCall::Adjust(_))) && !ours.order.splits[0].stale);
    let mut two = order.clone();
    two.splits.insert(0, Split { payment_intent: "pi_2".to_owned(), ..order.splits[0].clone() });
    let hand = step(&two, &by_hand("re_hand", "pi_1", Minor(100), RefundState::Succeeded));
    assert_eq!(hand.calls, [NextCall::Split { payment_intent: "pi_1".to_owned() }]);
    let stale: Vec<bool> = hand.order.splits.iter().map(|split| split.stale).collect();
    assert_eq!(stale, [false, true], "of another payment nothing has changed");
    // The same as before, only later, is no news.
    let same = split_of("pi_1", order.payment.captured, Minor(484), after(900));
    assert!(!step(&order, &Fact::Split(same)).changed);
}

#[test]
fn an_accepted_payment_asks_for_a_split_only_for_tax() {
    let placed = place_by(&[tickets(2, 2_500)], &terms());
    let wrong = Capture { amount: Minor(5_000), ..capture(&placed, "pi_1") };
    let held = step(&placed, &Fact::Captured(wrong)).order;
    let held = step(&held, &by_hand("re_hand", "pi_1", Minor(10), RefundState::Pending)).order;
    let accepted = accept_review(&held, &Actor::person("staff-1"), after(600)).expect("accepted");
    assert_eq!(accepted.calls, [], "the refund has requested already");
    let paid = sold(TaxLiability::Platform).order;
    let mut held = held.clone();
    (held.tax_terms, held.tax, held.refunds) = (paid.tax_terms, Some(Minor(500)), Vec::new());
    let taxed = accept_review(&held, &Actor::person("staff-1"), after(600)).expect("accepted");
    assert_eq!(taxed.calls, [NextCall::Split { payment_intent: "pi_1".to_owned() }]);
}

#[test]
fn a_refused_adjustment_waits_longer_each_time() {
    let mut order = split(&ask(&untaxed(), &one(), "ref_1"));
    let id = order.adjustments[0].id.clone();
    let minutes = [10, 20, 40, 80, 160, 320, 640, 720, 720, 720];
    for (n, minutes) in minutes.into_iter().enumerate() {
        order = refuse(&order);
        let own = &order.adjustments[0];
        let wait = SignedDuration::from_mins(minutes);
        assert_eq!((own.state, own.due_at), (AdjustmentState::Refused, Some(after(500) + wait)), "refusal {n}");
        assert_eq!(own.refusals, u32::try_from(n + 1).expect("few"));
        order = split(&order);
        let mut other = order.adjustments[0].clone();
        other.id = AdjustmentId::parse("reversal-other").expect("an id");
        let mut two = order.clone();
        two.adjustments.insert(0, other);
        let retried = retry_adjustment(&two, &id, after(700));
        let states: Vec<_> = retried.order.adjustments.iter().map(|own| own.state).collect();
        assert_eq!(states, [AdjustmentState::Refused, AdjustmentState::Due], "that one alone");
        let retried = retry_adjustment(&order, &id, after(700));
        assert_eq!(retried.order.adjustments[0].due_at, Some(after(700) + SignedDuration::from_secs(60)));
        order = retried.order;
        assert!(!retry_adjustment(&order, &id, after(700)).changed, "it is under way");
    }
}
