//! Every kind of state that orders reach, found by trying every event on every order that was found before.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::{
    Actor, AdjustmentId, Authorization, Capture, DisputeSeen, DisputeState, Fact, Kind, ListingId, Minor, RefundState,
    Refusal,
    order::{
        AdjustmentState, CanceledBy, CheckInWindow, Claim, ClaimKind, Confirmer, DecideError, Decision, Draw, Event,
        Order, PaymentMode, RefundAsk, RefundCause, RefundItem, ScanKind, Supply, accept_review, archive,
        cancel_booking, change_address, check_in, claim, confirm_booking, decide, decide_refund, decline_booking,
        lapse, refuse_review, remind_of_review, retry_adjustment,
        tests::fixtures::{
            Terms, Want, authorization, by_hand, by_intent, capture, decline, dispute_at, items, place, place_by,
            refund_id, slot, split_of, start, terms, tickets,
        },
        tests::scans::scanned,
        transitions::Transition,
        unclaim, undo_check_in,
    },
};

/// One thing that may be tried on an order.
#[derive(Debug, Clone)]
pub(super) enum Attempt {
    Fact(Fact, Supply),
    Claim(ClaimKind),
    Unclaim,
    Lapse,
    Confirm(&'static str),
    Decline(&'static str),
    Cancel(CanceledBy),
    Refund(RefundAsk),
    Accept,
    Refuse,
    Remind,
    CheckIn(Window),
    UndoCheckIn(&'static str),
    Scan(ScanKind, &'static str),
    Retry,
    ChangeAddress(&'static str),
    Archive,
}

/// The door that a ticket is shown at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Window {
    None,
    OfAnotherListing,
    Closed,
}

impl Window {
    fn of(self, order: &Order, now: Timestamp) -> Option<CheckInWindow> {
        let own = order.lines[0].listing.clone();
        let (listing, closes_at) = match self {
            Self::None => return None,
            Self::OfAnotherListing => (ListingId::parse("another").expect("an id"), None),
            Self::Closed => (own, Some(now)),
        };
        Some(CheckInWindow { listing, opens_at: None, closes_at })
    }
}

impl Attempt {
    pub(super) fn event(&self) -> Event {
        match self {
            Self::Fact(fact, _) => Event::of(fact),
            Self::Claim(_) => Event::Claim,
            Self::Unclaim => Event::Unclaim,
            Self::Lapse => Event::Lapse,
            Self::Confirm(_) => Event::ConfirmBooking,
            Self::Decline(_) => Event::DeclineBooking,
            Self::Cancel(_) => Event::CancelBooking,
            Self::Refund(_) => Event::RequestRefund,
            Self::Accept => Event::AcceptReview,
            Self::Refuse => Event::RefuseReview,
            Self::Remind => Event::Remind,
            Self::CheckIn(_) => Event::CheckIn,
            Self::UndoCheckIn(_) => Event::UndoCheckIn,
            Self::Scan(..) => Event::Scan,
            Self::Retry => Event::RetryAdjustment,
            Self::ChangeAddress(_) => Event::ChangeAddress,
            Self::Archive => Event::Archive,
        }
    }

    /// What comes of it, and the order as it is next where that changed it.
    pub(super) fn apply(&self, order: &Order, now: Timestamp) -> (Transition, Option<Order>) {
        let n = order.refunds.len();
        let code = order.ticket_code(0);
        let settled = |decided: Result<Decision, DecideError>| (effect_of(order, &decided), decided.ok());
        let answered = |decided: Result<Decision, Refusal>| (effect_of_answer(order, &decided), decided.ok());
        let done = |decision: Decision| (of_decision(order, &decision), Some(decision));
        let (effect, decision) = match self {
            Self::Fact(fact, supply) => settled(decide(order, fact, *supply, now)),
            Self::Claim(kind) => settled(claim(order, *kind, &Actor::Sweeper, "test", now)),
            Self::Unclaim => done(unclaim(order, now + SignedDuration::from_hours(1))),
            Self::Lapse => done(lapse(order, now)),
            Self::Confirm(by) => answered(confirm_booking(order, &Actor::person(*by), now)),
            Self::Decline(by) => answered(decline_booking(order, &Actor::person(*by), now)),
            Self::Cancel(who) => answered(cancel_booking(
                order,
                *who,
                &Actor::person(who.as_str()),
                refund_id(&format!("ref_cancel{n}")),
                now,
            )),
            Self::Refund(ask) => {
                answered(decide_refund(order, ask, refund_id(&format!("ref_{n}")), RefundCause::Staff, None, now))
            }
            Self::Accept => answered(accept_review(order, &Actor::person("staff-1"), now)),
            Self::Refuse => answered(refuse_review(order, &Actor::person("staff-1"), RefundCause::Staff, "test", now)),
            Self::Remind => done(remind_of_review(order, now)),
            Self::CheckIn(window) => {
                let window = window.of(order, now);
                answered(
                    check_in(order, &code, window.as_ref(), &Actor::person("staff-1"), now).map(|done| done.decision),
                )
            }
            Self::UndoCheckIn(by) => {
                answered(undo_check_in(order, &code, &Actor::person(*by)).map(|done| done.decision))
            }
            Self::Scan(kind, id) => answered(scanned(order, *kind, id, now)),
            Self::Retry => {
                let refused = order.adjustments.iter().find(|own| own.state == AdjustmentState::Refused);
                let any = refused.or(order.adjustments.first()).map_or_else(no_adjustment, |own| own.id.clone());
                done(retry_adjustment(order, &any, now))
            }
            Self::ChangeAddress(email) => answered(change_address(order, email)),
            Self::Archive => done(archive(order, now)),
        };
        let next = decision.filter(|decision| decision.changed).map(|decision| {
            let mut order = decision.order;
            for line in order.lines.iter_mut().filter(|line| decision.draw && !line.unlimited) {
                line.draws = vec![Draw { shard: 0, quantity: line.quantity }];
            }
            order
        });
        (effect, next)
    }
}

/// What a decision came to.
pub(super) fn of_decision(before: &Order, decision: &Decision) -> Transition {
    match decision.order.status {
        _ if !decision.changed => Transition::Unchanged,
        status if status == before.status => Transition::Stay,
        status => Transition::To(status),
    }
}

/// What a fact or a claim came to.
pub(super) fn effect_of(before: &Order, decided: &Result<Decision, DecideError>) -> Transition {
    match decided {
        Ok(decision) => of_decision(before, decision),
        Err(DecideError::Illegal { .. }) => Transition::Illegal,
        Err(DecideError::CaptureUnknown { .. }) => Transition::PaymentFirst,
        Err(DecideError::TaxUnknown) => Transition::TaxFirst,
        Err(DecideError::NotClaimable { .. }) => Transition::NotClaimable,
    }
}

/// What a request of a person came to.
pub(super) fn effect_of_answer(before: &Order, decided: &Result<Decision, Refusal>) -> Transition {
    match decided {
        Ok(decision) => of_decision(before, decision),
        Err(refusal) => Transition::Refused(refusal.code),
    }
}

fn no_adjustment() -> AdjustmentId {
    AdjustmentId::parse("none").expect("an id")
}

const STATES: [RefundState; 3] = [RefundState::Pending, RefundState::Succeeded, RefundState::Failed];

/// All that is tried on an order.
pub(super) fn attempts(order: &Order, now: Timestamp) -> Vec<Attempt> {
    let right = capture(order, "pi_1");
    let wrong = Capture { amount: right.amount + Minor(7), ..right.clone() };
    let untaxed = Capture { tax: None, ..wrong.clone() };
    let money = authorization(order);
    let more = Authorization { amount: money.amount + Minor(7), tax: Some(Minor::ZERO), ..money.clone() };
    let unknown = Authorization { tax: None, ..more.clone() };
    let all = order.payment.captured;
    let mut facts = vec![
        Fact::Authorized(money),
        Fact::Authorized(more),
        Fact::Authorized(unknown),
        Fact::Captured(right.clone()),
        Fact::Captured(Capture { charge: None, ..right.clone() }),
        Fact::Captured(wrong),
        Fact::Captured(untaxed),
        Fact::Captured(Capture { payment_intent: "pi_2".to_owned(), ..right }),
        Fact::ActionRequired { payment_intent: "pi_1".to_owned() },
        Fact::Processing { payment_intent: Some("pi_1".to_owned()) },
        Fact::Declined(decline(now)),
        Fact::Failed(decline(now)),
        Fact::Unpayable,
        Fact::RefundRefused { refund: refund_id("ref_none"), failure: "x".to_owned() },
        Fact::RefundDelayed { refund: refund_id("ref_none"), failure: "x".to_owned() },
        Fact::Adjusted { adjustment: no_adjustment(), stripe_id: "tr_x".to_owned() },
        Fact::AdjustmentRefused { adjustment: no_adjustment(), failure: "x".to_owned() },
        Fact::Split(split_of("pi_1", all.max(Minor(1)), order.application_fee().min(all), start())),
        by_hand("re_other", "pi_9", Minor(100), RefundState::Succeeded),
        by_hand("no id!", "pi_1", Minor(100), RefundState::Succeeded),
        dispute_of("pi_9", Minor(100), DisputeState::Open, now),
        dispute_of("pi_2", Minor(100), DisputeState::Open, now),
    ];
    let few = order
        .refunds
        .iter()
        .filter(|refund| refund.stripe_id.as_deref().is_some_and(|id| id.starts_with("re_hand")))
        .count()
        == 0;
    for state in STATES {
        facts.push(by_hand("re_hand", "pi_1", all.max(Minor(1)), state));
        if few {
            facts.push(by_hand("re_hand2", "pi_1", Minor(1), state));
        }
        for refund in &order.refunds {
            if let Some(intent) = refund.payment_intent.as_deref() {
                let id = refund.stripe_id.clone().unwrap_or_else(|| format!("re_{}", refund.id));
                if let Fact::Refund(seen) = by_hand(&id, intent, refund.amount, state) {
                    facts.push(Fact::Refund(crate::RefundSeen { refund_id: Some(refund.id.clone()), ..seen }));
                }
            }
        }
    }
    for refund in &order.refunds {
        facts.push(Fact::RefundRefused { refund: refund.id.clone(), failure: "x".to_owned() });
        facts.push(Fact::RefundDelayed { refund: refund.id.clone(), failure: "x".to_owned() });
    }
    for state in [DisputeState::Open, DisputeState::Inquiry, DisputeState::Won, DisputeState::Lost] {
        facts.push(dispute_at("dp_1", all.max(Minor(1)), state, now));
    }
    for own in order.adjustments.iter().filter(|own| own.state != AdjustmentState::Done).take(1) {
        facts.push(Fact::Adjusted { adjustment: own.id.clone(), stripe_id: format!("tr_of_{}", own.id) });
        facts.push(Fact::AdjustmentRefused { adjustment: own.id.clone(), failure: "x".to_owned() });
    }
    let mut all: Vec<Attempt> = facts.into_iter().map(|fact| Attempt::Fact(fact, Supply::Untried)).collect();
    all.push(Attempt::Fact(Fact::Captured(capture(order, "pi_1")), Supply::Gone));
    let one = RefundItem { line: order.lines[0].id.clone(), quantity: 1 };
    let too_many = RefundItem { quantity: 99, ..one.clone() };
    for ask in [
        RefundAsk::Items(vec![one]),
        RefundAsk::Items(vec![too_many]),
        RefundAsk::Items(Vec::new()),
        RefundAsk::Amount(Minor(1)),
        RefundAsk::Amount(Minor(9_999_999)),
        RefundAsk::Rest,
    ] {
        all.push(Attempt::Refund(ask));
    }
    all.extend([ClaimKind::Expiring, ClaimKind::Voiding].map(Attempt::Claim));
    all.extend(["expert-1", "expert-2"].map(Attempt::Confirm));
    all.extend(["expert-1", "expert-2"].map(Attempt::Decline));
    all.extend([CanceledBy::Buyer, CanceledBy::Expert].map(Attempt::Cancel));
    all.extend(["staff-1", "staff-2"].map(Attempt::UndoCheckIn));
    all.extend(["", "s1"].map(|id| Attempt::Scan(ScanKind::CheckIn, id)));
    all.push(Attempt::Scan(ScanKind::Undo, "s2"));
    all.extend([
        Attempt::Unclaim,
        Attempt::Lapse,
        Attempt::Accept,
        Attempt::Refuse,
        Attempt::Remind,
        Attempt::CheckIn(Window::None),
        Attempt::CheckIn(Window::OfAnotherListing),
        Attempt::CheckIn(Window::Closed),
        Attempt::Retry,
        Attempt::ChangeAddress("ada@example.com"),
        Attempt::ChangeAddress("grace@example.com"),
        Attempt::Archive,
    ]);
    all
}

fn dispute_of(intent: &str, amount: Minor, state: DisputeState, at: Timestamp) -> Fact {
    match dispute_at("dp_9", amount, state, at) {
        Fact::Dispute(seen) => Fact::Dispute(DisputeSeen { payment_intent: intent.to_owned(), ..seen }),
        other => other,
    }
}

/// Orders of every kind, as they are placed.
pub(super) fn placed() -> Vec<Order> {
    let far = SignedDuration::from_hours(48);
    let package = {
        let mut order = place(&[Want { kind: Kind::Package, unlimited: true, ..items(2, 5_000) }], 0);
        order.buyer.customer = Some("cus_1".to_owned());
        order.lines[0].hours = Some(Decimal::from(5));
        order
    };
    let over = Want { over_after: Some(SignedDuration::from_secs(100)), ..tickets(1, 2_500) };
    vec![
        place(&[tickets(2, 2_500)], 0),
        place(&[tickets(2, 0)], 0),
        place(&[over], 0),
        by_intent(&[items(1, 2_500)], Confirmer::Client),
        by_intent(&[items(1, 2_500)], Confirmer::Server),
        by_intent(&[slot(10_000, far)], Confirmer::Client),
        by_intent(&[slot(10_000, far)], Confirmer::Server),
        place_by(&[slot(10_000, far)], &terms()),
        free_slot(far),
        package,
    ]
}

/// A slot that costs nothing, whose expert is asked at once.
fn free_slot(far: SignedDuration) -> Order {
    let order = place_by(&[slot(10_000, far)], &Terms { ..terms() });
    let mut order = Order { totals: crate::Totals::default(), ..order };
    order.payment.mode = PaymentMode::Free;
    order.request_free(start())
}

/// What two orders that react alike have in common.
fn kind_of(order: &Order, now: Timestamp) -> String {
    let claim = order.claim.as_ref().map(|claim: &Claim| (claim.kind, claim.until > now, claim.booking));
    let booking = order
        .booking
        .as_ref()
        .map(|own| (own.status, own.canceled_by, own.answered_by.clone(), own.respond_by.is_some_and(|at| at > now)));
    let refunds: Vec<_> = order
        .refunds
        .iter()
        .map(|own| {
            (
                own.state,
                own.goods,
                own.stripe_id.is_some(),
                own.cause == RefundCause::DoublePayment,
                own.cause == RefundCause::Staff,
            )
        })
        .collect();
    let disputes: Vec<_> = order.payment.disputes().map(|own| own.state).collect();
    let adjustments: Vec<_> = order.adjustments.iter().map(|own| own.state).take(1).collect();
    let ticket =
        order.tickets.first().map(|own| (own.status, own.checked_in_at.is_some(), own.check_in_undone_by.is_some()));
    let payment = (
        order.payment.mode,
        order.payment.confirmer,
        order.payment.state,
        order.is_waiting() && order.payment.failure.is_some(),
    );
    let left = (order.refundable() > Minor::ZERO, order.stock, order.refunded() > Minor::ZERO);
    let review = order.review.as_ref().map(|review| (review.kind, review.due_at <= now));
    let over = order.lines[0].over_at.map(|at| at <= now);
    let flags = (
        order.reviewed.is_some(),
        order.archived_at.is_some(),
        order.splits.len(),
        order.paid_at.is_some(),
        over,
        order.lines[0].kind,
    );
    format!(
        "{:?}",
        (order.status, payment, booking, claim, refunds, disputes, adjustments, ticket, left, review, flags)
    )
}

/// The most steps from the placing, and the most refunds of an order that are followed.
const DEPTH: usize = 4;
const REFUNDS: usize = 2;

/// Orders of every kind that was reached, each with a time.
pub(super) fn reached() -> Vec<(Order, Timestamp)> {
    let mut known = HashSet::new();
    let mut found: Vec<(Order, Timestamp)> = Vec::new();
    let mut front: Vec<(Order, Timestamp)> =
        placed().into_iter().map(|order| (order, start() + SignedDuration::from_secs(60))).collect();
    for _ in 0..=DEPTH {
        let mut next = Vec::new();
        for (order, now) in front {
            if order.refunds.len() > REFUNDS || !order.violations().is_empty() || !known.insert(kind_of(&order, now)) {
                continue;
            }
            for attempt in attempts(&order, now) {
                next.extend(attempt.apply(&order, now).1.map(|order| (order, now)));
            }
            for wait in [61, 3_000, 100 * 86_400] {
                next.push((order.clone(), now + SignedDuration::from_secs(wait)));
            }
            found.push((order, now));
        }
        front = next;
    }
    found
}
