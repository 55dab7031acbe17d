//! Holds: an order's claim on stock until it is paid or over, and how long each lasts.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    OrderStatus,
    decision::{Decision, MoveKind},
    line::StockState,
    payment::PaymentState,
};

/// How long Stripe's page takes a payment. Stripe asks for half an hour at least; five minutes more leave room for
/// repeats of a call whose answer was lost, because the time is absolute and part of the call record.
pub const HOSTED_SESSION: SignedDuration = SignedDuration::from_mins(35);

/// How long the stock of a hosted order is held: a minute longer than the page.
pub const HOSTED_HOLD: SignedDuration = SignedDuration::from_mins(36);

/// How long the stock of an order is held that is paid on the seller's own page.
pub const INTENT_HOLD: SignedDuration = SignedDuration::from_secs(900);

/// How long a slot is held for a buyer who has not finished paying.
pub const SLOT_HOLD: SignedDuration = SignedDuration::from_mins(30);

/// For so long before a hold ends, nothing more is asked of Stripe for its payment: longer than any function runs, so
/// that no such call is under way any more when the hold ends.
pub const NO_MORE_CALLS: SignedDuration = SignedDuration::from_secs(60);

/// When an order without a session is looked after. Stripe takes no session that ends in less than half an hour, so by
/// then none can come into being any more; the sixth minute is for clocks that differ.
pub const SESSION_TOO_LATE: SignedDuration = SignedDuration::from_mins(6);

/// An order's claim on stock until it is paid or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it runs out; Stripe's page ends before. It is released only once Stripe has said so.
    pub expires_at: Timestamp,
}

impl Decision {
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
}
