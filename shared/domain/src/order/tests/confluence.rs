//! Where an order ends does not depend on the order in which its events arrive, nor on how often they do.

use std::collections::BTreeMap;

use crate::{
    Actor,
    order::{
        BookingStatus, CanceledBy, ClaimKind, Confirmer, DecideError, Decision, Draw, Goods, MoveKind, NextCall, Order,
        OrderStatus, RefundAsk, RefundCause, StockState, Supply, TicketStatus, cancel_booking, claim, confirm_booking,
        decide, decide_refund,
        tests::fixtures::{
            Terms, Want, after, authorization, authorized, booking, by_intent, capture, confirmed, decline, inclusive,
            items, paid, place, place_by, refund_id, seen, start, status, terms, tickets, untaxed,
        },
    },
};
use crate::{Capture, Fact, Minor, NotificationKind, RefundSeen, RefundState, Source, TaxTerms};

fn settle(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(60)).expect("a decision")
}

/// Every sequence of up to six of these, in which each comes at least once.
fn sequences(facts: usize) -> impl Iterator<Item = Vec<usize>> {
    (facts..=6)
        .flat_map(move |length| {
            let count = facts.pow(u32::try_from(length).expect("short"));
            (0..count)
                .map(move |n| (0..length).map(|i| n / facts.pow(u32::try_from(i).expect("short")) % facts).collect())
        })
        .filter(move |sequence: &Vec<usize>| (0..facts).all(|fact| sequence.contains(&fact)))
}

#[test]
fn a_purchase_ends_the_same_however_its_events_arrive() {
    for (tax, first, how) in [
        (0, None, TaxTerms::default()),
        (413, None, TaxTerms::default()),
        (0, Some(Fact::Unpayable), TaxTerms::default()),
        (413, Some(Fact::Failed(decline(after(1)))), TaxTerms::default()),
        (0, None, inclusive()),
        (413, None, inclusive()),
        (413, Some(Fact::Unpayable), inclusive()),
        (0, None, untaxed()),
    ] {
        let wants = [Want { shards: 2, ..tickets(2, 2500) }, items(1, 999)];
        let placed = place_by(&wants, &Terms { percent_off: 20, tax: how, ..terms() });
        let order = first.map_or(placed.clone(), |first| settle(&placed, &first).order);
        let by_session = Capture {
            amount: order.totals.total + how.on_top(Minor(tax)),
            tax: Some(Minor(tax)),
            charge: None,
            ..capture(&order, "pi_1")
        };
        let by_charge = Capture { tax: None, session: None, charge: Some("ch_1".to_owned()), ..by_session.clone() };
        let fetched = Fact::Captured(Capture { charge: Some("ch_1".to_owned()), ..by_session.clone() });
        let by_intent = Capture { charge: None, ..by_charge.clone() };
        let facts = [
            Fact::Declined(decline(after(2))),
            Fact::Captured(by_session),
            Fact::Captured(by_charge),
            Fact::Captured(by_intent),
        ];
        for sequence in sequences(facts.len()) {
            let (mut now, mut moves, mut draws, mut notifications) = (order.clone(), 0, 0, 0);
            for fact in sequence {
                let decided = decide(&now, &facts[fact], Supply::Untried, after(60));
                let decision = match decided {
                    // The session is fetched, which tells, and brings its charge along.
                    Err(DecideError::TaxUnknown) => settle(&now, &fetched),
                    other => other.expect("a decision"),
                };
                moves += decision.stock.len();
                draws += usize::from(decision.draw);
                notifications += decision.notifications.len();
                now = decision.order;
            }
            assert_eq!(
                (now.status, now.payment.captured),
                (OrderStatus::Paid, order.totals.total + how.on_top(Minor(tax)))
            );
            assert_eq!((now.tax, now.payment.charge_id.as_deref()), (Some(Minor(tax)), Some("ch_1")));
            let codes: Vec<_> = now.tickets.iter().map(|ticket| ticket.code.clone()).collect();
            assert_eq!(codes, [placed.ticket_code(0), placed.ticket_code(1)]);
            let held = order.status == OrderStatus::Pending;
            assert_eq!((moves, draws, notifications), if held { (3, 0, 2) } else { (0, 1, 2) });
        }
    }
}

#[test]
fn a_refund_ends_the_same_however_its_events_arrive() {
    let order = paid(&place(&[tickets(2, 2500), items(1, 999)], 0));
    let requested = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_all"), RefundCause::Staff, None, after(90))
        .expect("asked");
    let requested = requested.order;
    let states = [RefundState::Pending, RefundState::Succeeded, RefundState::Failed];
    for (facts, status, refunded) in
        [(2, OrderStatus::Refunded, order.payment.captured), (3, OrderStatus::Paid, Minor::ZERO)]
    {
        for sequence in sequences(facts) {
            let (mut now, mut moved, mut notifications) = (requested.clone(), 0, 0);
            for fact in &sequence {
                let decision = settle(&now, &seen(&requested, "ref_all", states[*fact]));
                moved += decision.stock.iter().map(|moved| moved.quantity).sum::<u32>();
                notifications += decision.notifications.len();
                now = decision.order;
            }
            assert_eq!((now.status, now.refunded(), now.refund_reserved()), (status, refunded, Minor::ZERO));
            assert_eq!((moved, now.refunds[0].goods), (3, Goods::Restocked), "goods stay returned");
            assert!(now.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
            assert_eq!(now.review.is_some(), facts == 3);
            // No buyer gets a mail of money on its way after the money has come back. There is one about the refund, and one
            // that the bank gave it back: neither where that was all that Stripe ever showed of it.
            assert_eq!(notifications, if sequence[0] == 2 { 0 } else { facts - 1 });
        }
    }
}

/// What was done along the way, by whatever fact.
#[derive(Debug, Clone, Default, PartialEq)]
struct Done {
    moved: Vec<(MoveKind, u32)>,
    drawn: usize,
    notifications: Vec<String>,
    refunds: usize,
}

impl Done {
    fn add(&mut self, decision: &Decision) {
        self.moved.extend(decision.stock.iter().map(|moved| (moved.kind, moved.quantity)));
        self.drawn += usize::from(decision.draw);
        self.notifications
            .extend(decision.notifications.iter().map(|notification| notification.id(&decision.order.id)));
        self.notifications.sort();
        self.refunds += decision.calls.iter().filter(|call| matches!(call, NextCall::Refund(_))).count();
    }
}

/// Tells an order a fact, as the engine does: what contradicts the order has Stripe's object fetched, and so has the
/// end of a payment.
fn tell(order: &Order, fact: &Fact, object: &Fact, done: &mut Done) -> Order {
    let mut decision = match decide(order, fact, Supply::Untried, after(80)) {
        Ok(decision) => decision,
        Err(DecideError::CaptureUnknown { .. }) => {
            let fetched = decide(order, object, Supply::Untried, after(80)).expect("the payment is known");
            done.add(&fetched);
            decide(&fetched.order, fact, Supply::Untried, after(80)).expect("its refund, then")
        }
        Err(_) => decide(order, object, Supply::Untried, after(80)).expect("Stripe's object is never wrong"),
    };
    done.add(&decision);
    for line in decision.order.lines.iter_mut().filter(|_| decision.draw) {
        line.draws = vec![Draw { shard: 0, quantity: line.quantity }];
    }
    assert_eq!(decision.order.violations(), Vec::<String>::new());
    if decision.calls.contains(&NextCall::EndPayment) {
        let ended =
            decide(&decision.order, object, Supply::Untried, after(80)).expect("Stripe's object is never wrong");
        done.add(&ended);
        return ended.order;
    }
    decision.order
}

/// Without what is noted along the way only: how often it changed, and tries that came to nothing.
fn lasting(order: &Order) -> Order {
    let mut order = Order { version: 0, ..order.clone() };
    order.payment.failure = None;
    order.payment.confirmer = None;
    order
}

/// Tells `order` each of the facts once to three times, in every order there is, and says where it ends. Deliveries
/// that have led to the same are followed once.
#[track_caller]
fn the_one_end(order: &Order, facts: &[Fact], object: &Fact) -> (Order, Done) {
    let mut ends: Vec<(Order, Done)> = Vec::new();
    let mut reached = BTreeMap::from([(vec![0_u8; facts.len()], vec![(order.clone(), Done::default())])]);
    for _ in 0..=3 * facts.len() {
        let mut next: BTreeMap<Vec<u8>, Vec<(Order, Done)>> = BTreeMap::new();
        for (counts, states) in &reached {
            for (state, done) in states {
                let end = (lasting(state), done.clone());
                if counts.iter().all(|count| *count > 0) && !ends.contains(&end) {
                    ends.push(end);
                }
                for (n, fact) in facts.iter().enumerate().filter(|(n, _)| counts[*n] < 3) {
                    let mut counts = counts.clone();
                    counts[n] += 1;
                    let mut done = done.clone();
                    let reported = (Order { version: 0, ..tell(state, fact, object, &mut done) }, done);
                    let known = next.entry(counts).or_default();
                    if !known.contains(&reported) {
                        known.push(reported);
                    }
                }
            }
        }
        reached = next;
    }
    assert_eq!(ends.len(), 1, "one end: {ends:#?}");
    ends.remove(0)
}

/// Three views of one payment.
fn views(order: &Order) -> [Fact; 3] {
    let fetched = Capture { session: None, ..capture(order, "pi_1") };
    let by_intent = Capture { charge: None, tax: None, ..fetched.clone() };
    let by_charge = Capture { tax: None, ..fetched.clone() };
    [by_intent, by_charge, fetched].map(Fact::Captured)
}

fn reported(order: &Order, notifications: &[NotificationKind]) -> Vec<String> {
    let mut ids: Vec<String> = notifications.iter().map(|notification| notification.id(&order.id)).collect();
    ids.sort();
    ids
}

const BOUGHT: [NotificationKind; 2] = [NotificationKind::Confirmation, NotificationKind::TransferLabel];

#[test]
fn an_intents_payment_ends_the_same_however_its_events_arrive() {
    for confirmer in [Confirmer::Client, Confirmer::Server] {
        let placed = by_intent(&[Want { shards: 2, ..items(2, 2500) }], confirmer);
        let swept = claim(&placed, ClaimKind::Expiring, &Actor::Sweeper, "late", after(0)).expect("claimed").order;
        let expired = settle(&swept, &Fact::Unpayable).order;
        let [by_intent, by_charge, fetched] = views(&placed);
        let facts = [
            Fact::Declined(decline(after(2))),
            Fact::ActionRequired { payment_intent: "pi_1".to_owned() },
            by_intent,
            by_charge,
        ];
        for (order, moved, drawn) in [
            (&placed, vec![(MoveKind::Sell, 1), (MoveKind::Sell, 1)], 0),
            (&swept, vec![(MoveKind::Sell, 1), (MoveKind::Sell, 1)], 0),
            (&expired, Vec::new(), 1),
        ] {
            let (end, done) = the_one_end(order, &facts, &fetched);
            assert_eq!((end.status, end.payment.captured), (OrderStatus::Paid, order.totals.total));
            assert_eq!((end.payment.charge_id.as_deref(), end.claim.clone()), (Some("ch_pi_1"), None));
            assert_eq!(done, Done { moved, drawn, notifications: reported(order, &BOUGHT), refunds: 0 });
        }
    }
}

#[test]
fn a_servers_decline_ends_the_same_however_its_events_arrive() {
    let order = by_intent(&[items(2, 2500)], Confirmer::Server);
    let claimed = settle(&order, &Fact::Declined(decline(after(2)))).order;
    let facts = [Fact::Declined(decline(after(2))), Fact::Declined(decline(after(1))), Fact::Unpayable];
    let (end, done) = the_one_end(&claimed, &facts, &Fact::Unpayable);
    assert_eq!((end.status, end.stock), (OrderStatus::Failed, StockState::None));
    assert_eq!(done, Done { moved: vec![(MoveKind::Release, 2)], ..Done::default() });
}

#[test]
fn a_confirmed_booking_ends_the_same_however_its_events_arrive() {
    let order = authorized(&booking(48));
    let confirming = confirm_booking(&order, &Actor::person("expert-1"), after(70)).expect("claimed").order;
    let swept = claim(&order, ClaimKind::Expiring, &Actor::Sweeper, "late", after(70)).expect("claimed").order;
    let [by_intent, by_charge, fetched] = views(&order);
    let facts = [
        Fact::Declined(decline(after(2))),
        Fact::Authorized(authorization(&order)),
        Fact::ActionRequired { payment_intent: "pi_1".to_owned() },
        by_intent,
        by_charge,
    ];
    for order in [order, confirming, swept] {
        let (end, done) = the_one_end(&order, &facts, &fetched);
        assert_eq!((end.status, status(&end)), (OrderStatus::Paid, BookingStatus::Confirmed));
        assert_eq!((end.stock, end.payment.captured), (StockState::Sold, Minor(10_000)));
        let moved = vec![(MoveKind::Sell, 1)];
        assert_eq!(done, Done { moved, drawn: 0, notifications: reported(&order, &BOUGHT), refunds: 0 });
    }
}

#[test]
fn a_canceled_booking_ends_the_same_however_its_events_arrive() {
    let order = authorized(&booking(48));
    let cancel = |order: &Order, now| {
        cancel_booking(order, CanceledBy::Buyer, &Actor::person("buyer-1"), refund_id("ref_cancel"), now)
            .expect("granted")
            .order
    };
    // The card is released.
    let canceling = cancel(&order, after(70));
    let facts = [Fact::Authorized(authorization(&order)), Fact::Unpayable];
    let (end, done) = the_one_end(&canceling, &facts, &Fact::Unpayable);
    assert_eq!((end.status, status(&end), end.refunds.len()), (OrderStatus::Canceled, BookingStatus::Canceled, 0));
    assert_eq!(done, Done { notifications: reported(&order, &[NotificationKind::BookingOver]), ..Done::default() });

    // Its money was taken all the same, and Stripe gives it back, before or after we hear of it.
    let [by_intent, by_charge, fetched] = views(&order);
    let refund = |state| {
        Fact::Refund(RefundSeen {
            stripe_id: "re_1".to_owned(),
            refund_id: Some(refund_id("ref_ord_1_canceled")),
            payment_intent: "pi_1".to_owned(),
            amount: Minor(10_000),
            state,
            failure: None,
            source: Source::Fetched,
        })
    };
    let facts = [
        Fact::Authorized(authorization(&order)),
        by_intent,
        by_charge,
        refund(RefundState::Pending),
        refund(RefundState::Succeeded),
    ];
    let (end, done) = the_one_end(&canceling, &facts, &fetched);
    assert_eq!((end.status, status(&end)), (OrderStatus::Refunded, BookingStatus::Canceled));
    assert_eq!((end.payment.captured, end.refunded(), end.refunds.len()), (Minor(10_000), Minor(10_000), 1));
    let notifications =
        reported(&order, &[NotificationKind::BookingOver, NotificationKind::Refund(refund_id("ref_ord_1_canceled"))]);
    assert_eq!(done, Done { notifications, refunds: 1, ..Done::default() });
}

#[test]
fn a_canceled_bookings_refund_ends_the_same_however_its_events_arrive() {
    let order = confirmed(&booking(12));
    let refund = refund_id("ref_cancel");
    let canceled = cancel_booking(&order, CanceledBy::Buyer, &Actor::person("buyer-1"), refund.clone(), start())
        .expect("granted")
        .order;
    let [by_intent, by_charge, fetched] = views(&order);
    let states = [RefundState::Pending, RefundState::Succeeded];
    let [pending, succeeded] = states.map(|state| seen(&canceled, "ref_cancel", state));
    let facts = [Fact::Authorized(authorization(&order)), by_intent, by_charge, pending, succeeded];
    let (end, done) = the_one_end(&canceled, &facts, &fetched);
    assert_eq!((end.status, status(&end)), (OrderStatus::Paid, BookingStatus::Canceled));
    assert_eq!((end.refunded(), end.refund_reserved(), end.refundable()), (Minor(5_000), Minor::ZERO, Minor(5_000)));
    assert_eq!(done, Done { notifications: reported(&order, &[NotificationKind::Refund(refund)]), ..Done::default() });
}
