//! The orders against what Stripe has of their payments, by the stand-in's own objects.

use domain::{
    Minor, Order, OrderStatus, RefundState,
    order::{AdjustmentState, PaymentMode},
};
use serde_json::Value;
use stripe_stand_in::StandIn;

/// An amount in Stripe's smallest unit.
#[must_use]
pub fn unit_amount(order: &Order, amount: Minor) -> i64 {
    payments::units::to_stripe(amount, order.paid_currency()).unwrap_or_default()
}

/// Contradictions between the orders and Stripe, and charges that belong to none of the orders.
#[must_use]
pub fn against_stripe(orders: &[Order], stripe: &StandIn) -> Vec<String> {
    let mut found = Vec::new();
    for order in orders {
        compare(order, stripe, &mut found);
    }
    let known: Vec<_> = orders.iter().map(|order| order.id.as_str()).collect();
    for charge in stripe.objects("charge") {
        let order = charge["metadata"]["order_id"].as_str().unwrap_or_default();
        if charge["captured"] == true && !known.contains(&order) {
            found.push(format!("charge {} is of no order", charge["id"]));
        }
    }
    found
}

/// The money of one order, by its own fields and by Stripe's.
fn compare(order: &Order, stripe: &StandIn, found: &mut Vec<String>) {
    let balance = stripe.balance("order_id", order.id.as_str());
    let due = order.due_sum().amount;
    if order.payment.mode == PaymentMode::Free {
        if balance.charges > 0 {
            found.push(format!("order {} is free and was charged", order.id));
        }
        return;
    }
    let net = balance.net();
    if net > unit_amount(order, due) && order.review.is_none() {
        found.push(format!("order {}: {net} kept, {} due", order.id, due.0));
    }
    compare_split(order, stripe, found);
    compare_books(order, stripe, found);
    if order.review.is_some() {
        return;
    }
    let authorized = match order.status {
        OrderStatus::Authorized if order.claim.is_none() => Some(unit_amount(order, due)),
        _ => (!order.is_waiting()).then_some(0),
    };
    if authorized.is_some_and(|amount| amount != balance.capturable) {
        found.push(format!("order {} is {:?}, and {} is authorized", order.id, order.status, balance.capturable));
    }
    let open = order.refunds.iter().any(|refund| refund.state != RefundState::Succeeded);
    let given_back = unit_amount(order, order.refunded());
    let captured = unit_amount(order, order.payment.captured);
    let fulfilled = matches!(order.status, OrderStatus::Paid | OrderStatus::Refunded);
    if fulfilled && !open && net != captured - given_back && balance.charges < 2 {
        found.push(format!("order {}: Stripe kept {net}, we think {}", order.id, captured - given_back));
    }
    if !fulfilled && !open && net != 0 {
        found.push(format!("order {} is {:?}, yet {net} was kept", order.id, order.status));
    }
    if order.status == OrderStatus::Paid && net == 0 && captured != given_back && !open {
        found.push(format!("order {} is paid, yet Stripe has nothing of it", order.id));
    }
}

/// Who has what of an order, to the cent, by Stripe's own objects: fee less its refunds, transfer less its reversals and
/// with what was transferred again. Goods are the seller's, fees the platform's; what went back was the
/// seller's, but for the fees that refunds name and the tax that the platform owes.
fn compare_split(order: &Order, stripe: &StandIn, found: &mut Vec<String>) {
    let balance = stripe.balance("order_id", order.id.as_str());
    let open = |state| matches!(state, AdjustmentState::Due | AdjustmentState::Refused);
    let moving = order.adjustments.iter().any(|adjustment| open(adjustment.state)) || order.split_fetch.is_some();
    // Money that is not refunded yet, or not known to be, is split when it is.
    let reported =
        order.refunds.iter().all(|refund| refund.state != RefundState::Pending || refund.stripe_id.is_some());
    if balance.transferred == 0 || moving || !reported || balance.charges > 1 {
        return;
    }
    let sellers = balance.transferred_with_charges - balance.fees;
    let left = balance.refunded + balance.disputed;
    let accepted = order.refunds.iter().filter(|r| r.stripe_id.is_some() && r.state != RefundState::Failed);
    let fees: Minor = accepted.map(|refund| refund.parts.fees).sum();
    let fees = unit_amount(order, fees).min(balance.fees);
    let split = order.payment.payment_intent_id.as_deref().and_then(|payment| order.split(payment));
    let withheld = split.map(|split| order.withheld(split)).unwrap_or_default();
    let tax = split.map(|split| order.parts_left(split).tax).unwrap_or_default();
    let (withheld, tax) = (unit_amount(order, withheld), unit_amount(order, tax));
    let due = (sellers - withheld - (left - fees - tax).max(0)).max(0);
    if balance.seller() != due {
        found.push(format!("order {}: the seller has {}, due are {due}: {balance:?}", order.id, balance.seller()));
    }
    let kept = balance.captured - left - due;
    if balance.platform() != kept {
        found.push(format!("order {}: the platform has {}, due are {kept}", order.id, balance.platform()));
    }
}

/// What an order has in Stripe's tax books, by their own entries. A refund's entry is taken back by another one that
/// names it.
fn compare_books(order: &Order, stripe: &StandIn, found: &mut Vec<String>) {
    // An order that a restored table had lost has no entries of its own any more: people take them out, as the runbook says.
    if order.was_lost() {
        return;
    }
    let open = |state| matches!(state, AdjustmentState::Due | AdjustmentState::Refused);
    if order.adjustments.iter().any(|adjustment| open(adjustment.state)) {
        return;
    }
    let entries = stripe.objects("tax.transaction");
    let own = entries.iter().filter(|entry| entry["metadata"]["order_id"] == order.id.as_str());
    let line = |line: &Value| {
        line["amount"].as_i64().unwrap_or_default()
            + if line["tax_behavior"] == "inclusive" { 0 } else { line["amount_tax"].as_i64().unwrap_or_default() }
    };
    let lines = own.flat_map(|entry| entry["line_items"]["data"].as_array().cloned().unwrap_or_default());
    let booked: i64 = lines.map(|entry| line(&entry)).sum();
    let due = unit_amount(order, order.booked());
    if booked != due {
        found.push(format!("order {}: {booked} are in the tax books, due are {due}", order.id));
    }
}
