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
    /// When the slot is, in the listing's zone.
    fn slot(&self) -> String {
        let Some(booking) = &self.order.booking else { return String::new() };
        let end = self.order.lines.first().and_then(|line| line.over_at);
        self.zone().span(self.language, booking.starts_at, end)
    }

    /// When the slot is on the clock of a buyer who is elsewhere; none where both clocks show the same.
    fn slot_of_reader(&self) -> Option<String> {
        let (booking, own) = (self.order.booking.as_ref()?, self.own_zone.as_ref()?);
        let end = self.order.lines.first().and_then(|line| line.over_at);
        let elsewhere = !own.agrees(&self.zone(), booking.starts_at);
        elsewhere.then(|| own.span(self.language, booking.starts_at, end))
    }

    fn slot_facts(&self) -> Block {
        let place = self.context.first().and_then(|listing| listing.venue.clone());
        let mut rows = vec![Row::new(self.phrase("slot", &[]), self.slot())];
        rows.extend(self.slot_of_reader().map(|own| Row::new(self.phrase("slot-own", &[]), own)));
        rows.extend(place.map(|place| Row::new(self.phrase("where", &[]), place)));
        Block::Facts { rows }
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
        confirmed.is_some_and(|booking| booking.starts_at > self.context.now) && self.order.status == OrderStatus::Paid
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
        let text = if by_buyer {
            self.phrase("expert-canceled-by-buyer", &[("buyer", &self.order.buyer.name)])
        } else {
            self.phrase("expert-canceled-text", &[])
        };
        self.letter_to_expert("expert-canceled", vec![Block::text(text), self.slot_facts(), self.booker()])
    }

    /// The expert's booked slot begins soon.
    pub(crate) fn expert_reminder(&self) -> Option<Letter> {
        self.is_to_come().then(|| self.letter_to_expert("expert-reminder", vec![self.slot_facts(), self.booker()]))
    }

    pub(crate) fn booking_over(&self) -> Option<Letter> {
        let booking = self.order.booking.as_ref()?;
        let (id, text) = match (booking.status, booking.canceled_by) {
            (BookingStatus::Declined, _) => ("declined", "declined-text"),
            (BookingStatus::TimedOut, _) => ("timed-out", "timed-out-text"),
            (_, Some(CanceledBy::Expert)) => ("booking-canceled", "booking-canceled-by-expert"),
            (_, Some(CanceledBy::Buyer)) => ("booking-canceled", "booking-canceled-by-buyer"),
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
        let text = self.phrase(text, &[("when", &self.slot())]);
        let mut blocks = vec![Block::text(text)];
        if let Some(own) = self.slot_of_reader() {
            blocks.push(Block::Facts { rows: vec![Row::new(self.phrase("slot-own", &[]), own)] });
        }
        blocks.push(Block::text(money));
        Some(self.letter(id, blocks))
    }
}
