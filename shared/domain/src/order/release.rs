//! Holds: an order's claim on stock until it is paid or over, and how long each lasts.

use jiff::Timestamp;

use super::{
    aggregate::{line::StockState, payment::PaymentState, status::OrderStatus},
    decision::{Decision, MoveKind},
};

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
