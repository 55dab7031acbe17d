use crate::order::{MAX_REFUNDS, RefundAsk, decide_refund};
use crate::{
    Code, DisputeState, Fact, Minor, NotificationKind, RefundState, Refusal,
    order::{
        Decision, Goods, MoveKind, NextCall, Order, OrderStatus, RefundCause, RefundItem, StockState, Supply,
        TicketStatus, decide,
        tests::fixtures::{Want, after, by_hand, dispute, items, paid, place, refund_id, seen, tickets},
    },
};

fn ask(order: &Order, ask: &RefundAsk, id: &str) -> Result<Decision, Refusal> {
    decide_refund(order, ask, refund_id(id), RefundCause::Staff, Some("asked".to_owned()), after(90))
}

fn of(lines: &[(&str, u32)]) -> RefundAsk {
    let item = |(line, quantity): &(&str, u32)| RefundItem { line: (*line).to_owned(), quantity: *quantity };
    RefundAsk::Items(lines.iter().map(item).collect())
}

fn settle(order: &Order, fact: &Fact) -> Decision {
    decide(order, fact, Supply::Untried, after(100)).expect("a decision")
}

fn succeeded(order: &Order, id: &str) -> Order {
    settle(order, &seen(order, id, RefundState::Succeeded)).order
}

fn refused(order: &Order, id: &str) -> Order {
    settle(order, &Fact::RefundRefused { refund: refund_id(id), failure: "no_balance".to_owned() }).order
}

#[track_caller]
fn turned_down(result: Result<Decision, Refusal>, code: Code, message: &str) {
    let refusal = result.expect_err("a refusal");
    assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
}

/// Three units for 1.00 together, and one for 9.99, without fees.
fn thirds() -> Order {
    let order = paid(&place(&[items(3, 50), items(1, 1500)], 33));
    assert_eq!((order.lines[0].total, order.lines[1].total), (Minor(100), Minor(1005)));
    order
}

#[test]
fn a_refund_reserves_and_then_restocks_once() {
    let order = paid(&place(&[Want { shards: 2, ..tickets(3, 2500) }], 0));
    let requested = ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked");
    assert_eq!(requested.calls, [NextCall::Refund(refund_id("ref_1"))]);
    assert!(requested.stock.is_empty() && requested.notifications.is_empty(), "not before Stripe accepts");
    let requested = requested.order;
    let refund = &requested.refunds[0];
    assert_eq!((refund.amount, refund.state, refund.goods), (Minor(2500), RefundState::Pending, Goods::Taken));
    assert_eq!((refund.call, refund.payment_intent.as_deref()), (Some(2), Some("pi_1")));
    assert_eq!((requested.refund_reserved(), requested.refunded()), (Minor(2500), Minor::ZERO));
    let refunding = requested.tickets.iter().filter(|ticket| ticket.status == TicketStatus::Refunding).count();
    assert_eq!(refunding, 1, "check-in refuses it at once");

    let accepted = settle(&requested, &seen(&requested, "ref_1", RefundState::Pending));
    assert_eq!((accepted.stock.len(), accepted.stock[0].kind), (1, MoveKind::Restock));
    assert_eq!(accepted.notifications, [NotificationKind::Refund(refund_id("ref_1"))]);
    let done = settle(&accepted.order, &seen(&requested, "ref_1", RefundState::Succeeded));
    assert!(done.stock.is_empty() && done.notifications.is_empty());
    assert_eq!((done.order.status, done.order.payment_status().as_str()), (OrderStatus::Paid, "partially_refunded"));
    assert_eq!((done.order.refunded(), done.order.refunded_quantity("l1")), (Minor(2500), 1));
    assert!(!settle(&done.order, &seen(&requested, "ref_1", RefundState::Pending)).changed);
}

#[test]
fn shares_are_rounded_and_the_last_unit_takes_the_remainder() {
    let mut order = thirds();
    let mut amounts = Vec::new();
    for n in 0..3 {
        let id = format!("ref_{n}");
        order = ask(&order, &of(&[("l1", 1)]), &id).expect("asked").order;
        amounts.push(order.refunds[n].amount);
        order = succeeded(&order, &id);
    }
    assert_eq!(amounts, [Minor(33), Minor(33), Minor(34)]);
    let two = ask(&thirds(), &of(&[("l1", 1), ("l1", 1)]), "ref_a").expect("asked");
    assert_eq!(two.order.refunds[0].amount, Minor(67), "a line named twice is one item");
    let rest = ask(&two.order, &of(&[("l1", 1)]), "ref_b").expect("asked");
    assert_eq!(rest.order.refunds[1].amount, Minor(33));
}

#[test]
fn a_refused_refund_changes_nothing_of_the_others() {
    let mut order = thirds();
    for id in ["ref_a", "ref_b", "ref_c"] {
        order = ask(&order, &of(&[("l1", 1)]), id).expect("asked").order;
    }
    assert_eq!(order.refunds[2].amount, Minor(34));
    let order = refused(&order, "ref_a");
    assert_eq!((order.refunds[0].goods, order.taken_back("l1")), (Goods::GivenBack, 2));
    assert_eq!(order.refund_reserved(), Minor(67));
    assert_eq!(order.review, None, "who asked is told");
    let again = ask(&order, &of(&[("l1", 1)]), "ref_d").expect("asked");
    assert_eq!(again.order.refunds[3].amount, Minor(33), "together what the line cost");
}

#[test]
fn the_refund_of_the_last_unit_returns_all_that_is_left() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let one = succeeded(&ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order, "ref_1");
    let last = ask(&one, &of(&[("l1", 1)]), "ref_2").expect("asked").order;
    assert_eq!(last.refunds[1].amount, Minor(2984), "fees and all");
    let done = settle(&last, &seen(&last, "ref_2", RefundState::Succeeded)).order;
    assert_eq!(
        (done.status, done.stock, done.payment_status().as_str()),
        (OrderStatus::Refunded, StockState::None, "refunded")
    );
    assert_eq!((done.refunded(), done.ended_at), (Minor(5484), Some(after(100))));
    assert!(done.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
    // Asking for the goods at once or for all that is left is the same.
    for all in [of(&[("l1", 2)]), RefundAsk::Rest] {
        assert_eq!(ask(&order, &all, "ref_1").expect("asked").order.refunds[0].amount, Minor(5484));
    }
}

#[test]
fn an_amount_restocks_nothing_until_it_is_all() {
    let order = paid(&place(&[tickets(2, 2500)], 20));
    let total = order.payment.captured;
    let part = ask(&order, &RefundAsk::Amount(Minor(100)), "ref_1").expect("asked").order;
    let part = settle(&part, &seen(&part, "ref_1", RefundState::Succeeded));
    assert!(part.stock.is_empty());
    assert!(part.order.tickets.iter().all(|ticket| ticket.status == TicketStatus::Valid));
    let rest = ask(&part.order, &RefundAsk::Amount(total - Minor(100)), "ref_2").expect("asked").order;
    let rest = settle(&rest, &seen(&rest, "ref_2", RefundState::Succeeded));
    assert_eq!((rest.order.status, rest.stock[0].quantity), (OrderStatus::Refunded, 2));
    assert!(rest.order.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
    assert!(rest.promo_back.is_empty(), "a refund gives no promo use back");
}

#[test]
fn a_free_order_is_given_back_at_once() {
    let order = place(&[tickets(2, 0)], 0);
    let one = ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked");
    assert!(one.calls.is_empty() && one.stock.len() == 1);
    assert_eq!(one.order.refunds[0].state, RefundState::Succeeded);
    assert_eq!(one.order.status, OrderStatus::Paid);
    let all = ask(&one.order, &RefundAsk::Rest, "ref_2").expect("asked");
    assert_eq!((all.order.status, all.order.refunded_quantity("l1")), (OrderStatus::Refunded, 2));
    assert_eq!(all.order.due_at(), all.order.archive_at(), "nothing is left to do");
}

#[test]
fn unused_tickets_go_back_first() {
    let mut order = paid(&place(&[tickets(3, 2500)], 0));
    order.tickets[0].checked_in_at = Some(after(80));
    let requested = ask(&order, &of(&[("l1", 2)]), "ref_1").expect("asked").order;
    let statuses: Vec<_> = requested.tickets.iter().map(|ticket| ticket.status).collect();
    assert_eq!(statuses, [TicketStatus::Valid, TicketStatus::Refunding, TicketStatus::Refunding]);
    let back = refused(&requested, "ref_1");
    assert!(back.tickets.iter().all(|t| t.status == TicketStatus::Valid && t.refund.is_none()));
}

#[test]
fn a_refund_that_fails_later_leaves_the_goods_returned() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let done = succeeded(&ask(&order, &RefundAsk::Rest, "ref_1").expect("asked").order, "ref_1");
    let failed = settle(&done, &seen(&done, "ref_1", RefundState::Failed));
    assert!(failed.stock.is_empty() && failed.alarms.len() == 1);
    let failed = failed.order;
    assert_eq!((failed.status, failed.refunded_quantity("l1")), (OrderStatus::Paid, 2));
    assert_eq!((failed.refundable(), failed.ended_at), (Minor(5484), None));
    assert!(failed.review.is_some() && failed.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
    // Staff try again: money only, and once.
    let again = ask(&failed, &RefundAsk::Rest, "ref_2").expect("asked").order;
    assert!(again.refunds[1].items.is_empty());
    let again = settle(&again, &seen(&again, "ref_2", RefundState::Succeeded));
    assert_eq!((again.order.status, again.order.review), (OrderStatus::Refunded, None));
    assert!(again.stock.is_empty());
}

#[test]
fn a_refund_that_stripe_made_after_refusing_it_is_held_for_review() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let requested = ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order;
    let seen_after = settle(&refused(&requested, "ref_1"), &seen(&requested, "ref_1", RefundState::Succeeded));
    assert_eq!((seen_after.order.refunded(), seen_after.order.taken_back("l1")), (Minor(2500), 0));
    assert!(seen_after.stock.is_empty() && seen_after.order.review.is_some());
    assert_eq!(seen_after.order.violations(), Vec::<String>::new());
}

#[test]
fn a_second_refund_under_our_name_is_another_one() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let done = succeeded(&ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order, "ref_1");
    let Fact::Refund(mut twin) = seen(&done, "ref_1", RefundState::Succeeded) else { panic!("a refund") };
    twin.stripe_id = "re_twin".to_owned();
    let noted = settle(&done, &Fact::Refund(twin)).order;
    assert_eq!((noted.refunds.len(), noted.refunded()), (2, Minor(5000)), "all money that left is known");
}

#[test]
fn a_refund_by_hand_may_overtake_ours() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let requested = ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order;
    let over = settle(&requested, &by_hand("re_hand", "pi_1", Minor(5484), RefundState::Succeeded));
    assert_eq!(over.stock.iter().map(|moved| moved.quantity).sum::<u32>(), 2);
    assert_eq!((over.order.status, over.order.violations()), (OrderStatus::Refunded, Vec::new()));
    let refused = settle(
        &over.order,
        &Fact::RefundRefused { refund: refund_id("ref_1"), failure: "charge_already_refunded".to_owned() },
    );
    assert!(refused.stock.is_empty() && refused.alarms.is_empty());
    assert!(refused.order.tickets.iter().all(|ticket| ticket.status == TicketStatus::Void));
    // And the one by hand may fail in the end. What came back stays back.
    let failed = settle(&refused.order, &by_hand("re_hand", "pi_1", Minor(5484), RefundState::Failed)).order;
    assert_eq!((failed.status, failed.taken_back("l1")), (OrderStatus::Paid, 2));
    assert_eq!((failed.refundable(), failed.violations()), (Minor(5484), Vec::new()));
}

#[test]
fn what_may_not_be_refunded_is_turned_down() {
    let pending = place(&[tickets(2, 2500)], 0);
    turned_down(ask(&pending, &RefundAsk::Rest, "ref_1"), Code::NotPaid, "The order is not paid");
    let order = paid(&pending);
    let message = "Only 2 of Offer 0 are left to refund on line l1";
    turned_down(ask(&order, &of(&[("l1", 3)]), "ref_1"), Code::ExceedsPurchased, message);
    turned_down(ask(&order, &of(&[("l1", u32::MAX), ("l1", 2)]), "ref_1"), Code::ExceedsPurchased, message);
    turned_down(ask(&order, &of(&[("l9", 1)]), "ref_1"), Code::InvalidRequest, "The order has no such line");
    let message = "At least one item with a quantity is required";
    turned_down(ask(&order, &of(&[("l1", 0)]), "ref_1"), Code::InvalidRequest, message);
    let message = "Only $54.84 of the payment is left to refund";
    turned_down(ask(&order, &RefundAsk::Amount(Minor(5485)), "ref_1"), Code::ExceedsCaptured, message);
    for amount in [0, -1, i64::MIN] {
        let message = "An amount must be above zero";
        turned_down(ask(&order, &RefundAsk::Amount(Minor(amount)), "ref_1"), Code::InvalidRequest, message);
    }
    let open = settle(&order, &dispute("dp_1", Minor(100), DisputeState::Open)).order;
    let message = "The payment is under dispute; nothing can be refunded meanwhile";
    turned_down(ask(&open, &RefundAsk::Rest, "ref_1"), Code::IllegalState, message);

    let nothing = "Nothing of the order is left to refund";
    let reserved = ask(&order, &RefundAsk::Rest, "ref_1").expect("asked").order;
    turned_down(ask(&reserved, &RefundAsk::Rest, "ref_2"), Code::ExceedsCaptured, nothing);
    let done = succeeded(&reserved, "ref_1");
    turned_down(ask(&done, &RefundAsk::Rest, "ref_2"), Code::ExceedsCaptured, nothing);
    let lost = settle(&order, &dispute("dp_1", Minor(5484), DisputeState::Lost)).order;
    turned_down(ask(&lost, &RefundAsk::Rest, "ref_1"), Code::ExceedsCaptured, nothing);
    let message = "The order has no goods to take back";
    turned_down(ask(&lost, &of(&[("l1", 1)]), "ref_1"), Code::ExceedsPurchased, message);
}

#[test]
fn a_bank_may_take_back_more_than_was_left() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let half = succeeded(&ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order, "ref_1");
    let lost = settle(&half, &dispute("dp_1", Minor(5484), DisputeState::Lost)).order;
    assert_eq!((lost.refundable(), lost.violations()), (Minor::ZERO, Vec::new()));
    assert!(ask(&lost, &RefundAsk::Rest, "ref_2").is_err());
}

#[test]
fn what_a_bank_took_back_stays_back_when_refunds_fail() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let part = settle(&order, &by_hand("re_hand", "pi_1", Minor(1000), RefundState::Succeeded)).order;
    let lost = settle(&part, &dispute("dp_1", Minor(4484), DisputeState::Lost)).order;
    let failed = settle(&lost, &by_hand("re_hand", "pi_1", Minor(1000), RefundState::Failed)).order;
    assert_eq!((failed.stock, failed.refundable()), (StockState::None, Minor(1000)));
    let done = succeeded(&ask(&failed, &RefundAsk::Rest, "ref_1").expect("asked").order, "ref_1");
    assert_eq!(done.status, OrderStatus::Refunded);
    let again = settle(&done, &seen(&done, "ref_1", RefundState::Failed)).order;
    assert_eq!((again.status, again.stock, again.violations()), (OrderStatus::Paid, StockState::None, Vec::new()));
}

#[test]
fn the_same_refund_is_requested_once() {
    let order = paid(&place(&[tickets(2, 2500)], 0));
    let requested = ask(&order, &of(&[("l1", 1)]), "ref_1").expect("asked").order;
    let again = ask(&requested, &of(&[("l1", 1)]), "ref_1").expect("known");
    assert!(!again.changed && again.order == requested);
}

#[test]
fn staff_ask_so_often_but_a_canceled_listing_is_refunded_in_any_case() {
    let mut order = paid(&place(&[tickets(2, 2500)], 0));
    for n in 0..MAX_REFUNDS {
        order = ask(&order, &RefundAsk::Amount(Minor(1)), &format!("ref_{n}")).expect("asked").order;
    }
    turned_down(ask(&order, &RefundAsk::Rest, "ref_x"), Code::IllegalState, "An order has at most 100 refunds");
    let cause = RefundCause::ListingCanceled;
    let decision = decide_refund(&order, &RefundAsk::Rest, refund_id("ref_x"), cause, None, after(90)).expect("asked");
    assert_eq!(decision.order.refundable(), Minor::ZERO);
}
