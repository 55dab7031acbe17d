use jiff::{SignedDuration, Timestamp};

use crate::{
    Actor,
    order::{ANSWER_TIME, BookingStatus, CanceledBy, cancel_booking, cancel_quote, confirm_booking, decline_booking},
};
use crate::{
    Authorization, Code, Fact, Minor, NotificationKind, Refusal,
    order::{
        CLAIM_LEASE, ClaimKind, Confirmer, Decision, MoveKind, NextCall, Order, OrderStatus, PaymentState, StockState,
        Supply, claim, decide, lapse,
        tests::fixtures::{
            Terms, after, authorization, authorized, booking, captured, confirmed, decline, paid, place, place_by,
            refund_id, slot, status, terms, tickets,
        },
        unclaim,
    },
};

/// A slot of two days ahead, whose expert may answer.
pub(super) fn requested() -> Order {
    authorized(&booking(48))
}

pub(super) fn settle(order: &Order, fact: &Fact, seconds: i64) -> Decision {
    decide(order, fact, Supply::Untried, after(seconds)).expect("a decision")
}

pub(super) fn confirm(order: &Order, seconds: i64) -> Result<Decision, Refusal> {
    confirm_booking(order, &Actor::person("expert-1"), after(seconds))
}

pub(super) fn decline_it(order: &Order, seconds: i64) -> Result<Decision, Refusal> {
    decline_booking(order, &Actor::person("expert-1"), after(seconds))
}

pub(super) fn cancel(order: &Order, who: CanceledBy, at: Timestamp) -> Result<Decision, Refusal> {
    cancel_booking(order, who, &Actor::person("buyer-1"), refund_id("ref_cancel"), at)
}

pub(super) fn claimed(result: Result<Decision, Refusal>) -> Order {
    result.expect("granted").order
}

#[track_caller]
pub(super) fn illegal(result: Result<Decision, Refusal>, message: &str) {
    let refusal = result.expect_err("a refusal");
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::IllegalState, message));
}

#[track_caller]
pub(super) fn sound(order: &Order) {
    assert_eq!(order.violations(), Vec::<String>::new());
}

/// The same is asked for by the same person while the first try runs.
#[track_caller]
fn under_way(result: Result<Decision, Refusal>) {
    assert_eq!(result.expect_err("a refusal").code, Code::RequestInProgress);
}

/// It was done before, and nothing is done again.
#[track_caller]
pub(super) fn again(result: Result<Decision, Refusal>, order: &Order) {
    let decision = result.expect("an answer");
    assert!(!decision.changed && decision.order == *order);
    assert!(decision.calls.is_empty() && decision.stock.is_empty() && decision.notifications.is_empty());
}

const BUSY: &str = "The booking is being answered or canceled just now";
const ENDING: &str = "The booking is being canceled";

#[test]
fn authorized_money_puts_the_booking_to_the_expert() {
    let decision = settle(&booking(48), &Fact::Authorized(authorization(&booking(48))), 60);
    assert_eq!(
        (decision.outcome.as_str(), decision.notifications.as_slice()),
        ("authorized", &[NotificationKind::BookingRequested][..])
    );
    assert!(decision.stock.is_empty() && decision.calls.is_empty() && decision.alarms.is_empty());
    let order = decision.order;
    assert_eq!(
        (order.status, order.stock, status(&order)),
        (OrderStatus::Authorized, StockState::Held, BookingStatus::Requested)
    );
    assert_eq!((order.payment.state, order.payment.captured), (PaymentState::Authorized, Minor::ZERO));
    assert_eq!(
        (order.payment.payment_intent_id.as_deref(), order.payment.charge_id.as_deref()),
        (Some("pi_1"), Some("ch_pi_1"))
    );
    assert!(order.paid_at.is_none() && order.payment_status().as_str() == "authorized");
    sound(&order);
}

#[test]
fn the_time_to_answer_ends_with_the_first_of_three() {
    let far = SignedDuration::from_hours(48);
    let soon = SignedDuration::from_secs(600);
    for (starts, capture_before, respond_by) in [
        (far, Some(after(7 * 86_400)), after(60) + ANSWER_TIME),
        (far, None, after(60) + ANSWER_TIME),
        (far, Some(after(900)), after(900)),
        (soon, Some(after(900)), after(600)),
        (soon, Some(after(300)), after(300)),
    ] {
        let order = place_by(&[slot(10_000, starts)], &Terms { intent: Some(Confirmer::Client), ..terms() });
        let fact = Fact::Authorized(Authorization { capture_before, ..authorization(&order) });
        let order = settle(&order, &fact, 60).order;
        let until = order.booking.as_ref().and_then(|booking| booking.respond_by);
        assert_eq!((until, order.due_at()), (Some(respond_by), Some(respond_by)));
        let last = confirm_booking(&order, &Actor::person("expert-1"), respond_by - SignedDuration::from_nanos(1));
        assert!(last.is_ok(), "to the last nanosecond");
        for late in [
            confirm_booking(&order, &Actor::person("expert-1"), respond_by),
            decline_booking(&order, &Actor::person("expert-1"), respond_by),
        ] {
            illegal(late, "The time to answer is over");
        }
    }
}

#[test]
fn a_confirmation_takes_the_money_and_then_the_booking_stands() {
    let order = requested();
    let decision = confirm(&order, 70).expect("granted");
    assert_eq!((decision.outcome.as_str(), decision.calls.as_slice()), ("confirming", &[NextCall::Capture][..]));
    assert!(decision.stock.is_empty() && decision.notifications.is_empty(), "not before the money is taken");
    let claimed = decision.order;
    let claim = claimed.claim.as_ref().expect("a claim");
    assert_eq!((claim.kind, claim.by.as_str(), claim.call), (ClaimKind::Capturing, "expert-1", Some(order.calls + 1)));
    assert_eq!((claimed.calls, claimed.due_at()), (order.calls + 1, Some(after(70) + CLAIM_LEASE)));
    sound(&claimed);
    let done = settle(&claimed, &captured(&claimed), 72);
    assert_eq!(done.notifications, [NotificationKind::Confirmation, NotificationKind::TransferLabel]);
    assert_eq!((done.stock.len(), done.stock[0].kind), (1, MoveKind::Sell));
    let done = done.order;
    assert_eq!((done.status, status(&done), done.claim.clone()), (OrderStatus::Paid, BookingStatus::Confirmed, None));
    assert_eq!((done.stock, done.payment.captured), (StockState::Sold, Minor(10_000)));
    sound(&done);
}

#[test]
fn one_answer_wins_and_all_others_are_refused() {
    let order = requested();
    let wins = [confirm(&order, 70), decline_it(&order, 70), cancel(&order, CanceledBy::Buyer, after(70))];
    for (own, won) in wins.map(claimed).into_iter().enumerate() {
        let until = after(70) + CLAIM_LEASE - SignedDuration::from_nanos(1);
        let others = [
            confirm_booking(&won, &Actor::person("expert-1"), until),
            decline_booking(&won, &Actor::person("expert-1"), until),
            cancel(&won, CanceledBy::Buyer, until),
        ];
        for (n, other) in others.into_iter().enumerate() {
            if n == own { under_way(other) } else { illegal(other, BUSY) }
        }
        illegal(confirm_booking(&won, &Actor::person("expert-2"), until), BUSY);
        illegal(decline_booking(&won, &Actor::person("expert-2"), until), BUSY);
        illegal(
            cancel_booking(&won, CanceledBy::Expert, &Actor::person("expert-1"), refund_id("ref_other"), until),
            BUSY,
        );
        assert!(claim(&won, ClaimKind::Expiring, &Actor::Sweeper, "late", until).is_err());
    }
    let swept = claim(&order, ClaimKind::Expiring, &Actor::Sweeper, "late", after(70)).expect("claimed").order;
    illegal(confirm(&swept, 71), BUSY);
    illegal(cancel(&swept, CanceledBy::Buyer, after(71)), BUSY);
}

#[test]
fn a_repeat_of_what_is_done_succeeds() {
    // It was finished by the first request, a webhook after an unclear answer, or the sweeper.
    let confirming = claimed(confirm(&requested(), 70));
    let declining = claimed(decline_it(&requested(), 70));
    let canceling = claimed(cancel(&requested(), CanceledBy::Buyer, after(70)));
    let sweep =
        |order: &Order| claim(order, ClaimKind::Expiring, &Actor::Sweeper, "late", after(200)).expect("claimed").order;
    for order in [confirming.clone(), lapse(&confirming, after(75)).order, sweep(&confirming)] {
        let done = settle(&order, &captured(&order), 210).order;
        again(confirm(&done, 220), &done);
        illegal(confirm_booking(&done, &Actor::person("expert-2"), after(220)), "The booking is confirmed");
        illegal(decline_it(&done, 220), "The booking is confirmed");
    }
    for order in [declining.clone(), lapse(&declining, after(75)).order, sweep(&declining)] {
        let done = settle(&order, &Fact::Unpayable, 210).order;
        again(decline_it(&done, 220), &done);
        illegal(decline_booking(&done, &Actor::person("expert-2"), after(220)), "The booking is declined");
        illegal(confirm(&done, 220), "The booking is declined");
    }
    for order in [canceling.clone(), lapse(&canceling, after(75)).order, sweep(&canceling)] {
        let done = settle(&order, &Fact::Unpayable, 210).order;
        again(cancel(&done, CanceledBy::Buyer, after(220)), &done);
        illegal(cancel(&done, CanceledBy::Expert, after(220)), "The booking is canceled");
        illegal(confirm(&done, 220), "The booking is canceled");
    }
    // A later cancellation is what counts, and a try that came to nothing is no answer.
    let off = claimed(cancel(&confirmed(&booking(48)), CanceledBy::Buyer, after(100)));
    illegal(confirm(&off, 110), "The booking is canceled");
    let late = settle(&confirming, &Fact::Unpayable, 2_000).order;
    illegal(confirm(&late, 2_001), "The booking is timed out");
}

#[test]
fn a_booking_without_a_request_cannot_be_answered() {
    let unpaid = booking(48);
    for early in [confirm(&unpaid, 70), decline_it(&unpaid, 70)] {
        illegal(early, "The buyer has not finished paying");
    }
    let done = confirmed(&unpaid);
    illegal(confirm_booking(&done, &Actor::person("expert-2"), after(100)), "The booking is confirmed");
    illegal(decline_it(&done, 100), "The booking is confirmed");
    let over = settle(&requested(), &Fact::Unpayable, 2_000).order;
    illegal(confirm(&over, 2_001), "The booking is timed out");
    illegal(cancel(&over, CanceledBy::Buyer, after(2_001)), "The booking is timed out");
    let show = paid(&place(&[tickets(2, 2_500)], 0));
    for none in [confirm(&show, 70), decline_it(&show, 70), cancel(&show, CanceledBy::Buyer, after(70))] {
        assert_eq!(none.expect_err("a refusal").code, Code::NotFound);
    }
    assert_eq!(cancel_quote(&show, CanceledBy::Buyer, after(70)).expect_err("a refusal").code, Code::NotFound);
}

#[test]
fn who_tries_again_to_confirm_asks_with_the_same_call() {
    let first = claimed(confirm(&requested(), 70));
    let let_go = lapse(&first, after(75));
    assert!(let_go.changed && !lapse(&let_go.order, after(75)).changed);
    // At once after an unclear answer, or when the claim ran out by itself.
    for (order, seconds) in [(&let_go.order, 75), (&first, 130)] {
        let again = confirm(order, seconds).expect("granted");
        assert!(again.calls.is_empty(), "the call is written down already");
        let claim = again.order.claim.as_ref().expect("a claim");
        assert_eq!((claim.call, again.order.calls), (Some(first.calls), first.calls));
        under_way(confirm(&again.order, seconds + 1));
        let done = settle(&again.order, &captured(&again.order), seconds + 2).order;
        assert_eq!(status(&done), BookingStatus::Confirmed);
    }
    // Once it is known that nothing was taken, a new try is a new call.
    let abandoned = unclaim(&first, after(1_860)).order;
    assert_eq!((abandoned.due_at(), abandoned.claim.clone()), (Some(after(1_860)), None));
    let anew = confirm(&abandoned, 140).expect("granted");
    assert_eq!((anew.calls.as_slice(), anew.order.calls), (&[NextCall::Capture][..], first.calls + 1));
}

#[test]
fn a_try_to_confirm_that_ran_out_may_end_otherwise() {
    let first = claimed(confirm(&requested(), 70));
    for order in [claimed(decline_it(&first, 130)), claimed(cancel(&first, CanceledBy::Buyer, after(130)))] {
        let claim = order.claim.as_ref().expect("a claim");
        assert_eq!((claim.kind, claim.call), (ClaimKind::Voiding, None));
        // Stripe took the money all the same, because the first try went through.
        let taken = settle(&order, &captured(&order), 140);
        assert_eq!((taken.outcome.as_str(), taken.order.refund_reserved()), ("refunded_canceled", Minor(10_000)));
        sound(&taken.order);
    }
    let swept = claim(&first, ClaimKind::Expiring, &Actor::Sweeper, "no answer", after(1_900)).expect("claimed").order;
    let over = settle(&swept, &Fact::Unpayable, 1_901).order;
    assert_eq!((over.status, status(&over)), (OrderStatus::Canceled, BookingStatus::TimedOut));
}

#[test]
fn a_booking_that_is_being_canceled_stays_canceled() {
    let declined = claimed(decline_it(&requested(), 70));
    let canceled = claimed(cancel(&requested(), CanceledBy::Buyer, after(70)));
    for (order, ends, by) in
        [(declined, BookingStatus::Declined, "expert-1"), (canceled, BookingStatus::Canceled, "buyer-1")]
    {
        let order = lapse(&order, after(75)).order;
        illegal(confirm(&order, 80), ENDING);
        let (decline, cancel) = (decline_it(&order, 80), cancel(&order, CanceledBy::Buyer, after(80)));
        let (goes_on, refused) = if by == "expert-1" { (decline, cancel) } else { (cancel, decline) };
        illegal(refused, ENDING);
        let again = claimed(goes_on);
        sound(&again);
        let swept = claim(&order, ClaimKind::Expiring, &Actor::Sweeper, "no answer", after(80)).expect("claimed").order;
        for order in [again, swept] {
            let over = settle(&order, &Fact::Unpayable, 90);
            assert_eq!((over.order.status, status(&over.order)), (OrderStatus::Canceled, ends));
            assert_eq!(over.notifications, [NotificationKind::BookingOver]);
            sound(&over.order);
        }
    }
    // Another person than the one who began does not go on with it.
    let declined = lapse(&claimed(decline_it(&requested(), 70)), after(75)).order;
    illegal(decline_booking(&declined, &Actor::person("expert-2"), after(80)), ENDING);
}

#[test]
fn a_decline_releases_the_slot_once_the_card_is_free() {
    let order = claimed(decline_it(&requested(), 70));
    assert_eq!((order.stock, order.payment.state), (StockState::Held, PaymentState::Authorized));
    let over = settle(&order, &Fact::Unpayable, 72);
    assert_eq!((over.stock.len(), over.stock[0].kind), (1, MoveKind::Release));
    let over = over.order;
    assert_eq!(
        (over.status, status(&over), over.payment.state),
        (OrderStatus::Canceled, BookingStatus::Declined, PaymentState::Canceled)
    );
    assert_eq!(over.booking.as_ref().and_then(|booking| booking.canceled_by), None);
    sound(&over);
}

/// How an order and its booking end when Stripe says that no payment can arrive any more.
#[test]
fn each_claim_fixes_how_a_booking_ends() {
    let sweep = |order: &Order| {
        claim(order, ClaimKind::Expiring, &Actor::Sweeper, "late", after(1_900)).expect("claimed").order
    };
    let void = |order: &Order| {
        claim(order, ClaimKind::Voiding, &Actor::person("staff"), "asked", after(70)).expect("claimed").order
    };
    let (unpaid, requested) = (booking(48), requested());
    let server = place_by(
        &[slot(10_000, SignedDuration::from_hours(48))],
        &Terms { intent: Some(Confirmer::Server), ..terms() },
    );
    let refused = settle(&server, &Fact::Declined(decline(after(20))), 60).order;
    let canceled = (OrderStatus::Canceled, BookingStatus::Canceled);
    let timed_out = (OrderStatus::Canceled, BookingStatus::TimedOut);
    let table = [
        (unpaid.clone(), canceled, "canceled"),
        (sweep(&unpaid), (OrderStatus::Expired, BookingStatus::Canceled), "expired"),
        (void(&unpaid), canceled, "canceled"),
        (refused, (OrderStatus::Failed, BookingStatus::Canceled), "failed"),
        (requested.clone(), timed_out, "canceled"),
        (sweep(&requested), timed_out, "canceled"),
        (void(&requested), canceled, "canceled"),
        (claimed(confirm(&requested, 70)), timed_out, "canceled"),
        (claimed(decline_it(&requested, 70)), (OrderStatus::Canceled, BookingStatus::Declined), "canceled"),
        (claimed(cancel(&requested, CanceledBy::Buyer, after(70))), canceled, "canceled"),
        (claimed(cancel(&unpaid, CanceledBy::Expert, after(70))), canceled, "canceled"),
    ];
    for (order, ends, outcome) in table {
        let over = settle(&order, &Fact::Unpayable, 2_000);
        assert_eq!((over.order.status, status(&over.order)), ends, "{:?}", order.claim);
        assert_eq!(over.outcome.as_str(), outcome);
        let reported =
            if order.status == OrderStatus::Authorized { vec![NotificationKind::BookingOver] } else { Vec::new() };
        assert_eq!(over.notifications, reported);
        assert_eq!((over.order.stock, over.order.claim.clone()), (StockState::None, None));
        assert!(!settle(&over.order, &Fact::Unpayable, 2_001).changed);
        sound(&over.order);
    }
}

/// The sweeper was about to let an unpaid slot go, and the word of the payment comes now.
#[test]
fn a_buyer_who_was_in_time_is_heard() {
    let swept = claim(&booking(48), ClaimKind::Expiring, &Actor::Sweeper, "late", after(1_800)).expect("claimed").order;
    let heard = settle(&swept, &Fact::Authorized(authorization(&swept)), 1_801).order;
    assert_eq!((heard.status, heard.claim.clone()), (OrderStatus::Authorized, None));
    assert_eq!(heard.due_at(), Some(after(1_801) + ANSWER_TIME));
    assert!(confirm(&heard, 1_802).is_ok());
}
