//! One order with its payment and the processes at work on it.

use domain::{
    Minor, OrderStatus, RefundState,
    order::{MoveKind, Order},
};
use jiff::Timestamp;

use crate::{
    orders::Kind,
    processes::Processes,
    stripe::{Payment, Stripe},
};

/// One order with all around it but the stock.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub(crate) kind: Kind,
    /// Its number, which names it.
    pub(crate) n: usize,
    /// The order, once it is placed.
    pub(crate) order: Option<Order>,
    pub(crate) now: Timestamp,
    pub(crate) stripe: Stripe,
    pub(crate) processes: Processes,
    /// The order as some process read it long ago.
    pub(crate) read: Option<Box<Order>>,
}

/// What a step comes to.
pub(crate) struct Taken {
    pub(crate) local: Local,
    /// Units that move from one counter to another one.
    pub(crate) moves: Vec<MoveKind>,
}

impl Local {
    /// Nothing has happened.
    pub(crate) fn new(kind: Kind, n: usize, now: Timestamp) -> Self {
        let stripe = Stripe::new(Minor(1_000), kind == Kind::Slot);
        Self { kind, n, order: None, now, stripe, processes: Processes::default(), read: None }
    }

    pub(crate) fn intent(&self) -> String {
        format!("pi_{}", self.n)
    }

    /// What must hold in every state.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut found = self.order.as_ref().map(Order::violations).unwrap_or_default();
        let (captured, refunded) = (self.stripe.captured(), self.stripe.refunded());
        if refunded > captured {
            found.push(format!("Stripe gave back {refunded:?} of {captured:?}"));
        }
        if captured > Minor::ZERO && self.order.is_none() {
            found.push("a charge without an order".to_owned());
        }
        let payable = matches!(self.stripe.payment, Payment::Open | Payment::Authorized);
        if payable && self.order.as_ref().is_some_and(|order| order.status.is_released()) {
            found.push("a released order can still be paid".to_owned());
        }
        found
    }

    /// Whether nothing is left to do: what was captured bought the goods or is back, and nothing can be paid any more.
    pub(crate) fn is_settled(&self) -> bool {
        let Some(order) = &self.order else { return true };
        let (captured, refunded) = (self.stripe.captured(), self.stripe.refunded());
        let known = order.payment.captured == captured && order.refunded() == refunded;
        let open = order.refunds.iter().any(|refund| refund.state == RefundState::Pending);
        let over = matches!(self.stripe.payment, Payment::Captured | Payment::Canceled);
        let kept = order.status == OrderStatus::Paid && refunded < captured;
        over && known && !open && !order.is_waiting() && order.review.is_none() && (kept || refunded == captured)
    }
}
