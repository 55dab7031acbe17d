use crate::{
    Actor, AdjustmentId, Fact, Minor, RefundState, TaxCalculation,
    order::{
        AdjustmentKind::{self, TaxReversal, TaxReversalUndo, TaxTransaction},
        AdjustmentState, Confirmer, Decision, NextCall, Order, RefundAsk, RefundCause, RefundItem, Supply,
        accept_review, decide, decide_refund,
        tests::fixtures::{after, by_intent, capture, items, place, refund_id, seen},
    },
};

fn step(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(500)).expect("a decision")
}

/// Two of 50.00 by intent, with 10.00 of tax on top.
fn placed() -> Order {
    let mut order = by_intent(&[items(2, 5_000)], Confirmer::Client);
    order.tax = Some(Minor(1_000));
    order.calculation = Some(TaxCalculation { id: "taxcalc_1".to_owned(), tax: Minor(1_000), expires_at: None });
    order.destination = None;
    order
}

fn paid_with(order: &Order, amount: Minor) -> Decision {
    let mut capture = capture(order, "pi_1");
    (capture.amount, capture.tax) = (amount, order.tax);
    step(order, &Fact::Captured(capture))
}

fn made(order: &Order, id: &str) -> Decision {
    let adjustment = AdjustmentId::parse(id).expect("an id");
    step(order, &Fact::Adjusted { stripe_id: format!("tax_of_{id}"), adjustment })
}

fn refused(order: &Order, id: &str) -> Order {
    let adjustment = AdjustmentId::parse(id).expect("an id");
    step(order, &Fact::AdjustmentRefused { adjustment, failure: "resource_missing".to_owned() }).order
}

fn refund(order: &Order, id: &str, quantity: u32) -> Order {
    let ask = RefundAsk::Items(vec![RefundItem { line: "l1".to_owned(), quantity }]);
    decide_refund(order, &ask, refund_id(id), RefundCause::Staff, None, after(400)).expect("a refund").order
}

fn reported(order: &Order, id: &str, state: RefundState) -> Decision {
    step(order, &seen(order, id, state))
}

/// What stands in the books or is to be entered there, as kind, target and amount.
fn entries(order: &Order) -> Vec<(AdjustmentKind, &str, i64)> {
    let counts = order.adjustments.iter().filter(|own| own.state != AdjustmentState::Withdrawn);
    counts.map(|own| (own.kind, own.target.as_str(), own.amount.0)).collect()
}

const SALE: (AdjustmentKind, &str, i64) = (TaxTransaction, "taxcalc_1", 11_000);
const BACK: (AdjustmentKind, &str, i64) = (TaxReversal, "tax_of_sale-tax-pi_1", 5_500);

#[test]
fn a_sale_is_entered_once_it_is_paid_for_and_a_refund_once_stripe_accepted_it() {
    let order = placed();
    assert_eq!(entries(&order), []);
    let decision = paid_with(&order, order.to_pay());
    let sale = AdjustmentId::parse("sale-tax-pi_1").expect("an id");
    assert_eq!(decision.calls, [NextCall::Adjust(sale)]);
    assert_eq!(entries(&decision.order), [SALE]);
    let order = made(&decision.order, "sale-tax-pi_1").order;
    let requested = refund(&order, "ref_1", 1);
    assert_eq!(entries(&requested), [SALE], "Stripe has not accepted it yet");
    let accepted = reported(&requested, "ref_1", RefundState::Pending).order;
    assert_eq!(entries(&accepted), [SALE, BACK]);
    assert_eq!(accepted.booked(), Minor(5_500));
    let order = reported(&accepted, "ref_1", RefundState::Succeeded).order;
    let rest = reported(&refund(&order, "ref_2", 1), "ref_2", RefundState::Succeeded).order;
    assert_eq!((rest.booked(), rest.violations()), (Minor::ZERO, Vec::new()));
}

#[test]
fn a_refund_before_the_sales_own_id_is_known_waits_for_it() {
    let order = placed();
    let paid = paid_with(&order, order.to_pay()).order;
    let refunded = reported(&refund(&paid, "ref_1", 1), "ref_1", RefundState::Succeeded).order;
    assert_eq!(entries(&refunded), [SALE]);
    assert_eq!(entries(&made(&refunded, "sale-tax-pi_1").order), [SALE, BACK]);
}

#[test]
fn a_refund_that_fails_comes_back_into_the_books() {
    let order = placed();
    let order = made(&paid_with(&order, order.to_pay()).order, "sale-tax-pi_1").order;
    let accepted = reported(&refund(&order, "ref_1", 1), "ref_1", RefundState::Pending).order;

    // Its entry is made: it is reversed in turn.
    let booked = made(&accepted, "tax-reversal-ref_1").order;
    let failed = reported(&booked, "ref_1", RefundState::Failed).order;
    let undo = (TaxReversalUndo, "tax_of_tax-reversal-ref_1", 5_500);
    assert_eq!((entries(&failed), failed.booked()), (vec![SALE, BACK, undo], Minor(11_000)));

    // It is perhaps being made: first that has to be known.
    let failed = reported(&accepted, "ref_1", RefundState::Failed).order;
    assert_eq!(entries(&failed), [SALE, BACK]);
    let known = made(&failed, "tax-reversal-ref_1").order;
    assert_eq!((entries(&known), known.booked()), (vec![SALE, BACK, undo], Minor(11_000)));
    let never = refused(&failed, "tax-reversal-ref_1");
    assert_eq!((entries(&never), never.booked()), (vec![SALE], Minor(11_000)));

    // It was refused: it is not tried again.
    let failed = reported(&refused(&accepted, "tax-reversal-ref_1"), "ref_1", RefundState::Failed).order;
    assert_eq!((entries(&failed), failed.due_at()), (vec![SALE], failed.due_at()));
    assert!(failed.adjustments.iter().all(|own| own.due_at.is_none()));
}

#[test]
fn nothing_is_entered_of_what_is_no_sale_or_what_stripes_page_entered() {
    // Stripe's page.
    let hosted = place(&[items(2, 5_000)], 0);
    let hosted = step(&hosted, &Fact::Captured(capture(&hosted, "pi_1"))).order;
    assert!(entries(&hosted).iter().all(|(kind, ..)| *kind != TaxTransaction));
    // Money that came too late, and goes back.
    let late = step(&placed(), &Fact::Unpayable).order;
    let mut capture = capture(&late, "pi_1");
    (capture.amount, capture.tax) = (late.to_pay(), late.tax);
    let late = decide(&late, &Fact::Captured(capture), Supply::Gone, after(500)).expect("a decision").order;
    assert_eq!((entries(&late), late.refunds.len()), (vec![], 1));
    let back = reported(&late, late.refunds[0].id.as_str(), RefundState::Succeeded).order;
    assert_eq!((entries(&back), back.violations()), (vec![], Vec::new()));
}

#[test]
fn what_a_person_accepts_is_entered_as_it_was_calculated() {
    let order = placed();
    let wrong = paid_with(&order, Minor(5_500)).order;
    assert_eq!((wrong.review.is_some(), entries(&wrong)), (true, vec![]));
    let accepted = accept_review(&wrong, &Actor::person("staff-1"), after(600)).expect("accepted").order;
    assert_eq!(entries(&accepted), [SALE]);
    let booked = made(&accepted, "sale-tax-pi_1").order;
    let ask = RefundAsk::Amount(Minor(1_100));
    let requested = decide_refund(&booked, &ask, refund_id("ref_1"), RefundCause::Staff, None, after(700));
    let refunded = reported(&requested.expect("a refund").order, "ref_1", RefundState::Succeeded).order;
    // A fifth of what was paid takes a fifth of what is in the books.
    assert_eq!(entries(&refunded)[1].2, 2_200);
}

#[test]
fn a_refund_waits_until_a_failed_ones_entry_is_taken_back() {
    let order = placed();
    let order = made(&paid_with(&order, order.to_pay()).order, "sale-tax-pi_1").order;
    let half = reported(&refund(&order, "ref_1", 1), "ref_1", RefundState::Pending).order;
    let failed = reported(&half, "ref_1", RefundState::Failed).order;
    let whole = decide_refund(&failed, &RefundAsk::Rest, refund_id("ref_2"), RefundCause::Staff, None, after(700));
    let whole = reported(&whole.expect("a refund").order, "ref_2", RefundState::Succeeded).order;
    assert_eq!(
        (entries(&whole), whole.violations()),
        (vec![SALE, BACK], Vec::new()),
        "half of it would be all there is"
    );
    let undone = made(&whole, "tax-reversal-ref_1").order;
    let undo = (TaxReversalUndo, "tax_of_tax-reversal-ref_1", 5_500);
    let all = (TaxReversal, "tax_of_sale-tax-pi_1", 11_000);
    assert_eq!((entries(&undone), undone.booked()), (vec![SALE, BACK, undo, all], Minor::ZERO));
}

/// As much as is left in the books needs no waiting; more than that only waits for what is to come back into them.
#[test]
fn a_refund_that_the_books_can_bear_is_entered_at_once() {
    let order = placed();
    let order = made(&paid_with(&order, order.to_pay()).order, "sale-tax-pi_1").order;
    let back = reported(&refund(&order, "ref_1", 1), "ref_1", RefundState::Pending).order;
    let failed = reported(&back, "ref_1", RefundState::Failed).order;
    let half = RefundAsk::Amount(Minor(5_500));
    let next = decide_refund(&failed, &half, refund_id("ref_2"), RefundCause::Staff, None, after(400));
    let next = reported(&next.expect("a refund").order, "ref_2", RefundState::Pending).order;
    assert_eq!(entries(&next), [SALE, BACK, BACK], "the other half is in the books");

    let booked = made(&back, "tax-reversal-ref_1").order;
    for (taken, left) in [(6_000, vec![(TaxReversal, BACK.1, 5_000)]), (11_000, vec![])] {
        let mut uneven = booked.clone();
        uneven.adjustments[1].amount = Minor(taken);
        let rest = reported(&refund(&uneven, "ref_2", 1), "ref_2", RefundState::Succeeded).order;
        assert_eq!(entries(&rest)[2..], left, "what is left, and nothing where nothing is left");
    }
}

/// What the books lack or have too much, the audit says: the tax office is paid by them.
#[test]
fn what_is_wrong_in_the_books_is_said() {
    type Change = fn(&mut Order);
    let order = placed();
    let order = made(&paid_with(&order, order.to_pay()).order, "sale-tax-pi_1").order;
    let half = made(&reported(&refund(&order, "ref_1", 1), "ref_1", RefundState::Pending).order, "tax-reversal-ref_1");
    let half = half.order;
    let cases: [(Change, &str); 9] = [
        (|_| {}, ""),
        (|order| order.adjustments.truncate(0), "a sale is not in the tax books once"),
        (|order| order.adjustments.push(order.adjustments[0].clone()), "a sale is not in the tax books once"),
        (|order| order.paid_at = None, "a sale is not in the tax books once"),
        (|order| order.adjustments[1].amount = Minor(11_001), "more was taken out of the tax books than was sold"),
        (|order| order.adjustments.truncate(1), "a refund that is not in the tax books"),
        (
            |order| {
                order.adjustments.truncate(1);
                order.refunds[0].amount = Minor::ZERO;
            },
            "",
        ),
        (|order| order.refunds[0].state = RefundState::Failed, "a refund that failed is still in the tax books"),
        (
            |order| {
                order.refunds[0].state = RefundState::Failed;
                order.adjustments[1].state = AdjustmentState::Due;
            },
            "",
        ),
    ];
    for (n, (change, what)) in cases.into_iter().enumerate() {
        let mut order = half.clone();
        change(&mut order);
        let found = order.book_violations();
        let said = if what.is_empty() { found.is_empty() } else { found.contains(&what) };
        assert!(said, "case {n}: {what} is not {found:?}");
    }
    // All of the sale was taken out, by an entry of its own: the books have nothing left for a later refund.
    let mut empty = half.clone();
    empty.adjustments[1].amount = Minor(11_000);
    let later = refund(&empty, "ref_2", 1);
    let later = reported(&later, "ref_2", RefundState::Succeeded).order;
    assert_eq!(later.book_violations(), Vec::<&str>::new());
}
