//! Money that goes back, and payments that came to nothing.

use domain::order::Refund;

use crate::{
    letter::{Block, Letter},
    writer::Writer,
};

impl Writer<'_> {
    pub(crate) fn refunded(&self, refund: &Refund) -> Letter {
        if refund.amount.is_zero() {
            let text = self.phrase("refund-goods", &[("title", self.title)]);
            let mut letter = self.letter("refund", vec![Block::text(text)]);
            letter.heading = self.phrase("refund-goods-heading", &[]);
            return letter;
        }
        let text = self.phrase("refund-text", &[("amount", &self.refund_money(refund)), ("way", &self.way())]);
        self.letter("refund", vec![Block::text(text)])
    }

    /// Stripe had taken the refund, and the bank gave it back.
    pub(crate) fn refund_failed(&self, refund: &Refund) -> Letter {
        let amount = self.refund_money(refund);
        let text = self.phrase("refund-failed-text", &[("amount", &amount), ("way", &self.way())]);
        let next = self.phrase("refund-failed-next", &[]);
        self.letter("refund-failed", vec![Block::text(text), Block::text(next)])
    }

    /// What was paid goes back: it came too late, or the table lost the order.
    pub(crate) fn late(&self) -> Letter {
        let amount = self.money_in(self.order.paid_currency(), self.order.payment.captured);
        let (about, text) = if self.order.was_lost() { ("lost", "lost-text") } else { ("late", "late-text") };
        self.letter(about, vec![Block::text(self.phrase(text, &[("amount", &amount), ("way", &self.way())]))])
    }

    pub(crate) fn failed(&self) -> Letter {
        self.letter("failed", vec![Block::text(self.phrase("failed-text", &[]))])
    }
}
