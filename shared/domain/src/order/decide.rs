//! What a fact does to an order. Pure: the same order, fact and time give the same decision.

use jiff::Timestamp;

use super::{
    Claim, ClaimKind, Draw, Goods, Order, OrderStatus, PROCESSING_LOOK, PaymentMode, PaymentState, Refund, RefundCause,
    StockState, TicketStatus, returns,
};
use crate::{Capture, Decline, DisputeState, Fact, ListingId, Minor, OfferId, RefundId, RefundState};

/// How long after asking for a refund the sweeper looks whether it was done: longer than any function runs.
pub(super) const REFUND_LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// Whether a late payment may take stock again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Nobody has looked yet: decide as if there were stock, and say that it must be drawn.
    Untried,
    /// There is none.
    Gone,
}

/// What to do about a fact. All of it happens in one transaction, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The order as it is next; its version is one higher if anything changed.
    pub order: Order,
    /// Whether anything changed.
    pub changed: bool,
    /// Stock to move between an offer's counters.
    pub stock: Vec<StockMove>,
    /// Whether every line's stock must be drawn afresh, straight to sold. If there is too little, decide again with
    /// [`Supply::Gone`].
    pub draw: bool,
    /// Listings whose promo code gets a use back.
    pub promo_back: Vec<ListingId>,
    /// What somebody must be told, or what is to be done at leisure.
    pub notices: Vec<crate::NoticeKind>,
    /// What to ask Stripe afterwards; its intent records are part of the transaction.
    pub calls: Vec<NextCall>,
    /// What people must be alarmed of.
    pub alarms: Vec<Alarm>,
    /// What happened, in one word, for records and logs.
    pub outcome: &'static str,
}

/// A call to Stripe that follows from a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextCall {
    /// Ask for this refund.
    Refund(RefundId),
}

/// Something that a person has to know at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Paid in another currency or amount than asked for.
    AmountMismatch {
        /// What the order says, in minor units.
        expected: Minor,
        /// What arrived.
        captured: Minor,
    },
    /// The buyer was charged twice; the second charge is being refunded.
    DoublePayment,
    /// A refund failed: the buyer still waits for the money.
    RefundFailed(RefundId),
    /// A bank opened, or decided, a dispute.
    Dispute(DisputeState),
}

/// Units of one shard that change counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// The listing.
    pub listing: ListingId,
    /// The offer.
    pub offer: OfferId,
    /// The shard.
    pub shard: u16,
    /// How many units.
    pub quantity: u32,
    /// From where to where.
    pub kind: MoveKind,
}

/// From which counter to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MoveKind {
    /// Available to held, when an order is placed.
    Hold,
    /// Available to sold: free orders, and late payments.
    Take,
    /// Held to sold, when an order is paid.
    Sell,
    /// Held to available, when an order is given up.
    Release,
    /// Sold to available, when goods come back.
    Restock,
}

/// Why a fact decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// No order in this status can have this fact. Fetch the object: Stripe's own state decides.
    #[error("an order that is {status:?} cannot have the fact {fact}")]
    Illegal {
        /// The order's status.
        status: OrderStatus,
        /// The fact's name.
        fact: &'static str,
    },
    /// The fact is about money of which we do not know yet that it arrived. Settle that payment first.
    #[error("payment {payment_intent} is not known to have arrived")]
    CaptureUnknown {
        /// The payment to look at.
        payment_intent: String,
    },
    /// The event does not say how much of the amount is tax. Fetch the session, which does.
    #[error("the tax in the payment is not known")]
    TaxUnknown,
    /// Somebody else is ending this order's payment, or it has ended.
    #[error("the order is {status:?} and cannot be claimed")]
    NotClaimable {
        /// The order's status.
        status: OrderStatus,
    },
}

impl Decision {
    /// Nothing to do.
    pub(super) fn unchanged(order: &Order, outcome: &'static str) -> Self {
        Self {
            order: order.clone(),
            changed: false,
            stock: Vec::new(),
            draw: false,
            promo_back: Vec::new(),
            notices: Vec::new(),
            calls: Vec::new(),
            alarms: Vec::new(),
            outcome,
        }
    }

    /// A change, to be filled in.
    pub(super) fn change(order: &Order, outcome: &'static str) -> Self {
        let mut decision = Self::unchanged(order, outcome);
        decision.changed = true;
        decision.order.version += 1;
        decision
    }

    /// Moves all that the lines claim, and leaves them claiming nothing unless it is being sold.
    pub(super) fn move_all(&mut self, kind: MoveKind) {
        for line in &mut self.order.lines {
            let moves = line.draws.iter().map(|draw| StockMove {
                listing: line.listing.clone(),
                offer: line.offer.clone(),
                shard: draw.shard,
                quantity: draw.quantity,
                kind,
            });
            self.stock.extend(moves);
            if kind != MoveKind::Sell {
                line.draws.clear();
            }
        }
    }

    /// Ends an order that was not paid: stock, promo use and hold go back.
    pub(super) fn release(&mut self, status: OrderStatus, payment: PaymentState, now: Timestamp) {
        self.move_all(MoveKind::Release);
        let order = &mut self.order;
        order.status = status;
        order.payment.state = payment;
        order.stock = StockState::None;
        order.hold = None;
        order.look_at = None;
        order.claim = None;
        order.ended_at = Some(now);
        if let Some(promo) = &mut order.promo {
            self.promo_back = std::mem::take(&mut promo.counted);
        }
    }

    /// Writes a refund down and has Stripe asked for it.
    pub(super) fn ask_refund(&mut self, mut refund: Refund) {
        let call = self.order.calls + 1;
        self.order.calls = call;
        refund.call = Some(call);
        self.calls.push(NextCall::Refund(refund.id.clone()));
        self.order.refunds.push(refund);
    }

    /// Puts a refund's goods on sale again, once.
    pub(super) fn restock(&mut self, refund: &RefundId) {
        let Some(index) = self.order.refunds.iter().position(|r| &r.id == refund) else { return };
        if self.order.refunds[index].goods != Goods::Taken {
            return;
        }
        self.order.refunds[index].goods = Goods::Restocked;
        let kind = if self.order.stock == StockState::Held { MoveKind::Release } else { MoveKind::Restock };
        for item in self.order.refunds[index].items.clone() {
            if let Some(line) = self.order.lines.iter_mut().find(|line| line.id == item.line) {
                let taken = take(&mut line.draws, item.quantity);
                self.stock.extend(taken.into_iter().map(|draw| StockMove {
                    listing: line.listing.clone(),
                    offer: line.offer.clone(),
                    shard: draw.shard,
                    quantity: draw.quantity,
                    kind,
                }));
            }
        }
        for ticket in &mut self.order.tickets {
            if ticket.refund.as_ref() == Some(refund) {
                ticket.status = TicketStatus::Void;
            }
        }
    }

    /// Ends the order if nothing of its payment is left, or nothing of a free one's goods.
    pub(super) fn end_if_refunded(&mut self, by: &RefundId, now: Timestamp) {
        let order = &self.order;
        let captured = order.payment.captured;
        let all_back = order.lines.iter().all(|line| order.refunded_quantity(&line.id) == line.quantity);
        let over = if captured.is_zero() { all_back } else { order.refunded() + order.charged_back() >= captured };
        if !over || order.status == OrderStatus::Refunded {
            return;
        }
        // What no refund named comes back with the last one.
        let rest: Vec<_> = order
            .lines
            .iter()
            .filter(|_| order.stock != StockState::None)
            .map(|line| (line.id.clone(), line.quantity - order.taken_back(&line.id).min(line.quantity)))
            .filter(|(_, quantity)| *quantity > 0)
            .collect();
        // Goods of refunds that Stripe has not answered yet come back as well: their money is back already.
        let waiting: Vec<RefundId> =
            order.refunds.iter().filter(|r| r.goods == Goods::Taken && &r.id != by).map(|r| r.id.clone()).collect();
        if let Some(last) = self.order.refunds.iter_mut().find(|r| &r.id == by) {
            for (line, quantity) in rest {
                match last.items.iter_mut().find(|item| item.line == line) {
                    Some(item) => item.quantity += quantity,
                    None => last.items.push(super::RefundItem { line, quantity }),
                }
            }
        }
        for id in waiting {
            self.restock(&id);
        }
        let kind = if self.order.stock == StockState::Held { MoveKind::Release } else { MoveKind::Restock };
        self.move_all(kind);
        let order = &mut self.order;
        for ticket in &mut order.tickets {
            ticket.status = TicketStatus::Void;
            ticket.refund.get_or_insert_with(|| by.clone());
        }
        order.status = OrderStatus::Refunded;
        order.stock = StockState::None;
        order.hold = None;
        order.claim = None;
        order.look_at = None;
        // The order's own money is settled; a second payment that did not go back is not.
        if !order.refunds.iter().any(|r| r.cause == RefundCause::DoublePayment && r.state == RefundState::Failed) {
            order.review = None;
        }
        order.ended_at = Some(now);
        if let Some(promo) = order.promo.as_mut().filter(|_| order.paid_at.is_none()) {
            self.promo_back.append(&mut promo.counted);
        }
    }
}

/// Takes `quantity` units off the draws, from the last shard on, and says which.
fn take(draws: &mut Vec<Draw>, mut quantity: u32) -> Vec<Draw> {
    let mut taken = Vec::new();
    while let Some(last) = draws.last_mut().filter(|_| quantity > 0) {
        let units = last.quantity.min(quantity);
        taken.push(Draw { shard: last.shard, quantity: units });
        quantity -= units;
        last.quantity -= units;
        if last.quantity == 0 {
            draws.pop();
        }
    }
    taken
}

/// Decides what `fact` does to `order` at `now`.
///
/// Whatever comes how often and in whatever order, the order ends in the state that Stripe's own objects have: money
/// facts only grow, a fact that is already known changes nothing, and a fact that cannot be true of this order is an
/// error that tells the caller to ask Stripe.
///
/// # Errors
/// [`DecideError`]; nothing is to be written then.
pub fn decide(order: &Order, fact: &Fact, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    match fact {
        Fact::Captured(capture) => captured(order, capture, supply, now),
        Fact::Processing { payment_intent } => processing(order, payment_intent.as_deref(), now),
        Fact::Declined(decline) => Ok(declined(order, decline)),
        Fact::Failed(decline) => Ok(failed(order, decline, now)),
        Fact::Unpayable => Ok(unpayable(order, now)),
        Fact::Refund(seen) => returns::refund(order, seen, now),
        Fact::RefundRefused { refund, failure } => Ok(returns::refund_refused(order, refund, failure)),
        Fact::Dispute(seen) => returns::dispute(order, seen, now),
    }
}

/// Claims a pending order, so that its payment can be ended at Stripe. Only the claim's owner may act on it.
///
/// # Errors
/// [`DecideError::NotClaimable`] while somebody else holds a claim, and once there is nothing to end.
pub fn claim(order: &Order, kind: ClaimKind, by: &str, why: &str, now: Timestamp) -> Result<Decision, DecideError> {
    let taken = order.claim.as_ref().is_some_and(|claim| claim.until > now);
    if order.status != OrderStatus::Pending || order.payment.state == PaymentState::Captured || taken {
        return Err(DecideError::NotClaimable { status: order.status });
    }
    // An order that was called off stays called off, whoever takes over from a claim that ran out.
    let voiding = order.claim.as_ref().filter(|old| old.kind == ClaimKind::Voiding);
    let (kind, why) = voiding.map_or((kind, why), |old| (old.kind, old.why.as_str()));
    let mut decision = Decision::change(order, "claimed");
    let until = now + super::CLAIM_LEASE;
    decision.order.claim = Some(Claim { kind, by: by.to_owned(), why: why.to_owned(), until });
    Ok(decision)
}

/// Gives a claim up, because what it was for is not possible yet: the payment is under way. Changes nothing once the
/// order waits for no payment any more.
#[must_use]
pub fn unclaim(order: &Order, next_look: Timestamp) -> Decision {
    let waiting = order.status == OrderStatus::Pending && order.payment.state != PaymentState::Captured;
    if !waiting || order.claim.is_none() && order.look_at == Some(next_look) {
        return Decision::unchanged(order, "already_processed");
    }
    let mut decision = Decision::change(order, "postponed");
    decision.order.claim = None;
    decision.order.look_at = Some(next_look);
    decision
}

fn captured(order: &Order, capture: &Capture, supply: Supply, now: Timestamp) -> Result<Decision, DecideError> {
    if order.payment.mode == PaymentMode::Free {
        return Err(DecideError::Illegal { status: order.status, fact: "captured" });
    }
    if order.payment.state == PaymentState::Captured {
        return Ok(captured_again(order, capture, now));
    }
    let tax = match capture.tax {
        Some(tax) => tax,
        // With no tax on top, the amount alone proves that there is none.
        None if capture.amount == order.totals.total => Minor::ZERO,
        None => return Err(DecideError::TaxUnknown),
    };
    let mut decision = Decision::change(order, "paid");
    let payment = &mut decision.order.payment;
    payment.state = PaymentState::Captured;
    payment.captured = capture.amount;
    payment.payment_intent_id = Some(capture.payment_intent.clone());
    payment.charge_id.clone_from(&capture.charge);
    if payment.session_id.is_none() {
        payment.session_id.clone_from(&capture.session);
    }
    decision.order.tax = Some(tax);
    decision.order.claim = None;
    decision.order.look_at = None;

    let expected = order.totals.total + tax;
    if capture.currency != order.currency || capture.amount != expected {
        decision.outcome = "review";
        decision.order.review = Some(format!(
            "paid {} {} instead of {} {}",
            capture.currency.format(capture.amount),
            capture.currency,
            order.currency.format(expected),
            order.currency
        ));
        decision.alarms.push(Alarm::AmountMismatch { expected, captured: capture.amount });
        return Ok(decision);
    }
    match order.status {
        OrderStatus::Pending => {
            decision.move_all(MoveKind::Sell);
            pay(&mut decision, now);
        }
        status if status.is_released() => late(order, capture, &mut decision, supply, now),
        status => return Err(DecideError::Illegal { status, fact: "captured" }),
    }
    Ok(decision)
}

fn pay(decision: &mut Decision, now: Timestamp) {
    decision.order.fulfil(now);
    decision.notices.push(crate::NoticeKind::Confirmation);
    if decision.order.destination.is_some() {
        decision.notices.push(crate::NoticeKind::TransferLabel);
    }
}

/// A payment that came when its hold was gone: the goods if there are any, at the price that was agreed, else all the
/// money back.
fn late(order: &Order, capture: &Capture, decision: &mut Decision, supply: Supply, now: Timestamp) {
    let over = order.lines.iter().any(|line| line.over_at.is_some_and(|end| end <= now));
    // Who called an order off does not want its goods any more.
    let called_off = order.status == OrderStatus::Canceled;
    if supply == Supply::Untried && !over && !called_off {
        decision.outcome = "paid_late";
        decision.draw = true;
        pay(decision, now);
        return;
    }
    decision.outcome = "refunded_late";
    decision.ask_refund(new_refund(order, "late", capture, RefundCause::LatePayment, now));
    decision.notices.push(crate::NoticeKind::Apology);
}

fn new_refund(order: &Order, name: &str, capture: &Capture, cause: RefundCause, now: Timestamp) -> Refund {
    Refund {
        id: RefundId::parse(format!("ref_{}_{name}", order.id)).unwrap_or_else(|_| unreachable!("made of legal ids")),
        amount: capture.amount,
        items: Vec::new(),
        shares: Vec::new(),
        state: RefundState::Pending,
        goods: Goods::Taken,
        cause,
        reason: None,
        payment_intent: Some(capture.payment_intent.clone()),
        stripe_id: None,
        failure: None,
        call: None,
        due_at: Some(now + REFUND_LEASE),
        created_at: now,
    }
}

fn captured_again(order: &Order, capture: &Capture, now: Timestamp) -> Decision {
    if order.payment.payment_intent_id.as_ref() == Some(&capture.payment_intent) {
        if order.payment.charge_id.is_none() && capture.charge.is_some() {
            let mut decision = Decision::change(order, "charge_noted");
            decision.order.payment.charge_id.clone_from(&capture.charge);
            return decision;
        }
        return Decision::unchanged(order, "already_processed");
    }
    let known = order.refunds.iter().any(|r| r.payment_intent.as_ref() == Some(&capture.payment_intent));
    if known {
        return Decision::unchanged(order, "already_processed");
    }
    let mut decision = Decision::change(order, "double_payment");
    let refund = new_refund(order, &capture.payment_intent, capture, RefundCause::DoublePayment, now);
    decision.ask_refund(refund);
    decision.alarms.push(Alarm::DoublePayment);
    decision
}

fn processing(order: &Order, payment_intent: Option<&str>, now: Timestamp) -> Result<Decision, DecideError> {
    match (order.status, order.payment.state) {
        (OrderStatus::Pending, PaymentState::Unpaid) => {
            let mut decision = Decision::change(order, "processing");
            decision.order.payment.state = PaymentState::Processing;
            decision.order.payment.payment_intent_id = payment_intent.map(str::to_owned);
            decision.order.look_at = Some(now + PROCESSING_LOOK);
            decision.order.claim = None;
            Ok(decision)
        }
        (status, PaymentState::Failed | PaymentState::Canceled | PaymentState::Unpaid) => {
            Err(DecideError::Illegal { status, fact: "processing" })
        }
        (_, PaymentState::Processing | PaymentState::Captured) => Ok(Decision::unchanged(order, "already_processed")),
    }
}

fn declined(order: &Order, decline: &Decline) -> Decision {
    let newer = order.payment.failure.as_ref().is_none_or(|known| known.at < decline.at);
    let open = order.status == OrderStatus::Pending && order.payment.state != PaymentState::Captured;
    if !open || !newer {
        return Decision::unchanged(order, "already_processed");
    }
    let mut decision = Decision::change(order, "declined");
    decision.order.payment.failure = Some(decline.clone());
    decision
}

fn failed(order: &Order, decline: &Decline, now: Timestamp) -> Decision {
    if order.status != OrderStatus::Pending || order.payment.state == PaymentState::Captured {
        return Decision::unchanged(order, "already_processed");
    }
    let mut decision = Decision::change(order, "failed");
    decision.order.payment.failure = Some(decline.clone());
    decision.release(OrderStatus::Failed, PaymentState::Failed, now);
    decision.notices.push(crate::NoticeKind::PaymentFailed);
    decision
}

fn unpayable(order: &Order, now: Timestamp) -> Decision {
    if order.status != OrderStatus::Pending || order.payment.state == PaymentState::Captured {
        return Decision::unchanged(order, "already_processed");
    }
    let called_off = order.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Voiding);
    let (status, outcome) =
        if called_off { (OrderStatus::Canceled, "canceled") } else { (OrderStatus::Expired, "expired") };
    let mut decision = Decision::change(order, outcome);
    decision.release(status, PaymentState::Canceled, now);
    decision
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
