use jiff::SignedDuration;

use crate::order::{claim, unclaim};
use crate::{
    Actor,
    order::{Alarm, DecideError, Decision, MoveKind, NextCall, Supply, decide},
};
use crate::{
    Capture, Currency, DisputeState, Fact, Kind, Minor, NotificationKind, RefundState,
    order::{
        CLAIM_LEASE, ClaimKind, Confirmer, Order, OrderStatus, PROCESSING_FETCH, PaymentState, REVIEW_EVERY, RefundAsk,
        RefundCause, StockState, TicketStatus, decide_refund,
        tests::fixtures::{
            Want, after, authorization, authorized, booking, by_hand, by_intent, capture, captured, decline, dispute,
            dispute_at, items, paid, place, refund_id, seen, start, tickets,
        },
    },
};

pub(super) fn two() -> Order {
    place(&[tickets(2, 2500)], 0)
}

pub(super) fn settle(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(60)).expect("a decision")
}

pub(super) fn late(order: &Order, supply: Supply) -> Decision {
    decide(order, &captured(order), supply, after(4000)).expect("a decision")
}

fn expired() -> Order {
    settle(&place(&[tickets(2, 2500)], 20), &Fact::Unpayable).order
}

pub(super) fn refunded(order: &Order) -> Order {
    let requested = decide_refund(order, &RefundAsk::Rest, refund_id("ref_all"), RefundCause::Staff, None, after(90))
        .expect("asked");
    settle(&requested.order, &seen(&requested.order, "ref_all", RefundState::Succeeded)).order
}

#[test]
fn a_payment_sells_what_is_held_and_issues_a_ticket_for_each_seat() {
    let order = place(&[Want { shards: 2, ..tickets(3, 2500) }, items(1, 1200)], 0);
    let decision = settle(&order, &captured(&order));
    assert_eq!((decision.outcome.as_str(), decision.order.version), ("paid", 2));
    let moved: Vec<_> = decision.stock.iter().map(|moved| (moved.shard, moved.quantity, moved.kind)).collect();
    assert_eq!(moved, [(0, 2, MoveKind::Sell), (1, 1, MoveKind::Sell), (0, 1, MoveKind::Sell)]);
    assert_eq!(decision.notifications, [NotificationKind::Confirmation, NotificationKind::TransferLabel]);
    assert!(!decision.draw && decision.calls.is_empty() && decision.alarms.is_empty());
    let order = decision.order;
    assert_eq!((order.status, order.stock, order.hold.is_some()), (OrderStatus::Paid, StockState::Sold, false));
    assert_eq!((order.payment.state, order.payment.captured), (PaymentState::Captured, order.totals.total));
    assert_eq!((order.tickets.len(), order.paid_at), (3, Some(after(60))));
    assert!(order.tickets.iter().all(|ticket| ticket.line == "l1" && ticket.status == TicketStatus::Valid));
    assert_eq!(order.lines[0].draws.len(), 2, "what is sold stays claimed");
}

#[test]
fn tax_comes_on_top() {
    let order = two();
    let taxed = Capture { amount: Minor(5484 + 413), tax: Some(Minor(413)), ..capture(&order, "pi_1") };
    let paid = settle(&order, &Fact::Captured(taxed.clone())).order;
    assert_eq!((paid.status, paid.tax, paid.payment.captured), (OrderStatus::Paid, Some(Minor(413)), Minor(5897)));
    let undelivered = Fact::Captured(Capture { tax: None, ..taxed });
    assert_eq!(decide(&order, &undelivered, Supply::Untried, after(60)), Err(DecideError::TaxUnknown));
    let none = Fact::Captured(Capture { tax: None, ..capture(&order, "pi_1") });
    assert_eq!(settle(&order, &none).order.tax, Some(Minor::ZERO));
}

#[test]
fn a_wrong_amount_or_currency_is_held_for_review() {
    let order = two();
    let right = capture(&order, "pi_1");
    let euros = Capture { currency: Currency::parse("eur").expect("euros"), ..right.clone() };
    for wrong in [Capture { amount: Minor(5483), ..right.clone() }, Capture { amount: Minor(5485), ..right }, euros] {
        let decision = settle(&order, &Fact::Captured(wrong.clone()));
        assert_eq!(decision.alarms, [Alarm::AmountMismatch { expected: Minor(5484), captured: wrong.amount }]);
        assert!(decision.notifications.is_empty() && decision.stock.is_empty());
        let held = decision.order;
        assert_eq!((held.status, held.stock), (OrderStatus::Pending, StockState::Held));
        assert!(held.review.is_some() && held.tickets.is_empty());
        assert_eq!(held.due_at(), Some(after(60) + REVIEW_EVERY), "it does not expire, and staff are reminded");
        // Staff give it back, and then it is over.
        let back = refunded(&held);
        assert_eq!((back.status, back.stock, back.review), (OrderStatus::Refunded, StockState::None, None));
    }
}

#[test]
fn the_same_payment_counts_once_and_its_charge_is_noted() {
    let order = two();
    let by_intent = Fact::Captured(Capture { charge: None, session: None, tax: None, ..capture(&order, "pi_1") });
    let paid = settle(&order, &by_intent).order;
    assert!(!settle(&paid, &by_intent).changed);
    let noted = settle(&paid, &captured(&order));
    assert_eq!((noted.outcome.as_str(), noted.order.payment.charge_id.as_deref()), ("charge_noted", Some("ch_pi_1")));
    assert!(noted.notifications.is_empty() && noted.stock.is_empty());
    assert!(!settle(&noted.order, &by_intent).changed);
}

#[test]
fn a_second_payment_goes_back_whole() {
    let paid = paid(&two());
    let again = Fact::Captured(capture(&paid, "pi_2"));
    let decision = settle(&paid, &again);
    assert_eq!(decision.alarms, [Alarm::DoublePayment]);
    let refund = decision.order.refunds[0].clone();
    assert_eq!(decision.calls, [NextCall::Refund(refund.id.clone())]);
    assert_eq!((refund.amount, refund.payment_intent.as_deref()), (Minor(5484), Some("pi_2")));
    assert_eq!(decision.order.refundable(), Minor(5484), "the first payment is untouched");
    assert!(!settle(&decision.order, &again).changed);
    // A refund by hand may be faster. That is no mystery, and no refund of the order's own payment.
    let hand = settle(&decision.order, &by_hand("re_hand", "pi_2", Minor(5484), RefundState::Succeeded));
    assert_eq!((hand.order.status, hand.order.refunded()), (OrderStatus::Paid, Minor::ZERO));
    assert!(hand.notifications.is_empty());
    let failed = settle(&decision.order, &seen(&decision.order, refund.id.as_str(), RefundState::Failed));
    assert!(failed.order.review.is_some() && failed.alarms == [Alarm::RefundFailed(refund.id)]);
    assert!(refunded(&failed.order).review.is_some(), "the second payment is still here");
}

#[test]
fn a_payment_under_way_keeps_its_hold() {
    let order = two();
    let fact = Fact::Processing { payment_intent: Some("pi_1".to_owned()) };
    let decision = settle(&order, &fact);
    assert_eq!(decision.order.payment.state, PaymentState::Processing);
    assert_eq!(decision.order.due_at(), Some(after(60) + PROCESSING_FETCH));
    assert!(!settle(&decision.order, &fact).changed);
    assert_eq!(settle(&decision.order, &captured(&order)).order.status, OrderStatus::Paid);
    let failed = settle(&decision.order, &Fact::Failed(decline(after(70))));
    assert_eq!(
        (failed.order.status, failed.notifications),
        (OrderStatus::Failed, vec![NotificationKind::PaymentFailed])
    );
}

#[test]
fn a_decline_is_noted_and_ends_nothing() {
    let order = two();
    let newer = settle(&order, &Fact::Declined(decline(after(20))));
    assert_eq!((newer.order.status, newer.order.stock), (OrderStatus::Pending, StockState::Held));
    assert!(newer.stock.is_empty() && newer.notifications.is_empty());
    assert!(!settle(&newer.order, &Fact::Declined(decline(after(10)))).changed, "an older one changes nothing");
    assert!(settle(&newer.order, &Fact::Declined(decline(after(30)))).changed);
    assert!(!settle(&paid(&order), &Fact::Declined(decline(after(30)))).changed);
}

#[test]
fn what_can_no_longer_be_paid_is_released_once() {
    let order = place(&[tickets(2, 2500)], 20);
    for (fact, status, payment) in [
        (Fact::Unpayable, OrderStatus::Expired, PaymentState::Canceled),
        (Fact::Failed(decline(after(5))), OrderStatus::Failed, PaymentState::Failed),
    ] {
        let decision = settle(&order, &fact);
        assert_eq!((decision.stock.len(), decision.stock[0].kind), (1, MoveKind::Release));
        assert_eq!(decision.promo_back, [order.lines[0].listing.clone()]);
        let released = decision.order;
        assert_eq!((released.status, released.payment.state), (status, payment));
        assert_eq!((released.ended_at, released.due_at()), (Some(after(60)), released.archive_at()));
        assert!(released.hold.is_none() && released.lines[0].draws.is_empty());
        for fact in [&fact, &Fact::Unpayable, &Fact::Failed(decline(after(9)))] {
            assert!(!settle(&released, fact).changed);
        }
        assert!(!settle(&paid(&order), &fact).changed, "and never once it is paid");
    }
}

#[test]
fn a_late_payment_takes_stock_again() {
    let decision = late(&expired(), Supply::Untried);
    assert_eq!((decision.outcome.as_str(), decision.draw), ("paid_late", true));
    assert_eq!(decision.notifications, [NotificationKind::Confirmation, NotificationKind::TransferLabel]);
    assert_eq!((decision.order.status, decision.order.stock), (OrderStatus::Paid, StockState::Sold));
    assert_eq!((decision.order.tickets.len(), decision.order.ended_at), (2, None));
    assert!(decision.calls.is_empty() && decision.stock.is_empty() && decision.promo_back.is_empty());
}

#[test]
fn a_late_payment_for_nothing_goes_back_whole() {
    let canceled = {
        let claimed =
            claim(&two(), ClaimKind::Voiding, &Actor::person("staff"), "asked", after(9)).expect("claimed").order;
        settle(&claimed, &Fact::Unpayable).order
    };
    let over = {
        let show = Want { over_after: Some(SignedDuration::from_secs(4000)), ..tickets(2, 2500) };
        settle(&place(&[show], 0), &Fact::Unpayable).order
    };
    for decision in [late(&expired(), Supply::Gone), late(&canceled, Supply::Untried), late(&over, Supply::Untried)] {
        assert_eq!((decision.outcome.as_str(), decision.draw), ("refunded_late", false));
        assert_eq!(decision.notifications, [NotificationKind::Apology]);
        let order = &decision.order;
        assert!(order.status.is_released() && order.tickets.is_empty());
        assert_eq!(order.refund_reserved(), order.payment.captured);
        assert_eq!(decision.calls, [NextCall::Refund(order.refunds[0].id.clone())]);
        let done = settle(order, &seen(order, "ref_ord_1_late", RefundState::Succeeded));
        assert_eq!(done.order.status, OrderStatus::Refunded);
        assert!(done.notifications.is_empty(), "the apology said so");
        let fact = Fact::RefundRefused { refund: refund_id("ref_ord_1_late"), failure: "no_balance".to_owned() };
        let refused = settle(order, &fact);
        assert!(refused.order.review.is_some() && refused.alarms.len() == 1);
        // Unless it was given back by hand, which is why Stripe refused.
        let hand = settle(order, &by_hand("re_hand", "pi_1", order.payment.captured, RefundState::Succeeded)).order;
        let refused = settle(&hand, &fact);
        assert_eq!((refused.order.status, refused.order.review), (OrderStatus::Refunded, None));
        assert!(refused.alarms.is_empty());
    }
}

#[test]
fn claims_are_exclusive_for_a_minute() {
    let claim_at = |order: &Order, kind, seconds| claim(order, kind, &Actor::Sweeper, "hold ran out", after(seconds));
    let claimed = claim_at(&two(), ClaimKind::Expiring, 0).expect("claimed").order;
    assert_eq!(claimed.due_at(), Some(start() + CLAIM_LEASE));
    let taken = DecideError::NotClaimable { status: OrderStatus::Pending };
    assert_eq!(claim_at(&claimed, ClaimKind::Voiding, 59), Err(taken));
    let voided = claim_at(&claimed, ClaimKind::Voiding, 60).expect("the lease is over").order;
    let swept = claim_at(&voided, ClaimKind::Expiring, 120).expect("the lease is over").order;
    assert_eq!(settle(&swept, &Fact::Unpayable).outcome.as_str(), "canceled", "canceled stays canceled");
    assert_eq!(settle(&claimed, &Fact::Unpayable).outcome.as_str(), "expired");
    assert_eq!(settle(&claimed, &captured(&claimed)).order.claim, None, "money beats any claim");
    for order in [paid(&two()), expired(), refunded(&paid(&two()))] {
        let status = order.status;
        assert_eq!(claim_at(&order, ClaimKind::Expiring, 0), Err(DecideError::NotClaimable { status }));
    }
    let abandoned = unclaim(&claimed, after(900));
    assert_eq!((abandoned.order.claim.clone(), abandoned.order.due_at()), (None, Some(after(900))));
    assert!(!unclaim(&abandoned.order, after(900)).changed);
    assert!(!unclaim(&paid(&two()), after(900)).changed, "a paid order waits for no payment");
}

/// What each fact does to an order in each state: an outcome, or an error.
#[test]
fn each_pair_of_status_and_fact_is_decided() {
    let pending = two();
    let done = paid(&pending);
    let processing = settle(&pending, &Fact::Processing { payment_intent: Some("pi_1".to_owned()) }).order;
    let failed = settle(&pending, &Fact::Failed(decline(after(5)))).order;
    let free = place(&[tickets(2, 0)], 0);
    let served = by_intent(&[items(1, 2500)], Confirmer::Server);
    let requested = booking(48);
    let answerable = authorized(&requested);
    let over = settle(&requested, &Fact::Unpayable).order;
    let facts = |order: &Order| {
        [
            captured(order),
            Fact::Processing { payment_intent: None },
            Fact::Declined(decline(after(50))),
            Fact::Failed(decline(after(50))),
            Fact::Unpayable,
            by_hand("re_hand", "pi_1", Minor(100), RefundState::Succeeded),
            Fact::RefundRefused { refund: refund_id("ref_unknown"), failure: "x".to_owned() },
            dispute("dp_1", Minor(5484), DisputeState::Open),
            Fact::Authorized(authorization(order)),
            Fact::ActionRequired { payment_intent: "pi_1".to_owned() },
        ]
    };
    let (known, unknown, illegal) = ("already_processed", "unknown", "illegal");
    #[rustfmt::skip]
    let table = [
        (&pending, ["paid", "processing", "declined", "failed", "expired", unknown, known, unknown, illegal, known]),
        (&processing, ["paid", known, "declined", "failed", "expired", unknown, known, unknown, illegal, known]),
        (&served, ["paid", "processing", "declined", "failed", "canceled", unknown, known, unknown, illegal, "action_required"]),
        (&requested, ["paid", "processing", "declined", "failed", "canceled", unknown, known, unknown, "authorized", known]),
        (&answerable, ["paid", known, known, known, "canceled", unknown, known, unknown, known, known]),
        (&done, [known, known, known, known, known, "refunded", known, "dispute", known, known]),
        (&failed, ["paid_late", illegal, known, known, known, unknown, known, unknown, illegal, known]),
        (&expired(), ["paid_late", illegal, known, known, known, unknown, known, unknown, illegal, known]),
        (&over, ["refunded_late", illegal, known, known, known, unknown, known, unknown, illegal, known]),
        (&refunded(&done), [known, known, known, known, known, "refunded", known, "dispute", known, known]),
        (&free, [illegal, illegal, known, known, known, unknown, known, unknown, illegal, known]),
    ];
    for (order, outcomes) in table {
        for (fact, outcome) in facts(order).iter().zip(outcomes) {
            let found = match decide(order, fact, Supply::Untried, after(60)) {
                Ok(decision) => {
                    assert_eq!(decision.changed, decision.outcome.as_str() != known);
                    decision.outcome.as_str()
                }
                Err(error @ DecideError::Illegal { .. }) => {
                    let message = format!("an order that is {:?} cannot have the fact {}", order.status, fact.name());
                    assert_eq!(error.to_string(), message, "the error names both");
                    illegal
                }
                Err(DecideError::CaptureUnknown { payment_intent }) => {
                    assert_eq!(payment_intent, "pi_1");
                    unknown
                }
                Err(error) => panic!("{error}"),
            };
            assert_eq!(found, outcome, "{:?} and {}", order.status, fact.name());
        }
    }
}

#[test]
fn a_dispute_freezes_and_then_decides() {
    let order = paid(&two());
    let open = settle(&order, &dispute("dp_1", Minor(5484), DisputeState::Open));
    assert!(open.order.is_frozen() && open.alarms == [Alarm::Dispute(DisputeState::Open)]);
    let won = settle(&open.order, &dispute("dp_1", Minor(5484), DisputeState::Won)).order;
    assert!(!won.is_frozen() && won.refundable() == Minor(5484));
    assert!(won.tickets.iter().all(|ticket| ticket.status == TicketStatus::Valid));

    let lost = settle(&open.order, &dispute("dp_1", Minor(5484), DisputeState::Lost));
    assert_eq!((lost.stock.len(), lost.stock[0].kind), (1, MoveKind::Restock));
    let lost = lost.order;
    assert!(!lost.is_frozen() && lost.refundable().is_zero());
    assert_eq!((lost.status, lost.stock), (OrderStatus::Paid, StockState::None));
    assert!(lost.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
    assert_eq!(lost.violations(), Vec::<String>::new());
    // Of two looks the later one counts, whichever comes first.
    let closed_first = settle(&order, &dispute_at("dp_1", Minor(5484), DisputeState::Lost, after(20))).order;
    assert!(!settle(&closed_first, &dispute_at("dp_1", Minor(5484), DisputeState::Open, after(10))).changed);
}

#[test]
fn a_dispute_lost_in_part_leaves_the_goods() {
    let order = paid(&two());
    let lost = settle(&order, &dispute("dp_1", Minor(1000), DisputeState::Lost)).order;
    assert_eq!((lost.stock, lost.refundable()), (StockState::Sold, Minor(4484)));
    assert!(lost.tickets.iter().all(|ticket| ticket.status == TicketStatus::Valid));
    // The rest may go back, and then nothing is left of the order.
    let back = refunded(&lost);
    assert_eq!((back.status, back.refunded()), (OrderStatus::Refunded, Minor(4484)));
    let failed = settle(&back, &seen(&back, "ref_all", RefundState::Failed)).order;
    assert_eq!((failed.status, failed.refundable()), (OrderStatus::Paid, Minor(4484)));
    assert_eq!(failed.violations(), Vec::<String>::new());
}

#[test]
fn several_disputes_do_not_hide_each_other() {
    let order = paid(&two());
    let first = settle(&order, &dispute("dp_1", Minor(1000), DisputeState::Lost)).order;
    let second = settle(&first, &dispute("dp_2", Minor(2000), DisputeState::Open)).order;
    assert!(second.is_frozen());
    assert_eq!(second.charged_back(), Minor(1000));
    assert!(!settle(&second, &dispute("dp_1", Minor(1000), DisputeState::Lost)).changed);
    let won = settle(&second, &dispute("dp_2", Minor(2000), DisputeState::Won)).order;
    assert!(!won.is_frozen());
    assert_eq!(won.payment.dispute.as_ref().map(|dispute| dispute.state), Some(DisputeState::Lost));
    let both = settle(&second, &dispute("dp_2", Minor(4484), DisputeState::Lost)).order;
    assert_eq!((both.charged_back(), both.stock), (Minor(5484), StockState::None));
}

#[test]
fn a_held_order_whose_money_the_bank_took_back_is_released() {
    let order = place(&[tickets(2, 2500)], 20);
    let wrong = Capture { amount: Minor(9), ..capture(&order, "pi_1") };
    let held = settle(&order, &Fact::Captured(wrong)).order;
    let lost = settle(&held, &dispute("dp_1", Minor(9), DisputeState::Lost));
    assert_eq!((lost.order.status, lost.order.stock), (OrderStatus::Canceled, StockState::None));
    assert_eq!((lost.stock[0].kind, lost.promo_back.len()), (MoveKind::Release, 1));
    assert_eq!(lost.order.violations(), Vec::<String>::new());
}

#[test]
fn a_refund_by_hand_is_written_down_as_what_it_is() {
    let order = paid(&two());
    let part = settle(&order, &by_hand("re_hand", "pi_1", Minor(1000), RefundState::Succeeded));
    assert_eq!(part.notifications, [NotificationKind::Refund(refund_id("re_hand"))]);
    assert_eq!((part.order.status, part.order.refunded()), (OrderStatus::Paid, Minor(1000)));
    assert_eq!(part.order.payment_status().as_str(), "partially_refunded");
    assert_eq!(part.order.refunds[0].cause, RefundCause::Dashboard);
    assert!(part.stock.is_empty());
    assert_eq!(part.calls, [NextCall::Split { payment_intent: "pi_1".to_owned() }]);
    let all = settle(&part.order, &by_hand("re_rest", "pi_1", Minor(4484), RefundState::Succeeded));
    assert_eq!(
        (all.order.status, all.stock[0].kind, all.stock[0].quantity),
        (OrderStatus::Refunded, MoveKind::Restock, 2)
    );
    let unknown = by_hand("re_x", "pi_other", Minor(1), RefundState::Succeeded);
    let error = DecideError::CaptureUnknown { payment_intent: "pi_other".to_owned() };
    assert_eq!(decide(&order, &unknown, Supply::Untried, after(60)), Err(error));
}

#[test]
fn a_free_order_is_settled_by_itself() {
    let order = place(&[tickets(3, 0), Want { kind: Kind::Show, ..items(1, 0) }], 0);
    assert_eq!((order.status, order.stock, order.tickets.len()), (OrderStatus::Paid, StockState::Sold, 4));
    assert_eq!(order.payment.session_id.as_deref(), Some("FREE-ord_1"));
    assert_eq!(order.violations(), Vec::<String>::new());
}
