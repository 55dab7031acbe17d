//! Money: what was asked of Stripe. What came in and whose it is, each order checks by itself.

use std::collections::HashSet;

use domain::order::{Confirmer, PaymentMode, RefundCause};

use crate::Everything;

/// No charge without a call record; every refund and adjustment that Stripe is asked for has one.
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
        }
        for adjustment in &order.adjustments {
            if !calls.contains(&(order.id.as_str(), adjustment.call)) {
                violations.push(format!("adjustment {} of order {} has no call record", adjustment.id, order.id));
            }
        }
    }
}
