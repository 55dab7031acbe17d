//! Orders that the table has lost: what Stripe still has of the buyer's money goes back, once, and to the cent.

use crate::{
    Actor, Buyer, Currency, DisputeState, Fact, ListingId, Minor, NotificationKind, OrderId, OrganizationId, RefundId,
    RefundState, TaxBehavior,
    order::{
        Alarm, Decision, LostPayment, NextCall, OrderStatus, PaymentMode, PaymentState, RefundCause, ReviewKind, Step,
        tests::fixtures::{after, by_hand, dispute, paid, place, tickets},
    },
};

/// 50.00 of which so much has arrived, shared with a seller.
fn lost(captured: i64) -> LostPayment {
    LostPayment {
        id: OrderId::parse("ord_lost").expect("an id"),
        organization: OrganizationId::parse("box-office").expect("an id"),
        seller: "Box Office".to_owned(),
        buyer: Buyer::parse("Ada Lovelace", "ada@example.com", None, None).expect("a buyer"),
        seed: "5eed".to_owned(),
        listing: ListingId::parse("listing-0").expect("an id"),
        title: "Listing 0".to_owned(),
        currency: Currency::parse("usd").expect("a currency"),
        amount: Minor(5_000),
        captured: Minor(captured),
        payment_intent: "pi_1".to_owned(),
        charge: Some("ch_1".to_owned()),
        session: Some("cs_1".to_owned()),
        destination: Some("acct_1".to_owned()),
        created_at: after(0),
    }
}

fn restored(lost: LostPayment, seen: &[Fact]) -> Decision {
    let decision = lost.restore(seen, after(100)).expect("restored");
    let order = &decision.order;
    assert_eq!((order.violations(), order.status, order.version), (Vec::new(), OrderStatus::Canceled, 1));
    assert!(decision.changed && order.was_lost());
    decision
}

fn id() -> RefundId {
    RefundId::parse("ref_ord_lost_lost").expect("an id")
}

#[test]
fn what_arrived_goes_back_with_an_apology() {
    let decision = restored(lost(5_000), &[]);
    assert_eq!(decision.calls, [NextCall::Refund(id())]);
    assert_eq!(decision.notifications, [NotificationKind::Apology]);
    let order = &decision.order;
    let refund = &order.refunds[0];
    assert_eq!((order.refunds.len(), refund.amount, refund.cause), (1, Minor(5_000), RefundCause::LatePayment));
    assert_eq!((order.totals.subtotal, order.totals.total, order.to_pay()), (Minor(5_000), Minor(5_000), Minor(5_000)));
    assert_eq!((order.tax, order.tax_terms.automatic), (Some(Minor::ZERO), false));
    assert_eq!(order.tax_terms.behavior, TaxBehavior::Inclusive);
    assert_eq!((order.payment.mode, order.payment.state), (PaymentMode::Hosted, PaymentState::Captured));
    let intent = restored(LostPayment { session: None, ..lost(5_000) }, &[]).order;
    assert_eq!(intent.payment.mode, PaymentMode::Intent);
}

#[test]
fn what_never_arrived_does_not_go_back() {
    let decision = restored(lost(0), &[]);
    assert_eq!((decision.calls, decision.notifications, decision.order.refunds), (vec![], vec![], vec![]));
    assert_eq!((decision.order.tax, decision.order.payment.state), (None, PaymentState::Canceled));
}

#[test]
fn what_went_back_before_does_not_go_back_twice() {
    let refunded = |amount| by_hand("re_1", "pi_1", Minor(amount), RefundState::Succeeded);
    let decision = restored(lost(5_000), &[refunded(2_000)]);
    let amounts: Vec<Minor> = decision.order.refunds.iter().map(|refund| refund.amount).collect();
    assert_eq!(amounts, [Minor(2_000), Minor(3_000)]);
    assert_eq!(decision.notifications, [NotificationKind::Apology], "the buyer was told of the first when it was made");
    let split = NextCall::Split { payment_intent: "pi_1".to_owned() };
    assert_eq!(decision.calls, [split.clone(), NextCall::Refund(id())], "the seller bears what went back");

    let whole = lost(5_000).restore(&[refunded(5_000)], after(100)).expect("restored");
    assert_eq!((whole.calls, whole.notifications), (vec![split], vec![]));
    assert_eq!((whole.order.status, whole.order.refunds.len()), (OrderStatus::Refunded, 1));
}

#[test]
fn what_a_bank_has_waits_for_a_person() {
    let decision = restored(lost(5_000), &[dispute("dp_1", Minor(5_000), DisputeState::Open)]);
    assert_eq!((decision.order.refunds.len(), &decision.notifications[..]), (0, &[][..]));
    assert_eq!(decision.alarms, [Alarm::Dispute(DisputeState::Open)]);
    assert_eq!(decision.order.review.map(|review| review.kind), Some(ReviewKind::Payment));
    let decided = restored(lost(5_000), &[dispute("dp_1", Minor(5_000), DisputeState::Lost)]);
    assert_eq!((decided.order.refunds.len(), decided.order.review), (0, None), "the bank gave it all back");
}

#[test]
fn an_order_that_was_never_lost_is_none_that_was() {
    let mut order = paid(&place(&[tickets(1, 2_500)], 0));
    assert!(!order.was_lost());
    order.note(Step { at: after(60), what: "paid".to_owned(), by: Actor::Webhook, cause: None });
    assert!(!order.was_lost());
}
