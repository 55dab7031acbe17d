//! Releasing: an order ends unpaid, and its stock, uses of codes and hold go back.

use jiff::Timestamp;

use super::{
    aggregate::{line::StockState, payment::PaymentState, status::OrderStatus},
    decision::{Decision, MoveKind},
};

impl Decision {
    /// Ends an order that was not paid. A review of money that did arrive stays.
    pub(super) fn release(&mut self, status: OrderStatus, payment: PaymentState, now: Timestamp) {
        self.move_all(MoveKind::Release);
        let order = &mut self.order;
        order.status = status;
        order.payment.state = payment;
        order.stock = StockState::None;
        order.hold = None;
        order.fetch_at = None;
        order.claim = None;
        order.source = None;
        order.ended_at = Some(now);
        if order.payment.captured.is_zero() {
            // No money arrived, so nothing is left to decide.
            order.review = None;
        }
        if let Some(promo) = &mut order.promo {
            self.promo_back = std::mem::take(&mut promo.counted);
        }
        if let Some(presale) = &mut order.presale {
            self.presale_back = std::mem::take(&mut presale.counted);
        }
        self.end_booking();
    }
}
