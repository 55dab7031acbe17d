//! What an order writes down of a refund: staff, receipts, the tax books and Stripe's calls read nothing else.

use jiff::SignedDuration;

use crate::{
    Actor, Capture, Code, Currency, Fact, Kind, Minor, NotificationKind, RefundState,
    order::{
        CanceledBy, Decision, Goods, Order, OrderStatus, PROCESSING_FETCH, Refund, RefundAsk, RefundCause, RefundItem,
        RefundParts, StockState, Supply, cancel_booking, decide, decide_refund,
        tests::fixtures::{after, booking, by_hand, capture, confirmed, items, paid, place, refund_id, seen, tickets},
    },
};

pub(super) fn step(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(100)).expect("a decision")
}

pub(super) fn euros() -> Currency {
    Currency::parse("eur").expect("a currency")
}

pub(super) fn of(line: &str, quantity: u32) -> Vec<RefundItem> {
    vec![RefundItem { line: line.to_owned(), quantity }]
}

pub(super) fn ask(order: &Order, ask: &RefundAsk, id: &str, cause: RefundCause) -> Decision {
    decide_refund(order, ask, refund_id(id), cause, Some("asked".to_owned()), after(90)).expect("a refund")
}

/// Two tickets of 25.00 and a product of 10.00 with 10 % of tax on top, paid.
pub(super) fn taxed() -> Order {
    let order = place(&[tickets(2, 2_500), items(1, 1_000)], 0);
    let tax = Minor(order.totals.total.0 / 10);
    let taxed = Capture { amount: order.totals.total + tax, tax: Some(tax), ..capture(&order, "pi_1") };
    step(&order, &Fact::Captured(taxed)).order
}

/// The refund as it is written down before Stripe is asked.
fn requested(id: &str, amount: i64, cause: RefundCause, seconds: i64) -> Refund {
    Refund {
        id: refund_id(id),
        amount: Minor(amount),
        items: Vec::new(),
        shares: Vec::new(),
        tax_shares: Vec::new(),
        parts: RefundParts::default(),
        state: RefundState::Pending,
        goods: Goods::Taken,
        cause,
        reason: None,
        payment_intent: Some("pi_1".to_owned()),
        currency: None,
        stripe_id: None,
        failure: None,
        call: None,
        due_at: Some(after(seconds) + SignedDuration::from_secs(60)),
        created_at: after(seconds),
    }
}

#[test]
fn a_request_by_line_names_goods_money_tax_and_reason() {
    let mut order = taxed();
    order.payment.currency = Some(euros());
    let tax = order.tax_of_line("l1").0 / 2;
    let decision = ask(&order, &RefundAsk::Items(of("l1", 1)), "ref_1", RefundCause::Staff);
    let expected = Refund {
        items: of("l1", 1),
        shares: vec![Minor(2_500)],
        tax_shares: vec![Minor(tax)],
        parts: RefundParts { goods: Minor(2_500), fees: Minor::ZERO, tax: Minor(tax) },
        reason: Some("asked".to_owned()),
        currency: Some(euros()),
        call: Some(order.calls + 1),
        ..requested("ref_1", 2_500 + tax, RefundCause::Staff, 90)
    };
    assert_eq!(decision.order.refunds, std::slice::from_ref(&expected));
    assert_eq!(expected.before_tax(), Minor(2_500));
    assert_eq!(decision.order.currency_of(&expected), euros());
    // The last goods take all that is left with them, each part of it.
    let rest = ask(&decision.order, &RefundAsk::Rest, "ref_2", RefundCause::Staff).order;
    let last = &rest.refunds[1];
    assert_eq!(last.items, [of("l1", 1), of("l2", 1)].concat());
    assert_eq!(last.amount, order.payment.captured - expected.amount);
    assert_eq!(last.parts.tax + expected.parts.tax, order.tax.expect("a tax"));
    assert_eq!(last.parts.fees, order.application_fee());
    assert_eq!(last.before_tax(), last.amount - last.parts.tax);
    // By lines it is the same, with the price and the tax of each.
    let all = [of("l1", 1), of("l2", 1)].concat();
    let by_line = ask(&decision.order, &RefundAsk::Items(all), "ref_2", RefundCause::Staff).order;
    let by_line = &by_line.refunds[1];
    assert_eq!((by_line.amount, by_line.parts), (last.amount, last.parts));
    assert_eq!(by_line.shares, [Minor(2_500), Minor(1_000)]);
    assert_eq!(by_line.tax_shares, [order.tax_of_line("l1") - Minor(tax), order.tax_of_line("l2")]);
}

/// No cent of tax is lost between the units of a line.
#[test]
fn the_last_unit_of_a_line_takes_the_rest_of_its_tax() {
    let order = place(&[tickets(3, 2_500), items(1, 1_000)], 0);
    let with = |tax| {
        let amount = order.totals.total + Minor(tax);
        step(&order, &Fact::Captured(Capture { amount, tax: Some(Minor(tax)), ..capture(&order, "pi_1") })).order
    };
    let order = (600..700).map(with).find(|order| order.tax_of_line("l1").0 % 3 == 1).expect("one of three");
    let one = RefundAsk::Items(of("l1", 1));
    let first = ask(&order, &one, "ref_1", RefundCause::Staff).order;
    let second = ask(&first, &one, "ref_2", RefundCause::Staff).order;
    let third = ask(&second, &one, "ref_3", RefundCause::Staff).order;
    let share = order.tax_of_line("l1").0 / 3;
    let shares: Vec<i64> = third.refunds.iter().map(|refund| refund.tax_shares[0].0).collect();
    assert_eq!(shares, [share, share, share + 1]);
}

/// A review of a refund that came to nothing ends once as much is back, and not before.
#[test]
fn less_than_what_failed_does_not_make_it_good() {
    let order = ask(&taxed(), &RefundAsk::Amount(Minor(2_500)), "ref_1", RefundCause::Staff).order;
    let order = step(&order, &seen(&order, "ref_1", RefundState::Succeeded)).order;
    let failed = step(&order, &seen(&order, "ref_1", RefundState::Failed)).order;
    let hand = |order: &Order, amount| {
        step(order, &by_hand("re_hand", "pi_1", Minor(amount), RefundState::Succeeded)).order.review.is_some()
    };
    assert!(hand(&failed, 2_499) && !hand(&failed, 2_500));
    // Where more is on its way than was paid, a person looks at it all the same.
    let most = RefundAsk::Amount(failed.refundable());
    let going = ask(&failed, &most, "ref_2", RefundCause::Staff).order;
    assert!(hand(&going, 2_500));
}

#[test]
fn a_refund_of_nothing_is_done_at_once_and_announced_once() {
    let free = place(&[tickets(2, 0)], 0);
    for (cause, heard) in [
        (RefundCause::Staff, NotificationKind::Refund(refund_id("ref_1"))),
        (RefundCause::ListingCanceled, NotificationKind::ListingCanceled(refund_id("ref_1"))),
    ] {
        let decision = ask(&free, &RefundAsk::Items(of("l1", 1)), "ref_1", cause);
        assert_eq!(decision.notifications, [heard]);
        let refund = &decision.order.refunds[0];
        assert_eq!((refund.state, refund.due_at, refund.call), (RefundState::Succeeded, None, None));
        assert!(decision.calls.is_empty(), "Stripe has nothing to give back");
    }
}

/// Goods that cost nothing may come back when all money of the others is gone; goods that cost something may not.
#[test]
fn goods_without_a_price_come_back_for_nothing() {
    let order = paid(&place(&[items(1, 0), items(1, 5_000)], 0));
    let all = RefundAsk::Amount(order.refundable());
    let spent = ask(&order, &all, "ref_1", RefundCause::Staff).order;
    let decision = ask(&spent, &RefundAsk::Items(of("l1", 1)), "ref_2", RefundCause::Staff);
    assert_eq!((decision.order.refunds[1].amount, decision.calls.len()), (Minor::ZERO, 0));
    let both = [of("l1", 1), of("l2", 1)].concat();
    for priced in [of("l2", 1), both.clone()] {
        let priced = RefundAsk::Items(priced);
        let refusal = decide_refund(&spent, &priced, refund_id("ref_2"), RefundCause::Staff, None, after(90));
        assert_eq!(refusal.expect_err("no money for it").code, Code::ExceedsCaptured);
    }
    let canceled = ask(&spent, &RefundAsk::Items(both.clone()), "ref_2", RefundCause::ListingCanceled);
    assert_eq!(canceled.order.refunds[1].items, both, "what is canceled comes back in any case");
}

/// What a canceled listing gives back after goodwill is made of what is left, each part of it.
#[test]
fn a_canceled_listing_names_the_parts_of_what_is_left() {
    let order = taxed();
    let goodwill = order.refundable() - Minor(1_000);
    let order = ask(&order, &RefundAsk::Amount(goodwill), "ref_1", RefundCause::Staff).order;
    let left = order.parts_of(Minor(1_000));
    let off = ask(&order, &RefundAsk::Items(of("l1", 2)), "ref_2", RefundCause::ListingCanceled).order;
    assert_eq!((off.refunds[1].amount, off.refunds[1].parts), (Minor(1_000), left));
    assert!(left.goods + left.fees + left.tax == Minor(1_000) && left.tax > Minor::ZERO);
    assert_eq!(off.refundable(), Minor::ZERO);
    // What is just enough is given by its price.
    let order = taxed();
    let tax = order.tax_of_line("l1");
    let goodwill = order.refundable() - Minor(5_000) - tax;
    let order = ask(&order, &RefundAsk::Amount(goodwill), "ref_1", RefundCause::Staff).order;
    let exact = ask(&order, &RefundAsk::Items(of("l1", 2)), "ref_2", RefundCause::ListingCanceled).order;
    let tax_back = tax.min(order.tax_left());
    assert_eq!(exact.refunds[1].parts.goods, Minor(5_000));
    assert_eq!((exact.refunds[1].parts.fees, exact.refunds[1].parts.tax), (Minor::ZERO, tax_back));
    // No tax goes back twice, whatever lines it is of.
    let spent =
        ask(&taxed(), &RefundAsk::Amount(taxed().refundable() - Minor(1_000)), "ref_1", RefundCause::Staff).order;
    let both = RefundAsk::Items([of("l1", 2), of("l2", 1)].concat());
    let off = ask(&spent, &both, "ref_2", RefundCause::ListingCanceled).order;
    assert_eq!(off.refunds[1].tax_shares, [spent.tax_left(), Minor::ZERO]);
}

#[test]
fn a_refund_by_hand_is_written_down_as_stripe_shows_it() {
    let mut order = taxed();
    order.payment.currency = Some(euros());
    for state in [RefundState::Pending, RefundState::Succeeded, RefundState::Failed] {
        let Fact::Refund(mut hand) = by_hand("re_hand", "pi_1", Minor(700), state) else { panic!("a refund") };
        hand.failure = (state == RefundState::Failed).then(|| "expired_or_canceled_card".to_owned());
        let decision = step(&order, &Fact::Refund(hand.clone()));
        let expected = Refund {
            parts: order.parts_of(Minor(700)),
            state,
            goods: Goods::Restocked,
            currency: Some(euros()),
            stripe_id: Some("re_hand".to_owned()),
            failure: hand.failure,
            due_at: (state == RefundState::Pending).then(|| after(100) + PROCESSING_FETCH),
            ..requested("re_hand", 700, RefundCause::Dashboard, 100)
        };
        assert_eq!(decision.order.refunds, [expected], "{state:?}");
        let heard = decision.notifications.contains(&NotificationKind::Refund(refund_id("re_hand")));
        assert_eq!(heard, state != RefundState::Failed, "{state:?}");
    }
}

#[test]
fn money_of_a_second_payment_goes_back_in_its_own_currency() {
    let order = paid(&place(&[items(1, 5_000)], 0));
    let twice = |order: &Order, intent: &str, currency| {
        step(order, &Fact::Captured(Capture { currency, ..capture(order, intent) })).order
    };
    let order = twice(&twice(&order, "pi_2", euros()), "pi_3", order.currency);
    let amount = order.totals.total;
    let expected = |intent: &str, currency, call| Refund {
        parts: RefundParts { goods: amount, ..RefundParts::default() },
        payment_intent: Some(intent.to_owned()),
        currency,
        call: Some(call),
        ..requested(&format!("ref_ord_1_{intent}"), amount.0, RefundCause::DoublePayment, 100)
    };
    assert_eq!(order.refunds, [expected("pi_2", Some(euros()), 2), expected("pi_3", None, 3)]);
    assert_eq!(order.currency_of(&order.refunds[0]), euros());
    assert_eq!(order.currency_of(&order.refunds[1]), order.currency);
    for (intent, currency) in [("pi_2", Some(euros())), ("pi_3", None)] {
        let hand = step(&order, &by_hand("re_hand", intent, Minor(1), RefundState::Pending)).order;
        let refund = hand.refunds.last().expect("a refund");
        assert_eq!((refund.currency, refund.cause), (currency, RefundCause::DoublePayment), "{intent}");
        assert_eq!(refund.parts, RefundParts { goods: Minor(1), ..RefundParts::default() });
    }
    // Where staff accepted euros for the order itself, a second payment is still one in the order's own currency.
    let mut accepted = order.clone();
    accepted.payment.currency = Some(euros());
    assert_eq!(accepted.currency_of(&order.refunds[1]), order.currency);
}

#[test]
fn a_late_payment_goes_back_in_its_own_currency_and_parts() {
    let expired = step(&place(&[tickets(2, 2_500)], 0), &Fact::Unpayable).order;
    let late = decide(&expired, &Fact::Captured(capture(&expired, "pi_1")), Supply::Gone, after(100)).expect("late");
    let refund = &late.order.refunds[0];
    let fees = expired.application_fee();
    let parts = RefundParts { goods: expired.totals.total - fees, fees, tax: Minor::ZERO };
    assert_eq!((refund.parts, refund.currency), (parts, None));
}

#[test]
fn a_canceled_booking_says_by_whom_and_how_much() {
    let mut order = confirmed(&booking(48));
    order.payment.currency = Some(euros());
    for (who, reason) in
        [(CanceledBy::Buyer, "canceled by the buyer: 100 %"), (CanceledBy::Expert, "canceled by the expert: 100 %")]
    {
        let canceled = cancel_booking(&order, who, &Actor::person("person-1"), refund_id("ref_1"), after(100))
            .expect("canceled")
            .order;
        let amount = order.payment.captured;
        let expected = Refund {
            parts: order.parts_of(amount),
            goods: Goods::Restocked,
            reason: Some(reason.to_owned()),
            currency: Some(euros()),
            call: Some(order.calls + 1),
            ..requested("ref_1", amount.0, RefundCause::Cancellation, 100)
        };
        assert_eq!(canceled.refunds, [expected]);
    }
}

#[test]
fn the_payments_word_follows_its_refunds() {
    let order = taxed();
    assert_eq!(order.payment_status().as_str(), "captured");
    let part = step(&order, &by_hand("re_1", "pi_1", Minor(1), RefundState::Succeeded)).order;
    assert_eq!(part.payment_status().as_str(), "partially_refunded");
    let whole = step(&order, &by_hand("re_1", "pi_1", order.payment.captured, RefundState::Succeeded)).order;
    assert_eq!((whole.status, whole.payment_status().as_str()), (OrderStatus::Refunded, "refunded"));
    // A payment that came too late is back, though the order was never paid.
    let mut expired = whole.clone();
    expired.status = OrderStatus::Expired;
    assert_eq!(expired.payment_status().as_str(), "refunded");
    let mut free = place(&[tickets(1, 0)], 0);
    (free.status, free.payment.state) = (OrderStatus::Refunded, order.payment.state);
    assert_eq!(free.payment_status().as_str(), "refunded");
    assert_eq!((order.lines[0].kind, order.stock), (Kind::Show, StockState::Sold));
}
