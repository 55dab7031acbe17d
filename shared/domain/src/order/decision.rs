//! Decisions: what to do about an event, as data. All of it happens in one transaction, or none.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    aggregate::{order::Order, status::OrderStatus},
    outcome::Outcome,
};
use crate::{AdjustmentId, DisputeState, ListingId, Minor, NotificationKind, OfferId, PresaleUse, RefundId};

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
    /// Offers whose presale code gets a use back.
    pub presale_back: Vec<PresaleUse>,
    /// What changes on the customer's balance.
    pub ledger: Vec<LedgerMove>,
    /// The notifications that are owed now.
    pub notifications: Vec<NotificationKind>,
    /// What to ask Stripe afterwards; its call records are part of the transaction.
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
    /// Capture the authorized money.
    Capture,
    /// End the payment, as the order's claim says. Takes no call record: it moves no money.
    EndPayment,
    /// Ask how Stripe has split this payment, so that it is known what to adjust. Takes no call record either.
    Split {
        /// The payment intent to fetch the charge of.
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
        /// What was authorized or captured, in minor units.
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
        /// When the order came into review.
        since: Timestamp,
        /// For people: what was paid and what was due.
        reason: String,
    },
    /// A dispute has a status that we do not know; it counts by whether its money is gone.
    DisputeUnknown {
        /// Stripe's status of the dispute.
        word: String,
    },
    /// Stripe refuses to move money between platform and seller. It is tried again, ever more seldom.
    AdjustmentRefused {
        /// The adjustment, which stays due.
        adjustment: AdjustmentId,
        /// Stripe's error code, as `balance_insufficient`.
        failure: String,
    },
}

/// Units of one shard that change counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// The listing of the units.
    pub listing: ListingId,
    /// The offer of the units.
    pub offer: OfferId,
    /// The number of the shard that has them.
    pub shard: u16,
    /// How many units, above zero.
    pub quantity: u32,
    /// From which counter to which.
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
    /// Held to available, when an order is over.
    Release,
    /// Sold to available, when goods come back.
    Restock,
}

/// A change of a customer's balance with an organization, once for its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerMove {
    /// Hours come in, and the money that was paid for them.
    Credit {
        /// What it is for; a second one of the same name cannot be.
        cause: String,
        /// How many, above zero.
        hours: Decimal,
        /// What was paid for them.
        amount: Minor,
    },
    /// Hours go out, all of them or nothing happens at all.
    Take {
        /// What the hours are taken for; a second entry of the same name cannot be.
        cause: String,
        /// How many, above zero.
        hours: Decimal,
        /// What goes back for them.
        amount: Minor,
    },
    /// As many hours go out as there are left, because the money is gone anyway.
    TakeWhatIsLeft {
        /// What the hours are taken for; a second entry of the same name cannot be.
        cause: String,
        /// How many at the most, above zero.
        hours: Decimal,
        /// What went back for them.
        amount: Minor,
    },
    /// What went out under an earlier cause comes back.
    GiveBack {
        /// What the hours are taken for; a second entry of the same name cannot be.
        cause: String,
        /// The cause of the entry that is given back.
        of: String,
    },
}

/// Why a fact decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// No order in this status can have this fact. Fetch the object: Stripe's own state decides.
    #[error("an order that is {status:?} cannot have the fact {fact}")]
    Illegal {
        /// The status that the order has.
        status: OrderStatus,
        /// The name of the fact, as [`crate::Fact::name`] gives it.
        fact: &'static str,
    },
    /// The fact is about money of which we do not know yet that it arrived. That payment has to be settled first.
    #[error("payment {payment_intent} is not known to have arrived")]
    CaptureUnknown {
        /// The payment to fetch.
        payment_intent: String,
    },
    /// The event does not say how much of the amount is tax. Fetch the session, which does.
    #[error("the tax in the payment is not known")]
    TaxUnknown,
    /// Another request is ending this order's payment, or it has ended.
    #[error("the order is {status:?} and cannot be claimed")]
    NotClaimable {
        /// The status that the order has.
        status: OrderStatus,
    },
}

impl Decision {
    /// A decision that leaves the order as it is.
    pub(super) fn unchanged(order: &Order, outcome: Outcome) -> Self {
        Self {
            order: order.clone(),
            changed: false,
            stock: Vec::new(),
            draw: false,
            promo_back: Vec::new(),
            presale_back: Vec::new(),
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
}
