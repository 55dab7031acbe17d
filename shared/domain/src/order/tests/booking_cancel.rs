//! Bookings that are canceled: before and after the expert's answer, and while their money is being taken.

use jiff::SignedDuration;

use super::booking::{again, cancel, claimed, confirm, decline_it, illegal, requested, settle, sound};
use crate::{
    DisputeState, Fact, Minor, NotificationKind, RefundState,
    order::{
        BookingStatus, CLAIM_LEASE, CanceledBy, ClaimKind, Confirmer, MoveKind, NextCall, Order, OrderStatus,
        PROCESSING_FETCH, RefundAsk, RefundCause, StockState, cancel_quote, decide_refund,
        tests::fixtures::{
            Terms, after, authorization, booking, by_hand, captured, confirmed, dispute, place_by, refund_id, seen,
            slot, start, status, terms, tiers,
        },
        unclaim,
    },
};

#[test]
fn a_cancellation_before_the_answer_frees_the_slot_with_its_claim() {
    for (order, reported) in [(requested(), 1), (booking(48), 0)] {
        for who in [CanceledBy::Buyer, CanceledBy::Expert] {
            let quote = cancel_quote(&order, who, after(70)).expect("a quote");
            assert_eq!((quote.percent, quote.amount, quote.releases), (100, Minor(10_000), true));
            assert_eq!(quote.until, order.due_at());
            let decision = cancel(&order, who, after(70)).expect("granted");
            assert_eq!((decision.outcome.as_str(), decision.stock.len()), ("canceling", 1));
            assert_eq!(decision.stock[0].kind, MoveKind::Release);
            assert!(
                decision.calls.is_empty() && decision.notifications.is_empty() && decision.order.refunds.is_empty()
            );
            let claimed = decision.order;
            assert_eq!((claimed.stock, claimed.due_at()), (StockState::None, Some(after(70) + CLAIM_LEASE)));
            assert_eq!(claimed.booking.as_ref().and_then(|booking| booking.canceled_by), Some(who));
            sound(&claimed);
            let over = settle(&claimed, &Fact::Unpayable, 72);
            assert!(over.stock.is_empty(), "the slot went back before");
            assert_eq!((over.order.status, status(&over.order)), (OrderStatus::Canceled, BookingStatus::Canceled));
            assert_eq!(over.notifications.len(), reported, "no one of them is told of what never was asked for");
            sound(&over.order);
        }
    }
}

/// Whatever Stripe says next, the slot is not sold a second time.
#[test]
fn a_slot_that_was_let_go_is_never_confirmed() {
    let canceled = claimed(cancel(&booking(48), CanceledBy::Buyer, after(70)));
    let postponed = unclaim(&canceled, after(130));
    assert!(postponed.changed && !unclaim(&postponed.order, after(130)).changed);
    let processing = settle(&canceled, &Fact::Processing { payment_intent: Some("pi_1".to_owned()) }, 80).order;
    assert_eq!(processing.due_at(), Some(after(80) + PROCESSING_FETCH));
    for order in [canceled, postponed.order, processing] {
        sound(&order);
        assert_eq!(order.claim.as_ref().map(|claim| claim.kind), Some(ClaimKind::Voiding));
        let late = settle(&order, &Fact::Authorized(authorization(&order)), 90).order;
        sound(&late);
        assert!(confirm(&late, 91).is_err() && confirm(&late, 200).is_err());
        let over = settle(&late, &Fact::Unpayable, 95).order;
        assert_eq!((over.status, status(&over)), (OrderStatus::Canceled, BookingStatus::Canceled));
        for order in [order, late] {
            let taken = settle(&order, &captured(&order), 95);
            assert_eq!((taken.outcome.as_str(), taken.stock.len()), ("refunded_canceled", 0));
            assert_eq!(taken.order.refund_reserved(), Minor(10_000));
        }
    }
}

#[test]
fn money_that_is_taken_while_a_booking_is_canceled_goes_back_whole() {
    for (order, ends) in [
        (claimed(decline_it(&requested(), 70)), BookingStatus::Declined),
        (claimed(cancel(&requested(), CanceledBy::Buyer, after(70))), BookingStatus::Canceled),
        (claimed(cancel(&requested(), CanceledBy::Expert, after(70))), BookingStatus::Canceled),
    ] {
        let decision = settle(&order, &captured(&order), 80);
        assert_eq!(decision.notifications, [NotificationKind::BookingOver]);
        let taken = decision.order;
        let refund = taken.refunds[0].clone();
        assert_eq!(decision.calls, [NextCall::Refund(refund.id.clone())]);
        assert_eq!(
            (refund.amount, refund.cause, refund.call),
            (Minor(10_000), RefundCause::Cancellation, Some(taken.calls))
        );
        assert_eq!((taken.status, status(&taken), taken.stock), (OrderStatus::Canceled, ends, StockState::None));
        assert_eq!(taken.booking.as_ref().and_then(|booking| booking.refund_percent), Some(100));
        sound(&taken);
        assert!(!settle(&taken, &captured(&taken), 81).changed);
        let done = settle(&taken, &seen(&taken, refund.id.as_str(), RefundState::Succeeded), 90).order;
        assert_eq!((done.status, status(&done), done.refunded()), (OrderStatus::Refunded, ends, Minor(10_000)));
        sound(&done);
        let refused = Fact::RefundRefused { refund: refund.id, failure: "no_balance".to_owned() };
        let refused = settle(&taken, &refused, 90);
        assert!(refused.order.review.is_some() && refused.alarms.len() == 1, "a person sees to it");
    }
}

#[test]
fn a_cancellation_after_the_answer_refunds_by_the_policy() {
    let starts_at = start() + SignedDuration::from_hours(48);
    let before = |hours| starts_at - SignedDuration::from_hours(hours);
    for (who, now, percent, amount) in [
        (CanceledBy::Buyer, before(24), 100, 10_000),
        (CanceledBy::Buyer, before(23), 50, 5_000),
        (CanceledBy::Buyer, before(1), 0, 0),
        (CanceledBy::Expert, before(1), 100, 10_000),
    ] {
        let order = confirmed(&booking(48));
        let decision = cancel(&order, who, now).expect("granted");
        assert_eq!(
            (decision.outcome.as_str(), decision.notifications.as_slice()),
            ("booking_canceled", &[NotificationKind::BookingOver][..])
        );
        assert_eq!((decision.stock.len(), decision.stock[0].kind), (1, MoveKind::Restock), "whatever comes back");
        let canceled = decision.order;
        let booking = canceled.booking.clone().expect("a booking");
        assert_eq!(
            (booking.status, booking.canceled_by, booking.refund_percent),
            (BookingStatus::Canceled, Some(who), Some(percent))
        );
        assert_eq!(
            (canceled.status, canceled.stock, canceled.refund_reserved()),
            (OrderStatus::Paid, StockState::None, Minor(amount))
        );
        sound(&canceled);
        again(cancel(&canceled, who, now), &canceled);
        let other = if who == CanceledBy::Buyer { CanceledBy::Expert } else { CanceledBy::Buyer };
        illegal(cancel(&canceled, other, now), "The booking is canceled");
        if amount == 0 {
            assert!(decision.calls.is_empty() && canceled.refunds.is_empty());
            continue;
        }
        let refund = &canceled.refunds[0];
        assert_eq!(decision.calls, [NextCall::Refund(refund_id("ref_cancel"))]);
        assert_eq!((refund.cause, refund.payment_intent.as_deref()), (RefundCause::Cancellation, Some("pi_1")));
        let done = settle(&canceled, &seen(&canceled, "ref_cancel", RefundState::Succeeded), 200_000);
        assert!(done.stock.is_empty() && done.notifications == [NotificationKind::Refund(refund_id("ref_cancel"))]);
        let ended = if amount == 10_000 { OrderStatus::Refunded } else { OrderStatus::Paid };
        assert_eq!((done.order.status, status(&done.order)), (ended, BookingStatus::Canceled));
        sound(&done.order);
        let failed = settle(&done.order, &seen(&canceled, "ref_cancel", RefundState::Failed), 200_001).order;
        assert_eq!(
            (failed.status, failed.stock),
            (OrderStatus::Paid, StockState::None),
            "the slot is not theirs again"
        );
        assert!(failed.review.is_some());
        sound(&failed);
    }
}

#[test]
fn what_the_buyer_agreed_to_counts_in_every_currency() {
    for (currency, price, amount) in [("usd", 999, 500), ("jpy", 333, 167), ("kwd", 1_230, 620)] {
        let terms = Terms { intent: Some(Confirmer::Client), currency, policy: tiers(&[(0, 50)]), ..terms() };
        let order = confirmed(&place_by(&[slot(price, SignedDuration::from_hours(5))], &terms));
        let canceled = claimed(cancel(&order, CanceledBy::Buyer, after(100)));
        assert_eq!(canceled.refunds[0].amount, Minor(amount), "half of {price} {currency}");
    }
}

#[test]
fn nothing_is_canceled_under_dispute() {
    let order = confirmed(&booking(48));
    let open = settle(&order, &dispute("dp_1", Minor(10_000), DisputeState::Open), 90).order;
    let message = "The payment is under dispute; nothing can be canceled meanwhile";
    for who in [CanceledBy::Buyer, CanceledBy::Expert] {
        illegal(cancel(&open, who, after(100)), message);
    }
    let won = settle(&open, &dispute("dp_1", Minor(10_000), DisputeState::Won), 95).order;
    assert_eq!(claimed(cancel(&won, CanceledBy::Buyer, after(100))).refund_reserved(), Minor(10_000));
    let lost = settle(&open, &dispute("dp_1", Minor(10_000), DisputeState::Lost), 95).order;
    illegal(cancel(&lost, CanceledBy::Expert, after(100)), "The booking is canceled");
    sound(&lost);
}

#[test]
fn staff_who_give_all_back_end_the_booking() {
    let order = confirmed(&booking(48));
    let ask = |order: &Order| {
        decide_refund(order, &RefundAsk::Rest, refund_id("ref_all"), RefundCause::Staff, None, after(90))
    };
    let requested = ask(&order).expect("asked").order;
    assert_eq!(status(&requested), BookingStatus::Confirmed, "not before Stripe accepts");
    for state in [RefundState::Pending, RefundState::Succeeded] {
        let accepted = settle(&requested, &seen(&requested, "ref_all", state), 100);
        assert_eq!((accepted.stock[0].kind, status(&accepted.order)), (MoveKind::Restock, BookingStatus::Canceled));
        sound(&accepted.order);
    }
    // A cancellation in the meantime gives nothing back twice.
    let canceled = claimed(cancel(&requested, CanceledBy::Expert, after(95)));
    assert_eq!((canceled.refunds.len(), canceled.refund_reserved()), (1, Minor(10_000)));
    let done = settle(&canceled, &seen(&canceled, "ref_all", RefundState::Succeeded), 100);
    assert!(done.stock.is_empty() && done.order.status == OrderStatus::Refunded);
    sound(&done.order);
    let by_hand = settle(&order, &by_hand("re_hand", "pi_1", Minor(4_000), RefundState::Succeeded), 95).order;
    assert_eq!(status(&by_hand), BookingStatus::Confirmed, "a part of the money is no part of the slot");
}
