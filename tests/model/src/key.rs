//! What makes two states the same: all but names that only count, and times but for whether they are past.

use serde_json::Value;

use crate::local::Local;

/// Fields that only count, and decide nothing.
const COUNTERS: [&str; 3] = ["version", "calls", "call"];

/// A text that is the same for local states that are the same.
pub(crate) fn key(local: &Local) -> String {
    let order = |order: &domain::Order| {
        let mut value = serde_json::to_value(order).unwrap_or_default();
        plain(&mut value, local.now);
        // No part of the serialized order.
        format!("{value} {:?}", order.payment.payment_intent_id.is_some())
    };
    let own = local.order.as_ref().map(order);
    let read = local.read.as_deref().map(order);
    format!("{own:?} {read:?} {:?} {:?}", local.stripe, local.processes)
}

fn plain(value: &mut Value, now: jiff::Timestamp) {
    match value {
        Value::Object(fields) => {
            for counter in COUNTERS {
                fields.remove(counter);
            }
            fields.values_mut().for_each(|field| plain(field, now));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plain(item, now)),
        Value::String(text) => {
            // `2027-01-15T08:30:00Z`
            let time = text.ends_with('Z').then(|| text.parse::<jiff::Timestamp>().ok()).flatten();
            if let Some(time) = time {
                *text = if time <= now { "past" } else { "coming" }.to_owned();
            }
        }
        _ => {}
    }
}
