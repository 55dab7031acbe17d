//! Refunds that are requested: how much they give back, and whether they may.

use jiff::Timestamp;

use super::{goods::take_tickets, parts::share};
use crate::{
    Code, Minor, NotificationKind, RefundId, RefundState, Refusal,
    catalog::PaymentMode,
    order::{
        aggregate::{
            line::StockState,
            order::Order,
            payment::PaymentState,
            refund::{Goods, Refund, RefundCause, RefundItem, RefundParts},
            status::OrderStatus,
        },
        decision::{Decision, NextCall},
        outcome::Outcome,
    },
};

/// Most refunds of one order that staff may ask for, so that the order stays small.
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
        items,
        shares,
        tax_shares,
        reason,
        payment_intent: order.payment.payment_intent_id.clone(),
        currency: order.payment.currency,
        ..Refund::new(id.clone(), amount, parts, cause, now)
    };
    if amount.is_zero() {
        decision.outcome = Outcome::Refunded;
        decision.order.refunds.push(Refund { state: RefundState::Succeeded, due_at: None, ..refund });
        decision.restock(&id);
        decision.end_if_refunded(&id, now);
        if cause != RefundCause::ListingCanceled {
            decision.notifications.push(NotificationKind::Refund(id.clone()));
        }
    } else {
        decision.ask_refund(refund);
    }
    if cause == RefundCause::ListingCanceled {
        // What became of what they bought is said at once, whenever the money is back.
        decision.notifications.push(NotificationKind::ListingCanceled(id));
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
/// each rounded half up; the line's last unit takes the line's remainder; and what returns the order's last unit gets
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

/// Tries a refund again that came to nothing: its money, and its goods where the buyer has them again.
pub(in crate::order) fn again(decision: &mut Decision, failed: &Refund, id: RefundId, now: Timestamp) {
    let order = &decision.order;
    let second = failed.cause == RefundCause::DoublePayment;
    let amount = if second { failed.amount } else { failed.amount.min(order.refundable()) };
    let made_good = failed.state != RefundState::Failed || second && !order.keeps_second_payment();
    if made_good || amount.is_zero() {
        return;
    }
    let back = failed.items.iter().filter(|_| failed.goods == Goods::GivenBack && order.stock == StockState::Sold);
    let left = back.map(|item| {
        let line = order.line(&item.line).map_or(0, |line| line.quantity);
        let quantity = item.quantity.min(line.saturating_sub(order.taken_back(&item.line)));
        RefundItem { line: item.line.clone(), quantity }
    });
    let items: Vec<RefundItem> = left.filter(|item| item.quantity > 0).collect();
    let same = items == failed.items;
    let shares = if same { failed.shares.clone() } else { Vec::new() };
    let tax_shares = if same { failed.tax_shares.clone() } else { Vec::new() };
    let parts = if failed.amount == amount { failed.parts } else { order.parts_of(amount) };
    take_tickets(&mut decision.order, &items, &id);
    decision.take_hours(&id, &items);
    decision.ask_refund(Refund {
        items,
        shares,
        tax_shares,
        reason: failed.reason.clone(),
        payment_intent: failed.payment_intent.clone(),
        currency: failed.currency,
        ..Refund::new(id, amount, parts, failed.cause, now)
    });
}

impl Decision {
    /// Writes a refund down and has Stripe asked for it.
    pub(in crate::order) fn ask_refund(&mut self, mut refund: Refund) {
        let call = self.order.calls + 1;
        self.order.calls = call;
        refund.call = Some(call);
        self.calls.push(NextCall::Refund(refund.id.clone()));
        self.order.refunds.push(refund);
    }
}
