//! What the audit of an order finds: nothing as long as all is well, and each thing that does not add up.

use crate::{
    AdjustmentId, DisputeState, Fact, Minor, RefundState,
    order::{
        AdjustmentState, Decision, Goods, Order, OrderStatus, RefundAsk, RefundCause, Supply, decide, decide_refund,
        tests::fixtures::{after, dispute, paid, place, refund_id, seen, split_of, tickets},
    },
};

fn step(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(500)).expect("a decision")
}

/// One ticket of 50.00 that is paid.
fn sold() -> Order {
    let order = paid(&place(&[tickets(1, 5_000)], 0));
    assert_eq!(order.audit(), Vec::<String>::new());
    order
}

/// The same, refunded and over, with all money of platform and seller in its place.
fn refunded(split: bool) -> Order {
    let mut order = sold();
    order.destination = split.then(|| "acct_1".to_owned());
    let requested = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_1"), RefundCause::Staff, None, after(400));
    let requested = requested.expect("a refund").order;
    let mut order = step(&requested, &seen(&requested, "ref_1", RefundState::Succeeded)).order;
    if split {
        let payment = order.payment.payment_intent_id.clone().expect("a payment");
        let seen = split_of(&payment, order.payment.captured, Minor(300), after(500));
        order = step(&order, &Fact::Split(seen)).order;
        while let Some(due) = order.adjustments.iter().find(|own| own.state == AdjustmentState::Due) {
            let adjustment = due.id.clone();
            let stripe_id = format!("made_{adjustment}");
            order = step(&order, &Fact::Adjusted { adjustment, stripe_id }).order;
        }
        assert!(!order.splits.is_empty() && order.adjustments.len() >= 2, "{:#?}", order.adjustments);
    }
    assert_eq!(order.audit(), Vec::<String>::new());
    order
}

#[track_caller]
fn finds(order: &Order, what: &str) {
    let found = order.audit();
    assert!(found.iter().any(|one| one.contains(what)), "{what} is not among {found:?}");
}

#[test]
fn money_that_is_neither_fulfilled_nor_given_back_is_found() {
    let mut kept = refunded(false);
    kept.refunds[0].goods = Goods::Taken;
    finds(&kept, "refund ref_1 is done, but its goods");
    let mut kept = refunded(false);
    kept.payment.captured += Minor(1);
    finds(&kept, "1 captured, neither fulfilled nor given back");
    kept.payment.acknowledged = Some(Minor(1));
    assert_eq!(kept.audit(), Vec::<String>::new(), "staff say that it is settled");
    kept.payment.acknowledged = Some(Minor(2));
    assert_eq!(kept.audit(), Vec::<String>::new());
    // A refund under way holds what it will give back, and so does a dispute that is lost.
    let mut kept = refunded(false);
    kept.refunds[0].state = RefundState::Pending;
    assert!(!kept.audit().iter().any(|one| one.contains("neither")), "{:?}", kept.audit());
    kept.refunds[0].state = RefundState::Failed;
    finds(&kept, "captured, neither fulfilled nor given back");
    let lost = dispute("dp_1", kept.payment.captured, DisputeState::Lost);
    let lost = step(&kept, &lost).order;
    assert!(!lost.audit().iter().any(|one| one.contains("neither")), "{:?}", lost.audit());
    // A person looks at it.
    let mut seen = refunded(false);
    seen.payment.captured += Minor(1);
    let failed =
        decide_refund(&sold(), &RefundAsk::Rest, refund_id("ref_1"), RefundCause::ListingCanceled, None, after(400));
    let refused = Fact::RefundRefused { refund: refund_id("ref_1"), failure: "charge_disputed".to_owned() };
    seen.review = step(&failed.expect("a refund").order, &refused).order.review;
    assert!(seen.review.is_some());
    assert!(!seen.audit().iter().any(|one| one.contains("neither")), "{:?}", seen.audit());
}

#[test]
fn what_was_paid_is_what_was_due() {
    for cents in [-1, 1] {
        let mut order = sold();
        order.payment.captured += Minor(cents);
        finds(&order, &format!("captured {} of {}", order.payment.captured.0, order.due_sum().amount.0));
    }
    let free = place(&[tickets(1, 0)], 0);
    assert_eq!(free.status, OrderStatus::Paid);
    assert!(!free.audit().iter().any(|one| one.contains("captured")), "nothing is due for what is free");
    let mut canceled = sold();
    canceled.payment.captured += Minor(1);
    canceled.status = OrderStatus::Canceled;
    assert!(!canceled.audit().iter().any(|one| one.contains(" of ")), "what was not sold is not compared");
}

#[test]
fn each_cent_of_a_split_is_where_it_should_be() {
    let order = refunded(true);
    type Change = fn(&mut crate::order::Split, Minor);
    let changes: [Change; 4] = [
        |split, by| split.fee += by,
        |split, by| split.fee_refunded += by,
        |split, by| split.reversed += by,
        |split, by| split.reversed += Minor(0) - by,
    ];
    let left = order.payment.captured.0;
    // Seller, platform and fee: all of it went back, so each of them has nothing in the end.
    let found = [(-1, 1, 1), (1, -1, -1), (-1, 1, 0), (1, -1, 0)];
    for (n, (change, (seller, platform, fee))) in changes.into_iter().zip(found).enumerate() {
        let mut wrong = order.clone();
        change(&mut wrong.splits[0], Minor(1));
        finds(
            &wrong,
            &format!(
                "of {left} captured and {left} that left it the seller has {seller}, due are 0; the platform has \
                 {platform}, the fee is {fee}"
            ),
        );
        wrong.splits[0].stale = true;
        assert!(!wrong.audit().iter().any(|one| one.contains("that left it")), "change {n} will be fetched again");
    }
    for n in 0..order.adjustments.len() {
        let mut wrong = order.clone();
        wrong.adjustments[n].amount += Minor(1);
        finds(&wrong, "that left it the seller has");
        // What is still to be made is no difference yet.
        wrong.adjustments[n].state = AdjustmentState::Due;
        let open = wrong.audit();
        assert!(!open.iter().any(|one| one.contains("that left it")), "{open:?}");
    }
    let own = AdjustmentId::parse("fee-refund-other").expect("an id");
    let mut other = order.clone();
    let mut adjustment = other.adjustments[0].clone();
    (adjustment.id, adjustment.payment_intent) = (own, "pi_other".to_owned());
    other.adjustments.push(adjustment);
    assert!(!other.audit().iter().any(|one| one.contains("that left it")), "another payment has a split of its own");
}
