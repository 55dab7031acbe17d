//! Bookings: asked for, confirmed, over.

use domain::{
    OrderStatus,
    order::{BookingStatus, CanceledBy},
};

use crate::{
    letter::{Block, Letter, Row},
    writer::Writer,
};

impl Writer<'_> {
    /// What the seller says of having canceled a booking's listing.
    fn sellers_reason(&self) -> Option<Block> {
        self.reason(self.context.first()?)
    }

    /// Whether the seller ended the booking with its listing, and neither buyer nor expert did.
    fn ended_with_listing(&self) -> bool {
        let by_none = self.order.booking.as_ref().is_some_and(|booking| booking.canceled_by.is_none());
        by_none && self.context.first().is_some_and(|listing| listing.canceled_at.is_some())
    }

    pub(crate) fn booking_requested(&self) -> Letter {
        let until = self.order.booking.as_ref().and_then(|booking| booking.respond_by);
        let amount = self.order.to_pay();
        let mut blocks = vec![Block::text(self.phrase("requested-text", &[])), self.slot_facts()];
        if let Some(until) = until {
            let until = self.zone().moment(self.language, until);
            blocks.push(Block::text(self.phrase("requested-until", &[("until", &until)])));
        }
        blocks.push(Block::text(if amount.is_zero() {
            self.phrase("requested-free", &[])
        } else {
            self.phrase("requested-money", &[("amount", &self.money(amount))])
        }));
        self.letter("requested", blocks)
    }

    pub(crate) fn booking_confirmed(&self) -> Letter {
        let captured = self.order.payment.captured;
        let title = ("title", self.title);
        let text = if captured.is_zero() {
            self.phrase("booking-confirmed-free", &[title])
        } else {
            self.phrase("booking-confirmed-text", &[title, ("amount", &self.money(captured))])
        };
        self.letter("booking-confirmed", vec![Block::text(text), self.slot_facts()])
    }

    /// Whether the slot is still to come, and confirmed.
    fn is_to_come(&self) -> bool {
        let booking = self.order.booking.as_ref();
        let confirmed = booking.filter(|booking| booking.status == BookingStatus::Confirmed);
        // It ends with its listing, and with its refund, before the money is back.
        let given_back = self.order.lines.iter().all(|line| self.order.taken_back(&line.id) >= line.quantity);
        confirmed.is_some_and(|booking| booking.starts_at > self.context.now)
            && self.order.status == OrderStatus::Paid
            && !given_back
            && self.context.first().is_none_or(|listing| listing.canceled_at.is_none())
    }

    /// The booked slot begins soon.
    pub(crate) fn booking_reminder(&self) -> Option<Letter> {
        self.is_to_come().then(|| self.letter("booking-reminder", vec![self.slot_facts()]))
    }

    /// A row that says who booked.
    fn booker(&self) -> Block {
        Block::Facts { rows: vec![Row::new(self.phrase("booked-by", &[]), &self.order.buyer.name)] }
    }

    /// The expert is asked for an answer, on pages that ask who they are first.
    pub(crate) fn expert_requested(&self) -> Option<Letter> {
        let booking = self.order.booking.as_ref().filter(|booking| booking.status == BookingStatus::Requested)?;
        let mut blocks = vec![Block::text(self.phrase("expert-requested-text", &[])), self.slot_facts(), self.booker()];
        if let Some(until) = booking.respond_by.filter(|until| *until > self.context.now) {
            let until = self.zone().moment(self.language, until);
            blocks.push(Block::text(self.phrase("expert-requested-until", &[("until", &until)])));
        }
        for (label, answer) in [("expert-confirm", "confirm"), ("expert-decline", "decline")] {
            let url = format!("{}/bookings/{}?answer={answer}", self.context.pages, self.order.id);
            blocks.push(Block::Link { label: self.phrase(label, &[]), url });
        }
        Some(self.letter_to_expert("expert-requested", blocks))
    }

    /// A booking is off, and the expert did not end it.
    pub(crate) fn expert_canceled(&self) -> Letter {
        let by_buyer =
            self.order.booking.as_ref().is_some_and(|booking| booking.canceled_by == Some(CanceledBy::Buyer));
        let by_seller = self.ended_with_listing();
        let text = if by_buyer {
            self.phrase("expert-canceled-by-buyer", &[("buyer", &self.order.buyer.name)])
        } else if by_seller {
            self.phrase("expert-canceled-by-seller", &[("seller", &self.order.seller)])
        } else {
            self.phrase("expert-canceled-text", &[])
        };
        let mut blocks = vec![Block::text(text)];
        blocks.extend(self.sellers_reason().filter(|_| by_seller));
        blocks.extend([self.slot_facts(), self.booker()]);
        self.letter_to_expert("expert-canceled", blocks)
    }

    /// The expert's booked slot begins soon.
    pub(crate) fn expert_reminder(&self) -> Option<Letter> {
        self.is_to_come().then(|| self.letter_to_expert("expert-reminder", vec![self.slot_facts(), self.booker()]))
    }

    pub(crate) fn booking_over(&self) -> Option<Letter> {
        let booking = self.order.booking.as_ref()?;
        let by_seller = self.ended_with_listing();
        let (id, text) = match (booking.status, booking.canceled_by) {
            (BookingStatus::Declined, _) => ("declined", "declined-text"),
            (BookingStatus::TimedOut, _) => ("timed-out", "timed-out-text"),
            (_, Some(CanceledBy::Expert)) => ("booking-canceled", "booking-canceled-by-expert"),
            (_, Some(CanceledBy::Buyer)) => ("booking-canceled", "booking-canceled-by-buyer"),
            (_, None) if by_seller => ("booking-canceled", "booking-canceled-by-seller"),
            (_, None) => ("booking-canceled", "booking-canceled-text"),
        };
        let back = self.money(self.order.refunded() + self.order.refund_reserved());
        let way = self.way();
        let money = match booking.refund_percent {
            Some(0) => self.phrase("policy-none", &[]),
            Some(100) => self.phrase("policy-all", &[("amount", &back), ("way", &way)]),
            Some(percent) => {
                let percent = percent.to_string();
                self.phrase("policy-part", &[("percent", &percent), ("amount", &back), ("way", &way)])
            }
            None if self.order.totals.total.is_zero() => self.phrase("requested-free", &[]),
            None => self.phrase("policy-released", &[]),
        };
        // Each of these sentences takes of the two what it has a place for.
        let text = self.phrase(text, &[("when", &self.slot()), ("seller", &self.order.seller)]);
        let mut blocks = vec![Block::text(text)];
        blocks.extend(self.sellers_reason().filter(|_| id == "booking-canceled" && by_seller));
        blocks.extend(self.slot_of_reader());
        blocks.push(Block::text(money));
        Some(self.letter(id, blocks))
    }
}
