//! What becomes of goods, hours and money when a bank changes its mind: a seller must not lose both, nor a buyer get both.

use jiff::SignedDuration;
use rust_decimal::Decimal;

use crate::{
    Actor, Capture, DisputeSeen, DisputeState, Fact, Kind, Minor, RefundState,
    order::{
        Alarm, CanceledBy, Decision, Dispute, LedgerMove, MoveKind, Order, OrderStatus, RefundAsk, RefundCause,
        ReviewKind, StockState, Supply, accept_review, cancel_booking, decide, decide_refund,
        tests::fixtures::{
            Want, after, booking, by_hand, capture, captured, confirmed, dispute, items, paid, place, refund_id, seen,
            tickets,
        },
    },
};

/// What Stripe shows of `dp_1` at a time.
#[derive(Clone)]
struct Report {
    id: &'static str,
    amount: Minor,
    state: DisputeState,
    word: Option<&'static str>,
    taken: bool,
    at: i64,
}

fn report(amount: Minor, state: DisputeState, at: i64) -> Report {
    Report { id: "dp_1", amount, state, word: None, taken: false, at }
}

fn see(order: &Order, report: &Report) -> Decision {
    let Fact::Dispute(seen) = dispute(report.id, report.amount, report.state) else { panic!("a dispute") };
    let word = report.word.map_or(seen.word.clone(), str::to_owned);
    let seen = DisputeSeen { word, taken: report.taken, seen_at: after(report.at), ..seen };
    let decision = decide(order, &Fact::Dispute(seen), Supply::Untried, after(report.at)).expect("a decision");
    assert_eq!(decision.order.violations(), Vec::<String>::new());
    decision
}

fn step(order: &Order, fact: &Fact) -> Order {
    decide(order, fact, Supply::Untried, after(100)).expect("a decision").order
}

fn sold() -> Order {
    paid(&place(&[tickets(2, 2_500)], 0))
}

/// Hours of two packages for 100.00, without fees to speak of.
fn package(unlimited: bool) -> Order {
    let mut order = place(&[Want { kind: Kind::Package, unlimited, ..items(2, 5_000) }], 0);
    order.buyer.customer = Some("cus_1".to_owned());
    order.lines[0].hours = Some(Decimal::from(5));
    paid(&order)
}

fn acknowledged(order: &Order) -> Order {
    let order = accept_review(order, &Actor::person("staff-1"), after(900)).expect("acknowledged").order;
    assert_eq!(order.review, None);
    order
}

fn review(order: &Order) -> Option<ReviewKind> {
    order.review.as_ref().map(|review| review.kind)
}

use DisputeState::{Inquiry, Lost, Open, Prevented, Won};

#[test]
fn the_latest_report_counts_and_an_undecided_one_is_fetched_daily() {
    let order = sold();
    let day = SignedDuration::from_hours(24);
    let open = see(&order, &report(Minor(100), Open, 200));
    assert_eq!(open.alarms, [Alarm::Dispute(Open)]);
    let open = open.order;
    let known = open.payment.dispute.clone().expect("a dispute");
    assert_eq!((known.fetch_at, known.seen_at), (Some(after(200) + day), Some(after(200))));

    assert!(!see(&open, &report(Minor(100), Won, 199)).changed, "a later report was faster");
    assert!(see(&open, &report(Minor(100), Won, 200)).changed, "of the same second the other word counts");
    assert!(!see(&open, &report(Minor(100), Open, 86_599)).changed, "nothing has happened");
    let due = see(&open, &report(Minor(100), Open, 86_600));
    assert_eq!((due.outcome.as_str(), due.alarms.len()), ("postponed", 0));
    assert_eq!(due.order.payment.dispute.as_ref().and_then(|own| own.fetch_at), Some(after(86_600) + day));

    let won = see(&due.order, &report(Minor(100), Won, 86_700));
    assert_eq!(won.alarms, [Alarm::Dispute(Won)]);
    assert_eq!(won.order.payment.dispute.as_ref().and_then(|own| own.fetch_at), None, "it is over");
    assert!(!see(&won.order, &report(Minor(100), Won, 900_000)).changed);
}

#[test]
fn staff_hear_of_each_state_once_and_of_each_unknown_word_once() {
    let order = sold();
    let named = |word, at| Report { word: Some(word), ..report(Minor(100), Open, at) };
    let unknown = |word: &str| Alarm::DisputeUnknown { word: word.to_owned() };
    let first = see(&order, &named("escalated", 200));
    assert_eq!(first.alarms, [Alarm::Dispute(Open), unknown("escalated")]);
    let more = see(&first.order, &Report { amount: Minor(200), ..named("escalated", 210) });
    assert_eq!((more.changed, more.alarms), (true, vec![]), "the amount is no new state, and the word is known");
    let other = see(&first.order, &named("arbitrated", 220));
    assert_eq!(other.alarms, [unknown("arbitrated")]);
    let answered = see(&first.order, &named("under_review", 230));
    assert_eq!((answered.changed, answered.alarms), (true, vec![]));
}

#[test]
fn the_gravest_of_several_stands_first() {
    let mut order = sold();
    let mut known = Vec::new();
    for (n, state) in [Won, Inquiry, Prevented, Lost, Open].into_iter().enumerate() {
        let id = ["dp_5", "dp_4", "dp_3", "dp_2", "dp_1"][n];
        order = see(&order, &Report { id, ..report(Minor(10), state, 200) }).order;
        known.insert(0, state);
        let states: Vec<DisputeState> = order.payment.disputes().map(|own| own.state).collect();
        assert_eq!(states, known);
    }
    let waiting: Vec<bool> = order.payment.disputes().map(Dispute::is_undecided).collect();
    assert_eq!(waiting, [true, false, false, true, false]);
    let closed = Report { id: "dp_4", word: Some("warning_closed"), ..report(Minor(10), Inquiry, 300) };
    let order = see(&order, &closed).order;
    assert!(!order.payment.other_disputes[2].is_undecided(), "an inquiry that came to nothing");
}

/// Money that comes back for goods that went: the seller has it, and the buyer neither goods nor money.
#[test]
fn money_that_comes_back_for_goods_that_went_is_for_a_person_to_see() {
    let order = sold();
    let all = order.payment.captured;
    let prevented = |taken, at| Report { taken, ..report(all, Prevented, at) };
    for (went, came) in [
        (report(all, Lost, 200), report(all, Won, 300)),
        (report(all, Lost, 200), report(all, Open, 300)),
        (report(all, Lost, 200), report(all, Inquiry, 300)),
        (report(all, Lost, 200), report(all - Minor(1), Lost, 300)),
        (prevented(true, 200), prevented(false, 300)),
    ] {
        let gone = see(&order, &went);
        assert!(!gone.stock.is_empty() && gone.stock.iter().all(|moved| moved.kind == MoveKind::Restock));
        let gone = gone.order;
        assert_eq!((gone.stock, gone.ended_at, review(&gone)), (StockState::None, Some(after(200)), None));
        let back = see(&gone, &came).order;
        assert_eq!((review(&back), back.ended_at), (Some(ReviewKind::Returned), None), "{:?}", came.state);
        let reason = &back.review.as_ref().expect("a review").reason;
        assert_eq!(reason, "dispute dp_1 was won, or opened again, after its goods had gone back");
        if came.state == Open {
            continue;
        }
        // Once a person has seen it, another word for the same is no reason to ask again.
        let again = Report { word: Some("closed"), at: 1_000, ..came };
        assert_eq!(review(&see(&acknowledged(&back), &again).order), None);
    }
}

#[test]
fn a_dispute_that_took_no_goods_asks_no_person() {
    let order = sold();
    let all = order.payment.captured;
    for (first, then) in [(Open, Won), (Inquiry, Won), (Inquiry, Open), (Open, Inquiry), (Won, Inquiry)] {
        let seen = see(&order, &report(all, first, 200)).order;
        let end = see(&seen, &report(all, then, 300)).order;
        assert_eq!((review(&end), end.stock, end.ended_at), (None, StockState::Sold, None), "{first:?}, {then:?}");
        assert_eq!(end.status, OrderStatus::Paid);
    }
    let part = see(&order, &report(Minor(100), Lost, 200)).order;
    let back = see(&part, &report(Minor(100), Won, 300)).order;
    assert_eq!((review(&part), review(&back), back.stock), (None, None, StockState::Sold));
    // A refund and a part of a dispute are all of it together; less of the dispute leaves still nothing.
    let half = step(&order, &by_hand("re_1", "pi_1", Minor(3_000), RefundState::Succeeded));
    let gone = see(&half, &report(all - Minor(2_000), Lost, 200)).order;
    assert_eq!(gone.stock, StockState::None);
    let exact = see(&gone, &report(all - Minor(3_000), Lost, 300)).order;
    assert_eq!((review(&exact), exact.stock), (None, StockState::None));
    assert_eq!(review(&see(&gone, &report(all - Minor(3_001), Lost, 300)).order), Some(ReviewKind::Returned));
}

#[test]
fn another_dispute_does_not_end_an_order_twice() {
    let order = sold();
    let lost = see(&order, &report(order.payment.captured, Lost, 200)).order;
    let inquiry = see(&lost, &Report { id: "dp_2", ..report(Minor(100), Inquiry, 300) }).order;
    assert_eq!((inquiry.ended_at, review(&inquiry)), (Some(after(200)), None));
    let won = see(&lost, &Report { id: "dp_2", ..report(Minor(100), Won, 300) }).order;
    assert_eq!((won.ended_at, review(&won)), (Some(after(200)), None));
    // Nothing of the payment is left with the seller, so there is nothing to ask a person.
    let part = step(&order, &by_hand("re_1", "pi_1", Minor(3_000), RefundState::Succeeded));
    for (order, amount) in [(&order, order.payment.captured), (&part, order.payment.captured - Minor(3_000))] {
        let lost = see(order, &report(amount, Lost, 200)).order;
        let open = see(&lost, &Report { id: "dp_2", ..report(Minor(100), Open, 300) }).order;
        let won = see(&open, &Report { id: "dp_2", ..report(Minor(100), Won, 400) }).order;
        assert_eq!((won.stock, review(&won)), (StockState::None, None));
    }
    // What a dispute took by itself counts for one that was prevented, and for no other.
    let open = see(&order, &Report { taken: true, ..report(Minor(100), Open, 200) }).order;
    assert!(open.payment.disputes().all(|own| !own.taken));
}

#[test]
fn goods_that_refunds_took_count_as_gone() {
    let order = sold();
    let requested = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_1"), RefundCause::Staff, None, after(90));
    let requested = requested.expect("asked").order;
    let done = step(&requested, &seen(&requested, "ref_1", RefundState::Succeeded));
    let failed = acknowledged(&step(&done, &seen(&done, "ref_1", RefundState::Failed)));
    let open = see(&failed, &report(order.payment.captured, Open, 1_000)).order;
    let won = see(&open, &report(order.payment.captured, Won, 1_100)).order;
    assert_eq!(review(&won), Some(ReviewKind::Returned), "the buyer has neither tickets nor money");

    // All of it back by a refund and the bank: the refund alone stands in the end, and there is nothing to ask.
    let open = see(&done, &report(Minor(100), Open, 1_000)).order;
    let won = see(&open, &report(Minor(100), Won, 1_100)).order;
    assert_eq!((won.status, review(&won)), (OrderStatus::Refunded, None));
}

#[test]
fn a_booking_that_was_canceled_by_its_policy_is_settled() {
    let order = confirmed(&booking(10));
    let canceled = cancel_booking(&order, CanceledBy::Buyer, &Actor::person("buyer-1"), refund_id("ref_1"), after(90))
        .expect("half");
    let canceled = step(&canceled.order, &seen(&canceled.order, "ref_1", RefundState::Succeeded));
    assert_eq!((canceled.status, canceled.stock), (OrderStatus::Paid, StockState::None));
    let left = canceled.refundable();
    assert!(left > Minor::ZERO, "what the policy keeps");
    let open = see(&canceled, &report(left, Open, 200)).order;
    assert_eq!(review(&see(&open, &report(left, Won, 300)).order), None);
    let lost = see(&order, &report(order.payment.captured, Lost, 200)).order;
    let won = see(&lost, &report(order.payment.captured, Won, 300)).order;
    assert_eq!(review(&won), Some(ReviewKind::Returned), "its time is the expert's again");
}

#[test]
fn a_released_order_keeps_its_end_and_its_refund() {
    // It waited for a person's review of another sum when the bank took it.
    let placed = place(&[tickets(2, 2_500)], 0);
    let held = step(&placed, &Fact::Captured(Capture { amount: Minor(1_000), ..capture(&placed, "pi_1") }));
    let lost = see(&held, &report(Minor(1_000), Lost, 200)).order;
    assert_eq!((lost.status, lost.ended_at), (OrderStatus::Canceled, Some(after(200))));
    let won = see(&lost, &report(Minor(1_000), Won, 300)).order;
    assert_eq!((review(&won), won.ended_at), (Some(ReviewKind::Returned), Some(after(200))));

    // All of a late payment is on its way back already.
    let expired = step(&placed, &Fact::Unpayable);
    let late = decide(&expired, &captured(&placed), Supply::Gone, after(150)).expect("late").order;
    let open = see(&late, &report(placed.totals.total, Open, 200)).order;
    assert_eq!(review(&see(&open, &report(placed.totals.total, Won, 300)).order), None);
    // In review, it is still to be decided.
    let open = see(&held, &report(Minor(1_000), Open, 200)).order;
    assert_eq!(review(&see(&open, &report(Minor(1_000), Won, 300)).order), Some(ReviewKind::Payment));
}

#[test]
fn hours_are_taken_and_given_back_under_a_name_for_each_time() {
    let order = package(true);
    let all = order.payment.captured;
    let mut now = order.clone();
    for (n, cause) in ["dispute:dp_1", "dispute:dp_1:2", "dispute:dp_1:3"].into_iter().enumerate() {
        let at = 200 + 20 * i64::try_from(n).expect("few");
        let open = see(&now, &report(all, Open, at));
        let taken =
            LedgerMove::TakeWhatIsLeft { cause: cause.to_owned(), hours: Decimal::from(10), amount: Minor(10_000) };
        assert_eq!(open.ledger, [taken]);
        assert_eq!(see(&open.order, &report(all, Lost, at + 5)).ledger, [], "they are taken already");
        let won = see(&open.order, &report(all, Won, at + 10));
        let back = LedgerMove::GiveBack { cause: format!("{cause}:won"), of: cause.to_owned() };
        assert_eq!(won.ledger, [back]);
        now = won.order;
    }
    let inquiry = see(&order, &report(all, Inquiry, 200));
    assert_eq!(inquiry.ledger, [], "an inquiry takes no money");
}

#[test]
fn hours_without_stock_come_back_by_themselves() {
    for (unlimited, expected) in [(true, None), (false, Some(ReviewKind::Returned))] {
        let order = package(unlimited);
        let all = order.payment.captured;
        let lost = see(&order, &report(all, Lost, 200)).order;
        assert_eq!(lost.stock, StockState::None);
        let won = see(&lost, &report(all, Won, 300)).order;
        assert_eq!((review(&won), won.ended_at), (expected, None));
        assert_eq!(won.stock == StockState::Sold, unlimited);
    }
    // Where a refund has the rest of the money, no hours are sold.
    let order = package(true);
    let half = step(&order, &by_hand("re_1", "pi_1", Minor(3_000), RefundState::Succeeded));
    let gone = see(&half, &report(order.payment.captured - Minor(2_000), Lost, 200)).order;
    let less = see(&gone, &report(order.payment.captured - Minor(3_000), Lost, 300)).order;
    assert_eq!((less.stock, review(&less)), (StockState::None, None));
    // Nor where another dispute has all of it.
    let lost = see(&order, &report(order.payment.captured, Lost, 200)).order;
    let second = |state, at| Report { id: "dp_2", ..report(Minor(100), state, at) };
    let open = see(&lost, &second(Open, 300)).order;
    let won = see(&open, &second(Won, 400)).order;
    assert_eq!((won.stock, review(&won)), (StockState::None, None));
    let unlimited = paid(&place(&[Want { unlimited: true, ..tickets(2, 2_500) }], 0));
    let lost = see(&unlimited, &report(unlimited.payment.captured, Lost, 200)).order;
    let won = see(&lost, &report(unlimited.payment.captured, Won, 300)).order;
    assert_eq!(review(&won), Some(ReviewKind::Returned), "tickets are no hours");
    let mixed = {
        let mut order = place(&[Want { kind: Kind::Package, unlimited: true, ..items(1, 5_000) }, items(1, 900)], 0);
        order.lines[0].hours = Some(Decimal::from(5));
        paid(&order)
    };
    let lost = see(&mixed, &report(mixed.payment.captured, Lost, 200)).order;
    let won = see(&lost, &report(mixed.payment.captured, Won, 300)).order;
    assert_eq!(review(&won), Some(ReviewKind::Returned), "the product went back on sale");
}

#[test]
fn hours_of_an_order_that_was_refunded_meanwhile_stay_gone() {
    let order = package(true);
    let all = order.payment.captured;
    let open = see(&order, &report(all, Open, 200)).order;
    let refunded = step(&open, &by_hand("re_1", "pi_1", all, RefundState::Succeeded));
    assert_eq!(refunded.status, OrderStatus::Refunded);
    assert_eq!(see(&refunded, &report(all, Won, 300)).ledger, [], "the buyer has the money for them");
    // An order that never was paid for has put none on the balance.
    let mut late = place(&[Want { kind: Kind::Package, unlimited: true, ..items(2, 5_000) }], 0);
    late.lines[0].hours = Some(Decimal::from(5));
    let expired = step(&late, &Fact::Unpayable);
    let late = decide(&expired, &captured(&late), Supply::Gone, after(150)).expect("late").order;
    assert_eq!(see(&late, &report(all, Open, 200)).ledger, []);
}
