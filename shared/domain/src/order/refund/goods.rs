//! The goods of a refund: taken from the buyer, and put on sale again.

use jiff::Timestamp;

use crate::{
    RefundId,
    order::{
        aggregate::{
            booking::BookingStatus,
            line::StockState,
            order::Order,
            refund::{Goods, RefundItem},
            status::OrderStatus,
            ticket::TicketStatus,
        },
        decision::{Decision, MoveKind, StockMove},
        line::take,
    },
};

/// Takes tickets out of use: unused ones first, and of these the buyer's own before those that were handed over.
pub(in crate::order) fn take_tickets(order: &mut Order, items: &[RefundItem], refund: &RefundId) {
    for item in items {
        let mut left = item.quantity;
        for (used, handed_over) in [(false, false), (false, true), (true, false), (true, true)] {
            let tickets = order.tickets.iter_mut().filter(|ticket| {
                ticket.line == item.line
                    && ticket.status == TicketStatus::Valid
                    && ticket.checked_in_at.is_some() == used
                    && ticket.handed_over_at.is_some() == handed_over
            });
            for ticket in tickets.take(left as usize) {
                ticket.status = TicketStatus::Refunding;
                ticket.refund = Some(refund.clone());
                left -= 1;
            }
        }
    }
}

impl Decision {
    /// Puts a refund's goods on sale again, once.
    pub(in crate::order) fn restock(&mut self, refund: &RefundId) {
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
    pub(in crate::order) fn end_if_refunded(&mut self, by: &RefundId, now: Timestamp) {
        let order = &self.order;
        let captured = order.payment.captured;
        let all_back = order.lines.iter().all(|line| order.refunded_quantity(&line.id) == line.quantity);
        let over = if captured.is_zero() { all_back } else { order.refunded() + order.charged_back() >= captured };
        if !over || order.status == OrderStatus::Refunded {
            return;
        }
        // What no refund named comes back with the last one.
        let rest: Vec<RefundItem> = order
            .lines
            .iter()
            .filter(|_| order.stock != StockState::None)
            .map(|line| RefundItem {
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
        let waiting = order.refunds.iter().filter(|refund| refund.goods == Goods::Taken);
        let waiting: Vec<RefundId> = waiting.map(|refund| refund.id.clone()).collect();
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
        order.source = None;
        order.fetch_at = None;
        // The order's own money is settled; a second payment that did not go back is not.
        if !order.keeps_second_payment() {
            order.review = None;
        }
        order.ended_at = Some(now);
        if let Some(promo) = order.promo.as_mut().filter(|_| order.paid_at.is_none()) {
            self.promo_back.append(&mut promo.counted);
        }
        if let Some(presale) = order.presale.as_mut().filter(|_| order.paid_at.is_none()) {
            self.presale_back.append(&mut presale.counted);
        }
    }
}

/// An order that ended with all of its money back is not over once some of it is with the seller again.
pub(in crate::order) fn reopen(order: &mut Order) {
    let missing = order.refunded() + order.charged_back() < order.payment.captured;
    if order.status != OrderStatus::Refunded || !missing {
        return;
    }
    if order.paid_at.is_some() {
        let returned = order.lines.iter().all(|line| order.refunded_quantity(&line.id) == line.quantity);
        order.status = OrderStatus::Paid;
        // Nothing is sold any more; what a lost dispute took back no refund names.
        order.stock = if returned { StockState::Sold } else { StockState::None };
        order.ended_at = None;
    } else if order.booking.is_some() {
        order.status = OrderStatus::Canceled;
    } else {
        order.status = OrderStatus::Expired;
    }
}
