//! Alarms of decisions, as log lines of their own level and name; the template makes them ring.
//!
//! They are raised after the decision is in the table. A process that dies between the two raises none: what it is about
//! stands on the order, and reviews and disputes are reminded of.

use domain::{Order, order::Alarm};
use jiff::Timestamp;

/// Raises an alarm of a decision that is in the table.
pub(crate) fn raise(order: &Order, alarm: &Alarm, now: Timestamp) {
    match alarm {
        Alarm::AmountMismatch { expected, captured } => tracing::error!(
            alarm = "amount_mismatch", order = %order.id, expected = expected.0, captured = captured.0,
            "paid in another amount or currency than asked for; the order is held for review"
        ),
        Alarm::DoublePayment => tracing::error!(
            alarm = "double_payment", order = %order.id, "charged twice; the second charge is being refunded"
        ),
        Alarm::RefundFailed(refund) => {
            let reason = order.refund(refund).and_then(|refund| refund.failure.as_deref());
            tracing::error!(
                alarm = "refund_failed", order = %order.id, refund = %refund, reason,
                "a refund failed; the buyer still waits for it"
            );
        }
        Alarm::Review { since, reason } => {
            let hours = now.duration_since(*since).as_hours();
            tracing::error!(
                alarm = "review", order = %order.id, age_hours = hours, reason,
                "an order is in review, and no person has decided"
            );
        }
        Alarm::Dispute(state) => {
            tracing::error!(alarm = "dispute", order = %order.id, ?state, "the buyer's bank disputes the payment");
        }
        Alarm::DisputeUnknown { word } => tracing::error!(
            alarm = "dispute_unknown", order = %order.id, word, "a dispute has a status that we do not know"
        ),
        Alarm::AdjustmentRefused { adjustment, failure } => tracing::error!(
            alarm = "adjustment_refused", order = %order.id, adjustment = %adjustment, failure,
            "Stripe refuses to move money between platform and seller; it is tried again"
        ),
    }
}
