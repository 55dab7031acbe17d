//! Prepaid hours: balances against their entries, and entries against the orders.

use std::collections::{HashMap, HashSet};

use crate::Everything;

/// A balance is the sum of its entries and never below zero; every paid package is credited, once.
pub(crate) fn hours(all: &Everything, violations: &mut Vec<String>) {
    let mut sums: HashMap<&str, (rust_decimal::Decimal, i64)> = HashMap::new();
    let mut causes: HashSet<(&str, &str)> = HashSet::new();
    for (customer, entry) in &all.entries {
        let sum = sums.entry(customer).or_default();
        sum.0 += entry.hours();
        sum.1 += entry.amount.0;
        if !causes.insert((customer, entry.cause.as_str())) {
            violations.push(format!("the cause {} is booked twice", entry.cause));
        }
    }
    let mut balances: HashSet<&str> = HashSet::new();
    for (customer, balance) in &all.balances {
        balances.insert(customer);
        let (hours, amount) = sums.get(customer.as_str()).copied().unwrap_or_default();
        if (balance.hours, balance.amount.0) != (hours, amount) {
            violations.push(format!("a balance of {} hours, but its entries sum up to {hours}", balance.hours));
        }
        if balance.hours.is_sign_negative() && !balance.hours.is_zero() {
            violations.push(format!("a balance below zero: {} hours", balance.hours));
        }
    }
    if let Some(customer) = sums.keys().find(|customer| !balances.contains(*customer)) {
        violations.push(format!("entries without a balance: {}", customer.len()));
    }
    for order in all.orders.iter().filter(|order| order.hours().is_some() && order.archived_at.is_none()) {
        let cause = format!("order:{}", order.id);
        let credited = all.entries.iter().any(|(_, entry)| entry.cause == cause);
        if credited != order.paid_at.is_some() {
            violations.push(format!("order {}: paid {:?}, hours credited {credited}", order.id, order.paid_at));
        }
    }
}
