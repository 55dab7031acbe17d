//! Orders that are paid with a payment intent: declines, late payments, second payments and wrong ones.

use jiff::SignedDuration;

use super::decide::{late, refunded, settle, two};
use crate::{
    Actor, Authorization, Capture, Currency, DisputeState, Fact, Minor, NotificationKind, RefundState,
    order::{
        Alarm, BookingStatus, CLAIM_LEASE, ClaimKind, Confirmer, DecideError, Decision, MoveKind, NextCall, Order,
        OrderStatus, PaymentMode, PaymentState, REVIEW_EVERY, RefundCause, StockState, Supply, claim, confirm_booking,
        decide,
        tests::fixtures::{
            Terms, after, authorization, authorized, booking, by_hand, by_intent, capture, captured, confirmed,
            decline, dispute, items, paid, place_by, seen, slot, status, terms,
        },
        unclaim,
    },
};

fn bought(confirmer: Confirmer) -> Order {
    by_intent(&[items(2, 2500)], confirmer)
}

fn declined(order: &Order, seconds: i64) -> Decision {
    settle(order, &Fact::Declined(decline(after(seconds))))
}

fn action_required(order: &Order) -> Order {
    settle(order, &Fact::ActionRequired { payment_intent: "pi_1".to_owned() }).order
}

#[test]
fn an_intent_has_its_mode_its_hold_and_its_calls() {
    let client = bought(Confirmer::Client);
    assert_eq!((client.payment.mode, client.payment.confirmer), (PaymentMode::Intent, Some(Confirmer::Client)));
    assert_eq!((client.calls, client.due_at()), (1, Some(after(900))));
    let server = bought(Confirmer::Server);
    assert_eq!((server.calls, server.due_at()), (2, Some(after(900))), "made, and then confirmed");
    assert_eq!((booking(48).calls, booking(48).due_at()), (1, Some(after(1800))));
    assert_eq!((two().payment.mode, two().payment.confirmer), (PaymentMode::Hosted, None));
    let free = by_intent(&[items(1, 0)], Confirmer::Server);
    assert_eq!((free.payment.mode, free.payment.confirmer, free.calls), (PaymentMode::Free, None, 0));
    assert_eq!(free.status, OrderStatus::Paid);
}

#[test]
fn a_decline_of_a_servers_confirmation_ends_the_order() {
    for (order, ended) in [
        (bought(Confirmer::Server), None),
        (by_intent(&[slot(10_000, SignedDuration::from_hours(48))], Confirmer::Server), Some(BookingStatus::Canceled)),
    ] {
        let decision = declined(&order, 20);
        assert_eq!((decision.outcome.as_str(), decision.calls.as_slice()), ("declined", &[NextCall::EndPayment][..]));
        assert!(
            decision.stock.is_empty() && decision.notifications.is_empty(),
            "not before Stripe says that it is over"
        );
        let claimed = decision.order;
        assert_eq!((claimed.status, claimed.stock), (OrderStatus::Pending, StockState::Held));
        assert_eq!((claimed.calls, claimed.due_at()), (order.calls, Some(after(60) + CLAIM_LEASE)));
        assert!(!declined(&claimed, 20).changed);
        let taken = claim(&claimed, ClaimKind::Expiring, &Actor::Sweeper, "hold ran out", after(100));
        assert_eq!(taken, Err(DecideError::NotClaimable { status: OrderStatus::Pending }), "one ends it");

        // A request that takes over from a claim that ran out ends it the same.
        let again =
            claim(&claimed, ClaimKind::Expiring, &Actor::Sweeper, "hold ran out", after(120)).expect("claimed").order;
        for claimed in [claimed, again] {
            let ended_at = settle(&claimed, &Fact::Unpayable);
            assert_eq!((ended_at.outcome.as_str(), ended_at.stock[0].kind), ("failed", MoveKind::Release));
            assert!(ended_at.notifications.is_empty(), "the buyer has the answer in hand");
            let failed = ended_at.order;
            assert_eq!((failed.status, failed.payment.state), (OrderStatus::Failed, PaymentState::Failed));
            assert_eq!(failed.payment.failure, Some(decline(after(20))));
            assert_eq!(failed.booking.as_ref().map(|booking| booking.status), ended);
            assert_eq!(failed.violations(), Vec::<String>::new());
        }
    }
}

#[test]
fn money_that_arrives_while_a_decline_ends_the_order_pays_it() {
    let claimed = declined(&bought(Confirmer::Server), 20).order;
    let paid = settle(&claimed, &captured(&claimed));
    assert_eq!((paid.order.status, paid.order.claim.clone()), (OrderStatus::Paid, None), "Stripe knows best");
}

#[test]
fn a_decline_of_a_browsers_confirmation_leaves_the_order_open() {
    let order = bought(Confirmer::Client);
    let noted = declined(&order, 20);
    assert!(noted.calls.is_empty() && noted.order.claim.is_none());
    assert_eq!((noted.order.status, noted.order.stock), (OrderStatus::Pending, StockState::Held));
    assert_eq!(noted.order.due_at(), order.due_at(), "the hold is no longer for it");
    assert_eq!(settle(&noted.order, &captured(&order)).order.status, OrderStatus::Paid);
}

#[test]
fn once_the_buyer_must_act_a_decline_is_the_browsers() {
    let order = action_required(&bought(Confirmer::Server));
    assert_eq!(order.payment.confirmer, Some(Confirmer::Client));
    assert_eq!((order.payment.payment_intent_id.as_deref(), order.due_at()), (Some("pi_1"), Some(after(900))));
    let noted = declined(&order, 20);
    assert!(noted.calls.is_empty() && noted.order.claim.is_none() && noted.order.status == OrderStatus::Pending);
    let again = settle(&noted.order, &Fact::ActionRequired { payment_intent: "pi_1".to_owned() });
    assert!(!again.changed);
    for over in [paid(&order), authorized(&booking(48))] {
        assert!(!settle(&over, &Fact::ActionRequired { payment_intent: "pi_1".to_owned() }).changed);
    }
}

#[test]
fn a_late_payment_is_honoured_unless_the_order_was_canceled() {
    let order = bought(Confirmer::Client);
    let ended = |kind| {
        let claimed = claim(&order, kind, &Actor::Sweeper, "over", after(900)).expect("claimed").order;
        settle(&claimed, &Fact::Unpayable).order
    };
    let expired = ended(ClaimKind::Expiring);
    assert_eq!(expired.status, OrderStatus::Expired);
    let failed = settle(&declined(&bought(Confirmer::Server), 20).order, &Fact::Unpayable).order;
    for order in [&expired, &failed] {
        let honoured = late(order, Supply::Untried);
        assert_eq!((honoured.outcome.as_str(), honoured.draw), ("paid_late", true));
        assert_eq!((honoured.order.status, honoured.order.stock), (OrderStatus::Paid, StockState::Sold));
        assert_eq!(honoured.order.payment.captured, order.totals.total, "the price that was agreed");
        let gone = late(order, Supply::Gone);
        assert_eq!(
            (gone.outcome.as_str(), gone.draw, gone.notifications),
            ("refunded_late", false, vec![NotificationKind::Apology])
        );
        assert_eq!(gone.order.refund_reserved(), order.totals.total);
        assert_eq!(gone.order.refunds[0].payment_intent.as_deref(), Some("pi_1"));
    }
    // By the buyer, and at Stripe by hand, which no claim explains.
    for over in [ended(ClaimKind::Voiding), settle(&order, &Fact::Unpayable).order] {
        assert_eq!(
            (over.status, late(&over, Supply::Untried).outcome.as_str()),
            (OrderStatus::Canceled, "refunded_late")
        );
    }
}

#[test]
fn a_late_payment_never_takes_an_experts_time() {
    let expiring =
        |order: &Order| claim(order, ClaimKind::Expiring, &Actor::Sweeper, "over", after(1900)).expect("claimed").order;
    for over in [expiring(&booking(48)), expiring(&authorized(&booking(48)))] {
        let over = settle(&over, &Fact::Unpayable).order;
        let decision = late(&over, Supply::Untried);
        assert_eq!((decision.outcome.as_str(), decision.draw), ("refunded_late", false));
        assert_eq!((decision.order.refund_reserved(), status(&decision.order)), (Minor(10_000), status(&over)));
        let done = settle(&decision.order, &seen(&decision.order, "ref_ord_1_late", RefundState::Succeeded)).order;
        assert_eq!((done.status, done.violations()), (OrderStatus::Refunded, Vec::new()));
    }
}

#[test]
fn a_second_intents_money_goes_back_whole() {
    for order in [paid(&bought(Confirmer::Server)), confirmed(&booking(48))] {
        let calls = order.calls;
        let decision = settle(&order, &Fact::Captured(capture(&order, "pi_2")));
        assert_eq!(
            (decision.outcome.as_str(), decision.alarms.as_slice()),
            ("double_payment", &[Alarm::DoublePayment][..])
        );
        let refund = &decision.order.refunds[0];
        assert_eq!((refund.cause, refund.amount), (RefundCause::DoublePayment, order.totals.total));
        assert_eq!((refund.payment_intent.as_deref(), refund.call), (Some("pi_2"), Some(calls + 1)));
        assert_eq!((decision.order.status, decision.order.refundable()), (OrderStatus::Paid, order.totals.total));
    }
}

#[test]
fn a_wrong_capture_is_held_for_review_and_cannot_be_confirmed() {
    let right = |order: &Order| capture(order, "pi_1");
    let euros = Currency::parse("eur").expect("euros");
    for order in [bought(Confirmer::Server), booking(48), authorized(&booking(48))] {
        let total = order.totals.total;
        for wrong in [
            Capture { amount: total - Minor(1), ..right(&order) },
            // An intent has no tax on top, so that more is not explained by it.
            Capture { amount: total + Minor(413), tax: None, ..right(&order) },
            Capture { currency: euros, ..right(&order) },
        ] {
            let decision = settle(&order, &Fact::Captured(wrong.clone()));
            assert_eq!(decision.alarms, [Alarm::AmountMismatch { expected: total, captured: wrong.amount }]);
            assert!(
                decision.outcome.as_str() == "review" && decision.notifications.is_empty() && decision.stock.is_empty()
            );
            let held = decision.order;
            assert_eq!(
                (held.stock, held.due_at(), held.violations()),
                (StockState::Held, Some(after(60) + REVIEW_EVERY), Vec::new())
            );
            assert!(confirm_booking(&held, &Actor::person("expert-1"), after(70)).is_err(), "it would be taken twice");
            let back = refunded(&held);
            assert_eq!(
                (back.status, back.stock, back.violations()),
                (OrderStatus::Refunded, StockState::None, Vec::new())
            );
            let lost = settle(&held, &dispute("dp_1", wrong.amount, DisputeState::Lost)).order;
            assert_eq!(
                (lost.status, lost.stock, lost.violations()),
                (OrderStatus::Canceled, StockState::None, Vec::new())
            );
        }
    }
}

#[test]
fn a_wrong_authorization_is_held_for_review() {
    let order = booking(48);
    let right = authorization(&order);
    let euros = Authorization { currency: Currency::parse("eur").expect("euros"), ..right.clone() };
    for wrong in [Authorization { amount: Minor(9_999), ..right.clone() }, euros] {
        let decision = settle(&order, &Fact::Authorized(wrong.clone()));
        assert_eq!(decision.alarms, [Alarm::AmountMismatch { expected: Minor(10_000), captured: wrong.amount }]);
        assert!(
            decision.outcome.as_str() == "review" && decision.notifications.is_empty() && decision.stock.is_empty()
        );
        let held = decision.order;
        assert_eq!((held.status, held.payment.state), (OrderStatus::Pending, PaymentState::Authorized));
        assert!(held.review.is_some() && confirm_booking(&held, &Actor::person("expert-1"), after(70)).is_err());
        assert!(!settle(&held, &Fact::Authorized(right.clone())).changed, "a person looks first");
        let over = settle(&held, &Fact::Unpayable).order;
        assert_eq!((over.status, over.stock, over.violations()), (OrderStatus::Canceled, StockState::None, Vec::new()));
    }
}

#[test]
fn only_a_slot_has_its_money_authorized() {
    for order in [two(), bought(Confirmer::Client)] {
        let error = DecideError::Illegal { status: OrderStatus::Pending, fact: "authorized" };
        let fact = Fact::Authorized(authorization(&order));
        assert_eq!(decide(&order, &fact, Supply::Untried, after(60)), Err(error));
    }
}

#[test]
fn a_free_slot_is_confirmed_at_once() {
    let free =
        place_by(&[slot(0, SignedDuration::from_hours(1))], &Terms { intent: Some(Confirmer::Client), ..terms() });
    assert_eq!((free.status, status(&free), free.calls), (OrderStatus::Paid, BookingStatus::Confirmed, 0));
    assert_eq!(free.violations(), Vec::<String>::new());
}

#[test]
fn an_authorized_order_is_claimed_like_any_that_waits() {
    let order = authorized(&booking(48));
    let claimed = claim(&order, ClaimKind::Expiring, &Actor::Sweeper, "no answer", after(1860)).expect("claimed").order;
    assert_eq!(claimed.due_at(), Some(after(1860) + CLAIM_LEASE));
    let over = settle(&claimed, &Fact::Unpayable);
    assert_eq!((over.outcome.as_str(), over.order.status), ("canceled", OrderStatus::Canceled));
    let abandoned = unclaim(&claimed, after(2000)).order;
    assert_eq!((abandoned.claim.clone(), abandoned.due_at()), (None, Some(after(2000))));
    assert_eq!(abandoned.violations(), Vec::<String>::new());
}

#[test]
fn a_refund_by_hand_of_a_booking_ends_it() {
    let order = confirmed(&booking(48));
    let all = settle(&order, &by_hand("re_hand", "pi_1", Minor(10_000), RefundState::Succeeded));
    assert_eq!((all.stock[0].kind, all.order.status), (MoveKind::Restock, OrderStatus::Refunded));
    assert_eq!(status(&all.order), BookingStatus::Canceled, "another buyer may book the slot now");
    let lost = settle(&order, &dispute("dp_1", Minor(10_000), DisputeState::Lost)).order;
    assert_eq!((lost.stock, status(&lost)), (StockState::None, BookingStatus::Canceled));
}
