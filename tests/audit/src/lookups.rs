//! What an order is found by, and what its buyer was sent: tickets, receipts, the list of reviews, notifications.

use std::collections::{HashMap, HashSet};

use domain::order::RefundCause;

use crate::Everything;

/// Every ticket opens the door of its own order, and no code is there twice. A code that died when its ticket was handed over
/// leads to that order as well, and is the code of no ticket any more: of one seat there is one code that is good.
pub(crate) fn tickets(all: &Everything, violations: &mut Vec<String>) {
    let mut codes: HashMap<&str, &str> = HashMap::new();
    for (code, order) in &all.tickets {
        if codes.insert(code, order).is_some() {
            violations.push(format!("ticket {code} is there twice"));
        }
    }
    let mut issued = 0;
    let mut seen: HashSet<String> = HashSet::new();
    for order in &all.orders {
        for ticket in &order.tickets {
            for code in ticket.past_codes.iter().map(|past| &past.code).chain([&ticket.code]) {
                issued += 1;
                if codes.get(code.as_str()) != Some(&order.id.as_str()) {
                    violations.push(format!("a ticket of order {} cannot be looked up", order.id));
                }
                if !seen.insert(code.reading()) {
                    violations
                        .push(format!("order {}: {code} is a code of two tickets, or good after it died", order.id));
                }
            }
        }
    }
    if issued != all.tickets.len() {
        violations.push(format!("{} ticket codes for {issued} tickets", all.tickets.len()));
    }
}

/// Every order that was paid has a receipt of its own.
pub(crate) fn receipts(all: &Everything, violations: &mut Vec<String>) {
    let numbers: HashMap<&str, &str> = all.receipts.iter().map(|(n, order)| (n.as_str(), order.as_str())).collect();
    let mut issued = 0;
    for order in &all.orders {
        match (&order.receipt, order.paid_at) {
            (Some(number), Some(_)) => {
                issued += 1;
                if numbers.get(number.as_str()) != Some(&order.id.as_str()) {
                    violations.push(format!("order {}: receipt {number} is not its own", order.id));
                }
            }
            (None, None) => {}
            (receipt, _) => violations.push(format!("order {}: receipt {receipt:?} beside its payment", order.id)),
        }
    }
    if issued != numbers.len() {
        violations.push(format!("{} receipt numbers for {issued} receipts", numbers.len()));
    }
}

/// Every number is found, and leads to the one order that has it.
pub(crate) fn numbers(all: &Everything, violations: &mut Vec<String>) {
    let known: HashMap<&str, &str> = all.numbers.iter().map(|(n, order)| (n.as_str(), order.as_str())).collect();
    let mut given = 0;
    for order in &all.orders {
        let Some(number) = &order.number else { continue };
        given += 1;
        if known.get(format!("{}#{number}", order.organization).as_str()) != Some(&order.id.as_str()) {
            violations.push(format!("order {}: number {number} is not its own", order.id));
        }
    }
    if given != known.len() {
        violations.push(format!("{} numbers for {given} orders with one", known.len()));
    }
}

/// No order in review is forgotten: it is on the agenda, so that people are reminded of it, and on its organization's list.
pub(crate) fn reviews(all: &Everything, violations: &mut Vec<String>) {
    let unscheduled: HashSet<&str> = all.unscheduled.iter().map(String::as_str).collect();
    let mut listed: HashSet<&str> = all.reviews.iter().map(String::as_str).collect();
    for order in all.orders.iter().filter(|order| order.review.is_some()) {
        if unscheduled.contains(order.id.as_str()) {
            let since = order.review.as_ref().map(|review| review.since.to_string()).unwrap_or_default();
            violations.push(format!("order {}: in review since {since}, and never due", order.id));
        }
        if !listed.remove(order.id.as_str()) {
            violations.push(format!("order {}: in review, and on no list", order.id));
        }
    }
    violations.extend(listed.into_iter().map(|order| format!("order {order}: listed as in review, and is not")));
}

/// Every paid order has its confirmation, once; every late payment that was refunded its apology.
pub(crate) fn notifications(all: &Everything, violations: &mut Vec<String>) {
    let ids: HashSet<_> = all.notifications.iter().map(|notification| notification.id.as_str()).collect();
    for order in &all.orders {
        let confirmed = ids.contains(domain::NotificationKind::Confirmation.id(&order.id).as_str());
        if order.paid_at.is_some() != confirmed {
            violations.push(format!("order {}: paid {}, confirmed {confirmed}", order.id, order.paid_at.is_some()));
        }
        let late = order.refunds.iter().any(|refund| refund.cause == RefundCause::LatePayment);
        if late && !ids.contains(domain::NotificationKind::Apology.id(&order.id).as_str()) {
            violations.push(format!("order {}: paid too late and never told", order.id));
        }
    }
}

/// Every order with a customer is in that person's list, and no other order is in any.
pub(crate) fn accounts(all: &Everything, violations: &mut Vec<String>) {
    let mut listed: HashMap<&str, &str> =
        all.accounts.iter().map(|(key, order)| (order.as_str(), key.as_str())).collect();
    for order in &all.orders {
        let found = listed.remove(order.id.as_str()).map(str::to_owned);
        let expected = order.buyer.customer.as_ref().map(|customer| format!("ACCOUNT#ORDERS#{customer}"));
        if found != expected {
            violations.push(format!("order {}: it is in the list {found:?}, and belongs into {expected:?}", order.id));
        }
    }
    violations.extend(listed.into_iter().map(|(order, key)| format!("{key} lists order {order}, which is gone")));
}
