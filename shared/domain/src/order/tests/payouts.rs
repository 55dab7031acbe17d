//! What of a payment its seller has, before and after Stripe was asked, and while money is still to be moved.

use crate::{
    AdjustmentId, Capture, Fact, Minor, TaxTerms,
    order::{
        AdjustmentState, Order, Supply, decide,
        tests::fixtures::{Terms, after, capture, place_by, split_of, terms, tickets},
    },
};

fn step(order: &Order, fact: &Fact) -> Order {
    decide(order, fact, Supply::Untried, after(500)).expect("a decision").order
}

/// Two tickets of 25.00 with fees of 4.84, and 5.48 of tax that the platform owes.
fn taxed() -> Order {
    let order = place_by(&[tickets(2, 2_500)], &Terms { tax: TaxTerms::default(), ..terms() });
    let paid = Capture { amount: Minor(6_032), tax: Some(Minor(548)), ..capture(&order, "pi_1") };
    step(&order, &Fact::Captured(paid))
}

#[test]
fn before_it_was_fetched_it_is_as_it_was_requested_and_tax_is_still_to_be_taken_back() {
    let payouts = taxed().payouts();
    let [payout] = payouts.as_slice() else { panic!("{payouts:?}") };
    assert_eq!((payout.captured, payout.transferred, payout.fee), (Minor(6_032), Minor(6_032), Minor(484)));
    assert_eq!((payout.net, payout.to_take_back, payout.to_pay), (Minor(5_548), Minor(548), Minor::ZERO));
    assert_eq!((payout.tax_withheld, payout.fetched, payout.transfer.as_ref()), (Minor(548), false, None));
}

#[test]
fn once_stripe_has_moved_it_nothing_is_left_to_move() {
    let split = Fact::Split(split_of("pi_1", Minor(6_032), Minor(484), after(500)));
    let order = step(&taxed(), &split);
    let due = &order.payouts()[0];
    assert_eq!((due.reversed, due.to_take_back, due.fetched), (Minor::ZERO, Minor(548), true));
    let adjustment: AdjustmentId =
        order.adjustments.iter().find(|own| own.state == AdjustmentState::Due).expect("one that is due").id.clone();
    let made = step(&order, &Fact::Adjusted { adjustment, stripe_id: "trr_1".to_owned() });
    let done = &made.payouts()[0];
    assert_eq!((done.reversed, done.net, done.to_take_back), (Minor(548), Minor(5_000), Minor::ZERO));
    assert_eq!(done.net, made.sellers_due(made.split("pi_1").expect("it was fetched")));
}

#[test]
fn where_there_is_no_seller_to_pay_and_where_nothing_arrived_there_is_none() {
    assert!(Order { destination: None, ..taxed() }.payouts().is_empty());
    assert!(place_by(&[tickets(2, 2_500)], &terms()).payouts().is_empty());
}
