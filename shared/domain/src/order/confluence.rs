//! Where an order ends does not depend on the order in which its events arrive, nor on how often they do.

use super::{
    DecideError, Decision, Goods, Order, OrderStatus, RefundAsk, RefundCause, Supply, TicketStatus, decide,
    decide_refund,
    fixtures::{Want, after, capture, decline, items, paid, place, refund_id, seen, tickets},
};
use crate::{Capture, Fact, Minor, RefundState};

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
    for (tax, first) in
        [(0, None), (413, None), (0, Some(Fact::Unpayable)), (413, Some(Fact::Failed(decline(after(1)))))]
    {
        let placed = place(&[Want { shards: 2, ..tickets(2, 2500) }, items(1, 999)], 20);
        let order = first.map_or(placed.clone(), |first| settle(&placed, &first).order);
        let by_session = Capture {
            amount: order.totals.total + Minor(tax),
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
            let (mut now, mut moves, mut draws, mut notices) = (order.clone(), 0, 0, 0);
            for fact in sequence {
                let decided = decide(&now, &facts[fact], Supply::Untried, after(60));
                let decision = match decided {
                    // The session is fetched, which tells, and brings its charge along.
                    Err(DecideError::TaxUnknown) => settle(&now, &fetched),
                    other => other.expect("a decision"),
                };
                moves += decision.stock.len();
                draws += usize::from(decision.draw);
                notices += decision.notices.len();
                now = decision.order;
            }
            assert_eq!((now.status, now.payment.captured), (OrderStatus::Paid, order.totals.total + Minor(tax)));
            assert_eq!((now.tax, now.payment.charge_id.as_deref()), (Some(Minor(tax)), Some("ch_1")));
            let codes: Vec<_> = now.tickets.iter().map(|ticket| ticket.code.clone()).collect();
            assert_eq!(codes, [placed.ticket_code(0), placed.ticket_code(1)]);
            let held = order.status == OrderStatus::Pending;
            assert_eq!((moves, draws, notices), if held { (3, 0, 2) } else { (0, 1, 2) });
        }
    }
}

#[test]
fn a_refund_ends_the_same_however_its_events_arrive() {
    let order = paid(&place(&[tickets(2, 2500), items(1, 999)], 0));
    let asked = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_all"), RefundCause::Staff, None, after(90))
        .expect("asked");
    let asked = asked.order;
    let states = [RefundState::Pending, RefundState::Succeeded, RefundState::Failed];
    for (facts, status, refunded) in
        [(2, OrderStatus::Refunded, order.payment.captured), (3, OrderStatus::Paid, Minor::ZERO)]
    {
        for sequence in sequences(facts) {
            let (mut now, mut moved, mut notices) = (asked.clone(), 0, 0);
            for fact in &sequence {
                let decision = settle(&now, &seen(&asked, "ref_all", states[*fact]));
                moved += decision.stock.iter().map(|moved| moved.quantity).sum::<u32>();
                notices += decision.notices.len();
                now = decision.order;
            }
            assert_eq!((now.status, now.refunded(), now.refund_reserved()), (status, refunded, Minor::ZERO));
            assert_eq!((moved, now.refunds[0].goods), (3, Goods::Restocked), "goods stay returned");
            assert!(now.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
            assert_eq!(now.review.is_some(), facts == 3);
            // Nobody is told of money that was on its way only after it had come back.
            assert_eq!(notices, usize::from(sequence[0] != 2));
        }
    }
}
