//! Worked examples in cents: two tickets at 25.00 cost 54.84 with their fees, and tax is 10 %.

use crate::order::RefundParts;
use crate::{
    Capture, Fact, Minor, TaxTerms,
    order::{
        Order, OrderStatus, RefundAsk, RefundCause, RefundItem, Supply, decide, decide_refund,
        tests::fixtures::{
            Terms, after, capture, inclusive, items, place_by, refund_id, seen, terms, tickets, untaxed,
        },
    },
};

fn paid(how: TaxTerms, tax: i64) -> Order {
    let order = place_by(&[tickets(2, 2500)], &Terms { tax: how, ..terms() });
    let amount = order.totals.total + how.on_top(Minor(tax));
    settle(&order, Capture { amount, tax: Some(Minor(tax)), ..capture(&order, "pi_1") })
}

fn settle(order: &Order, capture: Capture) -> Order {
    decide(order, &Fact::Captured(capture), Supply::Untried, after(60)).expect("captured").order
}

fn ask(order: &Order, ask: &RefundAsk, id: &str) -> Order {
    let requested = decide_refund(order, ask, refund_id(id), RefundCause::Staff, None, after(90)).expect("asked").order;
    let fact = seen(&requested, id, crate::RefundState::Succeeded);
    decide(&requested, &fact, Supply::Untried, after(95)).expect("refunded").order
}

fn one(line: &str) -> RefundAsk {
    RefundAsk::Items(vec![RefundItem { line: line.to_owned(), quantity: 1 }])
}

fn parts(goods: i64, fees: i64, tax: i64) -> RefundParts {
    RefundParts { goods: Minor(goods), fees: Minor(fees), tax: Minor(tax) }
}

#[test]
fn a_lines_refund_includes_the_tax_that_came_on_top() {
    let order = paid(TaxTerms::default(), 548);
    assert_eq!((order.status, order.payment.captured, order.to_pay()), (OrderStatus::Paid, Minor(6_032), Minor(6_032)));
    // 548 x 5000 / 5484 are the tickets' tax, half of it is one ticket's.
    assert_eq!(order.tax_of_line("l1"), Minor(500));
    let half = ask(&order, &one("l1"), "ref_1");
    assert_eq!((half.refunds[0].amount, half.refunds[0].parts), (Minor(2_750), parts(2_500, 0, 250)));
    let all = ask(&half, &one("l1"), "ref_2");
    assert_eq!((all.refunds[1].amount, all.refunds[1].parts), (Minor(3_282), parts(2_500, 484, 298)));
    assert_eq!((all.status, all.refunded()), (OrderStatus::Refunded, Minor(6_032)));
}

#[test]
fn a_lines_refund_contains_its_tax_where_prices_do() {
    let order = paid(inclusive(), 499);
    assert_eq!((order.status, order.payment.captured, order.to_pay()), (OrderStatus::Paid, Minor(5_484), Minor(5_484)));
    assert_eq!((order.tax, order.tax_on_top()), (Some(Minor(499)), Minor::ZERO));
    let half = ask(&order, &one("l1"), "ref_1");
    assert_eq!((half.refunds[0].amount, half.refunds[0].parts), (Minor(2_500), parts(2_500, 0, 228)));
    let all = ask(&half, &one("l1"), "ref_2");
    assert_eq!((all.refunds[1].amount, all.refunds[1].parts), (Minor(2_984), parts(2_500, 484, 271)));
    assert_eq!((all.status, all.refunded()), (OrderStatus::Refunded, Minor(5_484)));
}

#[test]
fn an_amount_gives_back_tax_in_proportion_and_fees_last() {
    let order = paid(TaxTerms::default(), 548);
    let some = ask(&order, &RefundAsk::Amount(Minor(1_000)), "ref_1");
    assert_eq!(some.refunds[0].parts, parts(909, 0, 91));
    let rest = ask(&some, &RefundAsk::Rest, "ref_2");
    assert_eq!((rest.refunds[1].amount, rest.refunds[1].parts), (Minor(5_032), parts(4_091, 484, 457)));
    assert_eq!(rest.parts_given(), parts(5_000, 484, 548));
}

#[test]
fn without_tax_the_parts_are_goods_and_fees() {
    let order = paid(untaxed(), 0);
    assert_eq!((order.tax, order.payment.captured), (Some(Minor::ZERO), Minor(5_484)));
    let all = ask(&order, &RefundAsk::Rest, "ref_1");
    assert_eq!(all.refunds[0].parts, parts(5_000, 484, 0));
}

#[test]
fn tax_of_many_small_lines_never_exceeds_what_was_paid() {
    let wants = vec![items(1, 100); 10];
    let order = place_by(&wants, &terms());
    let order = settle(&order, Capture { amount: Minor(1_005), tax: Some(Minor(5)), ..capture(&order, "pi_1") });
    let of_lines: Minor = order.lines.iter().map(|line| order.tax_of_line(&line.id)).sum();
    assert_eq!(of_lines, Minor(5));
    let mut order = order;
    for n in 1..=10 {
        order = ask(&order, &one(&format!("l{n}")), &format!("ref_{n}"));
    }
    assert_eq!((order.status, order.refunded()), (OrderStatus::Refunded, Minor(1_005)));
    assert!(order.refunds.iter().all(|refund| (100..=101).contains(&refund.amount.0)));
}

/// Only Stripe's session knows the tax that prices contain: no amount proves that there is none.
#[test]
fn contained_tax_is_known_only_by_the_session() {
    use crate::order::DecideError;
    let order = place_by(&[tickets(2, 2500)], &Terms { tax: inclusive(), ..terms() });
    let reported = Capture { tax: None, ..capture(&order, "pi_1") };
    let decided = decide(&order, &Fact::Captured(reported.clone()), Supply::Untried, after(60));
    assert_eq!(decided, Err(DecideError::TaxUnknown));
    let paid = settle(&order, Capture { tax: Some(Minor(499)), ..reported });
    assert_eq!((paid.status, paid.tax), (OrderStatus::Paid, Some(Minor(499))));
}
