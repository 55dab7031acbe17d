//! How much a refund gives back, and whether it may.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    Decision, Goods, Order, OrderStatus, Outcome, PaymentMode, PaymentState, Refund, RefundCause, RefundItem,
    RefundParts, StockState, Sum, TicketStatus, decide::REFUND_LEASE, review::paid_for,
};
use crate::{Code, Minor, RefundId, RefundState, Refusal};

/// Most refunds of one order that staff may ask for, so that the order stays a small item.
pub const MAX_REFUNDS: usize = 100;

/// What staff ask to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundAsk {
    /// Units of lines, and what was paid for them.
    Items(Vec<RefundItem>),
    /// An amount, for goodwill; no goods come back.
    Amount(Minor),
    /// All that is left, goods and money.
    Rest,
}

/// Decides a refund: reserves its amount and quantities and takes its goods back. Stripe is asked afterwards; a refund
/// of nothing is done at once.
///
/// # Errors
/// `not_paid`, `exceeds_purchased`, `exceeds_captured`, `illegal_state` (a dispute is open), or `invalid_request`.
pub fn decide_refund(
    order: &Order,
    ask: &RefundAsk,
    id: RefundId,
    cause: RefundCause,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let paid = order.payment.state == PaymentState::Captured
        || order.payment.mode == PaymentMode::Free && order.paid_at.is_some();
    if !paid {
        return Err(Refusal::new(Code::NotPaid, "The order is not paid"));
    }
    if order.is_frozen() {
        return Err(Refusal::new(
            Code::IllegalState,
            "The payment is under dispute; nothing can be refunded meanwhile",
        ));
    }
    if order.refund(&id).is_some() {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    if cause == RefundCause::Staff && order.refunds.len() >= MAX_REFUNDS {
        return Err(Refusal::new(Code::IllegalState, format!("An order has at most {MAX_REFUNDS} refunds")));
    }
    let mut worth = match ask {
        RefundAsk::Items(items) => {
            let worth = of_items(order, merged(order, items)?);
            let price: Minor = worth.shares.iter().copied().sum();
            if cause == RefundCause::Staff && worth.amount.is_zero() && price > Minor::ZERO {
                // Refunds by amount have taken all the money; the goods of the last of them come back with it.
                return Err(Refusal::new(Code::ExceedsCaptured, "Nothing of the payment is left to refund"));
            }
            worth
        }
        RefundAsk::Amount(amount) if *amount <= Minor::ZERO => {
            return Err(Refusal::field("amount", "An amount must be above zero"));
        }
        RefundAsk::Amount(amount) => Worth::of(order, *amount),
        RefundAsk::Rest => Worth { items: remaining(order), ..Worth::of(order, order.refundable()) },
    };
    // What was given back for goodwill before is not given back twice, and the goods come back all the same.
    if cause == RefundCause::ListingCanceled && worth.amount > order.refundable() {
        let left = Worth::of(order, order.refundable());
        worth = Worth { amount: left.amount, parts: left.parts, ..worth };
    }
    let Worth { items, shares, tax_shares, parts, amount } = worth;
    if amount > order.refundable() {
        let left = order.paid_currency().display(order.refundable());
        return Err(Refusal::new(Code::ExceedsCaptured, format!("Only {left} of the payment is left to refund")));
    }
    if amount.is_zero() && items.is_empty() {
        return Err(Refusal::new(Code::ExceedsCaptured, "Nothing of the order is left to refund"));
    }

    let mut decision = Decision::change(order, Outcome::RefundRequested);
    take_tickets(&mut decision.order, &items, &id);
    decision.take_hours(&id, &items);
    let refund = Refund {
        id: id.clone(),
        amount,
        items,
        shares,
        tax_shares,
        parts,
        state: RefundState::Pending,
        goods: Goods::Taken,
        cause,
        reason,
        payment_intent: order.payment.payment_intent_id.clone(),
        currency: order.payment.currency,
        stripe_id: None,
        failure: None,
        call: None,
        due_at: Some(now + REFUND_LEASE),
        created_at: now,
    };
    if amount.is_zero() {
        decision.outcome = Outcome::Refunded;
        decision.order.refunds.push(Refund { state: RefundState::Succeeded, due_at: None, ..refund });
        decision.restock(&id);
        decision.end_if_refunded(&id, now);
        decision.notifications.push(crate::NotificationKind::Refund(id));
    } else {
        decision.ask_refund(refund);
    }
    Ok(decision)
}

/// Whether the buyer has goods of it: none before payment, and none once a lost dispute took them back.
fn has_goods(order: &Order) -> bool {
    order.status == OrderStatus::Paid && order.stock == StockState::Sold
}

/// What is left of each line.
fn remaining(order: &Order) -> Vec<RefundItem> {
    if !has_goods(order) {
        return Vec::new();
    }
    let left = order.lines.iter().map(|line| RefundItem {
        line: line.id.clone(),
        quantity: line.quantity.saturating_sub(order.taken_back(&line.id)),
    });
    left.filter(|item| item.quantity > 0).collect()
}

/// The asked items, one for each line, checked against what is left.
fn merged(order: &Order, requested: &[RefundItem]) -> Result<Vec<RefundItem>, Refusal> {
    let mut items: Vec<RefundItem> = Vec::new();
    for (n, item) in requested.iter().enumerate() {
        if order.line(&item.line).is_none() {
            return Err(Refusal::field(format!("items[{n}].line"), "The order has no such line"));
        }
        match items.iter_mut().find(|known| known.line == item.line) {
            Some(known) => known.quantity = known.quantity.saturating_add(item.quantity),
            None => items.push(item.clone()),
        }
    }
    items.retain(|item| item.quantity > 0);
    if items.is_empty() {
        return Err(Refusal::field("items", "At least one item with a quantity is required"));
    }
    if !has_goods(order) {
        return Err(Refusal::new(Code::ExceedsPurchased, "The order has no goods to take back"));
    }
    for item in &items {
        let Some(line) = order.line(&item.line) else { continue };
        let left = line.quantity.saturating_sub(order.taken_back(&line.id));
        if item.quantity > left {
            let message = format!("Only {left} of {} are left to refund on line {}", line.name, line.id);
            return Err(Refusal::new(Code::ExceedsPurchased, message));
        }
    }
    Ok(items)
}

/// What a refund gives back.
struct Worth {
    items: Vec<RefundItem>,
    /// The goods' price, and the tax, of each item.
    shares: Vec<Minor>,
    tax_shares: Vec<Minor>,
    parts: RefundParts,
    amount: Minor,
}

impl Worth {
    /// An amount without goods.
    fn of(order: &Order, amount: Minor) -> Self {
        let parts = order.parts_of(amount);
        Self { items: Vec::new(), shares: Vec::new(), tax_shares: Vec::new(), parts, amount }
    }
}

/// What is paid back for `items`, and for each of them: its share of what was paid for its line and of the line's tax,
/// each rounded half up; the line's last unit takes the line's remainder; and whoever returns the order's last unit gets
/// all that is left, fees and tax included.
fn of_items(order: &Order, items: Vec<RefundItem>) -> Worth {
    let shares: Vec<Minor> = items.iter().map(|item| share(order, item)).collect();
    let mut tax_left = order.tax_left();
    let mut tax_shares = Vec::with_capacity(items.len());
    for item in &items {
        let tax = order.tax_back(item).min(tax_left);
        tax_left -= tax;
        tax_shares.push(tax);
    }
    let requested = |line: &str| items.iter().find(|item| item.line == line).map_or(0, |item| item.quantity);
    let last = order.lines.iter().all(|line| order.taken_back(&line.id) + requested(&line.id) >= line.quantity);
    if last {
        return Worth { items, shares, tax_shares, ..Worth::of(order, order.refundable()) };
    }
    let goods: Minor = shares.iter().copied().sum();
    let tax: Minor = tax_shares.iter().copied().sum();
    let parts = RefundParts { goods, fees: Minor::ZERO, tax };
    Worth { items, shares, tax_shares, parts, amount: goods + order.tax_terms.on_top(tax) }
}

/// What is paid back for units of one line.
pub(super) fn share(order: &Order, item: &RefundItem) -> Minor {
    let Some(line) = order.line(&item.line) else { return Minor::ZERO };
    let paid = paid_for(order, line.total);
    let left = (paid - shares_paid_back(order, line)).max(Minor::ZERO);
    if order.taken_back(&line.id) + item.quantity >= line.quantity {
        return left;
    }
    let whole = Sum { amount: paid, currency: order.paid_currency() };
    part_of(whole, Decimal::from(item.quantity), Decimal::from(line.quantity)).min(left)
}

/// `part` of `of` as a share of a sum, rounded half up to its currency's smallest unit.
pub(super) fn part_of(whole: Sum, part: Decimal, of: Decimal) -> Minor {
    let exact = (whole.currency.major(whole.amount) * part).checked_div(of);
    exact.and_then(|exact| whole.currency.round(exact)).unwrap_or(whole.amount)
}

/// What earlier refunds gave back for units of this line.
fn shares_paid_back(order: &Order, line: &super::Line) -> Minor {
    let earlier = order.refunds.iter().filter(|refund| refund.goods != Goods::GivenBack);
    let shares = earlier.flat_map(|refund| refund.items.iter().zip(&refund.shares));
    shares.filter(|(item, _)| item.line == line.id).map(|(_, share)| *share).sum()
}

/// Takes tickets out of use, unused ones first.
pub(super) fn take_tickets(order: &mut Order, items: &[RefundItem], refund: &RefundId) {
    for item in items {
        let mut left = item.quantity;
        for used in [false, true] {
            let tickets = order.tickets.iter_mut().filter(|ticket| {
                ticket.line == item.line
                    && ticket.status == TicketStatus::Valid
                    && ticket.checked_in_at.is_some() == used
            });
            for ticket in tickets.take(left as usize) {
                ticket.status = TicketStatus::Refunding;
                ticket.refund = Some(refund.clone());
                left -= 1;
            }
        }
    }
}

#[cfg(test)]
#[path = "refunding_tests.rs"]
mod tests;
