//! The audit: every invariant over the whole table.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    Order, OrderStatus, RefundState,
    order::{AdjustmentKind, AdjustmentState, Confirmer, Goods, PaymentMode, RefundCause, Span, StockState, Sum},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use store::{Everything, slot_key};

use crate::{Engine, EngineError};

/// What the audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Whether every invariant holds.
    pub ok: bool,
    /// What does not hold, in words.
    pub violations: Vec<String>,
    /// How many orders were looked at.
    pub orders: usize,
    /// How many stock shards were looked at.
    pub shards: usize,
}

impl Engine {
    /// Checks the invariants over the whole table. Reads item by item, so a table at rest gives the truth, and one in
    /// use may show a transaction half way.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn audit(&self) -> Result<Audit, EngineError> {
        let all = self.store.everything().await?;
        let mut violations = Vec::new();
        for order in &all.orders {
            violations.extend(order.violations());
        }
        stock(&all, &mut violations);
        promos(&all, &mut violations);
        money(&all, &mut violations);
        reviews(&all, &mut violations);
        tickets(&all, &mut violations);
        receipts(&all, &mut violations);
        hours(&all, &mut violations);
        notifications(&all, &mut violations);
        time(&all, self.clock.now(), &mut violations);
        Ok(Audit { ok: violations.is_empty(), violations, orders: all.orders.len(), shards: all.shards.len() })
    }
}

/// Never oversold, never undersold: each counter is what the orders claim, and all of them are the capacity.
fn stock(all: &Everything, violations: &mut Vec<String>) {
    let mut claims: HashMap<(String, String, u16), (u32, u32)> = HashMap::new();
    for order in &all.orders {
        for line in &order.lines {
            for draw in &line.draws {
                let at = (line.listing.to_string(), line.offer.to_string(), draw.shard);
                let claim = claims.entry(at).or_default();
                match order.stock {
                    StockState::Held => claim.0 += draw.quantity,
                    StockState::Sold => claim.1 += draw.quantity,
                    StockState::None => violations.push(format!("order {} claims stock it does not have", order.id)),
                }
            }
        }
    }
    let mut capacity: BTreeMap<(String, String), u32> = BTreeMap::new();
    for shard in &all.shards {
        let at = (shard.listing.to_string(), shard.offer.to_string(), shard.shard);
        let name = format!("stock {}/{} shard {}", at.0, at.1, at.2);
        let sum = u64::from(shard.available) + u64::from(shard.held) + u64::from(shard.sold);
        if sum != u64::from(shard.capacity) {
            violations.push(format!("{name}: available + held + sold is {sum}, capacity {}", shard.capacity));
        }
        *capacity.entry((at.0.clone(), at.1.clone())).or_default() += shard.capacity;
        let (held, sold) = claims.remove(&at).unwrap_or_default();
        if (held, sold) != (shard.held, shard.sold) {
            violations.push(format!(
                "{name}: held {} and sold {}, but orders claim {held} and {sold}",
                shard.held, shard.sold
            ));
        }
    }
    for ((listing, offer, shard), _) in claims {
        violations.push(format!("orders claim stock {listing}/{offer} shard {shard}, which is not there"));
    }
    for offer in all.offers.iter().filter(|offer| !offer.deleted) {
        let at = (offer.listing.to_string(), offer.id.to_string());
        if let Some(needed) = offer.capacity {
            let found = capacity.get(&at).copied().unwrap_or(0);
            if found != needed {
                violations.push(format!("offer {}/{}: capacity {needed}, stock for {found}", at.0, at.1));
            }
        }
    }
}

/// A promo code's uses are the orders that use it.
fn promos(all: &Everything, violations: &mut Vec<String>) {
    let mut uses: HashMap<(String, String), u32> = HashMap::new();
    for promo in all.orders.iter().filter_map(|order| order.promo.as_ref()) {
        for listing in &promo.counted {
            *uses.entry((listing.to_string(), promo.code.to_string())).or_default() += 1;
        }
    }
    for promo in all.promos.iter().filter(|promo| promo.max_uses.is_some()) {
        let counted = uses.get(&(promo.listing.to_string(), promo.code.to_string())).copied().unwrap_or(0);
        if counted > promo.uses || promo.max_uses.is_some_and(|limit| promo.uses > limit.max(counted)) {
            violations.push(format!(
                "promo {}/{}: {} uses counted, {counted} orders use it, limit {:?}",
                promo.listing, promo.code, promo.uses, promo.max_uses
            ));
        }
    }
}

/// No charge without an intent record; every refund that Stripe is asked for has one; what came in went out.
fn money(all: &Everything, violations: &mut Vec<String>) {
    let calls: HashSet<_> = all.calls.iter().map(|call| (call.order.as_str(), call.n)).collect();
    let mut keys = HashSet::new();
    for call in &all.calls {
        if !keys.insert(call.key.as_str()) {
            violations.push(format!("two intent records share the key {}", call.key));
        }
    }
    for order in &all.orders {
        if order.payment.mode != PaymentMode::Free && !calls.contains(&(order.id.as_str(), 1)) {
            violations.push(format!("order {} has no intent record of its payment", order.id));
        }
        let server = order.payment.confirmer == Some(Confirmer::Server);
        if server && order.is_captured() && !calls.contains(&(order.id.as_str(), 2)) {
            violations.push(format!("order {} was confirmed without an intent record", order.id));
        }
        for refund in &order.refunds {
            let asks = refund.cause != RefundCause::Dashboard && !refund.amount.is_zero();
            if asks && !refund.call.is_some_and(|n| calls.contains(&(order.id.as_str(), n))) {
                violations.push(format!("refund {} has no intent record", refund.id));
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

/// No order in review is forgotten: it is on the agenda, so that people are reminded of it, and on its organization's list.
fn reviews(all: &Everything, violations: &mut Vec<String>) {
    let unscheduled: HashSet<&str> = all.unscheduled.iter().map(String::as_str).collect();
    let mut listed: HashSet<&str> = all.reviews.iter().map(String::as_str).collect();
    for order in all.orders.iter().filter(|order| order.review.is_some()) {
        if unscheduled.contains(order.id.as_str()) {
            let since = order.review.as_ref().map(|review| review.since.to_string()).unwrap_or_default();
            violations.push(format!("order {}: in review since {since}, and never due", order.id));
        }
        if !listed.remove(order.id.as_str()) {
            violations.push(format!("order {}: in review, and on nobody's list", order.id));
        }
    }
    violations.extend(listed.into_iter().map(|order| format!("order {order}: listed as in review, and is not")));
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

/// Every ticket opens the door of its own order, and no code is there twice.
fn tickets(all: &Everything, violations: &mut Vec<String>) {
    let mut codes: HashMap<&str, &str> = HashMap::new();
    for (code, order) in &all.tickets {
        if codes.insert(code, order).is_some() {
            violations.push(format!("ticket {code} is there twice"));
        }
    }
    let mut issued = 0;
    for order in &all.orders {
        for ticket in &order.tickets {
            issued += 1;
            if codes.get(ticket.code.as_str()) != Some(&order.id.as_str()) {
                violations.push(format!("a ticket of order {} cannot be looked up", order.id));
            }
        }
    }
    if issued != all.tickets.len() {
        violations.push(format!("{} ticket codes for {issued} tickets", all.tickets.len()));
    }
}

/// Every order that was paid has a receipt of its own.
fn receipts(all: &Everything, violations: &mut Vec<String>) {
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

/// A balance is the sum of its entries and never below zero; every paid package is credited, once.
fn hours(all: &Everything, violations: &mut Vec<String>) {
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

/// No expert is in two places at once, and each day says which bookings take its time.
fn time(all: &Everything, now: Timestamp, violations: &mut Vec<String>) {
    let mut taken: BTreeMap<(&str, String), BTreeMap<String, Span>> = BTreeMap::new();
    let mut due: BTreeMap<(&str, String, Date, String), (u32, bool)> = BTreeMap::new();
    for order in &all.orders {
        let Some(time) = order.taken_time() else { continue };
        let slot = slot_key(&time.listing, &time.offer);
        let expert = (order.organization.as_str(), time.expert);
        for day in time.span.days() {
            let entry = due.entry((expert.0, expert.1.clone(), day, slot.clone())).or_default();
            *entry = (entry.0 + 1, time.span.ends_at > now);
        }
        taken.entry(expert).or_default().insert(slot, time.span);
    }
    for ((organization, expert), slots) in &taken {
        let mut spans: Vec<_> = slots.iter().map(|(slot, span)| (span, slot)).collect();
        // By their start: of those that overlap at all, two stand side by side.
        spans.sort_by_key(|(span, _)| span.starts_at);
        for pair in spans.windows(2) {
            if pair[0].0.overlaps(pair[1].0) {
                let (a, b) = (pair[0].1, pair[1].1);
                violations.push(format!("expert {expert} of {organization} is booked for {a} and {b} at once"));
            }
        }
    }
    for day in &all.days {
        for (slot, entry) in &day.slots {
            let key = (day.organization.as_str(), day.expert.clone(), day.day, slot.clone());
            let orders = due.remove(&key).map_or(0, |(orders, _)| orders);
            if orders != entry.orders {
                let (expert, on) = (&day.expert, day.day);
                violations.push(format!("{on} of {expert}: {slot} stands for {} orders, not {orders}", entry.orders));
            }
        }
    }
    // A day forgets what is over.
    for ((_, expert, day, slot), _) in due.into_iter().filter(|(_, (_, coming))| *coming) {
        violations.push(format!("{day} of {expert} does not know of {slot}"));
    }
}

/// Every paid order has its confirmation, once; every late payment that was refunded its apology.
fn notifications(all: &Everything, violations: &mut Vec<String>) {
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
