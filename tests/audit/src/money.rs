//! Money: what was asked of Stripe, what came in, and whose it is.

use std::collections::HashSet;

use domain::{
    Order, OrderStatus, RefundState,
    order::{AdjustmentKind, AdjustmentState, Confirmer, Goods, PaymentMode, RefundCause, Sum},
};

use crate::Everything;

/// No charge without a call record; every refund that Stripe is asked for has one; what came in went out.
pub(crate) fn money(all: &Everything, violations: &mut Vec<String>) {
    let calls: HashSet<_> = all.calls.iter().map(|call| (call.order.as_str(), call.n)).collect();
    let mut keys = HashSet::new();
    for call in &all.calls {
        if !keys.insert(call.key.as_str()) {
            violations.push(format!("two call records share the key {}", call.key));
        }
    }
    for order in &all.orders {
        if order.payment.mode != PaymentMode::Free && !calls.contains(&(order.id.as_str(), 1)) {
            violations.push(format!("order {} has no call record of its payment", order.id));
        }
        let server = order.payment.confirmer == Some(Confirmer::Server);
        if server && order.is_captured() && !calls.contains(&(order.id.as_str(), 2)) {
            violations.push(format!("order {} was confirmed without a call record", order.id));
        }
        for refund in &order.refunds {
            let asks = refund.cause != RefundCause::Dashboard && !refund.amount.is_zero();
            if asks && !refund.call.is_some_and(|n| calls.contains(&(order.id.as_str(), n))) {
                violations.push(format!("refund {} has no call record", refund.id));
            }
            if refund.state == RefundState::Succeeded && refund.goods == Goods::Taken {
                violations.push(format!("refund {} is done, but its goods are not on sale again", refund.id));
            }
        }
        for adjustment in &order.adjustments {
            if !calls.contains(&(order.id.as_str(), adjustment.call)) {
                violations.push(format!("adjustment {} of order {} has no call record", adjustment.id, order.id));
            }
        }
        conserved(order, violations);
        split(order, violations);
    }
}

/// Money in, goods out: whatever was captured and not given back is fulfilled, or a person was told to look.
fn conserved(order: &Order, violations: &mut Vec<String>) {
    let kept = order.payment.captured - order.refunded() - order.refund_reserved() - order.charged_back();
    let fulfilled = order.status == OrderStatus::Paid;
    let kept = kept - order.payment.acknowledged.unwrap_or_default();
    if kept.0 > 0 && !fulfilled && order.review.is_none() {
        violations.push(format!("order {}: {} captured, neither fulfilled nor given back", order.id, kept.0));
    }
    if order.status == OrderStatus::Paid && order.payment.mode != PaymentMode::Free {
        let due = order.due_sum();
        let paid = Sum { amount: order.payment.captured, currency: order.paid_currency() };
        if paid != due && order.review.is_none() {
            violations.push(format!("order {}: captured {} of {}", order.id, paid.amount.0, due.amount.0));
        }
    }
}

/// Where each cent of a payment's transfer and fee is, once all that was decided is made. What was decided, the order
/// checks itself.
fn split(order: &Order, violations: &mut Vec<String>) {
    for split in order.splits.iter().filter(|split| !split.stale) {
        let own = order.adjustments.iter().filter(|own| own.payment_intent == split.payment_intent);
        if own.clone().any(|own| matches!(own.state, AdjustmentState::Due | AdjustmentState::Refused)) {
            continue;
        }
        let made = |kind| -> i64 {
            let of_kind = own.clone().filter(|own| own.kind == kind && own.state == AdjustmentState::Done);
            of_kind.map(|own| own.amount.0).sum()
        };
        // What Stripe calls the fee, less what it calls refunds of the fee; and the transfers, less their reversals.
        let fee = split.fee.0 - split.fee_refunded.0 - made(AdjustmentKind::FeeRefund);
        let transferred = split.transferred.0 - split.reversed.0 - made(AdjustmentKind::TransferReversal)
            + made(AdjustmentKind::Transfer);
        let left = order.left(&split.payment_intent).0;
        let seller = transferred - fee;
        let platform = split.captured.0 - left - seller;
        let fees = order.fees_given_of(&split.payment_intent).0.min(split.fee.0);
        let (withheld, tax) = (order.withheld(split).0, order.parts_left(split).tax.0);
        let due = (split.transferred.0 - split.fee.0 - withheld - (left - fees - tax).max(0)).max(0);
        if seller != due || platform != split.captured.0 - left - due || fee < 0 {
            violations.push(format!(
                "order {}: of {} captured and {left} that left it the seller has {seller}, due are {due}; the platform has \
                 {platform}, the fee is {fee}",
                order.id, split.captured.0
            ));
        }
    }
}
