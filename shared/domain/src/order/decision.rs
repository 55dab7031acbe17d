//! Decisions: what to do about a fact, as data. All of it happens in one transaction, or none.

use jiff::Timestamp;

use super::{
    BookingStatus, Draw, Goods, LedgerMove, Order, OrderStatus, Outcome, PaymentState, Refund, StockState, TicketStatus,
};
use crate::{AdjustmentId, DisputeState, ListingId, Minor, OfferId, RefundId};

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
    /// [`super::Supply::Gone`].
    pub draw: bool,
    /// Listings whose promo code gets a use back.
    pub promo_back: Vec<ListingId>,
    /// What changes on the customer's balance.
    pub ledger: Vec<LedgerMove>,
    /// What somebody must be told, or what is to be done at leisure.
    pub notifications: Vec<crate::NotificationKind>,
    /// What to ask Stripe afterwards; its intent records are part of the transaction.
    pub calls: Vec<NextCall>,
    /// What people must be alarmed of.
    pub alarms: Vec<Alarm>,
    /// What happened, in one word, for records and logs.
    pub outcome: Outcome,
}

/// A call to Stripe that follows from a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextCall {
    /// Ask for this refund.
    Refund(RefundId),
    /// Take the money that was set aside.
    Capture,
    /// End the payment, as the order's claim says. Takes no intent record: it moves no money.
    EndPayment,
    /// Ask how Stripe has split this payment, so that it is known what to adjust. Takes no call record either.
    Split {
        /// The payment.
        payment_intent: String,
    },
    /// Ask for this adjustment.
    Adjust(AdjustmentId),
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
    /// An order is still in review: every day until a person has decided.
    Review {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: String,
    },
    /// A dispute has a status that we do not know; it counts by whether its money is gone.
    DisputeUnknown {
        /// Stripe's word.
        word: String,
    },
    /// Stripe refuses to move money between platform and seller. It is tried again, ever more seldom.
    AdjustmentRefused {
        /// Which.
        adjustment: AdjustmentId,
        /// Stripe's code for why.
        failure: String,
    },
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
    pub(super) fn unchanged(order: &Order, outcome: Outcome) -> Self {
        Self {
            order: order.clone(),
            changed: false,
            stock: Vec::new(),
            draw: false,
            promo_back: Vec::new(),
            ledger: Vec::new(),
            notifications: Vec::new(),
            calls: Vec::new(),
            alarms: Vec::new(),
            outcome,
        }
    }

    /// A change, to be filled in.
    pub(super) fn change(order: &Order, outcome: Outcome) -> Self {
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
        order.fetch_at = None;
        order.claim = None;
        order.ended_at = Some(now);
        if order.payment.captured.is_zero() {
            // Whatever was to be looked at, no money came of it.
            order.review = None;
        }
        if let Some(promo) = &mut order.promo {
            self.promo_back = std::mem::take(&mut promo.counted);
        }
        self.end_booking();
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
        let order = &self.order;
        if order.lines.iter().all(|line| order.refunded_quantity(&line.id) >= line.quantity) {
            self.end_booking();
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
        let rest: Vec<super::RefundItem> = order
            .lines
            .iter()
            .filter(|_| order.stock != StockState::None)
            .map(|line| super::RefundItem {
                line: line.id.clone(),
                quantity: line.quantity - order.taken_back(&line.id).min(line.quantity),
            })
            .filter(|item| item.quantity > 0)
            .collect();
        if order.paid_at.is_some() {
            self.take_hours_left(format!("refund:{by}:rest"), Some(&rest));
        }
        let order = &self.order;
        // Goods of refunds that Stripe has not answered yet come back as well: their money is back already.
        let waiting: Vec<RefundId> =
            order.refunds.iter().filter(|r| r.goods == Goods::Taken && &r.id != by).map(|r| r.id.clone()).collect();
        if let Some(last) = self.order.refunds.iter_mut().find(|r| &r.id == by) {
            for more in rest {
                match last.items.iter_mut().find(|item| item.line == more.line) {
                    Some(item) => item.quantity += more.quantity,
                    None => last.items.push(more),
                }
            }
        }
        for id in waiting {
            self.restock(&id);
        }
        let kind = if self.order.stock == StockState::Held { MoveKind::Release } else { MoveKind::Restock };
        self.move_all(kind);
        self.end_booking();
        let order = &mut self.order;
        for ticket in &mut order.tickets {
            ticket.status = TicketStatus::Void;
            ticket.refund.get_or_insert_with(|| by.clone());
        }
        if let Some(booking) = order.booking.as_mut().filter(|booking| booking.status == BookingStatus::Confirmed) {
            booking.status = BookingStatus::Canceled;
        }
        order.status = OrderStatus::Refunded;
        order.stock = StockState::None;
        order.hold = None;
        order.claim = None;
        order.fetch_at = None;
        // The order's own money is settled; a second payment that did not go back is not.
        if !order.keeps_second_payment() {
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
